"""Whole visits on two real processes: how soon a name is on the screen, and what a visit costs the computer."""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from hal.drivers.samv import POLL_MS
from tools.bench.counter import Counter, Hands
from tools.bench.line import wire_ms
from tools.bench.measurement import Measurement, rounded
from tools.bench.processes import State, cpu_s

_CARD_BYTES = 1295  # the reply of a SAM-V reader with text and photograph of a card


def measure(visits: int = 10) -> list[Measurement]:
    """Play the visits; the wire, an idle interpreter and the clock on the wall are what they are compared with."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, Counter(Path(folder)) as counter:
        began, busy = time.monotonic(), cpu_s(counter.terminal_pid)
        names = [visit(counter.hands, number) for number in range(visits)]
        busy, lasted = cpu_s(counter.terminal_pid) - busy, time.monotonic() - began
        memory = _resident_mb(Path(f"/proc/{counter.terminal_pid}/status").read_text("ascii"))
    name_ms = statistics.median(names) * 1000
    parts = (
        f"in it: up to {POLL_MS} ms until the reader is asked, a usual chip, {wire_ms(_CARD_BYTES):.0f} ms for its "
        f"{_CARD_BYTES} bytes on the wire, the platform's 1101, the commit of a new visit"
    )
    return [
        Measurement("card laid to name on screen", rounded(name_ms), "ms", parts),
        Measurement("CPU of a whole visit", rounded(busy * 1000 / visits), "ms", f"it lasted {lasted / visits:.1f} s"),
        Measurement("memory after the visits", rounded(memory), "MB", f"bare Python: {_bare_mb():.1f} MB"),
    ]


def visit(hands: Hands, number: int) -> float:
    """One visit from the card to the acknowledged uploads; the seconds until the name was on the screen."""
    began = time.perf_counter()
    hands.do("card lay zhang-san")
    hands.wait(lambda screen: screen["visit"] is not None and bool((screen["visit"]["patient"] or {}).get("name")))
    took = time.perf_counter() - began
    version = _reach(hands, "diagnose")["version"]
    hands.press("visit/diagnosis", {"version": version, "code": "J00.x00"})
    hands.do("card remove")  # now: a hand that changes cards at once is slower than what is measured
    version = _reach(hands, "prescribe")["version"]
    hands.press("visit/lines", {"version": version, "lines": [{"drug": "aspirin", "quantity": 1}]})
    hands.wait(lambda screen: bool(screen["devices"]["scanner"]["armed"]))
    hands.do(f"scan text 8100017{number:013d}")
    visit = _reach(hands, "confirm")
    hands.press("visit/settle", {"version": visit["version"], "own_fen": visit["preview"]["own_fen"]})
    hands.wait(lambda screen: _is_at(screen, "done") and screen["outbox"]["waiting"] == 0)
    hands.press("visit/finish", {})
    hands.wait(lambda screen: screen["visit"] is None)
    return took


def _reach(hands: Hands, step: str) -> State:
    """The visit once the terminal is at `step` and has nothing more to do by itself."""
    visit: State = hands.wait(lambda screen: _is_at(screen, step) and screen["busy"] == "")["visit"]
    return visit


def _is_at(screen: State, step: str) -> bool:
    return screen["visit"] is not None and screen["visit"]["step"] == step


def _resident_mb(status: str) -> float:
    for line in status.splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise LookupError("no VmRSS")


def _bare_mb() -> float:
    """What an interpreter takes that does nothing."""
    command = [sys.executable, "-c", "print(open('/proc/self/status').read())"]
    return _resident_mb(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
