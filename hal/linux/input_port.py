"""The keys of one USB scanner that types like a keyboard, as a `BytePort` that is only read.

The bytes are the kernel's `struct input_event`, untouched. docs/decisions/0005 says why no library stands in between.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
from pathlib import Path

from hal.errors import PortClosed
from hal.linux.descriptor import Descriptor
from hal.linux.input_device import CAPS_LOCK_OFF, GRAB, Ioctl, describe
from hal.linux.usb_name import UsbName

_EVENT = re.compile(r"event(\d+)")
FOLDER = Path("/dev/input")


class InputPort:
    """The keyboard `vendor:product` or `vendor:product:serial` (hexadecimal ids), found anew at each `open`, because it
    may come back under another number after it was unplugged. Of a scanner with several interfaces it is the first that
    types digits and Enter. While open it is held exclusively: nothing that is scanned gets into a window or a console.

    `write` and `set_baud` do nothing: a keyboard hears nothing, and has no speed.
    """

    def __init__(self, rest: str, folder: Path = FOLDER, ioctl: Ioctl = fcntl.ioctl) -> None:
        self.name = f"input:{rest}"
        self._wanted = UsbName.parse(rest)
        self._folder = folder
        self._ioctl = ioctl
        self._line: Descriptor | None = None

    async def open(self) -> None:
        """Find the device and take it for ourselves. `PortClosed` says why it cannot be had."""
        await self.close()
        trouble = "not plugged in"
        for path in _devices(self._folder):
            try:
                fd = self._take(path)
            except OSError as error:
                trouble = f"{path.name}: {os.strerror(error.errno or 0)}"
                continue
            if fd >= 0:
                self._line = Descriptor(self.name, fd)
                return
        raise PortClosed("port.closed", f"{self.name}: {trouble}")

    async def read(self, limit: int, timeout_ms: int) -> bytes:
        """Some bytes of events; b"" when none came in time; `PortClosed` when the device is gone."""
        return await self._open_line().read(limit, timeout_ms)

    async def write(self, data: bytes) -> None:
        """Does nothing; `PortClosed` when the port is not open."""
        self._open_line()

    async def set_baud(self, baud: int) -> None:
        """Does nothing; `PortClosed` when the port is not open."""
        self._open_line()

    def wake(self) -> None:
        """End the waiting read (`hal.ports.BytePort.wake`)."""
        if self._line is not None:
            self._line.wake()

    async def close(self) -> None:
        """Give the device back. Closing a closed port does nothing."""
        if self._line is not None:
            self._line.close()
            self._line = None

    def _open_line(self) -> Descriptor:
        if self._line is None:
            raise PortClosed("port.closed", f"{self.name}: not open")
        return self._line

    def _take(self, path: Path) -> int:
        """The descriptor of the device at `path`, grabbed, or -1 when it is another one."""
        fd = _opened(path)
        try:
            if describe(fd, self._ioctl).is_scanner(self._wanted):
                self._ioctl(fd, GRAB, 1)
                with contextlib.suppress(OSError):  # it has no such light, or may only be read
                    os.write(fd, CAPS_LOCK_OFF)
                return fd
        except OSError:
            os.close(fd)
            raise
        os.close(fd)
        return -1


def _devices(folder: Path) -> list[Path]:
    """The event devices, in the order of their numbers."""
    numbered = [(int(found[1]), path) for path in _entries(folder) if (found := _EVENT.fullmatch(path.name))]
    return [path for _, path in sorted(numbered)]


def _entries(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def _opened(path: Path) -> int:
    flags = os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY
    try:
        return os.open(path, os.O_RDWR | flags)
    except PermissionError:
        return os.open(path, os.O_RDONLY | flags)
