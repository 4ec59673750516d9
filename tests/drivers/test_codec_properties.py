"""Whatever bytes come, however they are cut up: nothing is raised, nothing wrong is delivered, the next good one is."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, Protocol

from hypothesis import given, settings
from hypothesis import strategies as st

from hal.drivers import escpos_status, gm65_codec, samv_codec
from hal.drivers.escpos_codec import encode_job
from hal.ports import PrintLine

settings.register_profile("drivers", max_examples=150, deadline=None)
settings.load_profile("drivers")


class Decoder(Protocol):
    """What all the decoders share."""

    def feed(self, data: bytes) -> list[Any]:
        """Take bytes, return items."""

    def reset(self) -> None:
        """Forget what is unfinished."""


FRAME_SHARDS = st.sampled_from(
    [b"\xaa", b"\xaa\xaa\xaa\x96\x69", b"\x00\x04", b"\x05\x08", b"\x02\x00", b"\r", b"\x10\x04"]
)
ANYTHING = st.lists(st.one_of(FRAME_SHARDS, st.binary(max_size=20)), max_size=30).map(b"".join)
CODE = st.text(alphabet="0123456789ABCabc]\x1d", min_size=1, max_size=60).map(str.encode)


def fed(decoder: Decoder, data: bytes, cuts: list[int]) -> list[Any]:
    """All items from `data`, fed in pieces."""
    bounds = sorted({0, len(data), *[cut % (len(data) + 1) for cut in cuts]})
    return [item for start, end in pairwise(bounds) for item in decoder.feed(data[start:end])]


def reply(sw3: int, data: bytes) -> bytes:
    """A sound reply of a card reader."""
    body = (len(data) + 4).to_bytes(2, "big") + bytes([0, 0, sw3]) + data
    check = 0
    for byte in body:
        check ^= byte
    return samv_codec.PREAMBLE + body + bytes([check])


def sound(items: list[Any]) -> list[tuple[int, bytes]]:
    """Status and data of the sound frames."""
    return [(item.sw3, item.data) for item in items if isinstance(item, samv_codec.Frame)]


@given(ANYTHING, st.lists(st.integers(0, 10_000)), st.integers(0, 255), st.binary(max_size=300))
def test_samv_takes_anything_and_then_the_next_frame(noise: bytes, cuts: list[int], sw3: int, data: bytes) -> None:
    decoder = samv_codec.FrameDecoder()
    whole = samv_codec.FrameDecoder()
    assert list(map(repr, fed(decoder, noise, cuts))) == list(map(repr, whole.feed(noise)))
    assert len(decoder) <= samv_codec.LONGEST + 7
    decoder.reset()
    assert sound(fed(decoder, b"\x00\xaa" + reply(sw3, data), cuts)) == [(sw3, data)]


@given(st.integers(0, 255), st.binary(max_size=200), st.integers(0), st.integers(1, 255), st.integers(0, 255))
def test_samv_never_delivers_a_frame_with_one_byte_changed(
    sw3: int, data: bytes, at: int, change: int, following: int
) -> None:
    frame = bytearray(reply(sw3, data.replace(b"\xaa", b"\xab")))
    frame[7 + at % (len(frame) - 7)] ^= change
    items = samv_codec.FrameDecoder().feed(bytes(frame) + reply(following, b""))
    assert sound(items)[-1:] == [(following, b"")]
    assert len(sound(items)) == 1


@given(ANYTHING, st.lists(st.integers(0, 10_000)), CODE)
def test_gm65_takes_anything_and_then_the_next_code(noise: bytes, cuts: list[int], code: bytes) -> None:
    decoder = gm65_codec.StreamDecoder()
    whole = gm65_codec.StreamDecoder()
    items = fed(decoder, noise, cuts)
    assert list(map(repr, items)) == list(map(repr, whole.feed(noise)))
    for item in items:
        if isinstance(item, gm65_codec.Code):
            assert item.data + b"\r" in noise
            assert len(item.data) <= gm65_codec.LONGEST_CODE
    decoder.reset()
    assert [item.data for item in fed(decoder, code + b"\r", cuts)] == [code]


@given(st.lists(CODE, max_size=8), st.lists(st.integers(0, 10_000)))
def test_gm65_codes_between_acks(codes: list[bytes], cuts: list[int]) -> None:
    stream = b"".join(b"\x02\x00\x00\x01\x00\x33\x31" + code + b"\r" for code in codes)
    items = fed(gm65_codec.StreamDecoder(), stream, cuts)
    assert [item.data for item in items if isinstance(item, gm65_codec.Code)] == codes
    assert len(items) == 2 * len(codes)


@given(CODE, st.integers(0, 6), st.integers(1, 255))
def test_gm65_a_damaged_ack_never_becomes_part_of_a_code(code: bytes, at: int, change: int) -> None:
    ack = bytearray(b"\x02\x00\x00\x01\x00\x33\x31")
    ack[at] ^= change
    items = gm65_codec.StreamDecoder().feed(bytes(ack) + code + b"\r" + code + b"\r")
    assert all(item.data == code for item in items if isinstance(item, gm65_codec.Code))


@given(ANYTHING, st.lists(st.integers(0, 10_000)))
def test_escpos_takes_anything_and_then_the_next_answer(noise: bytes, cuts: list[int]) -> None:
    decoder = escpos_status.ReplyDecoder()
    whole = escpos_status.ReplyDecoder()
    assert list(map(repr, fed(decoder, noise, cuts))) == list(map(repr, whole.feed(noise)))
    decoder.reset()
    assert list(map(repr, decoder.feed(b"\x12\x00"))) == ["RealTime(12)", "Buffered(00)"]


@given(st.text(max_size=100))
def test_no_text_can_command_the_printer(text: str) -> None:
    (body,) = encode_job([PrintLine(text)])
    assert body[:7] == b"\x1b@\x1da\x00\x1c&"
    assert body[-1:] == b"\n"
    assert not any(byte < 0x20 or byte == 0x7F for byte in body[7:-1])
