"""The chips of the four identity documents that a SAM-V reader hands over: 256 bytes of text, a picture, fingerprints.

The text is UTF-16LE in fields of fixed size, padded with blanks. Which layout it has stands in the character at offset
248: blank, J, I or Y (身份证机读信息规范; public code that reads such cards agrees).
"""

from dataclasses import dataclass
from typing import ClassVar

TEXT_SIZE = 256
PHOTO_SIZE = 1024
ADDRESS_SIZE = 70
# Every real picture block seen starts like this ("WLf", 126 rows); the rest is a proprietary picture, left empty here.
PHOTO = bytes.fromhex("574C66007E00320000FF85").ljust(PHOTO_SIZE, b"\0")
_BLANK = " ".encode("utf-16-le")
_CHARACTER = 2
_CUT = ("name", "english_name")  # the card itself cuts these; anything else that is too long is an error

# (what it is called at the card, size in bytes); a name that the card has no field for is left blank
_CITIZEN = (
    ("name", 30), ("sex", 2), ("nation", 4), ("birth", 16), ("address", 70), ("number", 36), ("authority", 30),
    ("start", 16), ("end", 16), ("reserved", 28), ("flag", 2), ("reserved", 6),
)  # fmt: skip
_PERMIT = (
    ("name", 30), ("sex", 2), ("reserved", 4), ("birth", 16), ("address", 70), ("number", 36), ("authority", 30),
    ("start", 16), ("end", 16), ("permit_number", 18), ("issues", 4), ("reserved", 6), ("flag", 2), ("reserved", 6),
)  # fmt: skip
_FOREIGNER_2017 = (
    ("english_name", 120), ("sex", 2), ("number", 30), ("country", 6), ("name", 30), ("start", 16), ("end", 16),
    ("birth", 16), ("version", 4), ("authority", 8), ("flag", 2), ("reserved", 6),
)  # fmt: skip
_FOREIGNER_2023 = (
    ("name", 30), ("sex", 2), ("renewals", 4), ("birth", 16), ("english_name", 70), ("number", 36), ("reserved", 30),
    ("start", 16), ("end", 16), ("english_rest", 22), ("country", 6), ("flag", 2), ("previous", 6),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Card:
    """What all four have, as it stands on the chip.

    `sex` is the GB/T 2261.1 digit, dates are YYYYMMDD, `end` may be 长期. `fingerprint` has 0, 512 or 1024 bytes;
    `newest_address` is the one appended after the holder moved, "" for none. A field that is too long for the chip is a
    `ValueError`; a name is cut, as the card does.
    """

    layout: ClassVar[tuple[tuple[str, int], ...]]
    flag: ClassVar[str] = ""

    name: str
    sex: str
    birth: str
    number: str
    start: str
    end: str
    fingerprint: bytes = b""
    newest_address: str = ""

    def __post_init__(self) -> None:
        """Refuse what no chip could hold."""
        if len(self.fingerprint) not in (0, 512, 1024):
            raise ValueError("fingerprint: 0, 512 or 1024 bytes")
        self.text()
        self.address_block()

    def text(self) -> bytes:
        """The 256-byte text block."""
        return b"".join(_field(name, str(getattr(self, name, "")), size) for name, size in self.layout)

    def photo(self) -> bytes:
        """The 1024-byte picture block."""
        return PHOTO

    def address_block(self) -> bytes:
        """The 70-byte block with the appended address; empty when the card has none."""
        return _field("newest_address", self.newest_address, ADDRESS_SIZE) if self.newest_address else b""


@dataclass(frozen=True, kw_only=True)
class IdentityCard(Card):
    """居民身份证, a citizen's card. `nation` is two digits of GB/T 3304, `number` the one of GB 11643."""

    layout = _CITIZEN

    nation: str
    address: str
    authority: str


@dataclass(frozen=True, kw_only=True)
class ResidencePermit(Card):
    """港澳台居民居住证, the residence permit for people from Hong Kong, Macao and Taiwan; it says no nation.

    `permit_number` is that of the travel permit, `issues` counts issues of it ("01").
    """

    layout = _PERMIT
    flag = "J"

    address: str
    authority: str
    permit_number: str
    issues: str


@dataclass(frozen=True, kw_only=True)
class ForeignerCard2017(Card):
    """外国人永久居留身份证 of 2017. `number` has 15 characters, `country` three letters (GB/T 2659), no address.

    `name` is the Chinese one, `english_name` "SURNAME,GIVEN", `authority` the code of the office.
    """

    layout = _FOREIGNER_2017
    flag = "I"

    english_name: str
    country: str
    version: str
    authority: str


@dataclass(frozen=True, kw_only=True)
class ForeignerCard2023(Card):
    """外国人永久居留身份证 of 2023. `number` has 18 characters and begins with 9, `country` three digits.

    `previous` are the three characters that lead to the number of the card before; an English name of more than 35
    characters goes on in a second field.
    """

    layout = _FOREIGNER_2023
    flag = "Y"

    english_name: str
    country: str
    renewals: str = ""
    previous: str = ""

    @property
    def english_rest(self) -> str:
        """What of the English name the first field does not hold."""
        return self.english_name[35:46]


LAYOUTS: dict[str, type[Card]] = {
    "citizen": IdentityCard,
    "J": ResidencePermit,
    "I": ForeignerCard2017,
    "Y": ForeignerCard2023,
}


def _field(name: str, value: str, size: int) -> bytes:
    data = value.encode("utf-16-le")
    if len(data) > size and name not in _CUT:
        raise ValueError(f"{name}: longer than {size // _CHARACTER} characters")
    return data[:size] + _BLANK * ((size - len(data)) // _CHARACTER)
