"""A document on a receipt printer: the elements of `hal.ports`, laid out in columns of one Latin character. A Chinese
character takes two."""

from firmware.documents import layout
from firmware.text import columns, spread, wrap
from hal.ports import CENTRE, LEFT, RIGHT, PrintBarcode, PrintCut, PrintFeed, PrintLine, PrintQr, PrintRule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from hal.ports import PrintElement

_NARROWEST = 4  # a column of a table below that cannot be read: two Chinese characters
_GAP = 1  # between two columns of a table, or two fields


def slip_of(document: layout.Document, width: int) -> "list[PrintElement]":
    """`document` for a printer with lines of `width` columns, at least 8. No line is longer than the paper."""
    slip = _Slip(width)
    slip.heading(document.title, 2)
    slip.heading(document.subtitle, 1)
    for mark in document.marks:
        if mark == layout.REPRINT:
            slip.heading("【" + mark + "】", 2)
        else:
            slip.heading("（" + mark + "）", 1)
    for block in document.blocks:
        slip.add(block)
    return slip.elements


class _Slip:
    """Elements of one width."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.elements: "list[PrintElement]" = []
        self._add: "dict[type, Callable[[Any], None]]" = {
            layout.Heading: lambda block: self.heading(block.text, block.scale),
            layout.Text: lambda block: self._text(block.text, block.align),
            layout.Note: lambda block: self._text(block.text, LEFT),
            layout.Pair: lambda block: self._pair(block.label, block.value, 2 if block.strong else 1),
            layout.Rule: lambda _: self.elements.append(PrintRule()),
            layout.Table: self._table,
            layout.Fields: self._fields,
            layout.Qr: lambda block: self._code(block, PrintQr),
            layout.Barcode: lambda block: self._code(block, PrintBarcode),
            layout.Feed: lambda block: self.elements.append(PrintFeed(block.lines)),
            layout.Cut: lambda _: self.elements.append(PrintCut()),
        }

    def add(self, block: "layout.Block") -> None:
        """One block."""
        self._add[type(block)](block)

    def heading(self, text: str, scale: int) -> None:
        """A line in the middle, bold where it is not large: one mark is enough, and each costs the printer bytes."""
        for line in wrap(text, self.width // scale):
            self.elements.append(PrintLine(line, scale, scale == 1, CENTRE))

    def _text(self, text: str, align: str) -> None:
        for line in wrap(text, self.width):
            self.elements.append(PrintLine(line, 1, False, align))

    def _pair(self, label: str, value: str, scale: int) -> None:
        width = self.width // scale
        line = spread(label, value, width)
        for part in wrap(line if columns(line) <= width else label + " " + value, width):
            self.elements.append(PrintLine(part, scale))

    def _code(self, block: "layout.Qr | layout.Barcode", kind: "Callable[[str], PrintElement]") -> None:
        """A code, or its data as text when no printer could draw it: that must not cost the whole receipt."""
        if block.drawable:
            self.elements.append(kind(block.data))
        else:
            self._text(block.data, CENTRE)

    def _table(self, table: layout.Table) -> None:
        widths = _shares([column.weight for column in table.columns], self.width)
        if min(widths) < _NARROWEST:
            self._list(table)
            return
        self._row([column.title for column in table.columns], table.columns, widths, True)
        self.elements.append(PrintRule())
        for row in table.rows:
            self._row(row, table.columns, widths, False)

    def _list(self, table: layout.Table) -> None:
        """A table that is too wide for the paper: every cell with the title of its column, row by row."""
        for index, row in enumerate(table.rows):
            if index:
                self.elements.append(PrintRule())
            for column, cell in zip(table.columns, row):
                self._pair(column.title, cell, 1)

    def _row(self, row: "list[str]", titles: "list[layout.Column]", widths: "list[int]", bold: bool) -> None:
        cells = [wrap(cell, width) for cell, width in zip(row, widths)]
        for index in range(max([len(lines) for lines in cells])):
            parts = []
            for lines, column, width in zip(cells, titles, widths):
                parts.append(_aligned(lines[index] if index < len(lines) else "", width, column.align))
            self.elements.append(PrintLine((" " * _GAP).join(parts).rstrip(), 1, bold))

    def _fields(self, fields: layout.Fields) -> None:
        line = ""
        for label, room in fields.fields:
            blank = label + "：" + "_" * max(1, min(room, self.width - columns(label) - 2))
            if line and columns(line) + _GAP + columns(blank) > self.width:
                self._blank(line)
                line = ""
            line += (" " * _GAP if line else "") + blank
        self._blank(line)

    def _blank(self, line: str) -> None:
        self.elements.append(PrintFeed(1))  # room for a hand
        self._text(line, LEFT)


def _shares(weights: "list[int]", width: int) -> "list[int]":
    """`width` without the gaps, divided as `weights` say; what rounding leaves goes to the last."""
    room = width - _GAP * (len(weights) - 1)
    shares = [room * weight // sum(weights) for weight in weights]
    shares[-1] += room - sum(shares)
    return shares


def _aligned(text: str, width: int, align: str) -> str:
    left = {LEFT: 0, CENTRE: (width - columns(text)) // 2, RIGHT: width - columns(text)}[align]
    return " " * left + text + " " * (width - columns(text) - left)
