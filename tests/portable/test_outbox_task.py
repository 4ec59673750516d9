"""The outbox with a disk that is full, and as the task that never ends. Runs on CPython and MicroPython."""

import unittest

from firmware.vault import (
    ABSENT,
    UNKNOWN,
    Batch,
    Outbox,
    VaultError,
    open_vault,
)
from firmware.vault.outbox import outbox
from firmware.vault.outbox.message import NEW, SENT
from hal import aio
from tests.portable.doubles import MemoryBoard, pulse
from tests.portable.outbox_counter import UPLOADS, Counter, ListCourier


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
        self.assertEqual(await self.states("a"), [("a1", NEW)])
        self.assertTrue(await self.outbox.deliver(pulse))
        self.assertEqual(self.courier.asked, [])

    async def test_an_acknowledgement_that_was_not_kept_is_asked_for_again(self) -> None:
        await self.put("a", "a1")
        self.board.store.failing = [self.board.store.commits + 2]
        await self.failed()
        self.assertEqual(await self.states("a"), [("a1", SENT)])
        self.assertTrue(await self.outbox.deliver(pulse))
        self.assertEqual(self.courier.asked, ["a1"])
        self.assertEqual(await self.archived(), [("a1", "acknowledged")])
        self.assertEqual(len(self.courier.sent), 1)

    async def test_a_withdrawal_that_was_not_kept_can_be_done_again(self) -> None:
        await self.put("a", "a1")
        batch = Batch("cancel")
        await self.outbox.withdraw(batch, "a")
        self.board.store.fail_next()
        try:
            await self.vault.commit(batch)
            self.fail("kept")
        except VaultError:
            pass
        self.assertEqual(await self.states("a"), [("a1", NEW)])
        batch = Batch("cancel")
        self.assertEqual(await self.outbox.withdraw(batch, "a"), ["a1"])


class Endlessly(unittest.TestCase):
    async def setUp(self) -> None:  # type: ignore[override]
        board = MemoryBoard()
        self.vault = await open_vault(board.store, board.ciphers, board.keys, board.random, board.clock)
        self.courier = ListCourier()
        self.outbox = Outbox(self.vault, self.courier, board.clock, board.random, UPLOADS, 100)

    async def test_it_delivers_what_comes_and_wakes_with_the_network(self) -> None:
        moved: "list[int]" = []
        self.courier.answers = [UNKNOWN]
        self.courier.questions = [UNKNOWN, ABSENT]
        task = aio.spawn("outbox", self.outbox.run(lambda: moved.append(1)))
        batch = Batch("test")
        self.outbox.enqueue(batch, "a", "a1", "3505", {}, 1)
        await self.vault.commit(batch)
        while await self.outbox.of_visit("a"):
            self.outbox.wake()
            await aio.sleep_ms(0)
        task.cancel()
        self.assertEqual(self.courier.asked, ["a1", "a1"])
        self.assertEqual(len(self.courier.sent), 2)
        self.assertTrue(len(moved) >= 3)

    async def test_it_looks_again_by_itself(self) -> None:
        moved: "list[int]" = []
        idle_ms = outbox._PIECE_MS
        outbox._PIECE_MS = 1
        try:
            task = aio.spawn("outbox", self.outbox.run(lambda: moved.append(1)))
            while len(moved) < 3:
                await aio.sleep_ms(1)
            task.cancel()
        finally:
            outbox._PIECE_MS = idle_ms
