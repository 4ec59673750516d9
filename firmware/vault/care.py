"""Upkeep of the vault in short pieces, while nobody commits: folding and looking over the store, trimming the journal,
the next step of a rotation, the next visit to erase, and scrubbing when something was erased.
"""

from firmware import log
from firmware.errors import TerminalError
from firmware.vault.batch import UNSCRUBBED, Batch
from hal import aio
from hal.errors import StoreError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from firmware.vault.records import Vault
    from firmware.vault.retention import Retention
    from firmware.vault.rotation import Rotation
    from hal.ports import Clock

_QUIET_MS = 300  # since the last commit
_LONGEST_MS = 5000  # in a long burst, too, the log of the store must be folded
_BETWEEN_MS = 20
_REST_MS = 1000
_TRIMMED = 50
_NOBODY_THERE_MS = 600_000  # scrubbing holds commits up: nobody has worked for so long
_TRIED_DAY = "vault.scrub_day"
_DAY_S = 86400
_BROKEN = ("store.damaged", "store.medium")


class Care:
    """The task that keeps the vault in order. `damaged` is awaited when the store finds itself or its medium
    broken."""

    def __init__(
        self, vault: "Vault", rotation: "Rotation", retention: "Retention", clock: "Clock", journal: int
    ) -> None:
        """`journal`: how many entries are kept."""
        self._vault = vault
        self._rotation = rotation
        self._retention = retention
        self._clock = clock
        self._journal = journal
        self._cared_at = aio.now_ms()
        self._told = False  # of the damage that the last turn found
        self._pulse: "Callable[[], None]" = _unwatched
        self.damaged: "Callable[[], Awaitable[None]]" = _nothing

    async def run(self, pulse: "Callable[[], None]") -> None:
        """Take care for ever. When the vault's writer was cut off it stops moving: the watchdog restarts the device,
        which alone can find out how that commit ended."""
        self._pulse = pulse
        while not self._vault.writer.cut_off():
            pulse()
            quiet = self._vault.quiet_ms() >= _QUIET_MS
            if not quiet and aio.now_ms() - self._cared_at < _LONGEST_MS:
                await aio.sleep_ms(_QUIET_MS)
                continue
            more = await self.turn(quiet)
            self._cared_at = aio.now_ms()
            await aio.sleep_ms(_BETWEEN_MS if more else _REST_MS)
        log.event("vault.cut_off")
        await aio.Event().wait()

    async def turn(self, quiet: bool) -> bool:
        """One piece of each kind, or only of what a burst of commits needs. True when there is more to do soon."""
        pieces: "list[tuple[str, Callable[[], Awaitable[bool]]]]" = [
            ("store", self._vault.store.care),
            ("journal", self._trim),
        ]
        if quiet:
            pieces += [("rotation", self._rotation.step), ("retention", self._retention.step), ("scrub", self._scrub)]
        more = False
        try:
            for name, piece in pieces:
                more = await self._piece(name, piece) or more
        except StoreError as error:
            log.lasting("care", error.code)
            if error.code in _BROKEN and not self._told:
                await self._tell(error.cause)
            return False
        log.lasting("care", "")
        self._told = False
        return more

    async def _tell(self, cause: str) -> None:
        """Say it once for each time it is found; a store that goes on being broken says so at every turn."""
        self._told = True
        log.event("vault.damaged", cause)
        try:
            await self.damaged()
        except TerminalError:
            pass  # the store may not take the note of it either

    async def _piece(self, name: str, piece: "Callable[[], Awaitable[bool]]") -> bool:
        """One that cannot go on, such as the trimming of a journal that is broken, does not hold up the others."""
        code = ""
        more = False
        try:
            more = await piece()
        except TerminalError as error:
            code = error.code
        log.lasting("care of " + name, code)
        return more

    async def _trim(self) -> bool:
        """Trim a good piece at once: not with each entry, which would cost a sync of its own."""
        vault = self._vault
        if vault.journal_head()[0] - vault.journal_first() < self._journal:
            return False
        await vault.trim_journal(self._journal - _TRIMMED, _TRIMMED)
        return vault.journal_head()[0] - vault.journal_first() >= self._journal

    async def _scrub(self) -> bool:
        """Scrub the store, at most once per day, also when something else ends that half way. Never more to do soon."""
        vault = self._vault
        erased = vault.counter(UNSCRUBBED)
        today = self._clock.wall_s() // _DAY_S
        if not erased or vault.quiet_ms() < _NOBODY_THERE_MS or vault.counter(_TRIED_DAY) == today:
            return False
        begin = Batch("vault.scrub")
        begin.count(_TRIED_DAY, today - vault.counter(_TRIED_DAY))
        await vault.commit(begin)
        ended = aio.Event()
        task = aio.spawn("scrub", self._write_anew(ended))
        while not ended.is_set():  # it may take longer than the supervisor has patience
            self._pulse()
            try:
                await aio.within(ended.wait(), _REST_MS)
            except aio.Timeout:
                pass
        await task
        end = Batch("vault.scrubbed")
        end.count(UNSCRUBBED, -erased)
        await vault.commit(end)
        return False

    async def _write_anew(self, ended: "aio.Event") -> None:
        try:
            async with self._vault.lock:
                await self._vault.store.scrub()
        finally:
            ended.set()


def _unwatched() -> None:
    """Not running as a task."""


async def _nothing() -> None:
    """Nobody listens yet."""
