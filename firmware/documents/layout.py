"""What stands on paper, without saying which paper: the blocks of a document.

Three renderers print a document: `slip` on a receipt printer, `picture` as a drawing, `page` on an office printer.
Texts are hostile (names, drugs, a platform's numbers): when a block is made, what could harm a renderer is taken out of
its texts (`printable`); a renderer only has to escape.
"""

from hal.ports import CENTRE, LEFT, RIGHT

TYPE_CHECKING = False

SLIP = "slip"  # a roll of 58 or 80 mm
A4 = "A4"

REPRINT = "重打"
UNVERIFIED = "示例数据 未经核实"

_LONGEST_QR = 200  # on paper of 58 mm its modules are still wider than half a millimetre
_LONGEST_BARCODE = 20
_SPACES = "\t\n\v\f\r\x1c\x1d\x1e\x1f\x85\u2028\u2029"
# (first, last): neither a printer, nor XML, nor UTF-8 takes them, or they turn the reading direction around.
_NEVER = (
    (0x00, 0x1F),
    (0x7F, 0x9F),
    (0x61C, 0x61C),
    (0x200B, 0x200F),
    (0x2028, 0x202E),
    (0x2060, 0x206F),
    (0xD800, 0xDFFF),
    (0xFEFF, 0xFEFF),
    (0xFFF9, 0xFFFB),
    (0xE0000, 0xE0FFF),
)


def printable(text: str) -> str:
    """`text` without control characters, halves of surrogate pairs, non-characters and marks that turn the reading
    direction; tabs and line ends become blanks."""
    return "".join([" " if char in _SPACES else char for char in text if char in _SPACES or _is_printable(ord(char))])


def _is_printable(code: int) -> bool:
    if 0x20 <= code < 0x7F or 0x3000 <= code < 0xD800:  # nearly all that is ever printed
        return True
    if code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF:  # Unicode, section 23.7: non-characters
        return False
    return not any([first <= code <= last for first, last in _NEVER])


def _is_code(data: str, most: int) -> bool:
    return 0 < len(data) <= most and all([" " <= char <= "~" for char in data])


class Heading:
    """A bold line in the middle; `scale` 1 or 2."""

    def __init__(self, text: str, scale: int = 1) -> None:
        self.text = printable(text)
        self.scale = scale


class Text:
    """A paragraph; `align` `LEFT`, `CENTRE` or `RIGHT`."""

    def __init__(self, text: str, align: str = LEFT) -> None:
        self.text = printable(text)
        self.align = align


class Note:
    """A paragraph in small print, where the paper has one."""

    def __init__(self, text: str) -> None:
        self.text = printable(text)


class Pair:
    """A label at the left and its value at the right; `strong` in double size, for what the patient pays."""

    def __init__(self, label: str, value: str, strong: bool = False) -> None:
        self.label = printable(label)
        self.value = printable(value)
        self.strong = strong


class Rule:
    """A line across the paper."""


class Column:
    """A column of a table: its `weight` beside the others' is its share of the paper's width."""

    def __init__(self, title: str, weight: int, align: str = LEFT) -> None:
        self.title = printable(title)
        self.weight = max(1, weight)
        self.align = align if align in (LEFT, CENTRE, RIGHT) else LEFT


class Table:
    """Rows of cells below the titles of their columns, at least one. A row that is too short is filled up with empty
    cells, one that is too long is cut."""

    def __init__(self, columns: "list[Column]", rows: "list[list[str]]") -> None:
        self.columns = columns
        self.rows = [[printable(cell) for cell in (row + [""] * len(columns))[: len(columns)]] for row in rows]


class Fields:
    """Places to be filled in by hand, each a label and how many Latin characters of room (a signature 16, a thumb print
    12); side by side where the paper is wide enough."""

    def __init__(self, fields: "list[tuple[str, int]]") -> None:
        self.fields = [(printable(label), max(1, room)) for label, room in fields]


class Qr:
    """A QR code with `data`; `drawable` when that is printable ASCII of a length that a receipt has room for."""

    def __init__(self, data: str) -> None:
        self.data = printable(data)
        self.drawable = _is_code(self.data, _LONGEST_QR)


class Barcode:
    """A Code 128 bar code with `data`; `drawable` when that is printable ASCII, 1 to 20 characters."""

    def __init__(self, data: str) -> None:
        self.data = printable(data)
        self.drawable = _is_code(self.data, _LONGEST_BARCODE)


class Feed:
    """Empty lines."""

    def __init__(self, lines: int) -> None:
        self.lines = lines


class Cut:
    """The end of the paper, where there is a cutter; below it begins another sheet."""


if TYPE_CHECKING:
    Block = Heading | Text | Note | Pair | Rule | Table | Fields | Qr | Barcode | Feed | Cut


class Document:
    """`title` and `subtitle` (who issued it) on top, below them the `marks` (`REPRINT`, `UNVERIFIED`), then the
    `blocks`. `paper` is the one that it was made for, `SLIP` or `A4`; every renderer prints both."""

    def __init__(self, title: str, subtitle: str, paper: str, marks: "list[str]", blocks: "list[Block]") -> None:
        self.title = printable(title)
        self.subtitle = printable(subtitle)
        self.paper = paper
        self.marks = [printable(mark) for mark in marks]
        self.blocks = blocks

    def __repr__(self) -> str:
        return "Document(*)"  # documents carry names
