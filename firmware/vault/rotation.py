"""Rotation: new data and journal keys from now on, and what lies under the old data key sealed anew, piece by piece
between the other commits.

Which versions of the data key there are says whether a rotation is under way, and the label of each row whether it is
done, so nothing else has to survive a power cut: the walk begins again and passes over what it has done. An owner's
records keep the owner's key; only its wrap changes. The journal keeps its seals, because its chain runs over them; an
old journal key goes with the last entry that needs it.
"""

from firmware import log
from firmware.vault.batch import RECORDS, UNSCRUBBED, Batch
from firmware.vault.errors import VaultError, not_kept
from firmware.vault.keyring import DATA, OWNERS
from hal import aio
from hal.errors import StoreError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firmware.vault.records import Vault

_AT_ONCE = 20  # rows: commits wait for so many at most
_WALK = (OWNERS, RECORDS)


class _Walk:
    """How far the rows have been sealed anew since the newest keys came."""

    def __init__(self) -> None:
        self.room = 0  # in `_WALK`
        self.after = b""
        self.broken = 0  # rows that do not open: their key stays
        self.ended = False


class Rotation:
    """Rotates the keys of a vault. Reads and commits work at every moment."""

    def __init__(self, vault: "Vault") -> None:
        self._vault = vault
        self._beginning = aio.Lock()
        self._walk = _Walk()

    def under_way(self) -> bool:
        """Whether something may still lie under an old data key."""
        return len(self._vault.keyring.versions(DATA)) > 1

    async def begin(self, operator_id: str = "") -> int:
        """Seal with new keys from now on; their version. While a rotation is under way no other one begins, unless all
        that is left of it are rows that do not open. `operator_id` of whoever asked for it goes into the journal.
        `VaultError`: the old keys go on."""
        keyring = self._vault.keyring
        async with self._beginning:
            if not self.under_way() or (self._walk.ended and self._walk.broken):
                batch = Batch("keys.new", str(keyring.version + 1) + " " + operator_id)
                batch.new_keys = keyring.new_version()
                await self._vault.commit(batch)
                self._walk = _Walk()  # a step of the old one may still be going on
            return keyring.version

    async def step(self) -> bool:
        """Seal the next few rows anew, or, after the last ones, delete the old key. True when there is more to do.
        `VaultError`: nothing of this step is done."""
        walk = self._walk
        if not self.under_way() or walk.ended:
            return False
        if walk.room < len(_WALK):
            await self._reseal(walk)
            return True
        log.lasting("rotation", str(walk.broken) + " records do not open" if walk.broken else "")
        if not walk.broken:
            await self._drop()
        walk.ended = True
        return False

    async def _reseal(self, walk: _Walk) -> None:
        store = self._vault.store
        async with self._vault.lock:
            if not self.under_way():  # the new keys were on their way to the disk, and did not get there
                return
            try:
                rows = await store.scan(_WALK[walk.room], walk.after, _AT_ONCE)
                puts = self._resealed(walk, rows)
                if puts:
                    await store.commit(puts, [])
            except StoreError as error:
                raise not_kept(error)
        if len(rows) == _AT_ONCE:
            walk.after = rows[-1][0]
        else:  # the last ones: what comes behind them is under the new key
            walk.room += 1
            walk.after = b""

    def _resealed(self, walk: _Walk, rows: "list[tuple[bytes, bytes]]") -> "list[tuple[bytes, bytes]]":
        puts = []
        for name, sealed in rows:
            try:
                again = self._vault.keyring.resealed(name, sealed)
            except VaultError:
                walk.broken += 1
                continue
            if again is not None:
                puts.append((name, again))
        return puts

    async def _drop(self) -> None:
        keyring = self._vault.keyring
        old = [version for version in keyring.versions(DATA) if version < keyring.version]
        batch = Batch("keys.dropped", ",".join([str(version) for version in old]))
        batch.old_keys = old
        batch.count(UNSCRUBBED, 1)  # the old wraps lie in the free parts of the files
        await self._vault.commit(batch)
