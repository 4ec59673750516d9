"""Answers that never came: every transaction that changes something, with the power cut in between. Runs on
MicroPython, too."""

from firmware.errors import TerminalError
from tests.portable.tiny_counter import Counter, box
from tests.portable.tiny_platform import CABLE_OUT, REPLY_LOST, REQUEST_LOST


class Lost(Counter):
    """Each case: the message or its answer is lost, then the power goes or does not, and then the counter goes on."""

    CASES = ((REQUEST_LOST, False), (REQUEST_LOST, True), (REPLY_LOST, False), (REPLY_LOST, True))

    async def again(self, infno: str, fault: str) -> None:
        """A new counter, whose next message `infno` goes wrong."""
        await self.stop()
        await self.begin()
        self.platform.faults = [(infno, fault)]

    async def maybe_cut(self, cut: bool) -> None:
        if cut:
            await self.power_cut()

    async def one_of_everything(self) -> None:
        """One visit, settled once, on paper once."""
        self.assertEqual(self.step(), "done")
        self.assertEqual(len(self.platform.registrations), 1)
        self.assertEqual(len(self.platform.settlements), 1)
        self.assertEqual(list(self.platform.settlements), [self.visit()["settlement"]["settlement"]])
        self.assertEqual((self.on_shelf(), len(self.platform.fees[self.visit()["registration"]])), (41, 1))

    async def test_registration(self) -> None:
        for fault, cut in self.CASES:
            await self.again("2201", fault)
            await self.arrive()
            self.assertEqual((self.told(), self.visit()["registration"]), ("insurance.no_answer", ""))
            await self.maybe_cut(cut)
            await self.diagnose()
            await self.prescribe(("aspirin", 2))
            await self.scan(box(1), box(2))
            self.assertEqual(self.platform.messages.count("2201"), 2 if fault == REQUEST_LOST else 1)
            await self.settle()
            await self.one_of_everything()

    async def test_fees(self) -> None:
        for fault, cut in self.CASES:
            await self.again("2204", fault)
            await self.priced()
            self.assertEqual((self.step(), self.told()), ("price", "insurance.no_answer"))
            await self.maybe_cut(cut)
            await self.desk.price(self.version())
            await self.quiet()
            self.assertEqual(self.step(), "confirm")
            await self.settle()
            await self.one_of_everything()

    async def test_preview(self) -> None:
        for fault, cut in self.CASES:
            await self.again("2206", fault)
            await self.priced()
            self.assertEqual((self.step(), self.told()), ("price", "insurance.no_answer"))
            await self.maybe_cut(cut)
            await self.desk.price(self.version())
            await self.quiet()
            await self.settle()
            await self.one_of_everything()

    async def test_settlement(self) -> None:
        for fault, cut in self.CASES:
            await self.again("2207", fault)
            await self.priced()
            await self.settle()
            self.assertEqual((self.step(), self.told()), ("settling", "insurance.no_answer"))
            self.assertEqual(self.visit()["sent"]["infno"], "2207")
            self.assertEqual(await self.refusal(self.desk.cancel(self.version())), "visit.not_now")
            self.assertEqual(await self.refusal(self.desk.settle(self.version(), 378)), "visit.not_now")
            await self.maybe_cut(cut)
            await self.take_up()
            self.assertEqual(self.platform.messages.count("2601"), 1)
            self.assertEqual((self.told(), len(self.board.printer.jobs)), ("visit.settled_again", 1))
            await self.one_of_everything()
            await self.upload()
            self.assertEqual(len(self.platform.sales), 1)

    async def test_a_question_that_does_not_leave_never_says_that_nothing_was_done(self) -> None:
        await self.again("2207", REPLY_LOST)
        self.platform.faults.append(("2601", CABLE_OUT))
        await self.priced()
        await self.settle()
        await self.take_up()
        self.assertEqual(self.platform.faults, [])
        self.assertEqual((self.step(), self.told()), ("settling", "insurance.no_answer"))
        await self.take_up()
        await self.one_of_everything()

    async def test_a_reversal_whose_answer_is_lost_as_well(self) -> None:
        for fault, cut in self.CASES:
            await self.again("2207", REPLY_LOST)
            self.platform.faults.append(("2601", fault))
            await self.priced()
            await self.settle()
            await self.take_up()
            self.assertEqual(self.step(), "settling")
            await self.maybe_cut(cut)
            await self.take_up()
            await self.one_of_everything()

    async def test_a_reversal_that_the_platform_refuses_is_never_settled_over(self) -> None:
        await self.again("2207", REPLY_LOST)
        self.platform.faults.append(("2601", "FSI-系统繁忙"))
        await self.priced()
        await self.settle()
        await self.take_up()
        self.assertEqual(
            (self.step(), self.told(), len(self.platform.settlements)), ("settling", "insurance.refused", 1)
        )
        tries = len(self.platform.messages)
        await self.take_up()
        self.assertEqual(len(self.platform.messages), tries)  # a person must look first
        await self.desk.ask_again(self.version())
        await self.quiet()
        await self.one_of_everything()

    async def test_the_settlement_after_the_reversal_is_lost_again(self) -> None:
        await self.again("2207", REPLY_LOST)
        self.platform.faults.append(("2207", REPLY_LOST))
        await self.priced()
        await self.settle()
        first = self.visit()["sent"]["msgid"]
        await self.take_up()
        self.assertEqual(self.step(), "settling")
        self.assertNotEqual(self.visit()["sent"]["msgid"], first)
        await self.power_cut()
        await self.take_up()
        await self.one_of_everything()

    async def test_cancelled_settlement(self) -> None:
        for fault, cut in self.CASES:
            await self.again("2208", fault)
            await self.settled()
            await self.upload()
            await self.cancel()
            self.assertEqual((self.step(), self.told()), ("cancelling", "insurance.no_answer"))
            await self.maybe_cut(cut)
            await self.take_up()
            await self.undone()
            self.assertEqual(self.platform.messages.count("2208"), 2 if fault == REQUEST_LOST else 1)
            self.assertEqual([row["cancelled"] for row in self.platform.settlements.values()], [True])
            await self.upload()
            self.assertEqual(self.platform.sales, {})

    async def test_withdrawn_registration(self) -> None:
        for fault, cut in self.CASES:
            await self.again("2202", fault)
            await self.priced()
            await self.cancel()
            self.assertEqual((self.step(), self.told()), ("cancelling", "insurance.no_answer"))
            await self.maybe_cut(cut)
            await self.take_up()
            await self.undone()

    async def test_removed_fees(self) -> None:
        for fault, cut in self.CASES:
            await self.again("2205", fault)
            await self.priced()
            await self.cancel()
            self.assertEqual(self.step(), "cancelling")
            await self.maybe_cut(cut)
            await self.take_up()
            await self.undone()

    async def test_a_registration_that_may_exist_is_withdrawn(self) -> None:
        for fault, cut in self.CASES:
            await self.again("2201", fault)
            await self.arrive()
            await self.maybe_cut(cut)
            await self.cancel()
            await self.undone()

    async def undone(self) -> None:
        """Nothing is left on the platform, and the shelf is full."""
        self.assertEqual((self.step(), self.platform.registrations, self.on_shelf()), ("cancelled", {}, 43))
        self.assertEqual(await self.holder(box(1)), None)

    async def test_uploads(self) -> None:
        for fault, cut in self.CASES:
            await self.again("3505", fault)
            await self.settled()
            self.assertFalse(await self.upload())
            await self.maybe_cut(cut)
            self.assertTrue(await self.upload())
            self.assertEqual(len(self.platform.sales), 1)
            self.assertEqual(self.platform.messages.count("3505"), 2 if fault == REQUEST_LOST else 1)

    async def test_returns(self) -> None:
        for fault, cut in self.CASES:
            await self.again("3506", fault)
            await self.settled()
            await self.upload()
            await self.cancel()
            self.assertFalse(await self.upload())
            await self.maybe_cut(cut)
            self.assertTrue(await self.upload())
            self.assertEqual(self.platform.sales, {})


