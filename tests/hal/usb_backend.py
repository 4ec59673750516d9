"""A USB bus for pyusb (`usb.backend.IBackend`): devices of the simulator behind bulk endpoints, 64 bytes a packet."""

from __future__ import annotations

import errno
import threading
from collections import deque
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import usb.backend  # type: ignore[import-untyped]
import usb.core  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from simulator.devices.serial_device import SerialDevice

PACKET = 64
OUT, IN = 0x02, 0x81
_INTERRUPT_IN = 0x83  # stands first, as on devices that have more than they need


def _refuse(number: int) -> usb.core.USBError:
    return usb.core.USBError("refused", None, number)


class UsbDevice:
    """A device on the bus: what the simulator's `device` says goes out in packets, what is written it receives."""

    def __init__(self, device: SerialDevice, ids: tuple[int, int] = (0x0400, 0xC35A), serial: str = "") -> None:
        self.ids = ids
        self.serial = serial
        self.plugged = True
        self.denied = False  # no udev rule lets this user open it
        self.kernel_driver = True
        self.configured = True
        self.interfaces = 1
        self.one_way = False  # has no bulk endpoint into the host
        self.stalled = False
        self.impatient = False  # answers with an empty packet when it has nothing to say, as some printers do
        self.asked = 0  # for a packet
        self.takes = 1 << 16  # the most bytes that one transfer takes; 0 = none ever
        self.claimed = False
        self.detached = 0
        self.transfers: list[bytes] = []
        self.packets: deque[bytes] = deque()
        self.arrived = threading.Condition()
        self._device = device
        device.attach(self._says)

    def unplug(self) -> None:
        """Pull it out."""
        with self.arrived:
            self.plugged = self.claimed = False
            self._device.unplug()
            self.packets.clear()
            self.arrived.notify_all()

    def plug(self) -> None:
        """Put it in again."""
        with self.arrived:
            self.plugged = self.kernel_driver = True
            self._device.plug()

    def take(self, data: bytes) -> int:
        """One bulk transfer from the host."""
        with self.arrived:
            self.transfers.append(data)
            taken = data[: self.takes]
            self._device.receive(taken)
            return len(taken)

    def give(self, timeout_s: float) -> bytes | None:
        """The next packet for the host."""
        with self.arrived:
            self.asked += 1
            if self.impatient and not self.packets:
                return b""
            self.arrived.wait_for(lambda: self.packets or not self.plugged or self.stalled, timeout_s)
            packet = self.packets.popleft() if self.packets else None
            self.arrived.notify_all()
            return packet

    def wait_until_told(self) -> None:
        """Wait until the host has taken every packet and come back for more."""
        with self.arrived:
            assert self.arrived.wait_for(lambda: not self.packets, 60)

    def _says(self, data: bytes) -> None:
        with self.arrived:
            self.packets += [data[at : at + PACKET] for at in range(0, len(data), PACKET)]
            self.arrived.notify_all()


