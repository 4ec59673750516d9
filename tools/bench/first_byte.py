"""How long after a settlement is on the disk the printer gets its first byte.

`python -m tools.bench.first_byte visits` is the part that is measured, in a process of its own with a whole terminal in
it; a line of JSON tells the milliseconds of each visit until the first byte, and until that of the receipt.
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
from firmware.supervisor import Supervisor
from firmware.terminal import Terminal, build
from firmware.vault import Batch
from hal import aio
from hal.drivers.escpos import EscposPrinter
from hal.drivers.escpos_codec import INITIALISE
from hal.linux.board import LinuxBoard, open_linux
from hal.linux.devices import open_port
from hal.linux.settings import read_profiles, read_settings
from tools.bench.counter import Hands
from tools.bench.line import WatchedPort
from tools.bench.measurement import Measurement, rounded
from tools.bench.processes import ROOT
from tools.bench.simulated import Simulator
from tools.bench.visits import visit

_SETTLED = "visit.settled"  # what the journal calls the commit of a settlement
_AIM_MS = 20


class _Watched:
    """A terminal on the board of a simulator, with notes of when settlements were on the disk, and of what went to the
    printer."""

    def __init__(self, simulator: Simulator) -> None:
        config = simulator.board()
        settings = read_settings(config)
        device = settings.printer
        self.settled_s: list[float] = []
        self.port = WatchedPort(open_port(device.port, device.baud))
        self.board: LinuxBoard = open_linux(str(config), f"{simulator.folder}/state")
        self.board.printer = EscposPrinter(self.port, read_profiles(settings).printer, device.baud // 10)

    async def build(self) -> Terminal:
        """The terminal as `firmware.main` makes it."""
        terminal = await build(self.board)
        store, vault = self.board.store, terminal.vault
        to_disk, commit = store.commit, vault.commit
        returned_s = 0.0

        async def note_when(puts: list[tuple[bytes, bytes]], deletes: list[bytes]) -> None:
            nonlocal returned_s
            await to_disk(puts, deletes)
            returned_s = time.perf_counter()

        async def note_what(batch: Batch) -> None:
            await commit(batch)  # one at a time: the store has just returned from this one
            if batch.what == _SETTLED:
                self.settled_s.append(returned_s)

        store.commit, vault.commit = note_when, note_what  # type: ignore[method-assign]
        return terminal

    def waits_ms(self, beginning: bytes) -> list[float]:
        """From each settlement on the disk to the next bytes for the printer that begin so."""
        begun = [passed.at_s for passed in self.port.passed if passed.out and passed.data.startswith(beginning)]
        return [(min(at for at in begun if at > settled) - settled) * 1000 for settled in self.settled_s]


def measure(visits: int = 7) -> list[Measurement]:
    """Visits played over HTTP by a thread beside the terminal; the simulator is another process."""
    command = [sys.executable, "-m", "tools.bench.first_byte", str(visits)]
    any_byte, receipt = json.loads(subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout)
    worst = f"of {visits} visits, worst"
    return [
        Measurement(
            "commit to first byte out",
            rounded(statistics.median(any_byte)),
            "ms",
            f"{worst} {max(any_byte):.1f} ms; aim: {_AIM_MS} ms (asks whether the printer is still online)",
        ),
        Measurement(
            "commit to first byte of receipt",
            rounded(statistics.median(receipt)),
            "ms",
            f"{worst} {max(receipt):.1f} ms; aim: {_AIM_MS} ms",
        ),
    ]


async def _play(simulator: Simulator, visits: int) -> _Watched:
    watched = _Watched(simulator)
    try:
        terminal = await watched.build()
        supervisor = Supervisor(watched.board.watchdog)
        terminal.tasks(supervisor)
        supervisor.start()
        await terminal.console.serving()
        try:
            await asyncio.to_thread(_visits, simulator, visits)
        finally:
            supervisor.stop()
    finally:
        await watched.board.close()
    return watched


def _visits(simulator: Simulator, visits: int) -> None:
    hands = Hands(simulator)
    try:
        for number in range(visits):
            visit(hands, number)
    finally:
        hands.close()


def _main(visits: int) -> None:
    logging.getLogger("cunyitong").setLevel(logging.CRITICAL)  # its lines do not belong into the table
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, Simulator(Path(folder)) as simulator:
        watched: _Watched = aio.run(_play(simulator, visits), log.stray)
    print(json.dumps([watched.waits_ms(b""), watched.waits_ms(INITIALISE)]))


if __name__ == "__main__":
    _main(int(sys.argv[1]))
