"""The vault as a state machine: whatever is committed, fails, is erased, rotated, trimmed or cut off, what was
acknowledged is there, or erased on request, and the chain holds."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from firmware.vault import Batch, Rotation, Vault, VaultError, open_vault
from firmware.vault.keyring import owner_name
from hal import aio
from tests.portable.doubles import MemoryBoard

if TYPE_CHECKING:
    from collections.abc import Coroutine

KINDS = ("visit", "box")
IDS = ("1", "2", "3")
OWNERS = ("", "a", "b")
COUNTERS = ("waiting", "fen")
PUT = st.tuples(st.just("put"), st.sampled_from(KINDS), st.sampled_from(IDS), st.sampled_from(OWNERS))
DELETE = st.tuples(st.just("delete"), st.sampled_from(KINDS), st.sampled_from(IDS))
ERASE = st.tuples(st.just("erase"), st.sampled_from(OWNERS[1:]))
COUNT = st.tuples(st.just("count"), st.sampled_from(COUNTERS), st.integers(-3, 3))
STEPS = st.lists(PUT | PUT | DELETE | ERASE | COUNT, max_size=5)


class Model:
    """What must be in the vault: the value of each record, and who owns it; "erased" in place of a value."""

    def __init__(self) -> None:
        self.records: dict[tuple[str, str], tuple[str, Any]] = {}
        self.counters: dict[str, int] = {}
        self.entries = 0

    def take(self, batch: Batch) -> None:
        for name in batch.deletes:
            self.records.pop(name, None)
        for name, (owner, _) in list(self.records.items()):
            if owner in batch.erased:
                self.records[name] = (owner, "erased")
        for put in batch.puts:
            self.records[put.kind, put.record_id] = (put.owner, put.value)
        for counter, change in batch.counts:
            self.counters[counter] = self.counters.get(counter, 0) + change
        self.entries += 1


class Machine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.board = MemoryBoard()
        self.model = Model()
        self.lives = 1
        self.values = 0
        self.numbers: list[int] = []

    def do(self, call: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(asyncio.wait_for(call, 60))

    @initialize()
    def start(self) -> None:
        self.do(self._open())

    async def _open(self) -> None:
        board = self.board
        self.vault: Vault = await open_vault(board.store, board.ciphers, board.keys, board.random, board.clock)
        self.rotation = Rotation(self.vault)

    def _batch(self, steps: list[Any]) -> Batch:
        batch = Batch("test")
        for step in steps:
            if step[0] == "put":
                self.values += 1
                batch.put(step[1], step[2], {"n": self.values}, step[3])
            elif step[0] == "delete":
                batch.delete(step[1], step[2])
            elif step[0] == "erase":
                batch.erase(step[1])
            else:
                batch.count(step[1], step[2])
        batch.then(lambda: self.model.take(batch))
        return batch

    async def _commit(self, batch: Batch) -> bool:
        try:
            await self.vault.commit(batch)
        except VaultError:
            return False
        return True

    @rule(steps=STEPS)
    def commit(self, steps: list[Any]) -> None:
        assert self.do(self._commit(self._batch(steps)))

    @rule(
        together=st.lists(STEPS, min_size=2, max_size=4), cancelled=st.sets(st.integers(0, 3)), fail=st.integers(0, 3)
    )
    def commit_together(self, together: list[list[Any]], cancelled: set[int], fail: int) -> None:
        """Some callers go away; the first commits fail, the ones that the group is then split into among them."""
        self.do(self._together([self._batch(steps) for steps in together], cancelled, fail))

    async def _together(self, batches: list[Batch], cancelled: set[int], fail: int) -> None:
        self.board.store.fail_next(fail)
        tasks = [asyncio.ensure_future(self._commit(batch)) for batch in batches]
        await asyncio.sleep(0)
        for place in cancelled:
            if place < len(tasks):
                tasks[place].cancel()
        done = await asyncio.gather(*tasks, return_exceptions=True)
        while self.vault.writer._writing:  # noqa: ASYNC110 -- a writer whose callers are gone tells nobody
            await asyncio.sleep(0)
        self.board.store.failing = []
        for batch, kept in zip(batches, done, strict=True):
            assert kept in (True, False) or isinstance(kept, asyncio.CancelledError)
            if kept is True:
                with pytest.raises(ValueError, match="kept"):
                    await self.vault.commit(batch)

    @rule()
    def take_a_number(self) -> None:
        number = self.vault.take_number("visit")
        assert number not in self.numbers
        batch = self._batch([])
        batch.then(lambda: self.numbers.append(number))
        assert self.do(self._commit(batch))

    @rule(steps=STEPS)
    def pull_the_plug_behind_a_sync(self, steps: list[Any]) -> None:
        """It is on the disk, and nobody heard of it."""
        batch = self._batch(steps)
        self.do(self._unheard(batch))
        self.model.take(batch)

    async def _unheard(self, batch: Batch) -> None:
        store, before = self.board.store, dict(self.board.store.rows)
        store.stalled = aio.Event()
        task = asyncio.ensure_future(self._commit(batch))
        while store.rows == before:  # noqa: ASYNC110 -- the store tells nobody
            await asyncio.sleep(0)
        batch._done = []
        self._restart()
        await self._open()
        store.stalled.set()
        await task

    def _restart(self) -> None:
        self.lives += 1
        rows = dict(self.board.store.rows)
        self.board = self.board.restarted(self.lives)
        self.board.store.rows = rows  # what the former life still does touches them no more

    @rule()
    def restart(self) -> None:
        self._restart()
        self.do(self._open())

    @rule(fail=st.booleans())
    def begin_a_rotation(self, fail: bool) -> None:
        version, under_way = self.vault.keyring.version, self.rotation.under_way()
        self.board.store.fail_next(int(fail))
        if under_way or not fail:
            assert self.do(self.rotation.begin()) == version + (not under_way)
            self.model.entries += not under_way
        else:
            with pytest.raises(VaultError):
                self.do(self.rotation.begin())
            assert self.vault.keyring.version == version
        self.board.store.failing = []

    @rule(steps=st.integers(1, 4), fail=st.booleans())
    def rotate(self, steps: int, fail: bool) -> None:
        self.board.store.fail_next(int(fail))
        before = self.vault.journal_head()[0]
        for _ in range(steps):
            try:
                self.do(self.rotation.step())
            except VaultError:
                assert fail
        self.board.store.failing = []
        self.model.entries += self.vault.journal_head()[0] - before

    @rule()
    def rotate_to_the_end(self) -> None:
        self.do(self._to_the_end())
        assert not self.rotation.under_way()
        assert [key for key in self.board.store.rows if key.startswith(b"key/data/")] == [
            f"key/data/{self.vault.keyring.version}".encode()
        ]

    async def _to_the_end(self) -> None:
        before = self.vault.journal_head()[0]
        while await self.rotation.step():
            pass
        self.model.entries += self.vault.journal_head()[0] - before

    @rule(keep=st.integers(0, 5), most=st.integers(1, 3), fail=st.booleans())
    def trim(self, keep: int, most: int, fail: bool) -> None:
        self.board.store.fail_next(int(fail))
        try:
            self.do(self.vault.trim_journal(keep, most))
        except VaultError:
            assert fail
        self.board.store.failing = []

    @invariant()
    def everything_acknowledged_is_there(self) -> None:
        if hasattr(self, "vault"):
            self.do(self._check())

    async def _check(self) -> None:
        vault, model = self.vault, self.model
        for kind in KINDS:
            for record_id in IDS:
                owner, value = model.records.get((kind, record_id), ("", None))
                if value == "erased":
                    with pytest.raises(VaultError) as refused:
                        await vault.get(kind, record_id)
                    keyed_anew = owner_name(owner) in self.board.store.rows
                    assert refused.value.code == ("vault.unreadable" if keyed_anew else "vault.erased")
                else:
                    assert await vault.get(kind, record_id) == value
        for counter in COUNTERS:
            assert vault.counter(counter) == model.counters.get(counter, 0)
        assert vault.journal_head()[0] == model.entries
        assert await vault.verify_journal() == model.entries - vault.journal_first() + 1

    def teardown(self) -> None:
        try:
            if hasattr(self, "vault"):
                self.restart()
                self.everything_acknowledged_is_there()
        finally:
            self.loop.close()


Machine.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
TestVault = Machine.TestCase
