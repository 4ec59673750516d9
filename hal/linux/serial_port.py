"""A serial port on Linux as a `BytePort`: pyserial sets the line up, the event loop waits for its file descriptor.

Works on UARTs, USB-serial adapters and pseudo-terminals. No threads.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import termios
from typing import TYPE_CHECKING

import serial

from hal.errors import PortClosed

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import NoReturn

STUCK_S = 5.0  # a line that takes not one byte for so long (flow control, a stopped peer) counts as gone


class SerialPort:
    """The serial line at `path` with `baud`, 8N1, no flow control, held exclusively while open.

    Unplugging, hanging up and any other error of the line raise `PortClosed` and close it; `open` opens it again,
    following `path` anew. One task reads and writes; `close` may come from another and ends a waiting read.
    """

    def __init__(self, path: str, baud: int) -> None:
        self.name = path
        self._baud = baud
        self._serial: serial.Serial | None = None
        self._waiter: asyncio.Future[bool] | None = None
        self._reading = False  # who waits is a read, not a write

    async def open(self) -> None:
        """Open the line and drop what had come in before. Raises `PortClosed` when it cannot be opened."""
        await self.close()
        try:
            line = serial.Serial(self.name, self._baud, timeout=0, write_timeout=0, exclusive=True)
        except (OSError, ValueError) as error:
            raise PortClosed("port.closed", f"{self.name}: {_reason(error)}") from None
        self._serial = line
        try:
            _keep_calm(line.fileno())
            line.reset_input_buffer()
        except (OSError, termios.error) as error:
            await self._lose(_reason(error))

    async def read(self, limit: int, timeout_ms: int) -> bytes:
        """At least one and at most `limit` bytes; b"" when none came in time; `PortClosed` when the line is gone."""
        fd = self._descriptor()
        try:
            data = os.read(fd, limit)
            if data or timeout_ms <= 0:
                return data
        except BlockingIOError:
            pass
        except OSError as error:
            await self._lose(_reason(error))
        loop = asyncio.get_running_loop()
        if not await self._ready(fd, loop.add_reader, loop.remove_reader, timeout_ms / 1000):
            return b""
        try:
            data = os.read(fd, limit)
        except BlockingIOError:
            return b""
        except OSError as error:
            await self._lose(_reason(error))
        if not data:
            await self._lose("hung up")
        return data

    async def write(self, data: bytes) -> None:
        """Hand `data` to the line; returns when all of it was taken. `PortClosed` when it is gone or stuck."""
        rest = memoryview(data)
        loop = asyncio.get_running_loop()
        while rest:
            fd = self._descriptor()
            try:
                rest = rest[os.write(fd, rest) :]
            except BlockingIOError:
                if not await self._ready(fd, loop.add_writer, loop.remove_writer, STUCK_S):
                    await self._lose("takes no more bytes")
            except OSError as error:
                await self._lose(_reason(error))

    async def set_baud(self, baud: int) -> None:
        """Talk at `baud` bits per second from now on, also after the next `open`; what is on its way goes out first."""
        self._baud = baud
        if self._serial is None:
            return
        try:
            termios.tcdrain(self._serial.fileno())
            self._serial.baudrate = baud
        except (OSError, ValueError, termios.error) as error:
            await self._lose(_reason(error))

    def wake(self) -> None:
        """End the waiting read: it returns b"" at once."""
        if self._waiter is not None and self._reading:
            _finish(self._waiter, False)

    async def close(self) -> None:
        """Close the line. Closing a closed one does nothing."""
        line, self._serial = self._serial, None
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_exception(PortClosed("port.closed", f"{self.name}: closed"))
        if line is not None:
            with contextlib.suppress(OSError, termios.error):  # already gone; there is nothing left to release
                line.close()

    def _descriptor(self) -> int:
        if self._serial is None:
            raise PortClosed("port.closed", f"{self.name}: not open")
        fd: int = self._serial.fileno()
        return fd

    async def _ready(
        self,
        fd: int,
        add: Callable[..., None],
        remove: Callable[[int], bool],
        timeout_s: float,
    ) -> bool:
        """Wait until `fd` can be read or written; False when `timeout_s` passed first, or a read was woken."""
        loop = asyncio.get_running_loop()
        waiter: asyncio.Future[bool] = loop.create_future()
        self._waiter = waiter
        self._reading = add == loop.add_reader
        add(fd, _finish, waiter, True)
        try:
            async with asyncio.timeout(timeout_s):  # wait_for of 3.11 can swallow a cancellation
                return await waiter
        except TimeoutError:
            return False
        finally:
            self._waiter = None
            remove(fd)

    async def _lose(self, cause: str) -> NoReturn:
        await self.close()
        raise PortClosed("port.closed", f"{self.name}: {cause}") from None


def _finish(waiter: asyncio.Future[bool], ready: bool) -> None:
    if not waiter.done():
        waiter.set_result(ready)


def _reason(error: Exception) -> str:
    return os.strerror(error.errno) if isinstance(error, OSError) and error.errno else type(error).__name__


def _keep_calm(fd: int) -> None:
    """Leave DTR alone at close (HUPCL), and do not report a broken line as a byte 00 (IGNBRK)."""
    settings = termios.tcgetattr(fd)
    settings[0] |= termios.IGNBRK
    settings[2] &= ~termios.HUPCL
    termios.tcsetattr(fd, termios.TCSANOW, settings)
