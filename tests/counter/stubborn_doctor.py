"""A doctor who serves one patient whatever happens: reads what the screen says, and presses again what it offers."""

import json
from pathlib import Path

from simulator.http_events import Refused, State
from simulator.launch import Counter

LOCALE = Path(__file__).parents[2] / "firmware" / "console" / "static" / "locale" / "zh-CN.json"
SENTENCES: dict[str, str] = json.loads(LOCALE.read_text(encoding="utf-8"))
PATIENCE = 4  # presses at one step, then the patient is sent home
BOX = 8100017_0000000000000  # 阿司匹林 with its serial number
DRUG, DIAGNOSIS = "aspirin", "J00.x00"
_MOVED_ON = ("visit.moved_on", "visit.busy")


def told(notice: State) -> str:
    """A notice as the doctor reads it: what the platform says, then what to do. `KeyError` for one without words."""
    params = notice["params"]
    return f"{params.get('platform', '')}|{SENTENCES['error.' + notice['code']].format(**params)}"


class StubbornDoctor:
    """`read` are the sentences of all notices so far, by code."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter
        self.read: dict[str, str] = {}
        self._boxes = 0

    def serve(self, person: str) -> bool:
        """From the card to the receipt. False: it would not go, and the visit was cancelled or never began."""
        self._counter.bench(f"card lay {person}")
        pressed: list[str] = []
        while True:
            visit = self._at_rest()
            step = visit["step"] if visit else "card"
            if step in ("done", "cancelled"):
                break
            gave_up = pressed.count(step) >= PATIENCE
            if gave_up and not visit:
                break
            pressed.append(step)
            self._go_on(visit, person, gave_up)
        self._counter.bench("card remove")
        if visit:
            self._counter.press("api/visit/finish", {})
        return step == "done"

    def _at_rest(self) -> State | None:
        """The visit when nothing moves any more; None when none has begun, and the screen says why."""

        def is_at_rest(state: State) -> bool:
            self._look(state)
            if state["busy"]:
                return False
            if state["visit"] is None:
                return bool(state["notice"])
            offered = state["visit"]["actions"]
            return bool({*offered} - {"set_aside", "cancel"}) or state["visit"]["step"] in ("done", "cancelled")

        visit: State | None = self._counter.wait_terminal(is_at_rest, "something to press")["visit"]
        return visit

    def _look(self, state: State) -> None:
        notice = state["notice"]
        if notice:
            self.read[notice["code"]] = told(notice)

    def _go_on(self, visit: State | None, person: str, gave_up: bool) -> None:
        if visit is None:
            self._counter.press("api/notice/dismiss", {})
            self._counter.bench("card remove")
            self._counter.bench(f"card lay {person}")
        elif gave_up:
            press(self._counter, "cancel", visit, {})
        else:
            match visit["step"]:
                case "diagnose":
                    press(self._counter, "diagnosis", visit, {"code": DIAGNOSIS})
                case "prescribe":
                    press(self._counter, "lines", visit, {"lines": [{"drug": DRUG, "quantity": 1}]})
                case "dispense":
                    self._boxes += 1
                    self._counter.scan(f"text {BOX + self._boxes}")
                    self._counter.wait_terminal(_scanned, "the box to be read")
                case "price":
                    press(self._counter, "price", visit, {})
                case "confirm":
                    press(self._counter, "settle", visit, {"own_fen": visit["preview"]["own_fen"]})
                case "settling":
                    press(self._counter, "ask-again", visit, {})
                case step:
                    raise AssertionError(f"nobody knows what to press at {step}: {visit['actions']}")


def press(counter: Counter, action: str, visit: State, body: State) -> None:
    """Press a button of the visit as it was seen. Nothing happens when it has moved on by itself meanwhile."""
    try:
        counter.press(f"api/visit/{action}", {"version": visit["version"], **body})
    except Refused as refused:
        if refused.code not in _MOVED_ON:
            raise


def _scanned(state: State) -> bool:
    visit = state["visit"]
    return bool(visit) and all(line["scanned"] == line["quantity"] for line in visit["lines"])
