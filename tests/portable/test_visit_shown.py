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


if __name__ == "__main__":
    unittest.main()
