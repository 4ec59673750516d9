"""Whatever a card reader sends, however it is cut up: nothing is raised, nothing that was not sent whole is delivered,
nothing hangs, and when the noise ends the next card is read."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hal.drivers import samv_codec
from hal.drivers.samv import SamvReader
from hal.errors import DeviceError
from hal.ports import CardRead
from tests.drivers import virtual_time
from tests.drivers.desk import Desk
from tests.drivers.samv_reader import GAVE_UP, PREAMBLE, Reader, card_frame, frame
from tests.drivers.wire import Wire

if TYPE_CHECKING:
    from collections.abc import Iterator


def flipped(reply: bytes, at: int, bit: int) -> bytes:
    """`reply` with one bit changed."""
    changed = bytearray(reply)
    changed[at % len(changed)] ^= 1 << bit
    return bytes(changed)


CUTS = st.lists(st.integers(0, 10_000), max_size=12)
SHARDS = st.sampled_from([b"\xaa", b"\xaa\xaa", PREAMBLE, b"\x00\x04", b"\x05\x08", b"\x00\x05\x05", GAVE_UP])
ANYTHING = st.lists(st.one_of(SHARDS, st.binary(max_size=20)), max_size=30).map(b"".join)
SW3 = st.one_of(st.sampled_from(sorted(b"\x90\x9f\x10\x11\x21\x31\x40\x41\x60\x66\x80\x81\x91")), st.integers(0, 255))
FRAMES = st.builds(frame, SW3, st.one_of(st.binary(max_size=80), st.binary(min_size=16, max_size=16)))
CARDS = st.builds(card_frame, st.binary(min_size=1, max_size=256), st.sampled_from([None, b"", bytes(512)]))
REPLIES = st.one_of(FRAMES, CARDS)
RUINS = st.one_of(
    ANYTHING,
    st.builds(lambda reply, end: reply[: end % len(reply)], REPLIES, st.integers(0)),
    st.builds(flipped, REPLIES, st.integers(0), st.integers(0, 7)),
)
SAID = st.lists(st.one_of(REPLIES, RUINS, st.just(b"")), min_size=1, max_size=25)


def pieces(data: bytes, cuts: list[int]) -> Iterator[bytes]:
    """`data` in pieces."""
    bounds = sorted({0, len(data), *[cut % (len(data) + 1) for cut in cuts]})
    return (data[start:end] for start, end in pairwise(bounds))


def fed(decoder: samv_codec.FrameDecoder, data: bytes, cuts: list[int]) -> list[Any]:
    """All items from `data`, fed in pieces."""
    return [item for piece in pieces(data, cuts) for item in decoder.feed(piece)]


def sound(items: list[Any]) -> list[tuple[int, bytes]]:
    """Status and data of the sound frames."""
    return [(item.sw3, item.data) for item in items if isinstance(item, samv_codec.Frame)]


@settings(max_examples=200, deadline=None)
@given(ANYTHING, CUTS, st.integers(0, 255), st.binary(max_size=300))
def test_the_decoder_takes_anything_and_then_the_next_frame(
    noise: bytes, cuts: list[int], sw3: int, data: bytes
) -> None:
    decoder = samv_codec.FrameDecoder()
    whole = samv_codec.FrameDecoder()
    assert list(map(repr, fed(decoder, noise, cuts))) == list(map(repr, whole.feed(noise)))
    assert len(decoder) <= samv_codec.LONGEST + samv_codec.HEAD
    decoder.reset()
    assert sound(fed(decoder, b"\x00\xaa" + frame(sw3, data), cuts)) == [(sw3, data)]


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 255), st.binary(max_size=200), st.integers(0), st.integers(1, 255), st.integers(0, 255))
def test_a_frame_with_one_byte_changed_is_never_delivered(
    sw3: int, data: bytes, at: int, change: int, following: int
) -> None:
    changed = bytearray(frame(sw3, data.replace(b"\xaa", b"\xab")))
    changed[7 + at % (len(changed) - 7)] ^= change
    items = samv_codec.FrameDecoder().feed(bytes(changed) + frame(following))
    assert sound(items)[-1:] == [(following, b"")]
    assert len(sound(items)) == 1


@settings(max_examples=200, deadline=None)
@given(st.lists(st.one_of(FRAMES, CARDS), min_size=1, max_size=5), CUTS)
def test_frames_in_a_row_all_come_out(frames: list[bytes], cuts: list[int]) -> None:
    items = fed(samv_codec.FrameDecoder(), b"\xaa".join(frames), cuts)
    assert [data for _, data in sound(items)] == [each[10:-1] for each in frames]


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=40), st.booleans())
def test_card_data_that_is_not_whole_is_refused(data: bytes, with_fingerprint: bool) -> None:
    with pytest.raises(DeviceError, match=r"card\.unreadable"):
        samv_codec.card_blocks(data, with_fingerprint)


class Liar:
    """Answers the n-th command with the n-th of `said`, cut into pieces; afterwards it is an honest reader."""

    def __init__(self, wire: Wire, said: list[bytes], cuts: list[int], gap_s: float) -> None:
        self.honest = Reader(wire)
        self.said = list(said)
        self.sent = b""
        self._wire = wire
        self._cuts = cuts
        self._gap_s = gap_s

    def heard(self, data: bytes) -> None:
        """Lie, or answer."""
        if not self.said:
            self.honest.heard(data)
            return
        reply = self.said.pop(0)
        self.sent += reply
        for number, piece in enumerate(pieces(reply, self._cuts)):
            self._wire.say(piece, after_s=0.01 + number * self._gap_s)


@settings(max_examples=150, deadline=None)
@given(SAID, CUTS, st.sampled_from([0.0, 0.003, 0.09, 0.5]), st.booleans(), st.booleans())
def test_a_session_with_a_reader_that_says_anything(
    said: list[bytes], cuts: list[int], gap_s: float, fingerprint: bool, newest_address: bool
) -> None:
    async def scene() -> None:
        wire = Wire()
        wire.baud = 115200
        liar = Liar(wire, said, cuts, gap_s)
        wire.device = liar
        async with Desk(SamvReader(wire, 115200, fingerprint, newest_address)) as desk:  # it ends by no error
            while liar.said:
                await desk.wait(5)
            lies = len(desk.events)
            await desk.wait(30)
            for read in desk.of(CardRead):
                assert read.text + read.photo + read.fingerprint in liar.sent
                assert read.newest_address in liar.sent
                assert len(read.newest_address) in {0, 70}
            assert len(desk.events) <= lies + 4
            liar.honest.lay(b"the next patient")
            await desk.wait(6)
            assert desk.of(CardRead)[-1].text.startswith(b"the next patient")
            assert desk.session.status.state == "ready"

    virtual_time.run(scene())


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 3), ANYTHING), max_size=25), st.integers(1, 300))
def test_noise_that_nobody_asked_for(bursts: list[tuple[float, bytes]], piece: int) -> None:
    async def scene() -> None:
        wire = Wire()
        wire.baud, wire.piece = 115200, piece
        reader = Reader(wire)
        reader.finds_again = True
        wire.device = reader
        async with Desk(SamvReader(wire, 115200)) as desk:
            await asyncio.sleep(0)
            for after_s, noise in bursts:
                wire.say(noise, after_s=after_s)
            reader.lay(b"patient")
            await desk.wait(20)
            assert {read.text[:7] for read in desk.of(CardRead)} == {b"patient"}

    virtual_time.run(scene())
