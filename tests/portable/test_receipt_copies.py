"""Each copy of a receipt has a name of its own in the vault before the printer hears of it; an answer that was lost
leads to a question, never to a second print. Runs on CPython and MicroPython."""

from hal import aio
from hal.ports import NOT_PRINTED, NOT_SURE, PrintResult
from tests.portable.tiny_counter import Counter


class Copies(Counter):
    async def answer(self, answer: str) -> str:
        refused = await self.refusal(self.desk.receipt(self.version(), answer))
        await self.quiet()
        return refused

    def receipt(self) -> "tuple[str, str, int]":
        receipt = self.visit()["receipt"]
        return self.step(), receipt["state"], receipt["copies"]

    def action(self) -> str:
        return str(self.visit()["receipt"]["action"])

    def marked(self, job: int) -> bool:
        return "【重打】" in self.board.printer.texts(job)

    async def kept_action(self) -> str:
        """The name of the last copy as the disk has it."""
        kept = await self.terminal.vault.get("visit", self.visit()["id"]) or {}
        return str(kept["receipt"]["action"])

    async def test_the_name_is_on_the_disk_before_the_printer_hears_of_it(self) -> None:
        self.board.printer.held = aio.Event()
        await self.settled()
        self.assertEqual(self.board.printer.begun, [await self.kept_action()])
        self.assertTrue(self.action().startswith(self.visit()["number"] + "-"))
        self.assertTrue(len(self.action()) <= 40)

    async def test_every_copy_has_another_name(self) -> None:
        self.board.printer.results = [PrintResult(NOT_PRINTED, "printer.paper_out")]
        await self.settled()
        names = [self.action()]
        for answer in ("print", "reprint", "reprint"):
            self.assertEqual(await self.answer(answer), "")
            names.append(self.action())
        self.assertEqual(len(set(names)), 4)
        self.assertEqual((self.board.printer.begun, self.board.printer.refused), (names[1:], []))
        self.assertEqual([self.marked(job) for job in (1, 2, 3)], [False, True, True])

    async def test_the_answer_lost_after_the_cut_leads_to_a_question(self) -> None:
        self.board.printer.results = [PrintResult(NOT_SURE, "printer.no_proof")]
        await self.settled()
        await self.power_cut()
        self.assertEqual((self.receipt(), self.board.printer.jobs), (("receipt", "unsure", 0), []))
        self.assertEqual(await self.answer("print"), "visit.not_now")
        self.assertEqual(await self.answer("came_out"), "")
        self.assertEqual((self.receipt(), self.board.printer.jobs), (("done", "printed", 1), []))

    async def test_the_power_goes_after_the_cut_and_before_the_answer(self) -> None:
        self.board.printer.held = aio.Event()
        await self.settled()
        before = self.action()
        await self.power_cut()
        self.assertEqual((self.receipt(), self.action()), (("receipt", "unsure", 0), before))
        self.board.printer.begun = [before]  # the printer that stayed on remembers it
        await self.answer("reprint")
        self.assertTrue(self.action() != before)
        self.assertEqual((self.board.printer.refused, self.marked(0)), ([], True))

    async def test_names_do_not_come_back_after_power_cuts(self) -> None:
        names = []
        await self.settled()
        for _ in range(3):
            await self.answer("reprint")
            names.append(self.action())
            await self.power_cut()
        self.assertEqual(len(set(names)), 3)

    async def test_nothing_is_printed_that_the_disk_does_not_know(self) -> None:
        await self.settled()
        self.board.store.fail_next()
        self.assertEqual(await self.answer("reprint"), "vault.full")
        self.assertEqual((len(self.board.printer.jobs), self.receipt()), (1, ("done", "printed", 1)))
        self.assertEqual(self.action(), await self.kept_action())

    async def test_a_copy_is_no_reprint_when_nothing_has_come_out(self) -> None:
        self.board.printer.results = [PrintResult(NOT_PRINTED, "printer.paper_out")]
        await self.settled()
        await self.answer("without_paper")
        self.assertEqual(self.receipt(), ("done", "failed", 0))
        await self.answer("reprint")
        self.assertEqual((self.receipt(), self.marked(1)), (("done", "printed", 1), False))
        self.board.printer.results = [PrintResult(NOT_PRINTED, "printer.paper_out")]
        await self.answer("reprint")
        await self.answer("print")
        self.assertEqual((self.receipt(), self.marked(3)), (("done", "printed", 2), True))

    async def test_a_record_of_an_older_program_on_a_full_disk(self) -> None:
        self.board.printer.held = aio.Event()
        await self.settled()
        record = self.visit()
        record["receipt"] = {"state": "printing", "copies": 0}
        await self.terminal.book.keep(record, "visit.older")
        await self.stop()
        board = self.board.restarted(2)
        board.store.fail_next()
        await self.start(board)
        self.assertEqual((self.receipt(), self.action()), (("receipt", "unsure", 0), ""))
        self.assertEqual(await self.page_refused(), "visit.not_now")

    async def test_a_record_of_an_older_program(self) -> None:
        self.board.printer.held = aio.Event()
        await self.settled()
        record = self.visit()
        record["receipt"] = {"state": "printing", "copies": 0}
        await self.terminal.book.keep(record, "visit.older")
        await self.power_cut()
        self.assertEqual((self.receipt(), self.action()), (("receipt", "unsure", 0), ""))
        await self.answer("reprint")
        self.assertEqual((self.receipt(), self.marked(0)), (("done", "printed", 2), True))

    async def test_the_office_printer_instead(self) -> None:
        self.board.printer.results = [PrintResult(NOT_PRINTED, "printer.silent")]
        await self.settled()
        first = self.action()
        page = self.terminal.screen.receipt_page
        self.assertEqual(await self.answer("office"), "")
        self.assertTrue(self.action() != first)
        self.assertEqual((self.receipt(), len(self.board.printer.jobs)), (("receipt", "unsure", 0), 1))
        self.assertTrue("测试甲" in page() and "重打" not in page())
        await self.power_cut()  # the question is still there, and the page of this copy
        self.assertTrue("重打" not in self.terminal.screen.receipt_page())
        await self.answer("came_out")
        self.assertEqual(self.receipt(), ("done", "printed", 1))
        await self.answer("reprint")
        self.assertTrue(self.marked(0))

    async def test_the_office_printer_a_second_time(self) -> None:
        self.board.printer.results = [PrintResult(NOT_SURE, "printer.no_proof")]
        await self.settled()
        for _ in range(2):
            before = self.action()
            self.assertEqual(await self.answer("office"), "")
            self.assertTrue(self.action() != before)
            self.assertTrue("重打" in self.terminal.screen.receipt_page())
        await self.answer("came_out")
        self.assertEqual(self.receipt(), ("done", "printed", 2))

    async def test_no_page_without_a_press(self) -> None:
        self.assertEqual(await self.page_refused(), "visit.unknown")
        self.board.printer.results = [PrintResult(NOT_SURE, "printer.no_proof")]
        await self.settled()
        self.assertEqual(await self.page_refused(), "visit.not_now")
        await self.answer("came_out")
        self.assertEqual(await self.page_refused(), "visit.not_now")
        self.assertEqual(await self.answer("office"), "visit.not_now")

    async def page_refused(self) -> str:
        async def press() -> None:
            self.terminal.screen.receipt_page()

        return await self.refusal(press())
