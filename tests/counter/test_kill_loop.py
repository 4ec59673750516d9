"""`kill -9` at moments of all kinds, a few of them; `make torture` has 200."""

from pathlib import Path
from typing import Any

import pytest

from tests.torture.chores import Chores
from tests.torture.kill_loop import KillLoop
from tests.torture.plug import KINDS
from tests.torture.promises import Promises

ROUNDS = len(KINDS)  # each kind of moment once


def test_nothing_acknowledged_is_lost_and_nothing_is_done_twice(tmp_path: Path) -> None:
    figures = KillLoop(tmp_path, seed=7, rounds=ROUNDS).play()
    assert figures.missed == []
    assert figures.rounds == ROUNDS == sum(figures.kills.values())
    assert figures.visits > 0 and figures.entries > 0


VISIT: dict[str, Any] = {
    "id": "000001",
    "version": 100004,
    "step": "dispense",
    "diagnosis": {"code": "J00.x00"},
    "lines": [{"drug": "aspirin", "quantity": 2, "codes": ["…0001"]}],
    "settlement": None,
    "refund": None,
    "receipt": {"copies": 0},
    "review": {"findings": [{"key": "k1", "origin": "local", "answer": "known"}]},
}
UNANSWERED = {"review": {"findings": [{"key": "k1", "origin": "local", "answer": ""}]}}
LATER = {"version": 100009, "step": "receipt", "settlement": {"number": "1"}, "receipt": {"copies": 1}}


def shown(visit: dict[str, Any] | None) -> dict[str, Any]:
    return {"operator": {"id": "1"}, "visit": visit}


@pytest.mark.parametrize(
    ("was", "now", "broken"),
    [
        ({}, {}, ""),
        ({}, None, "the visit at dispense is gone"),
        ({}, {"id": "000002"}, "the visit at dispense is gone"),
        ({}, {"step": "prescribe"}, "step is 1, was 2"),
        ({}, {"diagnosis": {"code": "R05.x00"}}, "the diagnosis is another"),
        ({}, {"lines": [{"drug": "aspirin", "quantity": 1, "codes": ["…0001"]}]}, "the lines are others"),
        ({}, {"lines": [{"drug": "aspirin", "quantity": 2, "codes": ["…0002"]}]}, "a scanned box is missing"),
        (LATER, {**LATER, "settlement": {"number": "2"}}, "the settlement is another"),
        (LATER, {**LATER, "receipt": {"copies": 0}}, "copies is 0, was 1"),
        ({"step": "settling"}, {"step": "confirm"}, ""),
        ({}, UNANSWERED, "an answer is missing at dispense"),
        ({}, {"review": {"findings": []}}, "a finding has gone at dispense"),
        ({"step": "cancelled"}, {"step": "done"}, "step is 6, was 8"),
        (
            {**LATER, "step": "cancelled", "refund": {"number": "9"}},
            {**LATER, "step": "cancelled"},
            "the refund is another",
        ),
    ],
)
def test_a_broken_promise_is_noticed(was: dict[str, Any], now: dict[str, Any] | None, broken: str) -> None:
    promises = Promises()
    promises.shown(shown({**VISIT, **was}))
    found = promises.broken_by(shown(None if now is None else {**VISIT, **now}))
    assert found == ([broken] if broken else [])


def test_an_answer_is_a_promise_before_the_screen_shows_it() -> None:
    promises = Promises()
    promises.shown(shown({**VISIT, "diagnosis": None, "lines": []}))
    promises.answered("api/visit/diagnosis", {"version": 1, "code": "R05.x00"})
    promises.answered("api/visit/lines", {"version": 1, "lines": [{"drug": "aspirin", "quantity": 1}]})
    assert promises.broken_by(shown(VISIT)) == ["the diagnosis is another", "the lines are others"]


def test_a_word_on_a_finding_and_a_cancellation_are_promises_as_soon_as_they_are_answered() -> None:
    promises = Promises()
    promises.shown(shown({**VISIT, **UNANSWERED}))
    promises.answered("api/visit/finding", {"version": 1, "key": "k1", "reason": "known"})
    promises.answered("api/visit/cancel", {"version": 1})
    broken = ["the cancellation is forgotten", "an answer is missing at done"]
    assert promises.broken_by(shown({**VISIT, **UNANSWERED, "step": "done"})) == broken


class Seen:
    """Stands for the doctor's eyes."""

    def __init__(self, view: dict[str, Any], row: dict[str, Any]) -> None:
        self.answers = {"api/day-end?begin=&end=": view, "api/catalogues": {"catalogues": [row]}}

    def look(self, path: str) -> dict[str, Any]:
        return self.answers[path]


VIEW = {"state": "done", "verdict": "equal", "finished_at": 1, "head": None, "slip": {"copies": 1}}
ROW = {"kind": "drugs", "version": "1", "error": None}


@pytest.mark.parametrize(
    ("view", "row", "broken"),
    [
        ({}, {}, []),
        ({"state": "none"}, {}, ["state of the day end is none"]),
        ({"slip": {"copies": 0}}, {}, ["a slip is missing"]),
        ({}, {"error": {"code": "catalogue.damaged"}}, ["the catalogue has {'code': 'catalogue.damaged'}"]),
    ],
)
def test_a_lost_day_end_or_catalogue_is_noticed(view: dict[str, Any], row: dict[str, Any], broken: list[str]) -> None:
    chores = Chores()
    chores.compared = VIEW
    assert chores.broken_by(Seen({**VIEW, **view}, {**ROW, **row})) == broken
    chores = Chores()
    chores.comparing = True
    stopped = [f"a day end that was begun is {view['state']}"] if "state" in view else []
    assert chores.broken_by(Seen({**VIEW, **view}, ROW)) == stopped


def test_a_visit_that_was_finished_may_be_gone() -> None:
    promises = Promises()
    promises.shown(shown({**VISIT, "step": "done"}))
    promises.pressed("api/visit/finish")
    assert promises.broken_by(shown(None)) == []
    promises.answered("api/visit/finish", {})
    promises.shown(shown({**VISIT, "step": "done"}))  # an event that was on its way
    assert promises.visit is None
