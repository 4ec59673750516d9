"""The store itself, without waiting: every call does its work and returns."""

from hal.errors import StoreError
from hal.segments import frames
from hal.segments.compaction import Compaction
from hal.segments.log import Log
from hal.segments.recovery import Recovery

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hal.segments.files import Files

SEGMENT_BYTES = 65536


class SegmentEngine:
    """What `hal.ports.Store` promises, as plain calls over `Files`. OSError when the medium fails."""

    def __init__(self, files: "Files", segment_bytes: int, reserve: int) -> None:
        """Read all segments. `reserve` bytes of the medium are left to deletions and to compaction."""
        self._files = files
        self._reserve = reserve
        self._log = Log(files, segment_bytes)
        recovery = Recovery(self._log)
        recovery.run()
        self._damage = recovery.damage
        self._stopped = ""
        self._upkeep = Compaction(self._log, reserve)

    def get(self, key: bytes) -> "bytes | None":
        """The value under `key`, or None."""
        self._refuse_when_stopped()
        place = self._log.index.get(key)
        return None if place is None else self._log.value(place)

    def get_all(self, keys: "list[bytes]") -> "list[bytes | None]":
        """The value under each key, or None."""
        return [self.get(key) for key in keys]

    def scan(self, prefix: bytes, after: bytes, most: int) -> "list[tuple[bytes, bytes]]":
        """A page of the pairs whose key begins with `prefix`."""
        self._refuse_when_stopped()
        found = self._log.index.page(prefix, after, most)
        return [(key, self._log.value((segment, offset, size))) for key, segment, offset, size in found]

    def commit(self, puts: "list[tuple[bytes, bytes]]", deletes: "list[bytes]") -> None:
        """Write one batch. `StoreError` when there is no room, or the store is damaged and only read."""
        self._refuse_when_damaged()
        values: "dict[bytes, bytes]" = {}
        for key, value in puts:
            values[key] = value
        # A key that is not there needs no tombstone: either nothing holds it, or an earlier tombstone does its work.
        gone = sorted({key for key in deletes if key not in values and self._log.index.get(key) is not None})
        if values or gone:
            pairs = sorted(values.items())
            self._make_room(frames.frame_size(gone, pairs), bool(values))
            self._append(gone, pairs)

    def care(self) -> bool:
        """One piece of compaction; whether more is due."""
        self._refuse_when_damaged()
        self._piece(False)
        return self._upkeep.is_due()

    def begin_scrub(self) -> None:
        """From now on `scrub_piece` compacts whatever holds superseded bytes."""
        self._refuse_when_damaged()
        self._upkeep.want_all()

    def scrub_piece(self) -> bool:
        """One piece of a scrub; whether more is to be done."""
        self._refuse_when_damaged()
        if self._upkeep.is_scrubbing():
            self._piece(False)
        return self._upkeep.is_scrubbing()

    def room(self) -> "tuple[int, int]":
        """Bytes of all segments, and bytes that are free above the reserve."""
        used = sum([segment.size for segment in self._log.segments])
        return used, max(0, self._log.look() - self._reserve)

    def close(self) -> None:
        """Release the files."""
        self._files.close()

    def _make_room(self, size: int, grows: bool) -> None:
        """See that `size` bytes fit; what only deletes may use the reserve. Compacts when room is short."""
        wanted = size + frames.SEGMENT_HEADER + (self._reserve if grows else 0)
        if self._log.free >= wanted or self._log.look() >= wanted:
            return
        while self._piece(True):
            if self._log.free >= wanted:
                return
        if self._log.look() < wanted and grows:
            raise StoreError("store.failed", "the medium is full")

    def _piece(self, urgent: bool) -> bool:
        try:
            return self._upkeep.piece(urgent)
        except StoreError as error:
            self._damage = error.cause  # a frame broke since the start
            raise
        except MemoryError:
            raise StoreError("store.failed", "no memory for upkeep")

    def _append(self, deletes: "list[bytes]", puts: "list[tuple[bytes, bytes]]") -> None:
        try:
            self._log.append(deletes, puts)
        except MemoryError:
            self._stopped = "no memory"  # the batch may be on the medium, and half of it in the index
            raise StoreError("store.failed", self._stopped)

    def _refuse_when_damaged(self) -> None:
        self._refuse_when_stopped()
        if self._damage:
            raise StoreError("store.damaged", self._damage)

    def _refuse_when_stopped(self) -> None:
        if self._stopped:
            raise StoreError("store.failed", self._stopped)
