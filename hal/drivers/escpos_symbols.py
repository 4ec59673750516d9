"""QR codes and bar codes in ESC/POS: bytes only (Epson ESC/POS: GS ( k, GS v 0, GS k, GS h, GS w, GS H).

What is drawn here never holds DLE (10h) before 04h, 05h or 14h: printers obey such real-time commands inside data, too.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    QrRows = Callable[[str], list[bytes]]

RASTER = b"\x1dv0"  # GS v 0
LARGEST_QR = 1125  # bytes: version 27 at level M
QUIET = 4  # modules that stay white on each side of a QR code (ISO/IEC 18004)

_QR_LEVEL_M = b"\x1d(k\x03\x001E1"
_QR_PRINT = b"\x1d(k\x03\x001Q0"
# The most bytes of a QR code at level M in versions 10, 17 and 27 (ISO/IEC 18004), and their modules.
_QR_SIZES = ((213, 57), (504, 85), (LARGEST_QR, 125))
_LARGEST_MODULE = 6  # dots: 0.75 mm
_LARGEST_HALF = 4  # so a module drawn here has at most 8 dots, 1 mm

_BAR_HEIGHT = b"\x1dh\x50"  # 80 dots: 10 mm
_BAR_TEXT = b"\x1dH\x02"  # the characters below the bars
_BAR_NARROWEST = 2  # dots; GS w takes no less, and scanners of a counter read no less
_BAR_WIDEST = 3
_CODE_128 = 73
# In modules (ISO/IEC 15417): a symbol; start, check symbol and stop; both quiet zones.
_BAR_SYMBOL = 11
_BAR_FRAME = 35
_BAR_QUIET = 20
_REAL_TIME = (b"\x10\x04", b"\x10\x05", b"\x10\x14")
_SET_B = b"{B"
_SET_C = b"{C"


def qr_command(data: bytes, dots: int) -> bytes:
    """GS ( k: `data` (1 to 1125 bytes) as a QR code of level M on paper `dots` wide. Model 2 is what every printer has
    after ESC @ (manuals of Epson TM-T81, function 165, and Citizen CT-S280), so it is not commanded."""
    modules = min([size for most, size in _QR_SIZES if len(data) <= most])
    module = max(1, min(_LARGEST_MODULE, dots // modules))
    stored = len(data) + 3
    store = b"\x1d(k" + bytes([stored & 0xFF, stored >> 8]) + b"1P0" + data
    return b"\x1d(k\x03\x001C" + bytes([module]) + _QR_LEVEL_M + store + _QR_PRINT


def qr_strips(rows: "list[bytes]", dots: int) -> "list[bytes]":
    """A QR code as bit images, one for each of its `rows` (a byte for a module, 0 white or 1 black); [] when it does
    not fit on paper `dots` wide.

    The modules are drawn at half their size and doubled by the printer (GS v 0 with m = 3): a quarter of the bytes. So
    one strip is little more than a line of text, and all that a cut cable can leave the printer waiting for.
    """
    half = min(_LARGEST_HALF, dots // (2 * (len(rows) + 2 * QUIET)))
    if half == 0:
        return []
    # Below two dots in a row a byte could be 10h; then the width is drawn in full and only the height doubled.
    mode, wide, high = (3, half, half) if half > 1 else (2, 2, 1)
    size = (len(rows) * wide + 7) // 8
    head = RASTER + bytes([mode, size, 0, high, 0])
    return [head + _packed(row, wide, size) * high for row in rows]


def _packed(row: bytes, wide: int, size: int) -> bytes:
    black = (1 << wide) - 1
    bits = 0
    for module in row:
        bits = bits << wide | (black if module else 0)
    return (bits << (size * 8 - len(row) * wide)).to_bytes(size, "big")


def bar_code(data: str, dots: int) -> bytes:
    """GS k 73: `data` (printable ASCII) as Code 128 with its characters below, or b"" when it is too long for paper
    `dots` wide. Digits go two by two where that is shorter."""
    best = b""
    fewest = 0
    for odd in (0, 1):
        coded, symbols = _digits_in_pairs(data, odd)
        if _harmless(coded) and (not best or symbols < fewest):
            best, fewest = coded, symbols
    if not best:
        best, fewest = _SET_B + _in_b(data), len(data)
    width = min(_BAR_WIDEST, dots // (fewest * _BAR_SYMBOL + _BAR_FRAME + _BAR_QUIET))
    if width < _BAR_NARROWEST:
        return b""
    return _BAR_HEIGHT + b"\x1dw" + bytes([width]) + _BAR_TEXT + b"\x1dk" + bytes([_CODE_128, len(best)]) + best


def _harmless(coded: bytes) -> bool:
    return not any([command in coded for command in _REAL_TIME])


def _in_b(text: str) -> bytes:
    return text.replace("{", "{{").encode()


def _digits_in_pairs(data: str, odd: int) -> "tuple[bytes, int]":
    """`data` for GS k 73 with runs of digits in code set C, and the symbols that it takes besides start and check.

    A switch costs a symbol: a run counts from four digits on at either end, from six in the middle. `odd`: which pairs
    of an odd run (the digit over comes first or last) or, in an even one, whether two digits are left out of them.
    """
    coded = b""
    symbols = 0
    plain = ""  # waiting to be written in set B
    at = 0
    while at < len(data):
        run = _digits(data, at)
        enough = 4 if at == 0 or at + run == len(data) else 6
        if run < enough:
            plain += data[at : at + max(1, run)]
            at += max(1, run)
            continue
        over = odd if at == 0 else (run + odd) % 2
        plain += data[at : at + over]
        pairs = (run - over) // 2
        if plain:
            coded += _SET_B + _in_b(plain)
            symbols += len(plain) + 1
            plain = ""
        at += over
        coded += _SET_C + bytes([int(data[at + 2 * pair : at + 2 * pair + 2]) for pair in range(pairs)])
        symbols += pairs + 1
        at += 2 * pairs
        if at < len(data) and data[at].isdigit():
            plain = data[at]
            at += 1
    if plain:
        coded += _SET_B + _in_b(plain)
        symbols += len(plain) + 1
    return coded, symbols - 1  # the first set is chosen by the start symbol


def _digits(data: str, at: int) -> int:
    """How many digits stand in `data` from `at` on."""
    end = at
    while end < len(data) and "0" <= data[end] <= "9":
        end += 1
    return end - at
