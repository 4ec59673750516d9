"""What the platform's answer to a preview should be, field by field, and why it is another one.

Order of the calculation: each line is split into what the person pays in full, what is above the limit price, the
share that he pays first, and what is in scope; of the scope the rest of the year's deductible goes to the person, and
of what is left the fund pays its rate, at most what is left of the year's limit. Half a 分 is rounded up, once for each
line and once for each fund. Account and cash share what the fund leaves. The platform's answer always wins; both are
kept.

Source: the order of the settlement record and its identities (national interface, answers of 2204, 2206 and 2207). That
an account pays whatever the fund leaves, as far as it reaches, was seen in one published settlement.
"""

from firmware.money import share

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Json = dict[str, Any]

SPLIT = ("full_own_fen", "over_limit_fen", "first_share_fen", "in_scope_fen")
FIELDS = ("total_fen",) + SPLIT + ("deductible_fen", "fund_fen", "own_fen", "account_fen", "cash_fen")
_EMPLOYEES = "310"  # whose account is used (acct_used_flag)
# fund_pay_type of medical aid; 999997 ("another fund") carries it in its details in some provinces.
_AID = "6101"
_AID_NAME = "医疗救助"
# Rates are whole per cents, seldom half ones, in thousandths. Any finer one would explain nearly every small sum.
_RATE_STEPS = (10, 5)


def expect(
    policy: "Json",
    insurance: str,
    lines: "list[Json]",
    split: "Json | None" = None,
    year: "Json | None" = None,
    balance_fen: int = 0,
) -> "Json | None":
    """The amounts of `FIELDS`, `verified` (the pack was checked) and `year_known`; None when the policy has no such
    insurance.

    `lines`: `{"grade", "amount_fen", "self_paid"}`. `split` is the platform's own one (the sums of 2204) where it is
    known; `year` what has been used of this year, `{"deductible_fen", "fund_fen"}`.
    """
    benefit = benefit_of(policy, insurance)
    if benefit is None:
        return None
    parts = _split(policy, lines) if split is None else {name: split[name] for name in SPLIT}
    used = year or {"deductible_fen": 0, "fund_fen": 0}
    scope = parts["in_scope_fen"]
    deductible = min(scope, max(0, benefit["deductible_fen"] - used["deductible_fen"]))
    fund = min(share(scope - deductible, benefit["rate_permille"]), _left(benefit, used))
    total = sum(parts.values())
    account = min(max(0, balance_fen), total - fund) if insurance == _EMPLOYEES else 0
    expected: "Json" = dict(parts)
    expected["total_fen"] = total
    expected["deductible_fen"] = deductible
    expected["fund_fen"] = fund
    expected["own_fen"] = total - fund
    expected["account_fen"] = account
    expected["cash_fen"] = total - fund - account
    expected["verified"] = policy["policy"]["verified"]
    expected["year_known"] = year is not None
    return expected


def benefit_of(policy: "Json", insurance: str) -> "Json | None":
    """The row of an insurance, or None."""
    for row in policy["benefit"]:
        if row["insurance"] == insurance:
            found: "Json" = row
            return found
    return None


def known_of_year(policy: "Json", insurance: str, year: str, rows: "list[Json]") -> "Json | None":
    """What has been used of a year, from the platform's sums `{"insurance", "year", "kind", "hundredths"}` (5206); None
    when the pack does not name the kinds, which are provincial, or the platform does not have both."""
    used: "Json" = {}
    for name, kind in policy["year"].items():
        for row in rows:
            if (row["insurance"], row["year"], row["kind"]) == (insurance, year, kind):
                used[name] = used.get(name, 0) + row["hundredths"]
    return used if len(used) == 2 else None


