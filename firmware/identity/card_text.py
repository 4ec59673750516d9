"""The fields of a card's text block: UTF-16LE of fixed length, padded with U+0020 (GA/T 450 family)."""

from firmware.identity.errors import IdentityError
from firmware.identity.identity_number import FEMALE, MALE, UNKNOWN_SEX, dashed, is_date

TYPE_CHECKING = False
if TYPE_CHECKING:
    Place = tuple[int, int]  # offset and length in bytes

_FOR_EVER = "长期"
_SEXES = {"0": UNKNOWN_SEX, "1": MALE, "2": FEMALE, "9": UNKNOWN_SEX}  # GB/T 2261.1


def field(block: bytes, place: "Place") -> str:
    """One field without its padding; IdentityError `card.unreadable` when it is no text.

    UTF-16 is decoded by hand: MicroPython knows no codec but UTF-8.
    """
    start, length = place
    out = ""
    high = 0
    for index in range(start, start + length, 2):
        unit = block[index] | block[index + 1] << 8
        if high:
            if not 0xDC00 <= unit <= 0xDFFF:
                raise IdentityError("card.unreadable", "half a character")
            out += chr(0x10000 + (high - 0xD800 << 10) + unit - 0xDC00)
            high = 0
        elif 0xD800 <= unit <= 0xDBFF:
            high = unit
        elif unit < 0x20 or 0x7F <= unit <= 0x9F or 0xDC00 <= unit <= 0xDFFF or unit >= 0xFFFE:
            raise IdentityError("card.unreadable", "not text")
        else:
            out += chr(unit)
    if high:
        raise IdentityError("card.unreadable", "half a character")
    return out.strip(" ")


def sex_field(block: bytes, place: "Place") -> str:
    """`MALE`, `FEMALE` or `UNKNOWN_SEX`; IdentityError `card.unreadable` for anything but a code of GB/T 2261.1."""
    code = field(block, place)
    if code not in _SEXES:
        raise IdentityError("card.unreadable", "sex")
    return _SEXES[code]


def day_field(block: bytes, place: "Place") -> str:
    """A date, `YYYY-MM-DD`; IdentityError `card.unreadable` when it is none."""
    text = field(block, place)
    if not is_date(text):
        raise IdentityError("card.unreadable", "a date")
    return dashed(text)


def last_day_field(block: bytes, place: "Place") -> "str | None":
    """The last day of a card, or None on one that does not end (长期)."""
    return None if field(block, place) == _FOR_EVER else day_field(block, place)
