"""What a person does about what the day end found. Runs on CPython and MicroPython."""

from firmware.day_end import Sheets
from tests.portable.day_end_hands import FOREIGN, OTHER, DayEnds
from tests.portable.tiny_accounts import PERSON
from tests.portable.tiny_platform import CABLE_OUT, GATEWAY, REPLY_LOST, REQUEST_LOST

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Json = dict[str, Any]


class Repairs(DayEnds):
    async def with_foreign(self) -> str:
        """A bill that only the platform has; the id of the difference."""
        await self.bill(7)
        self.platform.book("X1", FOREIGN, "9.90")
        await self.run_day()
        return str((await self.only())["id"])

    async def test_a_reversal(self) -> None:
        difference = await self.with_foreign()
        await self.terminal.day_end.reverse(difference, "1")
        self.assertEqual((await self.only())["state"], "reversing")
        self.assertEqual(await self.work(), "")
        shown = await self.only()
        self.assertEqual((shown["state"], shown["actions"]), ("reversed", []))
        data = self.platform.given["2601"]["data"]
        self.assertEqual((data["omsgid"], data["oinfno"], data["psn_no"]), (FOREIGN, "2207", PERSON))
        again = self.terminal.day_end.reverse(difference, "1")
        self.assertEqual(await self.refusal(again), "day_end.not_now")
        self.assertEqual((await self.look())["verdict"], "explained")
        self.assertEqual((await self.run_day())["verdict"], "equal")
        self.assertEqual(self.platform.reversed, [FOREIGN])

    async def test_a_reversal_whose_answer_is_lost(self) -> None:
        for fault in (REPLY_LOST, REQUEST_LOST, CABLE_OUT, GATEWAY):
            await self.stop()
            await self.begin()
            difference = await self.with_foreign()
            self.platform.faults = [("2601", fault)]
            await self.terminal.day_end.reverse(difference, "1")
            self.assertTrue(await self.work() != "")
            self.assertEqual((await self.only())["state"], "reversing")
            await self.power_cut()
            self.assertEqual(await self.work(), "")
            self.assertEqual((await self.only())["state"], "gone" if fault == REPLY_LOST else "reversed")
            self.assertEqual(self.platform.reversed, [FOREIGN])
            self.assertEqual([row["settlement"] for row in self.platform.accounts if row["msgid"] == FOREIGN], [])

    async def test_a_reversal_that_is_refused_may_be_tried_again(self) -> None:
        difference = await self.with_foreign()
        self.platform.faults = [("2601", "FSI-退费结算标志不为未退费")]
        await self.terminal.day_end.reverse(difference, "1")
        await self.work()
        shown = await self.only()
        self.assertEqual((shown["state"], shown["answer"]), ("refused", "FSI-退费结算标志不为未退费"))
        self.assertEqual(shown["actions"], ["reverse", "note"])
        await self.terminal.day_end.reverse(difference, "1")
        await self.work()
        self.assertEqual((await self.only())["state"], "reversed")

    async def test_no_bill_of_ours_is_reversed(self) -> None:
        await self.bill(1)
        own = self.platform.accounts[0]["msgid"]
        self.platform.accounts[0]["day"] = OTHER
        self.board.clock.now_s += 86400
        await self.run_day(False, OTHER)
        difference = await self.only(OTHER)
        self.assertEqual(difference["msgid"], own)
        self.assertEqual(await self.refusal(self.terminal.day_end.reverse(difference["id"], "1")), "day_end.not_now")

    async def test_nothing_of_an_open_visit_is_reversed(self) -> None:
        difference = await self.with_foreign()
        await self.priced()
        self.visit()["doubtful"] = [FOREIGN]
        self.assertEqual(await self.refusal(self.terminal.day_end.reverse(difference, "1")), "day_end.still_settling")
        self.visit()["doubtful"] = []
        await self.terminal.day_end.reverse(difference, "1")
        self.visit()["doubtful"] = [FOREIGN]  # it came in between
        self.assertEqual(await self.work(), "")
        shown = await self.only()
        self.assertEqual((shown["state"], shown["answer"]), ("", "day_end.still_settling"))
        self.assertEqual(self.platform.reversed, [])

    async def test_asking_for_a_bill_that_is_only_here(self) -> None:
        await self.bill(1)
        row = self.platform.accounts.pop()
        await self.run_day()
        difference = await self.only()
        await self.terminal.day_end.ask(difference["id"], "1")
        self.assertEqual(await self.work(), "")
        shown = await self.only()
        self.assertEqual((shown["state"], shown["answer"]), ("missing", "FSI-未查询到结算信息"))
        self.assertEqual((await self.look())["verdict"], "unequal")
        self.platform.accounts.append(row)
        await self.terminal.day_end.ask(difference["id"], "1")
        await self.work()
        self.assertEqual((await self.only())["state"], "confirmed")
        self.assertEqual((await self.look())["verdict"], "explained")

    async def test_a_bill_that_is_there_with_other_amounts(self) -> None:
        await self.bill(1)
        row = self.platform.accounts.pop()
        await self.run_day()
        row["total"] = "1.00"
        self.platform.accounts.append(row)
        difference = await self.only()
        await self.terminal.day_end.ask(difference["id"], "1")
        await self.work()
        shown = await self.only()
        self.assertEqual((shown["kind"], shown["there"]["total_fen"], shown["state"]), ("amounts", 100, ""))

    async def test_a_note_stays_and_names_nobody_any_more(self) -> None:
        difference = await self.with_foreign()
        day_end = self.terminal.day_end
        self.assertEqual(await self.refusal(day_end.note(difference, " ", "1")), "day_end.no_reason")
        await day_end.note(difference, "卫生院收的", "1")
        kept = await Sheets(self.terminal.vault).difference(difference)
        assert kept is not None
        self.assertEqual((kept["reason"], kept["operator"], kept["person"]), ("卫生院收的", "1", ""))
        view = await self.run_day()
        self.assertEqual((view["verdict"], view["differences"][0]["state"]), ("explained", "noted"))
        self.assertEqual(await self.refusal(day_end.reverse(difference, "1")), "day_end.not_now")

    async def test_what_is_no_difference(self) -> None:
        for call in (self.terminal.day_end.ask, self.terminal.day_end.reverse):
            self.assertEqual(await self.refusal(call("20260921-20260921.x", "1")), "day_end.not_now")