def differences(policy: "Json", insurance: str, expected: "Json", actual: "Json", year: "Json | None" = None) -> "Json":
    """Where the platform's amounts (`actual`, of a preview) are others than
    `expected`: `fields`, rows `{"field", "expected_fen", "actual_fen"}`, and `causes`, rows `{"cause", "params"}`.

    Causes: `deductible`, `rate`, `ceiling`, `aid`, `account` as far as they explain it, else `unknown`.
    """
    actual = _without_account(actual)
    fields = [
        {"field": name, "expected_fen": expected[name], "actual_fen": actual[name]}
        for name in FIELDS
        if actual[name] != expected[name]
    ]
    benefit = benefit_of(policy, insurance)
    if not fields or benefit is None:
        return {"fields": fields, "causes": []}
    causes = _of_deductible(benefit, expected, actual, year) + _of_funds(benefit, expected, actual, year)
    if actual["account_fen"] != min(expected["account_fen"], actual["own_fen"]):
        causes.append(_cause("account", {"fen": actual["account_fen"]}))
    return {"fields": fields, "causes": causes or [_cause("unknown", {})]}


def _of_deductible(benefit: "Json", expected: "Json", actual: "Json", year: "Json | None") -> "list[Json]":
    if actual["deductible_fen"] == expected["deductible_fen"]:
        return []
    params: "dict[str, int]" = {"fen": actual["deductible_fen"]}
    if year is not None:
        params["left_fen"] = max(0, benefit["deductible_fen"] - year["deductible_fen"] - actual["deductible_fen"])
    return [_cause("deductible", params)]


def _of_funds(benefit: "Json", expected: "Json", actual: "Json", year: "Json | None") -> "list[Json]":
    """Why the funds pay another sum than they should of what is payable: the platform's scope and deductible count."""
    causes = []
    aid = sum([fund["fen"] for fund in actual["funds"] if fund["type"].startswith(_AID) or _AID_NAME in fund["name"]])
    if aid:
        causes.append(_cause("aid", {"fen": aid}))
    payable: int = actual["in_scope_fen"] - actual["deductible_fen"]
    left = _left(benefit, year) if year is not None else benefit["year_limit_fen"]
    should = min(share(payable, benefit["rate_permille"]), left)
    pays = actual["fund_fen"] - aid
    if pays != should and payable > 0:
        causes += _of_rate(pays, should, payable, benefit, left)
    return causes


def _of_rate(pays: int, should: int, payable: int, benefit: "Json", left: int) -> "list[Json]":
    if pays < should and pays in (0, left):
        return [_cause("ceiling", {"fen": pays})]
    rate = benefit["rate_permille"]
    if share(payable, rate) == pays:  # beyond the pack's limit
        return []
    for step in _RATE_STEPS:
        paid = (pays * 1000 + payable * step // 2) // (payable * step) * step
        if 0 <= paid <= 1000 and share(payable, paid) == pays:
            return [_cause("rate", {"percent": _percent(paid), "expected": _percent(rate)})]
    return []


def _percent(permille: int) -> str:
    """`700` -> "70", `575` -> "57.5"."""
    whole, tenths = divmod(permille, 10)
    return str(whole) + ("." + str(tenths) if tenths else "")


def _without_account(actual: "Json") -> "Json":
    """The amounts with the account out of what the funds pay: some provinces count it in (`fund_with_account`)."""
    if not actual["fund_with_account"]:
        return actual
    amounts = dict(actual)
    amounts["fund_fen"] -= amounts["account_fen"]
    return amounts


def _split(policy: "Json", lines: "list[Json]") -> "Json":
    """The local split of the lines: limit prices are the platform's knowledge. A grade without a row is paid in
    full by the person."""
    first = {row["grade"]: row["permille"] for row in policy["first_share"]}
    parts = {"full_own_fen": 0, "over_limit_fen": 0, "first_share_fen": 0, "in_scope_fen": 0}
    for line in lines:
        amount = line["amount_fen"]
        if line["self_paid"] or line["grade"] not in first:
            parts["full_own_fen"] += amount
        else:
            own = share(amount, first[line["grade"]])
            parts["first_share_fen"] += own
            parts["in_scope_fen"] += amount - own
    return parts


def _left(benefit: "Json", used: "Json") -> int:
    return max(0, int(benefit["year_limit_fen"]) - int(used["fund_fen"]))


def _cause(cause: str, params: "Json") -> "Json":
    return {"cause": cause, "params": params}
