"""The time in which devices live: the event loop's, or a virtual one that a test moves forward."""

import asyncio
import heapq
from collections.abc import Callable
from itertools import count
from typing import Protocol


class Timer(Protocol):
    """Something that will happen."""

    def cancel(self) -> None:
        """See to it that it does not happen. Does nothing when it has happened already."""


class Clock(Protocol):
    """Time in seconds from an arbitrary start, and a way to have things done later."""

    def now(self) -> float:
        """Seconds since some start, never backwards."""

    def after(self, seconds: float, action: Callable[[], None]) -> Timer:
        """Have `action` called once, `seconds` from now."""


class LoopClock:
    """Real time: that of the running event loop."""

    def now(self) -> float:
        """Seconds since some start, never backwards."""
        return asyncio.get_running_loop().time()

    def after(self, seconds: float, action: Callable[[], None]) -> Timer:
        """Have `action` called once by the running loop, `seconds` from now."""
        return asyncio.get_running_loop().call_later(seconds, action)


class _VirtualTimer:
    def __init__(self, action: Callable[[], None]) -> None:
        self.action: Callable[[], None] | None = action

    def cancel(self) -> None:
        self.action = None


class VirtualClock:
    """Time that stands still until `advance` is called."""

    def __init__(self) -> None:
        self._now = 0.0
        self._order = count()
        self._waiting: list[tuple[float, int, _VirtualTimer]] = []

    def now(self) -> float:
        """Seconds since the clock was made."""
        return self._now

    def after(self, seconds: float, action: Callable[[], None]) -> Timer:
        """Have `action` called once, when `advance` has moved the time by `seconds`."""
        timer = _VirtualTimer(action)
        heapq.heappush(self._waiting, (self._now + seconds, next(self._order), timer))
        return timer

    def advance(self, seconds: float) -> None:
        """Let `seconds` go by: everything that is due happens, each at its own time and in order."""
        end = self._now + seconds
        while self._waiting and self._waiting[0][0] <= end:
            due, _, timer = heapq.heappop(self._waiting)
            self._now = max(self._now, due)
            if timer.action:
                timer.action()
        self._now = end
