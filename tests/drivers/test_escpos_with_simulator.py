"""The session with the simulator's printer at the far end of a serial line, on virtual time."""

from __future__ import annotations

import asyncio

import pytest

from hal.drivers.escpos import EscposPrinter
from hal.ports import CENTRE, PrintCut, PrintFeed, PrintLine, PrintQr
from simulator.carriers.line import Line
from simulator.clock import LoopClock
from simulator.devices import Printer
from tests.drivers import virtual_time
from tests.drivers.desk import Desk
from tests.drivers.wire import Wire

RECEIPT: list[PrintLine | PrintQr | PrintFeed | PrintCut] = [
    PrintLine("医保结算单", 2, bold=True, align=CENTRE),
    PrintLine("-" * 32),
    *[PrintLine(f"追溯码 8123456789{number:010d}") for number in range(12)],
    PrintLine("个人负担   34.60", 2, bold=True),
    PrintQr("20260101-0007|210000202601010000123456"),
    PrintFeed(3),
    PrintCut(),
]
LINES = 18  # the empty ones of the feed among them


class FarEnd:
    """The device of a `Wire`: a simulated printer behind a line of `baud` bits per second."""

    def __init__(self, wire: Wire, baud: int | None, lines_per_second: float | None) -> None:
        clock = LoopClock()
        self.printer = Printer(clock, lines_per_second=lines_per_second)
        self._to_printer = Line(clock, baud, self.printer.receive)
        self.printer.attach(Line(clock, baud, wire.say).put)

    def heard(self, data: bytes) -> None:
        """Bytes from the host."""
        self._to_printer.put(data)


async def play(baud: int | None, speed: float | None, ends_after: int = 0, forgets: bool = False) -> tuple[str, str]:
    """The outcome and what stands on the paper, when the roll ends after so many lines and is replaced later."""
    wire = Wire()
    wire.device = far = FarEnd(wire, baud, speed)
    session = EscposPrinter(wire, 32)
    async with Desk(session) as desk:
        await desk.wait(1)
        if ends_after:
            far.printer.faults.set("paper_out_after", ends_after)
        if forgets:
            far.printer.faults.set("forgets")
        job = asyncio.create_task(session.print(RECEIPT))
        await desk.wait(20)
        far.printer.load_paper()
        result = await job
        assert forgets or far.printer.unknown == []
        assert far.printer.overruns == 0
        return result.outcome, far.printer.paper.text()


SPEEDS = pytest.mark.parametrize(("baud", "speed"), [(None, None), (115200, 18.0), (9600, 18.0), (9600, 25.0)])


@SPEEDS
def test_the_receipt_is_printed(baud: int | None, speed: float | None) -> None:
    outcome, text = virtual_time.run(play(baud, speed))
    assert outcome == "printed"
    assert text.count("追溯码") == 12
    assert "[QR 20260101-0007|210000202601010000123456]" in text


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
