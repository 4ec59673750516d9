"""An in-memory byte port with a scripted device at its far end."""

from __future__ import annotations

import asyncio
from typing import Protocol

from hal.errors import PortClosed


class Device(Protocol):
    """What sits at the far end of a wire."""

    def heard(self, data: bytes) -> None:
        """The host wrote `data`."""


class Deaf:
    """A device that never answers."""

    def heard(self, data: bytes) -> None:
        """Nothing happens."""


class Wire:
    """A `BytePort` whose far end is a `Device` in the same process; can be unplugged and plugged in again."""

    def __init__(self) -> None:
        self.name = "wire"
        self.device: Device = Deaf()
        self.opened = 0
        self.plugged = True
        self.open_now = False
        self.written: list[tuple[float, bytes]] = []
        self.piece = 1 << 16  # the most bytes that one read returns
        self.baud = 0  # as last set by the driver; 0 = never
        self._woken = False
        self._input = bytearray()
        self._arrived = asyncio.Event()

    async def open(self) -> None:
        """Open it; what came in before is forgotten."""
        if not self.plugged:
            raise PortClosed("port.closed", "unplugged")
        self.opened += 1
        self.open_now = True
        self._input.clear()

    async def read(self, limit: int, timeout_ms: int) -> bytes:
        """As `BytePort.read`."""
        await asyncio.sleep(0)
        if not self._input and self.open_now and timeout_ms > 0:
            self._arrived.clear()
            self._woken = False
            try:
                async with asyncio.timeout(timeout_ms / 1000):
                    await self._arrived.wait()
            except TimeoutError:
                return b""
        self._must_be_open()
        if self._woken:
            self._woken = False
            return b""
        size = min(limit, self.piece)
        data = bytes(self._input[:size])
        del self._input[:size]
        return data

    async def write(self, data: bytes) -> None:
        """As `BytePort.write`."""
        self._must_be_open()
        self.written.append((asyncio.get_running_loop().time(), bytes(data)))
        self.device.heard(bytes(data))

    async def set_baud(self, baud: int) -> None:
        """As `BytePort.set_baud`."""
        self._must_be_open()
        self.baud = baud

    def wake(self) -> None:
        """As `BytePort.wake`."""
        self._woken = not self._arrived.is_set()
        self._arrived.set()

    async def close(self) -> None:
        """As `BytePort.close`."""
        self.open_now = False
        self._arrived.set()

    def say(self, data: bytes, after_s: float = 0.0) -> None:
        """The device sends `data`, now or later."""
        if after_s:
            asyncio.get_running_loop().call_later(after_s, self.say, data)
        elif self.open_now:
            self._input += data
            self._arrived.set()

    def unplug(self) -> None:
        """Pull the cable."""
        self.plugged = self.open_now = False
        self._arrived.set()

    def plug(self) -> None:
        """Put the cable back."""
        self.plugged = True

    def _must_be_open(self) -> None:
        if not self.open_now:
            raise PortClosed("port.closed", "not open")
