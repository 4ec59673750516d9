"""What a person decides about held messages, and how full the outbox is. Runs on CPython and MicroPython."""

from firmware.vault import ARCHIVE_KIND, DELIVERED, REFUSED, UNKNOWN, Batch, OutboxError
from firmware.vault.outbox.capacity import room_percent
from firmware.vault.outbox.message import NEW
from hal import aio
from tests.portable.doubles import pulse
from tests.portable.outbox_counter import Counter

TYPE_CHECKING = False
if TYPE_CHECKING:
    pass


class ByHand(Counter):
    """What a person decides about a message that the platform refused."""

    async def refused(self, answer: str = REFUSED) -> str:
        await self.put("a", "a1", 70)
        await self.put("a", "a2", 30)
        self.courier.answers = [answer]
        await self.outbox.deliver(pulse)
        return str((await self.outbox.held())[0]["id"])

    async def test_what_is_shown(self) -> None:
        message_id = await self.refused()
        held = await self.outbox.held()
        want = {"id": message_id, "visit": "a", "row": "a1", "infno": "3505", "refusal": "不收", "amount_fen": 70}
        self.assertEqual({name: held[0][name] for name in want}, want)
        self.assertEqual(await self.outbox.held(message_id), [])

    async def test_tried_again(self) -> None:
        message_id = await self.refused()
        await self.outbox.retry(message_id, "1")
        self.assertEqual(await self.states("a"), [("a1", NEW), ("a2", NEW)])
        self.assertTrue(await self.outbox.deliver(pulse))
        self.assertEqual([row for row, _ in self.courier.sent], ["a1", "a1", "a2"])
        self.assertEqual(self.outbox.summary()["quarantined"], 0)

    async def test_released_with_a_reason(self) -> None:
        message_id = await self.refused()
        await self.outbox.release(message_id, "1", "在县局补传")
        self.assertTrue(await self.outbox.deliver(pulse))
        self.assertEqual(await self.archived(), [("a1", "released"), ("a2", "acknowledged")])
        done = await self.vault.get(ARCHIVE_KIND, message_id)
        assert done is not None
        self.assertEqual((done["reason"], done["operator"]), ("在县局补传", "1"))
        summary = self.outbox.summary()
        self.assertEqual((summary["waiting"], summary["quarantined"], summary["amount_fen"]), (0, 0, 0))

    async def test_not_without_a_reason_and_not_twice(self) -> None:
        message_id = await self.refused()
        for reason, code in ((" ", "outbox.no_reason"), ("补传", ""), ("补传", "outbox.not_held")):
            try:
                await self.outbox.release(message_id, "1", reason)
                self.assertEqual(code, "")
            except OutboxError as error:
                self.assertEqual(error.code, code)

    async def test_what_the_platform_would_not_tell_about_is_asked_for_again(self) -> None:
        await self.put("a", "a1")
        self.courier.answers = [UNKNOWN]
        await self.outbox.deliver(pulse)
        self.courier.questions = [REFUSED]
        self.assertTrue(await self.outbox.deliver(pulse))
        batch = Batch("cancel")
        self.assertEqual(await self.outbox.withdraw(batch, "a"), [])  # it may be there
        await self.vault.commit(batch)
        held = await self.outbox.held()
        self.assertEqual(held[0]["refusal"], "不答")
        await self.outbox.retry(held[0]["id"], "1")
        self.assertTrue(await self.outbox.deliver(pulse))
        self.assertEqual((len(self.courier.sent), self.courier.asked), (1, ["a1", "a1"]))


class Full(Counter):
    async def test_levels_are_reached_and_left(self) -> None:
        levels: "list[int]" = []
        for number in range(100):
            await self.put(f"{number:03d}", "row" + str(number))
            level = self.outbox.summary()["level"]
            if not levels or levels[-1] != level:
                levels.append(level)
        self.assertEqual(levels, [0, 50, 80, 95, 100])
        self.assertTrue(self.outbox.full())
        await self.put("100", "row")  # nothing is dropped
        self.assertEqual(self.outbox.summary()["waiting"], 101)
        await self.outbox.deliver(pulse)
        self.assertEqual((self.outbox.summary()["level"], self.outbox.full()), (0, False))

    async def test_a_level_is_not_left_at_once(self) -> None:
        for number in range(50):
            await self.put(f"{number:03d}", "row" + str(number))
        self.courier.answers = [DELIVERED] * 2 + [UNKNOWN] * 48
        await self.outbox.deliver(pulse)
        self.assertEqual((self.outbox.summary()["waiting"], self.outbox.summary()["level"]), (48, 50))

    async def test_the_room_counts_as_well(self) -> None:
        self.board.store.capacity = (await self.board.store.room())[0] * 3 // 2
        self.outbox = await self.reopened(self.board)
        self.assertTrue(self.outbox.summary()["level"] > 0)

    def test_room_with_its_reserve(self) -> None:
        for used, free, percent in ((0, 16000, 0), (7500, 8500, 50), (15000, 1000, 100), (0, 0, 100)):
            self.assertEqual(room_percent(used, free), percent)


class Miscounted(Counter):
    """The counters are for the screen: wrong ones lose nothing, change no order, and are set right."""

    async def miscount(self, counter: str, change: int) -> None:
        batch = Batch("test")
        batch.count(counter, change)
        await self.vault.commit(batch)

    async def test_what_is_left_when_nothing_is_left(self) -> None:
        for counter, change in (("outbox.waiting", 2), ("outbox.fen", -7), ("outbox.held", 1)):
            await self.miscount(counter, change)
        await self.put("a", "a1")
        self.assertTrue(await self.outbox.deliver(pulse))
        self.assertEqual(self.shown(), [0, 0, 0, 0])
        before = self.board.store.commits
        self.assertTrue(await self.outbox.deliver(pulse))
        self.assertEqual(self.board.store.commits, before)

    async def test_not_between_the_disk_and_the_counters(self) -> None:
        await self.put("a", "a1")
        batch = Batch("cancel")
        await self.outbox.withdraw(batch, "a")
        rows = dict(self.board.store.rows)
        self.board.store.stalled = aio.Event()
        cancel = aio.spawn("cancel", self.vault.commit(batch))
        while self.board.store.rows == rows:
            await aio.sleep_ms(0)  # until the row is gone, and the commit has not returned
        check = aio.spawn("check", self.outbox._check_counters())
        await aio.sleep_ms(5)
        self.board.store.stalled.set()
        await cancel
        await check
        self.assertEqual(self.shown(), [0, 0, 0, 0])

    async def test_what_is_held_holds_its_visit_even_when_nobody_counted_it(self) -> None:
        await self.put("a", "a1")
        await self.put("a", "a2")
        self.courier.answers = [REFUSED]
        await self.outbox.deliver(pulse)
        await self.miscount("outbox.held", -1)
        self.assertTrue(await self.outbox.deliver(pulse))
        self.assertEqual([row for row, _ in self.courier.sent], ["a1"])
        self.assertEqual([row for row, _ in await self.states("a")], ["a1", "a2"])
