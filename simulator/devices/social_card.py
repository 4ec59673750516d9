"""What is written on a contact social security card: the records of its files EF05 (issuer) and EF06 (holder).

A record is tag, length, value. The numbers of the records of EF06 shift between the generations of the card.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

ISSUER_FILE = b"\xef\x05"
HOLDER_FILE = b"\xef\x06"
_GENERATIONS = (1, 2, 3)
_NAME_SIZE = 30
_EXTENSION_SIZE = 20  # our choice: no public text gives the size of the extension


@dataclass(frozen=True)
class SocialCard:
    """What is written on a card. `card_id` are 16 bytes in hex (the first three are the region), `card_number` has nine
    characters, `issued`, `valid_until` and `birth` are YYYYMMDD, `nation` is the number in GB/T 3304; `generation` is
    1, 2 or 3 and decides the specification it names and the order of its records."""

    card_id: str
    card_number: str
    name: str
    number: str
    sex: str
    nation: int
    birth: str
    generation: int = 3
    issued: str = "20200101"
    valid_until: str = "20300101"
    birthplace: str = "110105"

    def __post_init__(self) -> None:
        """Refuse what no chip could hold."""
        sizes = ((bytes.fromhex(self.card_id), 16), (self.card_number, 9), (self.number, 18), (self.birth, 8))
        if any(len(value) != size for value, size in sizes) or self.generation not in _GENERATIONS:
            raise ValueError("card_id, card_number, number, birth or generation")
        if len(self.name.encode("gb18030")) > _NAME_SIZE + (_EXTENSION_SIZE if self.generation > 1 else 0):
            raise ValueError("name: too long")

    def files(self) -> dict[bytes, list[bytes]]:
        """The records of EF05 and EF06, in the order of the card's generation."""
        name = self.name.encode("gb18030")
        padding = b"\0" if self.generation == 1 else b" "  # both are met
        issuer = {
            0x01: bytes.fromhex(self.card_id),
            0x02: b"3",
            0x03: f"{self.generation}.00".encode(),  # of the third generation it is only said to be so
            0x04: bytes.fromhex(self.card_id)[:3].ljust(12, b"\0"),
            0x05: bytes.fromhex(self.issued),
            0x06: bytes.fromhex(self.valid_until),
            0x07: self.card_number.encode(),
        }
        holder = {0x08: self.number.encode(), 0x09: name[:_NAME_SIZE].ljust(_NAME_SIZE, padding)}
        if self.generation > 1:  # the extension pushes what follows one number up
            holder[0x4E] = name[_NAME_SIZE:].ljust(_EXTENSION_SIZE, padding)
        holder |= {
            0x0A: self.sex.encode(),
            0x0B: bytes([self.nation]),  # one byte; how it is written is not published
            0x0C: bytes.fromhex(self.birthplace),
            0x0D: bytes.fromhex(self.birth),
        }
        return {ISSUER_FILE: _records(issuer), HOLDER_FILE: _records(holder)}


def social_card_of(row: Mapping[str, Any]) -> SocialCard | None:
    """The social security card of an entry of `people.toml`: what is in `social`, with the person of `card`. None for
    somebody who has none; `TypeError` or `ValueError` for a bad entry."""
    if "social" not in row:
        return None
    if "card" not in row:
        raise ValueError("social: needs the name and the number of the person's card")
    person = {key: row["card"].get(key) for key in ("name", "number", "sex", "birth")}
    return SocialCard(**person, nation=int(row["card"].get("nation", 0)), **row["social"])


def _records(values: dict[int, bytes]) -> list[bytes]:
    return [bytes([tag, len(value)]) + value for tag, value in values.items()]
