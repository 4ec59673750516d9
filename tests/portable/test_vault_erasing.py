"""Keys of owners: erased for good, and read while they change. Runs on CPython and MicroPython."""

import unittest

from firmware.vault import Batch, Rotation, VaultError
from hal import aio
from tests.portable.doubles import MemoryBoard
from tests.portable.vault_hands import code_of, opened

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from firmware.vault import Vault


async def put(vault: "Vault", kind: str, record_id: str, value: "dict[str, Any]", owner: str = "") -> None:
    batch = Batch("test")
    batch.put(kind, record_id, value, owner)
    await vault.commit(batch)


async def rotated(vault: "Vault") -> None:
    """New keys, to the end."""
    rotation = Rotation(vault)
    await rotation.begin()
    while await rotation.step():
        pass


class Erasing(unittest.TestCase):
    async def setUp(self) -> None:  # type: ignore[override]
        self.board = MemoryBoard()
        self.vault = await opened(self.board)
        await put(self.vault, "visit", "1", {"n": 1}, "1")
        await put(self.vault, "visit", "2", {"n": 2}, "2")

    async def erase(self, owner: str) -> None:
        await self.erase_in(self.vault, owner)

    async def erase_in(self, vault: "Vault", owner: str) -> None:
        batch = Batch("erase", owner)
        batch.erase(owner)
        await vault.commit(batch)

    async def test_what_was_erased_does_not_open_any_more(self) -> None:
        sealed = dict(self.board.store.rows)
        await self.erase("1")
        again = await opened(self.board.restarted(2))
        for vault in (self.vault, again):
            self.assertEqual(await code_of(vault.get("visit", "1")), "vault.erased")
            self.assertEqual(await vault.get("visit", "2"), {"n": 2})
        self.assertFalse(b"own/1" in self.board.store.rows)
        self.board.store.rows[b"r/visit/1"] = sealed[b"r/visit/1"]  # a copy from elsewhere
        self.assertEqual(await code_of(again.get("visit", "1")), "vault.erased")

    async def test_an_erasure_that_failed_has_erased_nothing(self) -> None:
        self.board.store.fail_next()
        self.assertEqual(await code_of(self.erase("1")), "vault.full")
        self.assertEqual(await self.vault.get("visit", "1"), {"n": 1})
        self.assertEqual(await (await opened(self.board.restarted(2))).get("visit", "1"), {"n": 1})

    async def test_an_owner_that_comes_again_gets_a_new_key(self) -> None:
        batch = Batch("again")
        batch.erase("1")
        batch.put("visit", "3", {"n": 3}, "1")
        await self.vault.commit(batch)
        again = await opened(self.board.restarted(2))
        self.assertEqual(await again.get("visit", "3"), {"n": 3})
        self.assertEqual(await code_of(again.get("visit", "1")), "vault.unreadable")

    async def test_erased_and_written_with_the_same_sync(self) -> None:
        self.board.store.stalled = aio.Event()
        first = aio.spawn("first", put(self.vault, "box", "1", {}))
        while b"r/box/1" not in self.board.store.rows:
            await aio.sleep_ms(0)
        erase = aio.spawn("erase", self.erase("1"))
        write = aio.spawn("write", put(self.vault, "visit", "3", {"n": 3}, "1"))
        await aio.sleep_ms(0)
        commits = self.board.store.commits
        self.board.store.stalled.set()
        for task in (first, erase, write):
            await task
        self.assertEqual(self.board.store.commits, commits + 1)
        self.assertEqual(await (await opened(self.board.restarted(2))).get("visit", "3"), {"n": 3})

    async def test_a_reader_that_was_slow_does_not_bring_an_erased_key_back(self) -> None:
        vault = await opened(self.board.restarted(2))  # remembers no key yet
        store = SlowStore(vault.store)
        vault.keyring._store = store  # type: ignore[assignment]
        read = aio.spawn("read", vault.get("visit", "1"))
        while not store.waiting:
            await aio.sleep_ms(0)
        await self.erase_in(vault, "1")
        store.go.set()
        await read  # it had begun before
        self.assertEqual(await code_of(vault.get("visit", "1")), "vault.erased")
        await put(vault, "visit", "3", {"n": 3}, "1")
        self.assertEqual(await (await opened(self.board.restarted(3))).get("visit", "3"), {"n": 3})

    async def test_nor_does_one_that_reads_many(self) -> None:
        vault = await opened(self.board.restarted(2))
        store = SlowStore(vault.store)
        vault.keyring._store = store  # type: ignore[assignment]
        read = aio.spawn("read", vault.page("visit"))
        while not store.waiting:
            await aio.sleep_ms(0)
        await self.erase_in(vault, "1")
        store.go.set()
        await aio.sleep_ms(0)
        self.assertEqual(await code_of(vault.get("visit", "1")), "vault.erased")
        try:
            await read
        except VaultError as error:
            self.assertEqual(error.code, "vault.erased")

    async def test_a_page_of_many_owners_reads_their_keys_in_one_go(self) -> None:
        for number in range(20):
            await put(self.vault, "visit", f"9{number:02d}", {"n": number}, f"9{number:02d}")
        vault = await opened(self.board.restarted(2))
        store = CountingStore(vault.store)
        vault.store = vault.keyring._store = store  # type: ignore[assignment]
        self.assertEqual(len(await vault.page("visit")), 22)
        self.assertEqual(store.reads, 2)

    async def test_of_many_records_those_that_are_there_and_open(self) -> None:
        await put(self.vault, "visit", "3", {"n": 3}, "3")
        await put(self.vault, "box", "1", {"n": 0})
        await self.erase_in(self.vault, "1")
        rows = self.board.store.rows
        rows[b"r/visit/2"] = rows[b"r/visit/2"][:-1] + b"?"
        rows[b"r/visit/4"] = b"no record"
        self.assertEqual(await self.vault.get_all("visit", ["1", "2", "3", "4", "5"]), {"3": {"n": 3}})
        self.assertEqual(await self.vault.get_all("box", ["1"]), {"1": {"n": 0}})
        self.assertEqual(await self.vault.get_all("visit", []), {})

    async def test_a_reader_whose_wrapped_owner_key_was_replaced_meanwhile_still_reads(self) -> None:
        for read in ("get", "page", "get_all"):
            vault = await opened(self.board.restarted(2))  # remembers no key yet
            slow = SlowStore(vault.keyring._store)
            vault.keyring._store = slow  # type: ignore[assignment]
            calls = {"get": lambda v: v.get("visit", "1"), "page": lambda v: v.page("visit")}
            calls["get_all"] = lambda v: v.get_all("visit", ["1", "2"])
            reading = aio.spawn("read", calls[read](vault))
            while not slow.waiting:
                await aio.sleep_ms(0)
            await rotated(vault)
            slow.go.set()
            both = [("1", {"n": 1}), ("2", {"n": 2})]
            self.assertEqual(await reading, {"get": {"n": 1}, "page": both, "get_all": dict(both)}[read])


class CountingStore:
    """Counts how often something is asked for."""

    def __init__(self, store: "Any") -> None:
        self._store = store
        self.reads = 0

    async def get_all(self, keys: "list[bytes]") -> "list[bytes | None]":
        self.reads += 1
        values: "list[bytes | None]" = await self._store.get_all(keys)
        return values

    async def scan(self, prefix: bytes, after: bytes, most: int) -> "list[tuple[bytes, bytes]]":
        self.reads += 1
        rows: "list[tuple[bytes, bytes]]" = await self._store.scan(prefix, after, most)
        return rows


class SlowStore:
    """Answers with what was there when it was asked, later."""

    async def get_all(self, keys: "list[bytes]") -> "list[bytes | None]":
        values: "list[bytes | None]" = await self._store.get_all(keys)
        self.waiting = True
        await self.go.wait()
        return values

    def __init__(self, store: "Any") -> None:
        self._store = store
        self.waiting = False
        self.go = aio.Event()

    async def get(self, key: bytes) -> "bytes | None":
        value: "bytes | None" = await self._store.get(key)
        self.waiting = True
        await self.go.wait()
        return value
