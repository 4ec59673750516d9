"""Sealed records, batches and the journal. Runs on CPython and MicroPython."""

import json
import unittest

from firmware.vault import Batch, open_vault, same
from hal import aio
from tests.portable.doubles import FixedKeys, HandClock, HashCipher, MemoryBoard, MemoryStore, SeededRandom
from tests.portable.vault_hands import code_of, opened

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from firmware.vault import Vault

NAME = "韦测试甲"


async def keep(vault: "Vault", record_id: str, value: "dict[str, Any]", kind: str = "visit") -> None:
    batch = Batch("test")
    batch.put(kind, record_id, value)
    await vault.commit(batch)


class Records(unittest.TestCase):
    def setUp(self) -> None:
        self.board = MemoryBoard()

    async def test_records_survive_reopening(self) -> None:
        vault = await opened(self.board)
        await keep(vault, "000001", {"name": NAME, "fen": 1260, "none": None, "list": [{"a": True}]})
        await keep(vault, "000001", {"name": NAME, "fen": 2520, "none": None, "list": []})
        again = await opened(self.board.restarted(2))
        self.assertEqual(await again.get("visit", "000001"), {"name": NAME, "fen": 2520, "none": None, "list": []})
        self.assertEqual(await again.get("visit", "000002"), None)
        self.assertEqual(again.journal_head(), vault.journal_head())
        self.assertEqual(await again.verify_journal(), 2)

    async def test_kinds_are_kept_apart_and_listed_in_order(self) -> None:
        vault = await opened(self.board)
        for record_id in ("000003", "000001", "000002"):
            await keep(vault, record_id, {"id": record_id})
        await keep(vault, "000000", {"id": "closed"}, "visit.closed")
        self.assertEqual([record_id for record_id, _ in await vault.list("visit")], ["000001", "000002", "000003"])
        self.assertEqual(await vault.list("visit.closed"), [("000000", {"id": "closed"})])
        self.assertEqual(await vault.list("nothing"), [])

    async def test_a_batch_writes_and_deletes_at_once(self) -> None:
        vault = await opened(self.board)
        await keep(vault, "1", {"n": 1})
        batch = Batch("move", "1")
        batch.put("closed", "1", {"n": 2})
        batch.delete("visit", "1")
        commits = self.board.store.commits
        await vault.commit(batch)
        self.assertEqual(self.board.store.commits, commits + 1)
        self.assertEqual(await vault.get("visit", "1"), None)
        self.assertEqual(await vault.get("closed", "1"), {"n": 2})

    async def test_no_plaintext_reaches_the_store(self) -> None:
        vault = await opened(self.board)
        await keep(vault, vault.blind("person", NAME), {"name": NAME, "number": "11010519491231002X"})
        for key, value in self.board.store.rows.items():
            for secret in (NAME.encode(), b"11010519491231002X", b"number", self.board.keys.device_key()):
                self.assertFalse(secret in value)
                self.assertFalse(secret in key)

    async def test_the_same_record_is_sealed_differently_each_time(self) -> None:
        vault = await opened(self.board)
        await keep(vault, "1", {"n": 1})
        before = self.board.store.rows[b"r/visit/1"]
        await keep(vault, "1", {"n": 1})
        self.assertNotEqual(self.board.store.rows[b"r/visit/1"], before)

    def test_pending_is_the_last_that_was_put(self) -> None:
        batch = Batch("test")
        self.assertEqual(batch.pending("stock", "a"), None)
        batch.put("stock", "a", {"n": 1})
        batch.put("stock", "b", {"n": 2})
        batch.put("stock", "a", {"n": 3})
        self.assertEqual(batch.pending("stock", "a"), {"n": 3})
        self.assertEqual(batch.pending("box", "a"), None)

    def test_same(self) -> None:
        self.assertTrue(same(b"abc", b"abc"))
        self.assertTrue(same(b"", b""))
        for other in (b"abd", b"ab", b"abcd", b""):
            self.assertFalse(same(b"abc", other))


