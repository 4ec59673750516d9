"""GB 18030 and GBK from text, for the whole of Unicode and without a codec: MicroPython has none (and writes UTF-8
instead).

The mapping is the one of CPython's codec: one byte for ASCII, two for the characters of GBK and the user-defined areas,
four for the rest. Within the supplementary planes the four-byte codes are a plain count, in the basic plane a table.
"""

from hal.drivers.gb18030_table import SEGMENTS, TWO_BYTE_BASE, TWO_BYTE_CODES

SUPPLEMENTARY = 189000  # the linear number of 90308130, the code of U+10000
GETA = b"\xa1\xfe"  # U+3013, the printers' own mark for a character that is missing
_SEGMENT = 4
_HAN_FIRST = 0x4E00  # U+4E00 to U+9FA5: one run of two-byte codes, and nearly all that is ever printed in Chinese
_HAN_LAST = 0x9FA5
_PRIVATE_FIRST = 0xE000
_PRIVATE_LAST = 0xF8FF


def _four_bytes(number: int) -> bytes:
    number, last = divmod(number, 10)
    number, third = divmod(number, 126)
    first, second = divmod(number, 10)
    return bytes([0x81 + first, 0x30 + second, 0x81 + third, 0x30 + last])


def _number(at: int) -> int:
    return SEGMENTS[at] << 8 | SEGMENTS[at + 1]


def _segment_of(point: int) -> int:
    """The offset of the last segment that begins at or before `point`."""
    low = 0
    high = len(SEGMENTS) // _SEGMENT
    while high - low > 1:
        middle = (low + high) // 2
        if _number(middle * _SEGMENT) <= point:
            low = middle
        else:
            high = middle
    return low * _SEGMENT


def _index_of_han() -> int:
    """Where the code of U+4E00 stands in `TWO_BYTE_CODES`."""
    at = _segment_of(_HAN_FIRST)
    return (_number(at + 2) + _HAN_FIRST - _number(at) - TWO_BYTE_BASE) * 2


_HAN_INDEX = _index_of_han()


def _encode_point(point: int) -> bytes:
    if point < 0x80:
        return bytes([point])
    if _HAN_FIRST <= point <= _HAN_LAST:
        index = _HAN_INDEX + (point - _HAN_FIRST) * 2
        return TWO_BYTE_CODES[index : index + 2]
    if 0xD800 <= point < 0xE000:
        return b"?"
    if point >= 0x10000:
        return _four_bytes(SUPPLEMENTARY + point - 0x10000)
    at = _segment_of(point)
    number = _number(at + 2) + point - _number(at)
    if number < TWO_BYTE_BASE:
        return _four_bytes(number)
    index = (number - TWO_BYTE_BASE) * 2
    return TWO_BYTE_CODES[index : index + 2]


def encode(text: str) -> bytes:
    """`text` in GB 18030. Never fails: half a surrogate pair, which has no code, becomes "?"."""
    return b"".join([_encode_point(ord(character)) for character in text])


def encode_gbk(text: str) -> bytes:
    """`text` in the one- and two-byte codes alone, for printers that know GBK and no more. Never fails: what has a code
    of four bytes, or none, or one that every maker may use as he likes, becomes `GETA`, which is as wide."""
    return b"".join([_encode_gbk(ord(character)) for character in text])


def _encode_gbk(point: int) -> bytes:
    if 0xD800 <= point < 0xE000 or _PRIVATE_FIRST <= point <= _PRIVATE_LAST:
        return GETA
    code = _encode_point(point)
    return code if len(code) <= len(GETA) else GETA
