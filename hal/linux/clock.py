"""The clocks of a Linux machine."""

import os
import time
from pathlib import Path

from hal.ports import NO, UNKNOWN, YES

_SYNCHRONIZED = Path("/run/systemd/timesync/synchronized")
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_AGREE_S = 30  # an answer may have been on its way for so long; following each would let the time run to and fro
_EARLIEST_S = 1_767_225_600  # 2026: no platform spoke to this program before
_LATEST_S = 4_102_444_800  # 2100


class SystemClock:
    """`hal.ports.Clock`. A Pi has no battery clock: until the network has set it, the time is not trusted."""

    def __init__(self) -> None:
        self._ahead_s = 0  # of the machine's own clock, by what the platform said
        self.boot_id = _BOOT_ID.read_text(encoding="ascii").strip() if _BOOT_ID.exists() else ""

    def wall_s(self) -> int:
        """Seconds since 1970 UTC."""
        return int(time.time()) + (self._ahead_s if self._ahead_s and self.trusted() != YES else 0)

    def monotonic_ms(self) -> int:
        """Milliseconds since boot."""
        return time.monotonic_ns() // 1_000_000

    def trusted(self) -> str:
        """`YES` once systemd-timesyncd has set the clock, `NO` while it has not, `UNKNOWN` without it."""
        if os.path.exists(_SYNCHRONIZED):  # every commit asks, and a Path costs more
            return YES
        return NO if _SYNCHRONIZED.parent.exists() else UNKNOWN

    def hint(self, wall_s: int) -> None:
        """Go by the platform's time while nothing better has set the clock. A time that cannot be is not heard."""
        if self.trusted() == YES or not _EARLIEST_S <= wall_s < _LATEST_S:
            return
        if abs(wall_s - self.wall_s()) > _AGREE_S:
            self._ahead_s = wall_s - int(time.time())
