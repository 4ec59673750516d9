"""A doctor who goes on with the visit where it stands, or opens the next one."""

import json
import re
from collections.abc import Callable
from random import Random
from typing import Any

from simulator.http_events import Refused, State, ask
from simulator.launch import Counter
from simulator.terminal_client import TerminalClient
from tests.torture.chores import Chores
from tests.torture.plug import Plug, Watch
from tests.torture.promises import Promises

NAME, PIN = "韦医生", "283746"
LIMIT_S = 120.0  # a back-off may last a minute
PATIENTS = ("card lay zhang-san", "card lay li-si", "scan qr li-fang", "type 360426201001010074")
DRUGS = {
    "aspirin": "8100017",
    "amoxicillin": "8100024",
    "child-cold-granules": "8100048",  # the audits have a word on this one, for whoever is grown up
    "fuke-qianjin": "8100079",  # and on this one, for men
}
RECEIPT, REFUND_SLIP, DAY_SLIP = "医保结算单", "医保退费单", "日终对账单"
REFUNDED = 3  # every third visit is taken back
_LOOK_AGAIN = ("visit.moved_on", "visit.busy", "visit.not_now")
_PATIENCE = 40  # presses in a row that come too late


class Day:
    """What the doctor's visits are made of, from one seed; every box is another one."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self._boxes = 0

    def patient(self) -> str:
        """How the next one says who he is."""
        return self.random.choice(PATIENTS)

    def chore(self) -> str:
        """What is done before the next patient."""
        return self.random.choice(("day end", "catalogue", "nothing"))

    def lines(self) -> list[dict[str, Any]]:
        """One or two drugs, one or two boxes of each."""
        drugs = self.random.sample(sorted(DRUGS), self.random.randint(1, 2))
        return [{"drug": drug, "quantity": self.random.randint(1, 2)} for drug in drugs]

    def box(self, drug: str) -> str:
        """The trace code of a box that nobody has scanned."""
        self._boxes += 1
        return f"{DRUGS[drug]}{self._boxes * 7919 % 10**9:09d}{self._boxes:04d}"  # the screen shows the last four


class Doctor(TerminalClient):
    """Signs in, goes on, and notes what is promised. `done` has the visits that came to their end, as last shown."""

    def __init__(self, counter: Counter, plug: Plug, day: Day, promises: Promises, chores: Chores) -> None:
        super().__init__(counter.terminal_url)
        self.done: list[State] = []
        self._counter = counter
        self._plug = plug
        self._day = day
        self._promises = promises
        self._chores = chores
        self._chored = False  # before the next patient
        self._late = 0
        self._bench: Watch | None = None
        self._screen: Watch | None = None

    def begin(self) -> State:
        """Sign in and look: the first state that is shown."""
        self.sign_in(NAME, PIN)
        self._bench = Watch(self._counter.bench_url + "api/events", "", self._plug.bench)
        return self.wait(lambda state: state["operator"] is not None, "the screen", LIMIT_S)

    def watch(self) -> None:
        """From now on every state that is shown is a promise."""
        self._screen = Watch(self._url + "api/events", self._cookie, self._shown)

    def end(self) -> None:
        """Look no longer. When the terminal is dead, hear the last that it said."""
        if self._screen is not None and self._plug.pulled:
            self._screen.drain()
        for stream in (self._screen, self._bench, self._stream):
            if stream is not None:
                stream.close()

    def press(self, path: str, body: State) -> State:
        """POST `body`; the answer, or `Refused`."""
        self._plug.about_to_press(path)
        self._promises.pressed(path)
        try:
            with ask(self._url + path, body, self._cookie) as answer:
                result: State = json.load(answer)
        except Refused:
            self._stream.tell(self.look("api/state"))
            raise
        self._promises.answered(path, body)
        self._plug.answered(path)
        self._stream.tell(self.look("api/state"))
        return result

    def go_on(self) -> None:
        """Do the next thing that is to be done; wait until there is one."""
        state = self.wait(lambda state: not state["busy"], "the terminal to come to rest", LIMIT_S)
        visit = state["visit"]
        try:
            if visit is None and not self._chored:
                self.chore(self._day.chore())
            elif visit is None:
                self._next_patient(state)
            else:
                getattr(self, f"_at_{visit['step']}")(visit)
            self._late = 0
        except Refused as refused:
            self._late += 1
            if refused.code not in _LOOK_AGAIN or self._late > _PATIENCE:
                raise

    def chore(self, what: str) -> None:
        """Do something between two patients; a day end that a cut has left goes on by itself first."""
        self._chored = True
        if self.state["day_end"]["running"]:
            self._chores.finished(self)
        if what == "day end":
            self._chores.day_end(self, self._day.random.random() < 0.5)
        elif what == "catalogue":
            self._chores.catalogue(self)

    def bench(self, line: str) -> None:
        """Do something at the counter."""
        self._counter.bench(line)

    def until(self, predicate: Callable[[State], object], what: str) -> None:
        """Wait for a state of the screen."""
        self.wait(lambda state: bool(predicate(state)), what, LIMIT_S)

    def _shown(self, state: State) -> None:
        self._promises.shown(state)
        self._plug.screen(state)

    # ---- the steps

    def _next_patient(self, state: State) -> None:
        if state["notice"] is not None:
            self.press("api/notice/dismiss", {})
        how = self._day.patient()
        lies = self._counter.world["reader"]["card"]
        if lies is not None:  # a reader does not find a card twice: after a restart it must be lifted
            how = f"card lay {lies}"
            self._counter.bench("card remove")
        if how.startswith("type "):
            self.press("api/visit/identity-number", {"number": how.removeprefix("type ")})
        else:
            if how.startswith("scan"):
                self._light()
            self._counter.bench(how)
        self.until(lambda state: state["visit"] is not None or _in_trouble(state), "the patient's name")

    def _at_diagnose(self, visit: State) -> None:
        code = self._day.random.choice(("J00.x00", "R05.x00"))
        self.press("api/visit/diagnosis", {"version": visit["version"], "code": code})

    def _at_prescribe(self, visit: State) -> None:
        self.press("api/visit/lines", {"version": visit["version"], "lines": self._day.lines()})

    def _at_dispense(self, visit: State) -> None:
        if visit["review"]["due"] and self._day.random.random() < 0.5:  # at once, or before the settlement
            self._answer(visit)
            return
        line = next(line for line in visit["lines"] if line["scanned"] < line["quantity"])
        self._light()
        try:
            self._counter.bench(f"scan text {self._day.box(line['drug'])}")
        except Refused:
            if self.state["devices"]["scanner"].get("armed"):
                raise
            self._counter.bench("scanner take-away")  # the light had just gone out, and the screen told of it later
            return
        self.until(lambda state: _moved(state, visit) or _in_trouble(state), "the box to be taken")

    def _at_price(self, visit: State) -> None:
        self.press("api/visit/price", {"version": visit["version"]})
        self.until(lambda state: not _at(state, "price") or _in_trouble(state), "the price")

    def _at_confirm(self, visit: State) -> None:
        if visit["review"]["due"]:
            self._answer(visit)
            return
        self.press("api/visit/settle", {"version": visit["version"], "own_fen": visit["preview"]["own_fen"]})
        self.until(lambda state: not _at(state, "confirm") or _in_trouble(state), "the settlement")

    def _at_settling(self, visit: State) -> None:
        self.until(lambda state: not _at(state, "settling"), "the settlement to be found out")

    def _at_receipt(self, visit: State) -> None:
        state = visit["receipt"]["state"]
        answer = {"unsure": "reprint", "failed": "print"}.get(state)
        if state == "unsure" and self._whole(visit) and self._day.random.random() < 0.7:
            answer = "came_out"
        if answer is not None:
            self.press("api/visit/receipt", {"version": visit["version"], "answer": answer})
        self.until(lambda state: not _at(state, visit["step"]) or not _prints(state), "the receipt")

    def _at_done(self, visit: State) -> None:
        if int(visit["number"]) % REFUNDED == 0:
            self.press("api/visit/cancel", {"version": visit["version"]})
            return
        self._leave(visit)

    def _at_cancelling(self, _visit: State) -> None:
        self.until(lambda state: not _at(state, "cancelling"), "the cancellation")

    def _at_cancelled(self, visit: State) -> None:
        if visit["receipt"]["state"] == "printed":
            self._leave(visit)
        else:
            self._at_receipt(visit)

    def _answer(self, visit: State) -> None:
        """The first finding that waits for a word."""
        due = visit["review"]["due"][0]
        [finding] = [finding for finding in visit["review"]["findings"] if finding["key"] == due]
        reason = "needed" if finding["severity"] == 1 else "known"
        body = {"version": visit["version"], "key": due, "reason": reason, "text": ""}
        self.press("api/visit/finding", body)

    def _leave(self, visit: State) -> None:
        self.done.append(visit)
        self._chored = False
        if self._counter.world["reader"]["card"] is not None:
            self._counter.bench("card remove")
        self.press("api/visit/finish", {})

    # ----

    def _light(self) -> None:
        if not self.state["devices"]["scanner"].get("armed"):
            self.press("api/visit/scan", {"on": True})
        self.until(lambda state: state["devices"]["scanner"].get("armed"), "the scanner's light")

    def _whole(self, visit: State) -> bool:
        """Whether the doctor sees the end of this paper."""
        title = REFUND_SLIP if visit["step"] == "cancelled" else RECEIPT
        mine = [paper for paper in papers(self._counter.paper_text(), title) if number_of(visit) in paper]
        return any(is_whole(paper, title) for paper in mine)


def number_of(visit: State) -> str:
    """The visit's whole number, as on the receipt and in the uploads; the screen shows the end of it."""
    return str(visit["receipt"]["action"]).rpartition("-")[0]


def papers(text: str, title: str) -> list[str]:
    """What stands below each `title` on all that was printed."""
    pieces = re.split(f"({RECEIPT}|{REFUND_SLIP}|{DAY_SLIP})", text)
    return [below for name, below in zip(pieces[1::2], pieces[2::2], strict=True) if name == title]


def is_whole(paper: str, title: str) -> bool:
    """Whether a paper has its last line: the QR code of a receipt, the patient's name under a refund."""
    return {RECEIPT: "[QR ", REFUND_SLIP: "病人签字"}[title] in paper


def _at(state: State, step: str) -> bool:
    return state["visit"] is not None and state["visit"]["step"] == step


def _prints(state: State) -> bool:
    return state["visit"] is not None and state["visit"]["receipt"]["state"] == "printing"


def _moved(state: State, visit: State) -> bool:
    return bool(state["visit"] is None or state["visit"]["version"] != visit["version"])


def _in_trouble(state: State) -> bool:
    return state["notice"] is not None and state["notice"]["kind"] == "error"
