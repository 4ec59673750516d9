"""What is to be said about a prescription before it is settled, and what the doctor said to it.

Findings stand in `record["findings"]`, worst first; the doctor's answers in `record["answers"]` under the key of the
finding, which is made of what it says and what it is about: the same finding that comes again, from the platform or
after a price, has been answered already, and another one, or the same words on other quantities, has not. Where many
answers stand, the oldest goes that is to nothing that is said now.

    key        16 hex digits
    origin     `local` (rules of the policy pack), `before` (3101) or `during` (3102)
    kind       kind of the local rule, or `platform`
    rule       id of the local rule, or its name on the platform
    severity   1 certainly against a rule, 2 very doubtful, 3 a little doubtful
    sentence   what is wrong; `basis`: what that rests on, or ""
    verified   whether somebody has checked the rule
    blocks     the fund does not pay it here: no reason helps
    drugs      those it is about; none: the whole visit
    fen        the amount in question, 0 where nobody said
    params     numbers for the sentence of the kind
    reference  the platform's number of the finding, or ""
"""

import binascii
import hashlib

from firmware.visit.errors import VisitError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Json = dict[str, Any]

LOCAL = "local"
BEFORE = "before"
DURING = "during"
KNOWN = "known"
OTHER = "other"
REASONS = ("needed", "checked", "agreed", OTHER)  # to go on against what is certainly a rule
_CERTAIN = 1
_MOST_TEXT = 64  # as a press takes it
_KEY_BYTES = 8
_MOST_ANSWERS = 100  # a record is written whole at every step


def finding(origin: str, kind: str, rule: str, sentence: str, severity: int, drugs: "list[str]") -> "Json":
    """A finding with what every one has; the rest is to be filled in."""
    who = LOCAL if origin == LOCAL else "platform"
    said = "|".join([who, kind, rule, sentence, str(severity)] + drugs)
    return {
        "key": binascii.hexlify(hashlib.sha256(said.encode()).digest()[:_KEY_BYTES]).decode(),
        "origin": origin,
        "kind": kind,
        "rule": rule,
        "severity": severity,
        "sentence": sentence,
        "basis": "",
        "verified": True,
        "blocks": False,
        "drugs": drugs,
        "fen": 0,
        "params": {},
        "reference": "",
    }


def replace(record: "Json", origins: "tuple[str, ...]", found: "list[Json]") -> None:
    """Put `found` in the place of what was found by `origins`. What two of them say is said once, and by the first: it
    must not go with the second."""
    findings = []
    keys = []
    for each in [each for each in record["findings"] if each["origin"] not in origins] + found:
        if each["key"] not in keys:
            keys.append(each["key"])
            findings.append(each)
    findings.sort(key=lambda each: (each["severity"], each["key"]))
    record["findings"] = findings


def is_open(record: "Json", each: "Json") -> bool:
    """Whether the doctor still has to do something about a finding."""
    return bool(each["blocks"]) or each["key"] not in record["answers"]


def open_findings(record: "Json") -> "list[Json]":
    """What stands between the visit and its settlement, worst first."""
    return [each for each in record["findings"] if is_open(record, each)]


def refuse_open(record: "Json") -> None:
    """`VisitError` `audit.open` while there are open findings."""
    if open_findings(record):
        raise VisitError("audit.open")


def answer(record: "Json", key: str, reason: str, text: str, operator: str, now_s: int) -> None:
    """The doctor goes on: `KNOWN`, or one of `REASONS` where it is certainly against a rule; `OTHER` needs its own
    words. `VisitError` `audit.blocked`, `audit.needs_reason`, or `visit.unknown`."""
    for each in record["findings"]:
        if each["key"] == key:
            if each["blocks"]:
                raise VisitError("audit.blocked")
            _refuse_reason(each, reason, text)
            _make_room(record)
            record["answers"][key] = {"reason": reason, "text": text, "operator": operator, "at": now_s}
            return
    raise VisitError("visit.unknown")


def _make_room(record: "Json") -> None:
    """Drop the oldest answer where there are many, of those to what is not said any more."""
    answers = record["answers"]
    if len(answers) >= _MOST_ANSWERS:
        said = [each["key"] for each in record["findings"]]
        old = sorted([(answers[key]["at"], key) for key in answers if key not in said])
        if old:
            answers.pop(old[0][1])


def _refuse_reason(each: "Json", reason: str, text: str) -> None:
    if reason != KNOWN and reason not in REASONS:
        raise VisitError("audit.needs_reason")
    if each["severity"] == _CERTAIN and reason == KNOWN:
        raise VisitError("audit.needs_reason")
    if len(text) > _MOST_TEXT or (reason == OTHER and not text.strip()):
        raise VisitError("audit.needs_words", "", {"most": _MOST_TEXT})
