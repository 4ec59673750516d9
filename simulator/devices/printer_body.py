"""The mechanism of a receipt printer: roll, cover, head, cutter, motor, feed button, and the sensors on them."""

from collections.abc import Callable

from simulator.clock import Clock, Timer
from simulator.devices.device_faults import Faults
from simulator.devices.paper import Paper
from simulator.devices.printed import DOTS_PER_MM, LINE_SPACING, Cut, Gap, Printed, PrintedLine
from simulator.devices.printer_faults import (
    BREAKS,
    CUTTER_JAMS,
    MOTOR_JAMS,
    NEAR_END_STUCK,
    OVERHEATS,
    PAPER_OUT_AFTER,
)
from simulator.devices.printer_head import FAULT_C, PrintHead
from simulator.devices.printer_kinds import PrinterKind
from simulator.devices.printer_status import PrinterState

ROLL_MM = 12_000.0
NEAR_END_MM = 400.0
CUT_S = 0.2
PRESS_S = 0.3  # how long a finger is on the feed button

CUTTER = "cutter"
MOTOR = "motor"


class PrinterBody:
    """What can be touched. `changed` is called when something has happened by itself: cooled, fed, waited long enough.

    A jam stays until a hand clears it; the error that it caused stays until the host asks for recovery, too.
    Without `lines_per_second` (of 30 dots) everything is printed at once and the head stays cool.
    """

    def __init__(
        self,
        clock: Clock,
        kind: PrinterKind,
        lines_per_second: float | None,
        faults: Faults,
        changed: Callable[[], None],
    ) -> None:
        self.paper = Paper(kind.columns)
        self.paper_mm = ROLL_MM
        self.cover_open = False
        self.drawer_high = False
        self.jam = ""  # `CUTTER` or `MOTOR`: what is stuck
        self.head = PrintHead(clock, changed)
        self._clock = clock
        self._kind = kind
        self._faults = faults
        self._changed = changed
        self._dots_per_second = lines_per_second * kind.pace * LINE_SPACING if lines_per_second else 0.0
        self._error = ""  # `CUTTER` or `MOTOR`: what was found to be stuck
        self._broken = False
        self._opened_in_motion = False
        self._button = False
        self._feeding = False
        self._recovering: Timer | None = None

    @property
    def state(self) -> PrinterState:
        """What its sensors say."""
        no_paper = self.paper_mm <= 0 or (self.cover_open and self._kind.cover_hides_paper)
        low = self.paper_mm < NEAR_END_MM and self._kind.near_end_sensor
        return PrinterState(
            cover_open=self.cover_open,
            paper_end=no_paper,
            near_end=low or self._faults.active(NEAR_END_STUCK),
            cutter_error=self._error == CUTTER,
            mechanical_error=self._error == MOTOR,
            unrecoverable=self._broken,
            recoverable=self.head.too_hot or self._opened_in_motion,
            waiting=self._recovering is not None,
            button=self._button,
            feeding=self._feeding,
            drawer_high=self.drawer_high,
        )

    def put_on_paper(self, item: Printed) -> bool:
        """Print `item`; False when the mechanism has stuck before it."""
        if self._sticks(item):
            return False
        if isinstance(item, Cut) and not self._kind.cutter:
            return True
        self.paper.add(item)
        self.paper_mm = max(0.0, self.paper_mm - item.height / DOTS_PER_MM)
        if isinstance(item, PrintedLine):
            self._count_line()
        if self._dots_per_second:
            self.head.burn(item.ink)
        return True

    def seconds(self, item: Printed) -> float:
        """How long it takes to print `item`."""
        if not self._dots_per_second:
            return 0.0
        if isinstance(item, Cut):
            return CUT_S if self._kind.cutter else 0.0
        return item.height / self._dots_per_second

    def load_paper(self, millimetres: float, wait_s: float) -> bool:
        """Have a roll of `millimetres` in; True when there had been none. It is offline for `wait_s` then."""
        was_out = self.paper_mm <= 0
        self.paper_mm = max(0.0, millimetres)
        loaded = was_out and self.paper_mm > 0
        if loaded and wait_s and not self._recovering:
            self._recovering = self._clock.after(wait_s, self._recovered)
        return loaded

    def go_online(self) -> None:
        """End the wait after paper has been put in (DLE ENQ 0)."""
        if self._recovering:
            self._recovering.cancel()
            self._recovered()

    def open_cover(self, *, moving: bool) -> None:
        """Open the cover, while it prints or not."""
        self.cover_open = True
        self._opened_in_motion = moving and self._kind.cover_is_error

    def close_cover(self) -> None:
        """Close the cover."""
        self.cover_open = self._opened_in_motion = False

    def recover(self) -> bool:
        """The host asks for recovery (DLE ENQ 1 or 2); False when there is no error that this can end."""
        if not self._error:
            return False
        self._error = self.jam
        return True

    def press_feed(self) -> None:
        """Press the feed button for `PRESS_S`; it moves the paper unless something is in the way."""
        if not self._button:
            self._button = True
            self._feeding = not self.state.offline
            self._clock.after(PRESS_S, self._released)

    def restart(self) -> None:
        """Switched off and on: what is stuck is still stuck, and what is broken may work again."""
        self._broken = False
        self._error = self.jam
        if self._recovering:
            self._recovering.cancel()
            self._recovering = None

    def _sticks(self, item: Printed) -> bool:
        if isinstance(item, Gap):
            return False
        part, fault = (CUTTER, CUTTER_JAMS) if isinstance(item, Cut) else (MOTOR, MOTOR_JAMS)
        if part == CUTTER and not self._kind.cutter:
            return False
        if self._faults.take(fault):
            self.jam = part
        if part == MOTOR and self._faults.take(BREAKS):
            self._broken = True
        if self.jam == part:
            self._error = part
        return self._broken or self._error == part

    def _count_line(self) -> None:
        if self._faults.take(PAPER_OUT_AFTER) and not self._faults.active(PAPER_OUT_AFTER):
            self.paper_mm = 0.0
        if self._faults.take(OVERHEATS):
            self.head.heat_to(FAULT_C)

    def _released(self) -> None:
        if self._feeding:
            self.paper.add(Gap(LINE_SPACING))
            self.paper_mm = max(0.0, self.paper_mm - LINE_SPACING / DOTS_PER_MM)
        self._button = self._feeding = False
        self._changed()

    def _recovered(self) -> None:
        self._recovering = None
        self._changed()
