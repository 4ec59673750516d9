"""What a receipt printer says, on its way out: late, wrong or lost where a fault wants it so."""

import random
from collections import deque
from collections.abc import Callable

from simulator.clock import Clock, Timer
from simulator.devices.device_faults import Faults
from simulator.devices.printer_faults import ANSWER_LOST_AFTER_CUT, ANSWERS_WRONG, SLOW_STATUS

SLOW_S = 0.4
MOST_WAITING = 8  # answers that a slow printer keeps; more questions than that stay unanswered
_PROCESS_ID = b"\x37\x22"


class Answers:
    """Hands answers to `send`; a printer that is not `connected` has no wire for them."""

    def __init__(
        self, clock: Clock, faults: Faults, send: Callable[[bytes], None], seed: int, *, connected: bool
    ) -> None:
        self._clock = clock
        self._faults = faults
        self._send = send
        self._connected = connected
        self._random = random.Random(seed)
        self._losing = False
        self._waiting: deque[bytes] = deque()
        self._timer: Timer | None = None

    def state(self, answer: bytes) -> None:
        """Say something of its state."""
        if answer and self._faults.take(ANSWERS_WRONG):
            answer = self._random.randbytes(len(answer))
        self.say(answer)

    def process_id(self, number: bytes) -> None:
        """Say that everything before the process `number` (4 bytes) is on paper.

        Of those that have not left yet only the newest does (Epson ESC/POS, GS ( H function 48).
        """
        self._waiting = deque(answer for answer in self._waiting if not answer.startswith(_PROCESS_ID))
        self.say(_PROCESS_ID + number + b"\0")

    def say(self, answer: bytes) -> None:
        """Say `answer`, now or later."""
        if not answer or not self._connected or self._lost():
            return
        if not self._faults.take(SLOW_STATUS) and not self._waiting:
            self._send(answer)
        elif len(self._waiting) < MOST_WAITING:
            self._waiting.append(answer)
            self._timer = self._timer or self._clock.after(SLOW_S, self._leave)

    def after_cut(self) -> None:
        """The paper has been cut."""
        self._losing = self._faults.active(ANSWER_LOST_AFTER_CUT)

    def clear(self) -> None:
        """Lose what has not left yet."""
        self._waiting.clear()
        self._losing = False
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _lost(self) -> bool:
        return self._losing and self._faults.take(ANSWER_LOST_AFTER_CUT)

    def _leave(self) -> None:
        self._timer = None
        if self._waiting:
            self._send(self._waiting.popleft())
        if self._waiting:
            self._timer = self._clock.after(SLOW_S, self._leave)
