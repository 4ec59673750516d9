"""What sealing, the journal and the worker thread cost, beside bare sqlite3 with the same durability and payload."""

import asyncio
import os
import sqlite3
import statistics
import tempfile
import time
from contextlib import closing
from pathlib import Path

from firmware.vault import Batch, Vault, open_vault
from hal.linux.cipher import AesGcmCipher
from hal.linux.clock import SystemClock
from hal.linux.keys import FileKeyStore
from hal.linux.store import SqliteStore, open_durably
from hal.linux.system_random import SystemRandom
from tools.bench.measurement import Measurement, rounded

_ROUNDS = 200
_BOX = {"key": "81000170622758698313", "code": "81000170622758698313", "batch": {"lot": "L439563"}}
_LINE = {"drug": "aspirin", "name": "阿司匹林肠溶片", "quantity": 2, "price_fen": 1260, "boxes": [_BOX, _BOX]}
_VISIT = {"number": "0012", "step": "dispense", "person": {"name": "张三", "sex": "1"}, "lines": [_LINE] * 4}


def measure() -> list[Measurement]:
    """Commits per second of both; they alternate on the same disk, and the medians are compared."""
    with tempfile.TemporaryDirectory(prefix=".bench-", dir=Path.cwd()) as folder:  # /tmp may be no disk at all
        sealed, bare, size = asyncio.run(_alternate(Path(folder)))
    own_rate, other_rate = 1 / statistics.median(sealed), 1 / statistics.median(bare)
    beside = f"bare sqlite3, same opening sequence, same {size} bytes: {other_rate:.0f}/s"
    return [
        Measurement("sealed commits", rounded(own_rate), "/s", beside),
        Measurement("sealed commits, ratio", rounded(own_rate / other_rate), "x", "bare sqlite3 = 1"),
    ]


async def _alternate(folder: Path) -> tuple[list[float], list[float], int]:
    """Seconds of each sealed and each bare commit, and the bytes of the last."""
    store = SqliteStore(folder / "vault.db")
    keys = FileKeyStore(folder / "device.key")
    vault = await open_vault(store, AesGcmCipher(), keys, SystemRandom(), SystemClock())
    await _commit_visit(vault, 0)
    sizes = [len(value) for _, value in await store.scan(b"") if _ != b"key/1"]
    sealed, bare = [], []
    with closing(sqlite3.connect(folder / "bare.db", isolation_level=None)) as connection:
        open_durably(connection)
        connection.execute("CREATE TABLE record (key BLOB PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID")
        for number in range(1, _ROUNDS + 1):
            sealed.append(await _commit_visit(vault, number))
            bare.append(_commit_bytes(connection, number, sizes))
    await store.close()
    return sealed, bare, sum(sizes)


async def _commit_visit(vault: Vault, number: int) -> float:
    batch = Batch("visit.lines")
    batch.put("visit", f"{number:06d}", _VISIT)
    began = time.perf_counter()
    await vault.commit(batch)
    return time.perf_counter() - began


def _commit_bytes(connection: sqlite3.Connection, number: int, sizes: list[int]) -> float:
    """As many rows of as many bytes: the record, its journal entry and the head, which is replaced."""
    rows = [(f"{place}/{number if place else 0}".encode(), os.urandom(size)) for place, size in enumerate(sizes)]
    began = time.perf_counter()
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany("INSERT OR REPLACE INTO record VALUES (?, ?)", rows)
    connection.execute("COMMIT")
    return time.perf_counter() - began
