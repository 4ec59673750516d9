"""The herd: the power of a whole prefecture comes back, and 20,000 terminals want to upload in the same second.

A simulation by events that draws its pauses from the terminal's own functions. The platform serves 300 requests a
second in the order in which they come, keeps a queue of one second, and refuses what does not fit into it; a refusal
costs it 0.3 of a served request. What was refused tries again after the back-off.
"""

import hashlib
import heapq
from collections import Counter
from dataclasses import dataclass

from firmware.backoff import OUTBOX_CAP_MS, full_jitter, spread

TERMINALS = 20_000
SERVED_S = 300
REFUSAL_COST = 0.3
SPREAD_S = 100  # as the profile of the sample province has it
MOST_REFUSED = 0.01
LONGEST = 1.8  # times the time that a perfect queue would take
_QUEUE_S = 1.0


class SeededRandom:
    """`hal.ports.Random`, the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._taken = 0

    def take(self, size: int) -> bytes:
        """`size` bytes, at most 32."""
        self._taken += 1
        return hashlib.sha256(f"{self._seed}/{self._taken}".encode()).digest()[:size]


@dataclass
class Platform:
    """Serves in order. `busy_until_s` is when it will have done all that it has accepted."""

    served_s: float
    busy_until_s: float = 0.0
    refused: int = 0

    def takes(self, now_s: float) -> bool:
        """Whether a request is served; a refusal costs time as well."""
        begins = max(now_s, self.busy_until_s)
        accepted = begins - now_s < _QUEUE_S
        self.busy_until_s = begins + (1 if accepted else REFUSAL_COST) / self.served_s
        self.refused += not accepted
        return accepted


@dataclass
class Return:
    """How a return of the herd went."""

    peak: int  # requests in the worst second
    tries: int
    refused: int
    drained_s: float  # when the last one was served
    ideal_s: float

    @property
    def refused_part(self) -> float:
        """Of all tries."""
        return self.refused / self.tries

    @property
    def times_ideal(self) -> float:
        """How much longer it took than a perfect queue."""
        return self.drained_s / self.ideal_s


def come_back(terminals: int, served_s: float, spread_s: int, seed: int = 1) -> Return:
    """`terminals` see the network within one second, each with one thing to send to a platform that serves `served_s` a
    second."""
    random = SeededRandom(seed)
    platform = Platform(served_s)
    seconds: Counter[int] = Counter()
    seen_s = [int.from_bytes(random.take(4), "big") / 2**32 for _ in range(terminals)]
    heap = [(seen + spread(random, spread_s) / 1000, number, 0) for number, seen in enumerate(seen_s)]
    heapq.heapify(heap)
    tries = 0
    while heap:
        now_s, number, failures = heapq.heappop(heap)
        tries += 1
        seconds[int(now_s)] += 1
        if not platform.takes(now_s):
            pause_s = full_jitter(random, failures + 1, OUTBOX_CAP_MS) / 1000
            heapq.heappush(heap, (now_s + pause_s, number, failures + 1))
    ideal_s = terminals / served_s
    return Return(max(seconds.values()), tries, platform.refused, platform.busy_until_s, ideal_s)


def run() -> list[str]:
    """The whole herd, with the window and without: a line for each."""
    lines = []
    for window_s in (SPREAD_S, 0):
        went = come_back(TERMINALS, SERVED_S, window_s)
        lines.append(
            f"herd of {TERMINALS}, first try within {window_s} s: peak {went.peak}/s,"
            f" {went.tries / TERMINALS:.2f} tries,"
            f" refused {went.refused_part:.2%}, drained in {went.drained_s:.1f} s = {went.times_ideal:.2f} x ideal"
        )
    return lines
