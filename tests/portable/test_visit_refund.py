"""What goes back to the patient when a settlement is cancelled. Runs on CPython and MicroPython."""

from hal import aio
from tests.portable.audited_counter import Audited
from tests.portable.doubles import pulse
from tests.portable.tiny_platform import REPLY_LOST

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Json = dict[str, Any]


class Refunded(Audited):
    def booked(self, cash: str) -> None:
        """What the platform will say of the next refund."""
        negative: "Json" = {"medfee_sumamt": "-25.20", "fund_pay_sumamt": "-21.42", "psn_part_amt": "-3.78"}
        negative.update({"psn_cash_pay": cash, "acct_pay": None, "setl_id": "S99", "setl_time": "2026-09-21 22:30:00"})
        self.platform.changed = {"2208": lambda output: {"setlinfo": negative}}

    async def test_what_goes_back_is_kept_shown_and_printed(self) -> None:
        await self.settled()
        self.booked("-3.78")
        await self.cancel()
        self.assertEqual(self.visit()["refund"]["amounts"]["cash_fen"], -378)
        shown = self.view()
        self.assertEqual(shown["refund"], {"number": "S99", "cash_fen": 378, "agree": True, "booked_fen": 378})
        self.assertEqual(shown["actions"], ["reprint", "finish"])
        slip = self.slip()
        self.assertTrue("退还现金" in slip and "3.78" in slip)
        self.assertTrue("S99" in slip)
        self.assertFalse("不一致" in slip)

    async def test_amounts_that_do_not_mirror_the_settlement_are_said(self) -> None:
        await self.settled()
        self.booked("-2.78")
        await self.cancel()
        shown = self.view()["refund"]
        self.assertEqual((shown["agree"], shown["booked_fen"], shown["cash_fen"]), (False, 278, 378))
        self.assertTrue("不一致" in self.slip())

    async def test_a_refund_that_only_a_question_showed(self) -> None:
        await self.settled()
        self.platform.faults = [("2208", REPLY_LOST)]
        await self.cancel()
        await self.take_up()
        shown = self.view()["refund"]
        self.assertEqual(shown, {"number": "", "cash_fen": 378, "agree": True, "booked_fen": None})
        self.assertEqual(self.platform.messages.count("2208"), 1)

    async def test_a_visit_without_a_settlement_has_no_slip(self) -> None:
        await self.priced()
        await self.cancel()
        self.assertEqual((self.view()["refund"], self.view()["actions"]), (None, ["finish"]))
        self.assertEqual(self.board.printer.jobs, [])

    async def test_the_screen_is_not_free_while_the_slip_is_printed(self) -> None:
        await self.settled()
        self.board.printer.held = aio.Event()
        await self.desk.cancel(self.version())
        await self.until(lambda: self.step() == "cancelled")
        self.assertEqual(self.view()["actions"], ["set_aside"])
        self.assertEqual(await self.refusal(self.desk.finish()), "visit.not_now")
        self.assertEqual(await self.refusal(self.desk.identity_number("440524188001010014")), "visit.another_open")
        self.board.printer.held.set()
        await self.quiet()
        await self.desk.finish()
        self.assertEqual(self.desk.record(), None)

    async def test_the_power_goes_while_the_slip_is_printed(self) -> None:
        await self.settled()
        self.board.printer.held = aio.Event()
        await self.desk.cancel(self.version())
        await self.until(lambda: len(self.board.printer.jobs) == 2)
        await self.power_cut()
        self.assertEqual((self.step(), self.visit()["receipt"]["state"]), ("cancelled", "unsure"))
        await self.desk.receipt(self.version(), "reprint")
        await self.quiet()
        self.assertEqual((self.step(), self.visit()["receipt"]["state"]), ("cancelled", "printed"))
        self.assertEqual(await self.refusal(self.desk.receipt(self.version(), "office")), "visit.not_now")
        await self.terminal.outbox.deliver(pulse)
        await self.desk.finish()
        self.assertEqual(self.desk.record(), None)
