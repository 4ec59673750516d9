"""The amounts of fee details, previews and settlements, in 分, and the identities that they must satisfy.

Sources: national interface, answers of 2204, 2206 and 2207; the identities are those of the specification and hold in
published samples.
"""

from firmware.insurance.errors import InsuranceError
from firmware.insurance.wire import fen, rows, text
from firmware.money import MoneyError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_SCOPE = ("fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt")


def fee_split(output: "dict[str, Any]") -> "dict[str, int]":
    """The sums over all rows of a 2204 answer: `full_own_fen`, `over_limit_fen`, `first_share_fen`, `in_scope_fen`,
    `total_fen`.

    `InsuranceError` `insurance.wrong_sums` when a row's parts are not its whole.
    """
    sums = {"full_own_fen": 0, "over_limit_fen": 0, "first_share_fen": 0, "in_scope_fen": 0, "total_fen": 0}
    try:
        for row in rows(output.get("result")):
            parts = {
                "full_own_fen": fen(row.get("fulamt_ownpay_amt")),
                "over_limit_fen": fen(row.get("overlmt_amt")),
                "first_share_fen": fen(row.get("preselfpay_amt")),
                "in_scope_fen": fen(row.get("inscp_scp_amt")),
            }
            total = fen(row.get("det_item_fee_sumamt"))
            if sum(parts.values()) != total:
                raise InsuranceError("insurance.wrong_sums", "2204")
            for name, amount in parts.items():
                sums[name] += amount
            sums["total_fen"] += total
    except MoneyError:
        raise InsuranceError("insurance.bad_answer", "2204")
    return sums


def settlement_amounts(output: "dict[str, Any]") -> "dict[str, Any]":
    """The amounts of a 2206 or 2207 answer.

    `total_fen`, `fund_fen`, `own_fen`, `account_fen`, `cash_fen`, `hospital_fen`; `funds`: list of `{"type", "name",
    "fen"}`; `agree`: whether the identities hold. `InsuranceError` `insurance.bad_answer` when an amount is none.
    """
    found = rows(output.get("setlinfo"))
    if not found:
        raise InsuranceError("insurance.bad_answer", "no setlinfo")
    info = found[0]
    try:
        amounts: "dict[str, Any]" = {
            "total_fen": fen(info.get("medfee_sumamt")),
            "fund_fen": fen(info.get("fund_pay_sumamt")),
            "own_fen": fen(info.get("psn_part_amt")),
            "account_fen": fen(info.get("acct_pay")),
            "cash_fen": fen(info.get("psn_cash_pay")),
            "hospital_fen": fen(info.get("hosp_part_amt")),
            "balance_fen": fen(info.get("balc")),
        }
        scope = [fen(info.get(name)) for name in _SCOPE]
        amounts["funds"] = [_fund(row) for row in rows(output.get("setldetail"))]
    except MoneyError:
        raise InsuranceError("insurance.bad_answer", "an amount is no number")
    amounts["agree"] = (
        amounts["total_fen"] == amounts["fund_fen"] + amounts["own_fen"] + amounts["hospital_fen"]
        and amounts["own_fen"] == amounts["account_fen"] + amounts["cash_fen"]
        and amounts["total_fen"] == sum(scope)
    )
    return amounts


def _fund(row: "dict[str, Any]") -> "dict[str, Any]":
    return {
        "type": text(row.get("fund_pay_type")),
        "name": text(row.get("fund_pay_type_name")),
        "fen": fen(row.get("fund_payamt")),
    }
