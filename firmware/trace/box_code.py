"""What a scanner read from a box: the 20 digits of 码上放心, a GS1 message, or something that names no single box.

20 digits beginning with 8: 7 of the product and pack, 9 of the single box, 4 check digits whose algorithm is secret, so
that they can only be verified online. They come in a plain Code 128 (symbology identifier `]C0`).
"""

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

_PRODUCT_LENGTHS = (8, 12, 13, 14)  # EAN-8, UPC-A, EAN-13, ITF-14
_GS1_SYMBOLS = ("]d2", "]Q3", "]C1", "]e0", "]J1")  # ISO/IEC 15424: these carry element strings and nothing else
# GS1 General Specifications, character set 82, and the separator.
_ALLOWED = set(b"!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz\x1d")


def read_box_code(data: bytes, separator: bytes = b"\x1d", this_year: int = WINDOW_YEAR) -> TraceCode:
    """The trace code of one box in what a scanner sent; TraceError when it is not one.

    `separator` is what the scanner sends for FNC1, where it cannot send 0x1D. `this_year` is the middle of the window
    for two-digit years.
    """
    text, symbol = _bare(data, separator)
    if symbol not in _GS1_SYMBOLS and text.isdigit():
        if len(text) == DIGITS and text[0] == FIRST_DIGIT:
            return TraceCode(DIGITS_20, text, text, prefix7=text[:PREFIX])
        if not _has_gtin(text):
            raise _not_a_trace_code(text)
    return _gs1_code(_elements(text, symbol), this_year)


def read_elements(data: bytes, separator: bytes = b"\x1d") -> "list[tuple[str, str]]":
    """All (AI, value) pairs of a GS1 message in their order, of a box or a carton; TraceError when it is none."""
    text, symbol = _bare(data, separator)
    return _elements(text, symbol)


def _bare(data: bytes, separator: bytes) -> "tuple[str, str]":
    """What was scanned without blanks around and symbology identifier, and that identifier or ""."""
    data = data.strip()
    if len(data) > LONGEST:
        raise TraceError("trace.not_a_code", str(len(data)) + " bytes")
    symbol = ""
    if data[:1] == b"]":
        symbol = "".join([chr(byte) for byte in data[:3]])
        data = data[3:]
    if separator != b"\x1d":
        data = data.replace(separator, b"\x1d")
    if not data or not set(data) <= _ALLOWED:
        raise TraceError("trace.not_a_code", "empty" if not data else "a character that no trace code has")
    return str(data, "utf-8"), symbol


def _has_gtin(text: str) -> bool:
    return text.startswith("01") and text[2:16].isdigit() and len(text) >= 16


def _not_a_trace_code(digits: str) -> TraceError:
    if len(digits) in _PRODUCT_LENGTHS and right_check_digit(digits):
        return TraceError("trace.product_code", str(len(digits)) + " digits")
    if len(digits) < DIGITS:
        return TraceError("trace.too_short", str(len(digits)) + " digits")
    return TraceError("trace.not_a_code", str(len(digits)) + " digits")


def _elements(text: str, symbol: str) -> "list[tuple[str, str]]":
    if text[0] == "(":
        elements = split_bracketed(text.replace(SEPARATOR, ""))
    elif symbol in _GS1_SYMBOLS or SEPARATOR in text or _has_gtin(text):
        elements = split_elements(text)
        if SEPARATOR not in text and swallowed_fields(elements):
            raise TraceError("trace.ambiguous", "AI " + elements[-1][0] + " seems to contain other fields")
    else:
        raise TraceError("trace.not_a_code", "no GS1 message")
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
