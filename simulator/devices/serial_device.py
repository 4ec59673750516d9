"""What all devices on a serial line share: a cable that can be pulled, a speed, and faults that can be switched on."""

from collections.abc import Callable
from typing import ClassVar

from simulator.clock import Clock
from simulator.devices.device_faults import Faults
from simulator.devices.line_faults import RESTARTS, SMALL_BUFFER, WRONG_BAUD, LineFaults


class SerialDevice:
    """A device at the end of a serial cable that also carries its power. `faults` knows those of `LINE_FAULTS`.

    Subclasses say what a byte does (`_handle`), and what happens when the power goes (`_pulled`) and comes (`_put_in`).
    A random choice of a fault is the same each time for the same `seed`.
    """

    can_have: ClassVar[frozenset[str] | None] = None  # names of faults; None = all that the catalogue has for it

    def __init__(self, clock: Clock, baud: int = 115200, seed: int = 0) -> None:
        self.faults = Faults(self._faults_changed)
        self.plugged = True
        self.overruns = 0  # bytes that found the input buffer full
        self.on_baud: Callable[[int], None] = _ignore
        self._clock = clock
        self._power = 0  # counts power cycles: what was being worked on does not survive one
        self._line = LineFaults(clock, self.faults, seed)
        self._set_baud_to = baud
        self._told_baud = baud
        self._restarting = False
        self._to_host: Callable[[bytes], None] = _nowhere
        self._listeners: list[Callable[[], None]] = []

    @property
    def baud(self) -> int:
        """The speed it talks at, in bits per second; 0 = speeds mean nothing to it."""
        if self._set_baud_to and self.faults.active(WRONG_BAUD):
            return self.faults.number(WRONG_BAUD) or (9600 if self._set_baud_to != 9600 else 115200)
        return self._set_baud_to

    @property
    def waiting(self) -> int:
        """Bytes in its input buffer."""
        return 0

    def attach(self, send: Callable[[bytes], None]) -> None:
        """Send everything the device says to `send`."""
        self._to_host = send

    def on_change(self, listener: Callable[[], None]) -> None:
        """Call `listener` after every change of what can be seen of the device."""
        self._listeners.append(listener)

    def receive(self, data: bytes) -> None:
        """Bytes from the host, in pieces of any size."""
        if not self.plugged:
            return
        if self.faults.take(RESTARTS):
            self._restarting = True  # its answer is lost
            self._handle(self._that_fit(data))
            self._restarting = False
            self.restart()
        else:
            self._handle(self._that_fit(data))

    def restart(self) -> None:
        """Take the power away and give it back."""
        self._lose_power()
        self._put_in()
        self._changed()

    def unplug(self) -> None:
        """Pull the cable."""
        self.plugged = False
        self._lose_power()
        self._changed()

    def plug(self) -> None:
        """Put the cable in."""
        if not self.plugged:
            self.plugged = True
            self._put_in()
            self._changed()

    def _lose_power(self) -> None:
        self._power += 1
        self._line.clear()
        self._pulled()

    def _that_fit(self, data: bytes) -> bytes:
        """What of `data` finds room in the input buffer; a printer overrides this, as it listens in for questions."""
        size = self.faults.number(SMALL_BUFFER)
        if size is None:
            return data
        fitting = data[: max(0, size - self.waiting)]
        self.overruns += len(data) - len(fitting)
        return fitting

    def _send(self, data: bytes) -> None:
        if data and self.plugged and not self._restarting:
            self._line.carry(data, self._to_host)

    def _set_baud(self, baud: int) -> None:
        """From now on it talks at `baud`."""
        self._set_baud_to = baud
        self._tell_baud()

    def _tell_baud(self) -> None:
        if self.baud != self._told_baud:
            self._told_baud = self.baud
            self.on_baud(self.baud)

    def _faults_changed(self) -> None:
        self._tell_baud()
        self._line.catch_up(self._to_host)

    def _changed(self) -> None:
        for listener in self._listeners:
            listener()

    def _handle(self, data: bytes) -> None:
        raise NotImplementedError

    def _pulled(self) -> None:
        """Called when the power has gone."""

    def _put_in(self) -> None:
        """Called when the power has come."""


def _nowhere(data: bytes) -> None:
    """The end of a cable that is not connected."""


def _ignore(baud: int) -> None:
    """Nobody cares about the speed."""
