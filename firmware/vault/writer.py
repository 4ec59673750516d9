"""The one writer: commits batches with their journal entries, and keeps the head.

What is committed while the disk is busy goes with the next sync, all together, each batch with a journal entry of its
own.
"""

from firmware.vault.batch import Batch, record_name
from firmware.vault.errors import VaultError, not_kept
from firmware.vault.journal import HEAD, entry_name, link
from firmware.vault.keyring import DATA, key_name, owner_name
from firmware.vault.sealing import to_json
from hal import aio
from hal.errors import StoreError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from firmware.vault.head import Head
    from firmware.vault.keyring import Keyring
    from hal.ports import Clock, Store


class _Waiting:
    """A batch on its way to the disk. Records are taken as they are when `commit` is called."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        self.rows = [(put.owner, record_name(put.kind, put.record_id), to_json(put.value)) for put in batch.puts]
        self.gone = [record_name(kind, record_id) for kind, record_id in batch.deletes]
        self.done = aio.Event()
        self.error: "VaultError | None" = VaultError("vault.unreadable", "the writer stopped")  # until it is kept

    def tell(self) -> None:
        """Say how it ended: first to what is in memory, then to whoever waits."""
        try:
            if self.error is None:
                self.batch.committed()
            else:
                self.batch.failed()
        finally:
            self.done.set()


class _Group:
    """What goes to the disk with one sync. A later batch has the last word, so the order of the rows means nothing."""

    def __init__(self, head: "Head", keyring: "Keyring", clock: "Clock") -> None:
        self.head = head
        self.puts: "dict[bytes, bytes]" = {}
        self.deletes: "set[bytes]" = set()
        self.owners: "dict[str, bytes | None]" = {}  # keys that are new with this group; None: erased by it
        self._keyring = keyring
        self._clock = clock

    async def add(self, waiting: _Waiting) -> None:
        """Put one batch and its journal entry into what is about to be written. `VaultError`."""
        batch = waiting.batch
        keyring = self._keyring
        for name in waiting.gone:
            self._delete(name)
        for owner in batch.erased:
            self._delete(owner_name(owner))
            self.owners[owner] = None
        for version in batch.old_keys:
            self._delete(key_name(DATA, version))
        if batch.new_keys:
            keyring.adopt(batch.new_keys)
            self.puts.update(batch.new_keys)
        for owner, name, plain in waiting.rows:
            if owner:
                self.puts[name] = keyring.seal_owned(owner, await self._key_of(owner), name, plain)
            else:
                self.puts[name] = keyring.seal(name, plain)
        for counter, change in batch.counts:
            self.head.count(counter, change)
        self._enter(batch)

    def _delete(self, name: bytes) -> None:
        self.puts.pop(name, None)
        self.deletes.add(name)

    async def _key_of(self, owner: str) -> bytes:
        key = self.owners[owner] if owner in self.owners else await self._keyring.owner_key(owner)
        if key is None:
            key, self.puts[owner_name(owner)] = self._keyring.new_owner(owner)
            self.owners[owner] = key
        return key

    def _enter(self, batch: Batch) -> None:
        clock = self._clock
        entry: "dict[str, Any]" = {
            "what": batch.what,
            "note": batch.note,
            "records": [put.kind + "/" + put.record_id for put in batch.puts],
            "removed": [kind + "/" + record_id for kind, record_id in batch.deletes],
            "erased": batch.erased,
            "wall": clock.wall_s(),
            "trusted": clock.trusted(),
            "monotonic": clock.monotonic_ms(),
            "boot": clock.boot_id,
        }
        head = self.head
        head.sequence += 1
        name = entry_name(head.sequence)
        sealed = self._keyring.seal_journal(name, to_json(entry))
        self.puts[name] = head.link + sealed
        head.link = link(head.link, name, sealed)


class Writer:
    """Writes to the store. Whoever holds `lock` is the only one who does."""

    def __init__(self, store: "Store", keyring: "Keyring", clock: "Clock", head: "Head") -> None:
        self.lock = aio.Lock()
        self.head = head  # as on the disk; the counters are ahead by the numbers that were taken since
        self._unsure = False  # nobody knows how the commit under way ended, or will end
        self.wrote_at = aio.now_ms()
        self._store = store
        self._keyring = keyring
        self._clock = clock
        self._queue: "list[_Waiting]" = []
        self._writing = False

    async def commit(self, batch: Batch) -> None:
        """`firmware.vault.records.Vault.commit`."""
        waiting = _Waiting(batch)
        batch.begin()
        self._queue.append(waiting)
        if not self._writing:
            self._writing = True
            aio.spawn("vault", self._write())
        await waiting.done.wait()
        if waiting.error is not None:
            raise waiting.error

    def cut_off(self) -> bool:
        """Whether a commit was cut off by something other than the store. How it ended nobody knows; nothing more is
        written."""
        return self._unsure and not self.lock.locked()

    async def replace(self, puts: "dict[bytes, bytes]", deletes: "set[bytes]", head: "Head") -> None:
        """Write rows with a new head. The caller holds the lock. `VaultError`: nothing of it is on the disk."""
        if self._unsure:
            raise VaultError("vault.unreadable", "the writer stopped")
        rows = list(puts.items())
        rows.append((HEAD, self._keyring.seal_journal(HEAD, head.packed())))
        self._unsure = True  # until the store says
        try:
            await self._store.commit(rows, list(deletes))
        except StoreError as error:
            self._unsure = False
            raise not_kept(error)
        self._unsure = False
        self.head.follow(head)
        self.wrote_at = aio.now_ms()

    async def _write(self) -> None:
        """Write until nobody waits. When it is cut off, those who wait still hear of it."""
        group: "list[_Waiting]" = []
        try:
            while self._queue:
                group = self._queue
                self._queue = []
                async with self.lock:
                    if not await self._try(group) and len(group) > 1:
                        for waiting in group:  # one batch that is too large must not take the others with it
                            await self._try([waiting])
                told = group
                group = []
                _tell(told)
                await aio.sleep_ms(0)  # whoever heard it may have its next step ready: all of them share the next sync
        finally:
            self._writing = False
            left = group + self._queue
            self._queue = []
            _tell(left)

    async def _try(self, waiting: "list[_Waiting]") -> bool:
        group = _Group(self.head.copy(), self._keyring, self._clock)
        kept = False
        try:
            for one in waiting:
                await group.add(one)
            await self.replace(group.puts, group.deletes, group.head)
            kept = True
        except VaultError as error:
            for one in waiting:
                one.error = error
        finally:
            if not kept:  # whatever happened: what such a key sealed would never open again
                for one in waiting:
                    self._keyring.disown(one.batch.new_keys)
        if not kept:
            return False
        self._keyring.settle(group.owners)
        for one in waiting:
            one.error = None
            for version in one.batch.old_keys:
                self._keyring.forget(DATA, version)
            for counter, change in one.batch.counts:
                self.head.count(counter, change)
        return True


def _tell(group: "list[_Waiting]") -> None:
    """Tell each how it ended, in order. One that fails at hearing it must not keep the others from it."""
    left = list(reversed(group))
    try:
        while left:
            left.pop().tell()
    finally:
        if left:
            _tell(list(reversed(left)))
