"""What the store knows of each of its files."""

from hal.segments.frames import FRAME_BYTES, SEGMENT_HEADER, name_of


class Segment:
    """One file. `end` is where its valid bytes stop, `size` the length of the file; what is between is waste: left by
    a power cut or by an append that failed. A void segment (`end` 0) has nothing valid at all."""

    def __init__(self, number: int, end: int, size: int) -> None:
        self.number = number
        self.name = name_of(number)
        self.end = end
        self.size = size
        self.records = 0  # values written into it
        self.live_records = 0  # those that are the newest of their key
        self.live_bytes = 0
        self.tombstone_bytes = 0

    def has_dead(self) -> bool:
        """Whether it holds a value that a deletion or a newer value has superseded."""
        return self.records > self.live_records

    def has_waste(self) -> bool:
        """Whether bytes behind its end must never be taken for frames."""
        return self.size > self.end or not self.end

    def is_empty(self) -> bool:
        """Whether it is a head and nothing else."""
        return self.end <= SEGMENT_HEADER

    def freed(self, pinned: bool) -> int:
        """The bytes that compacting it would free; its tombstones stay when they are `pinned`. What is kept takes a
        frame, and perhaps a new segment."""
        kept = self.live_bytes + (self.tombstone_bytes if pinned else 0)
        return self.size - kept - (SEGMENT_HEADER + FRAME_BYTES if kept else 0)
