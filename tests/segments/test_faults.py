"""A medium that fails at the n-th call, for every n: a clear error, nothing lost, and it works again afterwards."""

import errno
import random
from dataclasses import dataclass, field

import pytest

from hal.errors import StoreError
from hal.segments import SegmentStore
from tests.portable.segment_files import MemoryFiles
from tests.segments.workload import RESERVE, SEGMENT_BYTES, State, batch

TURNS = 50


@dataclass
class Played:
    """What a workload on a failing medium came to."""

    files: MemoryFiles
    state: State = field(default_factory=dict)
    failed: list[State] = field(default_factory=list)  # what would be kept if the failed commit had been
    errors: list[StoreError] = field(default_factory=list)

    async def start(self) -> SegmentStore:
        for _ in range(10):
            try:
                return SegmentStore(self.files, SEGMENT_BYTES, RESERVE)
            except StoreError as error:
                self.errors.append(error)
        raise AssertionError("it never starts again")

    async def adopt(self, store: SegmentStore) -> None:
        """A batch that could be neither synced nor made void may be there after a start: whole, and nobody was told
        that it was."""
        found = await self.see(store)
        assert found == self.state or (self.may_return() and found in self.failed)
        self.state, self.failed = found, []

    def may_return(self) -> bool:
        return self.files.failures > 1 and self.files.done_halves == 2

    async def act(self, store: SegmentStore, rng: random.Random) -> None:
        action = rng.random()
        puts, deletes, after = batch(rng, self.state)
        try:
            if action < 0.75:
                await store.commit(list(puts.items()), deletes)
                if puts or any(key in self.state for key in deletes):
                    self.state, self.failed = after, []
            elif action < 0.93:
                await store.care()
            else:
                await store.scrub()
        except StoreError as error:
            self.errors.append(error)
            if action < 0.75:
                self.failed.append(after)

    async def see(self, store: SegmentStore) -> State:
        for _ in range(10):
            try:
                found = await store.scan(b"")
                assert await store.get_all([key for key, _ in found]) == [value for _, value in found]
                return dict(found)
            except StoreError as error:
                self.errors.append(error)
        raise AssertionError("it is never readable again")


async def play(files: MemoryFiles) -> Played:
    """The same workload for the same calls; after each action everything acknowledged must be there, and nothing
    else."""
    played = Played(files)
    rng = random.Random(7)
    store = await played.start()
    for turn in range(TURNS):
        if turn % 13 == 12:
            store = await played.start()
            await played.adopt(store)
        await played.act(store, rng)
        if played.errors or turn == TURNS - 1:
            assert await played.see(store) == played.state
    return played


async def calls_of_a_workload() -> int:
    return (await play(MemoryFiles())).files.calls


@pytest.mark.parametrize(
    ("fault", "done_halves"),
    [(errno.ENOSPC, 0), (errno.ENOSPC, 1), (errno.EIO, 1), (errno.EIO, 2), (errno.EMFILE, 0)],
)
async def test_one_failure_at_every_call(fault: int, done_halves: int) -> None:
    calls = await calls_of_a_workload()
    assert calls > 150
    told = 0
    for number in range(1, calls + 1):
        files = MemoryFiles()
        files.fail_at, files.fault, files.done_halves = number, fault, done_halves
        played = await play(files)
        told += len(played.errors)
        code = "store.medium" if fault == errno.EIO else "store.failed"
        assert all(str(error) == f"{code}: {fault}" for error in played.errors)
        again = SegmentStore(MemoryFiles.of(files.kept), SEGMENT_BYTES, RESERVE)
        assert dict(await again.scan(b"")) == played.state
        await again.commit([(b"later", b"1")], [])
        await again.scrub()
        assert dict(await again.scan(b"")) == played.state | {b"later": b"1"}
    assert told > calls * 0.9  # a failed look at what a failed append left is not told a second time


@pytest.mark.parametrize("done_halves", [0, 1, 2])
@pytest.mark.parametrize("failures", [2, 3, 7])
async def test_several_failures_in_a_row(failures: int, done_halves: int) -> None:
    calls = await calls_of_a_workload()
    for number in range(1, calls + 1, 3):
        files = MemoryFiles()
        files.fail_at, files.fault, files.failures, files.done_halves = number, errno.EIO, failures, done_halves
        played = await play(files)
        await played.adopt(SegmentStore(MemoryFiles.of(files.kept), SEGMENT_BYTES, RESERVE))
