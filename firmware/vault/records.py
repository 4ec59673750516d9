"""Records, batches and the journal.

Store keys: `key/<version>` the wrapped data key, `r/<kind>/<id>` records, `j/<sequence>` journal entries, `head` the
end of the chain and the counters. No person can be recognised in a key: what identifies one is blinded with a keyed
hash.
"""

import binascii
import hashlib
import hmac

from firmware.vault.errors import VaultError
from firmware.vault.sealing import KEY_SIZE, Sealer, derive
from hal import aio
from hal.errors import StoreError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from hal.ports import Cipher, Clock, KeyStore, Random, Store

_DATA_KEY = b"key/1"
_HEAD = b"head"


class Batch:
    """What one step changes. `what` names the step in the journal; `note` may hold codes and numbers, nobody's data."""

    def __init__(self, what: str, note: str = "") -> None:
        self.what = what
        self.note = note
        self.puts: "list[tuple[str, str, dict[str, Any]]]" = []
        self.deletes: "list[tuple[str, str]]" = []
        self._done: "list[Callable[[], None]]" = []
        self._undo: "list[Callable[[], None]]" = []

    def put(self, kind: str, record_id: str, value: "dict[str, Any]") -> None:
        """Write a record."""
        self.puts.append((kind, record_id, value))

    def delete(self, kind: str, record_id: str) -> None:
        """Remove a record."""
        self.deletes.append((kind, record_id))

    def pending(self, kind: str, record_id: str) -> "dict[str, Any] | None":
        """What this batch will write for a record, or None when it does not touch it."""
        found: "dict[str, Any] | None" = None
        for put_kind, put_id, value in self.puts:
            if put_kind == kind and put_id == record_id:
                found = value
        return found

    def then(self, done: "Callable[[], None]") -> None:
        """Call `done` once the batch is on the disk; what is only in memory follows what is kept."""
        self._done.append(done)

    def otherwise(self, undo: "Callable[[], None]") -> None:
        """Call `undo` when the batch could not be kept; what was changed in memory beforehand goes back."""
        self._undo.append(undo)

    def failed(self) -> None:
        """The vault says that nothing of the batch is on the disk."""
        for undo in self._undo:
            undo()

    def committed(self) -> None:
        """The vault says that the batch is on the disk."""
        for done in self._done:
            done()


