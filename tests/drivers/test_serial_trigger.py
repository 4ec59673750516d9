"""The session with a scanner that is triggered by SYN T, against a scripted one on virtual time."""

from __future__ import annotations

import asyncio

from hal.drivers.serial_trigger import SerialTriggerScanner
from hal.ports import CodeScanned
from tests.drivers import virtual_time
from tests.drivers.desk import Desk
from tests.drivers.wire import Wire

OWN_TIME_S = 3.0


class Triggered:
    """Lit from SYN T until a code, SYN U, or its own time has passed."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.heard_all: list[bytes] = []
        self.deaf_to_off = False
        self._lit_until = -1.0

    @property
    def lit(self) -> bool:
        """Whether it is looking for a code."""
        return asyncio.get_running_loop().time() < self._lit_until

    def heard(self, data: bytes) -> None:
        """Light or darken."""
        self.heard_all.append(data)
        if data == b"\x16\x54\x0d":
            self._lit_until = asyncio.get_running_loop().time() + OWN_TIME_S
        elif data == b"\x16\x55\x0d" and not self.deaf_to_off:
            self._lit_until = -1.0

    def read(self, code: bytes) -> None:
        """A code comes before the window; only a lit scanner sees it."""
        assert self.lit
        self._lit_until = -1.0
        self.wire.say(code)


def make() -> tuple[Wire, Triggered, SerialTriggerScanner]:
    """A wire with a scanner at its end, and the session."""
    wire = Wire()
    scanner = Triggered(wire)
    wire.device = scanner
    return wire, scanner, SerialTriggerScanner(wire)


def codes(desk: Desk) -> list[bytes]:
    """The codes that were told."""
    return [event.data for event in desk.of(CodeScanned)]


def test_dark_first_then_lit_while_armed() -> None:
    async def scene() -> None:
        _, scanner, session = make()
        async with Desk(session) as desk:
            await desk.wait(2)
            assert desk.states() == ["ready"]
            assert scanner.heard_all == [b"\x16U\r"]
            session.arm(True)
            await desk.wait(0.001)
            assert scanner.lit
            for _ in range(60):
                await desk.wait(1)
                assert scanner.lit
            session.arm(False)
            await desk.wait(0.001)
            assert not scanner.lit

    virtual_time.run(scene())


def test_three_codes_in_a_second() -> None:
    async def scene() -> None:
        _, scanner, session = make()
        async with Desk(session) as desk:
            session.arm(True)
            await desk.wait(0.5)
            for number in range(3):
                scanner.read(b"8100017%013d\r\n" % number)
                await desk.wait(0.3)
            assert codes(desk) == [b"8100017%013d" % number for number in range(3)]

    virtual_time.run(scene())


def test_a_light_that_stayed_on_goes_out_later() -> None:
    async def scene() -> None:
        _, scanner, session = make()
        async with Desk(session) as desk:
            session.arm(True)
            await desk.wait(1)
            scanner.deaf_to_off = True
            session.arm(False)
            await desk.wait(1)
            scanner.deaf_to_off = False
            scanner.heard(b"\x16T\r")
            await desk.wait(5)
            assert scanner.heard_all[-1] == b"\x16U\r"
            assert not scanner.lit

    virtual_time.run(scene())


def test_no_command_goes_out_in_the_middle_of_a_code() -> None:
    async def scene() -> None:
        wire, scanner, session = make()
        async with Desk(session) as desk:
            session.arm(True)
            await desk.wait(0.5)
            scanner.read(b"first\r")
            await desk.wait(1.9)
            scanner.read(b"8100")
            before = len(scanner.heard_all)
            wire.say(b"017", after_s=0.3)
            wire.say(b"1\r", after_s=0.49)
            await desk.wait(0.4)
            assert len(scanner.heard_all) == before
            await desk.wait(0.2)
            assert codes(desk) == [b"first", b"81000171"]
            assert scanner.lit

    virtual_time.run(scene())


def test_disarmed_while_the_command_is_on_its_way() -> None:
    async def scene() -> None:
        wire, scanner, session = make()
        write = wire.write

        async def slow(data: bytes) -> None:
            await asyncio.sleep(0.05)
            await write(data)

        wire.write = slow  # type: ignore[method-assign]
        async with Desk(session) as desk:
            await desk.wait(1)
            session.arm(True)
            await desk.wait(0.03)
            session.arm(False)
            await desk.wait(0.1)
            assert scanner.heard_all[-2:] == [b"\x16T\r", b"\x16U\r"]

    virtual_time.run(scene())


def test_unplugged_and_back() -> None:
    async def scene() -> None:
        wire, scanner, session = make()
        async with Desk(session) as desk:
            session.arm(True)
            await desk.wait(1)
            wire.unplug()
            await desk.wait(30)
            wire.plug()
            await desk.wait(8)
            assert desk.states() == ["ready", "silent scanner.silent", "ready"]
            scanner.read(b"123\r")
            await desk.wait(1)
            assert codes(desk) == [b"123"]

    virtual_time.run(scene())


def test_the_light_goes_out_while_nobody_takes_the_codes() -> None:
    async def scene() -> None:
        _, scanner, session = make()
        task = asyncio.create_task(session.run(lambda: None))
        session.arm(True)
        await asyncio.sleep(1)
        sent = 0
        while scanner.lit:
            scanner.read(b"%d\r" % sent)
            sent += 1
            await asyncio.sleep(0.5)
        assert sent < 40
        taken = [await session.next_event() for _ in range(len(session._events))]
        assert [int(event.data) for event in taken if isinstance(event, CodeScanned)] == list(range(sent))
        await asyncio.sleep(1)
        assert scanner.lit
        task.cancel()

    virtual_time.run(scene())
