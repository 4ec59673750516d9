"""Odd platforms, odd moments, odd people at the counter. Runs on CPython and MicroPython."""

from firmware.vault import Batch, VaultError
from firmware.visit import visit_view
from hal import aio
from hal.ports import NOT_PRINTED, PrintResult
from tests.portable.tiny_counter import PATIENT, Counter, box
from tests.portable.tiny_platform import REPLY_LOST, REQUEST_LOST

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Json = dict[str, Any]


def as_list(output: "Json") -> "Json":
    """A node that is an array here and an object elsewhere."""
    return {"setlinfo": [output["setlinfo"]]}


def without_amounts(output: "Json") -> "Json":
    """The settlement's number and time, and nothing else."""
    info = output["setlinfo"]
    return {"setlinfo": {"setl_id": info["setl_id"], "setl_time": info["setl_time"]}}


def unreadable(_output: "Json") -> "Json":
    """Settled, and said in a way that nobody can read."""
    return {"setlinfo": {"setl_id": "S1", "setl_time": "2026-09-21 12:00:00", "medfee_sumamt": "viel"}}


class OddAnswers(Counter):
    async def test_a_settlement_in_a_list_is_a_settlement(self) -> None:
        self.platform.changed["2207"] = as_list
        await self.settled()
        self.assertEqual((self.step(), self.platform.messages.count("2601")), ("done", 0))

    async def test_an_unreadable_settlement_is_reversed_once_and_left_to_a_person(self) -> None:
        self.platform.changed["2207"] = unreadable
        await self.settled()
        await self.take_up()
        self.assertEqual(
            (self.step(), self.told(), len(self.platform.settlements)), ("confirm", "insurance.bad_answer", 0)
        )
        self.assertEqual(self.platform.messages.count("2207"), 1)

    async def test_amounts_that_are_missing_are_not_printed_unasked(self) -> None:
        self.platform.changed["2207"] = without_amounts
        await self.settled()
        self.assertEqual((self.step(), self.told()), ("receipt", "insurance.wrong_sums"))
        self.assertEqual((self.visit()["receipt"]["state"], self.board.printer.jobs), ("failed", []))
        self.assertEqual(len(self.platform.settlements), 1)

    async def test_a_preview_of_another_bill_is_no_price(self) -> None:
        self.platform.changed["2206"] = lambda output: {"setlinfo": self.platform._split("999.00", 0)}
        await self.priced()
        self.assertEqual((self.step(), self.told(), self.visit()["preview"]), ("price", "insurance.wrong_sums", None))

    async def test_another_person_than_the_card_says(self) -> None:
        def other(output: "Json") -> "Json":
            output["baseinfo"]["certno"] = "440308199901101512"
            return output

        self.platform.changed["1101"] = other
        await self.arrive()
        self.assertEqual((self.desk.record(), self.told()), (None, "insurance.bad_answer"))

    async def test_a_number_that_is_none_of_ours_does_not_break_the_screen(self) -> None:
        for certno in ("E12345678", "110105491231002", "4403ZZ99"):
            await self.arrive()
            record = self.visit()
            record["person"]["identity_number"] = certno
            for birth, age in (("1980-01-01", 46), ("1980-02-30", None), ("", None)):
                record["person"]["birth"] = birth
                view = visit_view(record, None, {}, self.board.clock.now_s)
                self.assertEqual((view["patient"]["age"], view["patient"]["sex"]), (age, "female"))
            await self.cancel()
            await self.desk.finish()

    async def test_fees_that_cannot_be_removed_because_none_are_there(self) -> None:
        self.platform.faults = [("2204", REQUEST_LOST), ("2205", "FSI-没有可撤销的费用明细")]
        await self.priced()
        self.assertEqual(self.step(), "price")
        await self.desk.price(self.version())
        await self.quiet()
        self.assertEqual(self.step(), "confirm")

    async def test_a_settlement_that_was_cancelled_elsewhere(self) -> None:
        await self.settled()
        for number in self.platform.settlements:
            self.platform.settlements[number]["cancelled"] = True
        await self.cancel()
        self.assertEqual(self.step(), "cancelled")


def unforeseen(_output: "Json") -> "Json":
    """A fault of ours that is no error of ours."""
    raise IndexError("unforeseen")


