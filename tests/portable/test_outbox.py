"""The outbox: nothing is lost, nothing is done twice. Runs on CPython and MicroPython."""

import unittest

from firmware.vault import (
    ABSENT,
    ARCHIVE_KIND,
    DELIVERED,
    QUARANTINED,
    REFUSED,
    UNKNOWN,
    Batch,
    Outbox,
    Vault,
    VaultError,
    open_vault,
    outbox,
)
from firmware.vault.outbox import NEW, SENT
from hal import aio
from tests.portable.doubles import MemoryBoard, pulse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class ListCourier:
    """Delivers as `answers` (to send) and `questions` (to ask) say, in their order; without them everything arrives."""

    def __init__(self) -> None:
        self.answers: "list[str]" = []
        self.questions: "list[str]" = []
        self.sent: "list[tuple[str, str]]" = []  # (row, msgid)
        self.asked: "list[str]" = []
        self.numbers = 0
        self.before_send: "Any" = None
        self.before_number: "Any" = None

    async def new_msgid(self) -> str:
        if self.before_number is not None:
            await self.before_number()
        self.numbers += 1
        return "m" + str(self.numbers)

    async def send(self, message: "dict[str, Any]") -> "tuple[str, str]":
        if self.before_send is not None:
            await self.before_send(message)
        self.sent.append((message["row"], message["msgid"]))
        outcome = self.answers.pop(0) if self.answers else DELIVERED
        return outcome, "不收" if outcome == REFUSED else ""

    async def ask(self, message: "dict[str, Any]") -> "tuple[str, str]":
        self.asked.append(message["row"])
        return (self.questions.pop(0) if self.questions else DELIVERED), ""


class Counter(unittest.TestCase):
    """A vault, an outbox and a courier; the tests are below."""

    async def setUp(self) -> None:  # type: ignore[override]
        self.board = MemoryBoard()
        self.courier = ListCourier()
        self.outbox = await self.reopened(self.board)

    async def reopened(self, board: MemoryBoard) -> Outbox:
        self.board = board
        self.vault: Vault = await open_vault(board.store, board.ciphers, board.keys, board.random, board.clock)
        outbox = Outbox(self.vault, self.courier, board.clock, board.random)
        await outbox.load()
        return outbox

    async def put(self, visit: str, row: str, amount_fen: int = 100) -> None:
        batch = Batch("test")
        self.outbox.enqueue(batch, visit, row, "3505", {"row": row}, amount_fen)
        await self.vault.commit(batch)

    def states(self, visit: str) -> "list[tuple[str, str]]":
        return [(message["row"], message["state"]) for message in self.outbox.of_visit(visit)]

    async def archived(self) -> "list[tuple[str, str]]":
        return [(message["row"], message["state"]) for _, message in await self.vault.list(ARCHIVE_KIND)]


