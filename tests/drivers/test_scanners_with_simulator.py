"""Each driver with the simulator's scanner of its kind at the far end of a line, on virtual time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hal.drivers.gm65 import Gm65Scanner
from hal.drivers.gm67 import Gm67Scanner
from hal.drivers.keyboard_scanner import KeyboardScanner
from hal.drivers.plain_scanner import PlainScanner
from hal.drivers.serial_trigger import SerialTriggerScanner
from hal.ports import CodeScanned
from simulator.carriers.line import Line
from simulator.clock import LoopClock
from simulator.devices import make_scanner
from tests.drivers import virtual_time
from tests.drivers.desk import Desk
from tests.drivers.wire import Wire

if TYPE_CHECKING:
    from collections.abc import Callable

    from hal.drivers.code_session import CodeSession
    from simulator.devices.scanner import Scanner

DRIVERS: dict[str, tuple[int | None, Callable[[Wire], CodeSession]]] = {
    "gm65": (9600, lambda wire: Gm65Scanner(wire, 9600)),
    "gm65 continuous": (9600, lambda wire: Gm65Scanner(wire, 9600, continuous=True)),
    "gm67": (115200, lambda wire: Gm67Scanner(wire, 115200)),
    "serial-trigger": (9600, SerialTriggerScanner),
    "serial": (9600, PlainScanner),
    "keyboard": (None, KeyboardScanner),
}
KINDS = pytest.mark.parametrize("kind", DRIVERS)
IDENTIFIERS = {"gm65": "]C0", "gm65 continuous": "]C0", "gm67": "]C0"}
BOXES = ["81000171234567890121", "81000171234567890122", "81000171234567890123"]


class FarEnd:
    """The device of a `Wire`: a simulated scanner behind a line."""

    def __init__(self, wire: Wire, kind: str) -> None:
        clock, baud = LoopClock(), DRIVERS[kind][0]
        self.scanner: Scanner = make_scanner(clock, kind.split(maxsplit=1)[0])
        self._to_scanner = Line(clock, baud, self.scanner.receive)
        self.scanner.attach(Line(clock, baud, wire.say).put)

    def heard(self, data: bytes) -> None:
        """Bytes from the host."""
        self._to_scanner.put(data)


def make(kind: str) -> tuple[Scanner, CodeSession]:
    """A simulated scanner and the session with it."""
    wire = Wire()
    wire.device = far = FarEnd(wire, kind)
    return far.scanner, DRIVERS[kind][1](wire)


def scanned(desk: Desk) -> list[str]:
    """The codes that were told."""
    return [event.data.decode() for event in desk.of(CodeScanned)]


@KINDS
def test_three_boxes_in_a_second(kind: str) -> None:
    async def scene() -> None:
        scanner, session = make(kind)
        async with Desk(session) as desk:
            await desk.wait(5)
            assert desk.states() == ["ready"]
            session.arm(True)
            await desk.wait(0.5)
            for box in BOXES:
                scanner.present(box, "code128", leaves=True)
                await desk.wait(0.33)
            await desk.wait(1)
            assert scanned(desk) == [IDENTIFIERS.get(kind, "") + box for box in BOXES]
            session.arm(False)
            await desk.wait(6)
            assert not scanner.lit

    virtual_time.run(scene())


@KINDS
def test_separators(kind: str) -> None:
    async def scene() -> None:
        scanner, session = make(kind)
        async with Desk(session) as desk:
            session.arm(True)
            await desk.wait(5)
            scanner.present("0106901234567892\x1d2112345", "gs1-datamatrix", leaves=True)
            await desk.wait(1)
            assert [code[-24:] for code in scanned(desk)] == ["0106901234567892\x1d2112345"]

    virtual_time.run(scene())


@KINDS
def test_a_missing_tail_makes_no_wrong_code(kind: str) -> None:
    async def scene() -> None:
        scanner, session = make(kind)
        async with Desk(session) as desk:
            session.arm(True)
            await desk.wait(5)
            for number, box in enumerate([BOXES[0], BOXES[1], BOXES[1], BOXES[2]]):
                if number == 1:
                    scanner.faults.set("drop_tail", 1)
                scanner.present(box, "code128", leaves=True)
                await desk.wait(2)
            lost = kind != "gm67"  # its packets have no tails
            wanted = [IDENTIFIERS.get(kind, "") + box for box in BOXES]
            assert scanned(desk) == (wanted if lost else [*wanted[:2], wanted[1], wanted[2]])

    virtual_time.run(scene())


def test_a_lost_acknowledgement_is_one_code() -> None:
    async def scene() -> None:
        scanner, session = make("gm67")
        async with Desk(session) as desk:
            session.arm(True)
            await desk.wait(5)
            scanner.faults.set("resends", 2)
            scanner.present(BOXES[0], "code128", leaves=True)
            await desk.wait(6)
            scanner.present(BOXES[1], "code128", leaves=True)
            await desk.wait(1)
            assert scanned(desk) == ["]C0" + box for box in BOXES[:2]]

    virtual_time.run(scene())


@pytest.mark.parametrize("fault", ["alt_codes", "alt_gs", "caps_lock", "autorepeat"])
def test_ways_to_type(fault: str) -> None:
    async def scene() -> None:
        scanner, session = make("keyboard")
        async with Desk(session) as desk:
            session.arm(True)
            await desk.wait(1)
            for code in ("01069a\x1d21Bc$", "plain Text"):
                scanner.faults.set(fault, 1)
                scanner.present(code, "qr", leaves=True)
                await desk.wait(1)
            assert scanned(desk) == ["01069a\x1d21Bc$", "plain Text"]

    virtual_time.run(scene())


@pytest.mark.parametrize("kind", ["gm65", "gm67"])
def test_a_set_up_that_is_refused_once_or_more(kind: str) -> None:
    async def scene() -> None:
        scanner, session = make(kind)
        scanner.faults.set("refuses")
        async with Desk(session) as desk:
            await desk.wait(5)
            assert desk.states() == ["fault scanner.fault"]
            scanner.faults.clear("refuses")
            await desk.wait(8)
            assert desk.states() == ["fault scanner.fault", "ready"]

    virtual_time.run(scene())


@pytest.mark.parametrize("kind", ["gm65", "gm67"])
@pytest.mark.parametrize(("fault", "value"), [("bad_crc", 1), ("ack_late", 200)])
def test_answers_that_come_damaged_or_late(kind: str, fault: str, value: int) -> None:
    async def scene() -> None:
        scanner, session = make(kind)
        async with Desk(session) as desk:
            session.arm(True)
            await desk.wait(5)
            scanner.faults.set(fault, value)
            await desk.wait(10)
            scanner.present(BOXES[0], "code128", leaves=True)
            await desk.wait(4)
            assert scanned(desk) == ["]C0" + BOXES[0]]
            assert desk.states() == ["ready"]

    virtual_time.run(scene())
