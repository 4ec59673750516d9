"""Each driver with the simulator's scanner of its kind at the far end of a line."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from hal.drivers.gm65 import Gm65Scanner
from hal.drivers.gm67 import Gm67Scanner
from hal.drivers.keyboard_scanner import KeyboardScanner
from hal.drivers.plain_scanner import PlainScanner
from hal.drivers.serial_trigger import SerialTriggerScanner
from hal.ports import READY, CodeScanned
from simulator.clock import VirtualClock
from simulator.devices import make_scanner
from simulator.faults import FAULTS
from tests.plugin import Desk, OnALine

if TYPE_CHECKING:
    from collections.abc import Callable

    from hal.drivers.code_session import CodeSession
    from hal.ports import BytePort
    from simulator.devices import Scanner
    from tests.plugin import Line

DRIVERS: dict[str, Callable[[BytePort], CodeSession]] = {
    "gm65": lambda port: Gm65Scanner(port, 9600),
    "gm65 continuous": lambda port: Gm65Scanner(port, 9600, continuous=True),
    "gm67": lambda port: Gm67Scanner(port, 115200),
    "serial-trigger": SerialTriggerScanner,
    "serial": PlainScanner,
    "keyboard": KeyboardScanner,
}
KINDS = pytest.mark.parametrize("kind", DRIVERS)
IDENTIFIERS = {"gm65": "]C0", "gm65 continuous": "]C0", "gm67": "]C0"}
BOXES = ["81000171234567890121", "81000171234567890122", "81000171234567890123"]
NUMBERS = {"scanner.late": 250, "scanner.small_buffer": 8, "scanner.ack_late": 200}
# Only the codes of a GM67 have a check; of the others the trace code's own form has to show what such a line did to it.
SPOILS = {"scanner.noise", "scanner.drops_bytes", "scanner.repeats_bytes", "scanner.half_answer"}


def faults_of(kind: str) -> list[str]:
    """The faults that the scanner of a driver can have."""
    possible = make_scanner(VirtualClock(), kind.split(maxsplit=1)[0]).can_have
    return [name for name, each in FAULTS.items() if each.owner == "scanner" and each.knob in possible]


async def make(on_a_line: OnALine, kind: str) -> tuple[Line[Scanner], CodeSession]:
    """A simulated scanner at the end of a line, and the session with it."""
    line: Line[Scanner] = await on_a_line(partial(make_scanner, kind=kind.split(maxsplit=1)[0]))
    return line, DRIVERS[kind](line.port)


def scanned(desk: Desk) -> list[str]:
    """The codes that were told."""
    return [event.data.decode() for event in desk.of(CodeScanned)]


@pytest.mark.parametrize("kind", [kind for kind in DRIVERS if kind != "keyboard"])  # which has no serial port
@pytest.mark.also_on_a_terminal
async def test_a_box_is_scanned_and_again_after_the_cable_was_out(on_a_line: OnALine, kind: str) -> None:
    line, session = await make(on_a_line, kind)
    session.arm(True)
    async with Desk(session) as desk:
        for box in BOXES[:2]:
            await desk.until(READY)
            line.device.present(box, "code128")
            assert (await desk.next(CodeScanned)).data.decode() == IDENTIFIERS.get(kind, "") + box
            line.device.take_away()
            await line.unplug()
            await line.plug()


@KINDS
async def test_three_boxes_in_a_second(on_a_line: OnALine, kind: str) -> None:
    line, session = await make(on_a_line, kind)
    async with Desk(session) as desk:
        await desk.wait(5)
        assert desk.states() == ["ready"]
        session.arm(True)
        await desk.wait(0.5)
        for box in BOXES:
            line.device.present(box, "code128", leaves=True)
            await desk.wait(0.33)
        await desk.wait(1)
        assert scanned(desk) == [IDENTIFIERS.get(kind, "") + box for box in BOXES]
        session.arm(False)
        await desk.wait(6)
        assert not line.device.lit


@KINDS
async def test_separators(on_a_line: OnALine, kind: str) -> None:
    line, session = await make(on_a_line, kind)
    async with Desk(session) as desk:
        session.arm(True)
        await desk.wait(5)
        line.device.present("0106901234567892\x1d2112345", "gs1-datamatrix", leaves=True)
        await desk.wait(1)
        assert [code[-24:] for code in scanned(desk)] == ["0106901234567892\x1d2112345"]


@KINDS
async def test_a_missing_tail_makes_no_wrong_code(on_a_line: OnALine, kind: str) -> None:
    line, session = await make(on_a_line, kind)
    async with Desk(session) as desk:
        session.arm(True)
        await desk.wait(5)
        for number, box in enumerate([BOXES[0], BOXES[1], BOXES[1], BOXES[2]]):
            if number == 1:
                line.fault("scanner.drop_tail", 1)
            line.device.present(box, "code128", leaves=True)
            await desk.wait(2)
        lost = kind != "gm67"  # its packets have no tails
        wanted = [IDENTIFIERS.get(kind, "") + box for box in BOXES]
        assert scanned(desk) == (wanted if lost else [*wanted[:2], wanted[1], wanted[2]])


async def test_a_lost_acknowledgement_is_one_code(on_a_line: OnALine) -> None:
    line, session = await make(on_a_line, "gm67")
    async with Desk(session) as desk:
        session.arm(True)
        await desk.wait(5)
        line.fault("scanner.resends", 2)
        line.device.present(BOXES[0], "code128", leaves=True)
        await desk.wait(6)
        line.device.present(BOXES[1], "code128", leaves=True)
        await desk.wait(1)
        assert scanned(desk) == ["]C0" + box for box in BOXES[:2]]


@pytest.mark.parametrize("fault", ["scanner.alt_codes", "scanner.alt_gs", "scanner.caps_lock", "scanner.autorepeat"])
async def test_ways_to_type(on_a_line: OnALine, fault: str) -> None:
    line, session = await make(on_a_line, "keyboard")
    async with Desk(session) as desk:
        session.arm(True)
        await desk.wait(1)
        for code in ("01069a\x1d21Bc$", "plain Text"):
            line.fault(fault, 1)
            line.device.present(code, "qr", leaves=True)
            await desk.wait(1)
        assert scanned(desk) == ["01069a\x1d21Bc$", "plain Text"]


@pytest.mark.parametrize("kind", ["gm65", "gm67"])
async def test_a_set_up_that_is_refused_once_or_more(on_a_line: OnALine, kind: str) -> None:
    line, session = await make(on_a_line, kind)
    line.fault("scanner.refuses")
    async with Desk(session) as desk:
        await desk.wait(5)
        assert desk.states() == ["fault scanner.fault"]
        line.clear("scanner.refuses")
        await desk.wait(8)
        assert desk.states() == ["fault scanner.fault", "ready"]


@pytest.mark.parametrize("kind", ["gm65", "gm67"])
@pytest.mark.parametrize(("fault", "value"), [("scanner.bad_crc", 1), ("scanner.ack_late", 200)])
async def test_answers_that_come_damaged_or_late(on_a_line: OnALine, kind: str, fault: str, value: int) -> None:
    line, session = await make(on_a_line, kind)
    async with Desk(session) as desk:
        session.arm(True)
        await desk.wait(5)
        line.fault(fault, value)
        await desk.wait(10)
        line.device.present(BOXES[0], "code128", leaves=True)
        await desk.wait(4)
        assert scanned(desk) == ["]C0" + BOXES[0]]
        assert desk.states() == ["ready"]


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind in DRIVERS for name in faults_of(kind)])
async def test_after_every_fault_boxes_are_read(on_a_line: OnALine, kind: str, name: str) -> None:
    line, session = await make(on_a_line, kind)
    session.arm(True)
    async with Desk(session) as desk:
        await desk.until(READY)
        line.fault(name, *([NUMBERS[name]] if name in NUMBERS else []))
        line.device.present(BOXES[0], "code128")
        await desk.wait(8)
        line.device.take_away()
        line.clear(name)
        await desk.wait(15)
        line.device.present(BOXES[1], "code128", leaves=True)
        await desk.wait(3)
        told = [event.data for event in desk.of(CodeScanned)]
        first, second = ((IDENTIFIERS.get(kind, "") + box).encode() for box in BOXES[:2])
        assert desk.session.status.state == READY
        assert told[-1] == second
        assert set(told[:-1]) <= {first} or (kind != "gm67" and name in SPOILS)
