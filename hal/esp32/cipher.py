"""Suite 3 from AES-256 in ECB, the only mode that MicroPython's `cryptolib` has on every board beside CBC.

On the ESP32 `ecb_of` is `lambda key: cryptolib.aes(key, 1).encrypt`. docs/sealed-records.md lays down the bytes.
"""

import hashlib
import hmac

from hal.errors import SealBroken

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    Ecb = Callable[[memoryview], bytes]  # the encrypted blocks of a buffer whose length is a multiple of 16

_NONCE = 12
_TAG = 16
_BLOCK = 16
_PIECE = 64 * _BLOCK  # that is encrypted in one call: most records are one


class AesCtrHmacCipher:
    """Suite 3 (`hal.ports.Cipher`): AES-256-CTR, then HMAC-SHA256 over all of it, cut to 16 bytes."""

    suite = 3
    nonce_size = _NONCE

    def __init__(self, ecb_of: "Callable[[bytes], Ecb]") -> None:
        """`ecb_of` makes, for a key of 32 bytes, the function that encrypts blocks under it one by one."""
        self._ecb_of = ecb_of
        self._counters = bytearray(_PIECE)
        self._key = b""
        self._ecb: "Ecb | None" = None
        self._tag_key = b""

    def seal(self, key: bytes, nonce: bytes, plain: bytes, name: bytes) -> bytes:
        """Ciphertext and 16 bytes of tag. `ValueError` for a nonce that has not 12 bytes."""
        if len(nonce) != _NONCE:
            raise ValueError("nonce")
        ecb = self._take(key)
        masked = self._masked(ecb, nonce, plain)
        return masked + self._tag(nonce, masked, name)

    def open(self, key: bytes, nonce: bytes, sealed: bytes, name: bytes) -> bytes:
        """The plaintext, or `SealBroken`."""
        ecb = self._take(key)
        masked = sealed[:-_TAG]
        if len(nonce) != _NONCE or not _same(self._tag(nonce, masked, name), sealed[-_TAG:]):
            raise SealBroken("vault.unreadable")
        return self._masked(ecb, nonce, masked)

    def _take(self, key: bytes) -> "Ecb":
        """Make the parts of a key, unless it is the last one again."""
        if self._ecb is None or key != self._key:
            self._ecb = self._ecb_of(_part(key, b"cunyitong/suite-3/encrypt"))
            self._tag_key = _part(key, b"cunyitong/suite-3/authenticate")
            self._key = key
        return self._ecb

    def _masked(self, ecb: "Ecb", nonce: bytes, data: bytes) -> bytes:
        """`data` in counter mode, 1 KiB at a time. Two long numbers are XORed at once: byte by byte takes thirty times
        as long (in the MicroPython VM)."""
        parts: "list[bytes]" = []
        for start in range(0, len(data), _PIECE):
            piece = data[start : start + _PIECE]
            stream = ecb(self._counter_blocks(nonce, start // _BLOCK, (len(piece) + _BLOCK - 1) // _BLOCK))
            mixed = int.from_bytes(stream[: len(piece)], "big") ^ int.from_bytes(piece, "big")
            parts.append(mixed.to_bytes(len(piece), "big"))
        return b"".join(parts)

    def _counter_blocks(self, nonce: bytes, first: int, count: int) -> memoryview:
        """The blocks from number `first`, a multiple of 64: their numbers differ in the last byte only."""
        size = count * _BLOCK
        counters = self._counters
        counters[:size] = (nonce + first.to_bytes(4, "big")) * count
        low = first & 0xFF
        for index in range(count):
            counters[index * _BLOCK + _BLOCK - 1] = low + index
        return memoryview(counters)[:size]

    def _tag(self, nonce: bytes, masked: bytes, name: bytes) -> bytes:
        tag = hmac.new(self._tag_key, nonce, hashlib.sha256)
        tag.update(len(name).to_bytes(4, "big"))
        tag.update(name)
        tag.update(masked)
        return tag.digest()[:_TAG]


def _part(key: bytes, label: bytes) -> bytes:
    return hmac.new(key, label, hashlib.sha256).digest()


def _same(one: bytes, other: bytes) -> bool:
    """Whether two tags are equal, in a time that does not tell where they differ."""
    if len(one) != len(other):
        return False
    difference = 0
    for index in range(len(one)):
        difference |= one[index] ^ other[index]
    return difference == 0
