"""What a patient was handed before, however long he has been coming. Runs on CPython and MicroPython."""

from firmware.vault import Batch
from tests.portable.patient_history import AGAIN, DAY_S, SUPPLY, History, visit


class Remembered(History):
    async def test_only_what_the_rules_need_is_read(self) -> None:
        for limits, most in (((SUPPLY,), 600), ((AGAIN,), 100), ((), 0)):
            await self.begin(*limits)
            for number in range(1, 121):  # one visit in twelve days, for four years
                await self.hand_over(number)
                self.board.clock.now_s += 12 * DAY_S
            await self.found(121)
            self.assertTrue(self.rows_read() <= most, self.rows_read())

    async def test_the_newest_count(self) -> None:
        await self.begin(SUPPLY, AGAIN)
        for number in range(1, 100):
            await self.hand_over(number)
            self.board.clock.now_s += 40 * DAY_S
        await self.hand_over(100)
        self.assertEqual(await self.found(101), [("repeat", {"days": 30}), ("again_today", {})])

    async def test_visits_that_a_wrong_clock_dated_too_early_hide_nothing(self) -> None:
        await self.begin(SUPPLY)
        for number in range(1, 26):
            await self.hand_over(number)
        right_s = self.board.clock.now_s
        self.board.clock.now_s = 946684800  # 2000-01-01
        for number in range(26, 45):  # a page but for one
            await self.hand_over(number)
        self.board.clock.now_s = right_s
        self.assertEqual(await self.found(45), [("repeat", {"days": 750})])

    async def test_what_was_brought_back_is_not_there_any_more(self) -> None:
        await self.begin(SUPPLY)
        await self.hand_over(7)
        batch = Batch("visit.cancelled")
        self.checking.brought_back(batch, visit(7))
        await self.vault.commit(batch)
        self.assertEqual(await self.found(8), [])
