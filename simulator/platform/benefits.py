"""What is paid by whom: the price split of one fee row, and the shares of one settlement.

Sources: NHSA interface specification, transactions 2204 (split of a row) and 2207 (identities of the amounts). Rates
and ceilings are data (`benefits.toml`); all amounts are whole fen, every rounding is half-up, and the rest is found by
subtraction. Order of calculation: what is in scope, less the deductible, cut to the limit of the day, times the rate,
cut to the ceiling of the year; then medical aid on what is left of the scope; then the account.
"""

import tomllib
from dataclasses import dataclass, fields
from decimal import Decimal
from operator import attrgetter
from pathlib import Path
from typing import Any

from .entitlements import Used
from .money import EXACT, part, to_fen

GENERAL = ""  # the ceiling of everything that has none of its own


@dataclass(frozen=True, slots=True)
class Drug:
    """What the insurance catalogue says of a drug: grade, share that the patient pays first, price limit, limits."""

    med_list_codg: str
    name: str
    chrgitm_lv: str
    med_chrgitm_type: str
    selfpay_prop: Decimal
    pric_uplmt_amt: Decimal
    lmt_used_flag: str = "0"

    def paid_by_patient(self, approval: str) -> bool:
        """Whether the patient pays it alone under this hosp_appr_flag: grade 丙, full first share, use not approved."""
        approved = approval == "1" if self.lmt_used_flag == "1" else approval != "2"
        return not approved or self.chrgitm_lv == "03" or self.selfpay_prop == 1


@dataclass(frozen=True, slots=True)
class Split:
    """The four parts of a fee in fen; together they are the fee."""

    fulamt_ownpay_amt: int = 0
    overlmt_amt: int = 0
    preselfpay_amt: int = 0
    inscp_scp_amt: int = 0

    def __add__(self, other: "Split") -> "Split":
        return Split(*(mine + theirs for mine, theirs in zip(self.as_json(), other.as_json(), strict=True)))

    def as_json(self) -> list[int]:
        """The four parts in their order."""
        return [self.fulamt_ownpay_amt, self.overlmt_amt, self.preselfpay_amt, self.inscp_scp_amt]

    @property
    def total(self) -> int:
        """The fee."""
        return self.fulamt_ownpay_amt + self.overlmt_amt + self.preselfpay_amt + self.inscp_scp_amt


def split_row(drug: Drug, amount: int, cnt: Decimal, pric: Decimal, approval: str) -> Split:
    """Split a row of `amount` fen: above the price limit, paid first by the patient, in scope."""
    if drug.paid_by_patient(approval):
        return Split(fulamt_ownpay_amt=amount)
    above = max(Decimal(0), EXACT.subtract(pric, drug.pric_uplmt_amt))
    over = min(amount, to_fen(EXACT.multiply(above, cnt)))
    first = part(amount - over, drug.selfpay_prop)
    return Split(0, over, first, amount - over - first)


@dataclass(frozen=True, slots=True)
class Benefit:
    """The rules of one kind of insurance for some kinds of visit; amounts in fen.

    pool          the ceiling that the fund's payments count to; GENERAL or a name
    med_types     the kinds of visit; none: all that no other benefit names
    rates         the rate by the institution's level (hosp_lv) where it differs from `rate`
    day_limit     what the fund looks at on one day; None: no limit
    needs_filing  only for a disease that the person has filed (5301)
    """

    insutype: str
    deductible: int
    rate: Decimal
    year_limit: int
    fund_pay_type: str
    fund_pay_type_name: str
    account: bool
    account_pay_type: str = ""
    account_pay_type_name: str = ""
    pool: str = GENERAL
    med_types: tuple[str, ...] = ()
    rates: tuple[tuple[str, Decimal], ...] = ()
    day_limit: int | None = None
    needs_filing: bool = False

    def rate_at(self, hosp_lv: str) -> Decimal:
        """The fund's part of what it pays for, 0 ... 1, at an institution of that level."""
        return dict(self.rates).get(hosp_lv, self.rate)


@dataclass(frozen=True, slots=True)
class Aid:
    """Medical aid (医疗救助) for people of one kind (psn_idet_type): a rate on what is left of the scope, up to a limit
    of the year in fen."""

    psn_idet_type: str
    rate: Decimal
    year_limit: int
    fund_pay_type: str
    fund_pay_type_name: str


