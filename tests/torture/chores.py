"""What the doctor does between two patients, and what of it must be found again: the day end, and new catalogues."""

import time
from collections import Counter as Tally
from typing import TYPE_CHECKING, Any, Protocol

from simulator.http_events import State

if TYPE_CHECKING:
    from tests.torture.doctor import Doctor


class Eyes(Protocol):
    """What looks at a path of the console API."""

    def look(self, path: str) -> Any:
        """GET `path`."""


DAY = {"begin": "", "end": ""}  # today
DRUGS = ("drugs", "1301")  # a kind of catalogue, and the transaction that brings it
_VIEW = "api/day-end?begin=&end="
_CATALOGUES = "api/catalogues"
_LIMIT_S = 120.0
_KEPT = ("state", "verdict", "finished_at", "head")


class Chores:
    """Promises about the day end and the catalogue, over many restarts. `flaws` is what was wrong when all was done."""

    def __init__(self) -> None:
        self.flaws: list[str] = []
        self.done: Tally[str] = Tally()
        self.comparing = False  # it was begun, and nobody has seen its end
        self.compared: State | None = None  # the day end that was seen last, while it stands
        self._fetching = False
        self._catalogue: State | None = None

    def day_end(self, doctor: "Doctor", details: bool) -> None:
        """Compare today's accounts, which must agree whatever was cut off before, and print the slip."""
        self.compared = None  # it begins anew
        doctor.press("api/day-end/start", {**DAY, "details": details})
        self.comparing = True
        view = self.finished(doctor)
        if view["state"] != "done":
            self.flaws.append(f"the day end is {view['state']}: {view['trouble']}")
            return
        if view["verdict"] != "equal":
            self.flaws.append(f"the day end is {view['verdict']}: {view['differences']}")
        doctor.press("api/day-end/print", DAY)
        self.done["day ends"] += 1
        doctor.until(lambda _: _look(doctor)["slip"]["state"] != "printing", "the slip")
        self.compared = _look(doctor)

    def finished(self, doctor: "Doctor") -> State:
        """The view of the day end when nothing of it moves."""
        doctor.until(lambda state: not state["day_end"]["running"], "the end of the day end")
        self.compared, self.comparing = _look(doctor), False
        return self.compared

    def catalogue(self, doctor: "Doctor") -> None:
        """Bring the drugs up to date; the platform has just brought out another version."""
        doctor.bench(f"platform publish {DRUGS[1]} 2")
        self._fetching = True
        doctor.press("api/catalogues/update", {"kind": DRUGS[0]})
        row = _brought(doctor)
        if row["error"] is not None or row["source"] != DRUGS[1]:
            self.flaws.append(f"the catalogue: {row}")
        self._fetching, self._catalogue = False, row
        self.done["catalogues"] += 1

    def broken_by(self, doctor: Eyes) -> list[str]:
        """What does not hold after a restart."""
        view, row, broken = _look(doctor), _row(doctor), []
        if self.comparing and view["state"] not in ("running", "done"):
            broken.append(f"a day end that was begun is {view['state']}")
        if self.compared is not None:
            was = self.compared
            broken += [f"{name} of the day end is {view[name]}" for name in _KEPT if view[name] != was[name]]
            if view["slip"]["copies"] < was["slip"]["copies"]:
                broken.append("a slip is missing")
        if row["error"] is not None:
            broken.append(f"the catalogue has {row['error']}")
        if self._catalogue is not None and not self._fetching and row != self._catalogue:
            broken.append(f"the catalogue is {row}, was {self._catalogue}")
        return broken


def _look(doctor: Eyes) -> State:
    view: State = doctor.look(_VIEW)
    return view


def _brought(doctor: Eyes) -> State:
    """The catalogue when nothing of it is under way. No event tells of it: the page asks, too."""
    deadline = time.monotonic() + _LIMIT_S
    while (row := _row(doctor))["update"] is not None:
        assert time.monotonic() < deadline, row
    return row


def _row(doctor: Eyes) -> State:
    rows: list[State] = doctor.look(_CATALOGUES)["catalogues"]
    return next(row for row in rows if row["kind"] == DRUGS[0])
