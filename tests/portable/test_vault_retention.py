"""What goes when nobody needs it any more, and the task that sees to it. Runs on CPython and MicroPython."""

import unittest

from firmware.vault import (
    BODY_KIND,
    HELD_KIND,
    WAITING_KIND,
    Batch,
    Care,
    Retention,
    Rotation,
    VaultError,
    note,
    open_vault,
    report,
)
from firmware.vault.batch import UNSCRUBBED
from hal import aio
from hal.errors import StoreError
from hal.ports import NO, YES
from tests.portable.doubles import HandClock, MemoryBoard, MemoryStore, pulse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from firmware.vault import Vault

DAY_S = 86400
NAME = "韦测试甲"
TERMS = {"erase": True, "reprint_days": 7}


class DoubtfulClock(HandClock):
    """A clock that is trusted or not, as the test says."""

    state = YES

    def trusted(self) -> str:
        return self.state


class CaringStore(MemoryStore):
    """Counts how often it was cared for and scrubbed."""

    def __init__(self, rows: "dict[bytes, bytes] | None" = None) -> None:
        super().__init__(rows)
        self.cared = 0
        self.scrubbed = 0
        self.fault = ""

    async def care(self) -> bool:
        self.cared += 1
        if self.fault:
            raise StoreError(self.fault, "page 7")
        return False

    async def scrub(self) -> None:
        self.scrubbed += 1


def board_of() -> MemoryBoard:
    board = MemoryBoard(CaringStore())
    board.clock = DoubtfulClock()
    return board


async def opened(board: MemoryBoard) -> "Vault":
    return await open_vault(board.store, board.ciphers, board.keys, board.random, board.clock)


async def close(vault: "Vault", clock: "Any", visit: str) -> None:
    """A visit is closed whose message is delivered."""
    batch = Batch("visit.closed", visit)
    batch.put("visit.closed", visit, {"name": NAME}, visit)
    for kind in ("outbox.done", BODY_KIND):
        batch.put(kind, visit + ".0000000001", {"name": NAME}, visit)
    note(batch, clock, visit, "20260921a1b2" + visit, 2520, settled=True)
    await vault.commit(batch)


async def hold(vault: "Vault", kind: str, visit: str) -> None:
    """A message of a visit has not reached the platform."""
    batch = Batch("outbox", visit)
    batch.put(kind, visit + ".0000000002", {"name": NAME}, visit)
    await vault.commit(batch)


