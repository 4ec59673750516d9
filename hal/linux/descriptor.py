"""An open file descriptor read and written on the event loop, without threads."""

from __future__ import annotations

import asyncio
import contextlib
import os
import termios
from typing import TYPE_CHECKING

from hal.errors import PortClosed

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import NoReturn

STUCK_S = 5.0  # a line that takes not one byte for so long (flow control, a stopped peer) counts as gone


class Descriptor:
    """Owns the descriptor `fd`, which must not block, until `release` has closed it. One task reads and writes; `close`
    and `wake` may come from another. Any error of it raises `PortClosed` and closes it."""

    def __init__(self, name: str, fd: int, release: Callable[[], None] | None = None) -> None:
        self._name = name
        self._fd = fd
        self._release = release or (lambda: os.close(fd))
        self._waiter: asyncio.Future[bool] | None = None
        self._reading = False  # who waits is a read, not a write

    @property
    def fd(self) -> int:
        """The descriptor; `PortClosed` when it is closed."""
        if self._fd < 0:
            raise PortClosed("port.closed", f"{self._name}: not open")
        return self._fd

    async def read(self, limit: int, timeout_ms: int) -> bytes:
        """As `hal.ports.BytePort.read`."""
        # A quiet serial line reads as nothing, like one that has hung up; only once it is said to be readable, nothing
        # means the end.
        data = self._read_now(limit)
        if data or timeout_ms <= 0:
            return data
        loop = asyncio.get_running_loop()
        self._reading = True
        try:
            ready = await self._ready(loop.add_reader, loop.remove_reader, timeout_ms / 1000)
        finally:
            self._reading = False
        data = self._read_now(limit)  # also when time has run out: the program may have been busy, and overlooked it
        if ready and not data:
            self.lose("hung up")
        return data

    async def write(self, data: bytes) -> None:
        """As `hal.ports.BytePort.write`."""
        rest = memoryview(data)
        loop = asyncio.get_running_loop()
        while rest:
            try:
                rest = rest[os.write(self.fd, rest) :]
            except BlockingIOError:
                if not await self._ready(loop.add_writer, loop.remove_writer, STUCK_S):
                    self.lose_stuck()
            except OSError as error:
                self.lose(reason(error))

    def wake(self) -> None:
        """End the read that is waiting now."""
        if self._waiter is not None and self._reading:
            _finish(self._waiter, False)

    def close(self) -> None:
        """Close it; a waiting read or write ends with `PortClosed`. Closing it again does nothing."""
        fd, self._fd = self._fd, -1
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_exception(PortClosed("port.closed", f"{self._name}: closed"))
        if fd >= 0:
            with contextlib.suppress(OSError, termios.error):  # already gone; there is nothing left to release
                self._release()

    def lose(self, cause: str) -> NoReturn:
        """Close it and raise `PortClosed` with that cause."""
        self.close()
        raise PortClosed("port.closed", f"{self._name}: {cause}") from None

    def lose_stuck(self) -> NoReturn:
        """As `lose`, for a line that takes no more bytes. They are forgotten: the kernel would wait half a minute for
        them before it closes the line, and the whole program with it."""
        with contextlib.suppress(OSError, termios.error):
            termios.tcflush(self.fd, termios.TCOFLUSH)
        self.lose("takes no more bytes")

    def _read_now(self, limit: int) -> bytes:
        try:
            return os.read(self.fd, limit)
        except BlockingIOError:
            return b""
        except OSError as error:
            self.lose(reason(error))

    async def _ready(self, add: Callable[..., None], remove: Callable[[int], bool], timeout_s: float) -> bool:
        """Wait until it can be read or written; False when `timeout_s` passed first, or a read was woken."""
        fd = self.fd
        loop = asyncio.get_running_loop()
        waiter: asyncio.Future[bool] = loop.create_future()
        self._waiter = waiter
        add(fd, _finish, waiter, True)
        # A timer of our own: `asyncio.timeout` costs several times as much, and this is done for every few bytes.
        timer = loop.call_later(timeout_s, _finish, waiter, False)
        try:
            return await waiter
        finally:
            timer.cancel()
            self._waiter = None
            remove(fd)


def reason(error: Exception) -> str:
    """What happened, in the system's words, without a path or a value."""
    return os.strerror(error.errno) if isinstance(error, OSError) and error.errno else type(error).__name__


def _finish(waiter: asyncio.Future[bool], ready: bool) -> None:
    if not waiter.done():
        waiter.set_result(ready)
