"""Whatever bytes come, however they are cut up: no scanner's driver raises, hangs, or delivers a code that was not sent
whole, and the next good code is read."""

from __future__ import annotations

import asyncio
from binascii import crc_hqx
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Protocol

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hal.drivers import gm65_codec, gm67_codec
from hal.drivers.gm65 import Gm65Scanner
from hal.drivers.gm67 import Gm67Scanner
from hal.drivers.keyboard_codec import EVENT_SIZE, KeyDecoder
from hal.drivers.keyboard_scanner import KeyboardScanner
from hal.drivers.plain_scanner import PlainScanner
from hal.drivers.serial_trigger import SerialTriggerScanner
from hal.drivers.text_codec import LONGEST_CODE, Code, TextDecoder
from hal.ports import CodeScanned
from tests.drivers import typed_keys, virtual_time
from tests.drivers.desk import Desk
from tests.drivers.gm65_module import Module
from tests.drivers.gm67_module import Gm67, packet
from tests.drivers.wire import Wire

if TYPE_CHECKING:
    from collections.abc import Callable

    from hal.drivers.code_session import CodeSession

CODECS = settings(max_examples=150, deadline=None)
SESSIONS = settings(max_examples=40, deadline=None)


class Decoder(Protocol):
    """What all the decoders share."""

    def feed(self, data: bytes) -> list[Any]:
        """Take bytes, return items."""


ACK = b"\x02\x00\x00\x01\x00\x33\x31"
SHARDS = st.sampled_from(
    [ACK, b"\x02", b"\x02\x00", b"\r", b"\n", b"\x16T\r", b"\x04\xd0\x00\x00\xff\x2c", b"\x06\xf3\x00", b"\xff\xf4\x01"]
)
KEYS = st.builds(
    lambda *key: typed_keys.records([key]),
    st.sampled_from([0, 1, 1, 1, 4, 17]),
    st.one_of(st.integers(0, 130), st.sampled_from([28, 29, 42, 56, 79, 82])),
    st.sampled_from([0, 1, 1, 2, 3, -1]),
)
NOISE = st.lists(st.one_of(SHARDS, KEYS, st.binary(max_size=20)), max_size=20).map(b"".join)
CUTS = st.lists(st.integers(0, 10_000), max_size=20)
CODE = st.text(alphabet="0123456789ABCabc]\x1d", min_size=1, max_size=60).map(str.encode)


def fed(decoder: Decoder, data: bytes, cuts: list[int]) -> list[Any]:
    """All items from `data`, fed in pieces."""
    bounds = sorted({0, len(data), *[cut % (len(data) + 1) for cut in cuts]})
    return [item for start, end in pairwise(bounds) for item in decoder.feed(data[start:end])]


def told(items: list[Any]) -> list[bytes]:
    """The codes among the items."""
    return [item.data for item in items if isinstance(item, Code)]


# ---- codecs


@CODECS
@given(NOISE, CUTS, CODE)
def test_gm65_takes_anything_and_then_the_next_code(noise: bytes, cuts: list[int], code: bytes) -> None:
    decoder = gm65_codec.StreamDecoder()
    items = fed(decoder, noise, cuts)
    assert list(map(repr, items)) == list(map(repr, gm65_codec.StreamDecoder().feed(noise)))
    for data in told(items):
        assert data + b"\r" in noise
        assert len(data) <= LONGEST_CODE
    decoder.reset()
    assert told(fed(decoder, code + b"\r", cuts)) == [code]


@CODECS
@given(st.lists(CODE, max_size=8), CUTS)
def test_gm65_codes_between_acks(codes: list[bytes], cuts: list[int]) -> None:
    stream = b"".join(ACK + code + b"\r" for code in codes)
    items = fed(gm65_codec.StreamDecoder(), stream, cuts)
    assert told(items) == codes
    assert len(items) == 2 * len(codes)


@CODECS
@given(CODE, st.integers(0, 6), st.integers(1, 255))
def test_gm65_a_damaged_ack_never_becomes_part_of_a_code(code: bytes, at: int, change: int) -> None:
    ack = bytearray(ACK)
    ack[at] ^= change
    items = gm65_codec.StreamDecoder().feed(bytes(ack) + code + b"\r" + code + b"\r")
    assert all(data == code for data in told(items))


@CODECS
@given(CODE, CODE, st.integers(0, 60), st.binary(max_size=8))
def test_gm65_a_code_cut_by_a_reply_is_never_delivered(code: bytes, following: bytes, at: int, value: bytes) -> None:
    cut = 1 + at % len(code)
    body = bytes([0, len(value)]) + value
    reply = b"\x02\x00" + body + crc_hqx(body, 0).to_bytes(2, "big")
    items = gm65_codec.StreamDecoder().feed(code[:cut] + reply + code[cut:] + b"\r" + following + b"\r")
    assert told(items) == [following]
    assert [item.data for item in items if isinstance(item, gm65_codec.Reply)] == [value]


@CODECS
@given(NOISE, CUTS, CODE)
def test_gm67_takes_anything_and_then_the_next_packet(noise: bytes, cuts: list[int], code: bytes) -> None:
    decoder = gm67_codec.PacketDecoder()
    items = fed(decoder, noise, cuts)
    assert list(map(repr, items)) == list(map(repr, gm67_codec.PacketDecoder().feed(noise)))
    items += decoder.flush()
    for item in items:
        assert item.data in noise
    assert [item.text() for item in fed(decoder, packet(0xF3, b"\x42" + code), cuts)] == [code]