class Retaining(unittest.TestCase):
    async def setUp(self) -> None:  # type: ignore[override]
        self.board = board_of()
        self.clock: "Any" = self.board.clock
        self.vault = await opened(self.board)
        self.retention = Retention(self.vault, self.clock, TERMS)

    async def days(self, count: int) -> None:
        """Days pass; on each of them all is done that is due."""
        for _ in range(count):
            self.clock.now_s += DAY_S
            while await self.retention.step():
                pass

    async def kinds(self) -> "dict[str, int]":
        counts: "dict[str, int]" = (await report(self.vault, self.board.keys))["records"]
        return counts

    async def test_a_visit_goes_when_the_window_has_passed(self) -> None:
        await close(self.vault, self.clock, "000001")
        await self.days(7)
        self.assertEqual((await self.kinds())["visit.closed"], 1)
        sequence, link = self.vault.journal_head()
        await self.days(1)
        self.assertEqual(await self.kinds(), {"visit.erased": 1, "retention.seen": 1})
        self.assertFalse(b"own/000001" in self.board.store.rows)
        self.assertEqual(
            await self.vault.get("visit.erased", "000001"),
            {
                "visit": "000001",
                "number": "20260921a1b2000001",
                "closed": "20260921",
                "erased": "20260929",
                "from_fen": 1000,
                "settled": True,
                "sequence": sequence + 1,  # of the day that was noted before it
                "link": (await self.vault.get("visit.erased", "000001") or {})["link"],
            },
        )
        self.assertNotEqual(link, (await self.vault.get("visit.erased", "000001") or {})["link"])
        self.assertEqual(self.vault.counter(UNSCRUBBED), 1)

    async def test_by_default_everything_stays(self) -> None:
        self.retention = Retention(self.vault, self.clock, {"erase": False, "reprint_days": 1})
        await close(self.vault, self.clock, "000001")
        before = dict(self.board.store.rows)
        await self.days(30)
        self.assertEqual(self.board.store.rows, before)

    async def test_what_is_unsent_stays_and_the_others_go(self) -> None:
        for visit in ("000001", "000002", "000003", "000004"):
            await close(self.vault, self.clock, visit)
        await hold(self.vault, WAITING_KIND, "000001")
        await hold(self.vault, HELD_KIND, "000003")
        await self.days(30)
        left = [visit for visit, _ in await self.vault.list("visit.closed")]
        self.assertEqual(left, ["000001", "000003"])
        batch = Batch("acknowledged")
        batch.delete(WAITING_KIND, "000001.0000000002")
        await self.vault.commit(batch)
        await self.days(1)
        left = [visit for visit, _ in await self.vault.list("visit.closed")]
        self.assertEqual(left, ["000003"])
        self.assertEqual(await self.vault.get(HELD_KIND, "000003.0000000002"), {"name": NAME})

    async def test_an_open_visit_stays(self) -> None:
        await close(self.vault, self.clock, "000001")
        batch = Batch("open")
        batch.put("visit", "000001", {"name": NAME}, "000001")
        await self.vault.commit(batch)
        await self.days(30)
        self.assertEqual((await self.kinds())["visit.closed"], 1)

    async def test_a_clock_that_is_not_trusted_erases_nothing(self) -> None:
        await close(self.vault, self.clock, "000001")
        self.clock.state = NO
        await self.days(400)
        self.assertEqual((await self.kinds())["visit.closed"], 1)
        self.clock.state = YES
        await self.days(2)
        self.assertEqual((await self.kinds()).get("visit.closed", 0), 0)

    async def test_a_clock_that_jumped_for_a_day_erases_nothing(self) -> None:
        await close(self.vault, self.clock, "000001")
        await self.days(2)
        self.clock.now_s += 3650 * DAY_S
        while await self.retention.step():
            pass
        self.assertEqual((await self.kinds())["visit.closed"], 1)
        again = Retention(self.vault, self.clock, TERMS)  # a restart changes nothing about it
        self.assertFalse(await again.step())
        self.clock.now_s -= 3650 * DAY_S
        await self.days(4)
        self.assertEqual((await self.kinds())["visit.closed"], 1)
        await self.days(3)
        self.assertEqual((await self.kinds()).get("visit.closed", 0), 0)

    async def test_the_window_of_a_visit_closed_by_an_unset_clock_begins_with_a_trusted_day(self) -> None:
        self.clock.state = NO
        now_s, self.clock.now_s = self.clock.now_s, 0
        await close(self.vault, self.clock, "000001")
        self.clock.state = YES
        self.clock.now_s = now_s
        await self.days(9)  # the first day does not count, on the second it is dated
        self.assertEqual((await self.kinds())["visit.closed"], 1)
        await self.days(1)
        self.assertEqual((await self.kinds()).get("visit.closed", 0), 0)

    async def test_a_full_disk_erases_nothing_and_it_goes_on_later(self) -> None:
        await close(self.vault, self.clock, "000001")
        await self.days(7)
        self.clock.now_s += DAY_S
        await self.retention.step()
        self.board.store.fail_next()
        while await self.failing():
            pass
        while await self.retention.step():
            pass
        self.assertEqual((await self.kinds()).get("visit.closed", 0), 0)

    async def failing(self) -> bool:
        try:
            return await self.retention.step()
        except VaultError as error:
            self.assertEqual(error.code, "vault.full")
            return False

    async def test_a_report_counts_and_names_nobody(self) -> None:
        await close(self.vault, self.clock, "000001")
        await hold(self.vault, HELD_KIND, "000001")
        shown = await report(self.vault, self.board.keys)
        sequence, link = self.vault.journal_head()
        self.assertEqual(
            shown,
            {
                "records": {"visit.closed": 1, "outbox.done": 1, BODY_KIND: 1, "outbox.held": 1, "retention": 1},
                "journal": {"first": 1, "sequence": sequence, "link": link},
                "unsent": 0,
                "held": 0,
                "suite": 99,
                "key_versions": {"data": [1], "journal": [1]},
                "key_store": {"level": 0, "kind": "file"},
            },
        )
        self.assertFalse(NAME in str(shown))


