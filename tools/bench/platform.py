"""How many whole visits the simulated platform settles in a second: the simulator as a process, over HTTP, its ledger
on the disk, and a terminal's insurance client that plays a few visits at once."""

import asyncio
import tempfile
import time
from pathlib import Path

from tools.bench.measurement import Measurement, rounded
from tools.bench.processes import cpu_s
from tools.bench.simulated import Simulator
from tools.bench.terminal import Terminal, platform_in

_AT_ONCE = 4
_AIM = 300  # settlements a second: what 20,000 terminals ask for after an outage (board_configs/provinces)


def measure(visits: int = 1000) -> list[Measurement]:
    """Play the visits; the aim is the platform's own processor time, since the client shares the computer with it."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        place, kept = Path(name) / "platform", Path(name) / "kept"
        with platform_in(place, "--keep", f"{kept}") as simulator:
            lasted, busy = asyncio.run(_play(simulator, visits))
            kept_kb = sum(file.stat().st_size for file in kept.iterdir()) / 1024
    steps = "2201 2203 2204 2206 2207"
    beside = f"{steps} each; {visits / lasted:.0f} a second by the clock, with the client beside it"
    return [
        Measurement("visits settled a second of CPU", rounded(visits / busy), "1/s", f"aim: {_AIM}; {beside}"),
        Measurement("ledger of a settled visit", rounded(kept_kb / visits), "kB", "with its messages"),
    ]


async def _play(simulator: Simulator, visits: int) -> tuple[float, float]:
    """Seconds by the clock and of the platform's processor."""
    terminal = await Terminal.at(simulator)
    try:
        person = await terminal.look_up()
        await terminal.settled_visit(person)  # the first one makes connections
        busy, began = cpu_s(simulator.pid), time.perf_counter()
        left = iter(range(visits))

        async def counter() -> None:
            for _ in left:
                await terminal.settled_visit(person)

        await asyncio.gather(*[counter() for _ in range(_AT_ONCE)])
        return time.perf_counter() - began, cpu_s(simulator.pid) - busy
    finally:
        await terminal.close()
