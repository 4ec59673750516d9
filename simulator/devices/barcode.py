"""Bar codes that the printer makes itself: `GS k`, with `GS h`, `GS w` and `GS H` (Epson ESC/POS)."""

from simulator.devices.barcode_bars import code39, code128, ean
from simulator.devices.printed import (
    CENTRE,
    DOTS_PER_COLUMN,
    LEFT,
    RIGHT,
    Glyph,
    Printed,
    PrintedFrame,
    PrintedImage,
    PrintedLine,
    Style,
)

_LETTERED = ord("A")  # systems 0 to 6 of the first form are 65 to 71 in the second
_UPC_A, _EAN13, _EAN8, _CODE39, _CODE128 = 65, 67, 68, 69, 73
_NAMES = {
    _UPC_A: "UPC-A", 66: "UPC-E", _EAN13: "EAN13", _EAN8: "EAN8", _CODE39: "CODE39", 70: "ITF", 71: "CODABAR",
    72: "CODE93", _CODE128: "CODE128", 74: "GS1-128", 75: "GS1-DATABAR", 76: "GS1-DATABAR", 77: "GS1-DATABAR",
    78: "GS1-DATABAR",
}  # fmt: skip
_HRI_SPACING = 24
_FRAME_MODULES = 11  # of a character in the frame that stands for a bar code
LONGEST = 255


class BarcodeMaker:
    """The bar code settings of a printer: height and module width in dots, and where its text stands."""

    def __init__(self) -> None:
        self._height = 162
        self._module = 3
        self._text = 0  # bit 0 above, bit 1 below

    def set_height(self, dots: int) -> None:
        """GS h; 0 changes nothing."""
        self._height = dots or self._height

    def set_module(self, dots: int) -> None:
        """GS w; other widths than 2 to 6 change nothing."""
        if 2 <= dots <= 6:
            self._module = dots

    def set_text(self, choice: int) -> None:
        """GS H: 0 or 48 none, 1 or 49 above, 2 or 50 below, 3 or 51 both."""
        choice -= 48 if choice >= 48 else 0
        if choice <= 3:
            self._text = choice

    def make(self, system: int, data: bytes, align: str, columns: int) -> list[Printed]:
        """The bar code and its text; nothing when the data does not fit the symbology or the bars do not fit the paper.

        Symbologies beside Code 128, EAN, UPC-A and Code 39 become a frame.
        """
        symbol = self._symbol(system + _LETTERED if system < _LETTERED else system, data, align)
        if symbol is None or symbol.width > columns * DOTS_PER_COLUMN:
            return []
        text = [_readable(symbol, columns)]
        return [*(text if self._text & 1 else []), symbol, *(text if self._text & 2 else [])]

    def _symbol(self, system: int, data: bytes, align: str) -> PrintedImage | PrintedFrame | None:
        if system not in _NAMES or not 1 <= len(data) <= LONGEST:
            return None
        match system:
            case 73:
                made = code128(data)
            case 65:
                made = ean(b"0" + data, 13)
            case 67 | 68:
                made = ean(data, 13 if system == _EAN13 else 8)
            case 69:
                made = code39(data)
            case _:
                width = (len(data) + 2) * _FRAME_MODULES * self._module
                return PrintedFrame(_NAMES[system], data.decode("latin-1"), width, self._height, align)
        if made is None:
            return None
        bars, said = made
        return PrintedImage((bars,), self._module, self._height, align, said, _NAMES[system])


def _readable(symbol: PrintedImage | PrintedFrame, columns: int) -> PrintedLine:
    """What the symbol says, in the middle above or below it; what is no letter is a blank."""
    text = "".join(char if " " < char < "\x7f" else " " for char in symbol.payload or "")[:columns]
    room = " " * max(0, (symbol.width // DOTS_PER_COLUMN - len(text)) // 2)
    padded = {LEFT: room + text, CENTRE: text, RIGHT: text + room}[symbol.align]
    return PrintedLine(tuple(Glyph(char, 1, Style()) for char in padded), symbol.align, _HRI_SPACING)
