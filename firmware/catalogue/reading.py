"""The lines of a catalogue that comes from outside: from the platform's file, or from a table that a person made."""

from firmware.catalogue.errors import CatalogueError
from firmware.catalogue.kept import LONGEST_LINE, About
from firmware.insurance import is_code, newer, one_line
from hal import aio

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from firmware.catalogue.building import Builder
    from firmware.insurance import CatalogueLayout

_BAD_AT_LEAST = 10
_BAD_PER_ROWS = 100
_MARK = b"\xef\xbb\xbf"  # some editors begin a file with it
_LONGEST_SOURCE = 200
_LONGEST = LONGEST_LINE // 2  # a column may be kept twice, as a name and as another name
_AT_ONCE = 200  # lines between two turns of the others


class Cut:
    """Pieces of a file cut into lines. `CatalogueError` `catalogue.bad_file` for a line that no catalogue has."""

    def __init__(self) -> None:
        self._rest = b""
        self._begun = False

    def lines(self, piece: bytes) -> "list[bytes]":
        """The lines that end in this piece, without their ends."""
        found = (self._rest + piece).split(b"\n")
        self._rest = found.pop()
        if max([len(self._rest)] + [len(line) for line in found]) > _LONGEST:
            raise CatalogueError("catalogue.bad_file", "a line too long")
        return [self._plain(line) for line in found]

    def last(self) -> "list[bytes]":
        """The line without an end, where the file has one."""
        return [self._plain(self._rest)] if self._rest else []

    def _plain(self, line: bytes) -> bytes:
        if not self._begun:
            self._begun = True
            if line[:3] == _MARK:
                line = line[3:]
        return line[:-1] if line[-1:] == b"\r" else line


class _Turns:
    """Lets the others have their turn, also while no line is a row: a small ZIP may be a million empty lines."""

    def __init__(self) -> None:
        self._lines = 0

    async def next(self) -> None:
        """Another line."""
        self._lines += 1
        if self._lines % _AT_ONCE == 0:
            await aio.sleep_ms(0)


class PlatformRows:
    """Takes the lines of the platform's file into a builder. `version`: the newest that was seen."""

    def __init__(self, layout: "CatalogueLayout", builder: "Builder") -> None:
        self._layout = layout
        self._builder = builder
        self.rows = 0
        self.version = ""
        self._bad = 0
        self._turns = _Turns()

    async def take(self, lines: "list[bytes]") -> None:
        """Each line is a row; one that is none is passed over. `CatalogueError` `catalogue.bad_file` when they are too
        many to be slips: the file is none of this catalogue. `StoreError`."""
        for line in lines:
            await self._turns.next()
            row = self._layout.row(line)
            if row is not None:
                self.rows += 1
                if newer(row.version, self.version):
                    self.version = row.version
                await self._builder.add(row.values, row.valid)
            elif line:
                self._bad += 1
        self._refuse(_BAD_AT_LEAST + self.rows // _BAD_PER_ROWS)

    def done(self) -> None:
        """All lines were taken. `CatalogueError` when hardly one of them was a row."""
        self._refuse(min(_BAD_AT_LEAST, self.rows) + self.rows // _BAD_PER_ROWS)

    def _refuse(self, most: int) -> None:
        if self._bad > most:
            raise CatalogueError("catalogue.bad_file", str(self._bad) + " lines that are no rows")


class TableRows:
    """Takes a table that a person made: lines with `#` in front (`# source: ...`, `# verified: yes` are read), a line
    with the names of the columns, then a row a line, all between tabs (docs/catalogues.md)."""

    def __init__(self, columns: "list[str]", builder: "Builder") -> None:
        self._columns = columns
        self._builder = builder
        self._places: "list[int] | None" = None
        self.rows = 0
        self.source = ""
        self.verified = False
        self._turns = _Turns()

    async def take(self, lines: "list[bytes]") -> None:
        """`CatalogueError` `catalogue.bad_file` names the line that is wrong; `StoreError`."""
        for line in lines:
            await self._turns.next()
            try:
                text = line.decode()
            except ValueError:  # UnicodeError is one
                raise CatalogueError("catalogue.bad_file", "row " + str(self.rows + 1) + " is not UTF-8")
            if text[:1] == "#":
                self._remark(text[1:].strip())
            elif self._places is None:
                self._places = self._header(text.strip().split("\t"))
            elif text.strip():
                await self._row(text.split("\t"), self._places)

    def about(self, day: str) -> About:
        """Where it comes from. It has no version of the platform's: the first download replaces all of it."""
        return About("", day, self.verified, self.source)

    def _remark(self, text: str) -> None:
        key, _, value = text.partition(":")
        if key == "source":
            self.source = one_line(value.strip().replace("\t", " "))[:_LONGEST_SOURCE]
        elif key == "verified":
            self.verified = value.strip() == "yes"

    def _header(self, names: "list[str]") -> "list[int]":
        places = [names.index(column) if column in names else -1 for column in self._columns]
        if places[0] < 0 or places[1] < 0:
            raise CatalogueError("catalogue.bad_file", "no line with the columns code and name")
        return places

    async def _row(self, fields: "list[str]", places: "list[int]") -> None:
        values = [one_line(fields[place]) if 0 <= place < len(fields) else "" for place in places]
        self.rows += 1
        if not is_code(values[0]) or not values[1]:
            raise CatalogueError("catalogue.bad_file", "row " + str(self.rows))
        await self._builder.add(values, True)


def all_lines(pieces: "Iterator[bytes]") -> "Iterator[list[bytes]]":
    """The lines of pieces, as many at a time as a piece ends."""
    cut = Cut()
    for piece in pieces:
        yield cut.lines(piece)
    yield cut.last()
