"""What the terminal has promised: all that it answered to a press or showed on the screen must outlive a cut."""

from typing import Any

from simulator.http_events import State

# `settling` goes back to `confirm` when the platform certainly did not settle.
_RANKS = {
    "diagnose": 0,
    "prescribe": 1,
    "dispense": 2,
    "price": 3,
    "confirm": 4,
    "settling": 4,
    "receipt": 5,
    "done": 6,
    "cancelling": 7,
    "cancelled": 8,
}


class Promises:
    """The newest promises about the visit on the screen."""

    def __init__(self) -> None:
        self.visit: State | None = None
        self.leaving = False  # the visit may be off the screen: `finish` was pressed
        self._left = ""
        self._answered: dict[str, State] = {}

    def shown(self, state: State) -> None:
        """The screen shows this. It may be older than the last answer."""
        visit, was = state["visit"], self.visit
        if state["operator"] is None or (visit is not None and visit["id"] == self._left):
            return
        if visit is None:
            if self.leaving and was is not None:
                self._gone(was)
        elif was is None or visit["id"] != was["id"]:
            self.visit, self._answered = visit, {}
        elif visit["version"] >= was["version"]:
            self.visit = visit

    def pressed(self, path: str) -> None:
        """A press leaves."""
        self.leaving = self.leaving or path == "api/visit/finish"

    def answered(self, path: str, body: State) -> None:
        """A press was answered with yes."""
        self._answered[path] = body
        if path == "api/visit/finish" and self.visit is not None:
            self._gone(self.visit)

    def _gone(self, visit: State) -> None:
        self.visit, self.leaving, self._left, self._answered = None, False, visit["id"], {}

    def broken_by(self, state: State) -> list[str]:
        """What of it does not hold in a state of the screen after a restart."""
        was, now = self.visit, state["visit"]
        if was is None or (self.leaving and (now is None or now["id"] != was["id"])):
            return []
        if now is None or now["id"] != was["id"]:
            return [f"the visit at {was['step']} is gone"]
        broken = [
            f"{name} is {_of(now)[name]}, was {value}"
            for name, value in _of(was).items()
            if _of(now).get(name, value) < value
        ]
        diagnosis = self._answered.get("api/visit/diagnosis") or was["diagnosis"]
        if diagnosis is not None and (now["diagnosis"] or {}).get("code") != diagnosis["code"]:
            broken.append("the diagnosis is another")
        lines = self._answered.get("api/visit/lines") or was
        if lines["lines"] and _lines(now) != _lines(lines):
            broken.append("the lines are others")
        if was["lines"] and not _boxes(was) <= _boxes(now):
            broken.append("a scanned box is missing")
        bills = [bill for bill in ("settlement", "refund") if was[bill] is not None and now[bill] != was[bill]]
        broken += [f"the {bill} is another" for bill in bills]
        if "api/visit/cancel" in self._answered and _RANKS[now["step"]] < _RANKS["cancelling"]:
            broken.append("the cancellation is forgotten")
        return broken + _unanswered(was, self._answered.get("api/visit/finding"), now)


def _of(visit: State) -> dict[str, Any]:
    """What only grows. The slip of a refund is another paper than the receipt."""
    slips = visit["step"] == "cancelled"
    return {"step": _RANKS[visit["step"]], "slips" if slips else "copies": visit["receipt"]["copies"]}


def _unanswered(was: State, pressed: State | None, now: State) -> list[str]:
    """The doctor's words on findings that are not there any more, and findings that somebody had seen and that came out
    of what the terminal itself knows."""
    answers = {finding["key"]: finding["answer"] for finding in was["review"]["findings"]}
    if pressed is not None and pressed["key"] in answers:
        answers[pressed["key"]] = pressed["reason"]
    kept = {finding["key"]: finding["answer"] for finding in now["review"]["findings"]}
    local = {finding["key"] for finding in was["review"]["findings"] if finding["origin"] == "local"}
    broken = [f"a finding has gone at {now['step']}" for key in local if key not in kept]
    return broken + [f"an answer is missing at {now['step']}" for key in kept if answers.get(key) and not kept[key]]


def _lines(visit: State) -> list[tuple[str, int]]:
    return [(line["drug"], line["quantity"]) for line in visit["lines"]]


def _boxes(visit: State) -> set[tuple[str, str]]:
    return {(line["drug"], code) for line in visit["lines"] for code in line["codes"]}
