"""The three sealing suites by the `cryptography` package. Their bytes are laid down in docs/sealed-records.md."""

import hmac
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher as BlockMode
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES, SM4
from cryptography.hazmat.primitives.ciphers.modes import CTR, GCM

from hal.errors import SealBroken
from hal.ports import Cipher

_NONCE = 12
_TAG = 16
_FIRST_COUNTER = bytes(4)
_KEYS = 8  # keys whose making is remembered: with a new key for each owner, making one costs as much as sealing


class AesGcmCipher:
    """Suite 1 (`hal.ports.Cipher`): AES-256-GCM (NIST SP 800-38D)."""

    suite = 1
    nonce_size = _NONCE

    def __init__(self) -> None:
        self._made = lru_cache(_KEYS)(AESGCM)

    def seal(self, key: bytes, nonce: bytes, plain: bytes, name: bytes) -> bytes:
        """Ciphertext and 16 bytes of tag."""
        return self._made(key).encrypt(nonce, plain, name)

    def open(self, key: bytes, nonce: bytes, sealed: bytes, name: bytes) -> bytes:
        """The plaintext, or `SealBroken`."""
        try:
            return self._made(key).decrypt(nonce, sealed, name)
        except (InvalidTag, ValueError):
            raise _broken() from None


class Sm4GcmCipher:
    """Suite 2 (`hal.ports.Cipher`): SM4 (GB/T 32907) in GCM as RFC 8998 has it, under 16 bytes derived from the key."""

    suite = 2
    nonce_size = _NONCE

    def __init__(self) -> None:
        self._key = lru_cache(_KEYS)(lambda key: SM4(_part(key, b"cunyitong/suite-2/key")[:16]))

    def seal(self, key: bytes, nonce: bytes, plain: bytes, name: bytes) -> bytes:
        """Ciphertext and 16 bytes of tag."""
        return sm4_gcm(self._key(key), nonce, plain, name)

    def open(self, key: bytes, nonce: bytes, sealed: bytes, name: bytes) -> bytes:
        """The plaintext, or `SealBroken`."""
        try:
            opening = BlockMode(self._key(key), GCM(nonce, sealed[-_TAG:])).decryptor()
            opening.authenticate_additional_data(name)
            return opening.update(sealed[:-_TAG]) + opening.finalize()
        except (InvalidTag, ValueError):
            raise _broken() from None


class AesCtrHmacCipher:
    """Suite 3 (`hal.ports.Cipher`): AES-256-CTR, then HMAC-SHA256 over all of it, cut to 16 bytes. The ESP32's."""

    suite = 3
    nonce_size = _NONCE

    def __init__(self) -> None:
        self._keys = lru_cache(_KEYS)(_ctr_hmac_keys)

    def seal(self, key: bytes, nonce: bytes, plain: bytes, name: bytes) -> bytes:
        """Ciphertext and 16 bytes of tag. `ValueError` for a nonce that has not 12 bytes."""
        block_key, tag_key = self._keys(key)
        sealed = _in_counter_mode(block_key, nonce, plain)
        return sealed + _tag(tag_key, nonce, sealed, name)

    def open(self, key: bytes, nonce: bytes, sealed: bytes, name: bytes) -> bytes:
        """The plaintext, or `SealBroken`."""
        block_key, tag_key = self._keys(key)
        masked = sealed[:-_TAG]
        if len(nonce) != _NONCE or not hmac.compare_digest(_tag(tag_key, nonce, masked, name), sealed[-_TAG:]):
            raise _broken()
        return _in_counter_mode(block_key, nonce, masked)


SUITES: dict[str, type[Cipher]] = {"aes-gcm": AesGcmCipher, "sm4-gcm": Sm4GcmCipher, "aes-ctr-hmac": AesCtrHmacCipher}


def ciphers(suite: str) -> list[Cipher]:
    """One of each suite, the one named `suite` first."""
    return [SUITES[name]() for name in sorted(SUITES, key=lambda name: name != suite)]


def sm4_gcm(key: SM4, nonce: bytes, plain: bytes, name: bytes) -> bytes:
    """Ciphertext and tag of SM4-GCM itself (RFC 8998, section 3)."""
    sealing = BlockMode(key, GCM(nonce)).encryptor()
    sealing.authenticate_additional_data(name)
    return sealing.update(plain) + sealing.finalize() + sealing.tag


def _ctr_hmac_keys(key: bytes) -> tuple[AES, bytes]:
    return AES(_part(key, b"cunyitong/suite-3/encrypt")), _part(key, b"cunyitong/suite-3/authenticate")


def _part(key: bytes, label: bytes) -> bytes:
    return hmac.digest(key, label, "sha256")


def _in_counter_mode(key: AES, nonce: bytes, data: bytes) -> bytes:
    stream = BlockMode(key, CTR(nonce + _FIRST_COUNTER)).encryptor()
    return stream.update(data) + stream.finalize()


def _tag(key: bytes, nonce: bytes, masked: bytes, name: bytes) -> bytes:
    """The name is framed by its length, so that no byte of it can pass for one of the ciphertext."""
    framed = b"".join((nonce, len(name).to_bytes(4, "big"), name, masked))
    return hmac.digest(key, framed, "sha256")[:_TAG]


def _broken() -> SealBroken:
    return SealBroken("vault.unreadable")
