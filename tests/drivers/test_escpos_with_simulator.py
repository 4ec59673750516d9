"""The session with the simulator's printers at the far end of a serial line, on virtual time."""

from __future__ import annotations

import asyncio
import tomllib
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from hal.drivers.escpos import EscposPrinter
from hal.linux.qr import qr_rows
from hal.ports import CENTRE, READY, SILENT, PrintBarcode, PrintCut, PrintFeed, PrintLine, PrintQr, PrintRule
from hal.profiles import read_printer
from simulator.devices import Printer
from simulator.devices.printed import PrintedImage
from simulator.devices.printer_kinds import KINDS
from tests.drivers import virtual_time
from tests.drivers.paper_printer import action, told
from tests.plugin import Desk, Line, OnALine, in_memory

if TYPE_CHECKING:
    from collections.abc import Callable

    from hal.ports import BytePort, PrintElement

PROFILES = Path(__file__).resolve().parents[2] / "board_configs" / "printers"
CODE = "20260101-0007|210000202601010000123456"
RECEIPT: list[PrintElement] = [
    PrintLine("医保结算单", 2, bold=True, align=CENTRE),
    PrintRule(),
    *[PrintLine(f"追溯码 8123456789{number:010d}") for number in range(12)],
    PrintLine("个人负担   34.60", 2, bold=True),
    PrintQr(CODE),
    PrintFeed(3),
    PrintCut(),
]
LINES = 18  # the empty ones of the feed among them