class Caring(unittest.TestCase):
    async def setUp(self) -> None:  # type: ignore[override]
        self.board = board_of()
        self.store: "Any" = self.board.store
        self.vault = await opened(self.board)
        self.rotation = Rotation(self.vault)
        retention = Retention(self.vault, self.board.clock, TERMS)
        self.care = Care(self.vault, self.rotation, retention, self.board.clock, 5)
        self.damages = 0

    async def commits(self, count: int) -> None:
        for number in range(count):
            batch = Batch("test")
            batch.put("box", str(number), {})
            await self.vault.commit(batch)

    async def test_a_quiet_turn_does_a_piece_of_everything(self) -> None:
        await self.commits(8)
        await self.rotation.begin()
        while await self.care.turn(quiet=True):
            pass
        await self.care.turn(quiet=True)  # the rotation wrote the last entries
        self.assertTrue(self.store.cared > 0)
        self.assertFalse(self.rotation.under_way())
        self.assertTrue(self.entries() <= 5)

    async def test_in_a_burst_only_the_store_and_the_journal_are_looked_after(self) -> None:
        await self.commits(8)
        await self.rotation.begin()
        while await self.care.turn(quiet=False):
            pass
        self.assertTrue(self.rotation.under_way())
        self.assertTrue(self.entries() <= 5)

    def entries(self) -> int:
        return self.vault.journal_head()[0] - self.vault.journal_first() + 1

    async def test_a_journal_at_its_limit_is_not_trimmed_with_every_entry(self) -> None:
        retention = Retention(self.vault, self.board.clock, {"erase": False, "reprint_days": 7})
        care = Care(self.vault, self.rotation, retention, self.board.clock, 100)
        trims, before = 0, 1
        for _ in range(200):
            await self.commits(1)
            await care.turn(quiet=True)
            trims += self.vault.journal_first() != before
            before = self.vault.journal_first()
            self.assertTrue(self.entries() <= 100)
        self.assertEqual(trims, 2)

    async def test_a_store_that_finds_itself_damaged_is_told(self) -> None:
        self.care.damaged = self.damage
        self.store.fault = "store.damaged"
        self.assertFalse(await self.care.turn(quiet=True))
        self.store.fault = "store.failed"
        self.assertFalse(await self.care.turn(quiet=True))
        self.assertEqual(self.damages, 1)

    async def test_what_goes_on_being_broken_is_told_once(self) -> None:
        self.care.damaged = self.damage
        for fault, told in [("store.medium", 1), ("store.medium", 1), ("", 1), ("store.damaged", 2)]:
            self.store.fault = fault
            await self.care.turn(quiet=True)
            self.assertEqual(self.damages, told)

    async def test_a_store_that_takes_no_note_of_its_damage_is_cared_for_all_the_same(self) -> None:
        self.care.damaged = self.refuse
        self.store.fault = "store.damaged"
        for _ in range(3):
            self.assertFalse(await self.care.turn(quiet=True))
        self.assertEqual(self.store.cared, 3)

    async def refuse(self) -> None:
        raise VaultError("vault.damaged")

    async def test_a_journal_that_cannot_be_trimmed_holds_up_nothing_else(self) -> None:
        await self.commits(8)
        del self.store.rows[b"j/0000000000000002"]
        await self.rotation.begin()
        for _ in range(10):
            await self.care.turn(quiet=True)
        self.assertFalse(self.rotation.under_way())
        self.assertEqual(self.vault.journal_first(), 1)  # and nothing was taken away

    async def damage(self) -> None:
        self.damages += 1

    async def test_the_store_is_scrubbed_after_an_erasure_when_nobody_works_once_a_day(self) -> None:
        await self.erase()
        await self.care.turn(quiet=True)
        self.assertEqual(self.store.scrubbed, 0)
        await self.long_quiet()
        self.assertEqual((self.store.scrubbed, self.vault.counter(UNSCRUBBED)), (1, 0))
        await self.erase()
        await self.long_quiet()
        self.assertEqual((self.store.scrubbed, self.vault.counter(UNSCRUBBED)), (1, 1))
        self.board.clock.now_s += DAY_S
        for _ in range(3):  # what else is due comes first: the journal, the new day
            await self.long_quiet()
        self.assertEqual((self.store.scrubbed, self.vault.counter(UNSCRUBBED)), (2, 0))

    async def erase(self) -> None:
        batch = Batch("erase")
        batch.erase("000001")
        await self.vault.commit(batch)

    async def long_quiet(self) -> None:
        self.vault.writer.wrote_at -= 3600_000
        await self.care.turn(quiet=True)

    async def test_the_task_moves_and_cares(self) -> None:
        task = aio.spawn("care", self.care.run(pulse))
        while self.store.cared < 1:
            await aio.sleep_ms(1)
        task.cancel()
        with self.assertRaises(aio.Cancelled):
            await task
