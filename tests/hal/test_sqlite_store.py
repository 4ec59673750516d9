"""The store on sqlite3: the conformance suite, what its durability rests on, and a disk that is full."""

import contextlib
import os
import re
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from hal.errors import StoreError
from hal.linux.store import SqliteStore
from hal.linux.store_file import OPENING, open_durably
from hal.ports import Store
from tests.hal.store_conformance import StoreConformance

ROOT = Path(__file__).resolve().parents[2]

FILL = """
import asyncio, resource, signal, sys
from pathlib import Path
from hal.errors import StoreError
from hal.linux.store import SqliteStore

async def main():
    store = SqliteStore(Path(sys.argv[1]))
    number = 0
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, resource.RLIM_INFINITY))
    try:
        while number < 100:
            await store.commit([(b"a%03d" % number, b"x" * 50_000), (b"b%03d" % number, b"x" * 50_000)], [])
            number += 1
    except StoreError as error:
        print(error, number, len(await store.scan(b"a")), len(await store.scan(b"b")))
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    await store.commit([(b"after", b"x")], [])
    await store.close()

asyncio.run(main())
"""

KILLED = """
import asyncio, os, signal, sys
from pathlib import Path
from hal.linux.store import SqliteStore

async def main():
    store = SqliteStore(Path(sys.argv[1]))
    for number in range(10_000):
        await store.commit([(b"a%05d" % number, b"x" * 300), (b"b%05d" % number, b"x" * 300)], [])
        os.write(1, b"%d\\n" % number)

asyncio.run(main())
"""


NO_FILES = """
import asyncio, resource, sys
from pathlib import Path
from hal.errors import StoreError
from hal.linux.store import SqliteStore

async def main():
    folder = Path(sys.argv[1]).parent
    store = SqliteStore(folder / "vault.db")
    await store.commit([(b"a", b"x")], [])
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, hard))
    await store.commit([(b"b", b"x")], [])
    await store.care()
    store._look._running.exception(300)
    for attempt in (store.care, lambda: store.backup(folder / "copy.db"), lambda: open_another(folder)):
        try:
            await attempt()
        except StoreError as error:
            print(error)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    await store.backup(folder / "copy.db")
    await (await open_another(folder)).close()
    await store.close()

async def open_another(folder):
    return SqliteStore(folder / "another.db")

asyncio.run(main())
"""


class TestConformance(StoreConformance):
    def open(self, folder: Path) -> Store:
        return SqliteStore(folder / "vault.db")


def test_the_opening_sequence_is_in_force(tmp_path: Path) -> None:
    with contextlib.closing(sqlite3.connect(tmp_path / "x.db", isolation_level=None)) as connection:
        open_durably(connection)
        names = (
            "journal_mode",
            "synchronous",
            "wal_autocheckpoint",
            "secure_delete",
            "trusted_schema",
            "cell_size_check",
        )
        values = [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in names]
    assert values == ["wal", 2, 1000, 1, 0, 1]  # 2 = FULL


def test_extra_comes_before_the_switch_to_the_write_ahead_log_and_full_after() -> None:
    order = [
        OPENING.index(f"PRAGMA {pragma}") for pragma in ("synchronous=EXTRA", "journal_mode=WAL", "synchronous=FULL")
    ]
    assert order == sorted(order)


def test_no_store_opens_where_there_can_be_no_write_ahead_log() -> None:
    with pytest.raises(StoreError, match="cannot open :memory:"):
        SqliteStore(Path(":memory:"))


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    file = tmp_path / "vault.db"
    file.write_bytes(b"this is no database" * 100)
    with pytest.raises(StoreError, match=f"cannot open {file}: SQLITE_NOTADB"):
        SqliteStore(file)


async def test_a_batch_that_fails_leaves_nothing_behind_and_quotes_nothing(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "vault.db")
    await store.commit([(b"a", b"1")], [])
    with pytest.raises(StoreError) as failed:
        await store.commit([(b"b", b"2"), (b"c", None)], [b"a"])  # type: ignore[list-item]  # no value: NOT NULL fails
    assert str(failed.value) == "store.failed: SQLITE_CONSTRAINT_NOTNULL"
    assert await store.scan(b"") == [(b"a", b"1")]
    await store.commit([(b"b", b"2")], [])
    await store.close()


async def test_others_cannot_read_the_files(tmp_path: Path) -> None:
    os.umask(0o077)  # as `open_state` sets it
    store = SqliteStore(tmp_path / "vault.db")
    await store.commit([(b"a", b"1")], [])
    modes = {file.name: file.stat().st_mode & 0o777 for file in tmp_path.iterdir()}
    await store.close()
    assert modes == {"vault.db": 0o600, "vault.db-wal": 0o600, "vault.db-shm": 0o600}


