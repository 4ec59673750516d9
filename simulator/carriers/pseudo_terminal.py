"""A serial line to another process: a pseudo-terminal under a stable name."""

import asyncio
import os
import termios
import tty
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from simulator.carriers.line import Line
from simulator.clock import Clock, LoopClock

CHUNK = 4096
BACKLOG_LIMIT = 4096  # what a host's own transmit buffer holds before its write blocks
_OUTPUT_SPEED = 5  # index in the list that tcgetattr returns
_UNSET = 38400  # the kernel's speed of a pseudo-terminal on which no host has set one
_SPEEDS = {
    getattr(termios, "B" + str(baud)): baud for baud in (1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200, 230400)
}


class PtyCarrier:
    """Makes a pseudo-terminal, links `link` to it and carries bytes at `baud` bits per second both ways.

    The host may open and close the link as often as it likes, or be killed: the line stays. A host that has set another
    speed than the device's gets garbage and sends garbage, as on a wire. Without `baud` neither speed nor rate matter.
    """

    def __init__(self, link: Path, baud: int | None, clock: Clock | None = None) -> None:
        clock = clock or LoopClock()
        self.link = link
        self._baud = baud
        self._receive: Callable[[bytes], None] | None = None
        self._to_host = Line(clock, baud, self._write)
        self._to_device = Line(clock, baud, self._arrived)
        self._master = -1
        self._slave = -1  # kept open: otherwise the master gets EIO whenever the host closes
        self._target = ""
        self._reading = False

    async def start(self) -> None:
        """Open the pseudo-terminal and put the link in place, over an old one. `OSError` when that cannot be done."""
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        os.set_blocking(self._master, False)
        self._target = os.ttyname(self._slave)
        self.link.parent.mkdir(parents=True, exist_ok=True)
        self.link.unlink(missing_ok=True)
        self.link.symlink_to(self._target)
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

    def connect(self, receive: Callable[[bytes], None]) -> None:
        """Hand every byte that comes from the host to `receive`."""
        self._receive = receive

    def send(self, data: bytes) -> None:
        """Send `data` to the host; what it does not read before the kernel's buffer is full is lost."""
        if self._master >= 0:
            self._to_host.put(data)

    def set_baud(self, baud: int) -> None:
        """The device now talks at `baud`; the host has to follow."""
        if self._baud is not None:
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
            self._to_device.put(self._as_heard(os.read(self._master, CHUNK)))
        if self._to_device.backlog >= BACKLOG_LIMIT:
            self._unwatch()

    def _arrived(self, data: bytes) -> None:
        if self._to_device.backlog < BACKLOG_LIMIT:
            self._watch()
        if self._receive:
            self._receive(data)

    def _write(self, data: bytes) -> None:
        with suppress(BlockingIOError):
            os.write(self._master, self._as_heard(data))

    def _as_heard(self, data: bytes) -> bytes:
        host_baud = _SPEEDS.get(termios.tcgetattr(self._slave)[_OUTPUT_SPEED])
        if self._baud is None or host_baud in (self._baud, _UNSET):
            return data
        # At the wrong speed the receiver samples long runs of one level.
        return bytes(0xFF if byte & 1 else 0x00 for byte in data)
