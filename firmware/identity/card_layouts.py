"""The text block of an identity card, as a SAM-V reader hands it over (GA/T 450 family, GA 467).

256 bytes in fields of fixed length. The two bytes at 248 tell the layout: a blank for citizens, `J` for the residence
permit of Hong Kong, Macao and Taiwan residents, `I` and `Y` for the foreigners' permanent residence card of 2017 and
2023. All four layouts are known from published structures of reader software, that of `J` and the citizen's from the
ministry's format note (身份证机读信息规范) as well.
"""

from firmware.identity.card_text import day_field, field, last_day_field, sex_field
from firmware.identity.errors import IdentityError
from firmware.identity.identity_card import IdentityCard
from firmware.identity.identity_number import (
    CITIZEN,
    FOREIGNER_2017,
    FOREIGNER_2023,
    HMT_PERMIT,
    check_number,
    document_of,
    is_digits,
)

BLOCK_SIZE = 256
NEWEST_ADDRESS_SIZE = 70
_LAYOUT = (248, 2)  # offset and length in bytes, as in all of these
_NUMBER = (122, 36)
_BIRTH = (36, 16)
_VALID_FROM = (188, 16)
_VALID_UNTIL = (204, 16)
_NAME = (0, 30)
_SEX = (30, 2)
_NATION = (32, 4)  # citizens: GB/T 3304; 2023: how often renewed; residence permit: reserved
_ADDRESS = (52, 70)
_AUTHORITY = (158, 30)

_PERMIT_NUMBER = (220, 18)
_ISSUE_COUNT = (238, 4)

_ENGLISH_NAME_2017 = (0, 120)
_SEX_2017 = (120, 2)
_NUMBER_2017 = (122, 30)
_COUNTRY_2017 = (152, 6)
_NAME_2017 = (158, 30)
_BIRTH_2017 = (220, 16)
_AUTHORITY_2017 = (240, 8)

_ENGLISH_NAME_2023 = ((52, 70), (220, 22))  # characters 1 to 35 and 36 to 46
_COUNTRY_2023 = (242, 6)


def read_card(text: bytes) -> IdentityCard:
    """The card in its text block of 256 bytes.

    IdentityError `card.unreadable` for a block that is torn or makes no sense, `card.wrong_type` for a layout that
    nobody has published, `card.bad_number` when the number is not one.
    """
    if len(text) != BLOCK_SIZE:
        raise IdentityError("card.unreadable", "block of " + str(len(text)) + " bytes")
    flag = text[_LAYOUT[0]] | text[_LAYOUT[0] + 1] << 8
    read = _LAYOUTS.get(flag)
    if read is not None:
        return read(text)
    if ord("A") <= flag <= ord("Z"):
        raise IdentityError("card.wrong_type", "layout " + chr(flag))
    raise IdentityError("card.unreadable", "no layout")


def read_newest_address(block: bytes) -> str:
    """The address that the police wrote on the card last (70 bytes), "" without one. IdentityError `card.unreadable`
    when it is torn."""
    if len(block) not in (0, NEWEST_ADDRESS_SIZE):
        raise IdentityError("card.unreadable", "address of " + str(len(block)) + " bytes")
    return field(block, (0, len(block)))


def _citizen(text: bytes) -> IdentityCard:
    card = _with_address(text, CITIZEN)
    card.nation_code = field(text, _NATION)
    if card.nation_code and (len(card.nation_code) != 2 or not is_digits(card.nation_code)):
        raise IdentityError("card.unreadable", "nation")
    return card


def _hmt_permit(text: bytes) -> IdentityCard:
    card = _with_address(text, HMT_PERMIT)
    card.permit_number = field(text, _PERMIT_NUMBER)
    card.issue_count = field(text, _ISSUE_COUNT)
    return card


def _with_address(text: bytes, kind: str) -> IdentityCard:
    """What the citizen's card and the residence permit have in common."""
    card = _dated(text, kind, _NUMBER, _SEX, _BIRTH)
    card.name = field(text, _NAME)
    if card.name == "":
        raise IdentityError("card.unreadable", "no name")
    card.address = field(text, _ADDRESS)
    card.authority = field(text, _AUTHORITY)
    return card


def _foreigner_2017(text: bytes) -> IdentityCard:
    card = _dated(text, FOREIGNER_2017, _NUMBER_2017, _SEX_2017, _BIRTH_2017)
    card.nationality = field(text, _COUNTRY_2017)
    card.authority = field(text, _AUTHORITY_2017)
    return _named(card, field(text, _NAME_2017), field(text, _ENGLISH_NAME_2017))


def _foreigner_2023(text: bytes) -> IdentityCard:
    card = _dated(text, FOREIGNER_2023, _NUMBER, _SEX, _BIRTH)
    card.nationality = field(text, _COUNTRY_2023)
    card.issue_count = field(text, _NATION)
    start, length = _ENGLISH_NAME_2023[0]
    rest, rest_length = _ENGLISH_NAME_2023[1]
    # Joined before the padding goes: the first part may end in the blank between two words.
    english = field(text[start : start + length] + text[rest : rest + rest_length], (0, length + rest_length))
    return _named(card, field(text, _NAME), english)


def _named(card: IdentityCard, chinese: str, english: str) -> IdentityCard:
    card.name = chinese or english
    card.english_name = english
    if card.name == "":
        raise IdentityError("card.unreadable", "no name")
    return card


def _dated(
    text: bytes, kind: str, number: "tuple[int, int]", sex: "tuple[int, int]", birth: "tuple[int, int]"
) -> IdentityCard:
    """What every card has. The number comes last: of a card that is torn as a whole it is not the number that is
    wrong."""
    card = IdentityCard(
        kind,
        field(text, number),
        sex_field(text, sex),
        day_field(text, birth),
        day_field(text, _VALID_FROM),
        last_day_field(text, _VALID_UNTIL),
    )
    card.number = _number(card.number, kind)
    return card


def _number(text: str, kind: str) -> str:
    """The checked number. A foreigner's must have the form of its card; the region of the others is never judged."""
    try:
        number = check_number(text)
    except IdentityError as error:
        cause = error.cause  # raised below: MicroPython knows no chained errors
    else:
        document = document_of(number)
        if document == kind or (kind in (CITIZEN, HMT_PERMIT) and document != FOREIGNER_2017):
            return number
        cause = "number of another card"
    raise IdentityError("card.bad_number", cause)


_LAYOUTS = {ord(" "): _citizen, ord("J"): _hmt_permit, ord("I"): _foreigner_2017, ord("Y"): _foreigner_2023}
