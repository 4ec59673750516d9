"""What the platform booked for a cancelled settlement: a bill of its own, with negative amounts.

Source: national interface, answer of 2208; real answers have nulls among the amounts.
"""

from firmware.insurance.amounts import COLUMNS, columns
from firmware.insurance.answers import ID, Row, node
from firmware.insurance.errors import InsuranceError
from firmware.insurance.evidence import evidence

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Json = dict[str, Any]

_SUMS = ("total_fen", "fund_fen", "account_fen", "cash_fen")


def refund_of(output: "Json", settled: "Json | None" = None) -> "Json":
    """`settlement` (the refund's own number, "" when untold), `settled_at` (0 when untold), `amounts`: `total_fen`,
    `fund_fen`, `account_fen`, `cash_fen` (what it leaves out is the opposite of what was settled: a cancellation is of
    the whole bill), or None when the answer has none that can be right; `agree`: whether every
    amount that the platform gives is exactly the opposite of that of `settled` (`settlement_amounts`), or, without
    that, whether none is positive; `answer`: `evidence`. It never fails: whatever the answer looks like, the settlement
    is cancelled."""
    refund: "Json" = {
        "settlement": "",
        "settled_at": 0,
        "amounts": None,
        "agree": False,
        "answer": evidence("2208", output),
    }
    try:
        row = node("2208", output, "setlinfo")
    except InsuranceError:
        return refund
    try:
        refund["settlement"] = row.word("setl_id", ID)
        refund["settled_at"] = row.moment("setl_time")
    except InsuranceError:
        pass  # an odd number or time, or none
    try:
        amounts = columns("2208", row)
    except InsuranceError:
        return refund
    if amounts["total_fen"] < 0:
        refund["amounts"] = {}
        for wire, name in COLUMNS:
            if name in _SUMS:
                untold = settled is not None and name in settled and not row.has(wire)
                refund["amounts"][name] = -settled[name] if settled and untold else amounts[name]
        refund["agree"] = _is_opposite(row, amounts, settled)
    return refund


def _is_opposite(row: Row, amounts: "Json", settled: "Json | None") -> bool:
    for wire, name in COLUMNS:
        if settled is None:
            if amounts[name] > 0:
                return False
        elif row.has(wire) and name in settled and amounts[name] != -settled[name]:
            return False
    return True