class Tampering(unittest.TestCase):
    async def setUp(self) -> None:  # type: ignore[override]
        self.board = MemoryBoard()
        self.vault = await opened(self.board)
        for number in range(4):
            await keep(self.vault, str(number), {"n": number})
        self.rows = self.board.store.rows

    async def test_an_altered_record_does_not_open(self) -> None:
        sealed = self.rows[b"r/visit/1"]
        for index in range(len(sealed)):
            self.rows[b"r/visit/1"] = sealed[:index] + bytes([sealed[index] ^ 1]) + sealed[index + 1 :]
            self.assertTrue(await code_of(self.vault.get("visit", "1")) in ("vault.unreadable", "vault.erased"))
        for length in range(len(sealed)):
            self.rows[b"r/visit/1"] = sealed[:length]
            self.assertEqual(await code_of(self.vault.get("visit", "1")), "vault.unreadable")
        self.rows[b"r/visit/1"] = sealed
        self.assertEqual(await self.vault.get("visit", "1"), {"n": 1})

    async def test_a_moved_record_does_not_open(self) -> None:
        self.rows[b"r/visit/1"] = self.rows[b"r/visit/2"]
        self.assertEqual(await code_of(self.vault.get("visit", "1")), "vault.unreadable")
        self.assertEqual(await code_of(self.vault.list("visit")), "vault.unreadable")

    async def test_another_device_cannot_open_it(self) -> None:
        stolen = self.board.restarted(2)
        stolen.keys = FixedKeys(b"\x08" * 32)
        before = dict(self.rows)
        self.assertEqual(await code_of(opened(stolen)), "vault.unreadable")
        self.assertEqual(self.rows, before)

    async def test_another_suite_cannot_open_it(self) -> None:
        stolen = self.board.restarted(2)
        stolen.ciphers[0].suite = 98
        self.assertEqual(await code_of(opened(stolen)), "vault.unreadable")

    async def broken_journal(self) -> None:
        self.assertEqual(await code_of(self.vault.verify_journal()), "vault.unreadable")
        self.assertEqual(await code_of((await opened(self.board.restarted(3))).verify_journal()), "vault.unreadable")

    async def test_a_cut_journal_is_noticed(self) -> None:
        del self.rows[b"j/0000000000000004"]
        await self.broken_journal()

    async def test_a_journal_without_its_beginning_is_noticed(self) -> None:
        del self.rows[b"j/0000000000000001"]
        await self.broken_journal()

    async def test_a_gap_in_the_journal_is_noticed(self) -> None:
        del self.rows[b"j/0000000000000002"]
        await self.broken_journal()

    async def test_entries_in_another_order_are_noticed(self) -> None:
        second, third = self.rows[b"j/0000000000000002"], self.rows[b"j/0000000000000003"]
        self.rows[b"j/0000000000000002"], self.rows[b"j/0000000000000003"] = third, second
        await self.broken_journal()

    async def test_an_altered_entry_is_noticed(self) -> None:
        sealed = self.rows[b"j/0000000000000002"]
        self.rows[b"j/0000000000000002"] = sealed[:-1] + bytes([sealed[-1] ^ 1])
        await self.broken_journal()

    async def test_an_entry_sealed_anew_is_noticed(self) -> None:
        name = b"j/0000000000000002"
        link, sealed = self.rows[name][:32], self.rows[name][32:]
        self.rows[name] = link + self.vault.keyring.seal_journal(name, self.vault.keyring.open_journal(name, sealed))
        await self.broken_journal()

    async def test_an_entry_too_many_is_noticed(self) -> None:
        name = b"j/0000000000000005"
        self.rows[name] = bytes(32) + self.vault.keyring.seal_journal(name, b"{}")
        await self.broken_journal()

    async def test_an_end_of_the_chain_that_is_gone_is_noticed(self) -> None:
        del self.rows[b"head"]
        self.assertEqual(await code_of(opened(self.board.restarted(2))), "vault.unreadable")

    async def test_a_data_key_that_is_gone_is_not_replaced(self) -> None:
        del self.rows[b"key/data/1"]
        self.assertEqual(await code_of(opened(self.board.restarted(2))), "vault.unreadable")
        self.assertFalse(b"key/1" in self.rows)


