"""The device's SM2 keys, as the schemes use them."""

import struct

from firmware.insurance.errors import Unreachable
from hal.errors import DeviceError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from hal.ports import NationalCiphers

USER = b"1234567812345678"  # the user id that GM/T 0009-2012, section 10, gives to those who have agreed on none
_HALF = 32  # bytes of r and of s


class Sm2Keys:
    """Signs with the key of this device and verifies with that of the platform.

    A key that is missing or is none, and an SM2 that fails its self-test, are `Unreachable` `insurance.no_key`: nothing
    is sent, and what waits leaves as soon as a technician has put the key there."""

    def __init__(self, platform: "dict[str, Any]", national: "NationalCiphers") -> None:
        self._private = platform["sign_key"]
        self._public = platform["platform_key"]
        self._national = national

    def signed(self, text: bytes) -> bytes:
        """r and s, 64 bytes."""
        if not self._private:
            raise Unreachable("insurance.no_key", "no key to sign with")
        try:
            return self._national.sm2_sign(self._private, USER, text)
        except DeviceError as error:
            raise Unreachable("insurance.no_key", error.cause)

    def is_platforms(self, text: bytes, signature: bytes) -> bool:
        """Whether the platform has signed `text`."""
        if not self._public:
            raise Unreachable("insurance.no_key", "no key of the platform")
        try:
            return self._national.sm2_verify(self._public, USER, text, signature)
        except DeviceError as error:
            raise Unreachable("insurance.no_key", error.cause)


def as_der(signature: bytes) -> bytes:
    """r and s as the SEQUENCE of two INTEGERs of GM/T 0009-2012, section 7.3: 8 to 72 bytes."""
    numbers = _integer(signature[:_HALF]) + _integer(signature[_HALF:])
    return struct.pack("BB", 0x30, len(numbers)) + numbers


def _integer(number: bytes) -> bytes:
    """As short as it can be, with a zero in front of what would be negative (ITU-T X.690, section 8.3)."""
    start = 0
    while start < len(number) - 1 and number[start] == 0:
        start += 1
    digits = number[start:]
    if digits[0] & 0x80:
        digits = b"\x00" + digits
    return struct.pack("BB", 0x02, len(digits)) + digits
