"""AES-256-GCM and Argon2id from the `cryptography` package."""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from hal.errors import SealBroken

_MEMORY_KIB = 19 * 1024
_PASSES = 2


class AesGcmCipher:
    """Suite 1 (`hal.ports.Cipher`)."""

    suite = 1
    nonce_size = 12

    def seal(self, key: bytes, nonce: bytes, plain: bytes, name: bytes) -> bytes:
        """Ciphertext and 16 bytes of tag."""
        return AESGCM(key).encrypt(nonce, plain, name)

    def open(self, key: bytes, nonce: bytes, sealed: bytes, name: bytes) -> bytes:
        """The plaintext, or `SealBroken`."""
        try:
            return AESGCM(key).decrypt(nonce, sealed, name)
        except (InvalidTag, ValueError):
            raise SealBroken("vault.unreadable") from None

    def stretch(self, secret: bytes, salt: bytes) -> bytes:
        """Argon2id with 19 MiB and two passes: some 20 ms on a desk, some 100 ms on a Pi."""
        kdf = Argon2id(salt=salt, length=32, iterations=_PASSES, lanes=1, memory_cost=_MEMORY_KIB)
        return kdf.derive(secret)