class OddMoments(Counter):
    async def test_a_fault_that_nobody_foresaw_holds_up_one_visit_only(self) -> None:
        await self.priced()
        self.platform.changed["2207"] = unforeseen
        await self.desk.settle(self.version(), self.visit()["preview"]["own_fen"])
        for _ in range(60):
            await aio.sleep_ms(0)
        await self.stop()  # the task has died of it; the supervisor starts it again
        self.tasks = []
        tries = len(self.platform.messages)
        await self.take_up()
        self.assertEqual(
            (self.step(), self.told(), len(self.platform.messages)), ("settling", "terminal.unexpected", tries)
        )
        view = visit_view(self.visit(), None, {}, self.board.clock.now_s)
        self.assertEqual(view["actions"], ["ask_again", "set_aside"])
        await self.desk.ask_again(self.version())
        await self.quiet()
        self.assertEqual((self.step(), len(self.platform.settlements)), ("done", 1))

    async def test_set_aside_while_it_settles_and_then_the_disk_is_full(self) -> None:
        """What the settlement changes goes to the disk together or not at all, whatever else is written meanwhile."""
        await self.priced()
        self.platform.gate = aio.Event()
        await self.desk.settle(self.version(), self.visit()["preview"]["own_fen"])
        for _ in range(60):
            await aio.sleep_ms(0)
        record = self.visit()
        await self.desk.set_aside()
        self.board.store.failing = [self.board.store.commits + 1]
        self.platform.gate.set()
        await self.quiet()
        kept = await self.terminal.vault.get("visit", record["id"]) or {}
        whole = kept["settlement"] is not None
        self.assertEqual(self.on_shelf(), 41 if whole else 43)
        self.assertEqual(len(await self.terminal.outbox.of_visit(record["id"])), 1 if whole else 0)

    async def test_a_record_is_written_as_it_was_when_it_was_handed_over(self) -> None:
        vault = self.terminal.vault
        value: "Json" = {"a": 1}
        batch = Batch("test")
        batch.put("odd", "1", value)
        first = aio.spawn("first", vault.commit(Batch("before")))
        second = aio.spawn("second", vault.commit(batch))
        await aio.sleep_ms(0)
        value["a"] = 2
        await first
        await second
        self.assertEqual(await vault.get("odd", "1"), {"a": 1})

    async def test_a_press_meant_for_another_visit(self) -> None:
        await self.arrive()
        version = self.version()
        await self.desk.set_aside()
        await self.desk.identity_number("440308199901101512")
        await self.quiet()
        while self.version() % 100000 < version % 100000:
            await self.diagnose()
        self.assertEqual(await self.refusal(self.desk.cancel(version)), "visit.moved_on")

    async def test_the_same_patient_again_gets_his_visit_back(self) -> None:
        await self.arrive()
        first = self.visit()["id"]
        await self.desk.set_aside()
        await self.arrive()
        self.assertEqual((self.visit()["id"], self.told(), len(self.platform.registrations)), (first, "visit.kept", 1))
        self.assertEqual(self.visit()["credential"]["identity_number"], PATIENT)

    async def test_a_price_that_could_not_be_asked_again_cannot_be_settled(self) -> None:
        await self.priced()
        self.platform.down = True
        await self.desk.price(self.version())
        await self.quiet()
        self.assertEqual(self.step(), "price")
        self.assertEqual(await self.refusal(self.desk.settle(self.version(), 378)), "visit.not_now")

    async def test_a_drug_that_left_the_profile_while_it_was_dispensed(self) -> None:
        await self.priced()
        self.terminal.shelf._by_id.pop("aspirin")
        self.terminal.shelf._left.pop("aspirin")
        await self.settle()
        self.assertEqual((self.step(), len(self.platform.settlements)), ("done", 1))
        self.assertTrue(await self.upload())
        self.assertEqual(len(self.platform.sales), 1)

    async def test_a_sale_that_never_arrived_and_its_cancellation(self) -> None:
        await self.settled()
        self.platform.faults = [("3505", REQUEST_LOST)]
        await self.upload()
        await self.cancel()
        self.assertTrue(await self.upload())
        self.assertEqual(self.terminal.outbox.summary()["waiting"] + self.terminal.outbox.summary()["quarantined"], 0)
        # The lost request may still arrive: the sale is sent again, and its return after it.
        self.assertEqual((self.platform.messages.count("3505"), self.platform.messages.count("3506")), (2, 1))
        self.assertEqual(self.platform.sales, {})

    async def test_a_fault_between_the_withdrawal_and_its_commit(self) -> None:
        """The messages of the visit are not locked for ever."""
        await self.settled()
        move = self.terminal.shelf.move
        self.terminal.shelf.move = lambda *_: unforeseen({})  # type: ignore[method-assign,assignment]
        await self.desk.cancel(self.version())
        for _ in range(60):
            await aio.sleep_ms(0)
        await self.stop()  # the task has died of it; the supervisor starts it again
        self.tasks = []
        self.terminal.shelf.move = move  # type: ignore[method-assign]
        await self.take_up()
        await self.cancel()
        self.assertEqual((self.step(), self.terminal.outbox.summary()["waiting"]), ("cancelled", 0))

    async def test_a_printer_that_is_broken_for_good(self) -> None:
        await self.priced()
        self.board.printer.results = [PrintResult(NOT_PRINTED, "printer.silent")]
        await self.settle()
        self.assertEqual((self.step(), self.visit()["receipt"]["state"]), ("receipt", "failed"))
        await self.desk.receipt(self.version(), "without_paper")
        await self.desk.finish()
        self.assertEqual((self.desk.record(), self.desk.kept()), (None, []))

    async def test_after_a_reversal_the_terminal_goes_on_by_itself(self) -> None:
        await self.priced()
        self.platform.faults = [("2207", REPLY_LOST), ("2207", "cable out")]
        await self.settle()
        await self.take_up()
        self.assertEqual((self.step(), len(self.platform.settlements)), ("settling", 0))
        await self.power_cut()
        await self.take_up()
        self.assertEqual((self.step(), len(self.platform.settlements)), ("done", 1))

    async def test_a_failing_disk_says_so(self) -> None:
        self.board.store.failing = [self.board.store.commits + 1]
        code = ""
        try:
            await self.terminal.vault.commit(Batch("test"))
        except VaultError as error:
            code = error.code
        self.assertEqual(code, "vault.full")

    async def test_the_light_does_not_burn_for_nobody(self) -> None:
        await self.arrive()
        await self.diagnose()
        await self.prescribe(("aspirin", 1))
        self.desk.signed_out(None)
        self.assertEqual(await self.refusal(self.desk.scanned(box(1))), "operator.sign_in_first")
        self.assertEqual(self.desk.waits_for_box(), False)
