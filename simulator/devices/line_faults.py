"""What goes wrong on any serial line, by the same names for every device; the same seed makes the same choices."""

import random
from collections import deque
from collections.abc import Callable

from simulator.clock import Clock, Timer
from simulator.devices.device_faults import Faults

SILENT = "silent"
NOISE = "noise"
DROPS_BYTES = "drops_bytes"
REPEATS_BYTES = "repeats_bytes"
LATE = "late"
HALF_ANSWER = "half_answer"
WRONG_BAUD = "wrong_baud"
RESTARTS = "restarts"
SMALL_BUFFER = "small_buffer"

# (name, what it does, arguments as in `simulator.faults`, the field failure it stands for)
LINE_FAULTS = (
    (SILENT, "it works, but nothing of what it says arrives", ("[n]",), "status late, empty or wrong"),
    (NOISE, "random bytes before its answers, as from a bad cable", ("[n]",), "partial lines on a UART"),
    (DROPS_BYTES, "single bytes of its answers get lost", ("[n]",), "partial lines on a UART"),
    (REPEATS_BYTES, "single bytes of its answers arrive twice", ("[n]",), "value entered twice"),
    (
        LATE,
        "it answers that many milliseconds later and in drips: a slow chip",
        ("ms",),
        "status late, empty or wrong",
    ),
    (HALF_ANSWER, "half of an answer, then silence", ("[n]",), "partial lines on a UART"),
    (WRONG_BAUD, "it talks at another speed than the board file says", ("[baud]",), "scanner's speed unknown"),
    (RESTARTS, "it starts anew in the middle of the next exchange", ("[n]",), "reset in the middle of the set-up"),
    (SMALL_BUFFER, "its input buffer holds n bytes; what comes on top is lost", ("n",), "buffer overrun"),
)

MOST_NOISE = 16  # bytes before one answer
SPOILT_ONE_IN = 32  # bytes of an answer, and at least one
DRIP = 7  # bytes at once of a late answer
DRIP_S = 0.004


class LineFaults:
    """Does to the answers of a device what its faults say, and hands on what is left of them, in order."""

    def __init__(self, clock: Clock, faults: Faults, seed: int) -> None:
        self._clock = clock
        self._faults = faults
        self._random = random.Random(seed)
        self._waiting: deque[tuple[float, bytes]] = deque()
        self._timer: Timer | None = None
        self._last_due = 0.0

    def carry(self, answer: bytes, deliver: Callable[[bytes], None]) -> None:
        """Hand `answer`, or what the faults leave of it, to `deliver`, now or later."""
        take = self._faults.take
        if take(SILENT):
            return
        if take(DROPS_BYTES):
            answer = self._spoilt(answer, b"")
        if take(REPEATS_BYTES):
            answer = self._spoilt(answer, None)
        if take(HALF_ANSWER):
            answer = answer[: len(answer) // 2]
        if take(NOISE):
            answer = self._random.randbytes(self._random.randint(1, MOST_NOISE)) + answer
        late_ms = self._faults.number(LATE)
        if late_ms is None:
            deliver(answer)
        else:
            self._drip(answer, late_ms / 1000, deliver)

    def catch_up(self, deliver: Callable[[bytes], None]) -> None:
        """Hand over at once what is still waiting, when answers are not late any more."""
        if self._waiting and not self._faults.active(LATE):
            rest = b"".join(drip for _, drip in self._waiting)
            self.clear()
            deliver(rest)

    def clear(self) -> None:
        """Lose what has not left yet."""
        self._waiting.clear()
        self._last_due = 0.0
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _spoilt(self, answer: bytes, instead: bytes | None) -> bytes:
        """`answer` with some bytes replaced by `instead`, or by themselves twice."""
        if not answer:
            return answer
        count = 1 + len(answer) // SPOILT_ONE_IN
        at = set(self._random.sample(range(len(answer)), count))
        pieces = (bytes((byte,)) for byte in answer)
        spoilt = ((piece * 2 if instead is None else instead) if n in at else piece for n, piece in enumerate(pieces))
        return b"".join(spoilt)

    def _drip(self, answer: bytes, late_s: float, deliver: Callable[[bytes], None]) -> None:
        due = max(self._clock.now() + late_s, self._last_due)
        for start in range(0, len(answer), DRIP):
            self._waiting.append((due, answer[start : start + DRIP]))
            due += DRIP_S
        self._last_due = due
        if self._timer is None:
            self._wait(deliver)

    def _wait(self, deliver: Callable[[bytes], None]) -> None:
        if not self._waiting:
            return

        def next_drip() -> None:
            self._timer = None
            _, drip = self._waiting.popleft()
            deliver(drip)
            self._wait(deliver)

        self._timer = self._clock.after(max(0.0, self._waiting[0][0] - self._clock.now()), next_drip)
