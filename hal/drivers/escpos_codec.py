"""Print jobs as ESC/POS bytes (Epson ESC/POS command reference; manuals of Chinese 58 and 80 mm printers).

Text goes out in GB 18030 with Chinese mode on. Sizes use GS !, which scales Latin and Chinese characters alike; FS !
does not mean the same on every printer. A style is commanded when it changes: ESC @ leaves the printer plain, and what
is saved is room for the requests for proof.
"""

from hal.drivers import gb18030
from hal.errors import HalError
from hal.ports import CENTRE, LEFT, RIGHT, PrintCut, PrintFeed, PrintLine, PrintQr

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

INITIALISE = b"\x1b@"
STATUS_BACK_OFF = b"\x1da\x00"  # GS a 0: no unasked status, whatever the switches of the printer say
CHINESE_ON = b"\x1c&"
PROOF_REQUEST = b"\x1dr\x01"  # GS r 1: answered in its turn, after everything before it

_SIZE = b"\x1d!"
_BOLD = b"\x1bE"
_ALIGNMENT = b"\x1ba"
_LINE_FEED = b"\n"
_CUT = b"\x1dVB\x00"  # GS V 66 0: feed to the cutter and cut, leaving one point
_QR_MODEL_2 = b"\x1d(k\x04\x001A2\x00"
_QR_LEVEL_M = b"\x1d(k\x03\x001E1"
_QR_PRINT = b"\x1d(k\x03\x001Q0"
_LARGEST_FEED = 255
_GROWTH = 3  # by so much of the job the printer is ahead of what is sent in one group

# The most bytes of a QR code (level M, versions 10, 17 and 27 of ISO/IEC 18004) and the dots per module that still fit
# it on 384 dots, the width of 58 mm paper.
_QR_SIZES = ((213, 6), (504, 4), (1125, 3))

_ALIGN = {LEFT: 0, CENTRE: 1, RIGHT: 2}
_YEN = "\u00a5"
_FULL_WIDTH_YEN = "\uffe5"  # in the two-byte set, where U+00A5 is not
_BREAKS = "\t\n\v\f\r\u0085\u2028\u2029"


class JobRefused(HalError):
    """A job that cannot be put into ESC/POS; nothing of it was sent. `code` is `printer.bad_job`."""


def _refuse(cause: str) -> JobRefused:
    return JobRefused("printer.bad_job", cause)


def status_request(kind: int) -> bytes:
    """DLE EOT `kind`: 1 printer, 2 cause of being offline, 3 cause of an error, 4 paper. Answered at once with one
    byte."""
    return bytes([0x10, 0x04, kind])


def printable(text: str) -> str:
    """`text` as it may stand in a line: no control character reaches the printer, where it would be a command."""
    kept = []
    for character in text:
        point = ord(character)
        if character in _BREAKS:
            kept.append(" ")
        elif character == _YEN:
            kept.append(_FULL_WIDTH_YEN)
        elif point >= 0x20 and not 0x7F <= point < 0xA0:
            kept.append(character)
    return "".join(kept)


class _Encoder:
    """Turns the elements of one job into bytes; knows the style that the printer is in at the end of the last one."""

    def __init__(self) -> None:
        self._style = {_SIZE: 0, _BOLD: 0, _ALIGNMENT: 0}  # as after ESC @

    def element(self, item: "Any") -> bytes:
        """The bytes of one element; after them the printer is at the beginning of a line."""
        if isinstance(item, PrintLine):
            return self._line(item)
        if isinstance(item, PrintQr):
            return self._qr(item)
        if isinstance(item, PrintFeed):
            return _feed(item)
        if isinstance(item, PrintCut):
            return _CUT
        raise _refuse("an unknown kind of item")

    def _line(self, item: PrintLine) -> bytes:
        if item.scale not in (1, 2) or item.align not in _ALIGN:
            raise _refuse("scale or alignment of a line")
        size = (item.scale - 1) * 0x11  # width in the high half, height in the low one
        style = self._set(_SIZE, size) + self._set(_BOLD, 1 if item.bold else 0)
        style += self._set(_ALIGNMENT, _ALIGN[item.align])
        return style + gb18030.encode(printable(item.text)) + _LINE_FEED

    def _qr(self, item: PrintQr) -> bytes:
        points = [ord(character) for character in item.data]
        if not points or max(points) > 0x7E or min(points) < 0x20:
            raise _refuse("a QR code needs printable ASCII")
        for most, dots in _QR_SIZES:
            if len(points) <= most:
                stored = len(points) + 3
                store = b"\x1d(k" + bytes([stored & 0xFF, stored >> 8]) + b"1P0" + bytes(points)
                size = b"\x1d(k\x03\x001C" + bytes([dots])
                centre = self._set(_ALIGNMENT, _ALIGN[CENTRE])
                return centre + _QR_MODEL_2 + size + _QR_LEVEL_M + store + _QR_PRINT
        raise _refuse(f"a QR code of {len(points)} bytes")

    def _set(self, command: bytes, value: int) -> bytes:
        if self._style[command] == value:
            return b""
        self._style[command] = value
        return command + bytes([value])


def _feed(item: PrintFeed) -> bytes:
    if not 0 <= item.lines <= _LARGEST_FEED:
        raise _refuse(f"a feed of {item.lines} lines")
    return bytes([0x1B, 0x64, item.lines])


def encode_job(job: "list[PrintLine | PrintQr | PrintFeed | PrintCut]") -> "list[bytes]":
    """The bytes of a job, one piece for each element, without requests for proof; the first piece brings the printer
    into a known state. Between two pieces a request may stand: there is no command or character that it could tear.

    Raises `JobRefused` for what cannot be printed: a job without elements, a scale other than 1 or 2, a QR code that is
    not printable ASCII or longer than 1125 bytes, a feed beyond 255 lines.
    """
    if not job:
        raise _refuse("nothing to print")
    encoder = _Encoder()
    pieces = [encoder.element(item) for item in job]
    pieces[0] = INITIALISE + STATUS_BACK_OFF + CHINESE_ON + pieces[0]
    return pieces


def grouped(pieces: "list[bytes]", largest: int) -> "list[bytes]":
    """`pieces` joined to groups of at most `largest` bytes; a longer piece is a group of its own.

    The job begins with single pieces, and no group of several is longer than a third of all that went before it. So a
    line that is by a half faster than the paper has brought each group whole into the printer before the paper gets to
    it, and a printer that forgets what it holds when its paper ends forgets the request for proof behind the group as
    well, not only lines before it.
    """
    groups = []
    group = b""
    before = 0
    for piece in pieces:
        if group and len(group) + len(piece) > min(largest, before // _GROWTH):
            groups.append(group)
            before += len(group)
            group = b""
        group += piece
    if group:
        groups.append(group)
    return groups
