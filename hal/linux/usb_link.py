"""An opened USB device with one bulk endpoint each way, by pyusb and libusb. Every call here blocks: it is made from
threads (`hal.linux.usb_port`)."""

from __future__ import annotations

import contextlib
import errno
import os
import threading
import time
from typing import TYPE_CHECKING, Any

import usb.core  # type: ignore[import-untyped]  # has no types
import usb.util  # type: ignore[import-untyped]

from hal.errors import PortClosed
from hal.linux.usb_name import UsbName

if TYPE_CHECKING:
    from collections.abc import Iterator

_INTERFACE = 0
_WRITE_MS = 5000  # a device that takes not one byte for so long counts as gone, as on a serial line
_STALE_MS = 20
_EMPTY_S = 0.01
_STALE_PACKETS = 64  # a device that babbles for ever is not drained for ever

_REASONS = {
    errno.EACCES: "permission denied: needs a udev rule",
    errno.ENODEV: "unplugged",
    errno.EBUSY: "in use by another program",
}


class UsbLink:
    """The device `name`, its interface 0 claimed and what it had to say before forgotten.

    Raises `PortClosed` when it is not there or may not be used; every method does when it is gone. One thread may read
    while another writes.
    """

    def __init__(self, name: UsbName, backend: Any = None) -> None:
        self._busy = threading.Lock()  # the device must not be released in the middle of a write
        self._released = False
        try:
            self._device = _find(name, backend)
            try:
                self._out, self._in = _claim(self._device)
                self._drain()
            except BaseException:
                usb.util.dispose_resources(self._device)
                raise
        except usb.core.NoBackendError:
            raise PortClosed("port.closed", "libusb 1.0 is not installed") from None
        except usb.core.USBError as error:
            raise PortClosed("port.closed", _reason(error)) from None
        except (IndexError, KeyError, ValueError):  # how pyusb takes descriptors that contradict each other
            raise PortClosed("port.closed", "its descriptors make no sense") from None

    def write(self, data: bytes) -> None:
        """Send `data` in one bulk transfer, or in more when the device takes it in parts."""
        rest = memoryview(data)
        with self._busy:
            while rest:
                if self._released:
                    raise PortClosed("port.closed", "not open")
                try:
                    taken = self._out.write(rest, _WRITE_MS)
                except usb.core.USBTimeoutError:
                    taken = 0
                except usb.core.USBError as error:
                    raise PortClosed("port.closed", _reason(error)) from None
                if not taken:
                    raise PortClosed("port.closed", "takes no more bytes")
                rest = rest[taken:]

    def read_packet(self, timeout_ms: int) -> bytes:
        """The next packet from the device, b"" when none came within `timeout_ms`, or an empty one came.

        One packet at a time: a longer transfer that ends with a full packet would wait for more, and lose it all when
        it runs out of time.
        """
        try:
            packet = bytes(self._in.read(self._in.wMaxPacketSize, timeout_ms))
            if not packet:  # some printers send these without end, as fast as they are asked
                time.sleep(_EMPTY_S)
            return packet
        except usb.core.USBTimeoutError:
            return b""
        except usb.core.USBError as error:
            if error.errno == errno.EPIPE:  # stalled: the next open finds the endpoint usable again
                with contextlib.suppress(usb.core.USBError):
                    self._in.clear_halt()
            raise PortClosed("port.closed", _reason(error)) from None

    def release(self) -> None:
        """Give the device back. Releasing it twice does nothing. Not while another thread reads."""
        with self._busy:
            self._released = True
            with contextlib.suppress(usb.core.USBError):  # already gone; there is nothing left to release
                usb.util.dispose_resources(self._device)

    def _drain(self) -> None:
        for _ in range(_STALE_PACKETS):
            try:
                self._in.read(self._in.wMaxPacketSize, _STALE_MS)
            except usb.core.USBTimeoutError:
                return


def _find(name: UsbName, backend: Any) -> Any:
    unreadable = False
    for device in usb.core.find(find_all=True, idVendor=name.vendor, idProduct=name.product, backend=backend):
        if not name.serial:
            return device
        try:
            if device.serial_number == name.serial:
                return device
        except (ValueError, usb.core.USBError):  # a device that may not be opened does not tell its strings
            unreadable = True
        usb.util.dispose_resources(device)
    reason = "serial number not readable: needs a udev rule" if unreadable else "not plugged in"
    raise PortClosed("port.closed", reason)


def _claim(device: Any) -> tuple[Any, Any]:
    """The first bulk endpoints out of and into the host, after the interface was taken from the kernel."""
    with contextlib.suppress(NotImplementedError):  # not every system has kernel drivers to detach
        if device.is_kernel_driver_active(_INTERFACE):
            device.detach_kernel_driver(_INTERFACE)
    try:
        configuration = device.get_active_configuration()
    except usb.core.USBError:  # none is active
        device.set_configuration()
        configuration = device.get_active_configuration()
    usb.util.claim_interface(device, _INTERFACE)
    bulk = list(_bulk_endpoints(configuration[(_INTERFACE, 0)]))
    outs = [end for end in bulk if usb.util.endpoint_direction(end.bEndpointAddress) == usb.util.ENDPOINT_OUT]
    ins = [end for end in bulk if usb.util.endpoint_direction(end.bEndpointAddress) == usb.util.ENDPOINT_IN]
    if not outs or not ins:
        raise PortClosed("port.closed", "has no bulk endpoints each way")
    return outs[0], ins[0]


def _bulk_endpoints(interface: Any) -> Iterator[Any]:
    for end in interface:
        if usb.util.endpoint_type(end.bmAttributes) == usb.util.ENDPOINT_TYPE_BULK:
            yield end


def _reason(error: usb.core.USBError) -> str:
    number = error.errno or 0
    return _REASONS.get(number) or (os.strerror(number) if number else type(error).__name__)
