"""The sqlite engine under power cuts and failing calls, short; and proofs that the harness would notice."""

import tempfile
from collections.abc import Iterator
from contextlib import closing
from copy import deepcopy
from pathlib import Path
from random import Random

import pytest

from hal.linux import store_file
from hal.linux.store import SqliteStore
from hal.linux.store_file import OPENING, StoreFile
from tests.torture import crashes, faults
from tests.torture.apsw_disk import Faults, Machine
from tests.torture.disk import Began, Disk, Kept, Medium, Sync
from tests.torture.sqlite import memory
from tests.torture.workload import contents, upkeep

SEED = 7


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir=memory()) as name:
        yield Path(name)


def test_no_power_cut_loses_what_was_acknowledged(folder: Path) -> None:
    figures = crashes.run(1_000, SEED, folder)
    assert figures.images >= 1_000
    assert figures.is_clean(), figures


def test_nor_does_one_after_another(folder: Path) -> None:
    figures = crashes.run_twice(300, SEED, folder)
    assert figures.images >= 300
    assert figures.is_clean(), figures


def test_nor_for_the_standard_library(folder: Path) -> None:
    figures = crashes.run_on_files(100, SEED, folder)
    assert figures.images > 50
    assert figures.is_clean(), figures


@pytest.mark.parametrize("journalled", [True, False])
def test_the_harness_fails_when_the_log_is_not_synced(
    folder: Path, monkeypatch: pytest.MonkeyPatch, journalled: bool
) -> None:
    monkeypatch.setattr(store_file, "OPENING", [statement.replace("FULL", "NORMAL") for statement in OPENING])
    figures = crashes.run(200, SEED, folder, (journalled,))
    assert figures.lost > figures.images // 5, figures


def test_extra_alone_keeps_the_journal_of_the_birth_from_coming_back(folder: Path) -> None:
    figures = crashes.run(200, SEED, folder, (False,), syncs_folder=False)
    assert figures.is_clean(), figures


def test_the_harness_fails_when_extra_is_left_out(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_file, "OPENING", [statement for statement in OPENING if "EXTRA" not in statement])
    figures = crashes.run(200, SEED, folder, (False,), syncs_folder=False)
    assert figures.lost > figures.images // 5, figures


def test_the_harness_fails_when_a_batch_is_no_transaction(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def commit(store: StoreFile, puts: list[tuple[bytes, bytes]], deletes: list[bytes]) -> None:
        store._connection.executemany("DELETE FROM record WHERE key = ?", [(key,) for key in deletes])
        for row in puts:
            store._connection.execute("INSERT OR REPLACE INTO record VALUES (?, ?)", row)

    monkeypatch.setattr(StoreFile, "commit", commit)
    assert crashes.run(200, SEED, folder).torn > 0


def test_any_call_may_fail(folder: Path) -> None:
    figures = faults.run(12, SEED, folder, every=3)
    assert figures.faults > 100
    assert figures.is_clean(), figures


def test_the_harness_fails_when_a_failed_batch_is_left_in_the_log(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(StoreFile, "_begin_lap", lambda store: None)
    assert faults.run(12, SEED, folder, every=3).kept > 0


def test_a_commit_costs_one_sync_also_after_a_start_and_after_care(folder: Path) -> None:
    machine = Machine(folder, Disk())
    log = machine.disk.log
    for start in range(2):
        store = machine.open()
        for number in range(start * 50, start * 50 + 50):
            log.append(Began(number))
            store.commit([(b"r/%d" % (number % 7), b"x" * 900), (b"j/%d" % number, b"x" * 300)], [b"o/%d" % number])
            log.append(Kept(number))
            if number % 10 == 9:
                upkeep("care", store)
        store.close()
    kinds = [type(event) for event in log if isinstance(event, Began | Sync | Kept)]
    begun = [place for place, kind in enumerate(kinds) if kind is Began]
    assert [kinds[place : place + 3] for place in begun] == [[Began, Sync, Kept]] * 100
    assert kinds.count(Sync) > 130  # the others were care's


async def test_nor_does_a_long_burst_make_a_commit_fold_the_log(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    machine, commit = Machine(folder, Disk()), StoreFile.commit
    log = machine.disk.log

    def noted(store: StoreFile, puts: list[tuple[bytes, bytes]], deletes: list[bytes]) -> None:
        log.append(Began(0))
        commit(store, puts, deletes)
        log.append(Kept(0))

    monkeypatch.setattr(StoreFile, "commit", noted)
    store, random = SqliteStore(machine.path, lambda _: machine.open()), Random(SEED)
    for number in range(300):  # as the answers to a backlog are kept
        done = [(b"r/done/%08d" % random.randrange(10**7), bytes(900)) for _ in range(8)]
        await store.commit([*done, (b"j/%d" % number, bytes(300))], [b"r/new/%d" % number])
    await store.close()
    kinds = [type(event) for event in log if isinstance(event, Began | Sync | Kept)]
    begun = [place for place, kind in enumerate(kinds) if kind is Began]
    assert [kinds[place : place + 3] for place in begun] == [[Began, Sync, Kept]] * 300
    assert kinds.count(Sync) > 310  # the log was folded again and again


class Killed(Faults):
    """Notes the disk as it is when the program is killed right before a sync: with all that was written."""

    disk = Disk()

    def at(self, call: str) -> None:
        if call == "sync":
            self.left = deepcopy(self.disk)


def read_after_a_kill(folder: Path, journalled: bool) -> tuple[dict[bytes, bytes], dict[bytes, bytes]]:
    """What a program reads that starts after another was killed in a commit, and what of it a power cut leaves then."""
    killed = Killed()
    machine = Machine(folder, Disk(), killed)
    killed.disk = machine.disk
    store = machine.open()
    store.commit([(b"a", b"1")], [])
    store.commit([(b"b", b"2")], [])  # killed in this one
    left = killed.left
    store.close()
    (folder / "next").mkdir()
    with closing(Machine(folder / "next", left).open()) as after:
        read = contents(after)
        medium = Medium(journalled, Disk())
        for event in left.log:
            medium.feed(event)
    (folder / "cut").mkdir()
    with closing(Machine(folder / "cut", medium.after_power_cut("nothing", Random(SEED))).open()) as cut:
        return read, contents(cut)


@pytest.mark.parametrize("journalled", [True, False])
def test_what_a_start_reads_is_safe_also_when_a_killed_program_had_not_synced_it(
    folder: Path, journalled: bool
) -> None:
    read, kept = read_after_a_kill(folder, journalled)
    assert read == {b"a": b"1", b"b": b"2"}
    assert kept == read


def test_the_harness_fails_when_a_start_syncs_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(StoreFile, "_begin_lap", lambda store: None)
    read, kept = read_after_a_kill(folder, True)
    assert kept != read


def test_care_begins_the_log_anew_without_giving_its_space_back(folder: Path) -> None:
    machine = Machine(folder, Disk())
    store, sizes = machine.open(), set()
    for round_ in range(6):
        for number in range(20):
            store.commit([(b"%d/%d" % (round_, number), b"x" * 3_000)], [])
        upkeep("care", store)
        sizes.add(len(machine.disk.contents[machine.disk.names["vault.db-wal"]]))
    store.close()
    assert len(sizes) <= 3
    assert max(sizes) < 20 * 6 * 4_200
