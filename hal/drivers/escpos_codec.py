"""Print jobs as ESC/POS bytes (Epson ESC/POS command reference; manuals of Chinese 58 and 80 mm printers).

Text goes out with Chinese mode on, in the code set of the printer. Sizes use GS !, which scales Latin and Chinese
characters alike; FS ! does not mean the same on every printer. A style is commanded when it changes: ESC @ leaves the
printer plain, and what is saved is room for the requests for proof.
"""

from hal.drivers import escpos_symbols as symbols
from hal.drivers import gb18030
from hal.errors import HalError
from hal.ports import CENTRE, LEFT, RIGHT, PrintBarcode, PrintCut, PrintFeed, PrintLine, PrintQr, PrintRule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from hal.drivers.escpos_symbols import QrRows
    from hal.ports import PrintElement

INITIALISE = b"\x1b@"
STATUS_BACK_OFF = b"\x1da\x00"  # GS a 0: no unasked status, whatever the switches of the printer say
CHINESE_ON = b"\x1c&"
PROOF_REQUEST = b"\x1dr\x01"  # GS r 1: answered in its turn, after everything before it
NAMED_REQUEST_SIZE = 11
RETRY = b"\x10\x05\x01"  # DLE ENQ 1: go on from the line where the error occurred
MAKER = 66
MODEL = 67

_SIZE = b"\x1d!"
_BOLD = b"\x1bE"
_ALIGNMENT = b"\x1ba"
_LINE_FEED = b"\n"
_FEED = b"\x1bd"
_CUT = b"\x1dVB\x18"  # GS V 66: feed to the cutter and 3 mm on, so that it leaves a QR code its margin; one point stays
_LARGEST_FEED = 255
_LARGEST_SCALE = 8
_TEAR_LINES = 4  # 15 mm, from the head past the edge on which paper is torn off
_LONGEST_BARCODE = 20

_ALIGN = {LEFT: 0, CENTRE: 1, RIGHT: 2}
_YEN = "\u00a5"
_FULL_WIDTH_YEN = "\uffe5"  # in the two-byte set, where U+00A5 is not
_MISSING = "\u3013"
_BREAKS = "\t\n\v\f\r\u0085\u2028\u2029"


class JobRefused(HalError):
    """A job that cannot be put into ESC/POS; nothing of it was sent. `code` is `printer.bad_job`."""


def _refuse(cause: str) -> JobRefused:
    return JobRefused("printer.bad_job", cause)


def status_request(kind: int) -> bytes:
    """DLE EOT `kind`: 1 printer, 2 cause of being offline, 3 cause of an error, 4 paper. Answered at once with one
    byte."""
    return bytes([0x10, 0x04, kind])


def identity_request(kind: int) -> bytes:
    """GS I `kind` (`MAKER`, `MODEL`): answered in its turn with a block of text."""
    return bytes([0x1D, 0x49, kind])


def named_request(name: bytes) -> bytes:
    """GS ( H function 48 with the four bytes of `name` (20h to 7Eh): sent back when all before it is on paper."""
    return b"\x1d(H\x06\x0000" + name


def printable(text: str) -> str:
    """`text` as it may stand in a line: no control character reaches the printer, where it would be a command."""
    kept = []
    for character in text:
        point = ord(character)
        if character in _BREAKS:
            kept.append(" ")
        elif character == _YEN:
            kept.append(_FULL_WIDTH_YEN)
        elif 0xD800 <= point < 0xE000:
            kept.append(_MISSING)
        elif point >= 0x20 and not 0x7F <= point < 0xA0:
            kept.append(character)
    return "".join(kept)


