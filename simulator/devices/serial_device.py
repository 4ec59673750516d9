"""What all devices on a serial line share: a cable that can be pulled, and faults that can be switched on."""

from collections.abc import Callable

from simulator.clock import Clock

SILENT = "silent"


class Faults:
    """The faults of one device that are switched on, each for a number of times or until it is cleared."""

    def __init__(self) -> None:
        self._left: dict[str, int | None] = {}

    def set(self, name: str, times: int | None = None) -> None:
        """Switch `name` on for the next `times` occasions; without `times` until it is cleared."""
        self._left[name] = times
        if times is not None and times <= 0:
            del self._left[name]

    def clear(self, name: str) -> None:
        """Switch `name` off."""
        self._left.pop(name, None)

    def active(self, name: str) -> bool:
        """Is `name` on?"""
        return name in self._left

    def take(self, name: str) -> bool:
        """Is `name` on? If so, one of its occasions is used up."""
        if name not in self._left:
            return False
        left = self._left[name]
        self.set(name, None if left is None else left - 1)
        return True


class SerialDevice:
    """A device at the end of a serial cable. `faults` knows `silent`: it works, and what it says does not get out.

    Subclasses say what a byte does (`_handle`), and what happens when the cable is put in or pulled out.
    """

    def __init__(self, clock: Clock) -> None:
        self.faults = Faults()
        self.plugged = True
        self._clock = clock
        self._to_host: Callable[[bytes], None] = _nowhere
        self._listeners: list[Callable[[], None]] = []

    def attach(self, send: Callable[[bytes], None]) -> None:
        """Send everything the device says to `send`."""
        self._to_host = send

    def on_change(self, listener: Callable[[], None]) -> None:
        """Call `listener` after every change of what can be seen of the device."""
        self._listeners.append(listener)

    def receive(self, data: bytes) -> None:
        """Bytes from the host, in pieces of any size."""
        if self.plugged:
            self._handle(data)

    def unplug(self) -> None:
        """Pull the cable."""
        self.plugged = False
        self._pulled()
        self._changed()

    def plug(self) -> None:
        """Put the cable in."""
        if not self.plugged:
            self.plugged = True
            self._put_in()
            self._changed()

    def _send(self, data: bytes) -> None:
        if data and self.plugged and not self.faults.take(SILENT):
            self._to_host(data)

    def _changed(self) -> None:
        for listener in self._listeners:
            listener()

    def _handle(self, data: bytes) -> None:
        raise NotImplementedError

    def _pulled(self) -> None:
        """Called when the cable has been pulled."""

    def _put_in(self) -> None:
        """Called when the cable has been put in."""


def _nowhere(data: bytes) -> None:
    """The end of a cable that is not connected."""
