"""Sealing of records: everything is encrypted and bound to its name before it reaches the store.

A sealed record is: version (1 byte, 2) | suite (1) | key version (2, big endian) | length of the owner (1) | owner |
nonce | ciphertext and tag. The name under which it is stored and everything in front of the nonce are authenticated,
so a record that was moved or relabelled does not open. docs/sealed-records.md has the suites.
"""

import hashlib
import hmac
import json
import struct

from firmware.vault.errors import VaultError
from hal.errors import SealBroken

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from hal.ports import Cipher, Random

_SEPARATORS = (",", ":")
_VERSION = 2
_FIXED = 5
_LONGEST_OWNER = 255
KEY_SIZE = 32


class Label:
    """What stands in clear in front of a sealed record: which suite and which key opens it."""

    def __init__(self, suite: int, key_version: int, owner: str) -> None:
        self.suite = suite
        self.key_version = key_version
        self.owner = owner

    def pack(self) -> bytes:
        """Its bytes."""
        owner = self.owner.encode()
        if len(owner) > _LONGEST_OWNER:
            raise VaultError("vault.unreadable", "owner too long")
        return struct.pack(">BBHB", _VERSION, self.suite, self.key_version, len(owner)) + owner


def label_of(sealed: bytes) -> Label:
    """The label of a sealed record. `VaultError` when it is no sealed record of this version."""
    if len(sealed) < _FIXED or sealed[0] != _VERSION or len(sealed) < _FIXED + sealed[4]:
        raise VaultError("vault.unreadable", "unknown record format")
    _, suite, key_version, size = struct.unpack(">BBHB", sealed[:_FIXED])
    try:
        return Label(suite, key_version, sealed[_FIXED : _FIXED + size].decode())
    except UnicodeError:
        raise VaultError("vault.unreadable", "unknown record format")


class Sealer:
    """Seals with the first of `ciphers` and opens with whichever a record names."""

    def __init__(self, ciphers: "list[Cipher]", random: "Random") -> None:
        self._cipher = ciphers[0]
        self._ciphers = {cipher.suite: cipher for cipher in ciphers}
        self._random = random
        self.suite = self._cipher.suite  # of what is sealed now

    def new_key(self) -> bytes:
        """A fresh key."""
        return self._random.take(KEY_SIZE)

    def seal(self, key: bytes, key_version: int, owner: str, name: bytes, plain: bytes) -> bytes:
        """The sealed record of `plain` for the store key `name`."""
        label = Label(self._cipher.suite, key_version, owner).pack()
        nonce = self._random.take(self._cipher.nonce_size)
        return label + nonce + self._cipher.seal(key, nonce, plain, label + name)

    def open(self, key: bytes, name: bytes, sealed: bytes) -> bytes:
        """The plaintext of a sealed record, or `VaultError`."""
        label = label_of(sealed)
        cipher = self._ciphers.get(label.suite)
        if cipher is None:
            raise VaultError("vault.unreadable", "suite " + str(label.suite) + " is not known here")
        packed = label.pack()
        start = len(packed) + cipher.nonce_size
        if len(sealed) < start:
            raise VaultError("vault.unreadable", "record cut short")
        try:
            return cipher.open(key, sealed[len(packed) : start], sealed[start:], packed + name)
        except SealBroken:
            raise VaultError("vault.unreadable", "seal broken")


def derive(key: bytes, purpose: str) -> bytes:
    """A key for one purpose from another key (one step of HMAC-SHA256)."""
    return hmac.new(key, b"cunyitong/" + purpose.encode(), hashlib.sha256).digest()


def to_json(value: "Any") -> bytes:
    """A value as it is sealed. Not canonical: nobody compares these bytes, and the interpreter's own writer is fast."""
    return json.dumps(value, separators=_SEPARATORS).encode()
