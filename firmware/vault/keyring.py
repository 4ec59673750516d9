"""The keys of the vault. The device key wraps them; it never seals a record itself.

Store keys: `key/data/<version>` seals records, `key/journal/<version>` seals the journal and its head, `key/blind/1`
makes identifiers, `key/pin/1` is mixed into PINs; all are wrapped by the device key. `own/<owner>` is the key of one
owner (a visit), sealed by the data key: whoever erases it erases all that was sealed for that owner, wherever copies of
it lie.

A new version of data and journal key seals from then on (`firmware.vault.rotation`); the old ones open until nothing is
left that needs them. What stands in the journal keeps its seal, because the chain runs over the sealed bytes.
"""

from firmware.vault.errors import VaultError
from firmware.vault.sealing import derive, label_of
from hal.errors import StoreError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firmware.vault.sealing import Sealer
    from hal.ports import Store

DATA = "data"
JOURNAL = "journal"
BLIND = "blind"
PIN = "pin"
KEYS = b"key/"
OWNERS = b"own/"
_PURPOSES = (DATA, JOURNAL, BLIND, PIN)
_WRAPPED_BY_DEVICE = 0
_REMEMBERED = 256  # owners' keys in memory: those of a page of what waits, and the visits of an hour


class Keyring:
    """Which key seals and opens what."""

    def __init__(self, store: "Store", sealer: "Sealer", device_key: bytes) -> None:
        self._store = store
        self._sealer = sealer
        self._wrap = derive(device_key, "wrap")
        self._keys: "dict[tuple[str, int], bytes]" = {}
        self._owners: "dict[str, bytes]" = {}
        self._turns = 0  # counts the changes of owners' keys: who has read one meanwhile may have read an old one
        self.version = 0  # of the keys that seal now

    # ---- the wrapped keys

    def new_version(self) -> "list[tuple[bytes, bytes]]":
        """Make the next data and journal key; the rows to keep. They seal after `adopt`."""
        version = self.version + 1
        return [self.wrapped(purpose, version, self._sealer.new_key()) for purpose in (DATA, JOURNAL)]

    def first(self) -> "list[tuple[bytes, bytes]]":
        """All keys of a new vault; the rows to keep."""
        rows = self.new_version()
        return rows + [self.wrapped(purpose, 1, self._sealer.new_key()) for purpose in (BLIND, PIN)]

    def wrapped(self, purpose: str, version: int, key: bytes) -> "tuple[bytes, bytes]":
        """The row that keeps a key."""
        name = key_name(purpose, version)
        return name, self._sealer.seal(self._wrap, _WRAPPED_BY_DEVICE, "", name, key)

    def adopt(self, rows: "list[tuple[bytes, bytes]]") -> None:
        """Take wrapped keys into use. `VaultError` when they are another device's."""
        for name, sealed in rows:
            purpose, version = _purpose_of(name)
            self._keys[(purpose, version)] = self._sealer.open(self._wrap, name, sealed)
            if purpose == DATA:
                self.version = max(self.version, version)

    def forget(self, purpose: str, version: int) -> None:
        """A key is not on the disk any more."""
        self._keys.pop((purpose, version), None)
        if purpose == DATA:
            self.version = max([0] + self.versions(DATA))

    def disown(self, rows: "list[tuple[bytes, bytes]]") -> None:
        """Wrapped keys that were adopted did not get to the disk."""
        for name, _ in rows:
            self.forget(*_purpose_of(name))

    def suite(self) -> int:
        """The suite that seals now."""
        return self._sealer.suite

    def versions(self, purpose: str) -> "list[int]":
        """The versions that open, oldest first."""
        return sorted([version for kept, version in self._keys if kept == purpose])

    def secrets(self) -> "list[tuple[str, int, bytes]]":
        """(purpose, version, key) of every wrapped key, for the backup that takes them to another device."""
        return [(purpose, version, self._keys[(purpose, version)]) for purpose, version in sorted(self._keys)]

    def secret(self, purpose: str) -> bytes:
        """The key `BLIND` or `PIN`."""
        return self._key(purpose, 1)

    # ---- sealing

    def seal(self, name: bytes, plain: bytes) -> bytes:
        """A record of the terminal itself under the newest data key."""
        return self._sealer.seal(self._key(DATA, self.version), self.version, "", name, plain)

    def seal_journal(self, name: bytes, plain: bytes) -> bytes:
        """An entry of the journal, or its head."""
        return self._sealer.seal(self._key(JOURNAL, self.version), self.version, "", name, plain)

    def open_journal(self, name: bytes, sealed: bytes) -> bytes:
        """An entry of the journal, or its head. `VaultError`."""
        return self._sealer.open(self._key(JOURNAL, label_of(sealed).key_version), name, sealed)

    def seal_owned(self, owner: str, key: bytes, name: bytes, plain: bytes) -> bytes:
        """A record under the key of its owner."""
        return self._sealer.seal(key, 0, owner, name, plain)

    def new_owner(self, owner: str) -> "tuple[bytes, bytes]":
        """A key for an owner that has none, and its value under `owner_name`. It must be kept with the record; `settle`
        when that is done."""
        key = self._sealer.new_key()
        return key, self.seal(owner_name(owner), key)

    def settle(self, owners: "dict[str, bytes | None]") -> None:
        """New keys are on the disk, and erased ones (None) are not any more."""
        for owner in owners:
            self._turns += 1
            self._owners.pop(owner, None)
            key = owners[owner]
            if key is not None:
                self._remember(owner, key)

    def resealed(self, name: bytes, sealed: bytes) -> "bytes | None":
        """A record or an owner's key under the newest data key, or None when it needs none: what belongs to an owner
        keeps the owner's key. `VaultError` when it does not open."""
        label = label_of(sealed)
        if label.owner or label.key_version == self.version:
            return None
        return self.seal(name, self._sealer.open(self._key(DATA, label.key_version), name, sealed))

    async def open(self, name: bytes, sealed: bytes) -> bytes:
        """The plaintext of a record. `VaultError`; `vault.erased` when the key of its owner is gone."""
        label = label_of(sealed)
        if not label.owner:
            return self._sealer.open(self._key(DATA, label.key_version), name, sealed)
        key = await self.owner_key(label.owner)
        if key is None:
            raise VaultError("vault.erased", "the key of the record was erased")
        return self._sealer.open(key, name, sealed)

    async def owner_key(self, owner: str) -> "bytes | None":
        """The key of an owner, or None when it has none (any more). `VaultError`."""
        key = self._owners.get(owner)
        if key is not None:
            return key
        place = owner_name(owner)
        turns = self._turns
        sealed = await self._wrap_at(place)
        if sealed is None:
            return None
        try:
            key = self._opened(place, sealed)
        except VaultError:
            again = await self._wrap_at(place)
            if again == sealed:
                raise
            if again is None:
                return None
            key = self._opened(place, again)  # a rotation has replaced it while it was read
        if turns == self._turns:  # else it may have been erased meanwhile
            self._remember(owner, key)
        return key

    async def _wrap_at(self, place: bytes) -> "bytes | None":
        try:
            return await self._store.get(place)
        except StoreError as error:
            raise VaultError("vault.unreadable", error.cause)

    async def learn(self, rows: "list[tuple[bytes, bytes]]") -> None:
        """Read the keys of the owners of these sealed records in one go, as many as are remembered. What is no record,
        and what does not open, is left to `open`, which says so. `VaultError` when the store cannot be read."""
        owners: "list[str]" = []
        for _, sealed in rows:
            owner = _owner_of(sealed)
            if owner and owner not in self._owners and owner not in owners:
                owners.append(owner)
        if len(owners) < 2:
            return
        owners = owners[:_REMEMBERED]
        turns = self._turns
        try:
            found = await self._store.get_all([owner_name(owner) for owner in owners])
        except StoreError as error:
            raise VaultError("vault.unreadable", error.cause)
        if turns != self._turns:  # one of them may have been erased meanwhile
            return
        for owner, sealed_key in zip(owners, found):
            if sealed_key is not None:
                try:
                    self._remember(owner, self._opened(owner_name(owner), sealed_key))
                except VaultError:
                    pass  # as above

    def _opened(self, place: bytes, sealed: bytes) -> bytes:
        return self._sealer.open(self._key(DATA, label_of(sealed).key_version), place, sealed)

    def _remember(self, owner: str, key: bytes) -> None:
        while len(self._owners) >= _REMEMBERED:
            self._owners.pop(next(iter(self._owners)))
        self._owners[owner] = key

    def _key(self, purpose: str, version: int) -> bytes:
        key = self._keys.get((purpose, version))
        if key is None:
            code = "vault.erased" if 0 < version < self.version else "vault.unreadable"
            raise VaultError(code, "no " + purpose + " key of version " + str(version))
        return key


def key_name(purpose: str, version: int) -> bytes:
    """Where a wrapped key is kept."""
    return KEYS + (purpose + "/" + str(version)).encode()


def owner_name(owner: str) -> bytes:
    """Where the key of an owner is kept."""
    return OWNERS + owner.encode()


def _owner_of(sealed: bytes) -> str:
    """Whose key a record is sealed with; "" for the terminal's own, and for what is no record."""
    try:
        return label_of(sealed).owner
    except VaultError:
        return ""


def _purpose_of(name: bytes) -> "tuple[str, int]":
    parts = name[len(KEYS) :].decode().split("/")
    if len(parts) != 2 or parts[0] not in _PURPOSES or not parts[1].isdigit():
        raise VaultError("vault.unreadable", "a key with an unknown name")
    return parts[0], int(parts[1])
