"""The store on sqlite3: the conformance suite, what its durability rests on, and a disk that is full."""

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from hal.errors import StoreError
from hal.linux.store import OPENING, SqliteStore, open_durably
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
    assert values == ["wal", 2, 200, 1, 0, 1]  # 2 = FULL


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
    before = os.umask(0o077)  # as `open_state` sets it
    try:
        store = SqliteStore(tmp_path / "vault.db")
        await store.commit([(b"a", b"1")], [])
        modes = {file.name: file.stat().st_mode & 0o777 for file in tmp_path.iterdir()}
        await store.close()
    finally:
        os.umask(before)
    assert modes == {"vault.db": 0o600, "vault.db-wal": 0o600, "vault.db-shm": 0o600}


def test_a_full_disk_loses_only_the_batch_that_did_not_fit(tmp_path: Path) -> None:
    end = _run(FILL, tmp_path / "vault.db").communicate(timeout=60)[0].decode().split()
    assert end[0] == "store.failed:"
    assert end[1] in {"SQLITE_FULL", "SQLITE_IOERR_WRITE"}
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
    program.wait(timeout=60)
    keys = _keys(tmp_path / "vault.db")
    left = {key[1:] for key in keys if key[0] == "a"}
    assert left == {key[1:] for key in keys if key[0] == "b"}
    assert len(acknowledged) <= len(left) <= len(acknowledged) + 1


def _run(code: str, file: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", code, str(file)], cwd=ROOT, stdout=subprocess.PIPE)


def _keys(file: Path) -> list[str]:
    with contextlib.closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return [key.decode() for (key,) in connection.execute("SELECT key FROM record ORDER BY key")]
