"""A terminal that is full takes no new patient, and finishes those it has. Runs on CPython and MicroPython."""

from firmware.vault import Batch
from hal import aio
from tests.portable.tiny_counter import PATIENT, Counter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

OTHER = "440308199901101512"


class Full(Counter):
    async def fill(self) -> None:
        """A settled visit whose upload waits, with room for no other."""
        await self.stop()
        self.board.vault["unsent"] = 1
        await self.start(self.board)
        await self.settled()

    async def test_no_new_visit(self) -> None:
        await self.fill()
        self.assertTrue(self.terminal.outbox.full())
        self.assertEqual(await self.refusal(self.desk.identity_number(OTHER)), "outbox.full")

    async def test_what_is_open_goes_on(self) -> None:
        await self.fill()
        await self.cancel()
        self.assertEqual(self.step(), "cancelled")
        self.assertEqual(self.visit()["cancelled"], True)

    async def test_a_cancellation_that_waits_for_its_turn_to_be_kept_is_not_taken_for_dead(self) -> None:
        await self.settled()
        outbox, lock = self.terminal.outbox, self.terminal.book._lock
        withdraw = outbox.withdraw
        exporting: "list[Any]" = []

        async def busy(batch: Batch, visit: str) -> "list[str]":
            rows = await withdraw(batch, visit)
            await lock.acquire()  # another visit is being kept
            exporting.append(aio.spawn("wait", outbox.claims.take(visit)))
            exporting.append(aio.spawn("keep", self.let_go(lock)))
            return rows

        outbox.withdraw = busy  # type: ignore[method-assign]
        await self.cancel()
        for task in exporting:
            await aio.within(task, 10000)
        self.assertEqual((self.step(), self.visit()["cancelled"]), ("cancelled", True))

    async def let_go(self, lock: "Any") -> None:
        for _ in range(20):
            await aio.sleep_ms(0)
        lock.release()

    async def test_a_kept_visit_comes_back(self) -> None:
        await self.arrive()
        await self.desk.set_aside()
        await self.stop()
        self.board.vault["unsent"] = 1
        self.terminal.outbox.full = lambda: True  # type: ignore[method-assign]
        self.desk._full = self.terminal.outbox.full
        await self.desk.identity_number(PATIENT)
        self.assertEqual(self.told(), "visit.kept")

    async def test_with_room_again_there_is_a_new_visit(self) -> None:
        await self.fill()
        self.assertTrue(await self.upload())
        self.assertFalse(self.terminal.outbox.full())
        self.assertEqual(await self.refusal(self.desk.identity_number(OTHER)), "")
