"""A catalogue as it is kept: one public text file, read in place (docs/catalogues.md).

    cunyitong-catalogue 1 TAB kind TAB names of the columns
    the rows: the columns between tabs, in the order of the codes' bytes
    the search lines, in the order in which they are shown: place of the row, then what is searched, each between tabs
    end TAB where the search lines begin TAB where they end TAB rows TAB version TAB day TAB verified TAB source TAB CRC

All lines end with LF. The place is the row's offset in sixteen letters, A to P, eight of them: what is searched has no
capital letters, so that nobody finds a row by its place. The CRC-32 is that of all bytes before it, in hex.
"""

import binascii

from firmware.catalogue.errors import CatalogueError
from hal import aio

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hal.ports import Document, Files

MAGIC = "cunyitong-catalogue 1"
LONGEST_LINE = 32 * 1024
_LONGEST_END = 2048
_PIECE = 64 * 1024
_CRC_DIGITS = 8
PLACE_LETTERS = 8
_PARTS_OF_END = 9


class About:
    """Where a catalogue comes from. `version`: the platform's, "" for one that was not downloaded; `day`: when it was
    made, YYYY-MM-DD; `verified`: whether its source is the platform, or somebody has checked it."""

    def __init__(self, version: str, day: str, verified: bool, source: str) -> None:
        self.version = version
        self.day = day
        self.verified = verified
        self.source = source


class Catalogue:
    """A kept catalogue. Made by `open_catalogue`. `first` and `last` are where its search lines begin and end."""

    def __init__(self, document: "Document", kind: str, columns: "list[str]", end: "list[str]") -> None:
        self.document = document
        self.kind = kind
        self.columns = columns
        self.first, self.last, self.rows = int(end[1]), int(end[2]), int(end[3])
        self.about = About(end[4], end[5], end[6] == "1", end[7])
        self._crc = int(end[8], 16)
        self._rows_from = document.find(b"\n", 0, document.size) + 1
        if not 0 < self._rows_from <= self.first <= self.last <= document.size:
            raise ValueError

    async def check(self) -> None:
        """Read all of it once. `CatalogueError` `catalogue.damaged` when a byte is not the one that was written."""
        crc, place, covered = 0, 0, self.document.size - _CRC_DIGITS - 1
        while place < covered:
            piece = self.document.read(place, min(place + _PIECE, covered))
            if not piece:
                break
            crc = binascii.crc32(piece, crc)
            place += len(piece)
            await aio.sleep_ms(0)
        if crc & 0xFFFFFFFF != self._crc:
            raise CatalogueError("catalogue.damaged", self.kind + " CRC")

    def row(self, code: str) -> "dict[str, str] | None":
        """The row of a code, exactly as it is written, or None."""
        placed = self.placed(code)
        return None if placed is None else self._named(placed[1])

    def placed(self, code: str) -> "tuple[int, bytes] | None":
        """Where the row of a code stands, and the row as it is written; or None."""
        wanted = code.encode()
        low, high = self._rows_from, self.first
        while low < high:
            start = max(low, self.document.rfind(b"\n", low, (low + high) // 2) + 1)
            line = self._line(start)
            here = line.partition(b"\t")[0]
            if here == wanted:
                return start, line
            if here < wanted:
                low = start + len(line) + 1
            else:
                high = start
        return None

    def row_at(self, place: bytes) -> "dict[str, str]":
        """The row whose place a search line tells."""
        return self._named(self._line(place_of(place)))

    def lines(self) -> "Lines":
        """All rows as they are written, in the order of their codes."""
        return Lines(self.document, self._rows_from, self.first)

    def close(self) -> None:
        """It is not needed any more."""
        self.document.close()

    def _line(self, start: int) -> bytes:
        end = self.document.find(b"\n", start, min(start + LONGEST_LINE, self.first))
        return self.document.read(start, end) if end >= 0 else b""

    def _named(self, line: bytes) -> "dict[str, str]":
        values = line.decode().split("\t")
        return dict(zip(self.columns, values))


class Lines:
    """An iterator over the lines between two places, without their ends; holds one piece."""

    def __init__(self, document: "Document", start: int, end: int) -> None:
        self._document = document
        self._place = start
        self._end = end
        self._held = b""
        self._from = 0

    def __iter__(self) -> "Lines":
        return self

    def __next__(self) -> bytes:
        """The next line; `CatalogueError` when one is longer than any that we write."""
        while True:
            end = self._held.find(b"\n", self._from)
            if end >= 0:
                line = self._held[self._from : end]
                self._from = end + 1
                return line
            self._held = self._held[self._from :]
            self._from = 0
            if self._place >= self._end:
                raise StopIteration
            if len(self._held) > LONGEST_LINE:
                raise CatalogueError("catalogue.damaged", "a line too long")
            piece = self._document.read(self._place, min(self._place + _PIECE, self._end))
            self._place += len(piece) or self._end
            self._held += piece


def place_letters(offset: int) -> bytes:
    """A place as a search line tells it."""
    return bytes([65 + (offset >> shift & 15) for shift in (28, 24, 20, 16, 12, 8, 4, 0)])


def place_of(letters: bytes) -> int:
    """The offset of a place."""
    offset = 0
    for letter in letters[:PLACE_LETTERS]:
        offset = offset << 4 | (letter - 65 & 15)
    return offset


def end_line(first: int, last: int, rows: int, about: About) -> bytes:
    """The last line, as far as the CRC covers it."""
    figures = str(first) + "\t" + str(last) + "\t" + str(rows) + "\t"
    flag = "1" if about.verified else "0"
    return ("end\t" + figures + about.version + "\t" + about.day + "\t" + flag + "\t" + about.source + "\t").encode()


def open_catalogue(files: "Files", name: str, kind: str) -> "Catalogue | None":
    """The kept catalogue, or None when there is none. `CatalogueError` `catalogue.damaged` when the file is none, is
    that of another kind, or is torn; `StoreError`."""
    document = files.open(name)
    if document is None:
        return None
    try:
        head_end = document.find(b"\n", 0, min(_LONGEST_END, document.size))
        tail_from = document.rfind(b"\nend\t", max(0, document.size - _LONGEST_END), document.size)
        head = document.read(0, head_end).decode().split("\t") if head_end > 0 else []
        end = document.read(tail_from + 1, document.size).decode().split("\t") if tail_from > 0 else []
        if head[:4] != [MAGIC, kind, "code", "name"] or len(end) != _PARTS_OF_END or not _is_crc(end[8]):
            raise ValueError
        if int(end[2]) != tail_from + 1:
            raise ValueError
        return Catalogue(document, kind, head[2:], end)
    except ValueError:  # UnicodeError is one
        document.close()
        raise CatalogueError("catalogue.damaged", kind)


def _is_crc(text: str) -> bool:
    return len(text) == _CRC_DIGITS + 1 and text[-1] == "\n"
