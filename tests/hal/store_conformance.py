"""What every store must do, whatever engine it is made of. A test module of an engine inherits `StoreConformance`."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hal.errors import StoreError
from hal.ports import Store

UNHURRIED = [HealthCheck.too_slow, HealthCheck.differing_executors]
KEYS = st.binary(max_size=4) | st.sampled_from(
    [b"r/visit/1", b"r/visit/2", b"r/visits/1", b"\xff", b"\xff\xff", b"a\xff"]
)
VALUES = st.binary(max_size=40)
SOME_KEYS = KEYS.filter(bool)  # behind the empty key a page cannot begin
BATCHES = st.lists(st.tuples(st.dictionaries(KEYS, VALUES, max_size=6), st.lists(KEYS, max_size=3)), max_size=8)


class StoreConformance(ABC):
    """Inherit it, and say how the engine is opened."""

    @abstractmethod
    def open(self, folder: Path) -> Store:
        """Open the store that lies in `folder`, or a new one."""

    async def test_what_was_committed_is_read_back_by_this_and_the_next_start(self, tmp_path: Path) -> None:
        store = self.open(tmp_path)
        await store.commit([(b"head", b"1"), (b"empty", b"")], [])
        assert (await store.get(b"head"), await store.get(b"empty"), await store.get(b"none")) == (b"1", b"", None)
        await store.close()
        store = self.open(tmp_path)
        assert (await store.get(b"head"), await store.get(b"empty"), await store.get(b"none")) == (b"1", b"", None)
        await store.close()

    async def test_many_are_read_in_the_order_in_which_they_are_asked_for(self, tmp_path: Path) -> None:
        store = self.open(tmp_path)
        await store.commit([(b"a", b"1"), (b"b", b""), (b"c", b"3")], [])
        assert await store.get_all([b"c", b"none", b"b", b"c"]) == [b"3", None, b"", b"3"]
        assert await store.get_all([]) == []
        await store.close()

    async def test_many_are_read_as_of_one_moment(self, tmp_path: Path) -> None:
        store = self.open(tmp_path)
        keys = [b"%02d" % number for number in range(40)]
        await store.commit([(key, b"0") for key in keys], [])

        async def write() -> None:
            for turn in range(1, 20):
                await store.commit([(key, b"%d" % turn) for key in keys], [])

        writing = asyncio.create_task(write())
        while not writing.done():
            found = await store.get_all(keys)
            assert len(set(found)) == 1
            await asyncio.sleep(0)
        await writing
        assert await store.get_all(keys) == [b"19"] * 40
        await store.close()

    async def test_a_store_that_is_closed_says_so(self, tmp_path: Path) -> None:
        store = self.open(tmp_path)
        await store.commit([(b"a", b"1")], [])
        await store.close()
        uses: list[Callable[[], Awaitable[object]]] = [
            lambda: store.get(b"a"),
            lambda: store.get_all([b"a"]),
            lambda: store.scan(b""),
            lambda: store.commit([(b"b", b"")], []),
            store.care,
            store.scrub,
            store.room,
            store.close,
        ]
        for use in uses:
            with pytest.raises(StoreError, match=r"store\.failed: closed"):
                await asyncio.wait_for(use(), 60)

    async def test_what_is_asked_before_the_close_is_done(self, tmp_path: Path) -> None:
        store = self.open(tmp_path)
        commits = [asyncio.create_task(store.commit([(b"%d" % number, bytes(5_000))], [])) for number in range(5)]
        asked = asyncio.create_task(store.get_all([b"4", b"none"]))
        closing = asyncio.create_task(store.close())
        await asyncio.wait_for(asyncio.gather(*commits, closing), 60)
        assert await asyncio.wait_for(asked, 60) == [bytes(5_000), None]
        store = self.open(tmp_path)
        assert [key for key, _ in await store.scan(b"")] == [b"0", b"1", b"2", b"3", b"4"]
        await store.close()

    async def test_a_batch_replaces_and_deletes_at_once(self, tmp_path: Path) -> None:
        store = self.open(tmp_path)
        await store.commit([(b"a", b"1"), (b"b", b"1")], [])
        await store.commit([(b"b", b"2"), (b"c", b"2")], [b"a", b"not there"])
        assert await store.scan(b"") == [(b"b", b"2"), (b"c", b"2")]
        await store.close()

    async def test_a_key_that_is_deleted_and_put_in_one_batch_is_there(self, tmp_path: Path) -> None:
        store = self.open(tmp_path)
        await store.commit([(b"a", b"1")], [])
        await store.commit([(b"a", b"2")], [b"a"])
        assert await store.get(b"a") == b"2"
        await store.close()

    async def test_an_empty_batch_changes_nothing(self, tmp_path: Path) -> None:
        store = self.open(tmp_path)
        await store.commit([], [])
        assert await store.scan(b"") == []
        await store.close()

    async def test_a_scan_ends_where_the_prefix_ends(self, tmp_path: Path) -> None:
        store = self.open(tmp_path)
        keys = [b"r/visit", b"r/visit/", b"r/visit/1", b"r/visit/\xff\xff", b"r/visit0", b"r/visits/1"]
        await store.commit([(key, b"x") for key in reversed(keys)], [])
        assert [key for key, _ in await store.scan(b"r/visit/")] == keys[1:4]
        await store.close()

    async def test_a_value_of_a_megabyte_is_kept_whole(self, tmp_path: Path) -> None:
        store = self.open(tmp_path)
        value = bytes(range(256)) * 4096
        await store.commit([(b"big", value)], [])
        assert await store.get(b"big") == value
        await store.close()

    async def test_commits_at_the_same_time_are_all_kept(self, tmp_path: Path) -> None:
        store = self.open(tmp_path)
        await asyncio.gather(*(store.commit([(b"%03d" % number, b"x")], []) for number in range(50)))
        assert [key for key, _ in await store.scan(b"")] == [b"%03d" % number for number in range(50)]
        await store.close()

    async def test_a_commit_whose_caller_was_cancelled_is_whole_or_absent(self, tmp_path: Path) -> None:
        store = self.open(tmp_path)
        for number in range(20):
            commit = asyncio.create_task(store.commit([(b"a%02d" % number, b"x"), (b"b%02d" % number, b"x")], []))
            for _ in range(number % 4):
                await asyncio.sleep(0)
            commit.cancel()
            await asyncio.wait([commit])
            await store.commit([(b"next", b"x")], [])
        kept = [key for key, _ in await store.scan(b"")]
        assert [key[1:] for key in kept if key[:1] == b"a"] == [key[1:] for key in kept if key[:1] == b"b"]
        await store.close()

    @settings(max_examples=40, deadline=None, suppress_health_check=UNHURRIED)
    @given(BATCHES, KEYS)
    def test_it_is_an_ordered_dict(
        self,
        tmp_path_factory: pytest.TempPathFactory,
        batches: list[tuple[dict[bytes, bytes], list[bytes]]],
        prefix: bytes,
    ) -> None:
        folder = tmp_path_factory.mktemp("store")

        async def play() -> None:
            store = self.open(folder)
            kept: dict[bytes, bytes] = {}
            for puts, deletes in batches:
                await store.commit(list(puts.items()), deletes)
                kept = {key: value for key, value in kept.items() if key not in deletes} | puts
            expected = sorted((key, value) for key, value in kept.items() if key.startswith(prefix))
            assert await store.scan(prefix) == expected
            await store.close()
            store = self.open(folder)
            assert await store.scan(b"") == sorted(kept.items())
            await store.close()

        asyncio.run(play())

    @settings(max_examples=40, deadline=None, suppress_health_check=UNHURRIED)
    @given(st.dictionaries(SOME_KEYS, VALUES, max_size=20), KEYS, KEYS, st.integers(0, 6))
    def test_a_page_begins_behind_a_key_and_has_at_most_so_many(
        self,
        tmp_path_factory: pytest.TempPathFactory,
        kept: dict[bytes, bytes],
        prefix: bytes,
        after: bytes,
        most: int,
    ) -> None:
        folder = tmp_path_factory.mktemp("store")

        async def play() -> None:
            store = self.open(folder)
            await store.commit(list(kept.items()), [])
            whole = sorted((key, value) for key, value in kept.items() if key.startswith(prefix))
            behind = [pair for pair in whole if not after or pair[0] > after]
            assert await store.scan(prefix, after, most) == (behind[:most] if most else behind)
            pages: list[tuple[bytes, bytes]] = []
            while page := await store.scan(prefix, pages[-1][0] if pages else b"", most or 1):
                pages += page
            assert pages == whole
            await store.close()

        asyncio.run(play())

    @settings(max_examples=30, deadline=None, suppress_health_check=UNHURRIED)
    @given(BATCHES, st.booleans())
    def test_upkeep_changes_nothing_that_can_be_read(
        self,
        tmp_path_factory: pytest.TempPathFactory,
        batches: list[tuple[dict[bytes, bytes], list[bytes]]],
        scrubs: bool,
    ) -> None:
        folder = tmp_path_factory.mktemp("store")

        async def play() -> None:
            kept: dict[bytes, bytes] = {}
            for puts, deletes in batches:
                store = self.open(folder)
                await store.commit(list(puts.items()), deletes)
                kept = {key: value for key, value in kept.items() if key not in deletes} | puts
                await keep_up(store)
                if scrubs:
                    await store.scrub()
                assert await store.scan(b"") == sorted(kept.items())
                await store.close()
            store = self.open(folder)
            assert await store.scan(b"") == sorted(kept.items())
            await store.close()

        asyncio.run(play())

    async def test_what_is_committed_during_a_scrub_is_kept(self, tmp_path: Path) -> None:
        store = self.open(tmp_path)
        for number in range(60):
            await store.commit([(b"%02d" % (number % 20), b"x" * 2000)], [b"%02d" % ((number + 7) % 20)])
        expected = dict(await store.scan(b""))
        commits = [store.commit([(b"new%02d" % number, b"y")], []) for number in range(10)]
        await asyncio.gather(store.scrub(), *commits)
        expected |= {b"new%02d" % number: b"y" for number in range(10)}
        assert dict(await store.scan(b"")) == expected
        await store.close()
        store = self.open(tmp_path)
        assert dict(await store.scan(b"")) == expected
        await store.close()

    async def test_room_follows_what_is_kept(self, tmp_path: Path) -> None:
        store = self.open(tmp_path)
        before, free = await store.room()
        assert before >= 0
        assert free > 1_000_000
        value = bytes(range(256)) * 2
        await store.commit([(b"%03d" % number, value) for number in range(400)], [])
        full, _ = await store.room()
        assert full - before >= 400 * 512
        await store.close()
        store = self.open(tmp_path)
        await store.commit([], [b"%03d" % number for number in range(400)])
        await keep_up(store)
        await store.scrub()
        await keep_up(store)
        emptied, _ = await store.room()
        assert emptied < full / 4
        await store.close()
        store = self.open(tmp_path)
        assert (await store.room())[0] < full / 4
        await store.close()


async def keep_up(store: Store) -> None:
    """Care for the store until nothing is due."""
    for _ in range(1000):
        if not await store.care():
            return
    raise AssertionError("there is no end to the upkeep")
