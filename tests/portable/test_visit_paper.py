"""The receipt of a visit: what came out, what did not, and what nobody knows. Runs on CPython and MicroPython."""

from hal import aio
from hal.ports import NOT_PRINTED, NOT_SURE, PrintResult
from tests.portable.tiny_counter import Counter


class Paper(Counter):
    async def answer(self, answer: str) -> str:
        refused = await self.refusal(self.desk.receipt(self.version(), answer))
        await self.quiet()
        return refused

    def receipt(self) -> "tuple[str, str, int]":
        receipt = self.visit()["receipt"]
        return self.step(), receipt["state"], receipt["copies"]

    def marked(self, job: int) -> bool:
        return "【重打】" in self.board.printer.texts(job)

    async def test_printed(self) -> None:
        await self.settled()
        self.assertEqual(self.receipt(), ("done", "printed", 1))
        self.assertFalse(self.marked(0))
        self.assertTrue("（示例数据 未经核实）" in self.board.printer.texts(0))
        for wrong in ("print", "came_out", "", "burn"):
            self.assertEqual(await self.answer(wrong), "visit.not_now")

    async def test_a_copy_carries_its_mark(self) -> None:
        await self.settled()
        self.assertEqual(await self.answer("reprint"), "")
        self.assertEqual(self.receipt(), ("done", "printed", 2))
        self.assertTrue(self.marked(1))

    async def test_nothing_came_out(self) -> None:
        self.board.printer.results = [PrintResult(NOT_PRINTED, "printer.paper_out")]
        await self.settled()
        self.assertEqual((self.receipt(), self.told()), (("receipt", "failed", 0), "printer.paper_out"))
        self.assertEqual(await self.answer("came_out"), "visit.not_now")
        self.assertEqual(await self.answer("print"), "")
        self.assertEqual(self.receipt(), ("done", "printed", 1))
        self.assertFalse(self.marked(1))

    async def test_some_may_have_come_out_and_did(self) -> None:
        self.board.printer.results = [PrintResult(NOT_SURE, "printer.no_proof")]
        await self.settled()
        self.assertEqual((self.receipt(), self.told()), (("receipt", "unsure", 0), "printer.no_proof"))
        self.assertEqual(await self.answer("print"), "visit.not_now")
        self.assertEqual(await self.answer("came_out"), "")
        self.assertEqual((self.receipt(), len(self.board.printer.jobs)), (("done", "printed", 1), 1))

    async def test_some_may_have_come_out_and_did_not(self) -> None:
        self.board.printer.results = [PrintResult(NOT_SURE, "printer.no_proof")]
        await self.settled()
        self.assertEqual(await self.answer("reprint"), "")
        self.assertTrue(self.marked(1))
        self.assertEqual(self.receipt()[:2], ("done", "printed"))

    async def test_a_copy_that_fails_stays_a_copy(self) -> None:
        await self.settled()
        self.board.printer.results = [PrintResult(NOT_PRINTED, "printer.paper_out")]
        await self.answer("reprint")
        self.assertEqual(self.receipt(), ("receipt", "failed", 1))
        await self.answer("print")
        self.assertTrue(self.marked(2))

    async def test_the_power_goes_while_it_prints(self) -> None:
        self.board.printer.held = aio.Event()
        await self.settled()
        self.assertEqual(self.receipt(), ("receipt", "printing", 0))
        self.assertEqual(await self.refusal(self.desk.cancel(self.version())), "visit.busy")
        await self.power_cut()
        self.assertEqual(self.receipt(), ("receipt", "unsure", 0))
        self.assertEqual(self.board.printer.jobs, [])  # nothing is printed unasked
        await self.answer("reprint")
        self.assertTrue(self.marked(0))

    async def test_the_record_is_on_the_disk_before_the_paper(self) -> None:
        self.board.printer.held = aio.Event()
        await self.settled()
        kept = await self.terminal.vault.get("visit", self.visit()["id"]) or {}
        self.assertEqual((kept["step"], kept["receipt"]["state"]), ("receipt", "printing"))
        self.assertEqual(kept["settlement"], self.visit()["settlement"])

    async def test_the_disk_is_full_when_it_has_printed(self) -> None:
        self.board.printer.held = aio.Event()
        await self.settled()
        self.board.store.failing = [self.board.store.commits + 1]
        self.board.printer.held.set()
        await self.quiet()
        self.assertEqual((self.receipt()[:2], self.told()), (("receipt", "unsure"), "vault.full"))
        await self.answer("came_out")
        self.assertEqual(self.receipt(), ("done", "printed", 1))

    async def test_a_visit_set_aside_while_it_prints(self) -> None:
        self.board.printer.held = aio.Event()
        await self.settled()
        await self.desk.set_aside()
        self.board.printer.held.set()
        await self.quiet()
        self.assertEqual((self.desk.kept()[0]["step"], self.desk.kept()[0]["receipt"]["copies"]), ("done", 1))
