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
            f"{name} is {_of(now)[name]}, was {value}" for name, value in _of(was).items() if _of(now)[name] < value
        ]
        diagnosis = self._answered.get("api/visit/diagnosis") or was["diagnosis"]
        if diagnosis is not None and (now["diagnosis"] or {}).get("code") != diagnosis["code"]:
            broken.append("the diagnosis is another")
        lines = self._answered.get("api/visit/lines") or was
        if lines["lines"] and _lines(now) != _lines(lines):
            broken.append("the lines are others")
        if was["lines"] and not _boxes(was) <= _boxes(now):
            broken.append("a scanned box is missing")
        if was["settlement"] is not None and now["settlement"] != was["settlement"]:
            broken.append("the settlement is another")
        return broken


def _of(visit: State) -> dict[str, Any]:
    """What only grows."""
    return {"step": _RANKS[visit["step"]], "copies": visit["receipt"]["copies"]}


def _lines(visit: State) -> list[tuple[str, int]]:
    return [(line["drug"], line["quantity"]) for line in visit["lines"]]


def _boxes(visit: State) -> set[tuple[str, str]]:
    return {(line["drug"], code) for line in visit["lines"] for code in line["codes"]}
