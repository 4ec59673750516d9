"""A backlog: several messages with one commit, over several requests at a time. Runs on CPython and MicroPython."""

from firmware.vault import ABSENT, DELIVERED, UNKNOWN, Outbox, open_vault
from firmware.vault.outbox.message import NEW, SENT
from hal import aio
from tests.portable.doubles import pulse
from tests.portable.outbox_counter import UPLOADS, Counter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Waves(Counter):
    """Several messages with one commit, over several requests at a time."""

    lanes = 4

    async def test_one_commit_before_and_one_after(self) -> None:
        for visit in ("a", "b", "c"):
            await self.put(visit, visit + "1")
        before = self.board.store.commits
        self.assertTrue(await self.outbox.deliver(pulse))
        self.assertEqual(self.board.store.commits, before + 2)
        self.assertEqual(len(self.courier.sent), 3)

    async def test_at_most_so_many_at_once(self) -> None:
        now: "list[int]" = [0, 0]

        async def look(message: "dict[str, Any]") -> None:
            now[0] += 1
            now[1] = max(now)
            await aio.sleep_ms(0)
            now[0] -= 1

        self.courier.before_send = look
        for number in range(10):
            await self.put(str(number), "row" + str(number))
        self.assertTrue(await self.outbox.deliver(pulse))
        self.assertEqual(now[1], 4)

    async def test_a_lane_that_dies_loses_only_its_own_message(self) -> None:
        async def die(message: "dict[str, Any]") -> None:
            if message["row"] == "b1":
                raise ValueError

        self.courier.before_send = die
        for visit in ("a", "b", "c", "d", "e", "f"):
            await self.put(visit, visit + "1")
        self.assertFalse(await self.outbox.deliver(pulse))
        self.assertEqual(await self.states("b"), [("b1", SENT)])
        self.assertEqual(sorted([row for row, _ in self.courier.sent]), ["a1", "c1", "d1", "e1", "f1"])
        self.assertEqual(len(await self.archived()), 5)

    async def test_a_dead_line_is_not_tried_with_every_message(self) -> None:
        for number in range(30):
            await self.put(f"{number:02d}", "row" + str(number))
        self.courier.answers = [ABSENT] * 30
        self.assertFalse(await self.outbox.deliver(pulse))
        self.assertTrue(len(self.courier.sent) < 10)
        self.courier.answers = []
        self.assertTrue(await self.outbox.deliver(pulse))
        self.assertEqual(len(await self.archived()), 30)
        self.assertEqual(self.courier.asked, [])

    async def test_what_never_has_an_answer_does_not_hold_up_what_lies_behind_it(self) -> None:
        self.outbox = await self.reopened(self.board, 4)
        for number in range(12):
            await self.put(f"{number:02d}", "row" + str(number))
        self.outbox = await self.reopened(self.board.restarted(2), 4)
        self.courier.answers = [UNKNOWN] * 4
        self.courier.questions = [UNKNOWN] * 100
        for _ in range(3):
            self.assertFalse(await self.outbox.deliver(pulse))
        self.assertEqual(len(await self.archived()), 8)

    async def test_the_platform_may_ask_for_silence(self) -> None:
        self.outbox = await self.reopened(self.board, 50, 1)
        for visit in ("a", "b", "c"):
            await self.put(visit, visit + "1")
        self.courier.answers = [DELIVERED, UNKNOWN]
        self.courier.closed = [0, 30]
        self.assertFalse(await self.outbox.deliver(pulse))
        self.assertEqual([row for row, _ in self.courier.sent], ["a1", "b1"])
        self.assertEqual(await self.states("c"), [("c1", NEW)])  # marked, and certainly not sent

    async def test_visits_of_this_run_go_before_the_backlog(self) -> None:
        await self.put("c", "c1")
        self.outbox = await self.reopened(self.board.restarted(2), 50, 1)
        await self.put("d", "d1")
        self.assertTrue(await self.outbox.deliver(pulse))
        self.assertEqual([row for row, _ in self.courier.sent], ["d1", "c1"])

    async def test_the_order_holds_across_pages(self) -> None:
        for row in ("a1", "a2", "a3", "a4", "a5"):
            await self.put("a", row)
        await self.put("b", "b1")
        self.outbox = await self.reopened(self.board.restarted(2), 2, 1)
        self.courier.answers = [DELIVERED, UNKNOWN]
        self.assertFalse(await self.outbox.deliver(pulse))
        self.assertEqual([row for row, _ in self.courier.sent], ["a1", "a2", "b1"])
        self.assertTrue(await self.outbox.deliver(pulse))
        self.assertEqual([row for row, _ in self.courier.sent], ["a1", "a2", "b1", "a3", "a4", "a5"])

    async def test_starting_reads_one_message_however_many_wait(self) -> None:
        for number in range(60):
            await self.put(f"{number:02d}", "row" + str(number))
        board = self.board.restarted(2)
        read: "list[int]" = []
        scan = board.store.scan

        async def counted(prefix: bytes, after: bytes = b"", most: int = 0) -> "list[tuple[bytes, bytes]]":
            rows = await scan(prefix, after, most)
            read.append(len(rows))
            return rows

        vault = await open_vault(board.store, board.ciphers, board.keys, board.random, board.clock)
        board.store.scan = counted  # type: ignore[method-assign]
        await Outbox(vault, self.courier, board.clock, board.random, UPLOADS, 100).load()
        self.assertEqual(read, [1])
