"""How long the terminal takes from opening its board until it has taken everything up, with little and with much in the
store: visits that are closed, messages that wait, the journal.

`python -m tools.bench.startup fill|open <config> <state> [records]` does one part in a process of its own.
"""

import asyncio
import json
import logging
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from firmware import log
from firmware.terminal import build
from firmware.vault import Batch
from hal import aio
from hal.linux.board import open_linux
from tools.bench.measurement import Measurement, exact, rounded
from tools.bench.simulated import Simulator

_IN_A_VISIT = 4  # the visit, its message, what that says, and what retention notes
_AT_ONCE = 100


def measure(few: int = 1_000, many: int = 100_000, starts: int = 9) -> list[Measurement]:
    """The median start with so many records; they alternate, each in a process of its own."""
    seconds: dict[int, list[float]] = {few: [], many: []}
    with tempfile.TemporaryDirectory(prefix=".bench-", dir=Path.cwd()) as name:
        configs = {}
        for records in seconds:
            folder = Path(name) / str(records)
            folder.mkdir()
            simulator = Simulator(folder)
            simulator.stand_in()
            configs[records] = simulator.board()
            _part("fill", configs[records], str(records))
        for _ in range(starts):
            for records, config in configs.items():
                seconds[records].append(json.loads(_part("open", config)))
    short, long = statistics.median(seconds[few]), statistics.median(seconds[many])
    beside = f"with {few} records: {short * 1000:.0f} ms"
    return [
        Measurement(f"start with {many} records", rounded(long * 1000), "ms", beside),
        Measurement("start, ratio", exact(long / short), "x", f"with {few} records = 1; aim: at most 1.2"),
    ]


def _part(what: str, config: Path, *more: str) -> bytes:
    command = [sys.executable, "-m", "tools.bench.startup", what, str(config), str(config.parent / "state"), *more]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout


async def _open(config: str, state: str) -> float:
    """Seconds from the opening of the board until the terminal is as it was left."""
    began = time.perf_counter()
    board = open_linux(config, state)
    await build(board)
    seconds = time.perf_counter() - began
    await board.close()
    return seconds


async def _fill(config: str, state: str, records: int) -> None:
    """Close so many visits, each with a message that waits."""
    board = open_linux(config, state)
    terminal = await build(board)
    visits = records // _IN_A_VISIT

    async def close_some(first: int) -> None:
        for number in range(first, visits, _AT_ONCE):
            visit = terminal.book.draft({"kind": "card", "number": "11010519491231002X"}, False, "1")
            batch = Batch("visit.settled", visit["id"])
            terminal.outbox.enqueue(batch, visit["id"], "1", "3505", {"drug": number, "text": "阿司匹林" * 20}, 1260)
            await terminal.vault.commit(batch)
            await terminal.book.close(visit, "visit.closed")
            if number % 1000 == 0:
                await board.store.care()

    await asyncio.gather(*[close_some(first) for first in range(_AT_ONCE)])
    await board.close()


def _main(what: str, config: str, state: str, records: str = "0") -> None:
    logging.getLogger("cunyitong").setLevel(logging.CRITICAL)  # its lines do not belong into the table
    if what == "fill":
        aio.run(_fill(config, state, int(records)), log.stray)
    else:
        print(json.dumps(aio.run(_open(config, state), log.stray)))


if __name__ == "__main__":
    _main(*sys.argv[1:])
