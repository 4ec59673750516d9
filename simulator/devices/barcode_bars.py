"""The bars of linear bar codes: Code 128 (ISO/IEC 15417), EAN (ISO/IEC 15420), Code 39 (ISO/IEC 16388).

Bars are modules from left to right, a byte each: 1 black, 0 white. Data that a symbology does not have gives None.
"""

from itertools import cycle

_CODE128 = (  # widths of bars and spaces of the values 0 to 105, six each
    "212222222122222221121223121322131222122213122312132212221213221312231212112232122132122231113222123122123221"
    "223211221132221231213212223112312131311222321122321221312212322112322211212123212321232121111323131123131321"
    "112313132113132311211313231113231311112133112331132131113123113321133121313121211331231131213113213311213131"
    "311123311321331121312113312311332111314111221411431111111224111422121124121421141122141221112214112412122114"
    "122411142112142211241211221114413111241112134111111242121142121241114212124112124211411212421112421211212141"
    "214121412121111143111341131141114113114311411113411311113141114131311141411131211412211214211232"
)
_CODE128_STOP = "2331112"
_CODE128_START_A = 103
_CODE_SETS = (b"{A", b"{B", b"{C")
_SWITCH_TO = {ord("A"): 101, ord("B"): 100, ord("C"): 99}
_SHIFT = 98
_FUNCTIONS = {ord("1"): 102, ord("2"): 97, ord("3"): 96}
_FUNCTION_4 = {ord("A"): 101, ord("B"): 100}
_GROUP_SEPARATOR = "\x1d"  # how a reader tells FNC1 inside a symbol

_EAN_DIGITS = ("3211", "2221", "2122", "1411", "1132", "1231", "1114", "1312", "1213", "3112")
_EAN_PARITY = (  # of the left half, by the first digit of thirteen
    "LLLLLL", "LLGLGG", "LLGGLG", "LLGGGL", "LGLLGG", "LGGLLG", "LGGGLL", "LGLGLG", "LGLGGL", "LGGLGL",
)  # fmt: skip

_CODE39_CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. *$/+%"
_CODE39 = (  # widths of five bars and four spaces of each of them
    "111221211211211112112211112212211111111221112211221111112221111111211212211211211112211211211112112112112112"
    "212112111111122112211122111112122111111112212211112211112112211111122211211111122112111122212111121111121122"
    "211121121112121121111111222211111221112111221111121221221111112122111112222111111121121112221121111122121111"
    "121111212221111211122111211121121211121212111121211121121112121111212121"
)


def code128(data: bytes) -> tuple[bytes, str] | None:
    """Bars and content of the data of GS k 73: code set and function characters are pairs that begin with `{`.

    In code set C a byte is a pair of digits, 0 to 99 (HPRT TP80K programming manual, Code 128).
    """
    codes = _unpaired(data)
    if not codes or codes[0] not in _CODE_SETS:
        return None
    code_set = codes[0][1]
    values = [_CODE128_START_A + code_set - ord("A")]
    text = ""
    shifted = False
    for code in codes[1:]:
        if code in _CODE_SETS and not shifted:
            values += [_SWITCH_TO[code[1]]] if code[1] != code_set else []
            code_set = code[1]
        elif code == b"{S" and code_set != ord("C") and not shifted:
            values.append(_SHIFT)
            shifted = True
        else:
            used = code_set ^ (3 if shifted else 0)  # A and B change places
            value = _value(code[0], used) if len(code) == 1 else _function(code[1], used)
            if value is None:
                return None
            values.append(value)
            text += _said(code, used)
            shifted = False
    return (_code128_bars(values), text) if len(values) > 1 and not shifted else None


def _unpaired(data: bytes) -> list[bytes]:
    """Single characters, and pairs with `{` but for that of `{` itself; nothing when half of a pair is missing."""
    codes = []
    at = 0
    while at < len(data):
        size = 2 if data[at] == ord("{") else 1
        code = data[at : at + size]
        if len(code) < size:
            return []
        codes.append(b"{" if code == b"{{" else code)
        at += size
    return codes


def _value(code: int, code_set: int) -> int | None:
    if code_set == ord("C"):
        return code if code < 100 else None
    if code_set == ord("A"):
        return (code + 64) % 96 if code < 96 else None
    return code - 32 if 32 <= code < 128 else None


def _function(code: int, code_set: int) -> int | None:
    if code_set == ord("C"):
        return _FUNCTIONS.get(code) if code == ord("1") else None
    return _FUNCTION_4[code_set] if code == ord("4") else _FUNCTIONS.get(code)


def _said(code: bytes, code_set: int) -> str:
    if len(code) == 2:
        return _GROUP_SEPARATOR if code == b"{1" else ""
    return f"{code[0]:02d}" if code_set == ord("C") else chr(code[0])


def _code128_bars(values: list[int]) -> bytes:
    check = (values[0] + sum(place * value for place, value in enumerate(values))) % 103
    return _bars("".join(_CODE128[6 * value : 6 * value + 6] for value in [*values, check]) + _CODE128_STOP)


def ean(digits: bytes, length: int) -> tuple[bytes, str] | None:
    """Bars and content of an EAN-13 or EAN-8; `digits` with the check digit or without it, which is computed then."""
    if not digits.isdigit() or len(digits) not in (length - 1, length):
        return None
    body = digits[: length - 1].decode("ascii")
    check = -sum(int(digit) * (3, 1)[place % 2] for place, digit in enumerate(reversed(body))) % 10
    if len(digits) == length and digits[-1] != ord("0") + check:
        return None
    text = body + str(check)
    parity, drawn = (_EAN_PARITY[int(text[0])], text[1:]) if length == 13 else ("LLLL", text)
    half = len(drawn) // 2
    left = "".join(
        _EAN_DIGITS[int(digit)][:: 1 if how == "L" else -1] for digit, how in zip(drawn, parity, strict=False)
    )
    right = "".join(_EAN_DIGITS[int(digit)] for digit in drawn[half:])
    return _bars("111" + left + "11111" + right + "111"), text


def code39(data: bytes) -> tuple[bytes, str] | None:
    """Bars and content of a Code 39 with wide elements of two modules; start and stop characters are added."""
    text = data.decode("latin-1").strip("*")
    if not text or not all(char in _CODE39_CHARACTERS and char != "*" for char in text):
        return None
    places = [9 * _CODE39_CHARACTERS.index(char) for char in f"*{text}*"]
    return _bars("1".join(_CODE39[place : place + 9] for place in places)), text


def _bars(widths: str) -> bytes:
    """Modules for the widths of bars and spaces in turn, a bar first."""
    return b"".join(bytes((black,)) * int(width) for width, black in zip(widths, cycle((1, 0)), strict=False))
