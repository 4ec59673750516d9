"""The rules of the segment store that no conformance test sees: room, tombstones, damage, memory."""

import random
import tracemalloc

import pytest

from hal.errors import StoreError
from hal.segments import SegmentStore
from hal.segments.frames import FRAME_HEADER, SEGMENT_HEADER, name_of
from hal.segments.index import Index
from tests.portable.segment_files import MemoryFiles

SMALL = 1000


def small(files: MemoryFiles, reserve: int = 3000) -> SegmentStore:
    return SegmentStore(files, SMALL, reserve)


async def keep_up(store: SegmentStore) -> int:
    pieces = 1
    while await store.care():
        pieces += 1
        assert pieces < 1000
    return pieces


async def fill(store: SegmentStore) -> int:
    """Commit records of 200 bytes until there is no room. How many there are."""
    for number in range(1000):
        try:
            await store.commit([(b"%03d" % number, bytes(200))], [])
        except StoreError:
            return number
    raise AssertionError("it was never full")


async def test_a_full_medium_refuses_to_grow_and_still_deletes_and_compacts() -> None:
    files = MemoryFiles(capacity=20_000)
    store = small(files)
    kept = await fill(store)
    with pytest.raises(StoreError, match=r"store.failed: the medium is full"):
        await store.commit([(b"more", bytes(200))], [])
    assert len(await store.scan(b"")) == kept > 50
    assert (await store.room())[1] < 400
    await store.commit([], [b"%03d" % number for number in range(0, kept, 2)])
    for number in range(20):  # makes its own room, without anybody caring
        await store.commit([(b"new%02d" % number, bytes(200))], [])
    assert await small(files).scan(b"") == await store.scan(b"")
    assert len(await store.scan(b"")) == kept - (kept + 1) // 2 + 20


async def test_every_record_can_be_deleted_on_a_full_medium_one_by_one() -> None:
    files = MemoryFiles(capacity=20_000)
    store = small(files)
    await fill(store)
    for key, _ in await store.scan(b""):
        await store.commit([], [key])
    assert await small(files).scan(b"") == []
    await keep_up(store)
    assert (await store.room())[1] > 15_000


async def test_a_deleted_key_never_comes_back_whatever_is_compacted() -> None:
    files = MemoryFiles()
    store = small(files)
    for number in range(40):
        await store.commit([(b"cold%02d" % number, bytes(100)), (b"hot", bytes(60))], [])
    await store.commit([], [b"hot"])
    for _ in range(40):
        await store.commit([(b"warm", bytes(300))], [])
        await keep_up(store)
        assert await small(files).get(b"hot") is None
        assert await store.get(b"hot") is None
    await store.scrub()
    assert await small(files).get(b"hot") is None


async def test_a_scrub_leaves_nothing_of_what_was_deleted_or_replaced() -> None:
    files = MemoryFiles()
    store = small(files)
    for number in range(50):
        await store.commit([(b"k%02d" % number, b"secret%02d" % number * 5), (b"head", b"old%02d" % number)], [])
    await store.commit([(b"head", b"new")], [b"k%02d" % number for number in range(0, 50, 2)])
    await store.scrub()
    rest = b"".join(files.kept.values())
    assert [number for number in range(50) if b"secret%02d" % number in rest] == list(range(1, 50, 2))
    assert b"old" not in rest
    assert b"k00" not in rest  # no tombstone is needed any more
    used, _ = await store.room()
    appends = files.appends
    await store.scrub()
    assert (files.appends, (await store.room())[0]) == (appends, used)  # there was nothing more to do


async def test_tombstones_do_not_pile_up_behind_a_cold_segment() -> None:
    files = MemoryFiles()
    store = small(files)
    await store.commit([(b"cold%d" % number, bytes(150)) for number in range(5)] + [(b"replaced", b"")], [])
    await store.commit([(b"replaced", b"1")], [])  # the cold segment holds one superseded value, for ever
    most = 0
    for number in range(1500):
        await store.commit([(b"message%06d" % number, bytes(50))], [b"message%06d" % (number - 3)])
        await keep_up(store)
        most = max(most, (await store.room())[0])
    assert most < 8 * SMALL
    assert len(await small(files).scan(b"")) == 9


