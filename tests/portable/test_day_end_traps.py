"""What could lead a tired doctor, or an impatient one, to take back money of somebody else's. Runs on CPython and
MicroPython."""

from firmware.day_end import Sheets
from firmware.vault import Batch, each_bill
from hal import aio
from tests.portable.day_end_hands import DAY, FOREIGN, OTHER, DayEnds
from tests.portable.tiny_platform import CABLE_OUT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Json = dict[str, Any]

NEXT = "2026-09-22"


class Updated(DayEnds):
    """A terminal that settled with an older program, which kept no ledger."""

    async def updated(self) -> None:
        await self.bill(1)
        vault = self.terminal.vault
        bills: "list[Json]" = []
        await each_bill(vault, "00000000", "99999999", bills.append)
        batch = Batch("older")
        for bill in bills:
            batch.delete("bill", bill["day"] + "." + bill["msgid"])
            batch.delete("bill.day", bill["msgid"])
            batch.delete("bill.payer", bill["visit"] + "." + bill["msgid"])
        batch.delete("bill.begun", "ledger")
        await vault.commit(batch)
        await self.power_cut()

    async def refused(self, begin: str, end: str = "") -> str:
        return await self.refusal(self.terminal.day_end.start(begin, end, True, "1"))

    async def test_its_old_bills_are_never_offered_for_a_reversal(self) -> None:
        await self.updated()
        self.assertEqual(await self.refused(DAY), "day_end.not_kept")
        await self.bill(2)
        self.assertEqual(await self.refused(DAY), "day_end.not_kept")  # the other half of that day is not in the ledger
        self.assertEqual(await self.refused(OTHER, DAY), "day_end.not_kept")
        view = await self.look()
        self.assertEqual((view["not_kept"], view["kept_from"], view["sums"]["count"]), (True, NEXT, 1))

    async def test_it_compares_from_the_next_day_on_and_never_asks_for_the_first(self) -> None:
        await self.updated()
        await self.bill(2)
        await self.power_cut()
        self.board.clock.now_s += 86400
        await self.terminal.day_end.look_at_the_day()
        self.assertEqual(self.terminal.day_end.reminder, "")
        await self.bill(3)
        view = await self.run_day(True, NEXT)
        self.assertEqual((view["verdict"], view["not_kept"]), ("equal", False))
        self.assertEqual(await self.refused(DAY, NEXT), "day_end.not_kept")

    async def test_a_clock_that_was_wrong_at_the_update_opens_no_day(self) -> None:
        await self.updated()
        self.board.clock.now_s = 0
        await self.power_cut()
        self.board.clock.now_s = 1790000000 + 86400
        self.assertEqual(await self.refused(DAY), "day_end.not_kept")

    async def test_a_new_terminal_compares_from_the_first_day(self) -> None:
        self.assertEqual(await self.refused(DAY), "")


class Strangers(DayEnds):
    def rows_as(self, change: "Any") -> None:
        """The platform's next result has its rows changed by `change` (a list of cells)."""

        def spoil(text: bytes) -> bytes:
            lines = [change(line.split("\t")) for line in text.decode().split("\n") if line]
            return "".join(["\t".join(cells) + "\n" for cells in lines]).encode()

        self.platform.spoil = spoil

    async def test_a_bill_across_midnight_with_other_amounts_is_not_explained(self) -> None:
        await self.bill(1)
        self.platform.accounts[0].update({"day": OTHER, "total": "99.00"})
        self.board.clock.now_s += 86400
        view = await self.run_day(False, OTHER)
        shown = [(one["kind"], one["actions"], one["here"]["total_fen"]) for one in view["differences"]]
        self.assertEqual((view["verdict"], shown), ("unequal", [("amounts", ["note"], 1260)]))

    async def test_a_bill_across_midnight_whose_message_the_platform_names_otherwise(self) -> None:
        await self.bill(1)
        row = self.platform.accounts[0]
        row.update({"day": OTHER, "msgid": "GW-1"})
        self.rows_as(lambda cells: cells[:2] + [row["settlement"]] + cells[3:])
        view = await self.run_day(False, OTHER)
        self.assertEqual([(one["kind"], one["actions"]) for one in view["differences"]], [("other_day", [])])

    async def test_a_message_of_ours_that_was_booked_twice_is_not_waved_through(self) -> None:
        await self.bill(1)
        again = dict(self.platform.accounts[0])
        again["settlement"] = "X9"
        self.platform.accounts.append(again)
        view = await self.run_day()
        shown = [(one["kind"], one["actions"]) for one in view["differences"]]
        self.assertEqual((view["verdict"], shown), ("unequal", [("twice", ["note"])]))

    async def test_a_strange_message_that_was_booked_twice_is_listed_twice(self) -> None:
        await self.bill(1)
        self.platform.book("X1", FOREIGN, "9.90")
        self.platform.book("X2", FOREIGN, "9.90")
        view = await self.run_day()
        self.assertEqual([one["kind"] for one in view["differences"]], ["there", "there"])

    async def test_what_needs_nothing_names_nobody(self) -> None:
        await self.bill(1)
        self.platform.book("X1", FOREIGN, "9.90", fund="1.00")
        self.platform.book("X2", FOREIGN[:-1] + "8", "-9.90", fund="-1.00", refund="1")
        await self.run_day()
        found = await Sheets(self.terminal.vault).differences("20260921-20260921")
        self.assertEqual(len(found), 2)
        for _, kept in found:
            self.assertEqual((kept["kind"], kept["person"], kept["registration"]), ("undone", "", ""))


