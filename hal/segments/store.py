"""`hal.ports.Store` over the engine."""

from hal.errors import StoreError
from hal.segments.engine import SEGMENT_BYTES, SegmentEngine

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import Any

    from hal.segments.files import Files

_MEDIUM = (5, 6, 19, 30, 84)  # EIO, ENXIO, ENODEV, EROFS, and what LittleFS says of blocks that do not hang together


async def at_once(call: "Callable[..., Any]", *values: "Any") -> "Any":
    """Do the work where it is asked for: a board of one thread has nowhere else."""
    return call(*values)


class SegmentStore:
    """An ordered key-value store in append-only segments (`hal.ports.Store`). Values are sealed before they come here;
    keys show no person.

    Where the files are damaged in a way that no power cut explains, the store opens and reads what is whole, and
    refuses to write: `commit`, `care` and `scrub` raise `StoreError` `store.damaged`. Where memory ran out in the
    middle of a commit, it refuses everything until it is opened anew: whether the batch counts shows then.
    """

    def __init__(
        self,
        files: "Files",
        segment_bytes: int = SEGMENT_BYTES,
        reserve: int = 2 * SEGMENT_BYTES,
        run: "Callable[..., Awaitable[Any]]" = at_once,
    ) -> None:
        """Read all segments; a new one begins after about `segment_bytes`. `reserve` bytes of the medium are left to
        deletions and compaction. `run` does a call of the engine somewhere, one at a time, to its end. `StoreError`
        when the medium fails."""
        self._run = run
        self._closed = False
        try:
            self._engine = SegmentEngine(files, segment_bytes, reserve)
        except OSError as error:
            raise _failed(error)

    async def get(self, key: bytes) -> "bytes | None":
        """The value under `key`, or None."""
        value: "bytes | None" = await self._call(self._engine.get, key)
        return value

    async def get_all(self, keys: "list[bytes]") -> "list[bytes | None]":
        """The value under each of `keys`, or None."""
        values: "list[bytes | None]" = await self._call(self._engine.get_all, keys)
        return values

    async def scan(self, prefix: bytes, after: bytes = b"", most: int = 0) -> "list[tuple[bytes, bytes]]":
        """The pairs whose key begins with `prefix` and lies behind `after`, in order; at most `most` (0: all)."""
        pairs: "list[tuple[bytes, bytes]]" = await self._call(self._engine.scan, prefix, after, most)
        return pairs

    async def commit(self, puts: "list[tuple[bytes, bytes]]", deletes: "list[bytes]") -> None:
        """One frame, appended and synced when this returns. `StoreError` when it could not be; nothing of it is
        kept."""
        await self._call(self._engine.commit, puts, deletes)

    async def care(self) -> bool:
        """One short piece of compaction, where a segment is mostly dead or room is short."""
        more: bool = await self._call(self._engine.care)
        return more

    async def scrub(self) -> None:
        """Compact every segment that holds deleted or replaced values. Others may use the store meanwhile. The blocks
        that are freed keep their bytes until the medium erases them; what must be unreadable is sealed under a key that
        can be erased."""
        await self._call(self._engine.begin_scrub)
        while await self._call(self._engine.scrub_piece):
            pass

    async def room(self) -> "tuple[int, int]":
        """Bytes of all segments, and bytes that are free above the reserve."""
        room: "tuple[int, int]" = await self._call(self._engine.room)
        return room

    async def close(self) -> None:
        """Release the files."""
        try:
            await self._call(self._engine.close)
        finally:
            self._closed = True

    async def _call(self, call: "Callable[..., Any]", *values: "Any") -> "Any":
        if self._closed:
            raise StoreError("store.failed", "closed")
        try:
            return await self._run(call, *values)
        except OSError as error:
            raise _failed(error)


def _failed(error: OSError) -> StoreError:
    """The last argument of an OSError is its text or its number, and never a path."""
    if not error.args:
        return StoreError("store.failed")
    return StoreError("store.medium" if error.args[0] in _MEDIUM else "store.failed", str(error.args[-1]))
