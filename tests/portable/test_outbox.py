"""The outbox: nothing is lost, nothing is done twice. Runs on CPython and MicroPython."""

from firmware.vault import (
    ABSENT,
    DELIVERED,
    QUARANTINED,
    REFUSED,
    UNKNOWN,
    Batch,
    VaultError,
)
from firmware.vault.outbox.message import NEW, SENT
from hal import aio
from tests.portable.doubles import pulse
from tests.portable.outbox_counter import Counter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Delivery(Counter):
    async def test_delivered_in_order_and_archived(self) -> None:
        for row in ("a1", "a2"):
            await self.put("a", row)
        await self.put("b", "b1")
        self.assertTrue(await self.outbox.deliver(pulse))
        self.assertEqual(self.courier.sent, [("a1", "m1"), ("b1", "m2"), ("a2", "m3")])
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
            self.assertEqual(await self.states("a"), [])
        self.outbox = await self.reopened(self.board.restarted(2))
        self.assertEqual(await self.states("a"), [])

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
        self.assertEqual(await self.states("a"), [("a1", SENT), ("a2", NEW)])

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
        self.assertEqual(await self.states("a"), [("a1", SENT), ("a2", NEW)])
        self.assertTrue(await self.outbox.deliver(pulse))
        self.assertEqual(self.courier.asked, ["a1"])
        self.assertEqual([row for row, _ in self.courier.sent], ["a1", "a2"])

    async def test_what_certainly_did_not_leave_is_new_again(self) -> None:
        await self.put("a", "a1")
        self.courier.answers = [ABSENT]
        self.assertFalse(await self.outbox.deliver(pulse))
        self.assertEqual(await self.states("a"), [("a1", NEW)])
        self.assertTrue(await self.outbox.deliver(pulse))
        self.assertEqual(self.courier.asked, [])

    async def test_what_is_refused_holds_its_own_visit_and_no_other(self) -> None:
        for visit, row in (("a", "a1"), ("a", "a2"), ("b", "b1")):
            await self.put(visit, row)
        self.courier.answers = [REFUSED]
        self.assertTrue(await self.outbox.deliver(pulse))
        self.assertEqual(await self.states("a"), [("a1", QUARANTINED), ("a2", NEW)])
        self.assertEqual((await self.outbox.of_visit("a"))[0]["refusal"], "不收")
        self.outbox = await self.reopened(self.board.restarted(2))
        self.assertTrue(await self.outbox.deliver(pulse))
        self.assertEqual(await self.states("a"), [("a1", QUARANTINED), ("a2", NEW)])
        self.assertEqual([row for row, _ in self.courier.sent], ["a1", "b1"])
        await self.put("a", "a3")  # what is fresh waits for it as well
        self.assertTrue(await self.outbox.deliver(pulse))
        self.assertEqual([row for row, _ in self.courier.sent], ["a1", "b1"])

    async def test_summary(self) -> None:
        self.assertEqual(self.shown(), [0, 0, 0, 0])
        self.assertEqual((self.outbox.summary()["capacity"], self.outbox.summary()["level"]), (100, 0))
        await self.put("a", "a1", 250)
        self.board.clock.now_s += 40
        await self.put("b", "b1", 50)
        self.assertEqual(self.shown(), [2, 0, 40, 300])
        self.courier.answers = [REFUSED, UNKNOWN]
        await self.outbox.deliver(pulse)
        self.assertEqual(self.shown(), [1, 1, 0, 50])
        self.board.clock.now_s += 7
        self.outbox = await self.reopened(self.board)
        self.assertEqual(self.shown(), [1, 1, 7, 50])
        self.board.clock.now_s -= 1000  # a clock that was set back
        self.assertEqual(self.shown(), [1, 1, 0, 50])

    async def test_withdraw_takes_only_what_the_platform_does_not_have(self) -> None:
        for row in ("a1", "a2"):
            await self.put("a", row)
        await self.put("b", "b1")
        await self.put("c", "c1")
        self.courier.answers = [UNKNOWN, REFUSED, UNKNOWN]
        await self.outbox.deliver(pulse)
        batch = Batch("cancel")
        self.assertEqual(await self.outbox.withdraw(batch, "a"), ["a2"])
        self.assertEqual(await self.outbox.withdraw(batch, "b"), ["b1"])
        self.assertEqual(await self.outbox.withdraw(batch, "c"), [])
        await self.vault.commit(batch)
        self.assertEqual(await self.states("a"), [("a1", SENT)])
        self.assertEqual(await self.archived(), [("a2", "withdrawn"), ("b1", "withdrawn")])
        self.assertEqual(self.shown(), [2, 0, 0, 200])
        self.outbox = await self.reopened(self.board.restarted(2))
        await self.outbox.deliver(pulse)
        self.assertEqual([row for row, _ in self.courier.sent], ["a1", "b1", "c1"])

    async def test_what_is_under_way_is_not_withdrawn(self) -> None:
        for row in ("a1", "a2"):
            await self.put("a", row)
        batch = Batch("cancel")
        rows: "list[str]" = []

        async def cancel() -> None:
            self.courier.before_number = None
            rows.extend(await self.outbox.withdraw(batch, "a"))
            batch.promise()

        self.courier.before_number = cancel
        self.assertTrue(await self.outbox.deliver(pulse))
        self.assertEqual(rows, ["a2"])
        self.assertEqual(self.courier.sent, [("a1", "m1")])
        await self.vault.commit(batch)
        self.assertTrue(await self.outbox.deliver(pulse))
        self.assertEqual(self.courier.sent, [("a1", "m1")])
        self.assertEqual(await self.archived(), [("a1", "acknowledged"), ("a2", "withdrawn")])

    async def test_what_is_being_withdrawn_is_not_sent(self) -> None:
        await self.put("a", "a1")
        await self.put("b", "b1")
        batch = Batch("cancel")
        self.assertEqual(await self.outbox.withdraw(batch, "b"), ["b1"])
        batch.promise()
        self.assertTrue(await self.outbox.deliver(pulse))
        self.assertEqual([row for row, _ in self.courier.sent], ["a1"])
        await self.vault.commit(batch)
        self.assertTrue(await self.outbox.deliver(pulse))
        self.assertEqual([row for row, _ in self.courier.sent], ["a1"])

    async def test_withdrawn_after_the_page_was_read(self) -> None:
        await self.put("a", "a1")
        await self.put("b", "b1")

        async def cancel(message: "dict[str, Any]") -> None:
            if message["row"] == "a1":
                batch = Batch("cancel")
                self.assertEqual(await self.outbox.withdraw(batch, "b"), ["b1"])
                await self.vault.commit(batch)  # the claim has gone before the turn of b1 comes

        self.outbox = await self.reopened(self.board.restarted(2), 1)  # both are backlog, and one page each
        self.courier.before_send = cancel
        self.assertTrue(await self.outbox.deliver(pulse))
        self.assertEqual([row for row, _ in self.courier.sent], ["a1"])
        self.assertEqual(await self.states("b"), [])

    async def cancelled(self, visit: str, row: str) -> "list[str]":
        """The settlement is cancelled: what was withdrawn; for the rest a return is written."""
        batch = Batch("cancel")
        withdrawn = await self.outbox.withdraw(batch, visit)
        if row not in withdrawn:
            self.outbox.enqueue(batch, visit, row, "3506", {}, 100)
        await self.vault.commit(batch)
        return withdrawn

    async def test_what_left_once_may_arrive_late_and_is_not_withdrawn_with_its_return(self) -> None:
        await self.put("a", "a1")
        self.courier.answers = [UNKNOWN]
        await self.outbox.deliver(pulse)
        self.assertEqual(await self.cancelled("a", "a1"), [])
        self.courier.questions = [ABSENT]
        self.assertTrue(await self.outbox.deliver(pulse))
        self.assertEqual(self.courier.sent, [("a1", "m1"), ("a1", "m2"), ("a1", "m3")])
        self.assertEqual(await self.archived(), [("a1", "acknowledged"), ("a1", "acknowledged")])

    async def test_what_left_without_an_answer_and_was_refused_then_is_held_and_not_withdrawn(self) -> None:
        await self.put("a", "a1")
        self.courier.answers = [UNKNOWN, REFUSED]
        await self.outbox.deliver(pulse)
        self.courier.questions = [ABSENT, ABSENT]
        await self.outbox.deliver(pulse)
        self.assertEqual(await self.states("a"), [("a1", QUARANTINED)])
        self.assertEqual(await self.cancelled("a", "a1"), [])  # the first request may still arrive
        await self.outbox.retry((await self.outbox.held())[0]["id"], "1")
        self.courier.questions = [DELIVERED]  # it has
        self.assertTrue(await self.outbox.deliver(pulse))
        self.assertEqual(await self.archived(), [("a1", "acknowledged"), ("a1", "acknowledged")])

    async def test_nor_is_it_withdrawn_with_a_return_that_waits(self) -> None:
        await self.put("a", "a1")
        self.courier.answers = [UNKNOWN, REFUSED]
        await self.outbox.deliver(pulse)
        self.assertEqual(await self.cancelled("a", "a1"), [])
        self.courier.questions = [ABSENT, ABSENT]
        await self.outbox.deliver(pulse)
        self.assertEqual(await self.states("a"), [("a1", QUARANTINED), ("a1", NEW)])

    async def test_a_refusal_is_checked(self) -> None:
        for told, state in ((DELIVERED, ""), (UNKNOWN, SENT), (ABSENT, QUARANTINED), (REFUSED, QUARANTINED)):
            await self.put(told, told)
            self.courier.answers = [REFUSED]
            self.courier.questions = [told]
            await self.outbox.deliver(pulse)
            self.assertEqual(await self.states(told), [(told, state)] if state else [])
            self.courier.questions = [UNKNOWN] * 9
        withdrawn: "list[str]" = []
        for told in (UNKNOWN, ABSENT, REFUSED):
            withdrawn += await self.cancelled(told, told)
        self.assertEqual(withdrawn, [ABSENT])  # of the others nobody knows

    async def test_a_withdrawal_whose_maker_died_does_not_hold_the_visit_for_ever(self) -> None:
        for visit in ("a", "b", "c"):
            await self.put(visit, visit + "1")
        dead = Batch("cancel")
        self.assertEqual(await self.outbox.withdraw(dead, "a"), ["a1"])
        self.assertEqual(await self.outbox.withdraw(dead, "b"), ["b1"])
        self.assertEqual(await self.cancelled("a", "a1"), ["a1"])
        self.assertTrue(await self.outbox.deliver(pulse))
        self.assertEqual(await self.archived(), [("a1", "withdrawn"), ("b1", "acknowledged"), ("c1", "acknowledged")])
        try:
            await self.vault.commit(dead)
            self.fail("kept")
        except ValueError:
            self.assertEqual(self.shown(), [0, 0, 0, 0])

    async def test_who_waits_for_a_withdrawal_goes_on_when_its_maker_dies(self) -> None:
        await self.put("a", "a1")
        scan = self.board.store.scan
        waits: "list[Any]" = []

        async def slow(prefix: bytes, after: bytes = b"", most: int = 0) -> "list[tuple[bytes, bytes]]":
            if not waits:
                waits.append(aio.spawn("retry", self.outbox.claims.take("a")))
                await aio.sleep_ms(0)
            return await scan(prefix, after, most)

        self.board.store.scan = slow  # type: ignore[method-assign]
        self.assertEqual(await self.outbox.withdraw(Batch("cancel"), "a"), ["a1"])
        await aio.within(waits[0], 1000)

    async def test_a_withdrawal_that_waits_for_its_commit_is_not_dead(self) -> None:
        await self.put("a", "a1")
        batch = Batch("cancel")
        self.assertEqual(await self.outbox.withdraw(batch, "a"), ["a1"])
        batch.promise()
        self.assertTrue(await self.outbox.deliver(pulse))
        self.assertEqual(self.courier.sent, [])
        batch.let_go()  # it will not come any more
        self.assertTrue(await self.outbox.deliver(pulse))
        self.assertEqual(self.courier.sent, [("a1", "m1")])

    async def test_a_refused_sale_and_its_return_cancel_each_other(self) -> None:
        await self.put("a", "a1")
        batch = Batch("cancel")

        async def cancel(message: "dict[str, Any]") -> None:
            self.courier.before_send = None
            self.assertEqual(await self.outbox.withdraw(batch, "a"), [])
            batch.promise()

        self.courier.before_send = cancel
        self.courier.answers = [REFUSED, REFUSED]
        self.assertFalse(await self.outbox.deliver(pulse))
        self.assertEqual(await self.states("a"), [("a1", NEW)])  # the withdrawal has counted on its being under way
        self.outbox.enqueue(batch, "a", "a1", "3506", {}, 100)
        await self.vault.commit(batch)
        self.assertTrue(await self.outbox.deliver(pulse))
        self.assertEqual(await self.archived(), [("a1", "withdrawn"), ("a1", "withdrawn")])
        self.assertEqual(self.shown(), [0, 0, 0, 0])

    async def test_a_return_that_is_withdrawn_is_not_withdrawn_twice(self) -> None:
        """Somebody takes the return back, and is done with it, while the refusal of the sale is being booked."""
        await self.put("a", "a1")
        batch = Batch("return")
        self.outbox.enqueue(batch, "a", "a1", "3506", {}, 100)
        await self.vault.commit(batch)
        scan = self.board.store.scan

        async def cancelled(prefix: bytes, after: bytes = b"", most: int = 0) -> "list[tuple[bytes, bytes]]":
            rows = await scan(prefix, after, most)
            if self.courier.asked and prefix == b"r/outbox/a.":
                self.board.store.scan = scan  # type: ignore[method-assign]
                again = Batch("cancel")
                self.assertEqual(await self.outbox.withdraw(again, "a"), ["a1"])
                await self.vault.commit(again)
            return rows

        self.board.store.scan = cancelled  # type: ignore[method-assign]
        self.courier.answers = [REFUSED]
        self.assertFalse(await self.outbox.deliver(pulse))
        self.assertEqual(self.shown(), [1, 0, 0, 100])
        self.assertTrue(await self.outbox.deliver(pulse))
        self.assertEqual(await self.archived(), [("a1", "acknowledged"), ("a1", "withdrawn")])
        self.assertEqual(self.shown(), [0, 0, 0, 0])

    async def test_a_cancellation_waits_while_a_refusal_is_booked(self) -> None:
        """What is held then can be taken back; beside the commit it would still count as under way."""
        await self.put("a", "a1")
        self.courier.answers = [REFUSED]
        task: "list[Any]" = []
        commit = self.board.store.commit

        async def slow(puts: "list[tuple[bytes, bytes]]", deletes: "list[bytes]") -> None:
            if self.courier.sent and not task:
                task.append(aio.spawn("cancel", self.cancelled("a", "a1")))
                for _ in range(20):
                    await aio.sleep_ms(0)
            await commit(puts, deletes)

        self.board.store.commit = slow  # type: ignore[method-assign]
        await self.outbox.deliver(pulse)
        self.assertEqual(await task[0], ["a1"])
        self.assertEqual(await self.archived(), [("a1", "withdrawn")])

    async def test_the_screen_hears_of_every_change(self) -> None:
        heard: "list[int]" = []
        self.outbox.changed = lambda: heard.append(self.outbox.summary()["waiting"])
        await self.put("a", "a1")
        await self.outbox.deliver(pulse)
        self.assertEqual((heard[0], heard[-1]), (1, 0))
