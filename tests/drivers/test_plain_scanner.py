"""The session with a scanner that sends by itself, on virtual time."""

from __future__ import annotations

import asyncio

import pytest

from hal.drivers.plain_scanner import PlainScanner
from hal.ports import CodeScanned
from tests.drivers import virtual_time
from tests.drivers.desk import Desk
from tests.drivers.wire import Wire


def make() -> tuple[Wire, PlainScanner]:
    """A wire, and the session."""
    wire = Wire()
    return wire, PlainScanner(wire)


def codes(desk: Desk) -> list[bytes]:
    """The codes that were told."""
    return [event.data for event in desk.of(CodeScanned)]


@pytest.mark.parametrize("tail", [b"\r", b"\n", b"\r\n", b"\t"])
@pytest.mark.parametrize("piece", [1, 3, 64])
def test_codes_end_with_any_tail(tail: bytes, piece: int) -> None:
    async def scene() -> None:
        wire, session = make()
        wire.piece = piece
        async with Desk(session) as desk:
            session.arm(True)
            await desk.wait(0.5)
            wire.say(b"81000171234567890121" + tail + b"01\x1d21A" + tail + "药".encode() + tail)
            await desk.wait(0.5)
            assert codes(desk) == [b"81000171234567890121", b"01\x1d21A", "药".encode()]
            assert desk.states() == ["ready"]
            assert wire.written == []
            assert session.facts() == [("end of a code", "tail")]

    virtual_time.run(scene())


def test_silence_ends_a_code_of_a_model_without_tails() -> None:
    async def scene() -> None:
        wire, session = make()
        async with Desk(session) as desk:
            session.arm(True)
            await desk.wait(0.5)
            for number in range(3):
                wire.say(b"810001712345")
                wire.say(b"6789012%d" % number, after_s=0.07)
                await desk.wait(0.3)
            assert codes(desk) == [b"8100017123456789012%d" % number for number in range(3)]
            assert session.facts() == [("end of a code", "silence")]

    virtual_time.run(scene())


def test_arming_in_the_middle_of_a_code_is_no_silence() -> None:
    async def scene() -> None:
        wire, session = make()
        async with Desk(session) as desk:
            session.arm(True)
            await desk.wait(0.5)
            wire.say(b"81000171")
            wire.say(b"234567890121", after_s=0.06)
            for _ in range(5):
                await desk.wait(0.01)
                session.arm(True)
            await desk.wait(0.5)
            assert codes(desk) == [b"81000171234567890121"]

    virtual_time.run(scene())


def test_what_waited_while_the_program_was_busy_is_no_silence() -> None:
    async def scene() -> None:
        wire, session = make()
        read = wire.read

        async def busy(limit: int, timeout_ms: int) -> bytes:
            data = await read(limit, timeout_ms)
            if not data and timeout_ms == 80:  # the rest came while nobody looked
                wire.say(b"90121\r")
            return data

        wire.read = busy  # type: ignore[method-assign]
        async with Desk(session) as desk:
            session.arm(True)
            await desk.wait(0.5)
            wire.say(b"810001712345678")
            await desk.wait(1)
            assert codes(desk) == [b"81000171234567890121"]

    virtual_time.run(scene())


def test_a_pause_in_a_code_of_a_scanner_that_sends_tails() -> None:
    async def scene() -> None:
        wire, session = make()
        async with Desk(session) as desk:
            session.arm(True)
            wire.say(b"first\r", after_s=0.5)
            await desk.wait(1)
            wire.say(b"81000171")
            wire.say(b"234567890121\r", after_s=0.4)
            await desk.wait(1)
            assert codes(desk) == [b"first", b"81000171234567890121"]

    virtual_time.run(scene())


def test_a_tail_that_is_missing_costs_one_scan() -> None:
    async def scene() -> None:
        wire, session = make()
        async with Desk(session) as desk:
            session.arm(True)
            wire.say(b"first\r", after_s=0.5)
            for number in range(3):
                await desk.wait(1)
                wire.say(b"%d" % number)
            await desk.wait(1)
            wire.say(b"last\r")
            await desk.wait(1)
            assert codes(desk) == [b"first", b"1", b"2", b"last"]

    virtual_time.run(scene())


def test_what_comes_while_not_armed_is_dropped() -> None:
    async def scene() -> None:
        wire, session = make()
        async with Desk(session) as desk:
            await desk.wait(0.5)
            wire.say(b"nobody asked\r")
            await desk.wait(0.5)
            session.arm(True)
            await desk.wait(0.5)
            wire.say(b"wanted\r")
            await desk.wait(0.5)
            session.arm(False)
            wire.say(b"nobody asked\r")
            await desk.wait(0.5)
            assert codes(desk) == [b"wanted"]

    virtual_time.run(scene())


def test_the_same_code_again_is_a_repeat() -> None:
    async def scene() -> None:
        wire, session = make()
        async with Desk(session) as desk:
            session.arm(True)
            await desk.wait(0.5)
            for code in (b"A\r", b"A\r", b"B\r", b"A\r"):
                wire.say(code)
                await desk.wait(0.3)
            await desk.wait(2)
            wire.say(b"A\r")
            await desk.wait(0.3)
            assert [(e.data, e.repeat) for e in desk.of(CodeScanned)] == [
                (b"A", False),
                (b"A", True),
                (b"B", False),
                (b"A", False),
                (b"A", False),
            ]

    virtual_time.run(scene())


def test_a_code_is_dropped_with_its_cable() -> None:
    async def scene() -> None:
        wire, session = make()
        async with Desk(session) as desk:
            session.arm(True)
            await desk.wait(0.5)
            wire.say(b"81000171")
            await desk.wait(0.01)
            wire.unplug()
            await desk.wait(60)
            wire.plug()
            await desk.wait(6)
            wire.say(b"234567890121\r")
            await desk.wait(1)
            assert desk.states() == ["ready", "silent scanner.silent", "ready"]
            assert codes(desk) == [b"234567890121"]

    virtual_time.run(scene())


def test_codes_that_nobody_takes_wait_and_are_not_lost() -> None:
    async def scene() -> None:
        wire, session = make()
        task = asyncio.create_task(session.run(lambda: None))
        session.arm(True)
        await asyncio.sleep(0.5)
        for number in range(60):
            wire.say(b"%d\r" % number)
            await asyncio.sleep(0.3)
        waiting = len(session._events)
        assert waiting <= 32
        taken: list[int] = []
        while len(taken) < 60:
            event = await session.next_event()
            taken += [int(event.data)] if isinstance(event, CodeScanned) else []
        assert taken == list(range(60))
        task.cancel()

    virtual_time.run(scene())


def test_what_comes_after_disarming_is_dropped_even_when_nobody_takes_the_codes() -> None:
    async def scene() -> None:
        wire, session = make()
        task = asyncio.create_task(session.run(lambda: None))
        session.arm(True)
        await asyncio.sleep(0.5)
        for number in range(32):
            wire.say(b"%d\r" % number)
            await asyncio.sleep(0.3)
        session.arm(False)
        await asyncio.sleep(0.3)
        wire.say(b"nobody asked\r")
        await asyncio.sleep(0.3)
        session.arm(True)
        taken = [await session.next_event() for _ in range(len(session._events))]
        wire.say(b"wanted\r", after_s=1)
        event = await session.next_event()
        assert isinstance(event, CodeScanned)
        assert event.data == b"wanted"
        assert len(taken) == 32
        task.cancel()

    virtual_time.run(scene())