def driver(port: BytePort, baud: int | None, kind: str) -> EscposPrinter:
    """The session that the shipped profile of that kind makes."""
    profile: dict[str, Any] = read_printer(tomllib.loads((PROFILES / f"{kind}.toml").read_text("utf-8")))
    return EscposPrinter(port, profile, (baud or 0) // 10, qr_rows if profile["qr"] == "image" else None)


def make(baud: int | None, speed: float | None, kind: str = "58mm") -> tuple[Line[Printer], EscposPrinter]:
    """A simulated printer at the end of a line (without `baud` one without a speed), and the session with it."""
    line = in_memory(partial(Printer, lines_per_second=speed, kind=KINDS[kind]), baud or 0)
    return line, driver(line.port, baud, kind)


def has_the_qr_code(printer: Printer) -> bool:
    """Whether the QR code of `CODE` stands on the paper once: as a symbol, or drawn point by point."""
    if printer.kind.qr:
        return printer.paper.qr_codes == [CODE]
    (picture,) = [item for item in printer.paper if isinstance(item, PrintedImage) and item.payload is None]
    modules = qr_rows(CODE)
    side = len(picture.rows) // len(modules)
    seen = [row[::side][: len(modules)] for row in picture.rows[::side]]
    return seen == modules and picture.align == "centre" and side * picture.dot_wide == side * picture.dot_high == 8


async def play(baud: int | None, speed: float | None, ends_after: int = 0, forgets: bool = False) -> tuple[str, str]:
    """The outcome and what stands on the paper, when the roll ends after so many lines and is replaced later."""
    line, session = make(baud, speed)
    printer = line.device
    async with Desk(session) as desk:
        await desk.wait(1)
        if ends_after:
            line.fault("printer.paper_out_after", ends_after)
        if forgets:
            line.fault("printer.forgets")
        job = asyncio.create_task(session.print(RECEIPT, action()))
        await desk.wait(20)
        printer.load_paper()
        result = await job
        assert forgets or printer.unknown == []
        assert printer.overruns == 0
        return result.outcome, printer.paper.text()


SPEEDS = pytest.mark.parametrize(("baud", "speed"), [(None, None), (115200, 18.0), (9600, 18.0), (9600, 25.0)])


@SPEEDS
def test_the_receipt_is_printed(baud: int | None, speed: float | None) -> None:
    outcome, text = virtual_time.run(play(baud, speed))
    assert outcome == "printed"
    assert text.count("追溯码") == 12
    assert f"[QR {CODE}]" in text


@SPEEDS
def test_a_printer_that_goes_on_by_itself_is_believed(baud: int | None, speed: float | None) -> None:
    whole = virtual_time.run(play(baud, speed))
    for ends_after in range(1, LINES + 1):
        assert virtual_time.run(play(baud, speed, ends_after)) == whole


@SPEEDS
def test_a_printer_that_forgets_is_believed_only_with_the_whole_receipt(baud: int | None, speed: float | None) -> None:
    whole = virtual_time.run(play(baud, speed))[1]
    for ends_after in range(1, LINES + 1):
        outcome, text = virtual_time.run(play(baud, speed, ends_after, forgets=True))
        assert outcome == "not_sure" or text == whole
        assert text.count("追溯码") == 12 or "[QR" not in text  # what lacks its middle lacks its end, too


@pytest.mark.also_on_a_terminal
async def test_the_receipt_is_printed_through_any_line(on_a_line: OnALine) -> None:
    line = await on_a_line(Printer, baud=115200)
    session = driver(line.port, 115200, "58mm")
    async with Desk(session) as desk:
        await desk.until(READY)
        async with asyncio.timeout(30):
            assert told(await session.print(RECEIPT, action())) == ("printed", "")
        assert line.device.paper.text().count("追溯码") == 12
        await line.unplug()
        await desk.until(SILENT)
        await line.plug()
        await desk.until(READY)


PAGE: list[PrintElement] = [
    PrintLine("測試 ¥1.00 㐀", 2),
    PrintRule(),
    PrintBarcode("20260101-0007"),
    PrintQr(CODE),
    PrintCut(),
]


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_prints_every_element(kind: str) -> None:
    async def scene() -> None:
        line, session = make(115200, 18.0, kind)
        printer = line.device
        async with Desk(session) as desk:
            await desk.wait(3)
            result = told(await session.print(PAGE, action()))
            assert result == (("not_sure", "printer.no_proof") if kind == "58mm-mute" else ("printed", ""))
            await desk.wait(5)
            text = printer.paper.text()
            assert ("〓" if kind == "58mm-plain" else "㐀") in text
            assert "￥1.00" in text
            assert "-" * session.columns in text
            assert has_the_qr_code(printer)
            assert [payload for _, payload in printer.paper.barcodes] == ["20260101-0007"]
            assert printer.paper.cuts == KINDS[kind].cutter
            assert printer.unknown == []
            assert printer.overruns == 0

    virtual_time.run(scene())


def _heal(printer: Printer) -> None:
    printer.clear_jam()
    printer.load_paper()


RECOVERED: list[tuple[str, int | None, Callable[[Printer], None]]] = [
    ("printer.cutter_jams", 1, _heal),
    ("printer.motor_jams", 1, _heal),
    ("printer.overheats", 1, _heal),
    ("printer.stalls", 3, _heal),
    ("printer.paper_out_after", 5, _heal),
    ("printer.near_end_stuck", None, _heal),
    ("printer.automatic_status", None, _heal),
    ("printer.slow_status", None, _heal),
    ("printer.loses_chinese", None, _heal),
    ("printer.flow_control", None, _heal),
    ("printer.small_buffer", 512, _heal),
]


@pytest.mark.parametrize("kind", ["58mm", "80mm", "58mm-plain"])
@pytest.mark.parametrize(("fault", "number", "heal"), RECOVERED)
def test_a_printer_that_recovers_has_printed_the_receipt_once(
    kind: str, fault: str, number: int | None, heal: Callable[[Printer], None]
) -> None:
    async def scene() -> None:
        line, session = make(115200, 18.0, kind)
        printer = line.device
        async with Desk(session) as desk:
            await desk.wait(3)
            line.fault(fault, *([] if number is None else [number]))
            result = asyncio.create_task(session.print(RECEIPT, action()))
            await desk.wait(5)
            heal(printer)
            async with asyncio.timeout(120):
                assert told(await result) == ("printed", "")
            assert printer.paper.text().count("追溯码") == 12
            assert has_the_qr_code(printer)
            assert printer.overruns == 0
            assert printer.unknown == []

    virtual_time.run(scene())


@pytest.mark.parametrize("kind", ["58mm", "80mm", "58mm-plain"])
@pytest.mark.parametrize("fault", ["printer.answer_lost_after_cut", "printer.breaks", "printer.forgets_at_loading"])
def test_what_is_not_proven_is_asked_about(kind: str, fault: str) -> None:
    async def scene() -> None:
        line, session = make(115200, 18.0, kind)
        printer = line.device
        async with Desk(session) as desk:
            await desk.wait(3)
            line.fault(fault)
            if fault == "printer.forgets_at_loading":
                line.fault("printer.paper_out_after", 5)
            result = asyncio.create_task(session.print(RECEIPT, action()))
            await desk.wait(30)
            if fault == "printer.breaks":
                printer.power_off()
                await desk.wait(3)
                printer.power_on()
            printer.load_paper()
            async with asyncio.timeout(120):
                outcome = await result
            assert outcome.outcome == "not_sure" or (fault, KINDS[kind].cutter) == (
                "printer.answer_lost_after_cut",
                False,
            )

    virtual_time.run(scene())


@pytest.mark.parametrize("kind", ["58mm", "80mm", "58mm-plain"])
def test_questions_that_fill_the_buffer_while_paper_is_out_do_no_harm(kind: str) -> None:
    async def scene() -> None:
        line, session = make(115200, 18.0, kind)
        printer = line.device
        async with Desk(session) as desk:
            await desk.wait(3)
            line.fault("printer.paper_out_after", 5)
            result = asyncio.create_task(session.print(RECEIPT, action()))
            await desk.wait(1800)
            printer.load_paper()
            async with asyncio.timeout(120):
                assert told(await result) == ("printed", "")
            assert printer.paper.text().count("追溯码") == 12
            assert has_the_qr_code(printer)

    virtual_time.run(scene())
