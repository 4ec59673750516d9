"""Sealing of records: everything is encrypted and bound to its name before it reaches the store.

A sealed record is: version (1 byte, 1) | suite (1) | key version (2, big endian) | nonce | ciphertext and tag. The
name under which it is stored and the four leading bytes are authenticated, so a record that was moved or relabelled
does not open.
"""

import hashlib
import hmac
import json
import struct

from firmware.canonical import dumps
from firmware.vault.errors import VaultError
from hal.errors import SealBroken

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from hal.ports import Cipher, Random

_VERSION = 1
_HEADER = 4
KEY_SIZE = 32


class Sealer:
    """Seals and opens records under one key."""

    def __init__(self, cipher: "Cipher", random: "Random", key: bytes, key_version: int) -> None:
        self._cipher = cipher
        self._random = random
        self._key = key
        self._header = struct.pack(">BBH", _VERSION, cipher.suite, key_version)

    def seal(self, name: bytes, value: "Any") -> bytes:
        """The sealed record of `value` (JSON without floats) for the store key `name`."""
        return self.seal_bytes(name, dumps(value))

    def seal_bytes(self, name: bytes, plain: bytes) -> bytes:
        """The sealed record of `plain` for the store key `name`."""
        nonce = self._random.take(self._cipher.nonce_size)
        return self._header + nonce + self._cipher.seal(self._key, nonce, plain, self._header + name)

    def open(self, name: bytes, sealed: bytes) -> "Any":
        """The value of a sealed record. `VaultError` when it was altered, moved, or sealed otherwise."""
        return json.loads(self.open_bytes(name, sealed).decode())

    def open_bytes(self, name: bytes, sealed: bytes) -> bytes:
        """The plaintext of a sealed record, or `VaultError`."""
        start = _HEADER + self._cipher.nonce_size
        if sealed[:_HEADER] != self._header or len(sealed) < start:
            raise VaultError("vault.unreadable", "unknown record format or key version")
        try:
            return self._cipher.open(self._key, sealed[_HEADER:start], sealed[start:], self._header + name)
        except SealBroken:
            raise VaultError("vault.unreadable", "seal broken")


def derive(key: bytes, purpose: str) -> bytes:
    """A key for one purpose from another key (one step of HMAC-SHA256)."""
    return hmac.new(key, b"cunyitong/" + purpose.encode(), hashlib.sha256).digest()
