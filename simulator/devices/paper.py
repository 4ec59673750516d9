"""The strip of paper that has come out of the printer."""

from collections import deque
from collections.abc import Iterator
from dataclasses import replace

from simulator.devices.paper_picture import draw
from simulator.devices.printed import QR, Cut, Gap, Printed, PrintedFrame, PrintedImage, PrintedLine

ITEMS_KEPT = 1000  # what came out before that has been thrown away


class Paper:
    """What has been printed, oldest first. Only the newest `ITEMS_KEPT` items are kept.

    `columns` is the width of a line in Latin characters; a Chinese one takes two.
    """

    def __init__(self, columns: int) -> None:
        self.columns = columns
        self.count = 0  # text lines that were ever printed
        self.pieces = 0  # lines, pictures, symbols, gaps and cuts that ever came out
        self._items: deque[Printed] = deque(maxlen=ITEMS_KEPT)

    def add(self, item: Printed) -> None:
        """Print `item` below the rest; a picture that comes in strips becomes one."""
        above = self._items[-1] if self._items else None
        if isinstance(item, PrintedImage) and isinstance(above, PrintedImage) and above.continues_in(item):
            self._items[-1] = replace(above, rows=above.rows + item.rows)
        else:
            self._items.append(item)
        self.pieces += 1
        self.count += isinstance(item, PrintedLine)

    def __iter__(self) -> Iterator[Printed]:
        """Everything that is kept, from the top."""
        return iter(self._items)

    @property
    def lines(self) -> list[PrintedLine]:
        """The lines of text, empty ones too."""
        return [item for item in self._items if isinstance(item, PrintedLine)]

    @property
    def qr_codes(self) -> list[str]:
        """What the QR codes say, from the top."""
        return [said for symbology, said in self._symbols() if symbology == QR]

    @property
    def barcodes(self) -> list[tuple[str, str]]:
        """Symbology and content of the bar codes, from the top."""
        return [symbol for symbol in self._symbols() if symbol[0] != QR]

    @property
    def cuts(self) -> int:
        """How often the paper was cut."""
        return sum(isinstance(item, Cut) for item in self._items)

    def text(self) -> str:
        """The strip as text: a line for a line, aligned; a symbol as what it says; a cut as a dashed line."""
        return "".join(row + "\n" for item in self._items if (row := self._row(item)) is not None)

    def svg(self) -> str:
        """The strip as a picture: an SVG document, one unit for one dot of the print head."""
        return draw(self._items, self.columns)

    def _symbols(self) -> Iterator[tuple[str, str]]:
        for item in self._items:
            if isinstance(item, PrintedImage | PrintedFrame) and item.payload is not None:
                yield item.symbology, item.payload

    def _row(self, item: Printed) -> str | None:
        match item:
            case PrintedLine():
                spare = max(0, self.columns - item.width)
                indent = {"left": 0, "centre": spare // 2, "right": spare}[item.align]
                return (" " * indent + item.text).rstrip()
            case PrintedImage():
                return _caption(item.symbology, item.payload) if item.payload is not None else "[image]"
            case PrintedFrame():
                return _caption(item.symbology, item.payload)
            case Cut():
                return "- " * (self.columns // 2)
            case Gap():
                return None


def _caption(symbology: str, payload: str) -> str:
    """A symbol in words; a control character becomes the picture of it."""
    return f"[{symbology} {''.join(chr(0x2400 + ord(char)) if char < ' ' else char for char in payload)}]"
