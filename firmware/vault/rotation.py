"""Rotation: new data and journal keys from now on, and what lies under the old data key sealed anew, piece by piece
between the other commits.

Which versions of the data key there are says whether a rotation is under way, and the label of each row whether it is
done, so nothing else has to survive a power cut: the walk begins again and passes over what it has done. An owner's
records keep the owner's key; only its wrap changes. The journal keeps its seals, because its chain runs over them; an
old journal key goes with the last entry that needs it.
"""

from firmware import log
from firmware.vault.batch import RECORDS, UNSCRUBBED, Batch
from firmware.vault.errors import VaultError
from firmware.vault.keyring import DATA, OWNERS
from hal import aio
from hal.errors import StoreError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firmware.vault.records import Vault

_AT_ONCE = 20  # rows: commits wait for so many at most
_WALK = (OWNERS, RECORDS)


class Rotation:
    """Rotates the keys of a vault. Reads and commits work at every moment."""

    def __init__(self, vault: "Vault") -> None:
        self._vault = vault
        self._beginning = aio.Lock()
        self._room = 0  # where the walk is, in `_WALK`
        self._after = b""
        self._broken = 0  # rows that do not open: their key stays

    def under_way(self) -> bool:
        """Whether something may still lie under an old data key."""
        return len(self._vault.keyring.versions(DATA)) > 1

    async def begin(self, operator_id: str = "") -> int:
        """Seal with new keys from now on; their version. While a rotation is under way no other one begins.
        `operator_id` of whoever asked for it goes into the journal. `VaultError`: the old keys go on."""
        keyring = self._vault.keyring
        async with self._beginning:
            if not self.under_way():
                batch = Batch("keys.new", str(keyring.version + 1) + " " + operator_id)
                batch.new_keys = keyring.new_version()
                await self._vault.commit(batch)
                self._start()
            return keyring.version

    async def step(self) -> bool:
        """Seal the next few rows anew, or, after the last ones, delete the old key. True when there is more to do.
        `VaultError`: nothing of this step is done."""
        if not self.under_way() or self._room > len(_WALK):
            return False
        if self._room < len(_WALK):
            await self._reseal(_WALK[self._room])
            return True
        self._room += 1
        log.lasting("rotation", str(self._broken) + " records do not open" if self._broken else "")
        if not self._broken:
            await self._drop()
        return False

    def _start(self) -> None:
        self._room = 0
        self._after = b""
        self._broken = 0

    async def _reseal(self, prefix: bytes) -> None:
        store = self._vault.store
        async with self._vault.lock:
            try:
                rows = await store.scan(prefix, self._after, _AT_ONCE)
                puts = self._resealed(rows)
                if puts:
                    await store.commit(puts, [])
            except StoreError as error:
                raise VaultError("vault.full", error.cause)
        if len(rows) == _AT_ONCE:
            self._after = rows[-1][0]
        else:  # the last ones: what comes behind them is under the new key
            self._room += 1
            self._after = b""

    def _resealed(self, rows: "list[tuple[bytes, bytes]]") -> "list[tuple[bytes, bytes]]":
        puts = []
        for name, sealed in rows:
            try:
                again = self._vault.keyring.resealed(name, sealed)
            except VaultError:
                self._broken += 1
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
        try:
            await self._vault.commit(batch)
        except VaultError:
            self._room = len(_WALK)
            raise