async def test_upkeep_writes_little_where_little_is_dead() -> None:
    files = MemoryFiles()
    store = SegmentStore(files, 10_000, 0)
    for number in range(200):
        await store.commit([(b"%03d" % number, bytes(400))], [])
    appends = files.appends
    assert not await store.care()
    await store.commit([], [b"%03d" % number for number in range(0, 200, 3)])
    assert not await store.care()  # a third is not mostly
    assert files.appends == appends + 1
    await store.commit([], [b"%03d" % number for number in range(1, 200, 3)])
    assert await store.care()


async def test_a_piece_of_upkeep_is_short() -> None:
    files = MemoryFiles()
    store = SegmentStore(files)
    for number in range(600):
        await store.commit([(b"%03d" % number, bytes(1000))], [])
    await store.commit([], [b"%03d" % number for number in range(600) if number % 5 < 3])
    appends, before = files.appends, sum(len(data) for data in files.kept.values())
    assert await store.care()
    assert files.appends <= appends + 1
    assert sum(len(data) for data in files.kept.values()) - before < 20_000


@pytest.mark.parametrize("place", [SEGMENT_HEADER + 2, SEGMENT_HEADER + FRAME_HEADER + 3, SEGMENT_HEADER + 60, 5])
async def test_damage_in_any_segment_but_a_torn_tail_is_told(place: int) -> None:
    files = MemoryFiles()
    store = small(files)
    for number in range(40):
        await store.commit([(b"%02d" % number, bytes([number]) * 100)], [])
    data = bytearray(files.kept[name_of(2)])
    data[place] ^= 0x10
    files.kept[name_of(2)] = bytes(data)
    store = small(files)
    found = await store.scan(b"")
    assert 39 <= len(found) <= 40
    assert all(value == bytes([int(key)]) * 100 for key, value in found)
    before = dict(files.kept)
    for work in (store.commit([(b"x", b"")], []), store.care(), store.scrub()):
        with pytest.raises(StoreError, match=r"store.damaged: segment 00000002 is broken at byte") as told:
            await work
        assert told.value.code == "store.damaged"
    assert files.kept == before


async def test_a_segment_that_lost_its_end_is_damage() -> None:
    files = MemoryFiles()
    store = small(files)
    for number in range(40):
        await store.commit([(b"%02d" % number, bytes(100))], [])
    files.kept[name_of(1)] = files.kept[name_of(1)][:-150]
    with pytest.raises(StoreError, match=r"store.damaged"):
        await small(files).care()
    assert len(await small(files).scan(b"")) > 35


async def test_a_frame_that_broke_since_the_start_is_not_copied() -> None:
    files = MemoryFiles()
    store = small(files)
    for number in range(40):
        await store.commit([(b"%02d" % number, bytes(100))], [])
    data = bytearray(files.kept[name_of(1)])
    data[-20] ^= 1
    files.kept[name_of(1)] = bytes(data)
    await store.commit([], [b"%02d" % number for number in range(6)])
    with pytest.raises(StoreError, match=r"store.damaged"):
        await keep_up(store)
    with pytest.raises(StoreError, match=r"store.damaged"):
        await store.commit([(b"x", b"")], [])
    assert len(await store.scan(b"")) == 34


async def test_frames_of_an_older_store_behind_a_torn_tail_are_never_taken_for_new() -> None:
    files = MemoryFiles()
    store = small(files)
    for number in range(5):
        await store.commit([(b"%02d" % number, bytes(100))], [])
    old = files.kept[name_of(1)]
    for torn in (b"", b"\0" * 30, old[SEGMENT_HEADER + 10 : SEGMENT_HEADER + 50]):
        behind = MemoryFiles.of({name_of(1): old + torn + old[SEGMENT_HEADER:]})
        store = small(behind)
        await store.commit([(b"x", b"")], [])
        assert len(await small(behind).scan(b"")) == 6


