"""A visit as the screen sees it (docs/console-api.md): identity numbers masked, only what is shown."""

from firmware import clock as civil
from firmware.identity import mask
from firmware.policy import SELF_PAID
from firmware.visit import book as steps
from firmware.visit.findings import open_findings
from firmware.visit.patient import age, sex_and_birth
from firmware.visit.refunding import refund_view
from firmware.visit.review import comparison_view, review_view

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Json = dict[str, Any]

_ACTIONS = {
    steps.DIAGNOSE: ["diagnosis", "set_aside", "cancel"],
    steps.PRESCRIBE: ["lines", "diagnosis", "set_aside", "cancel"],
    steps.DISPENSE: ["scan", "finding", "self_pay", "lines", "diagnosis", "set_aside", "cancel"],
    steps.PRICE: ["price", "finding", "self_pay", "lines", "set_aside", "cancel"],
    steps.CONFIRM: ["settle", "finding", "self_pay", "lines", "set_aside", "cancel"],
    steps.SETTLING: ["set_aside"],
    steps.RECEIPT: ["print", "came_out", "reprint", "office", "without_paper", "set_aside", "cancel"],
    steps.DONE: ["reprint", "finish", "cancel"],
    steps.CANCELLING: ["cancel", "set_aside"],
    steps.CANCELLED: ["print", "came_out", "reprint", "finish"],
}
_AFTER_REFUND = {  # by the state of its slip; without a settlement there is none
    steps.NOT_PRINTED: ["finish"],
    steps.PRINTING: ["set_aside"],
    steps.PRINTED: ["reprint", "finish"],
    steps.FAILED: ["print", "finish"],
    steps.UNSURE: ["came_out", "reprint", "finish"],
}
_AMOUNTS = ("total_fen", "fund_fen", "own_fen", "account_fen", "cash_fen")


def visit_view(record: "Json", estimate: "Json | None", uploads: "Json", now_s: int, has_photo: bool = False) -> "Json":
    """The member `visit` of the screen's state; `has_photo`: the picture on the patient's card can be fetched."""
    settlement = record["settlement"]
    review = review_view(record)
    return {
        "id": record["id"],
        "number": record["number"][-4:],
        "version": record["version"],
        "step": record["step"],
        "patient": _patient(record, now_s, has_photo),
        "diagnosis": record["diagnosis"],
        "lines": [_line(line) for line in record["lines"]],
        "estimate": estimate,
        "preview": _amounts(record["preview"]),
        "settlement": None if settlement is None else _settlement(settlement),
        "review": review,
        "comparison": comparison_view(record),
        "refund": refund_view(record),
        "receipt": record["receipt"],
        "uploads": uploads,
        "actions": _actions(record, review["due"]),
    }


def kept_view(record: "Json") -> "Json":
    """One row of the list of kept visits."""
    return {
        "id": record["id"],
        "number": record["number"][-4:],
        "patient": _name(record),
        "step": record["step"],
        "opened_at": record["opened_at"],
    }


def _actions(record: "Json", due: "list[str]") -> "list[str]":
    actions = _ACTIONS[record["step"]]
    if record["step"] == steps.RECEIPT:
        wanted = {
            steps.FAILED: ("print", "office", "without_paper"),
            steps.UNSURE: ("came_out", "reprint", "office"),
        }
        fitting = wanted.get(record["receipt"]["state"], ())
        actions = [action for action in actions if action in fitting or action in ("set_aside", "cancel")]
    if record["step"] == steps.CANCELLED:
        actions = _AFTER_REFUND[record["receipt"]["state"]]
    if record["step"] == steps.CONFIRM and open_findings(record):
        actions = [action for action in actions if action != "settle"]
    if not due:
        actions = [action for action in actions if action != "finding"]
    if record["step"] == steps.SETTLING and record["stuck"]:
        actions = ["ask_again", "set_aside"]
    return actions


def _name(record: "Json") -> str:
    return str((record["person"] or record["credential"])["name"])


def _patient(record: "Json", now_s: int, has_photo: bool) -> "Json":
    person = record["person"]
    known = person or record["credential"]
    patient = {
        "name": known["name"],
        "sex": sex_and_birth(record)[0],
        "age": age(record, civil.date(now_s)),
        "identity_number": mask(known["identity_number"]),
        "insurance": "",
        "insured": "unknown",
        "balance_fen": None,
        "credential": record["credential"]["kind"],
        "card_expired": record["card_expired"],
        "photo": has_photo,
    }
    if person is not None:
        patient["insurance"] = person["insurance"]
        patient["insured"] = person["insured"]
        patient["balance_fen"] = person["balance_fen"]
    return patient


def _line(line: "Json") -> "Json":
    return {
        "drug": line["drug"],
        "name": line["name"],
        "specification": line["specification"],
        "unit": line["unit"],
        "price_fen": line["price_fen"],
        "quantity": line["quantity"],
        "scanned": len(line["boxes"]),
        "amount_fen": line["quantity"] * line["price_fen"],
        "self_paid": line["approval"] == SELF_PAID,
        "codes": ["…" + box["code"][-4:] for box in line["boxes"]],
    }


def _amounts(amounts: "Json | None") -> "Json | None":
    return None if amounts is None else {name: amounts[name] for name in _AMOUNTS}


def _settlement(settlement: "Json") -> "Json":
    view = {name: settlement[name] for name in _AMOUNTS}
    view["number"] = settlement["settlement"]
    view["settled_at"] = settlement["settled_at"]
    return view