@CODECS
@given(st.binary(max_size=200), st.integers(0), st.integers(1, 255))
def test_gm67_a_packet_with_one_byte_changed_is_no_packet(data: bytes, at: int, change: int) -> None:
    damaged = bytearray(packet(0xF3, b"\xf1" + data))
    damaged[at % len(damaged)] ^= change
    decoder = gm67_codec.PacketDecoder()
    items = decoder.feed(bytes(damaged)) + decoder.flush()
    assert all(item.data != b"\xf1" + data for item in items)


@CODECS
@given(NOISE, CUTS, CODE)
def test_text_takes_anything_and_then_the_next_code(noise: bytes, cuts: list[int], code: bytes) -> None:
    decoder = TextDecoder(b"\r\n\t")
    items = fed(decoder, noise, cuts)
    assert list(map(repr, items)) == list(map(repr, TextDecoder(b"\r\n\t").feed(noise)))
    assert all(data in noise for data in told(items))
    decoder.end()
    assert told(fed(decoder, code + b"\r", cuts)) == [code]


@CODECS
@given(NOISE, CUTS, CODE)
def test_keys_take_anything_and_then_the_next_code(noise: bytes, cuts: list[int], code: bytes) -> None:
    decoder = KeyDecoder()
    items = fed(decoder, noise, cuts)
    assert list(map(repr, items)) == list(map(repr, KeyDecoder().feed(noise)))
    decoder.end()
    assert told(fed(decoder, typed_keys.line(code.decode()), cuts)) == [code]


@CODECS
@given(CODE, st.integers(0), st.sampled_from(["drop", "lose"]))
def test_a_code_that_lost_events_is_never_delivered(code: bytes, at: int, how: str) -> None:
    """The kernel says so where it had to drop some; a torn record can only come with the end of the device."""
    typed = typed_keys.line(code.decode())
    cut = at % (len(typed) // EVENT_SIZE) * EVENT_SIZE
    decoder = KeyDecoder()
    if how == "drop":
        dropped = typed_keys.records([typed_keys.SYN_DROPPED])
        enter = typed_keys.records(typed_keys.press(typed_keys.ENTER))
        before = told(decoder.feed(typed[:cut]))
        after = told(decoder.feed(dropped + typed[cut + EVENT_SIZE :] + enter + enter))
        assert before + after in ([], [code])
        assert after == []
    else:
        assert told(decoder.feed(typed[:cut] + typed[cut : cut + 11])) in ([], [code])
        decoder.forget()
        assert told(decoder.feed(typed)) == [code]


# ---- sessions


def gm65(wire: Wire) -> tuple[CodeSession, Callable[[bytes], None]]:
    """A session and how its scanner reads a code."""
    module = wire.device = Module(wire)
    return Gm65Scanner(wire, 9600), module.read


def gm65_continuous(wire: Wire) -> tuple[CodeSession, Callable[[bytes], None]]:
    module = wire.device = Module(wire)
    return Gm65Scanner(wire, 9600, continuous=True), module.read


def gm67(wire: Wire) -> tuple[CodeSession, Callable[[bytes], None]]:
    module = wire.device = Gm67(wire)
    return Gm67Scanner(wire, 115200), lambda code: module.read(code, 0x42)


def serial_trigger(wire: Wire) -> tuple[CodeSession, Callable[[bytes], None]]:
    return SerialTriggerScanner(wire), lambda code: wire.say(code + b"\r")


def plain(wire: Wire) -> tuple[CodeSession, Callable[[bytes], None]]:
    return PlainScanner(wire), lambda code: wire.say(code + b"\r\n")


def keyboard(wire: Wire) -> tuple[CodeSession, Callable[[bytes], None]]:
    return KeyboardScanner(wire), lambda code: wire.say(typed_keys.line(code.decode()))


@pytest.mark.parametrize("make", [gm65, gm65_continuous, gm67, serial_trigger, plain, keyboard])
@SESSIONS
@given(noises=st.lists(st.tuples(st.integers(0, 900), NOISE), max_size=6), piece=st.integers(1, 64), code=CODE)
def test_sessions_survive_noise_and_read_the_next_codes(
    make: Callable[[Wire], tuple[CodeSession, Callable[[bytes], None]]],
    noises: list[tuple[int, bytes]],
    piece: int,
    code: bytes,
) -> None:
    async def scene() -> None:
        wire = Wire()
        wire.piece = piece
        session, read = make(wire)
        async with Desk(session) as desk:
            session.arm(True)
            for at, noise in noises:
                wire.say(noise, after_s=at / 1000 + 0.001)
            await asyncio.sleep(20)
            before = len(desk.of(CodeScanned))
            for number in range(3):
                read(b"%d" % number + code)
                await asyncio.sleep(0.33)
            await asyncio.sleep(0.5)
            got = [event.data for event in desk.of(CodeScanned)[before:]]
            assert got == [b"%d" % number + code for number in range(3)]
            assert desk.states()[-1] == "ready"
            session.arm(False)
            await asyncio.sleep(8)
            assert not getattr(wire.device, "lit", False)

    virtual_time.run(scene())