class Words(DayEnds):
    """A word on a difference counts for what it was said of."""

    async def noted(self) -> "Json":
        await self.bill(1)
        await self.bill(2)
        row = self.platform.accounts.pop()
        await self.run_day()
        await self.terminal.day_end.note((await self.only())["id"], "已交乡镇医保窗口办", "1")
        return row

    async def test_a_note_is_no_note_on_other_amounts(self) -> None:
        row = await self.noted()
        self.assertEqual((await self.run_day())["verdict"], "explained")
        row["total"] = "99.00"
        self.platform.accounts.append(row)
        view = await self.run_day()
        self.assertEqual(
            (view["verdict"], (await self.only())["kind"], (await self.only())["state"]), ("unequal", "amounts", "")
        )

    async def test_what_is_still_listed_after_its_reversal_is_never_green(self) -> None:
        await self.bill(1)
        for refusal in ("", "未查询到需要冲正的交易"):
            row = self.platform.book("X1", FOREIGN, "9.90")
            await self.run_day()
            if refusal:
                self.platform.accounts.remove(row)
            await self.terminal.day_end.reverse((await self.only())["id"], "1")
            self.assertEqual(await self.work(), "")
            self.platform.book("X1", FOREIGN, "9.90")
            view = await self.run_day()
            shown = await self.only()
            self.assertEqual((view["verdict"], shown["state"], shown["actions"]), ("unequal", "still_there", ["note"]))
            await self.terminal.day_end.note(shown["id"], "已打电话", "1")
            self.assertEqual((await self.run_day())["verdict"], "explained")
            await self.stop()
            await self.begin()
            await self.bill(1)


class Presses(DayEnds):
    async def twice(self, first: "Any", second: "Any") -> "tuple[str, str]":
        """Both presses at once; the codes of their refusals."""
        tasks = [aio.spawn("press", self.refusal(call)) for call in (first, second)]
        return await tasks[0], await tasks[1]

    async def test_two_starts_at_once(self) -> None:
        start = self.terminal.day_end.start
        codes = await self.twice(start(DAY, "", False, "1"), start(OTHER, "", False, "1"))
        self.assertEqual(codes, ("", "day_end.running"))
        self.assertEqual(await self.work(), "")
        self.assertEqual((await self.look(DAY))["state"], "done")
        self.assertEqual((await self.look(OTHER))["state"], "none")

    async def test_two_prints_at_once(self) -> None:
        await self.run_day()
        before = len(self.board.printer.jobs)
        press = self.terminal.day_end.print
        self.assertEqual(await self.twice(press(DAY, ""), press(DAY, "")), ("", "day_end.running"))
        self.assertEqual(await self.refusal(self.terminal.day_end.start(DAY, "", False, "1")), "day_end.printing")
        self.assertEqual(await self.work(), "")
        self.assertEqual(len(self.board.printer.jobs), before + 1)

    async def test_nothing_is_pressed_while_the_list_is_made(self) -> None:
        await self.bill(1)
        self.platform.book("X1", FOREIGN, "9.90")
        await self.run_day()
        difference = (await self.only())["id"]
        day_end = self.terminal.day_end
        await day_end.start(DAY, "", False, "1")
        self.assertEqual((await self.only())["actions"], [])
        for call in (
            day_end.reverse(difference, "1"),
            day_end.ask(difference, "1"),
            day_end.note(difference, "x", "1"),
        ):
            self.assertEqual(await self.refusal(call), "day_end.running")

    async def test_a_slip_shows_what_was_compared(self) -> None:
        await self.bill(1)
        await self.run_day()
        await self.bill(2)
        self.assertEqual(await self.refusal(self.terminal.day_end.print(DAY, "")), "day_end.stale")

    async def test_a_reversal_that_never_moves_holds_no_day_end_up(self) -> None:
        await self.bill(1)
        self.platform.book("X1", FOREIGN, "9.90")
        await self.run_day()
        await self.terminal.day_end.reverse((await self.only())["id"], "1")
        await self.terminal.day_end.start(DAY, "", False, "1")
        for _ in range(30):
            self.platform.faults = [("2601", CABLE_OUT)]
            await self.work()
        self.platform.faults = []
        view = await self.look()
        self.assertEqual((view["state"], view["verdict"]), ("done", "unequal"))
        self.assertEqual((await self.only())["state"], "reversing")
        self.assertEqual(await self.work(), "")
        self.assertEqual((await self.only())["state"], "reversed")

    async def test_stop_works_while_a_reversal_does_not_move(self) -> None:
        await self.bill(1)
        self.platform.book("X1", FOREIGN, "9.90")
        await self.run_day()
        await self.terminal.day_end.reverse((await self.only())["id"], "1")
        await self.terminal.day_end.start(DAY, "", False, "1")
        await self.terminal.day_end.cancel()
        await self.terminal.day_end.step()
        self.assertEqual((await self.look())["state"], "stopped")
