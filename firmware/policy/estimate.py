"""The local estimate of a bill, for the screen before the platform has answered.

What the person has already used this year is not known here: the whole deductible and the whole limit count as left.
"""

from firmware.policy.expectation import expect

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Json = dict[str, Any]

SELF_PAID = "refused"  # `approval` of a line that the patient pays
_SHOWN = ("total_fen", "fund_fen", "own_fen", "verified")


class Estimator:
    """Estimates bills by one policy pack: `policy`, `benefit` and `first_share` as in board_configs/policies/."""

    def __init__(self, policy: "Json") -> None:
        self._policy = policy

    def of(self, record: "Json") -> "Json | None":
        """`total_fen`, `fund_fen`, `own_fen`, `verified` of an open visit; None while the patient or the lines are not
        known, once it is priced, and when the policy has no such insurance."""
        if record["person"] is None or not record["lines"] or record["preview"] is not None:
            return None
        expected = expect(self._policy, record["person"]["insurance"], bill_lines(record["lines"]))
        return None if expected is None else {name: expected[name] for name in _SHOWN}


def bill_lines(lines: "list[Json]") -> "list[Json]":
    """The lines of a visit as `expect` takes them."""
    return [
        {
            "grade": line["grade"],
            "amount_fen": line["quantity"] * line["price_fen"],
            "self_paid": line["approval"] == SELF_PAID,
        }
        for line in lines
    ]
