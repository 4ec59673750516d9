"""The half of an ESC/POS printer that turns text and commands into what stands on paper."""

from dataclasses import replace
from typing import TYPE_CHECKING

from simulator.devices.barcode import BarcodeMaker
from simulator.devices.escpos import Character, Command, Control, Token, Unknown
from simulator.devices.printed import (
    CENTRE,
    DOTS_PER_COLUMN,
    LEFT,
    LINE_SPACING,
    RIGHT,
    Cut,
    Gap,
    Glyph,
    Printed,
    PrintedImage,
    PrintedLine,
    Style,
)
from simulator.devices.printer_kinds import PrinterKind
from simulator.devices.qr_symbol import QrSymbol
from simulator.devices.raster import raster_image

if TYPE_CHECKING:
    from collections.abc import Callable

TAB = 8
UNKNOWN_KEPT = 100
HEAD_TO_CUTTER = 96  # dots; of the usual size, not from a data sheet

_FEEDS_BACK = (b"g", b"h")  # GS V: to where printing begins
_BOLD, _HIGH, _WIDE, _UNDERLINE = 0x08, 0x10, 0x20, 0x80  # ESC !
_CHINESE_WIDE, _CHINESE_HIGH = 0x04, 0x08  # FS !
# Known commands without effect on this paper: fonts, code tables, margins, spacing of characters, panel settings.
_WITHOUT_EFFECT = (
    *(b"\x1b" + bytes((code,)) for code in b"<L0uv\x0c %=?GKMRSTVert{$\\cpW*D"),
    *(b"\x1c" + bytes((code,)) for code in b"CSp2("),
    *(b"\x1d" + bytes((code,)) for code in b":c/BTbfjP$LW\\^z*"),
    b"\x10\x04",  # the real-time commands were obeyed when they arrived
    b"\x10\x05",
    b"\x10\x14",
)


