"""What the day end finds. Runs on CPython and MicroPython."""

from firmware.vault import Batch
from tests.portable.day_end_hands import DAY, FOREIGN, OTHER, DayEnds
from tests.portable.tiny_accounts import PERSON
from tests.portable.tiny_platform import REPLY_LOST

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Json = dict[str, Any]


class Differences(DayEnds):
    async def test_each_kind(self) -> None:
        for number in range(4):
            await self.bill(number)
        accounts = self.platform.accounts
        accounts[1]["fund"] = "1.00"
        del accounts[2]
        self.platform.book("X1", FOREIGN, "9.90")
        for lists in ("all", "differing"):
            self.platform.lists = lists
            view = await self.run_day()
            found = sorted([(one["kind"], tuple(one["actions"])) for one in view["differences"]])
            wanted = [("amounts", ("note",)), ("here", ("ask", "note")), ("there", ("reverse", "note"))]
            self.assertEqual((view["verdict"], found), ("unequal", wanted))
        self.assertTrue(PERSON not in str(view))
        [there] = [one for one in view["differences"] if one["kind"] == "there"]
        self.assertEqual((there["msgid"], there["there"]["total_fen"], there["here"]), (FOREIGN, 990, None))
        self.assertEqual((there["words"], view["words"]), ("仅中心有", ["对账不平"]))

    async def test_a_bill_of_somebody_whose_kind_never_came_here(self) -> None:
        self.platform.book("X1", FOREIGN, "9.90", insurance="310")
        view = await self.run_day()
        self.assertEqual([one["kind"] for one in view["differences"]], ["there"])

    async def test_a_bill_on_the_other_side_of_midnight(self) -> None:
        await self.bill(1)
        self.platform.accounts[0]["day"] = OTHER
        self.board.clock.now_s += 86400
        view = await self.run_day(False, OTHER)
        self.assertEqual([(one["kind"], one["actions"]) for one in view["differences"]], [("other_day", [])])
        self.assertEqual(view["verdict"], "explained")

    async def test_a_refund_whose_number_was_never_heard(self) -> None:
        await self.bill(1)
        self.platform.faults = [("2208", REPLY_LOST)]
        await self.refund(2)
        self.platform.accounts[0]["fund"] = "1.00"
        view = await self.run_day()
        self.assertEqual([one["kind"] for one in view["differences"]], ["amounts"])

    async def test_what_the_platform_undid_itself(self) -> None:
        self.platform.book("X1", FOREIGN, "9.90", fund="1.00")
        self.platform.book("X2", FOREIGN[:-1] + "8", "-9.90", fund="-1.00", refund="1")
        view = await self.run_day()
        self.assertEqual([one["kind"] for one in view["differences"]], ["undone", "undone"])
        self.assertEqual((view["verdict"], view["differences"][0]["actions"]), ("explained", []))

    async def test_other_sums_and_no_bill_to_blame(self) -> None:
        await self.bill(1)
        self.platform.changed["3201"] = lambda _output: {"stmtinfo": {"stmt_rslt": "1", "stmt_rslt_dscr": "差 0.01"}}
        view = await self.run_day()
        self.assertEqual((view["verdict"], view["words"]), ("unexplained", ["差 0.01"]))

    async def test_a_refusal_is_told_and_never_green(self) -> None:
        await self.bill(1)
        self.platform.faults = [("3201", "FSI-对账日期未开放")]
        self.assertEqual((await self.run_day())["verdict"], "unexplained")
        self.platform.faults = [("3201", "FSI-对账日期未开放"), ("3202", "FSI-文件不存在")]
        view = await self.run_day()
        self.assertEqual((view["verdict"], view["words"]), ("unexplained", ["FSI-对账日期未开放", "FSI-文件不存在"]))

    async def test_a_result_that_cannot_be_read_loses_nothing(self) -> None:
        await self.bill(1)
        self.platform.accounts[0]["fund"] = "1.00"
        self.platform.spoil = lambda text: text + text
        view = await self.run_day()
        self.assertEqual((view["state"], view["trouble"]["code"]), ("stopped", "insurance.bad_result"))
        view = await self.run_day()
        self.assertEqual((view["state"], view["verdict"], view["trouble"]), ("done", "unequal", None))

    async def test_a_bill_made_meanwhile_begins_it_anew(self) -> None:
        await self.bill(1)
        day_end = self.terminal.day_end
        await day_end.start(DAY, "", True, "1")
        for _ in range(8):
            await day_end.step()
        await self.bill(2)
        self.assertEqual(await self.work(), "")
        view = await self.look()
        self.assertEqual((view["verdict"], view["stale"], view["sums"]["count"]), ("equal", False, 2))

    async def test_an_erased_visit_still_agrees(self) -> None:
        await self.bill(1)
        await self.bill(2)
        vault = self.terminal.vault
        batch = Batch("visit.erased")
        batch.erase("000001")
        await vault.commit(batch)
        view = await self.run_day(True)
        self.assertEqual((view["verdict"], view["sums"]["count"]), ("equal", 2))
