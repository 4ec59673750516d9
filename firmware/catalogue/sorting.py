"""Sorting more lines than memory holds: sorted runs, each a file, then merged.

A run that is open takes memory and one of the process's open files, which the console needs too. So whenever there are
`_TOGETHER` runs of a size, they become one run of the next size.
"""

from firmware.catalogue.kept import Lines
from hal import aio
from hal.errors import StoreError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from hal.ports import Document, Files

RUN_BYTES = 512 * 1024  # of keys and lines that are held at once
_PIECE = 32 * 1024
_TOGETHER = 16
_AT_ONCE = 200  # lines between two turns of the others


class Sorter:
    """Lines by their keys; of a key that comes again the later line counts. No line ends in them, no tab in a key."""

    def __init__(self, files: "Files", name: str, run_bytes: int = RUN_BYTES) -> None:
        """The runs are kept as `name` and a number until `drop`."""
        self._files = files
        self._name = name
        self._limit = run_bytes
        self._held: "dict[bytes, bytes]" = {}
        self._size = 0
        self._added = 0
        self._runs: "list[tuple[int, int]]" = []  # (size, number), the older ones first
        self._made = 0
        self._open: "list[Document]" = []

    async def add(self, key: bytes, line: bytes) -> None:
        """Take a line. `StoreError`."""
        self._held[key] = line
        self._size += len(key) + len(line)
        self._added += 1
        if self._size >= self._limit:
            await self._spill()
        elif self._added % _AT_ONCE == 0:
            await aio.sleep_ms(0)

    def merged(self, before: "Iterator[bytes] | None" = None) -> "Merged":
        """All lines by their keys. `before`: lines in order, each beginning with its key and a tab, that give way to
        those that were added. To be read once, with nothing added meanwhile. `StoreError`."""
        sources: "list[Iterator[bytes]]" = [_lines_of(self._held)]
        sources += self._opened(self._runs)
        if before is not None:
            sources.append(before)
        return Merged(sources)

    def drop(self) -> None:
        """Leave nothing behind. `StoreError`."""
        self._close()
        for _, number in self._runs:
            self._files.remove(self._run(number))
        self._runs = []
        self._held = {}

    async def _spill(self) -> None:
        await self._write(0, _lines_of(self._held))
        self._held = {}
        self._size = 0
        last = self._runs[-_TOGETHER:]
        while len(last) == _TOGETHER and last[0][0] == last[-1][0]:  # sizes only fall
            await self._write(last[0][0] + 1, _joined(Merged(self._opened(last))))
            self._close()
            for _, number in last:
                self._files.remove(self._run(number))
            self._runs = self._runs[: -_TOGETHER - 1] + self._runs[-1:]
            last = self._runs[-_TOGETHER:]

    async def _write(self, size: int, lines: "Iterator[bytes]") -> None:
        """Add a run."""
        draft = self._files.draft(self._run(self._made))
        kept = False
        try:
            piece = bytearray()
            for line in lines:
                piece += line
                piece += b"\n"
                if len(piece) >= _PIECE:
                    draft.write(bytes(piece))
                    piece = bytearray()
                    await aio.sleep_ms(0)
            draft.write(bytes(piece))
            draft.keep()
            kept = True
        finally:
            if not kept:  # also when the update is called off
                draft.drop()
        self._runs.append((size, self._made))
        self._made += 1

    def _opened(self, runs: "list[tuple[int, int]]") -> "list[Iterator[bytes]]":
        """The lines of runs, the later ones first."""
        sources: "list[Iterator[bytes]]" = []
        for _, number in reversed(runs):
            document = self._files.open(self._run(number))
            if document is None:
                raise StoreError("files.failed", "a run is gone")
            self._open.append(document)
            sources.append(Lines(document, 0, document.size))
        return sources

    def _close(self) -> None:
        for document in self._open:
            document.close()
        self._open = []

    def _run(self, number: int) -> str:
        return self._name + "." + str(number)


class Merged:
    """An iterator over several sorted ones; of lines with one key the first iterator's counts."""

    def __init__(self, sources: "list[Iterator[bytes]]") -> None:
        self._sources = sources
        self._heads: "list[tuple[bytes, int, bytes]]" = []
        for place in range(len(sources)):
            self._take(place)
        self._last = b""

    def __iter__(self) -> "Merged":
        return self

    def __next__(self) -> "tuple[bytes, bytes]":
        """(key, line)."""
        while self._heads:
            head = min(self._heads)
            self._heads.remove(head)
            self._take(head[1])
            if head[0] != self._last:
                self._last = head[0]
                return head[0], head[2]
        raise StopIteration

    def _take(self, place: int) -> None:
        for line in self._sources[place]:
            key = line.partition(b"\t")[0]
            self._heads.append((key, place, line[len(key) + 1 :]))
            return


def _joined(merged: Merged) -> "Iterator[bytes]":
    for key, line in merged:
        yield key + b"\t" + line


def _lines_of(held: "dict[bytes, bytes]") -> "Iterator[bytes]":
    for key in sorted(held):
        yield key + b"\t" + held[key]