class UsbBus(usb.backend.IBackend):  # type: ignore[misc]  # pyusb has no types
    """The bus, as pyusb asks for it. A device is its own handle."""

    def __init__(self, *devices: UsbDevice) -> None:
        self.devices = list(devices)

    def enumerate_devices(self) -> list[UsbDevice]:
        return [device for device in self.devices if device.plugged]

    def get_device_descriptor(self, dev: UsbDevice) -> Any:
        fields: dict[str, Any] = dict.fromkeys(_DEVICE_FIELDS, 0)
        fields |= {"idVendor": dev.ids[0], "idProduct": dev.ids[1], "bNumConfigurations": 1}
        fields |= {"iSerialNumber": 3 if dev.serial else 0, "port_numbers": None}
        return SimpleNamespace(**fields)

    def get_configuration_descriptor(self, dev: UsbDevice, config: int) -> Any:
        if config:
            raise IndexError
        return SimpleNamespace(
            **dict.fromkeys(_CONFIGURATION_FIELDS, 0) | {"bConfigurationValue": 1, "bNumInterfaces": dev.interfaces}
        )

    def get_interface_descriptor(self, dev: UsbDevice, intf: int, alt: int, config: int) -> Any:
        if intf or alt:
            raise IndexError
        return SimpleNamespace(**dict.fromkeys(_INTERFACE_FIELDS, 0) | {"bNumEndpoints": 2 if dev.one_way else 3})

    def get_endpoint_descriptor(self, dev: UsbDevice, ep: int, intf: int, alt: int, config: int) -> Any:
        address, kind = ((_INTERRUPT_IN, 3), (OUT, 2), (IN, 2))[ep]
        fields = dict.fromkeys(_ENDPOINT_FIELDS, 0)
        return SimpleNamespace(**fields | {"bEndpointAddress": address, "bmAttributes": kind, "wMaxPacketSize": PACKET})

    def open_device(self, dev: UsbDevice) -> UsbDevice:
        if dev.denied:
            raise _refuse(errno.EACCES)
        return self._there(dev)

    def close_device(self, dev_handle: UsbDevice) -> None:
        pass

    def get_configuration(self, dev_handle: UsbDevice) -> int:
        return int(dev_handle.configured)

    def set_configuration(self, dev_handle: UsbDevice, config_value: int) -> None:
        self._there(dev_handle).configured = config_value == 1

    def claim_interface(self, dev_handle: UsbDevice, intf: int) -> None:
        if dev_handle.claimed or dev_handle.kernel_driver:
            raise _refuse(errno.EBUSY)
        self._there(dev_handle).claimed = True

    def release_interface(self, dev_handle: UsbDevice, intf: int) -> None:
        self._there(dev_handle).claimed = False

    def is_kernel_driver_active(self, dev_handle: UsbDevice, intf: int) -> bool:
        return self._there(dev_handle).kernel_driver

    def detach_kernel_driver(self, dev_handle: UsbDevice, intf: int) -> None:
        self._there(dev_handle).kernel_driver = False
        dev_handle.detached += 1

    def clear_halt(self, dev_handle: UsbDevice, ep: int) -> None:
        self._there(dev_handle).stalled = False

    def bulk_write(self, dev_handle: UsbDevice, ep: int, intf: int, data: Any, timeout: int) -> int:
        assert ep == OUT
        taken = self._there(dev_handle).take(data.tobytes())
        if not taken:
            raise usb.core.USBTimeoutError("took nothing", None, errno.ETIMEDOUT)
        return taken

    def bulk_read(self, dev_handle: UsbDevice, ep: int, intf: int, buff: Any, timeout: int) -> int:
        assert ep == IN
        packet = self._there(dev_handle).give(timeout / 1000)
        if self._there(dev_handle).stalled:
            raise _refuse(errno.EPIPE)
        if packet is None:
            raise usb.core.USBTimeoutError("said nothing", None, errno.ETIMEDOUT)
        if len(packet) > len(buff):
            raise _refuse(errno.EOVERFLOW)
        buff[: len(packet)] = type(buff)("B", packet)
        return len(packet)

    def ctrl_transfer(
        self, handle: UsbDevice, kind: int, request: int, value: int, index: int, data: Any, ms: int
    ) -> int:
        assert (kind, request, value >> 8) == (0x80, 6, 3)  # a string descriptor: the languages, or the serial number
        text = b"\x09\x04" if value & 0xFF == 0 else self._there(handle).serial.encode("utf-16-le")
        string = bytes([len(text) + 2, 3]) + text
        data[: len(string)] = type(data)("B", string)
        return len(string)

    def _there(self, device: UsbDevice) -> UsbDevice:
        if not device.plugged:
            raise _refuse(errno.ENODEV)
        return device


# What pyusb copies from every descriptor; what nobody looks at is 0.
_DESCRIPTOR = ("bLength", "bDescriptorType", "extra_descriptors", "bmAttributes")
_DEVICE_FIELDS = (
    *("bLength", "bDescriptorType", "bcdUSB", "bDeviceClass", "bDeviceSubClass", "bDeviceProtocol"),
    *("bMaxPacketSize0", "bcdDevice", "iManufacturer", "iProduct", "address", "bus", "port_number", "speed"),
)
_CONFIGURATION_FIELDS = (*_DESCRIPTOR, "wTotalLength", "bNumInterfaces", "iConfiguration", "bMaxPower")
_INTERFACE_FIELDS = (
    *_DESCRIPTOR,
    *("bInterfaceNumber", "bAlternateSetting", "bInterfaceClass", "bInterfaceSubClass", "bInterfaceProtocol"),
    "iInterface",
)
_ENDPOINT_FIELDS = (*_DESCRIPTOR, "bInterval", "bRefresh", "bSynchAddress")
