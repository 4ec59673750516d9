"""The institution as the platform knows it (1201).

Source: national interface, this transaction and code lists fixmedins_type, hosp_lv.
"""

from firmware.insurance.answers import NAME, Row, node_rows

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Json = dict[str, Any]

_MEDICAL = "1"  # fixmedins_type: a clinic, and no pharmacy
_MOST = 50


def institution_question(code: str) -> "Json":
    """The input of 1201 for the institution's own code."""
    return {"medinsinfo": {"fixmedins_type": _MEDICAL, "fixmedins_name": "", "fixmedins_code": code}}


def institution_of(output: "Json", code: str) -> "Json | None":
    """The institution with `code` in a 1201 answer, None when it is not there: `code`, `name`, `credit_code` (uscc),
    `kind`, `level` (hosp_lv, without the zero that some put before it)."""
    for row in node_rows("1201", output, "medinsinfo", _MOST):
        if row.word("fixmedins_code", 12) == code:
            return _institution(row, code)
    return None


def _institution(row: Row, code: str) -> "Json":
    return {
        "code": code,
        "name": row.word("fixmedins_name", NAME),
        "credit_code": row.word("uscc", 50),
        "kind": row.word("fixmedins_type", 6),
        "level": row.word("hosp_lv", 6).lstrip("0"),
    }
