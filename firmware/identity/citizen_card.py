"""The text block of a second-generation citizen identity card, as a SAM-V reader hands it over (GA/T 450 family).

256 bytes of UTF-16LE in fields of fixed length, padded with U+0020. The two bytes at 248 tell the layout: a blank for
citizens, `J` for the residence permit of Hong Kong, Macao and Taiwan residents, `I` and `Y` for the foreigners'
permanent residence card of 2017 and 2023. Only the citizen's layout is read; the others go by the typed number.
"""

from firmware.identity.errors import IdentityError
from firmware.identity.identity_number import (
    FEMALE,
    MALE,
    NUMBER_LENGTH,
    UNKNOWN_SEX,
    check_number,
    compact,
    dashed,
    is_date,
    is_digits,
)
from firmware.identity.nations import nation_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firmware.identity.identity_number import Today

BLOCK_SIZE = 256
_NAME = (0, 30)  # offset and length in bytes
_SEX = (30, 2)
_NATION = (32, 4)
_BIRTH = (36, 16)
_ADDRESS = (52, 70)
_NUMBER = (122, 36)
_AUTHORITY = (158, 30)
_VALID_FROM = (188, 16)
_VALID_UNTIL = (204, 16)
_LAYOUT = (248, 2)

_FOR_EVER = "长期"
_SEXES = {"0": UNKNOWN_SEX, "1": MALE, "2": FEMALE, "9": UNKNOWN_SEX}  # GB/T 2261.1


class CitizenCard:
    """What a citizen's card says. Dates are `YYYY-MM-DD`; `valid_until` is None on a long-term card (长期).

    `sex` is "male", "female" or "unknown"; `nation` is a Chinese name, "" when `nation_code` is not in GB/T 3304;
    `name` is cut by the card after 15 characters.
    """

    def __init__(
        self,
        name: str,
        sex: str,
        nation_code: str,
        birth: str,
        address: str,
        number: str,
        authority: str,
        valid_from: str,
        valid_until: "str | None",
    ) -> None:
        self.name = name
        self.sex = sex
        self.nation_code = nation_code
        self.nation = nation_name(nation_code)
        self.birth = birth
        self.address = address
        self.number = number
        self.authority = authority
        self.valid_from = valid_from
        self.valid_until = valid_until

    def __repr__(self) -> str:
        return "CitizenCard(*)"

    def expired(self, today: "Today") -> bool:
        """Whether the card's last day is over. A reason to warn, never to refuse a patient."""
        return self.valid_until is not None and compact(today) > self.valid_until.replace("-", "")


def read_card(text: bytes) -> CitizenCard:
    """The card in its text block of 256 bytes.

    IdentityError `card.unreadable` for a block that is torn or makes no sense, `card.wrong_type` for a card of another
    layout, `card.bad_number` when the number fails GB 11643.
    """
    if len(text) != BLOCK_SIZE:
        raise IdentityError("card.unreadable", "block of " + str(len(text)) + " bytes")
    _check_layout(text)
    name = _field(text, _NAME)
    sex = _field(text, _SEX)
    nation = _field(text, _NATION)
    if name == "" or sex not in _SEXES or len(nation) != 2 or not is_digits(nation):
        raise IdentityError("card.unreadable", "name, sex or nation")
    until = _field(text, _VALID_UNTIL)
    return CitizenCard(
        name,
        _SEXES[sex],
        nation,
        _day(_field(text, _BIRTH)),
        _field(text, _ADDRESS),
        _number(_field(text, _NUMBER)),
        _field(text, _AUTHORITY),
        _day(_field(text, _VALID_FROM)),
        None if until == _FOR_EVER else _day(until),
    )


def _check_layout(text: bytes) -> None:
    layout = text[_LAYOUT[0]] | text[_LAYOUT[0] + 1] << 8
    if ord("A") <= layout <= ord("Z"):
        raise IdentityError("card.wrong_type", "layout " + chr(layout))
    if layout != ord(" "):
        raise IdentityError("card.unreadable", "no layout")


def _number(text: str) -> str:
    cause = "length " + str(len(text))
    if len(text) == NUMBER_LENGTH:
        try:
            return check_number(text)
        except IdentityError as error:
            cause = error.cause  # raised below: MicroPython knows no chained errors
    raise IdentityError("card.bad_number", cause)


def _day(text: str) -> str:
    if not is_date(text):
        raise IdentityError("card.unreadable", "a date")
    return dashed(text)


def _field(text: bytes, place: "tuple[int, int]") -> str:
    """One field without its padding. UTF-16 is decoded by hand: MicroPython knows no codec but UTF-8."""
    start, length = place
    out = ""
    high = 0
    for index in range(start, start + length, 2):
        unit = text[index] | text[index + 1] << 8
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
