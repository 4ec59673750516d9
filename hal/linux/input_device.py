"""What the kernel tells of an input device, and the few requests that ask it (include/uapi/linux/input.h)."""

from __future__ import annotations

import fcntl
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from hal.linux.usb_name import UsbName

Ioctl: TypeAlias = Callable[..., Any]  # as `fcntl.ioctl`: bytes are filled in and returned, a number is handed over

KEY_1 = 2
KEY_ENTER = 28
_EV_KEY = 1
_READ, _WRITE = 2, 1
_ID = struct.Struct("<HHHH")  # bus, vendor, product, version
_KEY_BYTES = 0x300 // 8
_UNIQUE_BYTES = 64


def _request(direction: int, number: int, size: int) -> int:
    # asm-generic/ioctl.h: the same on x86 and ARM.
    return direction << 30 | size << 16 | ord("E") << 8 | number


GET_ID = _request(_READ, 0x02, _ID.size)
GET_UNIQUE = _request(_READ, 0x08, _UNIQUE_BYTES)
GET_KEYS = _request(_READ, 0x20 + _EV_KEY, _KEY_BYTES)
GRAB = _request(_WRITE, 0x90, 4)

# Written to the device it puts its Caps Lock light out: a scanner that sees it burn changes the case of what it types.
CAPS_LOCK_OFF = struct.pack("<16xHHi16xHHi", 0x11, 1, 0, 0, 0, 0)  # EV_LED, LED_CAPSL, 0; SYN_REPORT


@dataclass(frozen=True)
class InputDevice:
    """What an input device is: its ids, its serial number or "", and the keys it can send."""

    vendor: int
    product: int
    serial: str
    keys: frozenset[int]

    def is_scanner(self, wanted: UsbName) -> bool:
        """Whether it is the one that is wanted, and that of its interfaces which types: digits and Enter."""
        ids = (self.vendor, self.product) == (wanted.vendor, wanted.product)
        return ids and wanted.serial in {"", self.serial} and {KEY_1, KEY_ENTER} <= self.keys


def describe(fd: int, ioctl: Ioctl = fcntl.ioctl) -> InputDevice:
    """Ask the device behind `fd` what it is. `OSError` when it is no input device or is gone."""
    _, vendor, product, _ = _ID.unpack(_asked(fd, GET_ID, _ID.size, ioctl))
    keys = _asked(fd, GET_KEYS, _KEY_BYTES, ioctl)
    try:
        unique = _asked(fd, GET_UNIQUE, _UNIQUE_BYTES, ioctl)
    except OSError:  # it has none
        unique = b""
    serial = unique.split(b"\0", 1)[0].decode("ascii", "replace")
    return InputDevice(vendor, product, serial, frozenset(set_bits(keys)))


def set_bits(field: bytes) -> list[int]:
    """The numbers of the bits that are set, the lowest bit of the first byte being 0."""
    return [number for number in range(len(field) * 8) if field[number // 8] >> number % 8 & 1]


def _asked(fd: int, request: int, size: int, ioctl: Ioctl) -> bytes:
    answer: bytes = ioctl(fd, request, bytes(size))
    return answer
