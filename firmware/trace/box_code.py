"""What a scanner read from a box: the 20 digits of 码上放心, a GS1 message, a device code, or something that names no
single box.

20 digits beginning with 8: 7 of the product and pack, 9 of the single box, 4 check digits whose algorithm is secret, so
that they can only be verified online. They come in a plain Code 128 (symbology identifier `]C0`).
"""

from firmware.trace.device_code import device_family, read_device_code
from firmware.trace.errors import TraceError
from firmware.trace.gs1 import SEPARATOR, iso_date, right_check_digit, split_bracketed, split_elements
from firmware.trace.lost_separator import swallowed_fields
from firmware.trace.trace_code import DIGITS_20, GS1, TraceCode

LONGEST = 512  # bytes; no box comes near it
DIGITS = 20
FIRST_DIGIT = "8"
PREFIX = 7
# Two-digit years are placed around this one. Not around the wall clock: a terminal that woke up in 1970 would read an
# expiry of 2028 as 1928, and the window of 100 years serves boxes until long after this terminal is gone.
WINDOW_YEAR = 2026
PRODUCT_CODE = "product"  # the family of a commodity bar code

GS1_SYMBOLS = ("]d2", "]Q3", "]C1", "]e0", "]J1")  # ISO/IEC 15424: these carry element strings and nothing else
_RETAIL_SYMBOL = "]E"  # EAN and UPC of any length: the commodity code and nothing else
_SYMBOL_SIZE = 3

_PRODUCT_LENGTHS = (8, 12, 13, 14)  # EAN-8, UPC-A, EAN-13, ITF-14
# GS1 General Specifications, character set 82, and the separator.
_ALLOWED = set(b"!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz\x1d")


def read_box_code(data: bytes, separator: bytes = b"\x1d", this_year: int = WINDOW_YEAR) -> TraceCode:
    """The trace code of one box in what a scanner sent; TraceError when it is not one.

    `separator` is what the scanner sends for FNC1, where it cannot send 0x1D. `this_year` is the middle of the window
    for two-digit years. A symbology identifier in front decides what the code may be.
    """
    symbol, content = split_symbol(data)
    text = _text(content, separator)
    if symbol not in GS1_SYMBOLS:
        if symbol.startswith(_RETAIL_SYMBOL):
            raise TraceError("trace.product_code", str(len(text)) + " characters", PRODUCT_CODE)
        if text.isdigit():
            if len(text) == DIGITS and text[0] == FIRST_DIGIT:
                return TraceCode(DIGITS_20, text, text, prefix7=text[:PREFIX])
            if not _has_gtin(text):
                raise _not_a_trace_code(text)
        elif device_family(text) and SEPARATOR not in text:
            return read_device_code(text, this_year)
    try:
        return _gs1_code(_elements(text, symbol), this_year)
    except TraceError as error:
        error.family = GS1 if _is_message(text, symbol) else ""
        raise


def read_elements(data: bytes, separator: bytes = b"\x1d") -> "list[tuple[str, str]]":
    """All (AI, value) pairs of a GS1 message in their order, of a box or a carton; TraceError when it is none."""
    symbol, content = split_symbol(data)
    return _elements(_text(content, separator), symbol)


def split_symbol(data: bytes) -> "tuple[str, bytes]":
    """The symbology identifier in front of what was scanned (`]C0`, or "" without one) and the content, both without
    blanks around. TraceError `trace.not_a_code` for what is longer than any code."""
    data = data.strip()
    if len(data) > LONGEST:
        raise TraceError("trace.not_a_code", str(len(data)) + " bytes")
    if data[:1] != b"]":
        return "", data
    return "".join([chr(byte) for byte in data[:_SYMBOL_SIZE]]), data[_SYMBOL_SIZE:]


def _text(content: bytes, separator: bytes) -> str:
    if separator != b"\x1d":
        content = content.replace(separator, b"\x1d")
    if not content or not set(content) <= _ALLOWED:
        raise TraceError("trace.not_a_code", "a character that no trace code has" if content else "empty")
    return str(content, "utf-8")


def _has_gtin(text: str) -> bool:
    return text.startswith("01") and text[2:16].isdigit() and len(text) >= 16


def _not_a_trace_code(digits: str) -> TraceError:
    if len(digits) in _PRODUCT_LENGTHS and right_check_digit(digits):
        return TraceError("trace.product_code", str(len(digits)) + " digits", PRODUCT_CODE)
    if len(digits) < DIGITS:
        return TraceError("trace.too_short", str(len(digits)) + " digits")
    return TraceError("trace.not_a_code", str(len(digits)) + " digits")


def _is_message(text: str, symbol: str) -> bool:
    """Whether it was meant to be a GS1 message."""
    return text[0] == "(" or symbol in GS1_SYMBOLS or SEPARATOR in text or _has_gtin(text)


def _elements(text: str, symbol: str) -> "list[tuple[str, str]]":
    if not _is_message(text, symbol):
        raise TraceError("trace.not_a_code", "no GS1 message")
    if text[0] == "(":
        elements = split_bracketed(text.replace(SEPARATOR, ""))
    else:
        elements = split_elements(text)
        if SEPARATOR not in text and swallowed_fields(elements):
            raise TraceError("trace.ambiguous", "AI " + elements[-1][0] + " seems to contain other fields")
    if not elements:
        raise TraceError("trace.not_a_code", "separators only")
    fields = dict(elements)
    if len(fields) < len(elements):
        for ai, value in elements:
            if fields[ai] != value:
                raise TraceError("trace.not_a_code", "AI " + ai + " twice with different values")
    return elements


def _gs1_code(elements: "list[tuple[str, str]]", this_year: int) -> TraceCode:
    fields = dict(elements)
    serial = fields.get("21")
    gtin = fields.get("01")
    if serial is None:
        raise TraceError("trace.no_serial", "no AI 21")
    if gtin is None or "235" in fields:  # GS1 Syntax Dictionary: 21 requires 01 and excludes 235
        raise TraceError("trace.not_a_code", "AI 21 without AI 01" if gtin is None else "AI 21 with AI 235")
    day = fields.get("17") or fields.get("7003")
    return TraceCode(
        GS1,
        "".join([ai + value for ai, value in elements]),
        "01" + gtin + "21" + serial,
        gtin=gtin,
        lot=fields.get("10"),
        expires=None if day is None else iso_date(day, this_year),
        serial=serial,
    )
