"""A slip as a drawing (SVG 1.1): what comes out of a receipt printer, for a screen or for a test that looks at it.

Characters stand in the columns of the printer whatever the font of the screen. A QR code is drawn from the rows of an
encoder that the caller gives; without one, as with bar codes, its place is a framed box with its data as text.
"""

from firmware.documents.markup import escape
from firmware.text import columns
from hal.ports import CENTRE, RIGHT, PrintBarcode, PrintCut, PrintFeed, PrintLine, PrintQr, PrintRule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from hal.ports import PrintElement

    QrRows = Callable[[str], list[bytes]]  # the rows of a QR code without its quiet zone: a byte for a module, 1 dark

_COLUMN = 12  # dots of a Latin character: font A of ESC/POS
_LINE = 30  # dots from line to line, as printers start
_BASE = 21  # from the upper edge of a line to the foot of its letters, at scale 1
_MARGIN = 24
_MODULE = 6  # dots of a module of a QR code
_BOX = 120  # height of a box that stands for a code
_TEXT = '<text style="white-space:pre"'  # on each: browsers have a rule of their own that folds the blanks of a text
_FONT = "'Noto Sans Mono CJK SC','Sarasa Mono SC',NSimSun,SimSun,monospace"


def picture_of(slip: "list[PrintElement]", width: int, qr_rows: "QrRows | None" = None) -> str:
    """The slip of a printer with `width` columns as an SVG, a dot of the printer for a unit."""
    paper = _Paper(width, qr_rows)
    for element in slip:
        paper.add(element)
    return paper.svg()


class _Paper:
    """What is drawn so far; `y` is where the next line begins."""

    def __init__(self, width: int, qr_rows: "QrRows | None") -> None:
        self.dots = width * _COLUMN
        self.y = _MARGIN
        self._qr_rows = qr_rows
        self._parts: "list[str]" = []

    def add(self, element: "PrintElement") -> None:
        """The next element of the slip."""
        if isinstance(element, PrintLine):
            self._text(element)
        elif isinstance(element, PrintQr):
            self._qr(element.data)
        elif isinstance(element, PrintBarcode):
            self._box(element.data, 2)
        elif isinstance(element, PrintRule):
            self._across("")
        elif isinstance(element, PrintFeed):
            self.y += element.lines * _LINE
        elif isinstance(element, PrintCut):
            self._across(' stroke-dasharray="12 8"')

    def svg(self) -> str:
        """The drawing, as high as the paper is now."""
        across, down = str(self.dots + 2 * _MARGIN), str(self.y + _MARGIN)
        size = _at("width", self.dots + 2 * _MARGIN) + _at("height", self.y + _MARGIN)
        view = ' viewBox="0 0 ' + across + " " + down + '"'
        paper = '<svg xmlns="http://www.w3.org/2000/svg"' + view + size + "><rect" + size + ' fill="#fff"/>'
        return paper + '<g font-family="' + _FONT + '" font-size="24">' + "".join(self._parts) + "</g></svg>"

    def _text(self, line: PrintLine) -> None:
        long = columns(line.text) * _COLUMN * line.scale
        x = {CENTRE: (self.dots - long) // 2, RIGHT: self.dots - long}.get(line.align, 0)
        if line.text:
            bold = ' font-weight="bold"' if line.bold else ""
            size = "" if line.scale == 1 else ' font-size="' + str(24 * line.scale) + '"'
            place = _at("x", _MARGIN + x) + _at("y", self.y + _BASE * line.scale) + _at("textLength", long)
            self._parts.append(_TEXT + place + size + bold + ">" + escape(line.text) + "</text>")
        self.y += _LINE * line.scale

    def _across(self, dashes: str) -> None:
        y = self.y + _LINE // 2
        ends = _at("x1", _MARGIN) + _at("x2", _MARGIN + self.dots) + _at("y1", y) + _at("y2", y)
        self._parts.append("<line" + ends + ' stroke="#000" stroke-width="2"' + dashes + "/>")
        self.y += _LINE

    def _qr(self, data: str) -> None:
        if self._qr_rows is None:
            self._box(data, 1)
            return
        rows = self._qr_rows(data)
        left = _MARGIN + (self.dots - len(rows) * _MODULE) // 2
        for index, row in enumerate(rows):
            for place, dark in enumerate(row):
                if dark:
                    self._square(left + place * _MODULE, self.y + index * _MODULE)
        self.y += len(rows) * _MODULE

    def _square(self, x: int, y: int) -> None:
        size = _at("width", _MODULE) + _at("height", _MODULE)
        self._parts.append("<rect" + _at("x", x) + _at("y", y) + size + "/>")

    def _box(self, data: str, wide: int) -> None:
        x = _MARGIN + (self.dots - wide * _BOX) // 2
        size = _at("width", wide * _BOX) + _at("height", _BOX)
        self._parts.append("<rect" + _at("x", x) + _at("y", self.y) + size + ' fill="none" stroke="#000"/>')
        middle = _at("x", _MARGIN + self.dots // 2) + _at("y", self.y + _BOX // 2)
        self._parts.append(_TEXT + middle + ' font-size="10" text-anchor="middle">' + escape(data) + "</text>")
        self.y += _BOX


def _at(name: str, value: int) -> str:
    return " " + name + '="' + str(value) + '"'
