"""What a person has used up: deductible, fund, account and aid of a year, and what was counted on one day.

The sums follow the settlements and nothing else: a bill adds its shares on its own day, and a bill that is cancelled or
reversed takes them out of the same year and day again, whenever that happens.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .rows import Kept

if TYPE_CHECKING:
    from .ledger import Ledger, Settlement

# The kinds of sums that 5206 answers. The list of cum_type_code is provincial and not public: these are invented.
CUMULATED = {
    "DEDC": "act_pay_dedc",
    "INSCP": "inscp_scp_amt",
    "FUND": "hifp_pay",
    "AID": "maf_pay",
    "ACCT": "acct_pay",
    "CASH": "psn_cash_pay",
}


@dataclass
class YearSum(Kept):
    """What one person has used up in one year, of one kind of insurance, towards one ceiling (`pool`)."""

    deductible: int = 0
    fund: int = 0
    aid: int = 0


@dataclass
class DaySum(Kept):
    """What the fund has looked at on one day, for a limit of the day."""

    counted: int = 0


@dataclass(frozen=True, slots=True)
class Used:
    """What a bill finds used up already, in fen. The deductible of a year is one for all ceilings."""

    deductible: int = 0
    fund: int = 0
    aid: int = 0
    counted: int = 0


def used(ledger: "Ledger", psn_no: str, insutype: str, pool: str, time: str) -> Used:
    """What is used up at `time` (yyyy-MM-dd HH:mm:ss)."""
    begins = f"{psn_no}/{insutype}/{time[:4]}/"
    sums = {key.removeprefix(begins): row for key, row in _years(ledger, psn_no) if key.startswith(begins)}
    own = sums.get(pool, YearSum())
    day = ledger.days.get(f"{psn_no}/{insutype}/{time[:10]}", DaySum())
    return Used(
        sum(row.deductible for row in sums.values()), own.fund, sum(row.aid for row in sums.values()), day.counted
    )


def _years(ledger: "Ledger", psn_no: str) -> Iterable[tuple[str, YearSum]]:
    return ((key, ledger.years[key]) for key in ledger.years_of(psn_no))


def book(ledger: "Ledger", bill: "Settlement", sign: int = 1) -> None:
    """Add a bill's shares to the sums and take them from the account (`sign` 1), or the other way round (-1)."""
    shares = bill.shares
    year = ledger.years.setdefault(f"{bill.psn_no}/{bill.insutype}/{bill.setl_time[:4]}/{bill.pool}", YearSum())
    year.deductible += sign * shares.act_pay_dedc
    year.fund += sign * shares.hifp_pay
    year.aid += sign * shares.maf_pay
    day = ledger.days.setdefault(f"{bill.psn_no}/{bill.insutype}/{bill.setl_time[:10]}", DaySum())
    day.counted += sign * shares.counted
    ledger.balances[bill.payer] -= sign * shares.acct_pay


def release(ledger: "Ledger", bill: "Settlement") -> None:
    """Undo a bill: the sums go back and its fees are unsettled again."""
    book(ledger, bill, -1)
    for fee in ledger.fees_of(bill.mdtrt_id):
        if fee.setl_id == bill.setl_id:
            fee.setl_id = ""


def cumulated(bills: Iterable["Settlement"]) -> dict[str, int]:
    """The sums of bills by cum_type_code, in fen."""
    known = list(bills)
    return {code: sum(getattr(bill.shares, name) for bill in known) for code, name in CUMULATED.items()}