class FullDisk(Counter):
    """The disk refuses one commit in the middle; after a restart nothing has been lost or done twice."""

    async def test_at_every_commit_of_a_visit(self) -> None:
        await self.settled()
        commits = self.board.store.commits
        for number in range(3, commits + 1):
            await self.stop()
            await self.begin()
            self.board.store.failing = [number]
            await self.as_far_as_it_goes()
            await self.power_cut()
            if self.desk.record() is None:
                continue
            await self.finished_after(number)

    async def as_far_as_it_goes(self) -> None:
        """A press that the disk refused ends it, and so does a step that did not come."""
        try:
            await self.arrive()
            if self.desk.record() is not None:
                await self.priced_from_here()
        except TerminalError as error:
            self.assertTrue(error.code in ("vault.full", "trace.not_now"), error.code)

    async def priced_from_here(self) -> None:
        await self.diagnose()
        await self.prescribe(("aspirin", 2))
        await self.scan(box(1), box(2))
        if self.step() == "confirm":
            await self.settle()

    async def finished_after(self, number: int) -> None:
        """Whatever step the visit stands at: one settlement at most, and it is the one on the receipt."""
        self.assertEqual(await self.terminal.vault.verify_journal(), self.terminal.vault.journal_head()[0])
        await self.take_up()
        known = self.visit()["settlement"]
        if known is not None:
            self.assertEqual(list(self.platform.settlements), [known["settlement"]], "commit " + str(number))
            self.assertEqual(self.on_shelf(), 41)
            await self.upload()
            self.assertEqual(len(self.platform.sales), 1)
        elif self.platform.settlements:
            self.fail("a settlement that nobody knows of, commit " + str(number))
