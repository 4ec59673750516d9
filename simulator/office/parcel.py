"""Parcels and answers as bytes (docs/parcels.md, "The bytes")."""

from dataclasses import dataclass
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

START = b"CYTP\x01"
SIGN = slice(5, 37)
BOX = slice(37, 69)
EPHEMERAL = slice(69, 101)
NONCE = slice(101, 113)
SIGNATURE = 64
LEAST = 193  # a parcel with nothing in it


class Foreign(Exception):
    """The bytes are no parcel for this receiver, or not from this sender, or damaged."""


class Keys(NamedTuple):
    """The two public keys of one side, 32 bytes each."""

    sign: bytes
    box: bytes


@dataclass(frozen=True)
class Secrets:
    """The two secret keys of one side."""

    sign: Ed25519PrivateKey
    box: X25519PrivateKey

    @classmethod
    def of(cls, sign_seed: bytes, box: bytes) -> "Secrets":
        """From the seed of the signing key and the secret box key, 32 bytes each."""
        return cls(Ed25519PrivateKey.from_private_bytes(sign_seed), X25519PrivateKey.from_private_bytes(box))

    @property
    def public(self) -> Keys:
        """What others know."""
        return Keys(self.sign.public_key().public_bytes_raw(), self.box.public_key().public_bytes_raw())


def seal(sender: Secrets, receiver: Keys, content: bytes, ephemeral: bytes, nonce: bytes) -> bytes:
    """A parcel with `content`. `ephemeral` (a secret key of 32 bytes) and `nonce` (12) are new for each."""
    middle = X25519PrivateKey.from_private_bytes(ephemeral)
    public = middle.public_key().public_bytes_raw()
    head = START + b"".join(sender.public) + public
    secret = middle.exchange(X25519PublicKey.from_public_bytes(receiver.box))
    key = _key(secret, sender.public, public, receiver)
    whole = head + nonce + AESGCM(key).encrypt(nonce, content, head)
    return whole + sender.sign.sign(whole)


def sender_of(parcel: bytes) -> Keys:
    """Who says to have sent it; nothing is proved by that. `Foreign` when it is no parcel."""
    if len(parcel) < LEAST or not parcel.startswith(START):
        raise Foreign
    return Keys(parcel[SIGN], parcel[BOX])


def open_parcel(receiver: Secrets, sender: Keys, parcel: bytes) -> bytes:
    """The content of a parcel from `sender`. `Foreign`."""
    if sender_of(parcel) != sender:
        raise Foreign
    whole, signature = parcel[:-SIGNATURE], parcel[-SIGNATURE:]
    try:
        Ed25519PublicKey.from_public_bytes(sender.sign).verify(signature, whole)
        secret = receiver.box.exchange(X25519PublicKey.from_public_bytes(parcel[EPHEMERAL]))  # ValueError: 32 zeros
        key = _key(secret, sender, parcel[EPHEMERAL], receiver.public)
        return AESGCM(key).decrypt(parcel[NONCE], whole[NONCE.stop :], whole[: NONCE.start])
    except (InvalidSignature, InvalidTag, ValueError):
        raise Foreign from None


def _key(secret: bytes, sender: Keys, ephemeral: bytes, receiver: Keys) -> bytes:
    info = b"cunyitong/parcel/1" + b"".join(sender) + ephemeral + b"".join(receiver)
    return HKDF(SHA256(), 32, bytes(32), info).derive(secret)
