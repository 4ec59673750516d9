"""Who is insured, and how: the people of `people.toml`, found by identity number, card, QR code or personal number."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from .money import to_fen

# psn_cert_type by the layout of the identity card: 01 居民身份证, 17 港澳台居民居住证, 07 外国人永久居留证.
_CERTIFICATES = {"": "01", "J": "17", "I": "07", "Y": "07"}


@dataclass(frozen=True, slots=True)
class Person:
    """An insured person. `card_no` and `card_sn` belong to the social security card and are "" for who has none."""

    psn_no: str
    psn_cert_type: str
    certno: str
    psn_name: str
    gend: str
    naty: str
    born: date
    insutype: str
    psn_type: str
    psn_insu_stas: str
    first_balance: int  # fen; the running balance is in the ledger
    qr: str
    card_no: str
    card_sn: str

    def age(self, today: date) -> int:
        """Full years."""
        return today.year - self.born.year - ((today.month, today.day) < (self.born.month, self.born.day))


class People:
    """Everybody the platform knows. Raises `KeyError` or `ValueError` for a broken file."""

    def __init__(self, persons: Iterable[Person]) -> None:
        everybody = list(persons)
        self._by_number = {person.psn_no: person for person in everybody}
        self._by_certificate = {person.certno: person for person in everybody}
        self._by_qr = {person.qr: person for person in everybody if person.qr}
        self._by_card = {(person.card_no, person.card_sn): person for person in everybody if person.card_no}

    @classmethod
    def read(cls, file: Path) -> "People":
        """The people of a `people.toml`; an entry without `person` is unknown to the platform."""
        rows = tomllib.loads(file.read_text(encoding="utf-8"))["people"]
        return cls(_person(row) for row in rows if "person" in row)

    def by_number(self, psn_no: str) -> Person | None:
        """By 人员编号."""
        return self._by_number.get(psn_no)

    def by_certificate(self, certno: str) -> Person | None:
        """By identity number."""
        return self._by_certificate.get(certno)

    def by_qr(self, code: str) -> Person | None:
        """By the insurance QR code on the phone."""
        return self._by_qr.get(code)

    def by_card(self, card_no: str, card_sn: str) -> Person | None:
        """By the number and the chip's recognition code of a social security card."""
        return self._by_card.get((card_no, card_sn))


def _person(row: dict[str, Any]) -> Person:
    card, person = row["card"], row["person"]
    return Person(
        psn_no=person["psn_no"],
        psn_cert_type=_CERTIFICATES[card.get("layout", "")],
        certno=card["number"],
        psn_name=card["name"],
        gend=card["sex"],
        naty=card.get("nation") or person["naty"],
        born=date.fromisoformat(card["birth"]),
        insutype=person["insutype"],
        psn_type=person["psn_type"],
        psn_insu_stas=person["psn_insu_stas"],
        first_balance=to_fen(Decimal(person["balc"])),
        qr=row.get("qr", ""),
        card_no=person.get("card_no", ""),
        card_sn=person.get("card_sn", ""),
    )
