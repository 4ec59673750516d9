"""When the outbox may speak to the platform next: back-off, the spread after an outage, and what the platform asks for.

Source of the rules: AWS Architecture Blog, "Exponential Backoff And Jitter" (full jitter); RFC 9110, section 10.2.3
(Retry-After).
"""

from firmware.backoff import OUTBOX_CAP_MS, full_jitter, spread
from hal import aio

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hal.ports import Random


class Pace:
    """The next time for what waits, and for what is new and was never tried."""

    def __init__(self, random: "Random", spread_s: int) -> None:
        self._random = random
        self._spread_s = spread_s
        self._failures = 0
        self._next_ms = 0
        self._spread_over = False  # `_next_ms` was drawn for an outage that is over
        self._closed_ms = 0

    def wait_ms(self, fresh: bool) -> int:
        """Milliseconds until the next try; 0 for now. What is fresh waits only when the platform has asked for it."""
        until = self._closed_ms if fresh else max(self._closed_ms, self._next_ms)
        return max(0, until - aio.now_ms())

    def outage_over(self) -> None:
        """The network is back, for this terminal and perhaps for all: the first try has a time of its own."""
        if self._spread_over and self._next_ms > aio.now_ms():
            return  # a line that comes and goes must not put it off again and again
        self._next_ms = aio.now_ms() + spread(self._random, self._spread_s)
        self._spread_over = True

    def answered(self) -> None:
        """The platform answers. When that was something fresh, and the rest still waits for its next try after
        failures, the outage is over."""
        self._failures = 0
        if self._next_ms > aio.now_ms():
            self.outage_over()

    def failed(self) -> None:
        """No answer."""
        self._failures += 1
        self._next_ms = aio.now_ms() + full_jitter(self._random, self._failures, OUTBOX_CAP_MS)
        self._spread_over = False

    def closed(self, for_s: int) -> None:
        """The platform wants to hear nothing for so many seconds. It may have told all terminals the same moment, so
        that only what is fresh goes then."""
        if for_s:
            self._closed_ms = max(self._closed_ms, aio.now_ms() + for_s * 1000)
            self._next_ms = max(self._next_ms, self._closed_ms + spread(self._random, self._spread_s))
            self._spread_over = True
