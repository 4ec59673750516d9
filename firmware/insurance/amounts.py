"""The amounts of fee details, previews and settlements, in 分, and the identities that they must satisfy.

total = funds + own share + hospital; own share = account + cash; total = wholly own + above the limit + paid first +
in scope; funds = the sum of the single funds. Provinces differ in one point: what all funds pay includes the personal
account in some (Guangdong) and not in others (Hunan); both are accepted.

Source: national interface, answers of 2204, 2206, 2207, 2208 and 5203; the identities are those of the specification
and hold in published samples.
"""

from firmware.insurance.answers import ID, NAME, Row, node, node_rows
from firmware.insurance.errors import InsuranceError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Json = dict[str, Any]

_MOST_FUNDS = 50
_RATIO_DIGITS = 10  # platforms send more than the four that are due; what is finer is cut
_FINER = 1000000
_CODE = 10
# Wire name -> what it is. Every column of a settlement that is money; 5203 calls two of them otherwise.
_SCOPE = (
    ("fulamt_ownpay_amt", "full_own_fen"),
    ("overlmt_selfpay", "over_limit_fen"),
    ("preselfpay_amt", "first_share_fen"),
    ("inscp_scp_amt", "in_scope_fen"),
)
_SUMS = (
    ("medfee_sumamt", "total_fen"),
    ("fund_pay_sumamt", "fund_fen"),
    ("psn_part_amt", "own_fen"),
    ("acct_pay", "account_fen"),
    ("psn_cash_pay", "cash_fen"),
    ("act_pay_dedc", "deductible_fen"),
    ("acct_mulaid_pay", "family_account_fen"),
)
_FUNDS = (
    ("hifp_pay", "pooled_fen"),
    ("cvlserv_pay", "civil_servants_fen"),
    ("hifes_pay", "enterprise_fen"),
    ("hifmi_pay", "serious_illness_fen"),
    ("hifob_pay", "large_sums_fen"),
    ("maf_pay", "medical_aid_fen"),
    ("hifdm_pay", "disabled_fen"),
    ("oth_pay", "other_funds_fen"),
    ("pref_fund_pay", "honoured_fen"),  # 5203 alone
)
COLUMNS = _SUMS + _SCOPE + _FUNDS + (("hosp_part_amt", "hospital_fen"),)
_OTHER_NAMES = {"5203": {"psn_part_amt": "psn_pay", "psn_cash_pay": "cash_payamt"}}
_MAY_BE_NEGATIVE = ("oth_pay", "hosp_part_amt")  # a hospital's loss under a fixed rate, and what balances it


def fee_split(output: "Json") -> "dict[str, int]":
    """The sums over all rows of a 2204 answer: `full_own_fen`, `over_limit_fen`, `first_share_fen`, `in_scope_fen`,
    `total_fen`.

    `InsuranceError` `insurance.wrong_sums` when a row's parts are not its whole.
    """
    sums = {"full_own_fen": 0, "over_limit_fen": 0, "first_share_fen": 0, "in_scope_fen": 0, "total_fen": 0}
    for row in node_rows("2204", output, "result"):
        total = 0
        for wire, name in _SCOPE:
            part = _not_negative(row, "overlmt_amt" if wire == "overlmt_selfpay" else wire)
            total += part
            sums[name] += part
        if total != _not_negative(row, "det_item_fee_sumamt"):
            raise InsuranceError("insurance.wrong_sums", "2204")
        sums["total_fen"] += total
    return sums


