"""JSON as platforms send it: numbers with decimals become texts, so that no amount ever passes through a float.

A float is single precision on the ESP32 and would change amounts above some 160,000 yuan; on any board it changes
some cents.
"""

import json

from firmware.insurance.errors import UnknownOutcome
from firmware.money import from_yuan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_QUOTE = 0x22
_BACKSLASH = 0x5C
_IN_NUMBER = b"0123456789+-.eE"
_MOST_POWER = 2  # digits of an exponent


def loads(body: "bytes | str") -> "Any":
    """The JSON value of `body`, decimals as texts. `UnknownOutcome` `insurance.bad_answer` when it is no JSON."""
    try:
        sent = body.encode() if isinstance(body, str) else body
        return json.loads((sent if _is_exact(sent) else _quoted(sent)).decode())
    except (ValueError, RuntimeError):  # UnicodeError is a ValueError; nested too deep is a RuntimeError
        raise UnknownOutcome("insurance.bad_answer", "not JSON")


def _is_exact(body: bytes) -> bool:
    """Whether there is certainly nothing to put in quotes: a look at the whole, because most answers have no decimals
    and the way through the bytes is long."""
    if b"\\" in body:
        return False
    pieces = body.split(b'"')
    outside = b"".join([pieces[place] for place in range(0, len(pieces), 2)])  # of the texts
    for suspect in (b".", b"E", b"N", b"I"):
        if suspect in outside:
            return False
    return outside.count(b"e") == outside.count(b"true") + outside.count(b"false")


def _quoted(body: bytes) -> bytes:
    """`body` with every number that has a point or an exponent put in quotes."""
    out = bytearray()
    index = 0
    length = len(body)
    while index < length:
        if body[index] == _QUOTE:
            end = _string_end(body, index)
        elif body[index] in b"-0123456789":
            end = index
            while end < length and body[end] in _IN_NUMBER:
                end += 1
            token = body[index:end]
            if b"." in token or b"e" in token or b"E" in token:
                out += b'"' + token + b'"'
                index = end
                continue
        elif body[index] in b"NI":  # NaN and Infinity are no JSON, and floats where they are taken
            raise ValueError
        else:
            end = index + 1
        out += body[index:end]
        index = end
    return bytes(out)


def _string_end(body: bytes, start: int) -> int:
    """The index after the closing quote of the string that opens at `start`."""
    index = start + 1
    while index < len(body) and body[index] != _QUOTE:
        index += 2 if body[index] == _BACKSLASH else 1
    return min(index + 1, len(body))


def fen(value: "Any") -> int:
    """An amount of an answer (number, text, or null in reversals) in 分. `MoneyError` when it is none."""
    if value is None or value == "":
        return 0
    return from_yuan(plain(str(value)))


def plain(number: str) -> str:
    """A number without its exponent: Java writes a zero of ten decimals as 0E-10, ten millions as 1.0E7. What has none,
    or one beyond any amount, stays as it is."""
    if "E" not in number and "e" not in number:
        return number
    digits, _, power = number.upper().partition("E")
    minus = power[:1] == "-"
    power = power[1:] if power[:1] in ("-", "+") else power
    if not 0 < len(power) <= _MOST_POWER or not all([char in "0123456789" for char in power]):
        return number
    sign = "-" if digits[:1] == "-" else ""
    whole, _, decimals = digits[len(sign) :].partition(".")
    point = len(whole) + (-int(power) if minus else int(power))
    digits = "0" * (1 - point) + whole + decimals + "0" * (point - len(whole + decimals))
    point = max(point, 1)
    return sign + digits[:point] + ("." + digits[point:] if digits[point:] else "")


def text(value: "Any") -> str:
    """A member of an answer as text; null and missing are ""."""
    return "" if value is None else str(value)