class Delivery(Counter):
    async def test_delivered_in_order_and_archived(self) -> None:
        for row in ("a1", "a2"):
            await self.put("a", row)
        await self.put("b", "b1")
        self.assertTrue(await self.outbox.deliver(pulse))
        self.assertEqual(self.courier.sent, [("a1", "m1"), ("a2", "m2"), ("b1", "m3")])
        self.assertEqual(await self.archived(), [(row, "acknowledged") for row in ("a1", "a2", "b1")])
        self.assertEqual(await self.vault.list("outbox"), [])
        self.assertTrue(await self.outbox.deliver(pulse))
        self.assertEqual(len(self.courier.sent), 3)

    async def test_nothing_is_enqueued_by_a_commit_that_failed(self) -> None:
        self.board.store.fail_next()
        try:
            await self.put("a", "a1")
            self.fail("kept")
        except VaultError:
            self.assertEqual(self.states("a"), [])
        self.assertEqual((await self.reopened(self.board.restarted(2))).of_visit("a"), [])

    async def test_it_is_noted_as_sent_before_it_leaves(self) -> None:
        seen: "list[Any]" = []

        async def look(message: "dict[str, Any]") -> None:
            seen.extend(await self.vault.list("outbox"))

        self.courier.before_send = look
        await self.put("a", "a1")
        await self.outbox.deliver(pulse)
        self.assertEqual((seen[0][1]["state"], seen[0][1]["msgid"]), (SENT, "m1"))

    async def test_no_answer_holds_only_its_own_visit(self) -> None:
        for visit, row in (("a", "a1"), ("a", "a2"), ("b", "b1")):
            await self.put(visit, row)
        self.courier.answers = [UNKNOWN]
        self.assertFalse(await self.outbox.deliver(pulse))
        self.assertEqual([row for row, _ in self.courier.sent], ["a1", "b1"])
        self.assertEqual(self.states("a"), [("a1", SENT), ("a2", NEW)])

    async def test_what_may_have_arrived_is_asked_for(self) -> None:
        await self.put("a", "a1")
        self.courier.answers = [UNKNOWN]
        await self.outbox.deliver(pulse)
        self.courier.questions = [UNKNOWN, ABSENT]
        self.assertFalse(await self.outbox.deliver(pulse))
        self.assertEqual(len(self.courier.sent), 1)
        self.assertTrue(await self.outbox.deliver(pulse))
        self.assertEqual(self.courier.sent, [("a1", "m1"), ("a1", "m2")])  # again, under a number of its own

    async def test_what_has_arrived_is_not_sent_again(self) -> None:
        await self.put("a", "a1")
        self.courier.answers = [UNKNOWN]
        await self.outbox.deliver(pulse)
        self.assertTrue(await self.outbox.deliver(pulse))
        self.assertEqual(len(self.courier.sent), 1)
        self.assertEqual(await self.archived(), [("a1", "acknowledged")])

    async def test_a_restart_asks_for_what_was_sent(self) -> None:
        await self.put("a", "a1")
        await self.put("a", "a2")
        self.courier.answers = [UNKNOWN]
        await self.outbox.deliver(pulse)
        self.outbox = await self.reopened(self.board.restarted(2))
        self.assertEqual(self.states("a"), [("a1", SENT), ("a2", NEW)])
        self.assertTrue(await self.outbox.deliver(pulse))
        self.assertEqual(self.courier.asked, ["a1"])
        self.assertEqual([row for row, _ in self.courier.sent], ["a1", "a2"])

    async def test_what_certainly_did_not_leave_is_new_again(self) -> None:
        await self.put("a", "a1")
        self.courier.answers = [ABSENT]
        self.assertFalse(await self.outbox.deliver(pulse))
        self.assertEqual(self.states("a"), [("a1", NEW)])
        self.assertTrue(await self.outbox.deliver(pulse))
        self.assertEqual(self.courier.asked, [])

    async def test_what_is_refused_stays_and_the_others_go_on(self) -> None:
        await self.put("a", "a1")
        await self.put("a", "a2")
        self.courier.answers = [REFUSED]
        self.assertTrue(await self.outbox.deliver(pulse))
        self.assertEqual(self.states("a"), [("a1", QUARANTINED)])
        self.assertEqual(self.outbox.of_visit("a")[0]["refusal"], "不收")
        self.outbox = await self.reopened(self.board.restarted(2))
        self.assertTrue(await self.outbox.deliver(pulse))
        self.assertEqual(self.states("a"), [("a1", QUARANTINED)])
        self.assertEqual(len(self.courier.sent), 2)

    async def test_summary(self) -> None:
        self.assertEqual(self.outbox.summary(), {"waiting": 0, "quarantined": 0, "oldest_s": 0, "amount_fen": 0})
        await self.put("a", "a1", 250)
        self.board.clock.now_s += 40
        await self.put("b", "b1", 50)
        self.assertEqual(self.outbox.summary(), {"waiting": 2, "quarantined": 0, "oldest_s": 40, "amount_fen": 300})
        self.courier.answers = [REFUSED, UNKNOWN]
        await self.outbox.deliver(pulse)
        self.board.clock.now_s -= 1000  # a clock that was set back
        self.assertEqual(self.outbox.summary(), {"waiting": 1, "quarantined": 1, "oldest_s": 0, "amount_fen": 50})

    async def test_withdraw_takes_only_what_the_platform_does_not_have(self) -> None:
        for row in ("a1", "a2", "a3"):
            await self.put("a", row)
        await self.put("b", "b1")
        self.courier.answers = [REFUSED, UNKNOWN]
        await self.outbox.deliver(pulse)
        batch = Batch("cancel")
        self.assertEqual(self.outbox.withdraw(batch, "a"), ["a1", "a3"])
        await self.vault.commit(batch)
        self.assertEqual(self.states("a"), [("a2", SENT)])
        self.assertTrue(("a1", "withdrawn") in await self.archived())
        self.assertTrue(("a3", "withdrawn") in await self.archived())
        self.outbox = await self.reopened(self.board.restarted(2))
        await self.outbox.deliver(pulse)
        self.assertEqual([row for row, _ in self.courier.sent], ["a1", "a2", "b1"])

    async def test_withdrawn_while_its_number_is_fetched(self) -> None:
        await self.put("a", "a1")
        batch = Batch("cancel")
        rows: "list[str]" = []

        async def cancel() -> None:
            rows.extend(self.outbox.withdraw(batch, "a"))

        self.courier.before_number = cancel
        self.assertTrue(await self.outbox.deliver(pulse))
        await self.vault.commit(batch)
        self.assertEqual(rows, ["a1"])
        self.assertEqual(self.courier.sent, [])
        self.assertEqual(self.states("a"), [])

    async def test_withdrawn_before_its_turn_came(self) -> None:
        await self.put("a", "a1")
        await self.put("b", "b1")

        async def cancel(message: "dict[str, Any]") -> None:
            batch = Batch("cancel")
            if message["row"] == "a1":
                self.assertEqual(self.outbox.withdraw(batch, "b"), ["b1"])
            await self.vault.commit(batch)

        self.courier.before_send = cancel
        self.assertTrue(await self.outbox.deliver(pulse))
        self.assertEqual([row for row, _ in self.courier.sent], ["a1"])

    async def test_the_screen_hears_of_every_change(self) -> None:
        heard: "list[str]" = []
        self.outbox.changed = lambda: heard.append(",".join([state for _, state in self.states("a")]))
        await self.put("a", "a1")
        await self.outbox.deliver(pulse)
        self.assertEqual(heard, [NEW, SENT, ""])


