"""Storage, secrets, time and randomness."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol
else:
    Protocol = object


class Store(Protocol):
    """An ordered key-value store with atomic, durable batches. One writer."""

    async def get(self, key: bytes) -> "bytes | None":
        """The value under `key`, or None."""

    async def scan(self, prefix: bytes) -> "list[tuple[bytes, bytes]]":
        """All pairs whose key begins with `prefix`, in the order of the keys."""

    async def commit(self, puts: "list[tuple[bytes, bytes]]", deletes: "list[bytes]") -> None:
        """Do all of it or nothing, and return when it is on the disk. `StoreError` when it cannot."""

    async def close(self) -> None:
        """Release the files."""


class Cipher(Protocol):
    """Authenticated encryption and the slow hash of PINs."""

    suite: int  # stands in every record: 1 = AES-256-GCM, 2 = SM4-GCM, 3 = AES-256-CTR with HMAC-SHA256
    nonce_size: int

    def seal(self, key: bytes, nonce: bytes, plain: bytes, name: bytes) -> bytes:
        """Ciphertext and tag. `key` has 32 bytes; `name` is authenticated, not encrypted."""

    def open(self, key: bytes, nonce: bytes, sealed: bytes, name: bytes) -> bytes:
        """The plaintext, or `SealBroken`."""

    def stretch(self, secret: bytes, salt: bytes) -> bytes:
        """32 bytes from a short secret, slowly on purpose."""


class KeyStore(Protocol):
    """Keeps the device key. `level`: 0 file, 1 serial number and PIN, 2 one-time fuses, 3 secure element, 4 eFuse
    HMAC."""

    level: int

    def device_key(self) -> bytes:
        """32 secret bytes, the same for the life of the device; made at the first call."""


class Clock(Protocol):
    """Wall clock, monotonic clock, and how far the wall clock can be trusted."""

    boot_id: str  # different after every boot

    def wall_s(self) -> int:
        """Seconds since 1970 UTC."""

    def monotonic_ms(self) -> int:
        """Milliseconds since boot, never backwards."""

    def trusted(self) -> str:
        """`YES` when something better than a drifting crystal has set the wall clock since boot."""


class Random(Protocol):
    """Randomness fit for keys."""

    def take(self, size: int) -> bytes:
        """`size` unpredictable bytes."""
