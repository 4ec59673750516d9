"""A day end as the screen and the slip show it (docs/console-api.md): sums, result, differences without names."""

from firmware.day_end import sheet as pages
from firmware.day_end.accounts import day
from firmware.day_end.ledger import SUMS
from firmware.day_end.repairs import actions
from firmware.day_end.sheet import verdict

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Json = dict[str, Any]

_MOST_SHOWN = 200


def day_end_view(
    begin: str, end: str, groups: "list[Json]", sheet: "Json | None", found: "list[tuple[str, Json]]"
) -> "Json":
    """`groups` are the sums as they are now, `sheet` what was compared, with the differences `found`."""
    sums = _all(groups)
    view: "Json" = {
        "begin": day(begin),
        "end": day(end),
        "sums": sums,
        "state": "none",
        "step": "",
        "progress": {"done": 0, "of": 0},
        "trouble": None,
        "verdict": "",
        "stale": False,
        "groups": [],
        "words": [],
        "differences": [],
        "more": 0,
        "finished_at": 0,
        "head": None,
        "signed_out": "",
        "slip": None,
    }
    if sheet is None:
        return view
    done = sheet["state"] == pages.DONE
    for name in ("state", "step", "trouble", "finished_at", "head", "signed_out", "slip"):
        view[name] = sheet[name]
    view["progress"] = _progress(sheet)
    view["groups"] = [_group(group) for group in sheet["groups"] if group["count"] or group["result"] != pages.EQUAL]
    view["words"] = _words(sheet)
    view["stale"] = done and _all(sheet["groups"]) != sums
    view["verdict"] = verdict(sheet, [difference for _, difference in found]) if done else ""
    waiting = [pair for pair in found if not pages.dealt_with(pair[1])]  # first: what is not shown cannot be dealt with
    shown_first = (waiting + [pair for pair in found if pages.dealt_with(pair[1])])[:_MOST_SHOWN]
    view["differences"] = [_difference(name, difference) for name, difference in shown_first]
    if sheet["state"] == pages.RUNNING:  # the list is being made anew
        for shown in view["differences"]:
            shown["actions"] = []
    view["more"] = max(0, len(found) - _MOST_SHOWN)
    return view


def _all(groups: "list[Json]") -> "dict[str, int]":
    """Settlements and refunds together, and how many of them are refunds."""
    sums = {name: sum([group[name] for group in groups]) for name in SUMS}
    sums["refunds"] = sum([group["count"] for group in groups if group["refund"]])
    return sums


def _progress(sheet: "Json") -> "dict[str, int]":
    """How many of the questions have been answered."""
    asked = [bool(group["result"]) for group in sheet["groups"]] + [bool(file["compared"]) for file in sheet["files"]]
    return {"done": len([answer for answer in asked if answer]), "of": len(asked)}


def _group(group: "Json") -> "Json":
    names = ("insurance", "clearing", "agency", "refund", "result", "count", "total_fen", "fund_fen", "account_fen")
    return {name: group[name] for name in names}


def _words(sheet: "Json") -> "list[str]":
    """What the platform remarked where it did not agree, each once."""
    words: "list[str]" = []
    for part in sheet["groups"] + sheet["files"]:
        if part["words"] and part.get("result") != pages.EQUAL and part["words"] not in words:
            words.append(part["words"])
    return words


def _difference(difference_id: str, difference: "Json") -> "Json":
    shown: "Json" = {"id": difference_id, "actions": actions(difference)}
    for name in ("kind", "state", "refund", "msgid", "here", "there", "words", "answer", "reason", "erased"):
        shown[name] = difference[name]
    shown["settlement"] = difference["settlement"][-8:]
    shown["visit"] = difference["visit"][-4:]
    return shown
