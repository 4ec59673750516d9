"""What the doctor has to read before a visit goes on, as the screen sees it (docs/console-api.md)."""

from firmware.visit import book as steps
from firmware.visit.auditing import not_audited
from firmware.visit.findings import LOCAL, open_findings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Json = dict[str, Any]

_WHILE_PRESCRIBING = (steps.DISPENSE, steps.PRICE)
_SHOWN = ("key", "origin", "kind", "rule", "severity", "sentence", "basis", "verified", "blocks", "fen", "params")


def review_view(record: "Json") -> "Json":
    """`findings`, all of them, worst first; `due`: the keys of those that the doctor has to answer now, the local ones
    while he still scans boxes, all of them before he settles; `not_audited`: what kept the platform from its audit, or
    ""."""
    step = record["step"]
    due = []
    if step in _WHILE_PRESCRIBING:
        due = [each["key"] for each in open_findings(record) if each["origin"] == LOCAL]
    elif step == steps.CONFIRM:
        due = [each["key"] for each in open_findings(record)]
    return {
        "findings": [_finding(record, each) for each in record["findings"]],
        "due": due,
        "not_audited": not_audited(record) if step == steps.CONFIRM else "",
    }


def comparison_view(record: "Json") -> "Json | None":
    """Beside a preview: whether the rules of the local pack were `verified`, the amounts that are others than it says
    (`fields`) and why (`causes`); None where there is nothing to compare."""
    differences = record["differences"]
    if record["preview"] is None or record["expected"] is None or differences is None:
        return None
    return {
        "verified": record["expected"]["verified"],
        "fields": differences["fields"],
        "causes": differences["causes"],
    }


def _finding(record: "Json", each: "Json") -> "Json":
    shown = {name: each[name] for name in _SHOWN}
    shown["drugs"] = [
        {"drug": line["drug"], "name": line["name"]} for line in record["lines"] if line["drug"] in each["drugs"]
    ]
    given = record["answers"].get(each["key"])
    shown["answer"] = "" if given is None else given["reason"]
    return shown
