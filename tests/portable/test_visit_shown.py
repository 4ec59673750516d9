"""What the doctor sees is on the disk. Runs on CPython and MicroPython."""

import unittest

from hal import aio
from tests.portable.tiny_counter import DOCTOR, Counter, box

_TURNS = 200  # more than a step takes


class Shown(Counter):
    async def on_screen(self) -> str:
        state = await self.terminal.screen.state({"id": "1", "name": DOCTOR["name"], "role": "doctor"})
        return str(state["visit"]["step"])

    async def test_a_step_is_shown_when_its_commit_is_done_and_not_before(self) -> None:
        await self.arrive()
        await self.diagnose()
        await self.prescribe(("aspirin", 1))
        await self.scan(box(1))
        self.assertEqual(await self.on_screen(), "confirm")
        stalled = aio.Event()
        self.board.store.stalled = stalled
        press = aio.spawn("press", self.desk.choose_diagnosis(self.version(), "I10.x00"))
        for _ in range(_TURNS):
            await aio.sleep_ms(0)
        self.assertEqual(self.step(), "price")  # in memory
        self.assertEqual(await self.on_screen(), "confirm")
        self.board.store.stalled = None
        stalled.set()
        await press
        self.assertEqual(await self.on_screen(), "price")

    async def test_a_step_that_could_not_be_written_is_never_shown(self) -> None:
        await self.arrive()
        self.board.store.fail_next()
        self.assertEqual(await self.refusal(self.desk.choose_diagnosis(self.version(), "J00.x00")), "vault.full")
        self.assertEqual(await self.on_screen(), "diagnose")

    async def test_a_price_that_is_asked_anew_and_does_not_come_leaves_no_old_one_to_settle(self) -> None:
        await self.arrive()
        await self.diagnose()
        await self.prescribe(("aspirin", 1))
        await self.scan(box(1))
        self.assertEqual(await self.on_screen(), "confirm")
        self.platform.down = True
        await self.desk.price(self.version())
        await self.quiet()
        self.assertEqual((self.step(), await self.on_screen()), ("price", "price"))
        await self.power_cut()  # the fees may be gone: the old price is none any more
        self.assertEqual((self.step(), self.visit()["preview"]), ("price", None))

    async def test_two_steps_of_one_visit_of_which_the_first_cannot_be_written(self) -> None:
        """The second must not keep what the first had changed without what belongs to it, nor be lost in memory."""
        await self.arrive()
        await self.diagnose()
        await self.prescribe(("aspirin", 60))
        record = self.visit()
        vault = self.terminal.vault
        for number in range(40):  # wherever the second comes, and whichever that is
            self.board.store.fail_next()
            tasks = []
            for is_press in (number < 20, number >= 20):
                if is_press:
                    step = self.refusal(self.desk.scanned(box(number)))
                else:
                    step = self.refusal(self.terminal.book.keep(record, "visit.other"))
                tasks.append(aio.spawn("step", step))
                for _ in range(number % 20):
                    await aio.sleep_ms(0)
            refused = (await tasks[0], await tasks[1])
            self.assertTrue("vault.full" in refused)
            self.board.store.failing = []
            self.assertEqual(record, await vault.get("visit", record["id"]))
            self.assertEqual(record, self.terminal.book.shown(record["id"]))
            bound = box(number).decode() in [each["key"] for each in record["lines"][0]["boxes"]]
            self.assertEqual(await self.holder(box(number)) is not None, bound, number)
        self.assertEqual(await self.refusal(self.desk.scanned(box(99))), "")


if __name__ == "__main__":
    unittest.main()
