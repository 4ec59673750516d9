"""Parcels for the office: sealed to its key, signed by this terminal. docs/parcels.md lays down the bytes."""

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from hal.config import Section
from hal.errors import SealBroken
from hal.linux.board_file import read_checked

_START = b"CYTP\x01"
_KEY = 32
_NONCE = 12
_TAG = 16
_SIGNATURE = 64
_HEAD = len(_START) + 3 * _KEY
_LEAST = _HEAD + _NONCE + _TAG + _SIGNATURE
_HEX = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Party:
    """The public keys of one side, 32 bytes each: Ed25519 for signing, X25519 for the box."""

    sign: bytes
    box: bytes


class SecretParty:
    """One side with its secret keys, each made from a seed of 32 bytes."""

    def __init__(self, sign_seed: bytes, box_seed: bytes) -> None:
        self._sign = Ed25519PrivateKey.from_private_bytes(sign_seed)
        self._box = X25519PrivateKey.from_private_bytes(box_seed)
        self.public = Party(self._sign.public_key().public_bytes_raw(), self._box.public_key().public_bytes_raw())

    def seal(self, receiver: Party, plain: bytes, ephemeral_seed: bytes, nonce: bytes) -> bytes:
        """A parcel for `receiver`. The seed (32 bytes) and the nonce (12) must be random and never used again."""
        ephemeral = X25519PrivateKey.from_private_bytes(ephemeral_seed)
        middle = ephemeral.public_key().public_bytes_raw()
        head = _START + self.public.sign + self.public.box + middle
        key = _key(ephemeral, receiver.box, self.public, middle, receiver)
        signed = head + nonce + AESGCM(key).encrypt(nonce, plain, head)
        return signed + self.sign(signed)

    def sign(self, data: bytes) -> bytes:
        """The signature of 64 bytes."""
        return self._sign.sign(data)

    def open(self, sender: Party, parcel: bytes) -> bytes:
        """The content of a parcel that `sender` sealed for this side. `SealBroken` when it is anything else."""
        signed, signature = parcel[:-_SIGNATURE], parcel[-_SIGNATURE:]
        if len(parcel) < _LEAST or not signed.startswith(_START + sender.sign + sender.box):
            raise SealBroken("parcel.foreign")
        head, nonce = signed[:_HEAD], signed[_HEAD : _HEAD + _NONCE]
        middle = head[-_KEY:]
        try:
            Ed25519PublicKey.from_public_bytes(sender.sign).verify(signature, signed)
            key = _key(self._box, middle, sender, middle, self.public)
            return AESGCM(key).decrypt(nonce, signed[_HEAD + _NONCE :], head)
        except (InvalidSignature, InvalidTag, ValueError):  # ValueError: a key with which no secret can be shared
            raise SealBroken("parcel.foreign") from None


class OfficeParcels:
    """`hal.ports.ParcelSeal` between this terminal and the office."""

    def __init__(self, device_key: bytes, office: Party) -> None:
        self._terminal = SecretParty(_seed(device_key, b"sign"), _seed(device_key, b"box"))
        self._office = office
        self.device = self._terminal.public.sign.hex()

    def seal(self, plain: bytes) -> bytes:
        """A parcel that only the office opens and that proves which terminal made it."""
        return self._terminal.seal(self._office, plain, os.urandom(_KEY), os.urandom(_NONCE))

    def open(self, parcel: bytes) -> bytes:
        """What the office says in an answer to this terminal. `SealBroken` `parcel.foreign` when it is not the
        office's, not for this terminal, or damaged."""
        return self._terminal.open(self._office, parcel)


def read_office(path: Path) -> Party:
    """The public keys in the office file. `ConfigError` names the file and what is wrong in it."""
    return read_checked(path, _office)


def _office(values: dict[str, Any]) -> Party:
    section = Section(values, "")
    office = Party(_public_key(section, "sign"), _public_key(section, "box"))
    section.done()
    try:  # a key of small order shares no secret with anybody; better told now than when a parcel is to be written
        X25519PrivateKey.generate().exchange(X25519PublicKey.from_public_bytes(office.box))
    except ValueError:
        raise section.wrong("box", "is no key that a parcel can be sealed to") from None
    return office


def _public_key(section: Section, key: str) -> bytes:
    digits = section.text(key)
    if not _HEX.fullmatch(digits):
        raise section.wrong(key, "must be a public key of 64 hex digits in small letters")
    return bytes.fromhex(digits)


def _key(own: X25519PrivateKey, other: bytes, sender: Party, middle: bytes, receiver: Party) -> bytes:
    """The key of one parcel, bound to everybody's public keys."""
    shared = own.exchange(X25519PublicKey.from_public_bytes(other))
    info = b"cunyitong/parcel/1" + sender.sign + sender.box + middle + receiver.sign + receiver.box
    return HKDF(SHA256(), _KEY, None, info).derive(shared)


def _seed(device_key: bytes, what: bytes) -> bytes:
    return HKDF(SHA256(), _KEY, None, b"cunyitong/parcel/" + what).derive(device_key)
