"""GB 18030 from text, for the whole of Unicode and without a codec: MicroPython has none (and writes UTF-8 instead).

The mapping is the one of CPython's codec: one byte for ASCII, two for the characters of GBK and the user-defined areas,
four for the rest. Within the supplementary planes the four-byte codes are a plain count, in the basic plane a table.
"""

from hal.drivers.gb18030_table import SEGMENTS, TWO_BYTE_BASE, TWO_BYTE_CODES

SUPPLEMENTARY = 189000  # the linear number of 90308130, the code of U+10000
_SEGMENT = 4


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


def _encode_point(point: int) -> bytes:
    if point < 0x80:
        return bytes([point])
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
