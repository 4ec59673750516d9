"""A USB device with bulk endpoints as a `BytePort`: card readers and printers without a serial port of their own.

Readers of the CVR-100U class (0400:c35a) take a whole frame in one bulk transfer and answer in packets of 64 bytes
(client sources of such readers); printers of the USB printer class are streams both ways. A thread takes the packets
from the device as they come, for libusb waits for one only while it is asked.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from typing import TYPE_CHECKING, Any

from hal.errors import PortClosed
from hal.linux.usb_link import UsbLink
from hal.linux.usb_name import UsbName

if TYPE_CHECKING:
    from typing import NoReturn

_SLICE_MS = 100  # the longest that closing waits for the thread
_MOST_BYTES = 1 << 16  # that wait for a `read`; what a device says beyond is lost, as on a serial line


class UsbPort:
    """The device that `rest` names: `<vendor>:<product>` or `<vendor>:<product>:<serial>`, both in four hexadecimal
    digits. Where several fit, the first that is found.

    Unplugging and every other error raise `PortClosed` and close it; `open` looks for the device anew. One task reads
    and writes; `close` may come from another and ends a waiting read. `backend` is pyusb's way to the bus, libusb where
    none is given.
    """

    def __init__(self, rest: str, backend: Any = None) -> None:
        self.name = "usb:" + rest
        self._device = UsbName.parse(rest)
        self._backend = backend
        self._link: UsbLink | None = None
        self._pump: threading.Thread | None = None
        self._input = bytearray()
        self._lost = ""  # why the device that was open is gone
        self._waiter: asyncio.Future[None] | None = None

    async def open(self) -> None:
        """Find the device, claim it and forget what it said before. `PortClosed` says why it cannot be had."""
        await self.close()
        try:
            link = await asyncio.to_thread(UsbLink, self._device, self._backend)
        except PortClosed as error:
            raise PortClosed("port.closed", f"{self.name}: {error.cause}") from None
        self._input.clear()
        self._lost = ""
        self._link = link
        arguments = (link, asyncio.get_running_loop())
        self._pump = threading.Thread(target=self._take_packets, args=arguments, name=self.name, daemon=True)
        self._pump.start()

    async def read(self, limit: int, timeout_ms: int) -> bytes:
        """At least one and at most `limit` bytes; b"" when none came in time; `PortClosed` when the device is gone."""
        await asyncio.sleep(0)  # lets in what the thread has handed over
        if not self._input and timeout_ms > 0 and self._link is not None and not self._lost:
            await self._wait(timeout_ms / 1000)
        if self._link is None:
            raise PortClosed("port.closed", f"{self.name}: not open")
        if not self._input and self._lost:
            await self._lose(self._lost)
        data = bytes(self._input[:limit])
        del self._input[:limit]
        return data

    async def write(self, data: bytes) -> None:
        """Hand `data` to the device in one bulk transfer. `PortClosed` when it is gone or takes nothing."""
        if self._link is None:
            raise PortClosed("port.closed", f"{self.name}: not open")
        try:
            await asyncio.to_thread(self._link.write, data)
        except PortClosed as error:
            await self._lose(self._lost or error.cause)  # the thread that reads may have seen the reason first

    async def set_baud(self, baud: int) -> None:
        """Nothing: the bus has one speed."""

    def wake(self) -> None:
        """End the waiting read (`hal.ports.BytePort.wake`)."""
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    async def close(self) -> None:
        """Give the device back. Closing a closed port does nothing."""
        self._link = None
        self.wake()
        pump, self._pump = self._pump, None
        if pump is not None:
            await asyncio.to_thread(pump.join)

    def _take_packets(self, link: UsbLink, loop: asyncio.AbstractEventLoop) -> None:
        """The thread of one opened device: ends when the port is closed or the device gone."""
        with contextlib.suppress(RuntimeError):  # the loop has ended without closing the port
            try:
                while self._link is link:
                    packet = link.read_packet(_SLICE_MS)
                    if packet:
                        loop.call_soon_threadsafe(self._came, link, packet)
            except PortClosed as error:
                loop.call_soon_threadsafe(self._gone, link, error.cause)
            finally:
                link.release()

    def _came(self, link: UsbLink, packet: bytes) -> None:
        if self._link is link and len(self._input) + len(packet) <= _MOST_BYTES:
            self._input += packet
            self.wake()

    def _gone(self, link: UsbLink, cause: str) -> None:
        if self._link is link:
            self._lost = cause
            self.wake()

    async def _wait(self, timeout_s: float) -> None:
        self._waiter = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(timeout_s):
                await self._waiter
        except TimeoutError:
            return
        finally:
            self._waiter = None

    async def _lose(self, cause: str) -> NoReturn:
        await self.close()
        raise PortClosed("port.closed", f"{self.name}: {cause}") from None
