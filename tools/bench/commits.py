"""What sealing, the journal and the worker thread cost, beside bare sqlite3 with the same durability and as many bytes.

`python -m tools.bench.commits lanes` is the part that is measured, in a process of its own: `lanes` tasks commit a step
of a visit each, at once; a line of JSON tells how long that took, and how long bare sqlite3.
"""

import asyncio
import json
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from firmware.vault import Batch, Vault, open_vault
from hal.linux.cipher import AesGcmCipher
from hal.linux.clock import SystemClock
from hal.linux.keys import FileKeyStore
from hal.linux.store import SqliteStore, open_durably
from hal.linux.system_random import SystemRandom
from tools.bench import slow_card
from tools.bench.measurement import Measurement, exact, rounded

_ROUNDS = 50
_IN_A_ROUND = 40
_LANES = 8
_CARD_US = 5000
_AIM = "aim: at least 0.95"
_BOX = {"key": "81000170622758698313", "code": "81000170622758698313", "batch": {"lot": "L439563"}}
_LINE = {"drug": "aspirin", "name": "阿司匹林肠溶片", "quantity": 2, "price_fen": 1260, "boxes": [_BOX, _BOX]}
_VISIT = {"number": "0012", "step": "dispense", "person": {"name": "张三", "sex": "1"}, "lines": [_LINE] * 4}

Figures = dict[str, Any]


def measure() -> list[Measurement]:
    """Commits per second of both; rounds of them alternate on the same disk, and the medians are compared."""
    with tempfile.TemporaryDirectory(prefix=".bench-", dir=Path.cwd()) as name:  # /tmp may be no disk at all
        folder = Path(name)
        together = _run(folder / "together", _LANES, dict(os.environ))
        single = _run(folder / "single", 1, dict(os.environ))
        measurements = [*_beside("sealed commits, 8 at once", together), *_beside("sealed commits", single)]
        library = slow_card.build(folder)
        if library is not None:
            slow = _run(folder / "slow", 1, slow_card.environment(library, _CARD_US))
            measurements += _beside("sealed commits, card of 5 ms (modelled)", slow)
            syncs = Measurement("syncs per visit step", exact(slow["syncs"]), "x", "aim: exactly 1")
            measurements.append(syncs)
    return measurements


def _beside(name: str, figures: Figures) -> list[Measurement]:
    own, other = 1 / figures["sealed_s"], 1 / figures["bare_s"]
    beside = f"bare sqlite3, same opening sequence, one row of as many bytes ({figures['bytes']}): {other:.0f}/s"
    return [
        Measurement(name, rounded(own), "/s", beside),
        Measurement(f"{name}, ratio", exact(own / other), "x", f"bare sqlite3 = 1; {_AIM}"),
    ]


def _run(folder: Path, lanes: int, environment: dict[str, str]) -> Figures:
    """The figures of a process of its own that works in `folder`."""
    folder.mkdir()
    command = [sys.executable, "-m", "tools.bench.commits", str(lanes), str(folder)]
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE)
    figures: Figures = json.loads(done.stdout)
    return figures


async def _alternate(folder: Path, lanes: int) -> Figures:
    """Median seconds of a sealed and of a bare commit, the bytes of one, and the syncs of a sealed one."""
    store = SqliteStore(folder / "vault.db")
    keys = FileKeyStore(folder / "device.key")
    vault = await open_vault(store, [AesGcmCipher()], keys, SystemRandom(), SystemClock())
    counts = "BENCH_SYNC_US" in os.environ
    await _visits(vault, 0, 1)
    kinds = [await store.scan(prefix, b"", 1) for prefix in (b"r/", b"j/", b"head")]
    size = sum(len(rows[0][1]) for rows in kinds)  # of one commit: the record, its journal entry, the head
    sealed, bare, syncs = [], [], 0
    with closing(sqlite3.connect(folder / "bare.db", isolation_level=None)) as connection:
        open_durably(connection)
        connection.execute("CREATE TABLE record (key BLOB PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID")
        for number in range(_ROUNDS):
            before = slow_card.syncs() if counts else 0
            sealed.append(await _visits(vault, number, lanes))
            syncs += slow_card.syncs() - before if counts else 0
            bare.append(_rows(connection, number, size))
            await store.care()  # both fold their logs when nobody waits
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
            _rows(connection, -1, size, 1)  # and begin them anew
    await store.close()
    return {
        "sealed_s": statistics.median(sealed) / _IN_A_ROUND,
        "bare_s": statistics.median(bare) / _IN_A_ROUND,
        "bytes": size,
        "syncs": syncs / (_ROUNDS * _IN_A_ROUND),
    }


async def _visits(vault: Vault, number: int, lanes: int) -> float:
    """Seconds of a round of steps of visits, in so many tasks at once."""
    steps = _IN_A_ROUND // lanes

    async def lane(place: int) -> None:
        visit = f"{number:05d}{place}"
        for _ in range(steps):
            batch = Batch("visit.lines", visit)
            batch.put("visit", visit, _VISIT, visit)
            await vault.commit(batch)

    began = time.perf_counter()
    await asyncio.gather(*[lane(place) for place in range(lanes)])
    return time.perf_counter() - began


def _rows(connection: sqlite3.Connection, number: int, size: int, count: int = _IN_A_ROUND) -> float:
    """Seconds of a round of commits of one row each, one after the other."""
    rows = [(f"{number:05d}{place:05d}".encode(), os.urandom(size)) for place in range(count)]
    began = time.perf_counter()
    for row in rows:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT OR REPLACE INTO record VALUES (?, ?)", row)
        connection.execute("COMMIT")
    return time.perf_counter() - began


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_alternate(Path(sys.argv[2]), int(sys.argv[1])))))
