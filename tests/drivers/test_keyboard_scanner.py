"""The session with a scanner that types, on virtual time."""

from __future__ import annotations

import pytest

from hal.drivers.keyboard_scanner import KeyboardScanner
from hal.ports import CodeScanned
from tests.drivers import typed_keys as keys
from tests.drivers import virtual_time
from tests.drivers.desk import Desk
from tests.drivers.wire import Wire


def make() -> tuple[Wire, KeyboardScanner]:
    """A wire, and the session."""
    wire = Wire()
    return wire, KeyboardScanner(wire)


def codes(desk: Desk) -> list[bytes]:
    """The codes that were told."""
    return [event.data for event in desk.of(CodeScanned)]


@pytest.mark.parametrize("piece", [1, 24, 100, 4096])
def test_three_codes_in_a_second(piece: int) -> None:
    async def scene() -> None:
        wire, session = make()
        wire.piece = piece
        async with Desk(session) as desk:
            session.arm(True)
            await desk.wait(0.5)
            wanted = ["8100017123456789012" + digit for digit in "123"]
            for number, code in enumerate(wanted):
                wire.say(keys.line(code), after_s=number * 0.3)
            await desk.wait(1)
            assert codes(desk) == [code.encode() for code in wanted]
            assert desk.states() == ["ready"]
            assert dict(session.facts()) == {"keys": "US layout", "end of a code": "Enter"}

    virtual_time.run(scene())


def test_a_scanner_that_presses_no_enter() -> None:
    async def scene() -> None:
        wire, session = make()
        async with Desk(session) as desk:
            session.arm(True)
            for code in ("first", "second"):
                await desk.wait(0.5)
                typed = keys.records(keys.text(code))
                wire.say(typed[:48])
                wire.say(typed[48:], after_s=0.09)
            await desk.wait(0.5)
            assert codes(desk) == [b"first", b"second"]

    virtual_time.run(scene())


def test_what_is_typed_while_not_armed_is_dropped() -> None:
    async def scene() -> None:
        wire, session = make()
        async with Desk(session) as desk:
            await desk.wait(0.5)
            wire.say(keys.line("nobody asked"))
            await desk.wait(0.5)
            session.arm(True)
            wire.say(keys.line("wanted"))
            await desk.wait(0.5)
            assert codes(desk) == [b"wanted"]

    virtual_time.run(scene())


def test_unplugged_in_the_middle_of_a_code_with_shift_held() -> None:
    async def scene() -> None:
        wire, session = make()
        async with Desk(session) as desk:
            session.arm(True)
            await desk.wait(0.5)
            wire.say(keys.records([*keys.text("81000"), (1, keys.SHIFT, 1)]) + b"\0" * 11)
            await desk.wait(0.01)
            wire.unplug()
            await desk.wait(30)
            wire.plug()
            await desk.wait(8)
            wire.say(keys.line("17a"))
            await desk.wait(0.5)
            assert desk.states() == ["ready", "silent scanner.silent", "ready"]
            assert codes(desk) == [b"17a"]

    virtual_time.run(scene())


def test_lost_events_cost_one_code() -> None:
    async def scene() -> None:
        wire, session = make()
        async with Desk(session) as desk:
            session.arm(True)
            await desk.wait(0.5)
            wire.say(keys.records([*keys.text("81000"), keys.SYN_DROPPED, keys.SYN]) + keys.line("17"))
            await desk.wait(0.2)
            wire.say(keys.line("81000171"))
            await desk.wait(0.5)
            assert codes(desk) == [b"81000171"]

    virtual_time.run(scene())


def test_nothing_is_ever_written_to_it() -> None:
    async def scene() -> None:
        wire, session = make()
        async with Desk(session) as desk:
            for on in (True, False, True):
                session.arm(on)
                await desk.wait(10)
            assert wire.written == []

    virtual_time.run(scene())
