"""Records, and the one writer that commits them with their journal entries.

Store keys: `r/<kind>/<id>` records, `j/<sequence>` journal entries, `head` the end of the chain and the counters,
`key/...` and `own/...` keys (`firmware.vault.keyring`). No person can be recognised in a key: what identifies one is
blinded with a keyed hash.
"""

import binascii
import hashlib
import hmac
import json

from firmware.vault.batch import Batch
from firmware.vault.errors import VaultError
from firmware.vault.journal import HEAD, JOURNAL_PREFIX, NO_LINK, Chain, entry_name, hex_of, link
from firmware.vault.keyring import BLIND, PIN, FreshKey, owner_name
from firmware.vault.sealing import derive
from hal import aio
from hal.errors import StoreError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from firmware.vault.keyring import Keyring
    from hal.ports import Clock, Store

    Rows = list[tuple[bytes, bytes]]
    Names = list[bytes]
    Records = list[tuple[str, dict[str, Any]]]

RECORDS = b"r/"
_PAGE = 200
_SEPARATORS = (",", ":")


class Head:
    """The end of the journal and the counters, as they are on the disk. `first` and `before` say where it begins."""

    def __init__(self) -> None:
        """That of an empty journal."""
        self.sequence = 0
        self.link = NO_LINK
        self.first = 1
        self.before = NO_LINK
        self.counters: "dict[str, int]" = {}

    def copy(self) -> "Head":
        """Another one with the same content."""
        head = Head()
        head.sequence = self.sequence
        head.link = self.link
        head.first = self.first
        head.before = self.before
        head.counters = dict(self.counters)
        return head

    def packed(self) -> bytes:
        """As it is kept."""
        kept = {
            "sequence": self.sequence,
            "link": hex_of(self.link),
            "first": self.first,
            "before": hex_of(self.before),
            "counters": self.counters,
        }
        return to_json(kept)


def head_of(packed: bytes) -> Head:
    """The head that was kept."""
    kept: "dict[str, Any]" = json.loads(packed.decode())
    head = Head()
    head.sequence = int(kept["sequence"])
    head.link = binascii.unhexlify(kept["link"])
    head.first = int(kept["first"])
    head.before = binascii.unhexlify(kept["before"])
    head.counters = kept["counters"]
    return head


