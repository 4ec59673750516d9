"""A counter in a province that chooses how sales are told, and a platform that counts what it books of them."""

from tests.portable.doubles import MemoryBoard
from tests.portable.tiny_counter import Counter, box
from tests.portable.tiny_platform import No, TinyPlatform

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Json = dict[str, Any]

SYRUP = "8100055"


class GoodsPlatform(TinyPlatform):
    """A platform that takes many rows at once, each for itself, and counts what it books. `picky`: a drug of which it
    takes nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.sold: "list[str]" = []
        self.back: "list[str]" = []
        self.picky = ""

    def copy(self) -> "GoodsPlatform":
        """Another one that has the same registrations and fees."""
        other = GoodsPlatform()
        other.registrations = dict(self.registrations)
        other.diagnoses = dict(self.diagnoses)
        other.fees = {name: list(self.fees[name]) for name in self.fees}
        other._numbers = self._numbers  # its own
        return other

    def _do_3505(self, message: "Json", given: "Json") -> None:
        super()._do_3505(message, given)
        self.sold.append(given["selinfo"]["fixmedins_bchno"])

    def _do_3506(self, message: "Json", given: "Json") -> None:
        super()._do_3506(message, given)
        self.back.append(given["selinfo"]["fixmedins_bchno"])

    def _do_3505A(self, message: "Json", given: "Json") -> "Json":  # noqa: N802  # the transaction's own number
        return {"selinfoDetail": [self._taken(self._do_3505, row) for row in given["selinfoDetail"]]}

    def _do_3506A(self, message: "Json", given: "Json") -> "Json":  # noqa: N802
        return {"selinfoErrDetail": [self._taken(self._do_3506, row) for row in given["selinfoDetail"]]}

    def _taken(self, book: "Any", row: "Json") -> "Json":
        number = row["fixmedins_bchno"]
        if row["fixmedins_hilist_id"] == self.picky:
            return {"fixmedins_bchno": number, "retRslt": "0", "msgRslt": "医保药师不存在"}
        try:
            book({}, {"selinfo": row})
        except No as no:
            return {"fixmedins_bchno": number, "retRslt": "0", "msgRslt": str(no)}
        return {"fixmedins_bchno": number, "retRslt": "1", "msgRslt": ""}


class Goods(Counter):
    """A counter in a province whose `sales` each test chooses; a restart brings what is chosen by then."""

    async def setUp(self) -> None:  # type: ignore[override]
        self.sales: "Json" = {"many_rows": True, "codes_in_settlement": False}
        await self.begin()

    async def begin(self) -> None:
        self.platform: "GoodsPlatform" = GoodsPlatform()
        self.lives = 1
        await self.start(MemoryBoard(None, self.platform))

    async def start(self, board: MemoryBoard) -> None:
        board.province["sales"] = dict(self.sales)
        for infno in ("3505A", "3506A"):
            board.province["paths"][infno] = "service/" + infno
        await super().start(board)

    async def again(self, many_rows: bool = True) -> None:
        """A new counter and a new platform."""
        self.sales["many_rows"] = many_rows
        await self.stop()
        await self.begin()

    async def changed_to(self, many_rows: bool) -> None:
        """The province wants it otherwise from now on."""
        self.sales["many_rows"] = many_rows
        await self.power_cut()

    async def priced(self) -> None:
        """Two boxes of aspirin and one of syrup: two rows."""
        await self.arrive()
        await self.diagnose()
        await self.prescribe(("aspirin", 2), ("cough-syrup", 1))
        await self.scan(box(1), box(2), box(3, SYRUP))

    def count(self, infno: str) -> int:
        return self.platform.messages.count(infno)

    def row_numbers(self) -> "list[str]":
        return [self.visit()["number"] + "-1-1", self.visit()["number"] + "-2-1"]

    async def expect_undone(self, where: str) -> None:
        """Nothing is sold any more, here or there, nothing was booked twice, and nothing waits."""
        outbox = self.terminal.outbox.summary()
        self.assertEqual((self.step(), outbox["waiting"], outbox["quarantined"]), ("cancelled", 0, 0), where)
        self.assertEqual((self.platform.sales, outbox["amount_fen"]), ({}, 0), where)
        self.assertEqual(sorted(self.platform.sold), sorted(self.platform.back), where)
        self.assertTrue(sorted(self.platform.sold) in ([], self.row_numbers()), where)
        self.assertEqual((self.on_shelf(), self.terminal.shelf.on_hand("cough-syrup")), (43, 10), where)
        self.assertEqual([await self.holder(box(1)), await self.holder(box(3, SYRUP))], [None, None], where)
