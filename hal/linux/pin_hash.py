"""Argon2id from the `cryptography` package."""

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

_MEMORY_KIB = 19 * 1024
_PASSES = 2


class Argon2idPinHash:
    """`hal.ports.PinHash` by Argon2id (RFC 9106), as OWASP's Password Storage Cheat Sheet sets memory and passes."""

    name = f"argon2id-{_MEMORY_KIB}-{_PASSES}"

    def stretch(self, secret: bytes, salt: bytes) -> bytes:
        """32 bytes, after 19 MiB and two passes: some 20 ms on a desk, some 100 ms on a Pi."""
        kdf = Argon2id(salt=salt, length=32, iterations=_PASSES, lanes=1, memory_cost=_MEMORY_KIB)
        return kdf.derive(secret)
