"""The local checks of a prescription, made before the platform hears of it: pure functions over the rows of the policy
pack (`limit`, docs/board-config.md), the patient, the lines and what this terminal handed him before.

What a rule says and where it comes from stands in its row; nothing about a single drug is written into the program.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Json = dict[str, Any]

LEVEL = "level"
PLACE = "place"
REPEAT = "repeat"
_OUTPATIENT = "outpatient"
_LEVEL_HERE = 0  # a village clinic has no level (hosp_lv 11, 无等级)
_FORBIDDEN = (LEVEL, PLACE)  # what the fund does not pay here, whatever the reason
_WORST = 1
# Class and name in a national code of western medicine, class with name and form in one of Chinese patent medicine:
# what is in front of specification, pack and enterprise (worked out on the 13,738 codes of the public rule libraries).
_SUBSTANCE = {"X": 10, "Z": 11}


def local_findings(limits: "list[Json]", case: "Json") -> "list[Json]":
    """What the rows `limits` have against a prescription, worst first.

    `case`: `sex` (male, female, unknown), `age` (years or None), `lines` and `earlier`, the visits of the same patient
    before this one as `{"days_ago", "lines"}`. A line: `{"drug", "name", "code", "quantity", "self_paid"}`.
    A finding: `rule` (the row's id), `kind` (what is wrong), `severity` 1 to 3, `sentence`, `source`,
    `verified`, `blocks` (the fund does not pay it here), `lines` (places in `case["lines"]`) and `params`.
    """
    found: "list[Json]" = []
    for limit in limits:
        for condition, check in _CHECKS:
            if condition in limit:
                for lines, kind, params in check(limit, case):
                    found.append(_finding(limit, kind, lines, params))
    found.sort(key=lambda finding: (finding["severity"], finding["rule"], finding["kind"], finding["lines"]))
    return found


def _finding(limit: "Json", kind: str, lines: "list[int]", params: "Json") -> "Json":
    return {
        "rule": limit["id"],
        "kind": kind,
        "severity": limit["severity"],
        "sentence": limit["sentence"],
        "source": limit["source"],
        "verified": limit["verified"],
        "blocks": kind in _FORBIDDEN and limit["severity"] == _WORST,
        "lines": lines,
        "params": params,
    }


# ---- the conditions: each gives (lines, kind, params) for every place where the prescription is against it


def _level(limit: "Json", case: "Json") -> "list[tuple[list[int], str, Json]]":
    if limit["least_level"] <= _LEVEL_HERE:
        return []
    return [([place], LEVEL, {"level": limit["least_level"]}) for place in _insured(limit, case)]


def _place(limit: "Json", case: "Json") -> "list[tuple[list[int], str, Json]]":
    if _OUTPATIENT in limit["places"]:
        return []
    return [([place], PLACE, {}) for place in _insured(limit, case)]


def _sex(limit: "Json", case: "Json") -> "list[tuple[list[int], str, Json]]":
    if case["sex"] in ("unknown", limit["sex"]):
        return []
    return [([place], "sex", {}) for place in _named(limit, case)]


def _age(limit: "Json", case: "Json") -> "list[tuple[list[int], str, Json]]":
    age = case["age"]
    if age is None or limit["least_years"] <= age <= limit["most_years"]:
        return []
    return [([place], "age", {"age": age}) for place in _named(limit, case)]


def _quantity(limit: "Json", case: "Json") -> "list[tuple[list[int], str, Json]]":
    most = limit["most_boxes"]
    lines = case["lines"]
    return [([place], "quantity", {"most": most}) for place in _named(limit, case) if lines[place]["quantity"] > most]


def _supply(limit: "Json", case: "Json") -> "list[tuple[list[int], str, Json]]":
    """More days than may be handed over at once, and the same drug while the last boxes are not used up."""
    found: "list[tuple[list[int], str, Json]]" = []
    for place in _named(limit, case):
        line = case["lines"][place]
        days = line["quantity"] * limit["box_days"]
        if days > limit["most_days"]:
            found.append(([place], "supply", {"days": days, "most": limit["most_days"]}))
        left = _days_left(limit["box_days"], line, case["earlier"])
        if left > 0:
            found.append(([place], REPEAT, {"days": left}))
    return found


def _days_left(box_days: int, line: "Json", earlier: "list[Json]") -> int:
    """How many days what was handed over before still lasts, when its boxes are used one after the other."""
    order = sorted([(-visit["days_ago"], place) for place, visit in enumerate(earlier)])
    ends = order[0][0] if order else 0  # counted from today
    for day, place in order:
        boxes = sum([before["quantity"] for before in earlier[place]["lines"] if _same(before, line)])
        ends = max(ends, day) + boxes * box_days
    return max(0, ends)


def _duplicate(limit: "Json", case: "Json") -> "list[tuple[list[int], str, Json]]":
    """The same substance in two lines, or, where the rule is about the day, once more on the same day."""
    lines = case["lines"]
    found: "list[tuple[list[int], str, Json]]" = []
    for second in _named(limit, case):
        for first in range(second):
            if _same(lines[first], lines[second]):
                found.append(([first, second], "duplicate", {}))
        for visit in case["earlier"] if limit["once"] == "day" else []:
            if visit["days_ago"] == 0 and any([_same(before, lines[second]) for before in visit["lines"]]):
                found.append(([second], "again_today", {}))
                break
    return found


def _pair(limit: "Json", case: "Json") -> "list[tuple[list[int], str, Json]]":
    ones = _named(limit, case)
    others = _named({"codes": limit["with_codes"], "names": limit["with_names"]}, case)
    found: "list[tuple[list[int], str, Json]]" = []
    for first in ones:
        for second in others:
            said = second < first and second in ones and first in others
            if first != second and not said:
                found.append(([first, second], "pair", {}))
    return found


_CHECKS = (
    ("least_level", _level),
    ("places", _place),
    ("sex", _sex),
    ("most_years", _age),
    ("most_boxes", _quantity),
    ("box_days", _supply),
    ("once", _duplicate),
    ("with_codes", _pair),
)


def _named(limit: "Json", case: "Json") -> "list[int]":
    """The places of the lines that a rule is about: by the beginning of the national code, or of the name."""
    lines = case["lines"]
    found = []
    for place in range(len(lines)):
        codes = [code for code in limit["codes"] if lines[place]["code"].startswith(code)]
        names = [name for name in limit["names"] if lines[place]["name"].startswith(name)]
        if codes or names:
            found.append(place)
    return found


def _insured(limit: "Json", case: "Json") -> "list[int]":
    """Those that the fund is to pay."""
    return [place for place in _named(limit, case) if not case["lines"][place]["self_paid"]]


def _same(one: "Json", other: "Json") -> bool:
    return _substance(one["code"]) == _substance(other["code"])


def _substance(code: str) -> str:
    return code[: _SUBSTANCE.get(code[:1], len(code))]
