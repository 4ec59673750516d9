"""A receipt printer with Chinese characters on a serial line (Epson ESC/POS, as Chinese printers speak it).

Bytes wait in a finite input buffer until the mechanism is ready for them; only status questions and requests for
recovery are obeyed at once.
"""

from collections import deque

from simulator.clock import Clock, Timer
from simulator.devices import printer_faults as faults
from simulator.devices import real_time
from simulator.devices.escpos import Command, Token
from simulator.devices.line_faults import SMALL_BUFFER
from simulator.devices.paper import Paper
from simulator.devices.printed import Cut, Printed
from simulator.devices.printer_answers import Answers
from simulator.devices.printer_body import ROLL_MM, PrinterBody
from simulator.devices.printer_input import InputBuffer
from simulator.devices.printer_kinds import GB18030, KINDS, PrinterKind
from simulator.devices.printer_status import PrinterState
from simulator.devices.serial_device import SerialDevice
from simulator.devices.typesetter import Typesetter

REPRINTED = 3  # lines
_EVERYTHING = 0xFF  # GS a
_STALL_S = 1.0
_WAIT_UNIT_S = 0.5  # of GS z 0 (Epson TM-U210 specification)
_PROCESS_ID = b"\x30\x30"  # GS ( H, function 48
_PRINTABLE = range(0x20, 0x7F)
_XON, _XOFF = b"\x11", b"\x13"


