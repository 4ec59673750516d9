"""A receipt printer with Chinese characters on a serial line (Epson ESC/POS as spoken by 58 mm printers).

Bytes wait in a finite input buffer until the mechanism is ready for them; only status questions are answered at once.
"""

from collections import deque

from simulator.clock import Clock, Timer
from simulator.devices.escpos import UNTIL_NUL, Command, next_token
from simulator.devices.paper import Paper
from simulator.devices.printed import DOTS_PER_MM, Cut, Printed, PrintedLine
from simulator.devices.printer_status import PrinterState
from simulator.devices.real_time import RealTimeListener
from simulator.devices.serial_device import SerialDevice
from simulator.devices.typesetter import Typesetter

FORGETS = "forgets"
PAPER_OUT_AFTER = "paper_out_after"

ROLL_MM = 12_000.0
NEAR_END_MM = 400.0
BUFFER = 4096
DATA_LIMIT = 64 * 1024  # a picture as wide as the paper and 17 cm long; data beyond that is swallowed
_IDENTITY = {66: b"_SIMULATOR\0", 67: b"_58MM-GB18030\0"}  # GS I, as block data


class Printer(SerialDevice):
    """Prints on `paper`. It is offline without paper or with the cover open, and then keeps what it has not printed.

    Faults: `silent` (prints, and never answers), `forgets` (loses the rest of the job when the paper ends, as cheap
    boards do), `paper_out_after` n more lines (the roll ends there).
    """

    def __init__(
        self,
        clock: Clock,
        *,
        columns: int = 32,
        lines_per_second: float | None = None,
        buffer_size: int = BUFFER,
        cutter: bool = True,
    ) -> None:
        super().__init__(clock)
        self.paper = Paper(columns)
        self.paper_mm = ROLL_MM
        self.cover_open = False
        self.powered = True
        self.overruns = 0  # bytes that found the input buffer full
        self._speed = lines_per_second
        self._buffer_size = buffer_size
        self._cutter = cutter
        self._typesetter = Typesetter(columns)
        self._real_time = RealTimeListener()
        self._input = bytearray()
        self._output: deque[Printed] = deque()
        self._command: Command | None = None  # waiting for its data
        self._data = bytearray()
        self._data_skipped = 0
        self._moving: Timer | None = None
        self._reports = False
        self._reported = b""

    @property
    def state(self) -> PrinterState:
        """What its sensors say."""
        return PrinterState(self.cover_open, self.paper_mm <= 0, self.paper_mm < NEAR_END_MM)

    @property
    def online(self) -> bool:
        """Can it print?"""
        return self.powered and not self.state.offline

    @property
    def unknown(self) -> list[bytes]:
        """Commands that it did not know."""
        return self._typesetter.unknown

    @property
    def waiting(self) -> int:
        """Bytes in the input buffer."""
        return len(self._input)

    def load_paper(self, millimetres: float = ROLL_MM) -> None:
        """Put a roll with `millimetres` of paper in, or leave so much on the one that is in."""
        self.paper_mm = max(0.0, millimetres)
        self.faults.clear(PAPER_OUT_AFTER)
        self._after_change()

    def open_cover(self) -> None:
        """Open the cover; it goes offline."""
        self.cover_open = True
        self._after_change()

    def close_cover(self) -> None:
        """Close the cover; with paper in, it goes on with what it has kept."""
        self.cover_open = False
        self._after_change()

    def power_off(self) -> None:
        """Switch it off; everything that is not on paper is lost."""
        self.powered = False
        if self._moving:
            self._moving.cancel()
            self._moving = None
        self._forget()
        self._typesetter.reset()
        self._real_time.reset()
        self._reports = False
        self._changed()

    def power_on(self) -> None:
        """Switch it on."""
        self.powered = True
        self._changed()

    def _handle(self, data: bytes) -> None:
        if not self.powered:
            return
        for byte in data:
            if which := self._real_time.hears(byte):
                self._send(self.state.real_time(which))
            if len(self._input) >= self._buffer_size:
                self._work()
            if len(self._input) < self._buffer_size:
                self._input.append(byte)
            else:
                self.overruns += 1
        self._work()

    def _after_change(self) -> None:
        self._report()
        self._work()
        self._changed()

    def _report(self) -> None:
        status = self.state.automatic()
        if self._reports and self.powered and status != self._reported:
            self._reported = status
            self._send(status)

    def _forget(self) -> None:
        self._input.clear()
        self._output.clear()
        self._command = None
        self._data.clear()

    def _work(self) -> None:
        """Print and obey until the mechanism is busy, something is in its way, or the input is used up."""
        while self.online and not self._moving:
            if self._output:
                self._print(self._output.popleft())
            elif not self._obey():
                return

    def _print(self, item: Printed) -> None:
        if isinstance(item, Cut) and not self._cutter:
            return
        self.paper.add(item)
        self.paper_mm = max(0.0, self.paper_mm - item.height / DOTS_PER_MM)
        counted = isinstance(item, PrintedLine) and self.faults.take(PAPER_OUT_AFTER)
        if counted and not self.faults.active(PAPER_OUT_AFTER):
            self.paper_mm = 0.0
        if self.paper_mm <= 0 and self.faults.active(FORGETS):
            self._forget()
        if self._speed:
            self._moving = self._clock.after(1 / self._speed, self._moved)
        self._report()
        self._changed()

    def _moved(self) -> None:
        self._moving = None
        self._work()

    def _obey(self) -> bool:
        """Take the next token from the input; False when there is none yet."""
        if self._command:
            return self._collect(self._command)
        token, size = next_token(self._input, chinese=self._typesetter.chinese)
        del self._input[:size]
        if isinstance(token, Command) and token.data:
            self._command = token
            self._data_skipped = 0
        elif isinstance(token, Command):
            self._execute(token, b"")
        elif token:
            self._output += self._typesetter.typeset(token)
        return size > 0

    def _collect(self, command: Command) -> bool:
        """Move the data of `command` out of the input buffer; obey the command when it is complete."""
        if not self._input:
            return False
        if command.data == UNTIL_NUL:
            end = self._input.find(0)
            size, complete = (end + 1, True) if end >= 0 else (len(self._input), False)
        else:
            size = min(len(self._input), command.data - len(self._data) - self._data_skipped)
            complete = len(self._data) + self._data_skipped + size == command.data
        kept = self._input[: min(size, DATA_LIMIT - len(self._data))]
        self._data += kept
        self._data_skipped += size - len(kept)
        del self._input[:size]
        if complete:
            data = bytes(self._data)
            self._command = None
            self._data.clear()
            self._execute(command, data)
        return True

    def _execute(self, command: Command, data: bytes) -> None:
        match command.name:
            case b"\x1dr":
                self._send(self.state.in_order(command.parameters[0]))
            case b"\x1dI":
                self._send(_IDENTITY.get(command.parameters[0], b""))
            case b"\x1da":
                self._reports = command.parameters[0] != 0
                self._reported = b""
                self._report()
            case b"\x1b@":
                self._reports = False
                self._output += self._typesetter.typeset(command)
            case _:
                self._output += self._typesetter.typeset(command, data)
