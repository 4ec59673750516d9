"""What is paid by whom: the price split of one fee row, and the shares of one settlement.

Sources: NHSA interface specification, transactions 2204 (split of a row) and 2207 (identities of the amounts). Rates
and ceilings are data (`benefits.toml`); all amounts are whole fen, every rounding is half-up, and the rest is found by
subtraction.
"""

import tomllib
from dataclasses import dataclass, fields
from decimal import Decimal
from pathlib import Path

from .money import EXACT, part, to_fen


@dataclass(frozen=True, slots=True)
class Drug:
    """What the catalogue says of a drug: grade, share that the patient pays first, price limit, limited use."""

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
        return Split(*(getattr(self, field.name) + getattr(other, field.name) for field in fields(self)))

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
    """The rules of one kind of insurance; amounts in fen."""

    insutype: str
    deductible: int
    rate: Decimal
    year_limit: int
    fund_pay_type: str
    fund_pay_type_name: str
    account: bool
    account_pay_type: str = ""
    account_pay_type_name: str = ""


@dataclass(frozen=True, slots=True)
class Shares:
    """Who pays what of one settlement, in fen. A cancellation carries the same with a minus."""

    medfee_sumamt: int
    fulamt_ownpay_amt: int
    overlmt_selfpay: int
    preselfpay_amt: int
    inscp_scp_amt: int
    act_pay_dedc: int
    fund_pay_sumamt: int
    acct_pay: int
    psn_cash_pay: int

    @property
    def psn_part_amt(self) -> int:
        """The person's part: account and cash."""
        return self.acct_pay + self.psn_cash_pay

    def __neg__(self) -> "Shares":
        return Shares(*(-getattr(self, field.name) for field in fields(self)))


def settle(split: Split, benefit: Benefit, used_deductible: int, used_fund: int, account: int) -> Shares:
    """The shares of a bill. `used_*`: what this year has used up; `account`: fen on the account that may be used.

    The account pays the whole own share or nothing (a rule of this simulation; provinces differ).
    """
    deductible = min(split.inscp_scp_amt, max(0, benefit.deductible - used_deductible))
    room = max(0, benefit.year_limit - used_fund)
    fund = min(part(split.inscp_scp_amt - deductible, benefit.rate), room)
    own = split.total - fund
    from_account = own if account >= own else 0
    return Shares(
        medfee_sumamt=split.total,
        fulamt_ownpay_amt=split.fulamt_ownpay_amt,
        overlmt_selfpay=split.overlmt_amt,
        preselfpay_amt=split.preselfpay_amt,
        inscp_scp_amt=split.inscp_scp_amt,
        act_pay_dedc=deductible,
        fund_pay_sumamt=fund,
        acct_pay=from_account,
        psn_cash_pay=own - from_account,
    )


def read_drugs(file: Path) -> dict[str, Drug]:
    """The catalogue of a `drugs.toml`, by national code."""
    rows = tomllib.loads(file.read_text(encoding="utf-8"))["drug"]
    drugs = [Drug(**row | {name: Decimal(row[name]) for name in ("selfpay_prop", "pric_uplmt_amt")}) for row in rows]
    return {drug.med_list_codg: drug for drug in drugs}


def read_benefits(file: Path) -> tuple[str, dict[str, Benefit]]:
    """The insurance region and the benefits of a `benefits.toml`, by kind of insurance."""
    document = tomllib.loads(file.read_text(encoding="utf-8"))
    benefits = [
        Benefit(
            insutype=row["insutype"],
            deductible=to_fen(Decimal(row["deductible"])),
            rate=Decimal(row["rate"]),
            year_limit=to_fen(Decimal(row["year_limit"])),
            fund_pay_type=row["fund_pay_type"],
            fund_pay_type_name=row["fund_pay_type_name"],
            account=row["account"],
            account_pay_type=row.get("account_pay_type", ""),
            account_pay_type_name=row.get("account_pay_type_name", ""),
        )
        for row in document["benefit"]
    ]
    return document["insuplc_admdvs"], {benefit.insutype: benefit for benefit in benefits}
