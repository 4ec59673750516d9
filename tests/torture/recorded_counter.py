"""A counter whose records are on sqlite3 on a recorded disk, and how many syncs each press costs."""

from collections.abc import Awaitable
from pathlib import Path
from unittest.mock import patch

from firmware.vault import Batch
from firmware.vault.writer import Writer
from hal.linux.store import SqliteStore
from tests.portable.audited_counter import Audited, AuditingPlatform
from tests.portable.day_end_hands import DayEnds
from tests.portable.doubles import MemoryBoard
from tests.portable.tiny_accounts import AccountsPlatform
from tests.torture.apsw_disk import Machine
from tests.torture.disk import Disk, Sync
from tests.torture.workload import upkeep


class Platform(AuditingPlatform, AccountsPlatform):
    """One that audits and closes accounts."""


class RecordedCounter(Audited, DayEnds):
    """A counter whose records are on a recorded disk."""

    platform: Platform

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.platform = Platform()
        self.lives = 1
        self._machine = Machine(folder, Disk())

    async def switch_on(self) -> None:
        """Start, also again."""
        self.store = SqliteStore(self._machine.path, lambda _: self._machine.open())
        await self.start(MemoryBoard(self.store, self.platform))  # type: ignore[arg-type]
        await self.quiet()

    async def switch_off(self) -> None:
        """Stop and close."""
        await self.stop()
        await self.store.close()

    async def steps(self, press: Awaitable[object]) -> list[str]:
        """What the journal says of a press, each entry of which was one sync. Before it, care had its turn. The numbers
        of messages that are reserved now and then, many at once, are left out."""
        await self.store._run(lambda: upkeep("care", self.store._file))
        before = self._syncs()
        entries: list[str] = []
        commit = Writer.commit

        async def noted(writer: Writer, batch: Batch) -> None:
            entries.append(batch.what)
            await commit(writer, batch)

        with patch.object(Writer, "commit", noted):
            await press
            await self.quiet()
        assert self._syncs() - before == len(entries), entries
        return [entry for entry in entries if entry != "reserve"]

    def _syncs(self) -> int:
        return sum(isinstance(event, Sync) for event in self._machine.disk.log)
