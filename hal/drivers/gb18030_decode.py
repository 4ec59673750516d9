"""Text from GB 18030 (and so from GBK and GB 2312), without a codec and from the same table as the way back.

Made for names of some twenty characters: each code is looked for in the whole table (0.15 ms on a desktop machine),
which costs no memory, as a table in the other order would.
"""

from hal.drivers.gb18030 import SUPPLEMENTARY
from hal.drivers.gb18030_table import SEGMENTS, TWO_BYTE_BASE, TWO_BYTE_CODES

_REPLACEMENT = "\ufffd"
_LAST_POINT = 0x10FFFF
_SEGMENT = 4


def decode(data: bytes) -> str:
    """The text in `data`. Never fails: each byte with which no code begins becomes U+FFFD."""
    text = []
    at = 0
    while at < len(data):
        character, size = _character(data, at)
        text.append(character)
        at += size
    return "".join(text)


def _character(data: bytes, at: int) -> "tuple[str, int]":
    """The character whose code begins at `at`, and the size of the code."""
    if data[at] < 0x80:
        return chr(data[at]), 1
    point = _of_two_bytes(data[at : at + 2])
    if point >= 0:
        return chr(point), 2
    point = _of_four_bytes(data[at : at + 4])
    if point >= 0:
        return chr(point), 4
    return _REPLACEMENT, 1


def _of_two_bytes(code: bytes) -> int:
    """The code point of a two-byte code, -1 for what is none."""
    if len(code) < 2:
        return -1
    at = TWO_BYTE_CODES.find(code)
    while at % 2 == 1 and at >= 0:  # found across two codes
        at = TWO_BYTE_CODES.find(code, at + 1)
    return -1 if at < 0 else _point(TWO_BYTE_BASE + at // 2)


def _of_four_bytes(code: bytes) -> int:
    """The code point of a four-byte code, -1 for what is none."""
    if len(code) < 4 or not 0x81 <= code[0] <= 0xFE or not 0x81 <= code[2] <= 0xFE:
        return -1
    if not 0x30 <= code[1] <= 0x39 or not 0x30 <= code[3] <= 0x39:
        return -1
    number = (((code[0] - 0x81) * 10 + code[1] - 0x30) * 126 + code[2] - 0x81) * 10 + code[3] - 0x30
    if number < SUPPLEMENTARY:
        return _point(number)
    point = number - SUPPLEMENTARY + 0x10000
    return point if point <= _LAST_POINT else -1


def _point(number: int) -> int:
    """The code point in whose run of the table `number` lies, -1 when it lies in none."""
    for at in range(0, len(SEGMENTS), _SEGMENT):
        first = _number(at)
        base = _number(at + 2)
        end = _number(at + _SEGMENT) if at + _SEGMENT < len(SEGMENTS) else 0x10000
        if first < 0xD800 < end:
            end = 0xD800  # between the two halves of the plane are the surrogates, which have no codes
        if base <= number < base + end - first:
            return first + number - base
    return -1


def _number(at: int) -> int:
    return SEGMENTS[at] << 8 | SEGMENTS[at + 1]
