"""The bills of both sides, one row for each settlement and each refund, to be compared row by row."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from firmware.vault import each_bill, payer_of

if TYPE_CHECKING:
    from firmware.vault import Vault

    Json = dict[str, Any]

_ALL_DAYS = ("00000000", "99999999")


@dataclass(frozen=True, order=True)
class Bill:
    """Amounts in 分, those of a refund negative; `number` "" of a refund whose number was never heard."""

    registration: str
    person: str
    refund: bool
    number: str
    total_fen: int
    fund_fen: int
    account_fen: int
    cash_fen: int
    msgid: str
    day: str


async def of_terminal(vault: Vault) -> list[Bill]:
    """What the terminal's ledger has."""
    kept: list[Json] = []
    await each_bill(vault, *_ALL_DAYS, kept.append)
    found = []
    for bill in kept:
        payer = await payer_of(vault, bill)
        assert payer is not None, "nobody knows whose bill it is"
        names = ("refund", "total_fen", "fund_fen", "account_fen", "cash_fen", "msgid", "day")
        whose = {"number": payer["settlement"], "registration": payer["registration"], "person": payer["person"]}
        found.append(Bill(**whose, **{name: bill[name] for name in names}))
    return sorted(found)


def differences(
    ours: list[Bill], theirs: list[Bill], cancellations: list[str], disbelieved: frozenset[str] = frozenset()
) -> list[str]:
    """What stands on one side only. `cancellations`: the numbers of all 2208 messages that ever left; `disbelieved`:
    registrations with a settlement whose amounts came garbled, and were said to be wrong: they need not be the same.

    When only a question showed that a settlement is cancelled, nobody told the refund's number, nor which of several
    messages did it: then its amounts must be right, and message and day those of a cancellation that was sent.
    """
    ours = [_without_amounts(bill) if bill.registration in disbelieved else bill for bill in ours]
    theirs = [_without_amounts(bill) if bill.registration in disbelieved else bill for bill in theirs]
    unheard = {bill.registration: bill for bill in ours if bill.refund and not bill.number}
    wrong = [f"no such message: {bill}" for bill in unheard.values() if not _was_sent(bill, cancellations)]
    named = {bill.registration for bill in theirs if replace(bill, number="") == unheard.get(bill.registration)}
    known = sorted(_as_heard(bill, unheard, named) for bill in theirs)
    here = sorted(_as_heard(bill, unheard, named) for bill in ours)
    wrong += [f"here alone: {bill}" for bill in here if bill not in known]
    wrong += [f"there alone: {bill}" for bill in known if bill not in here]
    return wrong + (["twice"] if len(here) != len(known) else [])


def _without_amounts(bill: Bill) -> Bill:
    return replace(bill, total_fen=0, fund_fen=0, account_fen=0, cash_fen=0)


def _was_sent(refund: Bill, cancellations: list[str]) -> bool:
    return refund.msgid in cancellations and refund.day == refund.msgid[12:20]


def _as_heard(bill: Bill, unheard: dict[str, Bill], named: set[str]) -> Bill:
    """A bill without what is not known of it; of those that are `named` all but the number is."""
    if not bill.refund or bill.registration not in unheard:
        return bill
    return replace(bill, number="") if bill.registration in named else replace(bill, number="", msgid="", day="")