async def test_the_head_of_an_older_file_of_the_same_number_cuts_nothing_off() -> None:
    files = MemoryFiles()
    store = small(files)
    for number in range(4):
        await store.commit([(b"%02d" % number, bytes(100))], [])
    before = dict(files.kept)
    await store.commit([(b"big", bytes(900))], [])
    stale = files.kept[name_of(2)]  # as if this had failed, and the file had been removed
    files = MemoryFiles.of(before)
    store = small(files)
    for number in range(4, 12):
        await store.commit([(b"%02d" % number, bytes(100))], [])
    assert sorted(files.kept) == [name_of(1), name_of(2)]
    for length in range(0, len(stale), 7):  # the power was cut when the new file had only its name
        left = MemoryFiles.of({name_of(1): files.kept[name_of(1)], name_of(2): stale[:length]})
        assert [key for key, _ in await small(left).scan(b"")] == [b"%02d" % number for number in range(7)]
        await small(left).commit([(b"x", b"")], [])
        await keep_up(small(left))
        assert len(await small(left).scan(b"")) == 8


async def test_a_segment_under_another_number_counts_for_nothing_and_other_files_are_let_alone() -> None:
    files = MemoryFiles()
    await small(files).commit([(b"a", b"1")], [])
    files.kept["note.txt"] = b"of somebody else"
    files.kept["0000000a.SEG"] = b""
    assert await small(files).scan(b"") == [(b"a", b"1")]
    files.kept[name_of(9)] = files.kept[name_of(1)]
    assert await small(files).scan(b"") == [(b"a", b"1")]


async def test_memory_that_runs_out_in_a_commit_never_shows_half_a_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    files = MemoryFiles()
    store = small(files)
    await store.commit([(b"a", b"1"), (b"b", b"1")], [])
    real = Index.put

    def put(index: Index, key: bytes, *place: int) -> object:
        if key == b"b":
            raise MemoryError
        return real(index, key, *place)

    monkeypatch.setattr(Index, "put", put)
    with pytest.raises(StoreError, match=r"store.failed: no memory"):
        await store.commit([(b"a", b"2"), (b"b", b"2")], [])
    monkeypatch.undo()
    for work in (store.get(b"a"), store.scan(b""), store.commit([], [b"a"]), store.care()):
        with pytest.raises(StoreError, match=r"store.failed: no memory"):
            await work
    assert await small(files).scan(b"") == [(b"a", b"2"), (b"b", b"2")]


async def test_keys_and_values_that_no_frame_holds_are_refused() -> None:
    store = small(MemoryFiles())
    with pytest.raises(StoreError, match="too long"):
        await store.commit([(bytes(70_000), b"")], [])
    await store.commit([(bytes(65_535), b"1")], [])
    assert await store.get(bytes(65_535)) == b"1"


def test_the_index_stays_in_order_through_random_work() -> None:
    rng = random.Random(3)
    index = Index()
    kept: dict[bytes, tuple[int, int, int]] = {}
    for number in range(20_000):
        key = b"%05d" % rng.randrange(1500 if number < 12_000 else 300)
        if rng.random() < 0.55:
            assert index.put(key, 1, number, 2) == kept.get(key)
            kept[key] = (1, number, 2)
        else:
            assert index.remove(key) == kept.pop(key, None)
        assert index.get(key) == kept.get(key)
        if number % 500 == 0:
            assert [(key, place) for key, *place in index.page(b"", b"", 0)] == [
                (key, list(kept[key])) for key in sorted(kept)
            ]
    assert len(index) == len(kept)


def test_the_index_is_compact() -> None:
    keys = [b"outbox/%08d/0123456789abcde" % number for number in range(20_000)]  # 31 bytes
    assert len(keys[0]) == 31
    tracemalloc.start()
    index = Index()
    for key in keys:
        index.put(key, 1, 2, 3)
    without_keys, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert without_keys / len(keys) < 32  # and 64 for the key itself
