"""How soon the reader's answers are a person, beside the time that their bytes take on the wire."""

import asyncio
import statistics
import tempfile
import time
from itertools import pairwise
from pathlib import Path

from firmware.identity import read_card
from hal.drivers.samv import SamvReader
from hal.drivers.samv_codec import FIND_CARD
from hal.linux.devices import open_port
from hal.ports import CardRead, CardRemoved
from tools.bench.line import BAUD, WatchedPort, wire_ms
from tools.bench.measurement import Measurement, exact, rounded
from tools.bench.processes import PATIENCE_S
from tools.bench.simulated import Simulator


def measure(cards: int = 11, usual_cards: int = 5) -> list[Measurement]:
    """From the command that finds a card to the name and number read from its text: the driver, `read_card` and a line
    at its real speed (a pseudo-terminal). Once with a chip that takes no time, once with the delays of a usual one."""
    took_ms, own_ms, size = _medians(cards, "--no-delays")
    usual_ms, _, _ = _medians(usual_cards)
    wire = f"the {size} bytes of find, select and read, both ways, on the wire at {BAUD} baud"
    return [
        Measurement("find command to person", rounded(took_ms), "ms", f"{wire}: {wire_ms(size):.1f} ms"),
        Measurement("find command to person, ratio", exact(took_ms / wire_ms(size)), "x", f"{wire} = 1; aim: 1.05"),
        Measurement("find command to person, own part", rounded(own_ms), "ms", "the rest passes in line and reader"),
        Measurement(
            "find command to person, usual chip",
            rounded(usual_ms),
            "ms",
            f"a chip that takes no time: {took_ms:.0f} ms",
        ),
    ]


def _medians(cards: int, *options: str) -> tuple[float, float, int]:
    """Milliseconds for a card, those of them in which it was the terminal's turn, and the card's bytes."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, Simulator(Path(folder), *options) as simulator:
        read = asyncio.run(_read(simulator, cards))
    took, own, sizes = zip(*read, strict=True)
    return statistics.median(took), statistics.median(own), round(statistics.median(sizes))


async def _read(simulator: Simulator, cards: int) -> list[tuple[float, float, int]]:
    port = WatchedPort(open_port(f"{simulator.folder}/card-reader", BAUD))
    reader = SamvReader(port, BAUD)
    session = asyncio.create_task(reader.run(lambda: None))
    try:
        return [await asyncio.wait_for(_one(simulator, reader, port), PATIENCE_S) for _ in range(cards)]
    finally:
        session.cancel()
        await asyncio.gather(session, return_exceptions=True)


async def _one(simulator: Simulator, reader: SamvReader, port: WatchedPort) -> tuple[float, float, int]:
    laying = asyncio.create_task(asyncio.to_thread(simulator.do, "card lay zhang-san"))
    event = await reader.next_event()
    while not isinstance(event, CardRead):
        event = await reader.next_event()
    person = read_card(event.text)
    ended = time.perf_counter()
    if not (person.name and person.number):
        raise LookupError("a card without name or number")
    found = max(index for index, passed in enumerate(port.passed) if passed.out and passed.data == FIND_CARD)
    exchange = port.passed[found:]
    port.passed.clear()
    await laying
    await asyncio.to_thread(simulator.do, "card remove")
    while not isinstance(await reader.next_event(), CardRemoved):
        pass
    own_s = ended - exchange[-1].at_s
    own_s += sum(after.at_s - before.at_s for before, after in pairwise(exchange) if after.out and not before.out)
    return (ended - exchange[0].at_s) * 1000, own_s * 1000, sum(len(passed.data) for passed in exchange)