class Vault:
    """Sealed records in a store. Made by `open_vault`."""

    def __init__(
        self, store: "Store", sealer: Sealer, index_key: bytes, clock: "Clock", head: "dict[str, Any]"
    ) -> None:
        self._store = store
        self._sealer = sealer
        self._index_key = index_key
        self._clock = clock
        self._head = head
        self._lock = aio.Lock()

    def blind(self, kind: str, value: str) -> str:
        """An id for `value` that does not tell it: 32 hex digits of a keyed hash."""
        digest = hmac.new(self._index_key, (kind + "|" + value).encode(), hashlib.sha256).digest()
        return binascii.hexlify(digest[:16]).decode()

    async def get(self, kind: str, record_id: str) -> "dict[str, Any] | None":
        """One record, or None."""
        name = _name(kind, record_id)
        try:
            sealed = await self._store.get(name)
        except StoreError as error:
            raise VaultError("vault.unreadable", error.cause)
        return None if sealed is None else self._opened(name, sealed)

    async def list(self, kind: str) -> "list[tuple[str, dict[str, Any]]]":
        """All records of a kind with their ids, in the order of the ids."""
        prefix = _name(kind, "")
        try:
            rows = await self._store.scan(prefix)
        except StoreError as error:
            raise VaultError("vault.unreadable", error.cause)
        return [(name[len(prefix) :].decode(), self._opened(name, sealed)) for name, sealed in rows]

    def take_number(self, counter: str) -> int:
        """The next number of a counter, from 1. It is kept by the next commit: use it in that commit."""
        counters = self._head["counters"]
        counters[counter] = counters.get(counter, 0) + 1
        return int(counters[counter])

    async def reserve(self, counter: str, count: int) -> int:
        """Reserve `count` numbers with a commit of their own; returns the first. For numbers that are used without
        one."""
        first = self._head["counters"].get(counter, 0) + 1
        self._head["counters"][counter] = first + count - 1
        await self.commit(Batch("reserve", counter))
        return int(first)

    async def commit(self, batch: Batch) -> None:
        """Write the batch with its journal entry: one transaction, on the disk when this returns. `VaultError`.

        Records are written as they are when this is called: what changes in them while the batch waits its turn belongs
        to a later batch.
        """
        records = [(_name(kind, rid), self._sealer.seal(_name(kind, rid), value)) for kind, rid, value in batch.puts]
        async with self._lock:
            head = self._next_head()
            name = b"j/" + f"{head['sequence']:016d}".encode()
            entry = self._sealer.seal(name, self._entry(batch))
            head["hash"] = _chain(self._head["hash"], entry)
            puts = records + [(name, entry), (_HEAD, self._sealer.seal(_HEAD, head))]
            try:
                await self._store.commit(puts, [_name(kind, rid) for kind, rid in batch.deletes])
            except StoreError as error:
                batch.failed()
                raise VaultError("vault.full", error.cause)
            self._head["sequence"] = head["sequence"]
            self._head["hash"] = head["hash"]
            batch.committed()

    def journal_head(self) -> "tuple[int, str]":
        """The sequence number and hash (hex) of the last journal entry."""
        return int(self._head["sequence"]), str(self._head["hash"])

    async def verify_journal(self) -> int:
        """Walk the whole chain; the number of entries. `VaultError` when an entry is missing, altered or out of
        order."""
        async with self._lock:  # a commit on its way is in the store, but not yet in the head
            chained = ""
            count = 0
            for name, sealed in await self._store.scan(b"j/"):
                count += 1
                if name != b"j/" + f"{count:016d}".encode():
                    raise VaultError("vault.unreadable", "journal entry missing")
                self._sealer.open(name, sealed)
                chained = _chain(chained, sealed)
            if count != self._head["sequence"] or chained != self._head["hash"]:
                raise VaultError("vault.unreadable", "journal cut or altered")
            return count

    def _opened(self, name: bytes, sealed: bytes) -> "dict[str, Any]":
        value: "dict[str, Any]" = self._sealer.open(name, sealed)
        return value

    def _next_head(self) -> "dict[str, Any]":
        return {"sequence": self._head["sequence"] + 1, "hash": "", "counters": self._head["counters"]}

    def _entry(self, batch: Batch) -> "dict[str, Any]":
        clock = self._clock
        return {
            "what": batch.what,
            "note": batch.note,
            "records": [kind + "/" + rid for kind, rid, _ in batch.puts],
            "removed": [kind + "/" + rid for kind, rid in batch.deletes],
            "wall": clock.wall_s(),
            "trusted": clock.trusted(),
            "monotonic": clock.monotonic_ms(),
            "boot": clock.boot_id,
        }


async def open_vault(store: "Store", cipher: "Cipher", keys: "KeyStore", random: "Random", clock: "Clock") -> Vault:
    """Open the vault with the device's key; an empty store gets a new data key.

    `VaultError` when the key is another's, when the data key or the end of the journal is gone (both are written once
    together, so this is no power cut), or when an empty store cannot be written.
    """
    wrapper = Sealer(cipher, random, derive(keys.device_key(), "wrap"), 0)
    wrapped = await store.get(_DATA_KEY)
    sealed_head = await store.get(_HEAD)
    if wrapped is None and sealed_head is None:
        data_key = random.take(KEY_SIZE)
        sealer = Sealer(cipher, random, data_key, 1)
        head: "dict[str, Any]" = {"sequence": 0, "hash": "", "counters": {}}
        first = [(_DATA_KEY, wrapper.seal_bytes(_DATA_KEY, data_key)), (_HEAD, sealer.seal(_HEAD, head))]
        try:
            await store.commit(first, [])
        except StoreError as error:
            raise VaultError("vault.full", error.cause)
    elif wrapped is None or sealed_head is None:
        raise VaultError("vault.unreadable", "data key or head missing")
    else:
        data_key = wrapper.open_bytes(_DATA_KEY, wrapped)
        sealer = Sealer(cipher, random, data_key, 1)
        head = sealer.open(_HEAD, sealed_head)
    return Vault(store, sealer, derive(data_key, "index"), clock, head)


def _name(kind: str, record_id: str) -> bytes:
    return ("r/" + kind + "/" + record_id).encode()


def _chain(previous: str, sealed: bytes) -> str:
    return binascii.hexlify(hashlib.sha256(previous.encode() + sealed).digest()).decode()