def settlement_amounts(infno: str, output: "Json") -> "Json":
    """The amounts of the answer to 2206, 2207 or 5203, none of them negative but in 5203.

    - `total_fen`, `fund_fen`, `own_fen`, `account_fen`, `cash_fen`, `hospital_fen`, `balance_fen` (of the account,
      afterwards), `deductible_fen`, `family_account_fen` (of `account_fen`, what another person's account pays);
    - the scope: `full_own_fen`, `over_limit_fen`, `first_share_fen`, `in_scope_fen`;
    - the single funds: `pooled_fen`, `civil_servants_fen`, `enterprise_fen`, `serious_illness_fen`, `large_sums_fen`,
      `medical_aid_fen`, `disabled_fen`, `other_funds_fen`, `honoured_fen`; `ratio` of the pooled fund in 1/10000;
    - `funds`: list of `{"type", "name", "fen", "in_scope_fen", "limit_fen", "process"}`, in which the account and the
      hospital may stand as well;
    - `clearing` (clr_type), `clearing_way`, `agency` (clr_optins), as they came;
    - `agree`: whether the identities hold; `fund_with_account`: whether `fund_fen` includes `account_fen`.

    `InsuranceError` `insurance.bad_answer` when an amount is none.
    """
    row = node(infno, output, "setlinfo")
    amounts = columns(infno, row)
    if infno != "5203":  # which tells of refunds as well
        for wire, name in COLUMNS:
            if amounts[name] < 0 and wire not in _MAY_BE_NEGATIVE:
                raise row.bad(wire)
    amounts["balance_fen"] = row.amount("balc")
    amounts["ratio"] = _ratio(row)
    amounts["clearing"] = row.word("clr_type", _CODE)
    amounts["clearing_way"] = row.word("clr_way", _CODE)
    amounts["agency"] = row.word("clr_optins", _CODE)
    amounts["funds"] = [_fund(each) for each in node_rows(infno, output, "setldetail", _MOST_FUNDS)]
    _judge(row, amounts)
    return amounts


def columns(infno: str, row: Row) -> "Json":
    """Every column of a `setlinfo` that is money, under the names of `settlement_amounts`."""
    names = _OTHER_NAMES.get(infno, {})
    amounts: "Json" = {}
    for wire, name in COLUMNS:
        amounts[name] = row.amount(names.get(wire, wire))
    return amounts


def _judge(row: Row, amounts: "Json") -> None:
    """Hold the amounts against the identities. 5203 has no column for the hospital: it bears what is left over."""
    funds = sum([amounts[name] for _, name in _FUNDS])
    by_fund = any([row.has(wire) for wire, _ in _FUNDS])
    account = amounts["account_fen"]
    found = False
    amounts["fund_with_account"] = False
    for within in (False, True):
        paid = amounts["fund_fen"] - (account if within else 0)
        rest = amounts["total_fen"] - paid - amounts["own_fen"]
        told = not by_fund or paid == funds
        if not found and told and _is_hospital(row, amounts, rest, by_fund or not within):
            found = True
            amounts["fund_with_account"] = within
            amounts["hospital_fen"] = rest
    amounts["agree"] = (
        found
        and amounts["own_fen"] == account + amounts["cash_fen"]
        and amounts["total_fen"] == sum([amounts[name] for _, name in _SCOPE])
    )


def _is_hospital(row: Row, amounts: "Json", rest: int, some: bool) -> bool:
    """Whether what nobody else pays is the hospital's; `some`: it may be anything, where the platform does not say."""
    if row.infno == "5203" and some and not row.has("hosp_part_amt"):
        return bool(0 <= rest <= amounts["total_fen"] or amounts["total_fen"] <= rest <= 0)
    return bool(rest == amounts["hospital_fen"])


def _ratio(row: Row) -> int:
    ratio = row.number("pool_prop_selfpay", _RATIO_DIGITS)
    if ratio < 0:
        raise row.bad("pool_prop_selfpay")
    return ratio // _FINER


def _fund(row: Row) -> "Json":
    return {
        "type": row.word("fund_pay_type", ID),
        "name": row.word("fund_pay_type_name", NAME),
        "fen": row.amount("fund_payamt"),
        "in_scope_fen": row.amount("inscp_scp_amt"),
        "limit_fen": row.amount("crt_payb_lmt_amt"),
        "process": row.note("setl_proc_info"),
    }


def _not_negative(row: Row, name: str) -> int:
    amount = row.amount(name)
    if amount < 0:
        raise row.bad(name)
    return amount
