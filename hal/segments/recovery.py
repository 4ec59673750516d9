"""Reads the segments at start: builds the index anew, and tells the trace of a power cut from damage."""

from hal.segments import frames
from hal.segments.frames import SEGMENT_HEADER, Reader
from hal.segments.log import Log
from hal.segments.segment import Segment

_ANY = 0xFFFFFFFF


class Recovery:
    """Fills a `Log` from its files. `damage` says what no power cut explains, or is empty."""

    def __init__(self, log: Log) -> None:
        self.damage = ""
        self._log = log

    def run(self) -> None:
        """Read everything. OSError when the medium fails."""
        numbers = [frames.number_of(name) for name in self._log.files.names()]
        chain = self._chain(sorted([number for number in numbers if number]))
        newest = max([segment.number for segment, _, is_void in chain if not is_void] + [0])
        for segment, first, is_void in chain:
            self._log.add(segment)
            self._log.sequence = max(self._log.sequence, first - 1)
            if not is_void:
                self._read(segment, segment.number == newest)
        self._log.sequence += 1  # what a beginning that failed before this start left is older than all that comes now
        last = self._log.newest()
        if last is not None:
            self._log.files.settle(last.name)
        self._log.sealed = last is None or last.has_waste()
        self._log.look()

    def _chain(self, numbers: "list[int]") -> "list[tuple[Segment, int, bool]]":
        """The segments from the lowest number up, each with its first sequence and whether it is void.

        A head says which segment was the newest before it and how far that counts; numbers between the two are
        beginnings that failed.
        """
        chain: "list[tuple[Segment, int, bool]]" = []
        before, before_end = _ANY, 0
        above = False  # there is a segment above that has a head
        headers = self._headers(numbers)
        for number in reversed(numbers):
            size = self._log.files.size(frames.name_of(number))
            is_void, header = number > before, headers.get(number)
            if header is None and not is_void:
                is_void = number in headers or (not above and self._has_no_frame(number, size))
                if not is_void:
                    self._report(number, 0)
            end = before_end if number == before else size
            if end > size:
                self._report(number, size)
                end = size
            first, next_before, next_end = header or (0, _ANY, 0)
            chain.append((Segment(number, 0 if is_void else end, size), 0 if is_void else first, is_void))
            if not is_void:
                above = True
                before, before_end = next_before, next_end
        chain.reverse()
        return chain

    def _headers(self, numbers: "list[int]") -> "dict[int, tuple[int, int, int] | None]":
        """The heads of the segments that have one; None for a head that an older file of this number left."""
        headers: "dict[int, tuple[int, int, int] | None]" = {}
        latest = 0
        for number in numbers:
            header = frames.read_segment_header(Reader(self._log.files, number))
            if header is not None:
                is_stale = header[0] < latest or (header[1] in headers and self._is_outlived(header))
                headers[number] = None if is_stale else header
                latest = max(latest, header[0])
        return headers

    def _is_outlived(self, header: "tuple[int, int, int]") -> bool:
        """Whether the segment before went on with later sequences where this head says that it ended. (What a failed
        append left there has the sequence of the head at most.)"""
        first, before, end = header
        size = self._log.files.size(frames.name_of(before))
        frame = frames.read_frame(Reader(self._log.files, before), end, size) if size > end else None
        return frame is not None and frame.sequence > first

    def _has_no_frame(self, number: int, size: int) -> bool:
        return frames.find_frame(Reader(self._log.files, number), 0, size) is None

    def _read(self, segment: Segment, is_newest: bool) -> None:
        """Take every whole frame of a segment into the index."""
        reader = Reader(self._log.files, segment.number)
        at = SEGMENT_HEADER
        while at < segment.end:
            frame = frames.read_frame(reader, at, segment.end)
            if frame is None or frame.sequence <= self._log.sequence:
                later = self._next_frame(reader, at + 1, segment.end)
                if later is None and is_newest:
                    segment.end = at  # torn by a power cut
                    return
                self._report(segment.number, at)
                if later is None:
                    return
                frame = later
            self._log.take(segment, frame.entries)
            self._log.sequence = frame.sequence
            at = frame.end

    def _next_frame(self, reader: Reader, start: int, end: int) -> "frames.Frame | None":
        found = frames.find_frame(reader, start, end)
        while found is not None and found[1].sequence <= self._log.sequence:
            found = frames.find_frame(reader, found[0] + 1, end)
        return found[1] if found else None

    def _report(self, number: int, offset: int) -> None:
        """Remember the first damage."""
        self.damage = self.damage or f"segment {number:08x} is broken at byte {offset}"
