"""The local estimate of a bill, for the screen before the platform has answered.

Order of the calculation: of each line the share that the person pays first (by grade), the rest is in scope; the fund
pays its rate of the scope, at most the yearly limit. What the person has already used this year is not known here, so
the estimate is an upper bound of the fund's share and always shown as unverified.
"""

from firmware.money import share

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Estimator:
    """Estimates bills by one policy pack: `policy`, `benefit` and `first_share` as in board_configs/policies/."""

    def __init__(self, policy: "dict[str, Any]") -> None:
        self._policy = policy

    def of(self, record: "dict[str, Any]") -> "dict[str, Any] | None":
        """The estimate for an open visit; None while the patient or the lines are not known, or once it is priced."""
        if record["person"] is None or not record["lines"] or record["preview"] is not None:
            return None
        lines = [(line["grade"], line["quantity"] * line["price_fen"]) for line in record["lines"]]
        return estimate(self._policy, record["person"]["insurance"], lines)


def estimate(policy: "dict[str, Any]", insurance: str, lines: "list[tuple[str, int]]") -> "dict[str, Any] | None":
    """`total_fen`, `fund_fen`, `own_fen`, `verified` for lines of (grade, 分); None when the policy has no such
    insurance."""
    benefit = None
    for row in policy["benefit"]:
        if row["insurance"] == insurance:
            benefit = row
    if benefit is None:
        return None
    first = {row["grade"]: row["permille"] for row in policy["first_share"]}
    total = 0
    in_scope = 0
    for grade, amount in lines:
        total += amount
        in_scope += amount - share(amount, first.get(grade, 1000))
    payable = max(0, in_scope - benefit["deductible_fen"])
    fund = min(share(payable, benefit["rate_permille"]), benefit["year_limit_fen"])
    return {"total_fen": total, "fund_fen": fund, "own_fen": total - fund, "verified": policy["policy"]["verified"]}
