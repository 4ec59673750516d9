"""Retention: a visit's records go when nobody needs them any more, where the province's profile says so.

`note` writes with the closing of a visit `retention/<closing day>.<visit>`, which names nobody. When the reprint window
has passed, nothing of the visit waits for the platform and no other room needs it, one commit erases the visit's key,
deletes its records and leaves `visit.erased/<visit>`: its number, days, an amount class, whether it was settled, and
the end of the journal.

A wrong clock must not erase early. Only a trusted clock counts: a visit closed without one is noted under the day
`00000000` and gets the first trusted day after that. And a day counts only when the day before it was seen, too: a
clock that was set forward by mistake and is set right again on the next day has erased nothing.
"""

from firmware import clock as civil
from firmware import log
from firmware.vault.batch import Batch
from firmware.vault.bills import PAYER_KIND
from firmware.vault.errors import VaultError
from firmware.vault.outbox import ARCHIVE_KIND, BODY_KIND, HELD_KIND, WAITING_KIND
from hal.ports import YES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import Any

    from firmware.vault.records import Vault
    from hal.ports import Clock

    Json = dict[str, Any]

CLOSED_KIND = "visit.closed"
ERASED_KIND = "visit.erased"
_KIND = "retention"
_SEEN_KIND = "retention.seen"
_SEEN = "day"
_DAY_S = 86400
_NO_DAY = "00000000"
_AT_ONCE = 20
_UNSENT = (WAITING_KIND, HELD_KIND)
_GONE = (ARCHIVE_KIND, BODY_KIND, PAYER_KIND)
_CLASSES_FEN = (0, 1000, 5000, 10000, 50000, 100000, 500000)


def note(batch: Batch, clock: "Clock", visit: str, number: str, total_fen: int, settled: bool) -> None:
    """Note with `batch` that a visit is closed: when its reprint window begins, and what may be said of it when it is
    erased. `total_fen` is kept as a class: the highest bound that it reaches."""
    trusted = clock.trusted() == YES
    fen = max([bound for bound in _CLASSES_FEN if bound <= max(total_fen, 0)])
    kept = {"visit": visit, "number": number, "from_fen": fen, "settled": settled}
    batch.put(_KIND, (_day_of(clock.wall_s()) if trusted else _NO_DAY) + "." + visit, kept)


async def is_erased(vault: "Vault", visit: str) -> bool:
    """Whether a visit was erased: nothing may be kept under its key any more. `VaultError`."""
    return await vault.get(ERASED_KIND, visit) is not None


class Retention:
    """Erases what is due, one visit at a time. `needed` says of a visit whether another room still needs it; `leaving`
    hears the record of one that goes, and puts into the batch what of it lies under other names."""

    def __init__(self, vault: "Vault", clock: "Clock", terms: "Json") -> None:
        """`terms` is `retention` of the province's profile: `erase`, `reprint_days`."""
        self._vault = vault
        self._clock = clock
        self._erase = bool(terms["erase"])
        self._reprint_s = int(terms["reprint_days"]) * _DAY_S
        self._today = ""  # the day that was looked at last
        self._allowed = False  # whether that day counts
        self._after = ""
        self.needed: "Callable[[str], Awaitable[bool]]" = _nobody
        self.leaving: "Callable[[Batch, Json], None]" = _nothing

    async def step(self) -> bool:
        """Look at the next visits, and erase the first one that is due. True when there may be more. `VaultError`."""
        if not self._erase or self._clock.trusted() != YES:
            return False
        now = self._clock.wall_s()
        today = _day_of(now)
        if today != self._today:
            self._allowed = await self._seen(now)
            self._today = today
            self._after = ""
        if not self._allowed:
            return False
        limit = _day_of(now - self._reprint_s)
        for entry, kept in await self._vault.page(_KIND, "", self._after, _AT_ONCE):
            day = entry[: len(_NO_DAY)]
            if day == _NO_DAY:
                await self._date(entry, kept, today)
                return True
            if day >= limit:
                return False
            self._after = entry
            if not await self._waits(kept["visit"]) and not await self.needed(kept["visit"]):
                await self._forget(entry, day, kept)
                return True
        return len(await self._vault.ids(_KIND, "", self._after, 1)) > 0

    async def _seen(self, now: int) -> bool:
        """Note today, and say whether it follows the day that was seen last."""
        kept = await self._vault.get(_SEEN_KIND, _SEEN)
        today = _day_of(now)
        if kept is not None and kept["day"] == today:
            return bool(kept["counts"])
        counts = kept is not None and kept["day"] == _day_of(now - _DAY_S)
        batch = Batch("retention.day")
        batch.put(_SEEN_KIND, _SEEN, {"day": today, "counts": counts})
        await self._vault.commit(batch)
        return counts

    async def _date(self, entry: str, kept: "Json", today: str) -> None:
        """The window of a visit that was closed without a trusted clock begins today."""
        batch = Batch("retention.dated", kept["visit"])
        batch.delete(_KIND, entry)
        batch.put(_KIND, today + "." + kept["visit"], kept)
        await self._vault.commit(batch)

    async def _waits(self, visit: str) -> bool:
        """Whether something of the visit has not reached the platform, or the visit is open again."""
        async with self._vault.lock:  # a message moves between the kinds meanwhile otherwise, and is seen in neither
            for kind in _UNSENT:
                if await self._vault.ids(kind, visit + ".", "", 1):
                    return True
            return visit in await self._vault.ids("visit", visit, "", 1)

    async def _forget(self, entry: str, day: str, kept: "Json") -> None:
        visit = kept["visit"]
        sequence, link = self._vault.journal_head()
        batch = Batch("visit.erased", visit)
        batch.erase(visit)
        batch.delete(_KIND, entry)
        batch.delete(CLOSED_KIND, visit)
        await self._tell(batch, visit)
        for kind in _GONE:
            for message_id in await self._vault.ids(kind, visit + ".", "", 0):
                batch.delete(kind, message_id)
        fact = {"closed": day, "erased": self._today, "sequence": sequence, "link": link}
        fact.update(kept)
        batch.put(ERASED_KIND, visit, fact)
        await self._vault.commit(batch)

    async def _tell(self, batch: Batch, visit: str) -> None:
        try:
            record = await self._vault.get(CLOSED_KIND, visit)
        except VaultError as error:  # one that does not open must not stay for that
            log.event("retention.unreadable", visit + " " + error.code)
            return
        if record is not None:
            self.leaving(batch, record)


async def _nobody(_visit: str) -> bool:
    """No other room is there."""
    return False


def _nothing(_batch: Batch, _record: "Json") -> None:
    """No other room is there."""


def _day_of(utc_s: int) -> str:
    return civil.compact(utc_s)[: len(_NO_DAY)]
