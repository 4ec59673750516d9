"""Commits that meet: in one sync, with a full disk, with callers that go away; and the journal's limit. Runs on CPython
and MicroPython."""

import unittest

from firmware.vault import Batch
from hal import aio
from hal.errors import StoreError
from tests.portable.doubles import MemoryBoard, MemoryStore
from tests.portable.vault_hands import code_of, opened

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def putting(record_id: str, value: "dict[str, Any]") -> Batch:
    """A batch of one record."""
    batch = Batch("test", record_id)
    batch.put("box", record_id, value)
    return batch


class PickyStore(MemoryStore):
    """Refuses commits that touch a row of the name `refused`, and says how many rows each commit had."""

    def __init__(self, refused: bytes) -> None:
        super().__init__()
        self.refused = refused
        self.code = "store.failed"
        self.sizes: "list[int]" = []

    async def commit(self, puts: "list[tuple[bytes, bytes]]", deletes: "list[bytes]") -> None:
        if self.refused in [key for key, _ in puts]:
            raise StoreError(self.code, "too large")
        self.sizes.append(len(puts))
        await MemoryStore.commit(self, puts, deletes)


class Together(unittest.TestCase):
    async def setUp(self) -> None:  # type: ignore[override]
        self.board = MemoryBoard()
        self.vault = await opened(self.board)
        self.told: "list[str]" = []

    async def hold(self) -> "Any":
        """Have a commit on its way to the disk, so that what comes now goes together with the next sync."""
        self.board.store.stalled = aio.Event()
        task = aio.spawn("held", self.vault.commit(putting("held", {})))
        while b"r/box/held" not in self.board.store.rows:
            await aio.sleep_ms(0)
        return task

    def noted(self, batch: Batch, name: str) -> Batch:
        batch.then(lambda: self.told.append(name + " kept"))
        batch.otherwise(lambda: self.told.append(name + " failed"))
        return batch

    async def test_a_medium_that_fails_is_not_called_full(self) -> None:
        store = PickyStore(b"r/box/1")
        vault = await opened(MemoryBoard(store))
        for code, told in [
            ("store.failed", "vault.full"),
            ("store.medium", "vault.damaged"),
            ("store.damaged", "vault.damaged"),
        ]:
            store.code = code
            self.assertEqual(await code_of(vault.commit(putting("1", {}))), told)

    async def test_who_has_the_next_step_ready_goes_with_the_next_sync(self) -> None:
        before = self.board.store.commits
        self.board.store.stalled = aio.Event()
        first = aio.spawn("first", self.steps("first"))
        while b"r/box/first" not in self.board.store.rows:
            await aio.sleep_ms(0)
        second = aio.spawn("second", self.steps("second"))
        await aio.sleep_ms(0)
        self.board.store.stalled.set()
        await first
        await second
        self.assertEqual(self.board.store.commits - before, 4)  # one after the other they would be six

    async def steps(self, name: str) -> None:
        for number in range(3):
            await self.vault.commit(putting(name, {"n": number}))

    async def test_one_sync_for_all_that_wait_each_with_its_entry_in_their_order(self) -> None:
        held = await self.hold()
        names = ("a", "b", "c", "d")
        tasks = [aio.spawn(name, self.vault.commit(self.noted(putting(name, {"n": name}), name))) for name in names]
        await aio.sleep_ms(0)
        commits = self.board.store.commits
        self.board.store.stalled.set()
        for task in [held] + tasks:
            await task
        self.assertEqual(self.board.store.commits, commits + 1)
        self.assertEqual(self.told, ["a kept", "b kept", "c kept", "d kept"])
        self.assertEqual(await self.vault.verify_journal(), 5)

    async def test_the_later_batch_has_the_last_word(self) -> None:
        held = await self.hold()
        delete = Batch("delete")
        delete.delete("box", "a")
        delete.delete("box", "held")
        steps = (
            putting("a", {"n": 1}),
            delete,
            putting("held", {"n": 2}),
            putting("b", {"n": 1}),
            putting("b", {"n": 3}),
        )
        tasks = [aio.spawn("step", self.vault.commit(batch)) for batch in steps]
        await aio.sleep_ms(0)
        self.board.store.stalled.set()
        for task in [held] + tasks:
            await task
        for vault in (self.vault, await opened(self.board.restarted(2))):
            self.assertEqual(await vault.list("box"), [("b", {"n": 3}), ("held", {"n": 2})])

    async def test_one_that_cannot_be_written_does_not_take_the_others_with_it(self) -> None:
        self.board.store = PickyStore(b"r/box/b")
        self.vault = await opened(self.board)
        held = await self.hold()
        names = ("a", "b", "c")
        calls = [code_of(self.vault.commit(self.noted(putting(name, {}), name))) for name in names]
        tasks = [aio.spawn("step", call) for call in calls]
        await aio.sleep_ms(0)
        self.board.store.stalled.set()
        await held
        codes = []
        for task in tasks:
            codes.append(await task)  # noqa: PERF401 - MicroPython has no await in a comprehension
        self.assertEqual(codes, ["", "vault.full", ""])
        self.assertEqual(self.told, ["a kept", "b failed", "c kept"])
        self.assertEqual([name for name, _ in await self.vault.list("box")], ["a", "c", "held"])
        self.assertEqual(await self.vault.verify_journal(), 3)

    async def test_what_cannot_be_sealed_fails_alone(self) -> None:
        batch = Batch("test")
        batch.put("box", "a", {}, "x" * 300)
        held = await self.hold()
        tasks = [
            aio.spawn("bad", code_of(self.vault.commit(batch))),
            aio.spawn("good", self.vault.commit(putting("b", {}))),
        ]
        await aio.sleep_ms(0)
        self.board.store.stalled.set()
        await held
        self.assertEqual(await tasks[0], "vault.unreadable")
        await tasks[1]
        self.assertEqual([name for name, _ in await self.vault.list("box")], ["b", "held"])
        self.assertFalse(b"own/" + b"x" * 300 in self.board.store.rows)

    async def test_what_a_cancelled_caller_committed_is_whole_and_told(self) -> None:
        self.board.store.stalled = aio.Event()
        task = aio.spawn("caller", self.vault.commit(self.noted(putting("a", {"n": 1}), "a")))
        while b"r/box/a" not in self.board.store.rows:
            await aio.sleep_ms(0)
        task.cancel()
        try:
            await task
        except aio.Cancelled:
            self.told.append("gone")
        self.board.store.stalled.set()
        await self.vault.commit(self.noted(putting("b", {}), "b"))
        self.assertEqual(self.told, ["gone", "a kept", "b kept"])
        self.assertEqual(await self.vault.get("box", "a"), {"n": 1})
        self.assertEqual(await self.vault.verify_journal(), 2)

    async def test_a_listener_that_fails_keeps_nobody_from_hearing(self) -> None:
        held = await self.hold()
        bad = putting("bad", {})
        bad.then(self.fail_to_listen)
        tasks = [aio.spawn("bad", self.vault.commit(bad))]
        tasks.append(aio.spawn("good", self.vault.commit(self.noted(putting("good", {}), "good"))))
        await aio.sleep_ms(0)
        writers: "list[Any]" = []
        self.board.store.stalled.set()
        for task in [held] + tasks + writers:
            await task
        self.assertEqual(self.told, ["good kept"])
        await self.vault.commit(putting("next", {}))
        self.assertEqual(await self.vault.verify_journal(), 4)

    def fail_to_listen(self) -> None:
        raise KeyError("listener")

    async def test_a_batch_is_kept_once(self) -> None:
        batch = putting("a", {"n": 1})
        batch.count("things", 1)
        held = await self.hold()
        first = aio.spawn("first", self.vault.commit(batch))
        await aio.sleep_ms(0)
        with self.assertRaises(ValueError):
            await self.vault.commit(batch)
        self.board.store.stalled.set()
        await held
        await first
        with self.assertRaises(ValueError):
            await self.vault.commit(batch)
        self.assertEqual(self.vault.counter("things"), 1)

    async def test_one_that_failed_may_be_tried_again(self) -> None:
        batch = putting("a", {"n": 1})
        batch.count("things", 1)
        self.board.store.fail_next()
        self.assertEqual(await code_of(self.vault.commit(batch)), "vault.full")
        self.assertEqual(self.vault.counter("things"), 0)
        await self.vault.commit(batch)
        self.assertEqual(self.vault.counter("things"), 1)
        self.assertEqual((await opened(self.board.restarted(2))).counter("things"), 1)

    async def test_a_number_taken_while_the_disk_was_busy_is_kept_by_the_next_commit(self) -> None:
        held = await self.hold()
        number = self.vault.take_number("visit")
        self.board.store.stalled.set()
        await held
        self.assertEqual((await opened(self.board.restarted(2))).counter("visit"), 0)
        await self.vault.commit(putting("a", {}))
        self.assertEqual((await opened(self.board.restarted(3))).counter("visit"), number)


