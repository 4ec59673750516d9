"""`hal.segments.Files` in memory, for both interpreters."""


class MemoryFiles:
    """A medium of `capacity` bytes. From the call number `fail_at` on, `failures` calls fail with the error number
    `fault`, having done `done_halves` halves of their work (2: all of it, and it only cannot be synced)."""

    def __init__(self, capacity: int = 1 << 24) -> None:
        self.capacity = capacity
        self.kept: "dict[str, bytes]" = {}
        self.appends = 0
        self.calls = 0
        self.fail_at = 0
        self.fault = 5
        self.failures = 1
        self.done_halves = 0

    @classmethod
    def of(cls, kept: "dict[str, bytes]") -> "MemoryFiles":
        """A sound medium with these files."""
        files = cls()
        files.kept = dict(kept)
        return files

    def names(self) -> "list[str]":
        self._count()
        return sorted(self.kept)

    def size(self, name: str) -> int:
        self._count()
        return len(self.kept[name])

    def read(self, name: str, offset: int, size: int) -> bytes:
        self._count()
        return self.kept[name][offset : offset + size]

    def append(self, name: str, data: bytes) -> None:
        self.appends += 1
        before = self.kept.get(name, b"")
        try:
            self._count()
        except OSError:
            if self.done_halves:
                self.kept[name] = before + data[: len(data) * self.done_halves // 2]
            raise
        if len(data) > self.capacity - self._used():
            self.kept[name] = before + data[: self.capacity - self._used()]
            raise OSError(28)
        self.kept[name] = before + data

    def remove(self, name: str) -> None:
        try:
            self._count()
        except OSError:
            if self.done_halves:
                self.kept.pop(name, None)
            raise
        self.kept.pop(name, None)

    def settle(self, name: str) -> None:
        self._count()

    def room(self) -> int:
        self._count()
        return self.capacity - self._used()

    def close(self) -> None:
        """Nothing is held."""

    def _used(self) -> int:
        return sum([len(data) for data in self.kept.values()])

    def _count(self) -> None:
        self.calls += 1
        if self.fail_at and 0 <= self.calls - self.fail_at < self.failures:
            raise OSError(self.fault)
