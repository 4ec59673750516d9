"""The day end with the whole terminal on a board in memory: days that agree, the slip, and the reminder. Runs on
CPython and MicroPython."""

from hal.ports import NOT_PRINTED, NOT_SURE, PrintResult
from tests.portable.day_end_hands import DAY, OTHER, DayEnds
from tests.portable.doubles import NOON
from tests.portable.tiny_platform import CABLE_OUT, REPLY_LOST

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Json = dict[str, Any]


class Equal(DayEnds):
    async def test_a_day_that_agrees(self) -> None:
        await self.bill(1)
        await self.refund(2)
        view = await self.run_day()
        self.assertEqual((view["state"], view["verdict"], view["differences"]), ("done", "equal", []))
        sums = view["sums"]
        self.assertEqual((sums["count"], sums["refunds"], sums["total_fen"], sums["fund_fen"]), (3, 1, 1260, 1071))
        self.assertEqual((sums["cash_fen"], sums["account_fen"]), (189, 0))
        self.assertEqual((self.asked("3201"), self.asked("9101"), self.platform.signed_out), (4, 0, 1))
        self.assertEqual(view["signed_out"], "yes")
        self.assertEqual(view["head"]["sequence"] > 0, True)
        shown = [(group["insurance"], group["refund"], group["count"]) for group in view["groups"]]
        self.assertEqual(shown, [("390", False, 2), ("390", True, 1)])

    async def test_the_next_patient_signs_in_again(self) -> None:
        await self.bill(1)
        await self.run_day()
        before = self.asked("9001")
        await self.bill(2)
        self.assertEqual(self.asked("9001"), before + 1)
        view = await self.look()
        self.assertEqual((view["stale"], view["sums"]["count"]), (True, 2))
        view = await self.run_day()
        self.assertEqual((view["stale"], view["verdict"]), (False, "equal"))

    async def test_every_bill_is_compared_when_somebody_wants_it(self) -> None:
        for lists in ("all", "differing"):
            self.platform.lists = lists
            await self.bill(len(lists))
            view = await self.run_day(True)
            self.assertEqual((view["verdict"], view["differences"]), ("equal", []))
        self.assertEqual((self.asked("3202"), self.asked("9102")), (2, 2))
        sequence = int(self.platform.names[0].split("-")[3])
        self.assertTrue(0 < sequence <= self.terminal.vault.journal_head()[0])
        self.assertEqual(len(self.platform.names[0].split("-")[4]), 32 + len(".zip"))

    async def test_an_empty_day(self) -> None:
        view = await self.run_day()
        self.assertEqual((view["verdict"], view["sums"]["count"], self.asked("3201")), ("equal", 0, 4))

    async def test_a_month(self) -> None:
        await self.bill(1)
        self.board.clock.now_s += 86400
        await self.bill(2)
        view = await self.run_day(False, "2026-09-01", "2026-09-22")
        self.assertEqual((view["verdict"], view["sums"]["count"]), ("equal", 2))
        self.assertEqual((view["signed_out"], self.platform.signed_out), ("no", 0))
        given = self.platform.given["3201"]["data"]
        self.assertEqual((given["stmt_begndate"], given["stmt_enddate"]), ("2026-09-01", "2026-09-22"))

    async def test_a_province_that_offers_nothing(self) -> None:
        self.board.province["day_end"].update({"totals": False, "details": False})
        await self.bill(1)
        self.assertEqual((await self.run_day())["verdict"], "not_compared")

    async def test_a_province_with_details_only(self) -> None:
        self.board.province["day_end"]["totals"] = False
        await self.bill(1)
        self.assertEqual((await self.run_day())["verdict"], "equal")
        self.platform.accounts.pop()
        self.assertEqual((await self.run_day())["verdict"], "unequal")
        self.assertEqual(self.asked("3201"), 0)

    async def test_only_days_that_there_are(self) -> None:
        day_end = self.terminal.day_end
        for begin, end in (
            (DAY, OTHER),
            ("2026-09-22", ""),
            ("2026-08-01", DAY),
            ("2026-02-30", ""),
            ("x", ""),
            ("", "١"),
        ):
            self.assertEqual(await self.refusal(day_end.start(begin, end, False, "1")), "day_end.bad_range")
        await day_end.start("", "", False, "1")
        self.assertEqual(await self.refusal(day_end.start(OTHER, "", False, "1")), "day_end.running")

    async def test_not_while_a_settlement_is_unknown(self) -> None:
        await self.priced()
        self.platform.faults = [("2207", REPLY_LOST), ("2601", CABLE_OUT)]
        await self.settle()
        call = self.terminal.day_end.start(DAY, "", False, "1")
        self.assertEqual(await self.refusal(call), "day_end.still_settling")


class Slips(DayEnds):
    async def test_it_is_printed_when_it_is_done(self) -> None:
        await self.bill(1)
        day_end = self.terminal.day_end
        self.assertEqual(await self.refusal(day_end.print(DAY, "")), "day_end.not_now")
        await self.run_day()
        jobs = len(self.board.printer.jobs)
        await day_end.print(DAY, "")
        self.assertEqual(await self.work(), "")
        await day_end.print(DAY, "")
        self.assertEqual(await self.work(), "")
        texts = self.board.printer.texts(jobs)
        self.assertTrue("对账结果：平" in texts and "【重打】" not in texts)
        self.assertTrue("【重打】" in self.board.printer.texts(jobs + 1))
        self.assertEqual((await self.look())["slip"]["copies"], 2)

    async def test_what_the_printer_says(self) -> None:
        await self.run_day()
        for outcome, state, copies in ((NOT_PRINTED, "failed", 0), (NOT_SURE, "unsure", 1)):
            self.board.printer.results = [PrintResult(outcome, "printer.paper_out")]
            await self.terminal.day_end.print(DAY, "")
            await self.work()
            slip = (await self.look())["slip"]
            self.assertEqual((slip["state"], slip["copies"]), (state, copies))

    async def test_a_power_cut_while_it_is_printed(self) -> None:
        await self.run_day()
        await self.terminal.day_end.print(DAY, "")
        await self.power_cut()
        self.assertEqual((await self.look())["slip"]["state"], "unsure")
        await self.terminal.day_end.print(DAY, "")
        await self.work()
        self.assertTrue("【重打】" in self.board.printer.texts(0))


class Reminders(DayEnds):
    async def reminded(self) -> str:
        await self.terminal.day_end.look_at_the_day()
        return self.terminal.day_end.reminder

    async def test_yesterday_was_forgotten(self) -> None:
        await self.bill(1)
        self.assertEqual(await self.reminded(), "")
        self.board.clock.now_s += 86400
        self.assertEqual(await self.reminded(), DAY)
        await self.run_day()
        self.assertEqual(await self.reminded(), "")

    async def test_a_patient_after_the_day_end(self) -> None:
        await self.bill(1)
        await self.run_day()
        await self.bill(2)
        self.board.clock.now_s += 86400
        self.assertEqual(await self.reminded(), DAY)

    async def test_a_day_without_bills_is_not_missed(self) -> None:
        self.board.clock.now_s = NOON + 86400
        self.assertEqual(await self.reminded(), "")

    async def test_it_does_not_nag_for_ever(self) -> None:
        await self.bill(1)
        self.board.clock.now_s += 8 * 86400
        self.assertEqual(await self.reminded(), "")
