"""A simulated printer on a desk of its own, for the tests of it."""

from dataclasses import replace
from typing import Any

from simulator.clock import VirtualClock
from simulator.devices import Printer
from simulator.devices.printer_kinds import KINDS
from simulator.faults import FAULTS

STATUS = b"\x10\x04"
RETRY = b"\x10\x05\x01"
CLEAR = b"\x10\x05\x02"
ASK_PAPER = b"\x1dr\x01"
CUT = b"\x1dV\x00"
JOB = b"".join(b"line %d\n" % number for number in range(1, 11))
JOB_LINES = [f"line {number}" for number in range(1, 11)]


class PrinterDesk:
    """A printer, its clock, and what the host has received from it. `abilities` change what its kind can do."""

    def __init__(
        self, kind: str = "58mm", lines_per_second: float | None = None, seed: int = 0, **abilities: Any
    ) -> None:
        self.clock = VirtualClock()
        self.printer = Printer(self.clock, lines_per_second, kind=replace(KINDS[kind], **abilities), seed=seed)
        self.heard = bytearray()
        self.printer.attach(self.heard.extend)

    def ask(self, data: bytes = b"") -> bytes:
        """Send `data` and take what came back."""
        self.printer.receive(data)
        answer = bytes(self.heard)
        self.heard.clear()
        return answer

    def fault(self, name: str, number: int | None = None) -> None:
        """Switch the fault of that name in the catalogue on."""
        self.printer.faults.set(FAULTS[name].knob, number)

    def wait(self, seconds: float) -> bytes:
        """Let `seconds` go by and take what came back."""
        self.clock.advance(seconds)
        return self.ask()

    def status(self) -> str:
        """The answers to the four real-time questions, in hex."""
        return b"".join(self.ask(STATUS + bytes((which,))) for which in (1, 2, 3, 4)).hex().upper()

    def lines(self) -> list[str]:
        """The text lines on the paper."""
        return [line.text for line in self.printer.paper.lines]
