"""A counter in a province that audits, with rules in its policy pack: what the tests of findings share."""

from firmware.visit import visit_view
from hal import aio
from tests.portable.doubles import MemoryBoard
from tests.portable.tiny_counter import Counter
from tests.portable.tiny_platform import TinyPlatform

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Json = dict[str, Any]

AUDIT = {"before": True, "during": True, "scene": "1", "system": ""}


def rule(kind: str, names: "list[str]", severity: int, **parameters: "Any") -> "Json":
    row: "Json" = {"id": kind, "severity": severity, "sentence": "请看看", "source": "自拟"}
    row.update({"verified": False, "codes": [], "names": names})
    row.update(parameters)
    return row


def said(severity: str, order: str = "") -> "Json":
    """A finding of the platform about one order, or the whole visit."""
    details = [{"jrd_id": "D1", "patn_id": "P", "rx_id": order, "vola_item_type": "1", "vola_amt": "12.60"}]
    return {
        "jr_id": "J1",
        "rule_id": "R1",
        "rule_name": "限儿童用药",
        "vola_cont": "请核实",
        "patn_id": "P",
        "judge_result_detail_dtos": details,
        "vola_amt": 12.6,
        "vola_amt_stas": "1",
        "sev_deg": severity,
        "vola_bhvr_type": "2",
    }


class AuditingPlatform(TinyPlatform):
    """A platform with an audit: `before` and `during` are what it finds."""

    def __init__(self) -> None:
        super().__init__()
        self.before: "Any" = []
        self.during: "Any" = []

    def _do_3101(self, message: "Json", given: "Json") -> "Json":
        return {"result": self.before}

    def _do_3102(self, message: "Json", given: "Json") -> "Json":
        return {"result": self.during}


class Audited(Counter):
    """A counter where the province audits; `limits` are the rules of its pack."""

    limits: "list[Json]" = []

    async def begin(self) -> None:
        self.platform: "AuditingPlatform" = AuditingPlatform()
        self.lives = 1
        await self.start(MemoryBoard(None, self.platform))

    async def start(self, board: MemoryBoard) -> None:
        board.province["audit"] = dict(AUDIT)
        board.policy["limit"] = self.limits
        await super().start(board)

    def view(self) -> "Json":
        uploads = {"waiting": 0, "quarantined": 0}
        return visit_view(self.visit(), None, uploads, self.board.clock.now_s)

    def due(self) -> "list[str]":
        """The kinds of what has to be answered now."""
        review = self.view()["review"]
        return [each["kind"] for each in review["findings"] if each["key"] in review["due"]]

    async def answer(self, reason: str, text: str = "") -> str:
        """Answer the worst of what is due; the code of the refusal, or ""."""
        key = self.view()["review"]["due"][0]
        refused = await self.refusal(self.desk.answer(self.version(), key, reason, text))
        await self.quiet()
        return refused

    def slip(self) -> str:
        """The text of the second copy that was printed."""
        return "\n".join(self.board.printer.texts(1))

    async def until(self, seen: "Callable[[], bool]") -> None:
        for _ in range(3000):
            if seen():
                return
            await aio.sleep_ms(0)
        self.fail("it never came")

    async def settling(self) -> str:
        """Press settle as the screen shows it."""
        record = self.visit()
        own_fen = 0 if record["preview"] is None else record["preview"]["own_fen"]
        refused = await self.refusal(self.desk.settle(record["version"], own_fen))
        await self.quiet()
        return refused
