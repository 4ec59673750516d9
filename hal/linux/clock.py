"""The clocks of a Linux machine."""

import time
from pathlib import Path

from hal.ports import NO, UNKNOWN, YES

_SYNCHRONIZED = Path("/run/systemd/timesync/synchronized")
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


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
        if not _SYNCHRONIZED.parent.exists():
            return UNKNOWN
        return YES if _SYNCHRONIZED.exists() else NO

    def hint(self, wall_s: int) -> None:
        """Go by the platform's time while nothing better has set the clock."""
        if self.trusted() != YES:
            self._ahead_s = wall_s - int(time.time())
