"""Who is insured, and how: the people of `people.toml` and `insured.toml`, found by identity number, card, QR code or
personal number."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from .money import to_fen
from .rows import names_of

# psn_cert_type by the layout of the identity card: 01 居民身份证, 17 港澳台居民居住证, 07 外国人永久居留证.
_CERTIFICATES = {"": "01", "J": "17", "I": "07", "Y": "07"}


NORMAL = "1"  # psn_insu_stas: 正常参保


@dataclass(frozen=True, slots=True)
class Insurance:
    """One insurance of a person."""

    insutype: str
    psn_type: str
    psn_insu_stas: str
    psn_insu_date: str | None = None
    paus_insu_date: str | None = None
    emp_name: str | None = None


@dataclass(frozen=True, slots=True)
class Identity:
    """A special standing (人员身份类别), such as 2303 低保救助对象; `begins`, `ends`: yyyy-MM-dd, "" for no end."""

    psn_idet_type: str
    begins: str
    ends: str = ""


@dataclass(frozen=True, slots=True)
class Filing:
    """A chronic disease that is on file for a person (5301)."""

    opsp_dise_code: str
    opsp_dise_name: str
    begins: str
    ends: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """An insured person. `card_no` and `card_sn` belong to the social security card and are "" for who has none.

    insurances  the first is what `first_balance`, the account, belongs to
    family      psn_no of the relative whose account may pay too (共济), or ""
    designated  institutions of the person by biz_appy_type (5302)
    """

    psn_no: str
    psn_cert_type: str
    certno: str
    psn_name: str
    gend: str
    naty: str
    born: date
    insurances: tuple[Insurance, ...]
    first_balance: int  # fen; the running balance is in the ledger
    qr: str
    card_no: str
    card_sn: str
    cvlserv_flag: str = "0"
    identities: tuple[Identity, ...] = ()
    filings: tuple[Filing, ...] = ()
    designated: tuple[tuple[str, str], ...] = ()
    family: str = ""

    def insurance(self, insutype: str) -> Insurance | None:
        """The person's insurance of that kind."""
        return next((one for one in self.insurances if one.insutype == insutype), None)

    def standing(self, today: str) -> tuple[str, ...]:
        """The psn_idet_type that hold on a day (yyyy-MM-dd)."""
        held = (one for one in self.identities if one.begins <= today and (not one.ends or today <= one.ends))
        return tuple(one.psn_idet_type for one in held)

    def filed(self, disease: str, today: str) -> bool:
        """Whether a disease is on file on a day (yyyy-MM-dd)."""
        held = (one for one in self.filings if one.begins <= today and (not one.ends or today <= one.ends))
        return any(one.opsp_dise_code == disease for one in held)

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
    def read(cls, *files: Path) -> "People":
        """The people of `people.toml` and files like it; an entry without `person` is unknown to the platform."""
        rows = [row for file in files for row in tomllib.loads(file.read_text(encoding="utf-8"))["people"]]
        return cls(_person(row) for row in rows if "person" in row)

    def everybody(self) -> Iterable[Person]:
        """All of them, in the order of the files."""
        return self._by_number.values()

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
        insurances=tuple(_insurance(insured) for insured in (person, *person.get("also", []))),
        first_balance=to_fen(Decimal(person["balc"])),
        qr=row.get("qr", ""),
        card_no=person.get("card_no", ""),
        card_sn=person.get("card_sn", ""),
        cvlserv_flag=person.get("cvlserv_flag", "0"),
        identities=tuple(Identity(**one) for one in person.get("identities", [])),
        filings=tuple(Filing(**one) for one in person.get("filings", [])),
        designated=tuple(person.get("designated", {}).items()),
        family=person.get("family", ""),
    )


def _insurance(row: dict[str, Any]) -> Insurance:
    return Insurance(**{name: row[name] for name in names_of(Insurance) if name in row})
