"""Storage, secrets, time and randomness."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol
else:
    Protocol = object


class Store(Protocol):
    """An ordered key-value store with atomic, durable batches. One writer.

    Everything raises `StoreError`: `store.medium` when what it lies on cannot be read or written, `store.damaged` when
    what is kept there is broken, else `store.failed`: full, closed, no more files may be opened. After a failed
    `commit` nothing of its batch is kept, the store goes on, and the same batch may be tried again.
    """

    async def get(self, key: bytes) -> "bytes | None":
        """The value under `key`, or None."""

    async def get_all(self, keys: "list[bytes]") -> "list[bytes | None]":
        """The value under each of `keys`, or None, all as they are at one moment."""

    async def scan(self, prefix: bytes, after: bytes = b"", most: int = 0) -> "list[tuple[bytes, bytes]]":
        """The pairs whose key begins with `prefix` and lies behind `after`, in the order of the keys; at most `most` of
        them (0: all). What may grow without limit is read in pages: `after` is the last key of the page before."""

    async def commit(self, puts: "list[tuple[bytes, bytes]]", deletes: "list[bytes]") -> None:
        """Do all of it or nothing (deletes first), and return when it is on the disk: one sync."""

    async def care(self) -> bool:
        """One short piece of upkeep, for when nothing else happens: folding a log, compacting, looking over a part of
        what is kept. True when there is more to do soon. `StoreError` `store.damaged` when something is found broken
        that no power cut explains."""

    async def scrub(self) -> None:
        """Get rid of what deleted and replaced values left behind in the files, as far as the engine can."""

    async def room(self) -> "tuple[int, int]":
        """Bytes that the store takes, and bytes that it may still grow by."""

    async def close(self) -> None:
        """Release the files."""


class Cipher(Protocol):
    """Authenticated encryption under a key of 32 bytes, in one of the suites that a record may be sealed with."""

    suite: int  # stands in every record: 1 = AES-256-GCM, 2 = SM4-GCM, 3 = AES-256-CTR with HMAC-SHA256
    nonce_size: int

    def seal(self, key: bytes, nonce: bytes, plain: bytes, name: bytes) -> bytes:
        """Ciphertext and tag. `key` has 32 bytes; `name` is authenticated, not encrypted."""

    def open(self, key: bytes, nonce: bytes, sealed: bytes, name: bytes) -> bytes:
        """The plaintext, or `SealBroken`."""


class PinHash(Protocol):
    """A hash of short secrets that is slow on purpose."""

    name: str  # algorithm and cost, kept beside each hash: "argon2id-19456-2"

    def stretch(self, secret: bytes, salt: bytes) -> bytes:
        """32 bytes from a short secret and 16 bytes of salt."""


class KeyStore(Protocol):
    """Keeps the device key.

    `level` says what whoever steals the medium still needs: 0 nothing (a file beside it), 1 the serial number of the
    board, 2 the one-time fuses of the board, 3 the secure element, 4 the chip itself, whose fuse only its HMAC reads.
    """

    level: int
    kind: str  # "file", "serial", "otp", "tpm" or "efuse"

    def device_key(self) -> bytes:
        """32 secret bytes, the same for the life of the device; made at the first call. `ConfigError` when it cannot
        be had."""


class Stick(Protocol):
    """A removable medium, such as a USB stick, for parcels. `NotConnected` when there is none; `DeviceError` when it
    fails or is full."""

    async def names(self, ending: str) -> "list[str]":
        """The names of the files in its folder that have this ending, in small letters or capitals, sorted."""

    async def read(self, name: str, most: int) -> bytes:
        """A file of at most `most` bytes; `DeviceError` when it is longer."""

    async def write(self, name: str, data: bytes) -> None:
        """A file, whole and synced when this returns, or not there."""


class ParcelSeal(Protocol):
    """Seals parcels to the office that takes in what the line could not carry, and opens its answers
    (docs/parcels.md)."""

    device: str  # the public key by which the office knows this terminal, 64 hex digits

    def seal(self, plain: bytes) -> bytes:
        """A parcel that only the office opens and that proves which terminal made it."""

    def open(self, parcel: bytes) -> bytes:
        """What the office says in an answer to this terminal. `SealBroken` when it is not the office's, or not for this
        terminal."""


class Clock(Protocol):
    """Wall clock, monotonic clock, and how far the wall clock can be trusted."""

    boot_id: str  # different after every boot

    def wall_s(self) -> int:
        """Seconds since 1970 UTC."""

    def monotonic_ms(self) -> int:
        """Milliseconds since boot, never backwards."""

    def trusted(self) -> str:
        """`YES` when something better than a drifting crystal has set the wall clock since boot."""

    def hint(self, wall_s: int) -> None:
        """The platform says that it is `wall_s` now. A clock that is not trusted goes by it from now on until it is,
        or until the device starts again; a trusted one does not."""


class Random(Protocol):
    """Randomness fit for keys."""

    def take(self, size: int) -> bytes:
        """`size` unpredictable bytes."""
