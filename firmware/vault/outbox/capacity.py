"""How full the outbox is: in records, and in room on the medium.

What is refused when it is full is a new visit. Whatever an open visit still writes is taken: the number of records is
no wall, and a part of the room is never counted as free.
"""

from firmware import log
from hal import aio
from hal.errors import StoreError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firmware.vault.records import Vault

LEVELS = (50, 80, 95, 100)
FULL = 100
_RESERVE = 1 << 20  # bytes for the visits that are open: each takes some 10 kB until it is closed
_RESERVE_PART = 16  # of a small medium: one part in so many
_BACK = 3  # per cent below a level before it is left again
_LOOK_MS = 60000


class Capacity:
    """`level` is the highest of `LEVELS` that was reached, in per cent; 0 below all of them."""

    def __init__(self, vault: "Vault", most: int) -> None:
        """`most`: records that may wait."""
        self._vault = vault
        self.most = most
        self.level = 0
        self._room_percent = 0
        self._look_ms = 0

    async def look(self) -> None:
        """Look at the medium again when that was long ago. One that cannot say keeps what it said last."""
        if aio.now_ms() < self._look_ms:
            return
        self._look_ms = aio.now_ms() + _LOOK_MS
        try:
            used, free = await self._vault.store.room()
        except StoreError as error:
            log.event("outbox.room", error.code)
            return
        self._room_percent = room_percent(used, free)

    def reached(self, records: int) -> None:
        """So many records are in the outbox."""
        percent = max(records * 100 // self.most, self._room_percent)
        level = level_of(percent)
        if level < self.level:
            level = min(self.level, level_of(percent + _BACK))
        if level != self.level:
            self.level = level
            log.event("outbox.level", str(level))


def level_of(percent: int) -> int:
    """The highest level that is reached, or 0."""
    return max([0] + [level for level in LEVELS if level <= percent])


def room_percent(used: int, free: int) -> int:
    """How full a medium is, in per cent of what may be used before the reserve."""
    reserve = min(_RESERVE, (used + free) // _RESERVE_PART)
    usable = used + free - reserve
    return min(FULL, used * 100 // usable) if usable > 0 else FULL
