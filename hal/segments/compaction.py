"""Frees the bytes of superseded values: what lives in a segment is written anew at the end, then the file is removed.

A tombstone is written anew, too, as long as an older segment holds a superseded value: it may be of the same key, and
must not come back.
"""

from hal.errors import StoreError
from hal.segments import frames
from hal.segments.frames import DELETED, ENTRY_BYTES, SEGMENT_HEADER, Reader
from hal.segments.log import Log
from hal.segments.segment import Segment

_PIECES = 4  # one piece of upkeep writes this part of a segment, or somewhat more


class Compaction:
    """Chooses segments and compacts them, a short piece at a time."""

    def __init__(self, log: Log, reserve: int) -> None:
        self._log = log
        self._reserve = reserve
        self._victim: "Segment | None" = None
        self._cursor = 0
        self._wanted: "list[Segment]" = []  # by a scrub

    def want_all(self) -> None:
        """Compact everything that holds superseded bytes, the newest segment as well."""
        self._wanted = self._log.segments[:]

    def piece(self, urgent: bool = False) -> bool:
        """Do one piece; False when nothing was due. `urgent`: room is short, so that little gain is gain. OSError, or
        `StoreError` `store.damaged` when a frame is no longer whole."""
        if self._victim is None:
            self._victim = self._choose(urgent)
            self._cursor = SEGMENT_HEADER
            if self._victim is self._log.newest():
                self._log.sealed = True
        if self._victim is None:
            return False
        if self._cursor < self._victim.end and (self._victim.live_records or self._is_pinned(self._victim)):
            self._copy(self._victim)
        else:
            self._log.drop(self._victim)
            self._victim = None
        return True

    def is_due(self) -> bool:
        """Whether there is more to do soon."""
        return self._victim is not None or self._choose(False) is not None

    def is_scrubbing(self) -> bool:
        """Whether a scrub has not ended."""
        return self._victim is not None or bool(self._unclean() or self._next_wanted())

    def _choose(self, urgent: bool) -> "Segment | None":
        unclean = self._unclean()
        if unclean:
            return unclean[0]
        return self._next_wanted() or self._most_dead(urgent) or self._pinning()

    def _unclean(self) -> "list[Segment]":
        """Void segments first, then those with waste behind their end. They go before the segment whose head says so
        may go."""
        wasteful = [segment for segment in self._log.segments if segment.has_waste()]
        return [segment for segment in wasteful if not segment.end] or wasteful

    def _next_wanted(self) -> "Segment | None":
        while self._wanted:
            segment = self._wanted[0]
            if segment in self._log.segments and _can_be_scrubbed(segment):
                return segment
            self._wanted.pop(0)
        return None

    def _most_dead(self, urgent: bool) -> "Segment | None":
        """The sealed segment that frees most, if that is more than half of it; an eighth is enough where room is
        short."""
        best, most = None, 0
        pinned = False
        share = 8 if urgent or self._log.free < self._reserve + self._log.segment_bytes else 2
        for segment in self._sealed():
            freed = segment.freed(pinned)
            if freed > most and freed > segment.size // share:
                best, most = segment, freed
            pinned = pinned or segment.has_dead()
        return best

    def _pinning(self) -> "Segment | None":
        """The oldest segment with superseded values, when the tombstones that wait for it have become many."""
        tombstones = total = 0
        for segment in self._log.segments:
            tombstones += segment.tombstone_bytes
            total += segment.size
        if tombstones > max(self._log.segment_bytes, total // 8):
            for segment in self._sealed():
                if segment.has_dead() or segment.tombstone_bytes:
                    return segment
        return None

    def _sealed(self) -> "list[Segment]":
        newest = None if self._log.sealed else self._log.newest()
        return [segment for segment in self._log.segments if segment is not newest]

    def _is_pinned(self, segment: Segment) -> bool:
        """Whether its tombstones are still needed."""
        if not segment.tombstone_bytes:
            return False
        return bool([older for older in self._log.segments if older.number < segment.number and older.has_dead()])

    def _copy(self, segment: Segment) -> None:
        """Write what lives in the next frames anew, in one durable frame."""
        reader = Reader(self._log.files, segment.number)
        pinned = self._is_pinned(segment)
        deletes: "set[bytes]" = set()
        puts: "dict[bytes, bytes]" = {}
        size, at = 0, self._cursor
        while at < segment.end and size < self._log.segment_bytes // _PIECES:
            frame = frames.read_frame(reader, at, segment.end)
            if frame is None:
                raise StoreError("store.damaged", f"{segment.name} is broken at byte {at}")
            for key, value_size, place in frame.entries:
                if value_size == DELETED:
                    if pinned and self._log.index.get(key) is None:
                        deletes.add(key)
                elif self._log.index.get(key) == (segment.number, place, value_size):
                    puts[key] = self._log.value((segment.number, place, value_size))
                    size += ENTRY_BYTES + len(key) + value_size
            at = frame.end
        if deletes or puts:
            self._log.append(sorted(deletes), sorted(puts.items()))
        self._cursor = at


def _can_be_scrubbed(segment: Segment) -> bool:
    return segment.has_dead() or segment.has_waste() or segment.tombstone_bytes > 0
