"""A terminal that is full takes no new patient, and finishes those it has. Runs on CPython and MicroPython."""

from tests.portable.tiny_counter import PATIENT, Counter

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