class _Encoder:
    """Turns the elements of one job into bytes; knows the style that the printer is in at the end of the last one."""

    def __init__(self, profile: "dict[str, Any]", qr_rows: "QrRows | None") -> None:
        self._profile = profile
        self._qr_rows = qr_rows
        self._encode: "Callable[[str], bytes]" = gb18030.encode
        if profile["code_set"] == "gbk":
            self._encode = gb18030.encode_gbk
        self._style = {_SIZE: 0, _BOLD: 0, _ALIGNMENT: 0}  # as after ESC @

    def element(self, item: "Any") -> "list[bytes]":
        """The pieces of one element; after each of them the printer is at the beginning of a line."""
        if isinstance(item, PrintLine):
            return [self._line(item)]
        if isinstance(item, PrintRule):
            # As wide as the paper: the alignment makes no difference to it.
            return [self._set(_SIZE, 0) + self._set(_BOLD, 0) + b"-" * self._profile["columns"] + _LINE_FEED]
        if isinstance(item, PrintQr):
            return self._qr(item)
        if isinstance(item, PrintBarcode):
            return [self._bar_code(item)]
        if isinstance(item, PrintFeed):
            return [_feed(item.lines)]
        if isinstance(item, PrintCut):
            return [_CUT if self._profile["cutter"] else _feed(_TEAR_LINES)]
        raise _refuse("an unknown kind of item")

    def _line(self, item: PrintLine) -> bytes:
        if not 1 <= item.scale <= _LARGEST_SCALE or item.align not in _ALIGN:
            raise _refuse("scale or alignment of a line")
        size = (item.scale - 1) * 0x11  # width in the high half, height in the low one
        style = self._set(_SIZE, size) + self._set(_BOLD, 1 if item.bold else 0)
        style += self._set(_ALIGNMENT, _ALIGN[item.align])
        return style + self._encode(printable(item.text)) + _LINE_FEED

    def _qr(self, item: PrintQr) -> "list[bytes]":
        data = _ascii(item.data, symbols.LARGEST_QR, "a QR code")
        centre = self._set(_ALIGNMENT, _ALIGN[CENTRE])
        if self._qr_rows is None or self._profile["qr"] == "command":
            return [centre + symbols.qr_command(data, self._profile["dots"])]
        strips = symbols.qr_strips(self._qr_rows(item.data), self._profile["dots"])
        if not strips:
            raise _refuse("a QR code wider than the paper")
        strips[0] = centre + strips[0]
        return strips

    def _bar_code(self, item: PrintBarcode) -> bytes:
        _ascii(item.data, _LONGEST_BARCODE, "a bar code")
        drawn = symbols.bar_code(item.data, self._profile["dots"])
        if not drawn:  # too long for narrow paper: people can still read it
            return self._line(PrintLine(item.data, 1, False, CENTRE))
        return self._set(_ALIGNMENT, _ALIGN[CENTRE]) + drawn

    def _set(self, command: bytes, value: int) -> bytes:
        if self._style[command] == value:
            return b""
        self._style[command] = value
        return command + bytes([value])


def _ascii(text: str, most: int, what: str) -> bytes:
    if not 1 <= len(text) <= most or not all([" " <= character <= "~" for character in text]):
        raise _refuse(what + " of characters that are not printable ASCII, of none or of too many")
    return text.encode()


def _feed(lines: int) -> bytes:
    if not 0 <= lines <= _LARGEST_FEED:
        raise _refuse(f"a feed of {lines} lines")
    return _FEED + bytes([lines])


def encode_job(
    job: "list[PrintElement]", profile: "dict[str, Any]", qr_rows: "QrRows | None" = None, back_off: bool = False
) -> "list[bytes]":
    """The bytes of a job for the printer of `profile` (`hal.profiles.read_printer`), in pieces: one for each element, a
    QR code drawn with `qr_rows` in several. Between two pieces a request for proof may stand: there is no command or
    character that it could tear. The first piece brings the printer into a known state.

    `qr_rows` gives the rows of a QR code for a text, a byte for each module: 0 white, 1 black. `back_off`: the printer
    sends its status unasked, which ESC @ may have brought back, and is told once more not to.

    Raises `JobRefused` for what cannot be printed: a job without elements, a scale beyond 1 to 8, a QR code or bar code
    that is not printable ASCII or longer than 1125 or 20 bytes, a feed beyond 255 lines.
    """
    if not job:
        raise _refuse("nothing to print")
    encoder = _Encoder(profile, qr_rows)
    pieces: "list[bytes]" = []
    for item in job:
        pieces.extend(encoder.element(item))
    pieces[0] = INITIALISE + (STATUS_BACK_OFF if back_off else b"") + CHINESE_ON + pieces[0]
    return pieces


def parted(pieces: "list[bytes]") -> "tuple[list[bytes], bytes]":
    """The pieces of a job before its end, and the end: the last of them that leaves ink, with the feeds and the cut
    behind it."""
    end = len(pieces) - 1
    while end > 0 and pieces[end][:2] in (_FEED, _CUT[:2]):
        end -= 1
    return pieces[:end], b"".join(pieces[end:])


def grouped(pieces: "list[bytes]", largest: int, line_bytes_s: int, paper_bytes_s: int) -> "list[bytes]":
    """`pieces` joined to groups of at most `largest` bytes; a longer piece is a group of its own, and so is each strip
    of a picture, which is printed faster than its bytes suggest.

    A group must be whole in the printer before the paper gets to it: then a printer that forgets what it holds when its
    paper ends forgets the request for proof behind the group as well, not only lines before it. The group ends on a
    line of L bytes a second when it and the B bytes before it have come: after (B + G) / L. The paper of P bytes a
    second gets to it after B / P. So G is at most B (L / P - 1), of which two thirds are taken. A job begins with a
    single piece, and on a line that is no faster than its paper each piece is a group. `line_bytes_s` 0: no such line,
    and no such bound.
    """
    groups = []
    group = b""
    before = 0
    for piece in pieces:
        bound = largest
        if line_bytes_s:
            bound = min(largest, before * 2 * (line_bytes_s - paper_bytes_s) // (3 * paper_bytes_s))
        drawn = symbols.RASTER in (piece[:3], group[:3])
        if group and (drawn or before == 0 or len(group) + len(piece) > bound):
            groups.append(group)
            before += len(group)
            group = b""
        group += piece
    if group:
        groups.append(group)
    return groups
