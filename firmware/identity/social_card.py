"""The social security card (社会保障卡), from the values of its files EF05 and EF06 by tag.

Only what names the person and the card must be there and make sense. The rest differs from place to place: what does
not make sense there counts as not told.
"""

from binascii import hexlify

from firmware.identity.errors import IdentityError
from firmware.identity.identity_number import (
    FEMALE,
    MALE,
    UNKNOWN_SEX,
    check_number,
    compact,
    dashed,
    is_date,
    is_digits,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firmware.identity.identity_number import Today

_CARD_ID = 0x01  # 卡识别码
_VERSION = 0x03
_VALID_UNTIL = 0x06
_CARD_NUMBER = 0x07
_NUMBER = 0x08  # 社会保障号码: the identity number of nearly everybody
_NAME = 0x09
_SEX = 0x0A
_BIRTH = 0x0D

_CARD_ID_SIZE = 16
_REGION_SIZE = 3
_NAME_MAX = 50  # characters; no card holds more
_SEXES = {"1": MALE, "2": FEMALE}  # GB/T 2261.1


class SocialCard:
    """What a social security card says. Dates are `YYYY-MM-DD`; what the card does not tell is "".

    `card_number` has nine characters, `card_id` (卡识别码) 32 hexadecimal digits of which the first six are the
    `region` that issued it; `identity_number` is checked, "" for a holder whose social security number is no identity
    number; `sex` is "male", "female" or "unknown"; `version` names the specification: "1.00", "2.00", "3.00".
    """

    def __init__(self, name: str, identity_number: str, card_number: str, card_id: str) -> None:
        self.name = name
        self.identity_number = identity_number
        self.card_number = card_number
        self.card_id = card_id
        self.region = card_id[: 2 * _REGION_SIZE] if is_digits(card_id[: 2 * _REGION_SIZE]) else ""
        self.valid_until = ""
        self.sex = UNKNOWN_SEX
        self.birth = ""
        self.version = ""

    def __repr__(self) -> str:
        return "SocialCard(*)"

    def expired(self, today: "Today") -> bool:
        """Whether the card's last day is over. A reason to warn, never to refuse a patient."""
        return self.valid_until != "" and compact(today) > self.valid_until.replace("-", "")


def read_social_card(fields: "dict[int, bytes]") -> SocialCard:
    """The card in the fields of `hal.ports.SocialCardRead`. IdentityError `card.unreadable` when the name, the number
    or the identification code of the card is missing or makes no sense."""
    card_id = fields.get(_CARD_ID, b"")
    card_number = _ascii(fields, _CARD_NUMBER)
    if len(card_id) != _CARD_ID_SIZE or card_number == "":
        raise IdentityError("card.unreadable", "number or identification code of the card")
    card = SocialCard(_name(fields), _identity_number(fields), card_number, str(hexlify(card_id), "utf-8").upper())
    card.valid_until = _day(fields, _VALID_UNTIL)
    card.sex = _SEXES.get(_ascii(fields, _SEX), UNKNOWN_SEX)
    card.birth = _day(fields, _BIRTH)
    card.version = _ascii(fields, _VERSION)
    return card


def _name(fields: "dict[int, bytes]") -> str:
    try:
        name = str(fields.get(_NAME, b""), "utf-8").strip()
    except UnicodeError:
        name = ""
    if not 0 < len(name) <= _NAME_MAX:
        raise IdentityError("card.unreadable", "name")
    for char in name:
        if ord(char) < 0x20 or 0x7F <= ord(char) <= 0x9F or char == "\ufffd":  # the last: it was no GBK
            raise IdentityError("card.unreadable", "name")
    return name


def _identity_number(fields: "dict[int, bytes]") -> str:
    try:
        return check_number(_ascii(fields, _NUMBER))
    except IdentityError:
        return ""


def _ascii(fields: "dict[int, bytes]", tag: int) -> str:
    """The text of a field without its padding; "" when it is missing or more than printable ASCII."""
    text = fields.get(tag, b"").strip(b"\x00\x20")
    for byte in text:
        if not 0x20 < byte < 0x7F:
            return ""
    return str(text, "utf-8")


def _day(fields: "dict[int, bytes]", tag: int) -> str:
    """A date of four bytes in BCD; "" when it is missing or none."""
    day = str(hexlify(fields.get(tag, b"")), "utf-8")
    return dashed(day) if is_date(day) else ""
