"""Plays the statements of a scenario at a counter: the hands, the doctor, and the eyes of whoever watches.

The doctor is patient: a button is pressed as soon as the terminal offers it, a box is held up when the one before has
been read. An expectation that does not come true in time ends the scenario with the line and with what was seen.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from simulator.http_events import NotInTime, Refused, State
from simulator.launch import LIMIT_S, Counter
from simulator.processes import ProgramDied
from simulator.scenario import ScenarioError, Statement
from simulator.seen import accepted, share_fen, summary_of_bench, summary_of_screen, unsent

TRIES = 5
_LOOK_AGAIN = ("visit.moved_on", "visit.busy")
_RECEIPT_ANSWERS = {"print": "print", "came-out": "came_out", "reprint": "reprint", "office": "office"}


class Player:
    """Plays statements one after the other. `tell` hears of each statement before it is played."""

    def __init__(self, counter: Counter, tell: Callable[[Statement], None]) -> None:
        self._counter = counter
        self._tell = tell

    def play(self, statements: list[Statement]) -> None:
        """Play all of them; `ScenarioError` at the first that does not go as it says."""
        for statement in statements:
            self._tell(statement)
            try:
                self._play(statement)
            except NotInTime as late:
                raise ScenarioError(f"{statement.where}: {late}; seen: {self._seen(statement)}") from late
            except Refused as refused:
                raise ScenarioError(f"{statement.where}: “{statement.text}” was refused: {refused}") from refused
            except (ProgramDied, OSError) as dead:
                raise ScenarioError(f"{statement.where}: “{statement.text}”: {dead}") from dead

    def _play(self, statement: Statement) -> None:
        values = statement.values
        match statement.kind:
            case "do":
                self._do(values["line"])
            case "sign in":
                self._counter.client.sign_in(values["name"], values["pin"])
            case "press":
                self._press(values["action"])
            case "choose diagnosis":
                self._visit_action("diagnosis", lambda _: {"code": values["code"]})
            case "choose drugs":
                lines = [_line_of(part) for part in values["lines"].split(",")]
                self._visit_action("lines", lambda _: {"lines": lines})
            case "type number":
                self._counter.press("api/visit/identity-number", {"number": values["number"]})
            case "resume":
                state = self._counter.wait_terminal(lambda state: bool(state["kept"]), "a kept visit")
                self._counter.press("api/visit/resume", {"id": state["kept"][0]["id"]})
            case "terminal":
                ends = {"kill": self._counter.kill_terminal, "stop": self._counter.stop_terminal}
                ends.get(values["what"], self._counter.start_terminal)()
            case _:
                self._expect(statement)

    # ---- the hands

    def _do(self, line: str) -> None:
        if line.startswith("scan "):
            self._counter.scan(line.removeprefix("scan "))
        else:
            self._counter.bench(line)

    # ---- the doctor

    def _press(self, action: str) -> None:
        match action:
            case "scan":
                self._counter.press("api/visit/scan", {"on": True})
            case "set-aside":
                self._wait_for_action("set_aside")
                self._counter.press("api/visit/set-aside", {})
            case "finish":
                self._wait_for_action("finish")
                self._counter.press("api/visit/finish", {})
            case "dismiss":
                self._counter.press("api/notice/dismiss", {})
            case "export" | "import":
                self._counter.press(f"api/outbox/{action}", {})
            case "known":
                self._visit_action("finding", _answer)
                while "finding" in self._counter.terminal["visit"]["actions"]:
                    self._visit_action("finding", _answer)
            case "settle":
                self._visit_action("settle", lambda visit: {"own_fen": visit["preview"]["own_fen"]})
            case "print" | "came-out" | "reprint" | "office":
                answer = _RECEIPT_ANSWERS[action]
                self._visit_action(answer, lambda _: {"answer": answer}, "receipt")
            case _:
                self._visit_action(action, lambda _: {})

    def _wait_for_action(self, action: str) -> State:
        def offered(state: State) -> bool:
            if state["visit"] is None or action not in state["visit"]["actions"]:
                return False
            return not state["busy"] or action == "set_aside"

        visit: State = self._counter.wait_terminal(offered, f"the button “{action}”")["visit"]
        return visit

    def _visit_action(self, action: str, body: Callable[[State], dict[str, Any]], path: str = "") -> None:
        for tries_left in reversed(range(TRIES)):
            visit = self._wait_for_action(action)
            try:
                self._counter.press(f"api/visit/{path or action}", {"version": visit["version"], **body(visit)})
            except Refused as refused:
                # The terminal moved on while the finger was on its way: look again, as a doctor does.
                if refused.code not in _LOOK_AGAIN or not tries_left:
                    raise
            else:
                return

    # ---- the eyes

    def _expect(self, statement: Statement) -> None:
        limit_s = statement.within_s or LIMIT_S
        if _looks_at_bench(statement):
            self._counter.wait_bench(lambda _: self._holds_at_bench(statement), statement.text, limit_s)
        else:
            self._counter.wait_terminal(lambda state: _holds_on_screen(statement, state), statement.text, limit_s)

    def _holds_at_bench(self, statement: Statement) -> bool:
        values = statement.values
        match statement.kind:
            case "expect receipt":
                return values["text"] in self._counter.paper_text()
            case "expect platform":
                return accepted(self._counter.platform_messages(), values["infno"]) == int(values["count"])
            case _:
                return len(self._counter.settlements()) == int(values["count"])

    def _seen(self, statement: Statement) -> str:
        if _looks_at_bench(statement) or statement.kind == "do":
            return summary_of_bench(self._counter.world, self._counter.platform_messages(), self._counter.paper_text())
        return summary_of_screen(self._counter.terminal)


def _looks_at_bench(statement: Statement) -> bool:
    return statement.kind in ("expect receipt", "expect platform", "expect settlements")


def _line_of(text: str) -> dict[str, Any]:
    drug, _, quantity = text.strip().rpartition(" x")
    return {"drug": drug, "quantity": int(quantity)}


def _holds_on_screen(statement: Statement, state: State) -> bool:
    values, visit, notice = statement.values, state.get("visit"), state.get("notice")
    match statement.kind:
        case "expect no visit":
            return visit is None
        case "expect notice":
            return notice is not None and notice["code"] == values["code"]
        case "expect no notice":
            return notice is None
        case "expect kept":
            return len(state["kept"]) == int(values["count"])
        case "expect uploads":
            return unsent(state) == int(values["count"])
        case "expect network":
            return bool(state["network"]["state"] == values["state"])
        case "expect device":
            device: State = state["devices"].get(values["device"], {})
            return str(device.get("state")) == values["state"] and (values["code"] in ("", str(device.get("code"))))
        case _:
            return visit is not None and _holds_in_visit(statement, visit)


def _holds_in_visit(statement: Statement, visit: State) -> bool:
    values = statement.values
    match statement.kind:
        case "expect step":
            return bool(visit["step"] == values["step"])
        case "expect patient":
            return bool(visit["patient"]["name"] == values["name"])
        case "expect scanned":
            return bool(sum(line["scanned"] for line in visit["lines"]) == int(values["count"]))
        case "expect receipt is":
            return bool(visit["receipt"]["state"] == values["state"])
        case "expect share":
            return share_fen(visit, values["share"]) == int(Decimal(values["yuan"]) * 100)
        case _:
            raise ValueError(statement.kind)


def _answer(visit: State) -> dict[str, Any]:
    """What a doctor who goes on says to the worst finding on the screen."""
    due = visit["review"]["due"]
    finding = next(each for each in visit["review"]["findings"] if each["key"] in due)
    return {"key": finding["key"], "reason": "checked" if finding["severity"] == 1 else "known", "text": ""}