class CutOff(unittest.TestCase):
    async def test_a_writer_that_was_cut_off_writes_nothing_more(self) -> None:
        board = MemoryBoard()
        vault = await opened(board)
        self.assertFalse(vault.writer.cut_off())
        board.store = BrokenStore(board.store.rows)
        vault.writer._store = board.store
        self.assertEqual(await code_of(vault.commit(putting("a", {}))), "vault.unreadable")
        self.assertTrue(vault.writer.cut_off())
        vault.writer._store = vault.store
        self.assertEqual(await code_of(vault.commit(putting("b", {}))), "vault.unreadable")
        self.assertEqual(await vault.get("box", "b"), None)
        again = await opened(board.restarted(2))
        self.assertEqual(await again.verify_journal(), 1)  # it was on the disk
        self.assertFalse(again.writer.cut_off())

    async def test_new_keys_that_did_not_get_to_the_disk_seal_nothing(self) -> None:
        """Memory runs out between taking them into use and writing them."""
        board = MemoryBoard()
        vault = await opened(board)
        batch = Batch("keys.new")
        batch.new_keys = vault.keyring.new_version()
        batch.put("box", "a", {})
        seal = vault.keyring.seal

        def no_memory(name: bytes, plain: bytes) -> bytes:
            raise MemoryError(len(name + plain))

        vault.keyring.seal = no_memory  # type: ignore[method-assign]
        self.assertEqual(await code_of(vault.commit(batch)), "vault.unreadable")
        vault.keyring.seal = seal  # type: ignore[method-assign]
        await vault.commit(putting("b", {"n": 1}))
        self.assertEqual(await (await opened(board.restarted(2))).get("box", "b"), {"n": 1})