@dataclass(frozen=True, slots=True)
class Shares:
    """Who pays what of one settlement, in fen. A cancellation carries the same with a minus.

    fund_pay_sumamt is hifp_pay and maf_pay; acct_pay includes acct_mulaid_pay; `counted` is what the fund looked at
    towards the limit of the day.
    """

    medfee_sumamt: int
    fulamt_ownpay_amt: int
    overlmt_selfpay: int
    preselfpay_amt: int
    inscp_scp_amt: int
    act_pay_dedc: int
    fund_pay_sumamt: int
    acct_pay: int
    psn_cash_pay: int
    maf_pay: int = 0
    acct_mulaid_pay: int = 0
    counted: int = 0

    @property
    def psn_part_amt(self) -> int:
        """The person's part: account and cash."""
        return self.acct_pay + self.psn_cash_pay

    @property
    def hifp_pay(self) -> int:
        """What the basic insurance's fund pays."""
        return self.fund_pay_sumamt - self.maf_pay

    def __neg__(self) -> "Shares":
        return Shares(*(-amount for amount in _AMOUNTS(self)))

    def as_json(self) -> dict[str, int]:
        """The amounts by name."""
        return dict(zip(_NAMES, _AMOUNTS(self), strict=True))


_NAMES = tuple(field.name for field in fields(Shares))
_AMOUNTS = attrgetter(*_NAMES)


def settle(
    split: Split,
    benefit: Benefit,
    used: Used,
    account: int = 0,
    *,
    rate: Decimal | None = None,
    aid: Aid | None = None,
    of_family: bool = False,
) -> Shares:
    """The shares of a bill. `account`: fen on the account that may be used (`of_family`: another one's of the family);
    `rate`: the benefit's where the institution's level has another one.

    The account pays as much as it has (a rule of this simulation; provinces differ).
    """
    deductible = min(split.inscp_scp_amt, max(0, benefit.deductible - used.deductible))
    counted = split.inscp_scp_amt - deductible
    if benefit.day_limit is not None:
        counted = min(counted, max(0, benefit.day_limit - used.counted))
    room = max(0, benefit.year_limit - used.fund)
    fund = min(part(counted, benefit.rate if rate is None else rate), room)
    aided = min(part(split.inscp_scp_amt - fund, aid.rate), max(0, aid.year_limit - used.aid)) if aid else 0
    own = split.total - fund - aided
    from_account = min(account, own)
    return Shares(
        medfee_sumamt=split.total,
        fulamt_ownpay_amt=split.fulamt_ownpay_amt,
        overlmt_selfpay=split.overlmt_amt,
        preselfpay_amt=split.preselfpay_amt,
        inscp_scp_amt=split.inscp_scp_amt,
        act_pay_dedc=deductible,
        fund_pay_sumamt=fund + aided,
        acct_pay=from_account,
        psn_cash_pay=own - from_account,
        maf_pay=aided,
        acct_mulaid_pay=from_account if of_family else 0,
        counted=counted,
    )


@dataclass(frozen=True, slots=True)
class Rules:
    """What the insurance of one region pays."""

    region: str
    benefits: tuple[Benefit, ...]
    aids: tuple[Aid, ...] = ()

    def benefit(self, insutype: str, med_type: str) -> Benefit | None:
        """What holds for a kind of visit of somebody so insured; None when the insurance does not exist here."""
        own = [benefit for benefit in self.benefits if benefit.insutype == insutype]
        named = [benefit for benefit in own if med_type in benefit.med_types]
        return next(iter(named or [benefit for benefit in own if not benefit.med_types]), None)

    def aid(self, identities: tuple[str, ...]) -> Aid | None:
        """The medical aid for somebody with these psn_idet_type."""
        return next((aid for aid in self.aids if aid.psn_idet_type in identities), None)


def read_drugs(file: Path) -> dict[str, Drug]:
    """The catalogue of a `drugs.toml`, by national code."""
    rows = tomllib.loads(file.read_text(encoding="utf-8"))["drug"]
    drugs = [Drug(**row | {name: Decimal(row[name]) for name in ("selfpay_prop", "pric_uplmt_amt")}) for row in rows]
    return {drug.med_list_codg: drug for drug in drugs}


def read_rules(file: Path) -> Rules:
    """The region, the benefits and the medical aid of a `benefits.toml`."""
    document = tomllib.loads(file.read_text(encoding="utf-8"))
    aids = tuple(
        Aid(**row | {"rate": Decimal(row["rate"]), "year_limit": _fen(row["year_limit"])})
        for row in document.get("aid", [])
    )
    return Rules(document["insuplc_admdvs"], tuple(_benefit(row) for row in document["benefit"]), aids)


def _benefit(row: dict[str, Any]) -> Benefit:
    amounts: dict[str, Any] = {
        name: _fen(row[name]) for name in ("deductible", "year_limit", "day_limit") if name in row
    }
    rates = tuple((level, Decimal(rate)) for level, rate in row.get("rates", {}).items())
    changed: dict[str, Any] = {
        "rate": Decimal(row["rate"]),
        "rates": rates,
        "med_types": tuple(row.get("med_types", ())),
    }
    return Benefit(**row | amounts | changed)


def _fen(yuan: str) -> int:
    return to_fen(Decimal(yuan))
