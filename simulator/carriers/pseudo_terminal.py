"""A serial line to another process: a pseudo-terminal under a stable name."""

import asyncio
import os
import termios
import tty
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

from simulator.carriers.line import UNSET, Line, as_heard
from simulator.clock import Clock, LoopClock

CHUNK = 4096
BACKLOG_LIMIT = 4096  # what a host's own transmit buffer holds before its write blocks
_OUTPUT_SPEED = 5  # index in the list that tcgetattr returns
_NEVER_SET = 38400  # the kernel's speed of a pseudo-terminal on which no host has set one
_OTHER = 1  # a speed that no device has
_SPEEDS = {
    getattr(termios, "B" + str(baud)): baud for baud in (1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200, 230400)
}


class PtyCarrier:
    """Makes a pseudo-terminal, links `link` to it and carries bytes both ways.

    The host may open and close the link as often as it likes, or be killed: the line stays. A host that has set another
    speed than the device's `baud` gets garbage and sends garbage, as on a wire; without `baud` speeds do not matter.
    With `line_rate` bytes travel no faster than `baud` bits per second.
    """

    def __init__(self, link: Path, baud: int | None, clock: Clock | None = None, *, line_rate: bool = True) -> None:
        clock = clock or LoopClock()
        self.link = link
        self._baud = baud or UNSET
        self._receive: Callable[[bytes], None] | None = None
        self._to_host = Line(clock, baud if line_rate else None, self._write)
        self._to_device = Line(clock, baud if line_rate else None, self._arrived)
        self._master = -1
        self._slave = -1  # kept open: otherwise the master gets EIO whenever the host closes
        self._target = ""
        self._reading = False

    async def start(self) -> None:
        """Open the pseudo-terminal and put the link in place, over an old one. `OSError` when that cannot be done."""
        self._open()
        self.link.parent.mkdir(parents=True, exist_ok=True)
        self._place_link()
        self._watch()

    async def renumber(self, gone: Callable[[], Awaitable[None]]) -> None:
        """The pseudo-terminal goes and another one comes, as ttyUSB1 after ttyUSB0; the link follows after `gone`."""
        old = self._master, self._slave
        if self._master < 0:
            return
        self._unwatch()
        self._to_host.clear()
        self._to_device.clear()
        self.link.unlink(missing_ok=True)
        self._open()  # before the old one is closed: otherwise it would get the old number
        for descriptor in old:
            os.close(descriptor)
        await gone()
        if self._master >= 0:
            self._place_link()
            self._watch()

    async def stop(self) -> None:
        """Remove the link and close the pseudo-terminal; the host sees its port vanish."""
        if self._master < 0:
            return
        self._unwatch()
        self._to_host.clear()
        self._to_device.clear()
        if self.link.is_symlink() and str(self.link.readlink()) == self._target:
            self.link.unlink()
        os.close(self._slave)
        os.close(self._master)
        self._master = self._slave = -1

    def _open(self) -> None:
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        os.set_blocking(self._master, False)
        self._target = os.ttyname(self._slave)

    def _place_link(self) -> None:
        self.link.unlink(missing_ok=True)
        self.link.symlink_to(self._target)

    def connect(self, receive: Callable[[bytes], None]) -> None:
        """Hand every byte that comes from the host to `receive`."""
        self._receive = receive

    def send(self, data: bytes) -> None:
        """Send `data` to the host; what it does not read before the kernel's buffer is full is lost."""
        if self._master >= 0:
            self._to_host.put(as_heard(data, self._baud, self._host_baud()))

    def set_baud(self, baud: int) -> None:
        """The device now talks at `baud`; the host has to follow."""
        if self._baud != UNSET:
            self._baud = baud
            self._to_host.set_baud(baud)
            self._to_device.set_baud(baud)

    def _watch(self) -> None:
        if not self._reading and self._master >= 0:
            asyncio.get_running_loop().add_reader(self._master, self._readable)
            self._reading = True

    def _unwatch(self) -> None:
        if self._reading:
            asyncio.get_running_loop().remove_reader(self._master)
            self._reading = False

    def _readable(self) -> None:
        with suppress(BlockingIOError):
            self._to_device.put(as_heard(os.read(self._master, CHUNK), self._host_baud(), self._baud))
        if self._to_device.backlog >= BACKLOG_LIMIT:
            self._unwatch()

    def _arrived(self, data: bytes) -> None:
        if self._to_device.backlog < BACKLOG_LIMIT:
            self._watch()
        if self._receive:
            self._receive(data)

    def _write(self, data: bytes) -> None:
        with suppress(BlockingIOError):
            os.write(self._master, data)

    def _host_baud(self) -> int:
        """The speed that the host has set; `UNSET` when it has set none."""
        baud = _SPEEDS.get(termios.tcgetattr(self._slave)[_OUTPUT_SPEED], _OTHER)
        return UNSET if baud == _NEVER_SET else baud