class BrokenStore(MemoryStore):
    """Writes, and then fails in a way that no store should."""

    async def commit(self, puts: "list[tuple[bytes, bytes]]", deletes: "list[bytes]") -> None:
        await MemoryStore.commit(self, puts, deletes)
        raise KeyError("bug")


class Trimming(unittest.TestCase):
    async def setUp(self) -> None:  # type: ignore[override]
        self.board = MemoryBoard()
        self.vault = await opened(self.board)
        for number in range(10):
            await self.vault.commit(putting(str(number), {"n": number}))

    async def holds(self, first: int, entries: int) -> None:
        for vault in (self.vault, await opened(self.board.restarted(2))):
            self.assertEqual(vault.journal_first(), first)
            self.assertEqual(await vault.verify_journal(), entries)
        self.assertEqual(len([key for key in self.board.store.rows if key.startswith(b"j/")]), entries)

    async def test_the_oldest_entries_go_step_by_step(self) -> None:
        head = self.vault.journal_head()
        self.assertFalse(await self.vault.trim_journal(10))
        self.assertTrue(await self.vault.trim_journal(5, 3))
        await self.holds(4, 7)
        self.assertFalse(await self.vault.trim_journal(5, 3))
        await self.holds(6, 5)
        self.assertFalse(await self.vault.trim_journal(5, 3))
        self.assertEqual(self.vault.journal_head(), head)
        await self.vault.commit(putting("x", {}))
        await self.holds(6, 6)

    async def test_the_last_entry_stays(self) -> None:
        self.assertFalse(await self.vault.trim_journal(0))
        await self.holds(10, 1)

    async def test_a_full_disk_takes_nothing_away(self) -> None:
        self.board.store.fail_next()
        self.assertEqual(await code_of(self.vault.trim_journal(5)), "vault.full")
        await self.holds(1, 10)

    async def test_a_journal_that_was_altered_is_not_trimmed_into_order(self) -> None:
        for entry in (b"j/0000000000000001", b"j/0000000000000002", b"j/0000000000000003"):
            board = self.board.restarted(2)
            board.store.rows = dict(self.board.store.rows)
            vault = await opened(board)
            if entry.endswith(b"2"):
                board.store.rows[entry] = board.store.rows[entry][:-1] + b"\x00"
            else:
                del board.store.rows[entry]
            self.assertEqual(await code_of(vault.trim_journal(5)), "vault.unreadable")
            self.assertEqual(await code_of(vault.verify_journal()), "vault.unreadable")

    async def test_a_journal_key_goes_by_no_label_that_was_altered(self) -> None:
        entry = b"j/0000000000000006"  # the first one that would stay
        kept = self.board.store.rows[entry]
        self.board.store.rows[entry] = kept[:34] + b"\x01\x01" + kept[36:]  # key version 257
        self.assertEqual(await code_of(self.vault.trim_journal(5)), "vault.unreadable")
        self.assertTrue(b"key/journal/1" in self.board.store.rows)
        self.board.store.rows[entry] = kept
        await opened(self.board.restarted(2))

    async def test_verifying_trimming_and_committing_at_once(self) -> None:
        for number in range(60):
            await self.vault.commit(putting(str(number), {}))
        verify = aio.spawn("verify", self.vault.verify_journal())
        for number in range(20):
            await self.vault.trim_journal(30, 5)
            await self.vault.commit(putting(str(number), {"again": True}))
        self.assertTrue(30 <= await verify <= 90)

    async def test_verifying_ends_although_commits_never_do(self) -> None:
        verify = aio.spawn("verify", self.vault.verify_journal())
        ended = aio.spawn("ended", self.flag(verify))
        number = 0
        while not self.ended:
            number += 1
            await self.vault.commit(putting("x", {"n": number}))
            self.assertTrue(number < 500)
        await ended
        self.assertTrue(await verify >= 10)

    ended = False

    async def flag(self, task: "Any") -> None:
        await task
        self.ended = True
