"""What sealing, the journal and the worker thread cost, beside bare sqlite3 with the same durability and as many bytes.

The throughput is that of eight steps at once: what is committed while the disk is busy goes with the next sync, all
together, and bare sqlite3 has no such thing. What one step after the other takes is printed beside it, on this disk and
on a modelled card of 5 ms; there bare sqlite3 stands twice: with one row of as many bytes, and with the same three rows
(record, journal entry, head). From the one to the other it is the journal that costs, and from there to the terminal's
own figure sealing, journal links and threads.

`python -m tools.bench.commits lanes rounds folder` is the part that is measured, in a process of its own: `lanes` tasks
commit a step of a visit each, at once; a line of JSON tells how long that took, and how long bare sqlite3.
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
from collections.abc import Callable
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

_IN_A_ROUND = 40
_LANES = 8
_CARD_US = 5000
_ROUNDS_OF_CARD = 12
_AIM = "aim: at least 0.95"
_TABLE = "CREATE TABLE record (key BLOB PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID"
_BOX = {"key": "81000170622758698313", "code": "81000170622758698313", "batch": {"lot": "L439563"}}
_LINE = {"drug": "aspirin", "name": "阿司匹林肠溶片", "quantity": 2, "price_fen": 1260, "boxes": [_BOX, _BOX]}
_VISIT = {"number": "0012", "step": "dispense", "person": {"name": "张三", "sex": "1"}, "lines": [_LINE] * 4}

Figures = dict[str, Any]
Rows = list[tuple[bytes, bytes]]


def measure(rounds: int = 50) -> list[Measurement]:
    """Commits per second of both; rounds of them alternate on the same disk, and the medians are compared."""
    with tempfile.TemporaryDirectory(prefix=".bench-", dir=Path.cwd()) as name:  # /tmp may be no disk at all
        folder = Path(name)
        measurements = [
            *_one_row("sealed commits, 8 at once", _run(folder / "together", _LANES, rounds, dict(os.environ)), _AIM),
            *_one_by_one("this disk", _run(folder / "single", 1, rounds, dict(os.environ))),
        ]
        library = slow_card.build(folder)
        if library is not None:
            environment = slow_card.environment(library, _CARD_US)
            slow = _run(folder / "slow", 1, min(rounds, _ROUNDS_OF_CARD), environment)
            measurements += _one_by_one("card of 5 ms (modelled)", slow)
            syncs = Measurement("syncs per visit step", exact(slow["syncs"]), "x", "aim: exactly 1")
            measurements.append(syncs)
    return measurements


def _one_row(name: str, figures: Figures, aim: str) -> list[Measurement]:
    own, other = 1 / figures["sealed_s"], 1 / figures["one_row_s"]
    beside = f"bare sqlite3, same opening sequence, one row of as many bytes ({sum(figures['bytes'])}): {other:.0f}/s"
    return [
        Measurement(name, rounded(own), "/s", beside),
        Measurement(f"{name}, ratio", exact(own / other), "x", f"bare sqlite3, one row = 1; {aim}"),
    ]


def _one_by_one(where: str, figures: Figures) -> list[Measurement]:
    name = f"sealed commits, one after the other, {where}"
    own, other = 1 / figures["sealed_s"], 1 / figures["three_rows_s"]
    sizes = " + ".join(map(str, figures["bytes"]))
    beside = f"bare sqlite3, the same three rows (record, journal entry, head: {sizes} bytes) = 1: {other:.0f}/s"
    return [
        *_one_row(name, figures, "the aim is for 8 at once"),
        Measurement(f"{name}, three rows, ratio", exact(own / other), "x", beside),
    ]


def _run(folder: Path, lanes: int, rounds: int, environment: dict[str, str]) -> Figures:
    """The figures of a process of its own that works in `folder`."""
    folder.mkdir()
    command = [sys.executable, "-m", "tools.bench.commits", str(lanes), str(rounds), str(folder)]
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE)
    figures: Figures = json.loads(done.stdout)
    return figures


async def _alternate(folder: Path, lanes: int, rounds: int) -> Figures:
    """Median seconds of a sealed commit and of bare ones, the bytes of the three rows, and the syncs of a sealed
    one."""
    store = SqliteStore(folder / "vault.db")
    keys = FileKeyStore(folder / "device.key")
    vault = await open_vault(store, [AesGcmCipher()], keys, SystemRandom(), SystemClock())
    counts = "BENCH_SYNC_US" in os.environ
    await _visits(vault, 0, 1)
    found = [await store.scan(prefix, b"", 1) for prefix in (b"r/", b"j/", b"head")]
    record, entry, head = [len(rows[0][1]) for rows in found]  # of one commit

    def one_row(place: int) -> Rows:
        return [(b"r/%010d" % place, os.urandom(record + entry + head))]

    def three_rows(place: int) -> Rows:
        name = b"r/%010d" % (place // _IN_A_ROUND)  # a visit is written over and over
        return [(name, os.urandom(record)), (b"j/%010d" % place, os.urandom(entry)), (b"head", os.urandom(head))]

    sealed, syncs = [], 0
    with closing(_Bare(folder / "one.db", one_row)) as one, closing(_Bare(folder / "three.db", three_rows)) as three:
        for number in range(rounds):
            before = slow_card.syncs() if counts else 0
            sealed.append(await _visits(vault, number, lanes))
            syncs += slow_card.syncs() - before if counts else 0
            await store.care()  # all fold their logs when nobody waits
            one.round()
            three.round()
    await store.close()
    return {
        "sealed_s": statistics.median(sealed) / _IN_A_ROUND,
        "one_row_s": statistics.median(one.seconds) / _IN_A_ROUND,
        "three_rows_s": statistics.median(three.seconds) / _IN_A_ROUND,
        "bytes": [record, entry, head],
        "syncs": syncs / (rounds * _IN_A_ROUND),
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


class _Bare:
    """sqlite3 with the opening sequence of the store and no more. `seconds` are those of its rounds."""

    def __init__(self, path: Path, rows_of: Callable[[int], Rows]) -> None:
        """`rows_of`: what is written with the n-th commit."""
        self.seconds: list[float] = []
        self._rows_of = rows_of
        self._place = 0
        self._connection = sqlite3.connect(path, isolation_level=None)
        open_durably(self._connection)
        self._connection.execute(_TABLE)
        self.close = self._connection.close

    def round(self) -> None:
        """A round of commits, one after the other."""
        self.seconds.append(self._commit(_IN_A_ROUND))
        self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
        self._commit(1)  # the log begins anew

    def _commit(self, count: int) -> float:
        batches = [self._rows_of(self._place + step) for step in range(count)]
        self._place += count
        began = time.perf_counter()
        for rows in batches:
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.executemany("INSERT OR REPLACE INTO record VALUES (?, ?)", rows)
            self._connection.execute("COMMIT")
        return time.perf_counter() - began


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_alternate(Path(sys.argv[3]), int(sys.argv[1]), int(sys.argv[2])))))
