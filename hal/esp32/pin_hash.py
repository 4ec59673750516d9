"""PBKDF2-HMAC-SHA256 (RFC 8018, section 5.2), whose secret first passes through the chip's own key.

MicroPython has no `pbkdf2_hmac`. Memory for Argon2id is not there, so what makes guessing hard is the chip: the secret
is first HMACed by a key in the eFuses that only the HMAC peripheral reads. Without the chip, no PIN can be tried at
all; with it, each try takes the time below.
"""

import binascii
import hashlib
import hmac

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

# The least that RFC 8018 (section 4.2) recommends. A round makes two hashes of two blocks each. At an ESTIMATED 0.3 to
# 0.6 ms for it in MicroPython on an ESP32-S3 (mostly the calls and objects of Python; 0.011 ms in the VM on a desk), a
# PIN takes about half a second. Nobody has measured it on a chip yet. The name carries the number, so it can be
# raised later for the PINs that are set from then on.
ROUNDS = 1000


class EfusePbkdf2PinHash:
    """`hal.ports.PinHash` of the ESP32-S3."""

    def __init__(self, efuse_hmac: "Callable[[bytes], bytes]", rounds: int = ROUNDS) -> None:
        """`efuse_hmac` is HMAC-SHA256 of a message under the chip's key (`hal.esp32.keys`). It raises `OSError` where
        the chip has none."""
        # The name tells one chip from another: a PIN that was set on another one cannot be tried here.
        chip = binascii.hexlify(efuse_hmac(b"cunyitong/pin-hash/name")[:4]).decode()
        self.name = "pbkdf2-efuse-" + str(rounds) + "-" + chip
        self._efuse_hmac = efuse_hmac
        self._rounds = rounds

    def stretch(self, secret: bytes, salt: bytes) -> bytes:
        """32 bytes."""
        return pbkdf2_sha256(self._efuse_hmac(b"cunyitong/pin/" + secret), salt, self._rounds)


def pbkdf2_sha256(secret: bytes, salt: bytes, rounds: int) -> bytes:
    """The first 32 bytes of PBKDF2 with HMAC-SHA256: its first block."""
    last = hmac.new(secret, salt + b"\x00\x00\x00\x01", hashlib.sha256).digest()
    inner, outer = _pads(secret)
    mixed = int.from_bytes(last, "big")
    for _ in range(rounds - 1):
        # Spelt out: an HMAC object would hash and pad the secret anew in each round.
        last = hashlib.sha256(outer + hashlib.sha256(inner + last).digest()).digest()
        mixed ^= int.from_bytes(last, "big")
    return mixed.to_bytes(32, "big")


def _pads(secret: bytes) -> "tuple[bytes, bytes]":
    """The two blocks before a message and before its hash (RFC 2104)."""
    key = hashlib.sha256(secret).digest() if len(secret) > 64 else secret
    key = key + bytes(64 - len(key))
    return bytes([byte ^ 0x36 for byte in key]), bytes([byte ^ 0x5C for byte in key])
