"""One direction of a serial line: bytes come out no faster than the line can carry them."""

from collections.abc import Callable

from simulator.clock import Clock, Timer

UNSET = 0  # the speed of an end that has none
BITS_PER_BYTE = 10  # 8N1: start bit, eight data bits, stop bit
TICK_S = 0.005  # bytes that complete within one tick are handed over together


class Line:
    """Delivers what is put in, in order, at `baud` bits per second; without `baud` at once.

    A byte arrives when its stop bit has passed, so nothing is early; what is late by less than a tick is caught up.
    """

    def __init__(self, clock: Clock, baud: int | None, deliver: Callable[[bytes], None]) -> None:
        self._clock = clock
        self._baud = baud
        self._deliver = deliver
        self._waiting = bytearray()
        self._timer: Timer | None = None
        self._sent_until = 0.0  # when the last byte handed over had passed

    @property
    def backlog(self) -> int:
        """Bytes that are still on their way."""
        return len(self._waiting)

    def set_baud(self, baud: int) -> None:
        """Carry everything from now on at `baud`. A line without a limit stays without one."""
        if self._baud is not None:
            self._baud = baud

    def put(self, data: bytes) -> None:
        """Send `data`, behind what is still waiting."""
        if not data:
            return
        if self._baud is None:
            self._deliver(data)
            return
        if not self._waiting:
            self._sent_until = max(self._sent_until, self._clock.now())
        self._waiting += data
        if self._timer is None:
            self._schedule(self._baud)

    def clear(self) -> None:
        """Lose everything that is still on its way."""
        self._waiting.clear()
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _schedule(self, baud: int) -> None:
        byte_s = BITS_PER_BYTE / baud
        wanted = min(len(self._waiting) * byte_s, max(TICK_S, byte_s))
        due = self._sent_until + wanted
        self._timer = self._clock.after(max(0.0, due - self._clock.now()), self._tick)

    def _tick(self) -> None:
        self._timer = None
        if self._baud is None or not self._waiting:
            return
        byte_s = BITS_PER_BYTE / self._baud
        # The half byte is for rounding: the timer was set for the moment at which a whole byte has passed.
        passed = int((self._clock.now() - self._sent_until) / byte_s + 0.5)
        chunk = bytes(self._waiting[:passed])
        del self._waiting[:passed]
        self._sent_until += len(chunk) * byte_s
        if self._waiting:
            self._schedule(self._baud)
        if chunk:
            self._deliver(chunk)


def as_heard(data: bytes, from_baud: int, at_baud: int) -> bytes:
    """What a receiver at `at_baud` makes of bytes that were sent at `from_baud`; 0 = that end has no speed."""
    if UNSET in (from_baud, at_baud) or from_baud == at_baud:
        return data
    # At the wrong speed the receiver samples long runs of one level.
    return bytes(0xFF if byte & 1 else 0x00 for byte in data)