class Typesetter:
    """Builds lines in columns as the device does: a character that does not fit starts the next line by itself.

    `typeset` returns what a token brings onto the paper. Commands it does not know or cannot do, and symbols that it
    cannot draw (too large, or their data is wrong), are in `unknown` (the first hundred).
    """

    def __init__(self, kind: PrinterKind) -> None:
        self.columns = kind.columns
        self.unknown: list[bytes] = []
        self._code_set = kind.code_set
        self._makes_qr = kind.qr
        self._cuts = kind.cutter
        self._commands: dict[bytes, Callable[[bytes, bytes], list[Printed]]] = {
            **dict.fromkeys(_WITHOUT_EFFECT, _nothing),
            b"\x1b@": self._initialise,
            b"\x1b!": self._print_mode,
            b"\x1bE": self._bold,
            b"\x1b-": self._underline,
            b"\x1ba": self._align,
            b"\x1bd": self._feed_lines,
            b"\x1bJ": self._feed_dots,
            b"\x1b2": self._default_spacing,
            b"\x1b3": self._spacing_of,
            b"\x1bi": self._cut,
            b"\x1bm": self._cut,
            b"\x1c&": self._chinese_on,
            b"\x1c.": self._chinese_off,
            b"\x1c!": self._chinese_mode,
            b"\x1cW": self._chinese_double,
            b"\x1c-": self._chinese_underline,
            b"\x1d!": self._size,
            b"\x1dV": self._cut,
            b"\x1dv": self._raster,
            b"\x1d(": self._symbol,
            b"\x1dk": self._barcode,
            b"\x1dh": self._barcode_height,
            b"\x1dw": self._barcode_module,
            b"\x1dH": self._barcode_text,
        }
        self.reset()

    def reset(self) -> None:
        """As after power-up: Chinese mode on, plain, left, an empty line, no symbol stored."""
        self.chinese = True
        self._latin_style = Style()
        self._chinese_style = Style()
        self._align_now = LEFT
        self._spacing = LINE_SPACING
        self._line: list[Glyph] = []
        self._qr = QrSymbol()
        self._barcodes = BarcodeMaker()

    def forget_line(self) -> None:
        """Lose the line that has begun."""
        self._line = []

    def typeset(self, token: Token, data: bytes = b"") -> list[Printed]:
        """What `token` (with the `data` that followed the command) brings onto the paper."""
        match token:
            case Character(raw):
                return self._set(raw)
            case Control(code):
                return self._end_line() if code == ord("\n") else self._tab()
            case Command(name, parameters) if name in self._commands:
                return self._commands[name](parameters, data)
            case Command(name):
                self._record(name)
            case Unknown(raw):
                self._record(raw)
        return []

    def _set(self, raw: bytes) -> list[Printed]:
        chinese = len(raw) > 1
        style = self._chinese_style if chinese else self._latin_style
        encoding = self._code_set if chinese else "ascii" if self.chinese else "cp437"
        glyph = Glyph(raw.decode(encoding, "replace")[:1], 2 if chinese else 1, style)
        full = self._width() + glyph.width > self.columns
        out = self._end_line() if full and self._line else []
        self._line.append(glyph)
        return out

    def _width(self) -> int:
        return sum(glyph.width for glyph in self._line)

    def _tab(self) -> list[Printed]:
        stop = min((self._width() // TAB + 1) * TAB, self.columns)
        self._line += [Glyph(" ", 1, Style())] * (stop - self._width())
        return []

    def _end_line(self) -> list[Printed]:
        line = PrintedLine(tuple(self._line), self._align_now, self._spacing)
        self._line = []
        return [line]

    def _record(self, raw: bytes) -> None:
        if len(self.unknown) < UNKNOWN_KEPT:
            self.unknown.append(raw)

    def _initialise(self, _parameters: bytes, _data: bytes) -> list[Printed]:
        self.reset()
        return []

    def _print_mode(self, parameters: bytes, _data: bytes) -> list[Printed]:
        mode = parameters[0]
        wide, high = 1 + bool(mode & _WIDE), 1 + bool(mode & _HIGH)
        self._latin_style = Style(wide, high, bool(mode & _BOLD), bool(mode & _UNDERLINE))
        self._chinese_style = replace(self._chinese_style, bold=bool(mode & _BOLD))
        return []

    def _bold(self, parameters: bytes, _data: bytes) -> list[Printed]:
        bold = bool(parameters[0] & 1)
        self._latin_style = replace(self._latin_style, bold=bold)
        self._chinese_style = replace(self._chinese_style, bold=bold)
        return []

    def _underline(self, parameters: bytes, _data: bytes) -> list[Printed]:
        self._latin_style = replace(self._latin_style, underline=parameters[0] & 3 != 0)
        return []

    def _align(self, parameters: bytes, _data: bytes) -> list[Printed]:
        choice = parameters[0] - ord("0") if parameters[0] >= ord("0") else parameters[0]
        if not self._line and choice < 3:  # obeyed at the beginning of a line only
            self._align_now = (LEFT, CENTRE, RIGHT)[choice]
        return []

    def _feed_lines(self, parameters: bytes, _data: bytes) -> list[Printed]:
        out = self._end_line() if self._line else []
        while len(out) < parameters[0]:
            out += self._end_line()
        return out

    def _feed_dots(self, parameters: bytes, _data: bytes) -> list[Printed]:
        if not self._line:
            return [Gap(parameters[0])]
        line = PrintedLine(tuple(self._line), self._align_now, spacing=0)
        self._line = []
        return [line, Gap(max(0, parameters[0] - line.height))]

    def _default_spacing(self, _parameters: bytes, _data: bytes) -> list[Printed]:
        self._spacing = LINE_SPACING
        return []

    def _spacing_of(self, parameters: bytes, _data: bytes) -> list[Printed]:
        self._spacing = parameters[0]
        return []

    def _chinese_on(self, _parameters: bytes, _data: bytes) -> list[Printed]:
        self.chinese = True
        return []

    def _chinese_off(self, _parameters: bytes, _data: bytes) -> list[Printed]:
        self.chinese = False
        return []

    def _chinese_mode(self, parameters: bytes, _data: bytes) -> list[Printed]:
        mode = parameters[0]
        wide, high = 1 + bool(mode & _CHINESE_WIDE), 1 + bool(mode & _CHINESE_HIGH)
        self._chinese_style = replace(self._chinese_style, wide=wide, high=high, underline=bool(mode & _UNDERLINE))
        return []

    def _chinese_double(self, parameters: bytes, _data: bytes) -> list[Printed]:
        size = 1 + (parameters[0] & 1)
        self._chinese_style = replace(self._chinese_style, wide=size, high=size)
        return []

    def _chinese_underline(self, parameters: bytes, _data: bytes) -> list[Printed]:
        self._chinese_style = replace(self._chinese_style, underline=parameters[0] & 3 != 0)
        return []

    def _size(self, parameters: bytes, _data: bytes) -> list[Printed]:
        wide, high = 1 + (parameters[0] >> 4), 1 + (parameters[0] & 0x0F)
        if wide <= 8 and high <= 8:
            self._latin_style = replace(self._latin_style, wide=wide, high=high)
            self._chinese_style = replace(self._chinese_style, wide=wide, high=high)
        return []

    def _cut(self, parameters: bytes, _data: bytes) -> list[Printed]:
        if self._line:  # obeyed at the beginning of a line only
            return []
        cut = Cut(full=parameters[:1] in (b"\x00", b"0", b"A", b"a", b"g"))
        if len(parameters) < 2 or not self._cuts:
            return [cut]  # drawn where the head is, though a real cutter sits further on
        # What was printed last has been moved to the cutter, so the next sheet begins with that much blank paper.
        blank = [] if parameters[:1] in _FEEDS_BACK else [Gap(HEAD_TO_CUTTER)]
        return [Gap(parameters[1]), cut, *blank]

    def _raster(self, parameters: bytes, data: bytes) -> list[Printed]:
        image = raster_image(parameters, data, self._align_now)
        return self._print_image(b"\x1dv", image)

    def _symbol(self, parameters: bytes, data: bytes) -> list[Printed]:
        if parameters[:1] != b"k" or not self._makes_qr or not self._qr.takes(data):
            self._record(b"\x1d(" + parameters[:1] + data[:2])
            return []
        if not self._qr.obey(data):
            return []
        return self._print_image(b"\x1d(k" + data[:2], self._qr.image(self._align_now))

    def _barcode(self, parameters: bytes, data: bytes) -> list[Printed]:
        counted = len(parameters) > 1
        symbol = self._barcodes.make(
            parameters[0], data if counted else data.removesuffix(b"\0"), self._align_now, self.columns
        )
        if not symbol:
            self._record(b"\x1dk" + parameters[:1])
            return []
        return [*(self._end_line() if self._line else []), *symbol]

    def _barcode_height(self, parameters: bytes, _data: bytes) -> list[Printed]:
        self._barcodes.set_height(parameters[0])
        return []

    def _barcode_module(self, parameters: bytes, _data: bytes) -> list[Printed]:
        self._barcodes.set_module(parameters[0])
        return []

    def _barcode_text(self, parameters: bytes, _data: bytes) -> list[Printed]:
        self._barcodes.set_text(parameters[0])
        return []

    def _print_image(self, name: bytes, image: PrintedImage | None) -> list[Printed]:
        """`image` below the line that has begun; one that cannot be drawn, or is too wide, is recorded, not printed."""
        if image is None or image.width > self.columns * DOTS_PER_COLUMN:
            self._record(name)
            return []
        return [*(self._end_line() if self._line else []), image]


def _nothing(_parameters: bytes, _data: bytes) -> list[Printed]:
    return []
