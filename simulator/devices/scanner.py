"""What all scanners share: a window, a light, a trigger key, and a hand that holds codes in front of them."""

from dataclasses import dataclass
from typing import ClassVar

from simulator.clock import Clock, Timer
from simulator.devices import scanner_faults as fault
from simulator.devices.serial_device import SerialDevice

GS = "\x1d"
READ_LIMIT_S = 5.0  # how long a light burns for one read


@dataclass(frozen=True)
class LastScan:
    """The code that was read last, and the bytes that were made of it."""

    code: str
    sent: bytes


class Scanner(SerialDevice):
    """Reads what is held in front of its window while its light is on. Subclasses are the kinds of scanners.

    A kind says what it makes of a code (`_result`), how that leaves (`_emit`), whether a hand can start a read
    (`_key_starts`), and what the host's bytes do (`_handle`).
    """

    kind: ClassVar[str] = ""
    can_have = fault.OF_SERIAL_KINDS

    def __init__(self, clock: Clock, decode_s: float = 0.0, seed: int = 0, baud: int = 9600) -> None:
        """`decode_s` is how long it looks at a code."""
        super().__init__(clock, baud, seed)
        self.window: str | None = None
        self.last: LastScan | None = None
        self.reads = 0
        self._decode_s = decode_s
        self._symbology = ""
        self._leaves = False
        self._seen = False  # what is in the window has been read since the light went on
        self._triggered = False
        self._timeout: Timer | None = None
        self._decoding: Timer | None = None

    @property
    def lit(self) -> bool:
        """Is the light on?"""
        stuck = self.faults.active(fault.STUCK_LIGHT)
        return self.plugged and (self._triggered or self._never_dark() or stuck)

    def present(self, code: str, symbology: str = "", *, leaves: bool = False) -> None:
        """Hold `code` in front of the window and pull the trigger key.

        It is read at once when the light is on or the mode lets the key (or the sight of it) start a read; otherwise
        it waits in the window for the light. With `leaves` it is taken away when it has been read.
        """
        self.window = code
        self._symbology = symbology
        self._leaves = leaves
        self._seen = False
        if self.plugged and self._key_starts():
            self._light()
        self._look()
        self._changed()

    def take_away(self) -> None:
        """Take away what is in front of the window."""
        self.window = None
        self._seen = False
        self._stop_decoding()
        self._changed()

    def set_speed(self, baud: int) -> None:
        """Make it talk at `baud` from now on, as after a setting card. `ValueError` for a speed it has not."""
        if not self._set_baud_to:
            raise ValueError("this kind of scanner knows no speeds")
        self._set_baud(baud)

    # ---- what kinds decide

    def _result(self, code: str) -> bytes:
        raise NotImplementedError

    def _emit(self, result: bytes) -> None:
        self._send(result)

    def _key_starts(self) -> bool:
        return True

    def _never_dark(self) -> bool:
        return False

    def _read_limit_s(self) -> float:
        """0 = no limit."""
        return READ_LIMIT_S

    def _handle(self, data: bytes) -> None:
        """Most kinds that are not asked hear nothing."""

    def _pulled(self) -> None:
        self.faults.clear(fault.STUCK_LIGHT)
        self._dark()

    def _faults_changed(self) -> None:
        super()._faults_changed()
        self._look()  # a light that was stuck may see now

    # ---- the light and the eye

    def _light(self) -> None:
        self._dark()
        self._triggered = True
        self._seen = False
        if limit := self._read_limit_s():
            self._timeout = self._clock.after(limit, self._timed_out)

    def _dark(self) -> None:
        self._triggered = False
        self._stop_decoding()
        if self._timeout:
            self._timeout.cancel()
            self._timeout = None

    def _timed_out(self) -> None:
        self._dark()
        self._changed()

    def _look(self) -> None:
        stuck = self.faults.active(fault.STUCK_LIGHT)
        if not self.lit or stuck or self.window is None or self._seen or self._decoding:
            return
        if self._decode_s > 0:
            self._decoding = self._clock.after(self._decode_s, self._decoded)
        else:
            self._decoded()

    def _stop_decoding(self) -> None:
        if self._decoding:
            self._decoding.cancel()
            self._decoding = None

    def _decoded(self) -> None:
        self._decoding = None
        if self.window is None:
            return
        self._seen = True
        self.reads += 1
        code = self.window.replace(GS, "") if self.faults.take(fault.DROPS_SEPARATOR) else self.window
        result = self._result(code)
        self.last = LastScan(self.window, result)
        if self._leaves:
            self.window = None
        self._dark()
        for _ in range(2 if self.faults.take(fault.TWICE) else 1):
            self._emit(result)
        self._changed()

    def _tailed(self, text: bytes, tail: bytes) -> bytes:
        return text if self.faults.take(fault.DROP_TAIL) else text + tail

    def _acknowledge(self, frame: bytes) -> None:
        """Send an answer to a command, late when that is its fault."""
        late_ms, power = self.faults.number(fault.ACK_LATE), self._power

        def send() -> None:
            if power == self._power:
                self._send(frame)

        if late_ms is None:
            send()
        else:
            self._clock.after(late_ms / 1000, send)
