"""What a receipt printer is given, what it says of itself, and what became of a job."""

from hal.ports.status import NO, UNKNOWN, YES, DeviceStatus

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol

    from hal.ports.status import Facts
else:
    Protocol = object


LEFT = "left"
CENTRE = "centre"
RIGHT = "right"


class PrintLine:
    """One line of text: `scale` 1 to 8 times width and height, `align` `LEFT`, `CENTRE` or `RIGHT`."""

    def __init__(self, text: str, scale: int = 1, bold: bool = False, align: str = LEFT) -> None:
        self.text = text
        self.scale = scale
        self.bold = bold
        self.align = align

    def __repr__(self) -> str:
        return "PrintLine(*)"  # receipts carry names


class PrintQr:
    """A QR code with `data` (ASCII), centred."""

    def __init__(self, data: str) -> None:
        self.data = data

    def __repr__(self) -> str:
        return "PrintQr(*)"


class PrintBarcode:
    """A Code 128 bar code with `data` (printable ASCII, 1 to 20 characters), centred, the characters below it."""

    def __init__(self, data: str) -> None:
        self.data = data

    def __repr__(self) -> str:
        return "PrintBarcode(*)"


class PrintRule:
    """A line across the paper."""


class PrintFeed:
    """Empty lines."""

    def __init__(self, lines: int) -> None:
        self.lines = lines


class PrintCut:
    """Cut the paper, where there is a cutter."""


if TYPE_CHECKING:
    PrintElement = PrintLine | PrintQr | PrintBarcode | PrintRule | PrintFeed | PrintCut


class PrinterStatus:
    """What a printer says of itself; each of the flags is `YES`, `NO` or `UNKNOWN`."""

    def __init__(
        self,
        online: str = UNKNOWN,
        paper: str = UNKNOWN,
        paper_low: str = UNKNOWN,
        cover_open: str = UNKNOWN,
        error: str = UNKNOWN,
        cutter_error: str = UNKNOWN,
        overheated: str = UNKNOWN,
    ) -> None:
        self.online = online
        self.paper = paper
        self.paper_low = paper_low
        self.cover_open = cover_open
        self.error = error  # of any kind; the two below say which, where the printer does
        self.cutter_error = cutter_error
        self.overheated = overheated

    def trouble(self) -> str:
        """The stable code of what keeps it from printing (`printer.*`), or "" when nothing is known to."""
        if self.cover_open == YES:
            return "printer.cover_open"
        if self.paper == NO:
            return "printer.paper_out"
        if self.cutter_error == YES:
            return "printer.cutter"
        if self.overheated == YES:
            return "printer.overheated"
        if self.error == YES:
            return "printer.error"
        if self.online == NO:
            return "printer.offline"
        return ""

    def remark(self) -> str:
        """The stable code of what does not keep it from printing yet, or ""."""
        return "printer.paper_low" if self.paper_low == YES else ""


PRINTED = "printed"  # the printer itself said that the job is on paper
NOT_PRINTED = "not_printed"  # not one byte of the job was sent
NOT_SURE = "not_sure"  # some of it was sent, and there is no proof that it came out: ask a person


class PrintResult:
    """What became of a print job: `PRINTED`, `NOT_PRINTED` or `NOT_SURE`, with the code of the reason."""

    def __init__(self, outcome: str, code: str = "") -> None:
        self.outcome = outcome
        self.code = code

    def __repr__(self) -> str:
        return "PrintResult(" + self.outcome + (", " + self.code if self.code else "") + ")"


class Printer(Protocol):
    """Prints one job at a time, with the status asked before and after."""

    status: DeviceStatus
    columns: int  # width of a line in Latin characters; a Chinese character takes two

    def facts(self) -> "Facts":
        """What is known of the printer: maker and model, every bit of its status in words."""

    async def run(self, pulse: "Callable[[], None]") -> None:
        """Own the port for ever: print what is asked and watch the status. Calls `pulse` at least every ten seconds."""

    async def print(self, job: "list[PrintElement]", action: str) -> PrintResult:
        """Print `job` and wait for the proof. While paper is out or the cover open in the middle of a job, it waits for
        the doctor; a printer that goes on by itself gives the proof then, one that forgot the rest ends as
        `NOT_SURE`. `action` (1 to 40 printable ASCII characters) names this copy and no other: whoever asks keeps it in
        the vault before, and never prints the same one twice; the printer itself refuses one that it has begun
        before."""

    async def next_event(self) -> DeviceStatus:
        """Wait for the status to change: paper out, cover open, silent, ready."""