class _Waiting:
    """A batch on its way to the disk. Records are taken as they are when `commit` is called."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        self.plain = [(put.owner, record_name(put.kind, put.record_id), to_json(put.value)) for put in batch.puts]
        self.done = aio.Event()
        self.kept = False
        self.error = VaultError("vault.unreadable", "the writer stopped")  # unless it is told otherwise


if TYPE_CHECKING:
    Group = list[_Waiting]


class Vault:
    """Sealed records in a store. Made by `open_vault`."""

    def __init__(self, store: "Store", keyring: "Keyring", clock: "Clock", head: Head) -> None:
        self.store = store
        self.keyring = keyring
        self._clock = clock
        self._head = head
        self._index_key = keyring.secret(BLIND)
        self._queue: "Group" = []
        self._writing = False
        self.lock = aio.Lock()  # whoever holds it is the only one who writes to the store

    # ---- reading

    def blind(self, kind: str, value: str) -> str:
        """An id for `value` that does not tell it: 32 hex digits of a keyed hash."""
        digest = hmac.new(self._index_key, (kind + "|" + value).encode(), hashlib.sha256).digest()
        return binascii.hexlify(digest[:16]).decode()

    def pin_secret(self) -> bytes:
        """What is mixed into PINs: without this device, or its backup, they cannot be guessed."""
        return derive(self.keyring.secret(PIN), "pin")

    async def get(self, kind: str, record_id: str) -> "dict[str, Any] | None":
        """One record, or None. `VaultError`; `vault.erased` when its key is gone."""
        name = record_name(kind, record_id)
        try:
            sealed = await self.store.get(name)
        except StoreError as error:
            raise VaultError("vault.unreadable", error.cause)
        return None if sealed is None else await self._opened(name, sealed)

    async def page(self, kind: str, start: str = "", after: str = "", most: int = _PAGE) -> "Records":
        """At most `most` records of a kind whose ids begin with `start` and lie behind `after`, in the order of the
        ids."""
        prefix = record_name(kind, start)
        base = len(record_name(kind, ""))
        behind = record_name(kind, after) if after else b""
        rows = await self._scan(prefix, behind, most)
        records: "Records" = []
        for name, sealed in rows:
            records.append((name[base:].decode(), await self._opened(name, sealed)))
        return records

    async def list(self, kind: str, start: str = "") -> "Records":
        """All records of a kind whose ids begin with `start`: for kinds of which there are few."""
        return await self.page(kind, start, "", 0)

    def counter(self, name: str) -> int:
        """What a counter stands at; 0 when it was never used."""
        return int(self._head.counters.get(name, 0))

    # ---- writing

    def take_number(self, counter: str) -> int:
        """The next number of a counter, from 1. It is kept by the next commit: use it in that commit."""
        counters = self._head.counters
        counters[counter] = counters.get(counter, 0) + 1
        return int(counters[counter])

    async def reserve(self, counter: str, count: int) -> int:
        """Reserve `count` numbers with a commit of their own; returns the first. For numbers that are used without
        one."""
        first = self.counter(counter) + 1
        self._head.counters[counter] = first + count - 1
        await self.commit(Batch("reserve", counter))
        return int(first)

    async def commit(self, batch: Batch) -> None:
        """Write the batch with its journal entry: all of it is on the disk when this returns. `VaultError`: nothing of
        it is.

        What is committed while the disk is busy goes with the next sync, all together. A caller that is cancelled
        meanwhile does not know how it ended; the batch itself is whole or absent.
        """
        waiting = _Waiting(batch)
        self._queue.append(waiting)
        if not self._writing:
            self._writing = True
            aio.spawn("vault", self._write())
        await waiting.done.wait()
        if not waiting.kept:
            raise waiting.error

    async def _write(self) -> None:
        """Write until nobody waits. A group that fails is tried again one by one: one batch that is too large must not
        take the others with it."""
        group: "Group" = []
        try:
            while self._queue:
                group = self._queue
                self._queue = []
                async with self.lock:
                    if not await self._write_group(group) and len(group) > 1:
                        for waiting in group:
                            await self._write_group([waiting])
                for waiting in group:
                    _tell(waiting)
                group = []
        finally:
            self._writing = False
            for waiting in group + self._queue:  # the writer itself failed: nobody may wait for ever
                waiting.done.set()

    async def _write_group(self, group: "Group") -> bool:
        fresh: "dict[str, FreshKey]" = {}
        puts: "Rows" = []
        deletes: "Names" = []
        head = self._head.copy()
        try:
            for waiting in group:
                await self._add(waiting, head, puts, deletes, fresh)
            puts += [fresh[owner].row for owner in fresh]
            puts.append((HEAD, self.keyring.seal_journal(HEAD, head.packed())))
            await self.store.commit(puts, deletes)
        except StoreError as error:
            return _failed(group, VaultError("vault.full", error.cause))
        except VaultError as error:
            return _failed(group, error)
        self.keyring.remember(fresh)
        self._kept(group, head)
        return True

    async def _add(
        self,
        waiting: _Waiting,
        head: Head,
        puts: "Rows",
        deletes: "Names",
        fresh: "dict[str, FreshKey]",
    ) -> None:
        """Put one batch and its journal entry into what is about to be written; a later batch has the last word."""
        batch = waiting.batch
        gone = [record_name(kind, record_id) for kind, record_id in batch.deletes]
        gone += [owner_name(owner) for owner in batch.erased]
        if gone:
            puts[:] = [row for row in puts if row[0] not in gone]
            deletes += gone
        for owner in batch.erased:
            fresh.pop(owner, None)
        for owner, name, plain in waiting.plain:
            if owner:
                puts.append((name, await self.keyring.seal_owned(owner, name, plain, fresh)))
            else:
                puts.append((name, self.keyring.seal(name, plain)))
        for counter, change in batch.counts:
            head.counters[counter] = head.counters.get(counter, 0) + change
        head.sequence += 1
        name = entry_name(head.sequence)
        entry = self.keyring.seal_journal(name, to_json(self._entry(batch)))
        puts.append((name, head.link + entry))
        head.link = link(head.link, name, entry)

    def _kept(self, group: "Group", head: Head) -> None:
        self._head.sequence = head.sequence
        self._head.link = head.link
        counters = self._head.counters  # numbers may have been taken meanwhile
        for waiting in group:
            waiting.kept = True
            for owner in waiting.batch.erased:
                self.keyring.forget_owner(owner)
            for counter, change in waiting.batch.counts:
                counters[counter] = counters.get(counter, 0) + change

    # ---- the journal

    def journal_head(self) -> "tuple[int, str]":
        """The sequence number and link (hex) of the last journal entry: what is printed and sent."""
        return self._head.sequence, hex_of(self._head.link)

    def journal_first(self) -> int:
        """The number of the oldest entry that is still kept."""
        return self._head.first

    async def verify_journal(self) -> int:
        """Walk the whole chain; the number of entries. `VaultError` when an entry is missing, altered or out of
        order."""
        async with self.lock:  # a commit on its way is in the store, but not yet in the head
            chain = Chain(self._head.first, self._head.before)
            after = b""
            rows = await self._scan(JOURNAL_PREFIX, after, _PAGE)
            while rows:
                for name, value in rows:
                    self.keyring.open_journal(name, chain.follow(name, value))
                    after = name
                rows = await self._scan(JOURNAL_PREFIX, after, _PAGE)
            if chain.sequence != self._head.sequence or chain.link != self._head.link:
                raise VaultError("vault.unreadable", "journal cut or altered")
            return chain.sequence - self._head.first + 1

    async def trim_journal(self, keep: int, most: int = _PAGE) -> bool:
        """Take away the oldest entries beyond `keep`, at most `most` at once. True when there are more of them."""
        async with self.lock:
            excess = self._head.sequence - self._head.first + 1 - keep
            if excess <= 0:
                return False
            rows = await self._scan(JOURNAL_PREFIX, b"", min(excess, most) + 1)
            if len(rows) < 2:
                return False
            head = self._head.copy()
            head.first += len(rows) - 1
            head.before = rows[-1][1][: len(NO_LINK)]
            try:
                sealed = self.keyring.seal_journal(HEAD, head.packed())
                await self.store.commit([(HEAD, sealed)], [name for name, _ in rows[:-1]])
            except StoreError as error:
                raise VaultError("vault.full", error.cause)
            self._head.first = head.first
            self._head.before = head.before
            return excess > most

    # ----

    async def _scan(self, prefix: bytes, after: bytes, most: int) -> "Rows":
        try:
            return await self.store.scan(prefix, after, most)
        except StoreError as error:
            raise VaultError("vault.unreadable", error.cause)

    async def _opened(self, name: bytes, sealed: bytes) -> "dict[str, Any]":
        value: "dict[str, Any]" = json.loads((await self.keyring.open(name, sealed)).decode())
        return value

    def _entry(self, batch: Batch) -> "dict[str, Any]":
        clock = self._clock
        return {
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


def record_name(kind: str, record_id: str) -> bytes:
    """Where a record is kept."""
    return RECORDS + (kind + "/" + record_id).encode()


def to_json(value: "Any") -> bytes:
    """A value as it is sealed. Not canonical: nobody compares these bytes, and the interpreter's own writer is fast."""
    return json.dumps(value, separators=_SEPARATORS).encode()


def _failed(group: "Group", error: VaultError) -> bool:
    for waiting in group:
        waiting.error = error
    return False


def _tell(waiting: _Waiting) -> None:
    """Say how it ended: first to what is in memory, then to whoever waits."""
    try:
        if waiting.kept:
            waiting.batch.committed()
        else:
            waiting.batch.failed()
    finally:
        waiting.done.set()