class FullDisk(Counter):
    """What the disk could not keep has not happened in memory either."""

    async def failed(self) -> None:
        try:
            await self.outbox.deliver(pulse)
        except VaultError:
            return
        self.fail("no trouble")

    async def test_not_noted_not_sent(self) -> None:
        await self.put("a", "a1")
        self.board.store.fail_next()
        await self.failed()
        self.assertEqual(self.courier.sent, [])
        self.assertEqual(self.states("a"), [("a1", NEW)])
        self.assertTrue(await self.outbox.deliver(pulse))
        self.assertEqual(self.courier.asked, [])

    async def test_an_acknowledgement_that_was_not_kept_is_asked_for_again(self) -> None:
        await self.put("a", "a1")
        self.board.store.failing = [self.board.store.commits + 2]
        await self.failed()
        self.assertEqual(self.states("a"), [("a1", SENT)])
        self.assertTrue(await self.outbox.deliver(pulse))
        self.assertEqual(self.courier.asked, ["a1"])
        self.assertEqual(await self.archived(), [("a1", "acknowledged")])
        self.assertEqual(len(self.courier.sent), 1)

    async def test_a_withdrawal_that_was_not_kept_can_be_done_again(self) -> None:
        await self.put("a", "a1")
        batch = Batch("cancel")
        self.outbox.withdraw(batch, "a")
        self.board.store.fail_next()
        try:
            await self.vault.commit(batch)
            self.fail("kept")
        except VaultError:
            pass
        self.assertEqual(self.states("a"), [("a1", NEW)])
        batch = Batch("cancel")
        self.assertEqual(self.outbox.withdraw(batch, "a"), ["a1"])


class Endlessly(unittest.TestCase):
    async def setUp(self) -> None:  # type: ignore[override]
        board = MemoryBoard()
        self.vault = await open_vault(board.store, board.ciphers, board.keys, board.random, board.clock)
        self.courier = ListCourier()
        self.outbox = Outbox(self.vault, self.courier, board.clock, board.random)

    async def test_it_delivers_what_comes_and_wakes_with_the_network(self) -> None:
        moved: "list[int]" = []
        self.courier.answers = [UNKNOWN]
        self.courier.questions = [UNKNOWN, ABSENT]
        task = aio.spawn("outbox", self.outbox.run(lambda: moved.append(1)))
        batch = Batch("test")
        self.outbox.enqueue(batch, "a", "a1", "3505", {}, 1)
        await self.vault.commit(batch)
        while self.outbox.of_visit("a"):
            self.outbox.wake()
            await aio.sleep_ms(0)
        task.cancel()
        self.assertEqual(self.courier.asked, ["a1", "a1"])
        self.assertEqual(len(self.courier.sent), 2)
        self.assertTrue(len(moved) >= 3)

    async def test_it_looks_again_by_itself(self) -> None:
        moved: "list[int]" = []
        idle_ms = outbox._IDLE_MS
        outbox._IDLE_MS = 1
        try:
            task = aio.spawn("outbox", self.outbox.run(lambda: moved.append(1)))
            while len(moved) < 3:
                await aio.sleep_ms(1)
            task.cancel()
        finally:
            outbox._IDLE_MS = idle_ms
