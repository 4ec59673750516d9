"""A serial port on Linux as a `BytePort`: pyserial sets the line up, the event loop waits for its file descriptor.

Works on UARTs, USB-serial adapters and pseudo-terminals. No threads.
"""

from __future__ import annotations

import asyncio
import termios

import serial

from hal.errors import PortClosed
from hal.linux.descriptor import STUCK_S, Descriptor, reason

_GLANCE_S = 0.01  # between two looks at what still waits to be sent


class SerialPort:
    """The serial line at `path` with `baud`, 8N1, no flow control, held exclusively while open.

    Unplugging, hanging up and any other error of the line raise `PortClosed` and close it; `open` opens it again,
    following `path` anew. One task reads and writes; `close` and `wake` may come from another.
    """

    def __init__(self, path: str, baud: int) -> None:
        self.name = path
        self._baud = baud
        self._serial: serial.Serial | None = None
        self._line: Descriptor | None = None

    async def open(self) -> None:
        """Open the line and drop what had come in before. Raises `PortClosed` when it cannot be opened."""
        await self.close()
        try:
            opened = serial.Serial(self.name, self._baud, timeout=0, write_timeout=0, exclusive=True)
        except (OSError, ValueError) as error:
            raise PortClosed("port.closed", f"{self.name}: {reason(error)}") from None
        self._serial = opened
        self._line = Descriptor(self.name, opened.fileno(), opened.close)
        try:
            _keep_calm(opened.fileno())
            opened.reset_input_buffer()
        except (OSError, termios.error) as error:
            self._line.lose(reason(error))

    async def read(self, limit: int, timeout_ms: int) -> bytes:
        """At least one and at most `limit` bytes; b"" when none came in time; `PortClosed` when the line is gone."""
        return await self._opened().read(limit, timeout_ms)

    async def write(self, data: bytes) -> None:
        """Hand `data` to the line; returns when all of it was taken. `PortClosed` when it is gone or stuck."""
        await self._opened().write(data)

    async def set_baud(self, baud: int) -> None:
        """Talk at `baud` bits per second from now on, also after the next `open`; what is on its way goes out first."""
        self._baud = baud
        if self._serial is None or not self._serial.is_open:
            return
        try:
            await self._empty(self._serial)
            self._serial.baudrate = baud
            _keep_calm(self._serial.fileno())  # the library has taken that back
        except (OSError, ValueError, termios.error) as error:
            self._opened().lose(reason(error))

    def wake(self) -> None:
        """End the waiting read (`hal.ports.BytePort.wake`)."""
        if self._line is not None:
            self._line.wake()

    async def close(self) -> None:
        """Close the line. Closing a closed one does nothing."""
        line, self._line = self._line, None
        if line is not None:
            line.close()

    async def _empty(self, line: serial.Serial) -> None:
        """Wait until all that was written is on the line. `PortClosed` when it is stuck: there `tcdrain` alone would
        never come back."""
        for _ in range(round(STUCK_S / _GLANCE_S)):
            if not line.out_waiting:
                # What is left stands in the chip, but it may take its time.
                await asyncio.to_thread(termios.tcdrain, line.fileno())
                return
            await asyncio.sleep(_GLANCE_S)
        self._opened().lose_stuck()

    def _opened(self) -> Descriptor:
        if self._line is None:
            raise PortClosed("port.closed", f"{self.name}: not open")
        return self._line


def _keep_calm(fd: int) -> None:
    """Leave DTR alone at close (HUPCL), and do not report a broken line as a byte 00 (IGNBRK)."""
    settings = termios.tcgetattr(fd)
    settings[0] |= termios.IGNBRK
    settings[2] &= ~termios.HUPCL
    termios.tcsetattr(fd, termios.TCSANOW, settings)