def test_a_full_disk_loses_only_the_batch_that_did_not_fit(tmp_path: Path) -> None:
    end = _run(FILL, tmp_path / "vault.db").communicate(timeout=600)[0].decode().split()
    # A file that may not grow is the nearest to it; of that SQLite says that it cannot be written.
    assert end[:2] in (["store.failed:", "SQLITE_FULL"], ["store.medium:", "SQLITE_IOERR_WRITE"])
    committed, left, right = (int(number) for number in end[2:])
    assert 0 < committed < 100
    assert (left, right) == (committed, committed)
    keys = _keys(tmp_path / "vault.db")
    assert len(keys) == 2 * committed + 1
    assert "after" in keys


def test_a_killed_program_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    program = _run(KILLED, tmp_path / "vault.db")
    assert program.stdout is not None
    acknowledged = [int(program.stdout.readline()) for _ in range(25)]
    program.send_signal(signal.SIGKILL)
    acknowledged += [int(line) for line in program.stdout.read().splitlines()]
    program.stdout.close()
    program.wait(timeout=600)
    keys = _keys(tmp_path / "vault.db")
    left = {key[1:] for key in keys if key[0] == "a"}
    assert left == {key[1:] for key in keys if key[0] == "b"}
    assert len(acknowledged) <= len(left) <= len(acknowledged) + 1


def test_where_no_more_files_may_be_opened_the_open_store_goes_on_and_the_rest_is_told(tmp_path: Path) -> None:
    said = _run(NO_FILES, tmp_path / "vault.db").communicate(timeout=600)[0].decode().splitlines()
    assert said == [
        "store.failed: SQLITE_CANTOPEN",
        f"store.failed: cannot copy {tmp_path}/vault.db: EMFILE",
        f"store.failed: cannot open {tmp_path}/another.db: SQLITE_CANTOPEN",
    ]
    assert _keys(tmp_path / "copy.db") == _keys(tmp_path / "vault.db") == ["a", "b"]


async def test_pages_that_are_free_are_room(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "vault.db")
    await store.commit([(b"%d" % number, b"x" * 4_000) for number in range(100)], [])
    await store.care()
    free = [_free(tmp_path)]
    before, room = await store.room()
    free.append(_free(tmp_path))
    assert before > 400_000
    assert 0 < room < max(free)  # others write and delete meanwhile
    await store.commit([], [b"%d" % number for number in range(100)])
    after, _ = await store.room()
    assert after < before - 380_000
    await store.close()


@pytest.mark.parametrize("seed", range(6))
async def test_nothing_is_left_of_deleted_and_replaced_values_after_a_scrub(tmp_path: Path, seed: int) -> None:
    random, kept = Random(seed), dict[bytes, bytes]()
    store = SqliteStore(tmp_path / "vault.db")
    for number in range(200):
        mark = b"value-%06d." % number
        key = b"r/%03d" % random.randrange(150)
        gone = [b"r/%03d" % random.randrange(150) for _ in range(random.randrange(3))]
        await store.commit([(key, mark * random.choice([3, 20, 75, 110, 500]))], gone)
        kept = {name: value for name, value in kept.items() if name not in gone} | {key: mark}
        if number % 40 == 39:
            await store.care()
    assert _marks(tmp_path) > set(kept.values())
    await store.scrub()
    assert _marks(tmp_path) == set(kept.values())
    assert (tmp_path / "vault.db-wal").stat().st_size < 10_000
    await store.close()


async def test_who_reads_the_log_holds_up_no_commit_and_a_scrub_only(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "vault.db")
    await store.commit([(b"a", b"1")], [])
    store._worker.submit(store._file._connection.execute, "PRAGMA busy_timeout=1").result()
    await store.care()
    assert store._look._running is not None
    store._look._running.exception(300)  # it reads the log, too
    with contextlib.closing(sqlite3.connect(tmp_path / "vault.db", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        assert reader.execute("SELECT count(*) FROM record").fetchone() == (1,)
        for number in range(300):
            await store.commit([(b"%d" % number, b"x" * 4_000)], [b"a"])
            await store.care()
        with pytest.raises(StoreError, match=r"store\.failed: EBUSY"):
            await store.scrub()
        assert reader.execute("SELECT count(*) FROM record").fetchone() == (1,)
    await store.scrub()
    assert len(await store.scan(b"")) == 300
    await store.close()


def _free(folder: Path) -> int:
    system = os.statvfs(folder)
    return system.f_bavail * system.f_frsize


def _marks(folder: Path) -> set[bytes]:
    files = [file.read_bytes() for file in folder.iterdir()]
    return {mark for file in files for mark in re.findall(rb"value-\d{6}\.", file)}


def _run(code: str, file: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", code, str(file)], cwd=ROOT, stdout=subprocess.PIPE)


def _keys(file: Path) -> list[str]:
    with contextlib.closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return [key.decode() for (key,) in connection.execute("SELECT key FROM record ORDER BY key")]
