"""Records under a kind and an id: reading them, counting, and the way to the one writer.

Store keys: `r/<kind>/<id>` records, `j/<sequence>` journal entries, `head` the end of the chain and the counters,
`key/...` and `own/...` keys (`firmware.vault.keyring`). No person can be recognised in a key: what identifies one is
blinded with a keyed hash.
"""

import binascii
import hashlib
import hmac
import json

from firmware.vault.audit import trim, verify
from firmware.vault.batch import Batch, record_name
from firmware.vault.errors import VaultError
from firmware.vault.journal import hex_of
from firmware.vault.keyring import BLIND, PIN
from firmware.vault.sealing import derive
from firmware.vault.writer import Writer
from hal import aio
from hal.errors import StoreError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from firmware.vault.head import Head
    from firmware.vault.keyring import Keyring
    from hal.ports import Clock, Store

    Rows = list[tuple[bytes, bytes]]
    Records = list[tuple[str, dict[str, Any]]]

_PAGE = 200


class Vault:
    """Sealed records in a store. Made by `open_vault`."""

    def __init__(self, store: "Store", keyring: "Keyring", clock: "Clock", head: "Head") -> None:
        self.store = store
        self.keyring = keyring
        self._index_key = keyring.secret(BLIND)
        self._head = head
        self.writer = Writer(store, keyring, clock, head)
        self.lock = self.writer.lock  # whoever holds it is the only one who writes to the store

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
        sealed = await self._row(name)
        return None if sealed is None else await self._opened(name, sealed)

    async def get_unerased(self, kind: str, record_id: str) -> "dict[str, Any] | None":
        """One record, or None, also when its key is gone. `VaultError`."""
        try:
            return await self.get(kind, record_id)
        except VaultError as error:
            if error.code != "vault.erased":
                raise
            return None

    async def page(self, kind: str, start: str = "", after: str = "", most: int = _PAGE) -> "Records":
        """At most `most` records of a kind whose ids begin with `start` and lie behind `after`, in the order of the
        ids. A record that is deleted meanwhile may be missing: only a page without any is the end."""
        base = len(record_name(kind, ""))
        records: "Records" = []
        rows = await self._scan(kind, start, after, most)
        await self.keyring.learn(rows)
        for name, sealed in rows:
            record = await self._opened(name, sealed)
            if record is not None:
                records.append((name[base:].decode(), record))
        return records

    async def get_all(self, kind: str, ids: "list[str]") -> "dict[str, dict[str, Any]]":
        """Those of the records that are there and open. `VaultError` when the store itself cannot be read."""
        names = [record_name(kind, record_id) for record_id in ids]
        try:
            found = await self.store.get_all(names)
        except StoreError as error:
            raise VaultError("vault.unreadable", error.cause)
        rows = [(name, sealed) for name, sealed in zip(names, found) if sealed is not None]
        await self.keyring.learn(rows)
        base = len(record_name(kind, ""))
        records: "dict[str, dict[str, Any]]" = {}
        for name, sealed in rows:
            try:
                record = await self._opened(name, sealed)
            except VaultError:
                continue
            if record is not None:
                records[name[base:].decode()] = record
        return records

    async def ids(self, kind: str, start: str = "", after: str = "", most: int = _PAGE) -> "list[str]":
        """The ids of such a page; nothing is opened."""
        base = len(record_name(kind, ""))
        return [name[base:].decode() for name, _ in await self._scan(kind, start, after, most)]

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
        meanwhile does not know how it ended; the batch itself is whole or absent. ValueError when the batch is kept
        already, or on its way; one that failed may be committed again.
        """
        await self.writer.commit(batch)

    def quiet_ms(self) -> int:
        """How long ago the last commit was."""
        return aio.now_ms() - self.writer.wrote_at

    # ---- the journal

    def journal_head(self) -> "tuple[int, str]":
        """The sequence number and link (hex) of the last journal entry: what somebody outside may note."""
        return self._head.sequence, hex_of(self._head.link)

    def journal_first(self) -> int:
        """The number of the oldest entry that is still kept."""
        return self._head.first

    async def verify_journal(self) -> int:
        """Walk the whole chain; the number of entries. Commits go on meanwhile. `VaultError` when an entry is missing,
        altered or out of order."""
        return await verify(self.store, self.keyring, self.writer)

    async def trim_journal(self, keep: int, most: int = _PAGE) -> bool:
        """Take away the oldest entries beyond `keep`, at most `most` at once. True when there are more of them.
        `VaultError`, and nothing is taken away, when they are not what the chain says."""
        return await trim(self.store, self.keyring, self.writer, keep, most)

    # ----

    async def _row(self, name: bytes) -> "bytes | None":
        try:
            return await self.store.get(name)
        except StoreError as error:
            raise VaultError("vault.unreadable", error.cause)

    async def _scan(self, kind: str, start: str, after: str, most: int) -> "Rows":
        behind = record_name(kind, after) if after else b""
        try:
            return await self.store.scan(record_name(kind, start), behind, most)
        except StoreError as error:
            raise VaultError("vault.unreadable", error.cause)

    async def _opened(self, name: bytes, sealed: bytes) -> "dict[str, Any] | None":
        """The record; None when it was deleted meanwhile. Its key may have changed since the row was read."""
        try:
            plain = await self.keyring.open(name, sealed)
        except VaultError:
            now = await self._row(name)
            if now is None:
                return None
            if now == sealed:
                raise
            plain = await self.keyring.open(name, now)
        value: "dict[str, Any]" = json.loads(plain.decode())
        return value
