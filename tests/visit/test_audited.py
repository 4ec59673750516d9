"""Exactly once where the province audits, too: audits that are lost, late or repeated change nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import settings

from tests.portable.audited_counter import AUDIT, said
from tests.portable.tiny_counter import Counter
from tests.visit.doctor import Doctor
from tests.visit.late_platform import LatePlatform
from tests.visit.village import Village

if TYPE_CHECKING:
    from tests.portable.doubles import MemoryBoard

Json = dict[str, Any]


class AuditedCounter(Counter):
    """Every life of the terminal is in a province that audits."""

    async def start(self, board: MemoryBoard) -> None:
        board.province["audit"] = dict(AUDIT)
        await super().start(board)


class AuditingPlatform(LatePlatform):
    """Finds something doubtful in every prescription, and something certain before every settlement."""

    def _do_3101(self, message: Json, given: Json) -> Json:
        return {"result": [said("2")]}

    def _do_3102(self, message: Json, given: Json) -> Json:
        return {"result": [said("1")]}


class AnsweringDoctor(Doctor):
    """Answers whatever the screen has against his prescription before he settles."""

    def _confirm(self, record: Json) -> Any:
        for each in record["findings"]:
            if each["key"] not in record["answers"]:
                return self.desk.answer(record["version"], each["key"], "checked", "")
        return super()._confirm(record)


class AuditedVillage(Village):
    """The same village in a province that audits."""

    def __init__(self) -> None:
        super().__init__()
        self.counter = AuditedCounter()
        self.platform = AuditingPlatform()
        self.doctor = AnsweringDoctor(self.counter)
        self.office.platform = self.platform

    def compare(self) -> None:
        super().compare()
        closed = [record for _, record in self.do(self.counter.terminal.vault.list("visit.closed"))]
        for record in closed:
            if record["step"] == "done":
                assert all(each["key"] in record["answers"] for each in record["findings"])


AuditedVillage.TestCase.settings = settings(
    max_examples=40, stateful_step_count=30, deadline=None, derandomize=True, report_multiple_bugs=False
)
TestAuditedVillage = AuditedVillage.TestCase