class Commits(unittest.TestCase):
    async def setUp(self) -> None:  # type: ignore[override]
        self.board = MemoryBoard()
        self.vault = await opened(self.board)

    async def test_a_failed_commit_keeps_nothing_and_the_chain_goes_on(self) -> None:
        await keep(self.vault, "1", {"n": 1})
        before = dict(self.board.store.rows)
        self.board.store.fail_next(2)
        self.assertEqual(await code_of(keep(self.vault, "1", {"n": 2})), "vault.full")
        self.assertEqual(await code_of(keep(self.vault, "2", {"n": 2})), "vault.full")
        self.assertEqual(self.board.store.rows, before)
        self.assertEqual(await self.vault.verify_journal(), 1)
        await keep(self.vault, "2", {"n": 3})
        self.assertEqual(await self.vault.verify_journal(), 2)
        again = await opened(self.board.restarted(2))
        self.assertEqual(await again.verify_journal(), 2)
        self.assertEqual(await again.list("visit"), [("1", {"n": 1}), ("2", {"n": 3})])

    async def test_what_follows_a_commit_follows_only_success(self) -> None:
        called: "list[str]" = []
        batch = Batch("test")
        batch.then(lambda: called.append("first"))
        batch.then(lambda: called.append("second"))
        self.board.store.fail_next()
        self.assertEqual(await code_of(self.vault.commit(batch)), "vault.full")
        self.assertEqual(called, [])
        await self.vault.commit(batch)
        self.assertEqual(called, ["first", "second"])

    async def test_commits_at_once_do_not_interleave(self) -> None:
        tasks = [aio.spawn("keep", keep(self.vault, str(number), {"n": number})) for number in range(8)]
        for task in tasks:
            await task
        self.assertEqual(await self.vault.verify_journal(), 8)
        self.assertEqual(len(await self.vault.list("visit")), 8)

    async def test_the_journal_can_be_verified_while_a_commit_is_on_its_way(self) -> None:
        self.board.store.stalled = aio.Event()
        commit = aio.spawn("keep", keep(self.vault, "1", {"n": 1}))
        while b"r/visit/1" not in self.board.store.rows:
            await aio.sleep_ms(0)
        verify = aio.spawn("verify", self.vault.verify_journal())
        await aio.sleep_ms(1)
        self.board.store.stalled.set()
        await commit
        self.assertEqual(await verify, 1)

    async def test_the_journal_says_what_and_when_but_not_who(self) -> None:
        batch = Batch("visit.opened", "000001")
        batch.put("visit", "000001", {"name": NAME})
        batch.delete("card", "x")
        await self.vault.commit(batch)
        name = b"j/0000000000000001"
        entry = json.loads(self.vault.keyring.open_journal(name, self.board.store.rows[name][32:]).decode())
        monotonic = entry.pop("monotonic")
        self.assertTrue(monotonic > 0)
        self.assertEqual(
            entry,
            {
                "what": "visit.opened",
                "note": "000001",
                "records": ["visit/000001"],
                "removed": ["card/x"],
                "erased": [],
                "wall": self.board.clock.now_s,
                "trusted": "yes",
                "boot": "boot-1",
            },
        )


class Counters(unittest.TestCase):
    async def setUp(self) -> None:  # type: ignore[override]
        self.board = MemoryBoard()
        self.vault = await opened(self.board)

    async def test_a_number_that_was_kept_never_comes_again(self) -> None:
        self.assertEqual([self.vault.take_number("visit"), self.vault.take_number("visit")], [1, 2])
        self.assertEqual(self.vault.take_number("box"), 1)
        await keep(self.vault, "2", {})
        again = await opened(self.board.restarted(2))
        self.assertEqual(again.take_number("visit"), 3)

    async def test_a_number_of_a_failed_commit_is_not_given_out_twice(self) -> None:
        first = self.vault.take_number("visit")
        self.board.store.fail_next()
        self.assertEqual(await code_of(keep(self.vault, str(first), {})), "vault.full")
        self.assertEqual(self.vault.take_number("visit"), 2)

    async def test_reserved_numbers_are_on_the_disk_before_they_are_used(self) -> None:
        self.assertEqual(await self.vault.reserve("msgid", 200), 1)
        again = await opened(self.board.restarted(2))
        self.assertEqual(await again.reserve("msgid", 200), 201)
        self.board.store.fail_next()
        self.assertEqual(await code_of(self.vault.reserve("msgid", 1)), "vault.full")

    async def test_numbers_reserved_at_once_are_different(self) -> None:
        tasks = [aio.spawn("reserve", self.vault.reserve("msgid", 10)) for _ in range(5)]
        firsts = []
        for task in tasks:
            firsts.append(await task)  # noqa: PERF401 - MicroPython has no await in a comprehension
        self.assertEqual(sorted(firsts), [1, 11, 21, 31, 41])


class Blinding(unittest.TestCase):
    async def test_ids_differ_per_value_kind_and_device(self) -> None:
        vault = await opened(MemoryBoard())
        other = await opened(MemoryBoard(None, None, 2))
        ids = [
            vault.blind("box", "81000171234567890123"),
            vault.blind("box", "81000171234567890124"),
            vault.blind("person", "81000171234567890123"),
            other.blind("box", "81000171234567890123"),
        ]
        self.assertEqual(len(set(ids)), 4)
        self.assertEqual(ids[0], vault.blind("box", "81000171234567890123"))
        self.assertEqual(len(ids[0]), 32)

    async def test_ids_stay_the_same_after_a_restart(self) -> None:
        board = MemoryBoard()
        before = (await opened(board)).blind("box", "x")
        self.assertEqual((await opened(board.restarted(2))).blind("box", "x"), before)


class FirstStart(unittest.TestCase):
    async def test_a_store_that_fails_at_the_first_commit_is_begun_again(self) -> None:
        store = MemoryStore()
        store.fail_next()
        keys, clock = FixedKeys(), HandClock()
        self.assertEqual(await code_of(open_vault(store, [HashCipher()], keys, SeededRandom(), clock)), "vault.full")
        self.assertEqual(store.rows, {})
        vault = await open_vault(store, [HashCipher()], keys, SeededRandom(), clock)
        self.assertEqual(vault.journal_head(), (0, "0" * 64))
