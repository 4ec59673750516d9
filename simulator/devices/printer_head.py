"""The print head: every black dot warms it, time cools it, and when it is too hot it has to wait."""

import math
from collections.abc import Callable

from simulator.clock import Clock, Timer

ROOM_C = 25.0
TOO_HOT_C = 70.0
COOL_ENOUGH_C = 60.0
FAULT_C = 72.0  # what the fault `overheats` heats it to: about nine seconds to wait
_COOLING_S = 30.0  # in which the distance to the room's temperature falls to 1/e
_DOTS_FOR_A_DEGREE = 15_000  # a receipt of forty full lines warms it by five degrees


class PrintHead:
    """Tells `cooled` when it has been too hot and can go on."""

    def __init__(self, clock: Clock, cooled: Callable[[], None]) -> None:
        self.too_hot = False
        self._clock = clock
        self._cooled = cooled
        self._above_room = 0.0
        self._since = clock.now()
        self._timer: Timer | None = None

    @property
    def temperature(self) -> float:
        """Degrees Celsius now."""
        return ROOM_C + self._above_room * math.exp((self._since - self._clock.now()) / _COOLING_S)

    def burn(self, dots: int) -> None:
        """Print so many black dots."""
        self.heat_to(self.temperature + dots / _DOTS_FOR_A_DEGREE)

    def heat_to(self, celsius: float) -> None:
        """Make it so warm, if it is cooler."""
        self._above_room = max(celsius, self.temperature) - ROOM_C
        self._since = self._clock.now()
        if self.temperature >= TOO_HOT_C:
            self.too_hot = True
            self._wait()

    def _wait(self) -> None:
        if self._timer:
            self._timer.cancel()
        seconds = _COOLING_S * math.log(self._above_room / (COOL_ENOUGH_C - ROOM_C))
        self._timer = self._clock.after(seconds, self._cool_enough)

    def _cool_enough(self) -> None:
        self._timer = None
        self.too_hot = False
        self._cooled()