class Printer(SerialDevice):
    """Prints on `paper`. While something is in its way it is offline, and keeps what it has not printed. It has a power
    supply of its own: with the cable out it goes on.

    `lines_per_second` is the speed of a usual 58 mm printer, which others multiply by their pace; without it everything
    is printed at once. Faults: those of every serial line and `printer_faults.PRINTER_FAULTS`.
    """

    def __init__(
        self,
        clock: Clock,
        lines_per_second: float | None = None,
        *,
        kind: PrinterKind = KINDS["58mm"],
        seed: int = 0,
    ) -> None:
        super().__init__(clock, seed=seed)
        self.kind = kind
        self.powered = True
        self.body = PrinterBody(clock, kind, lines_per_second, self.faults, self._after_change)
        self._typesetter = Typesetter(kind)
        self._real_time = real_time.RealTimeListener()
        self._input = InputBuffer(kind.buffer, four_bytes=kind.code_set == GB18030)
        self._answers = Answers(clock, self.faults, self._send, seed, connected=kind.answers)
        self._output: deque[Printed] = deque()
        self._moving: Timer | None = None
        self._held_off = False  # XOFF has been sent
        self._reported = -1
        self._forget_settings()

    @property
    def paper(self) -> Paper:
        """What has come out of it."""
        return self.body.paper

    @property
    def paper_mm(self) -> float:
        """Millimetres of paper left on the roll."""
        return self.body.paper_mm

    @property
    def cover_open(self) -> bool:
        """Is its cover open?"""
        return self.body.cover_open

    @property
    def temperature(self) -> float:
        """Of the head, in degrees Celsius."""
        return self.body.head.temperature

    @property
    def jam(self) -> str:
        """What is stuck: "cutter", "motor" or ""."""
        return self.body.jam

    @property
    def state(self) -> PrinterState:
        """What its sensors say."""
        return self.body.state

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
        self.faults.clear(faults.PAPER_OUT_AFTER)
        if self.body.load_paper(millimetres, self._wait_s) and self.powered:
            if self.faults.active(faults.FORGETS_AT_LOADING):
                self._forget()
            if self.faults.active(faults.REPRINTS):
                self._output.extendleft(reversed(self.paper.lines[-REPRINTED:]))
        self._after_change()

    def open_cover(self) -> None:
        """Open the cover; it goes offline."""
        self.body.open_cover(moving=self._moving is not None)
        self._after_change()

    def close_cover(self) -> None:
        """Close the cover; with paper in, it goes on with what it has kept."""
        self.body.close_cover()
        self._after_change()

    def clear_jam(self) -> None:
        """Free by hand what is stuck. The error stays until the host asks for recovery."""
        self.body.jam = ""
        self._changed()

    def press_feed(self) -> None:
        """Press the feed button for a moment."""
        if self.powered and self._button_works:
            self.body.press_feed()
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
        self._answers.clear()
        self._held_off = False
        self._reported = -1
        self._forget_settings()
        self._changed()

    def power_on(self) -> None:
        """Switch it on; when it is on, nothing happens."""
        if not self.powered:
            self.powered = True
            self.body.restart()
            self._after_change()

    def restart(self) -> None:
        """Take the power away and give it back, if it is on."""
        if self.powered:
            super().restart()
            self.power_off()
            self.power_on()

    def _forget_settings(self) -> None:
        self._watched = 0  # GS a
        self._wait_s = 0.0  # GS z 0
        self._button_works = True  # ESC c 5

    def _forget(self) -> None:
        """Clear the input and print buffers."""
        self._input.clear()
        self._output.clear()
        self._typesetter.forget_line()

    def _that_fit(self, data: bytes) -> bytes:
        """All: a status question is heard with a full buffer, too."""
        return data

    def _handle(self, data: bytes) -> None:
        if not self.powered:
            return
        self._input.size = min(self.kind.buffer, self.faults.number(SMALL_BUFFER) or self.kind.buffer)
        for byte in data:
            if (command := self._real_time.hears(byte)) and self._obey_at_once(*command):
                continue
            if self._input.full:
                self._work()
            if self._input.full:
                self.overruns += 1
            else:
                self._input.put(byte)
                self._hold_off()
        self._work()

    def _hold_off(self) -> None:
        """Ask the host to stop at three quarters of the buffer, and to go on at one quarter."""
        size, waiting = self._input.size, len(self._input)
        if not self._held_off and waiting * 4 >= size * 3 and self.faults.active(faults.FLOW_CONTROL):
            self._held_off = True
            self._answers.say(_XOFF)
        elif self._held_off and waiting * 4 <= size:
            self._held_off = False
            self._answers.say(_XON)

    def _obey_at_once(self, name: int, number: int) -> bool:
        """Carry out DLE EOT or DLE ENQ; True when that has cleared the input buffer, the command in it as well."""
        self._work()
        if name == real_time.STATUS:
            self._answers.state(self.state.real_time(number))
            return False
        if number == 0:
            self.body.go_online()
            return False
        if not self.body.recover():
            return False
        cleared = number == 2
        if cleared:
            self._forget()
        self._after_change()
        return cleared

    def _after_change(self) -> None:
        self._report()
        self._work()
        self._changed()

    def _report(self) -> None:
        choice = _EVERYTHING if self.faults.active(faults.AUTOMATIC_STATUS) else self._watched
        seen = self.state.watched(choice)
        if choice and self.powered and seen != self._reported:
            self._reported = seen
            self._answers.state(self.state.automatic())

    def _work(self) -> None:
        """Print and obey until the mechanism is busy, something is in its way, or the input is used up."""
        while self.online and not self._moving:
            if self._output:
                self._print(self._output.popleft())
            elif received := self._input.take(chinese=self._typesetter.chinese):
                self._obey(*received)
            else:
                break
        self._hold_off()

    def _print(self, item: Printed) -> None:
        stalled = self.faults.take(faults.STALLS)
        done = not stalled and self.body.put_on_paper(item)
        if not done:
            self._output.appendleft(item)
        elif isinstance(item, Cut):
            self._answers.after_cut()
        if done and self.paper_mm <= 0 and self.faults.active(faults.FORGETS):
            self._forget()
        seconds = _STALL_S if stalled else self.body.seconds(item) if done else 0.0
        if seconds:
            self._moving = self._clock.after(seconds, self._moved)
        self._report()
        self._changed()

    def _moved(self) -> None:
        self._moving = None
        self._work()

    def _obey(self, token: Token, data: bytes) -> None:
        match token:
            case Command(b"\x1dr", parameters):
                self._answers.state(self.state.in_order(parameters[0]))
            case Command(b"\x1dI", parameters):
                self._answers.say(self.kind.identity.get(parameters[0], b""))
            case Command(b"\x1da", parameters):
                self._watched = parameters[0]
                self._reported = -1 if self._watched else self._reported
                self._report()
            case Command(b"\x1dz", parameters) if parameters[0] == ord("0"):
                self._wait_s = _WAIT_UNIT_S * (parameters[1] + parameters[2])
            case Command(b"\x1bc", parameters) if parameters[0] == ord("5"):
                self._button_works = not parameters[1] & 1
            case Command(b"\x1d(", parameters) if parameters[:1] == b"H" and self.kind.process_id:
                self._say_process_id(data)
            case _:
                self._output += self._typesetter.typeset(token, data)
                if isinstance(token, Command) and token.name == b"\x1b@":
                    self._initialised()

    def _initialised(self) -> None:
        self._forget_settings()
        if self.faults.active(faults.LOSES_CHINESE):
            self._typesetter.chinese = False

    def _say_process_id(self, data: bytes) -> None:
        """GS ( H: function 48 asks for a sign of life when all before it is printed; 49 is a setting without effect."""
        number = data[2:]
        if data[:2] == _PROCESS_ID and len(number) == 4 and all(byte in _PRINTABLE for byte in number):
            self._answers.process_id(number)


def make_printer(clock: Clock, kind: str, lines_per_second: float | None = None, seed: int = 0) -> Printer:
    """A printer of one of `KINDS`. `KeyError` for another one."""
    return Printer(clock, lines_per_second, kind=KINDS[kind], seed=seed)
