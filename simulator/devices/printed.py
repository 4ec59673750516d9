"""What can stand on paper: lines of text, pictures, empty space, cuts. Sizes are in dots of the print head."""

from dataclasses import dataclass, replace

DOTS_PER_MM = 8  # 203 dpi
DOTS_PER_COLUMN = 12  # font A: a Latin character; a Chinese one takes two columns
DOTS_PER_ROW = 24
LINE_SPACING = 30  # dots; common on 58 mm printers

LEFT = "left"
CENTRE = "centre"
RIGHT = "right"

HIGHEST_PICTURE = 4096  # rows
QR = "QR"  # the symbology of a QR code that the printer has made itself

_INK_OF_A_COLUMN = 58  # a fifth of its dots, about what letters and Chinese characters have


@dataclass(frozen=True)
class Style:
    """How a character is printed; `wide` and `high` are magnifications, 1 to 8."""

    wide: int = 1
    high: int = 1
    bold: bool = False
    underline: bool = False


@dataclass(frozen=True)
class Glyph:
    """One character; `cells` is its width in columns before magnification: 1, or 2 for a Chinese one."""

    char: str
    cells: int
    style: Style

    @property
    def width(self) -> int:
        """Columns that it takes on the paper."""
        return self.cells * self.style.wide


@dataclass(frozen=True)
class PrintedLine:
    """A line of text; `align` is `LEFT`, `CENTRE` or `RIGHT`, `spacing` the line spacing it was printed with."""

    glyphs: tuple[Glyph, ...]
    align: str = LEFT
    spacing: int = 30

    @property
    def text(self) -> str:
        """Its characters."""
        return "".join(glyph.char for glyph in self.glyphs)

    @property
    def width(self) -> int:
        """Columns that it takes."""
        return sum(glyph.width for glyph in self.glyphs)

    @property
    def scale(self) -> int:
        """The greatest magnification in it, 1 for an empty line."""
        return max((max(glyph.style.wide, glyph.style.high) for glyph in self.glyphs), default=1)

    @property
    def bold(self) -> bool:
        """Is all of it bold?"""
        return bool(self.glyphs) and all(glyph.style.bold for glyph in self.glyphs)

    @property
    def rise(self) -> int:
        """Height of its highest character."""
        return DOTS_PER_ROW * max((glyph.style.high for glyph in self.glyphs), default=1)

    @property
    def height(self) -> int:
        """Paper that it uses: the line spacing, or more when characters are higher."""
        return max(self.spacing, self.rise if self.glyphs else 0)

    @property
    def ink(self) -> int:
        """About how many black dots it has."""
        return sum(glyph.width * glyph.style.high * _INK_OF_A_COLUMN for glyph in self.glyphs if glyph.char != " ")


@dataclass(frozen=True)
class PrintedImage:
    """Points, each `dot_wide` by `dot_high` dots; `payload` is what it says when it is a symbol of a `symbology`.

    A row has one byte for each point: 1 black, 0 white.
    """

    rows: tuple[bytes, ...]
    dot_wide: int
    dot_high: int
    align: str = LEFT
    payload: str | None = None
    symbology: str = ""

    @property
    def width(self) -> int:
        """Width in dots."""
        return len(self.rows[0]) * self.dot_wide if self.rows else 0

    @property
    def height(self) -> int:
        """Height in dots."""
        return len(self.rows) * self.dot_high

    @property
    def ink(self) -> int:
        """How many black dots it has."""
        return sum(map(sum, self.rows)) * self.dot_wide * self.dot_high

    def continues_in(self, below: "PrintedImage") -> bool:
        """Is `below` the next strip of the same picture?"""
        same = replace(below, rows=self.rows) == self
        both = len(self.rows) + len(below.rows)
        return same and self.payload is None and self.width == below.width and both <= HIGHEST_PICTURE


@dataclass(frozen=True)
class PrintedFrame:
    """Stands for a bar code that the simulator does not draw: a frame around its `symbology` and what it says."""

    symbology: str
    payload: str
    width: int
    height: int
    align: str = LEFT

    @property
    def ink(self) -> int:
        """About how many black dots the bar code has."""
        return self.width * self.height // 2


@dataclass(frozen=True)
class Gap:
    """Paper that was fed without printing."""

    height: int
    ink: int = 0


@dataclass(frozen=True)
class Cut:
    """The cutter went through here; `full` or with a bridge left."""

    full: bool
    height: int = 0
    ink: int = 0


Printed = PrintedLine | PrintedImage | PrintedFrame | Gap | Cut
