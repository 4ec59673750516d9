"""The segments in their order, and the index over them: written at the end, read anywhere."""

from hal.errors import StoreError
from hal.segments import frames
from hal.segments.frames import DELETED, ENTRY_BYTES, SEGMENT_HEADER
from hal.segments.index import Index
from hal.segments.segment import Segment

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hal.segments.files import Files
    from hal.segments.index import Place


class Log:
    """A batch goes to the end of the newest segment in one append, and is in the index when that has returned."""

    def __init__(self, files: "Files", segment_bytes: int) -> None:
        self.files = files
        self.segment_bytes = segment_bytes
        self.segments: "list[Segment]" = []  # by number
        self.index = Index()
        self.sequence = 0  # of the last frame
        self.highest = 0  # the highest number that a file may have
        self.sealed = True  # the newest segment takes no more
        self.free = 0  # bytes of the medium, at the last look
        self._by_number: "dict[int, Segment]" = {}

    def look(self) -> int:
        """Ask the medium how much is free."""
        self.free = self.files.room()
        return self.free

    def newest(self) -> "Segment | None":
        """The last segment that has a head."""
        for segment in reversed(self.segments):
            if segment.end:
                return segment
        return None

    def add(self, segment: Segment) -> None:
        """Take in a segment whose number is above all others."""
        self.segments.append(segment)
        self._by_number[segment.number] = segment
        self.highest = max(self.highest, segment.number)

    def append(self, deletes: "list[bytes]", puts: "list[tuple[bytes, bytes]]") -> None:
        """Write a batch and take it into the index. OSError: nothing of it counts, now or at the next start."""
        size = frames.frame_size(deletes, puts)
        segment = self.newest()
        if segment is None or self.sealed or (not segment.is_empty() and segment.end + size > self.segment_bytes):
            segment = self._begin(deletes, puts)
            start = SEGMENT_HEADER
        else:
            start = segment.end
            data = frames.encode_frame(segment.number, self.sequence + 1, deletes, puts)
            self._append_to(segment, data)
        self.free -= size
        self.sequence += 1
        self._take(segment, start, deletes, puts)

    def take(self, segment: Segment, entries: "list[tuple[bytes, int, int]]") -> None:
        """Take the records of a frame of `segment` into the index."""
        for key, size, place in entries:
            if size == DELETED:
                self._forget(key, self.index.remove(key))
                segment.tombstone_bytes += ENTRY_BYTES + len(key)
            else:
                self._forget(key, self.index.put(key, segment.number, place, size))
                segment.records += 1
                segment.live_records += 1
                segment.live_bytes += ENTRY_BYTES + len(key) + size

    def drop(self, segment: Segment) -> None:
        """Remove a segment that holds nothing of worth. The newest one stays until it has a successor: numbers and
        sequences never begin anew."""
        newest = self.newest()
        if newest is segment:
            self._begin([], [])
        self.files.remove(segment.name)
        self.segments.remove(segment)
        self._by_number.pop(segment.number)
        self.free += segment.size

    def value(self, place: "Place") -> bytes:
        """The value at a place."""
        number, offset, size = place
        value = self.files.read(frames.name_of(number), offset, size) if size else b""
        if len(value) != size:
            raise StoreError("store.damaged", f"segment {number:08x} ends before byte {offset + size}")
        return value

    def _take(self, segment: Segment, start: int, deletes: "list[bytes]", puts: "list[tuple[bytes, bytes]]") -> None:
        place = frames.values_at(start, deletes, puts)
        entries = [(key, DELETED, place) for key in deletes]
        for key, value in puts:
            entries.append((key, len(value), place))
            place += len(value)
        self.take(segment, entries)

    def _forget(self, key: bytes, old: "Place | None") -> None:
        if old is not None:
            segment = self._by_number[old[0]]
            segment.live_records -= 1
            segment.live_bytes -= ENTRY_BYTES + len(key) + old[2]

    def _begin(self, deletes: "list[bytes]", puts: "list[tuple[bytes, bytes]]") -> Segment:
        """A new segment, with a first frame when there is something to write. Its head says how far the segment before
        counts: what a failed append left there is void from now on."""
        before = self.newest()
        number = self.highest + 1
        data = frames.segment_header(
            number, self.sequence + 1, before.number if before else 0, before.end if before else 0
        )
        if deletes or puts:
            data += frames.encode_frame(number, self.sequence + 1, deletes, puts)
        self.look()
        self.highest = number
        segment = Segment(number, 0, len(data))
        try:
            self.files.append(segment.name, data)
        except OSError:
            self._clear_away(segment)
            raise
        segment.end = len(data)
        self.add(segment)
        self.sealed = False
        return segment

    def _append_to(self, segment: Segment, data: bytes) -> None:
        try:
            self.files.append(segment.name, data)
        except OSError:
            self._seal_after_failure(segment, len(data))
            raise
        segment.end += len(data)
        segment.size = segment.end

    def _seal_after_failure(self, segment: Segment, size: int) -> None:
        """An append failed: the file may have any part of it. Unless it has nothing, what comes next goes into a new
        segment, begun at once if that is possible."""
        try:
            segment.size = self.files.size(segment.name)
        except OSError:
            segment.size = segment.end + size
        self.sealed = segment.size != segment.end
        if self.sealed:
            try:
                self._begin([], [])
            except OSError:
                pass  # the next batch tries again

    def _clear_away(self, segment: Segment) -> None:
        """Remove what a failed beginning left; if that fails as well, upkeep does it later. Until then its head may
        stand and say that the segment before ends here, so nothing may be added to that one."""
        try:
            self.files.remove(segment.name)
        except OSError:
            self.add(segment)
            self.sealed = True
