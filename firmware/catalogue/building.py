"""Making a catalogue: rows in any order become one sorted, searchable, checked file, in bounded memory."""

import binascii

from firmware.catalogue.kept import MAGIC, end_line
from firmware.catalogue.search_line import SearchLines, rank
from firmware.catalogue.sorting import RUN_BYTES, Sorter
from hal import aio

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from firmware.catalogue.kept import About, Catalogue
    from hal.ports import Draft, Files

_PIECE = 32 * 1024
_AT_ONCE = 200  # rows between two turns of the others


class Builder:
    """Takes rows and writes the catalogue. The files that it needs meanwhile are called after it."""

    def __init__(self, files: "Files", name: str, kind: str, columns: "list[str]", run_bytes: int = RUN_BYTES) -> None:
        """`columns`: what a row has, `code` and `name` first. A builder of that name that was cut off is swept away."""
        self._files = files
        self._name = name
        self._kind = kind
        self._columns = columns
        self._lines = SearchLines(columns)
        sweep(files, name)
        self._rows = Sorter(files, name + ".rows", run_bytes)
        self._search = Sorter(files, name + ".search", run_bytes)

    async def add(self, values: "list[str]", valid: bool) -> None:
        """Take a row; it replaces what was known of its code, and takes it away when it is not valid. `StoreError`."""
        line = "\t".join(values[1:]).encode() if valid else b""
        await self._rows.add(values[0].encode(), line)

    async def finish(self, about: "About", former: "Catalogue | None", moved: "Callable[[int], None]") -> int:
        """Write the new catalogue in the place of `former`, whose rows stay unless they were replaced; how many rows it
        has. `moved` is told how many rows are written. `StoreError`; the old file stays until the new one is whole."""
        before = former.lines() if former is not None and former.columns == self._columns else None
        out = _Out(self._files.draft(self._name))
        kept = False
        try:
            out.write((MAGIC + "\t" + self._kind + "\t" + "\t".join(self._columns) + "\n").encode())
            rows = 0
            steps = 0
            for code, line in self._rows.merged(before):
                steps += 1
                if steps % _AT_ONCE == 0:
                    moved(rows)
                    await aio.sleep_ms(0)
                if line:  # not one that was taken away
                    rows += 1
                    row = code + b"\t" + line
                    await self._search.add(rank(row), self._lines.of(row, out.size))
                    out.write(row + b"\n")
            first = out.size
            for _, found in self._search.merged():
                steps += 1
                if steps % _AT_ONCE == 0:
                    await aio.sleep_ms(0)
                out.write(found + b"\n")
            out.end(end_line(first, out.size, rows, about))
            kept = True
        finally:
            if not kept:
                out.draft.drop()
        return rows

    def drop(self) -> None:
        """Leave nothing behind but the catalogue. `StoreError`."""
        self._rows.drop()
        self._search.drop()


class _Out:
    """A draft that is written in pieces, with its size and its checksum."""

    def __init__(self, draft: "Draft") -> None:
        self.draft = draft
        self.size = 0
        self._crc = 0
        self._held = bytearray()

    def write(self, line: bytes) -> None:
        self._held += line
        self.size += len(line)
        if len(self._held) >= _PIECE:
            self._pass_on()

    def end(self, line: bytes) -> None:
        """The last line, the checksum, and the file takes its place."""
        self.write(line)
        self._pass_on()
        self.draft.write(f"{self._crc & 0xFFFFFFFF:08x}\n".encode())
        self.draft.keep()

    def _pass_on(self) -> None:
        piece = bytes(self._held)
        self._crc = binascii.crc32(piece, self._crc)
        self.draft.write(piece)
        self._held = bytearray()


def sweep(files: "Files", name: str) -> None:
    """Remove the runs that a power cut has left. `StoreError`."""
    for left in files.names():
        if left.startswith((name + ".rows.", name + ".search.")):
            files.remove(left)
