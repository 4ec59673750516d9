"""A backup of the vault: which rows travel to another device, and the keys on their way there.

Every row travels as it is sealed, but those that belong to one device: the wrapped keys, and the marks `retired`,
`restoring` and `restored`. In place of the wrapped keys travel the keys themselves, sealed under a key that is derived
from a recovery code; the device that takes them in wraps them with its own device key. docs/backup.md has the bytes of
the file.
"""

import binascii
import hashlib
import json

from firmware.vault.errors import VaultError
from firmware.vault.journal import hex_of
from firmware.vault.keyring import BLIND, KEYS, Keyring
from firmware.vault.sealing import KEY_SIZE, derive

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from firmware.vault.sealing import Sealer
    from hal.ports import Store

    Rows = list[tuple[bytes, bytes]]

RETIRED = b"retired"  # this device's vault goes on elsewhere; the value is JSON that anyone may read
RESTORING = b"restoring"  # a backup is being taken in; the value names it
RESTORED = b"restored"  # a backup was taken in, and no terminal has gone on with it yet
_MARKS = (RETIRED, RESTORING, RESTORED)
_SECRETS = b"backup/secrets/"


def travels(name: bytes) -> bool:
    """Whether a row goes into a backup as it is."""
    return not name.startswith(KEYS) and name not in _MARKS


async def refuse_marked(store: "Store") -> None:
    """`VaultError` `vault.retired` when the vault goes on on another device: two that use the same numbers would tell
    the platform two things under one name. `vault.restoring` when a backup was taken in only in part."""
    if await store.get(RETIRED) is not None:
        raise VaultError("vault.retired", "this terminal was replaced: its records go on on another device")
    if await store.get(RESTORING) is not None:
        raise VaultError("vault.restoring", "a backup was restored only in part: start its restore again")


class Secrets:
    """What of a vault only its device knows: `keys` as (purpose, version, key), and small `files` by name."""

    def __init__(self, keys: "list[tuple[str, int, bytes]]", files: "dict[str, bytes]") -> None:
        self.keys = keys
        self.files = files

    def wrapped(self, keyring: Keyring) -> "Rows":
        """The rows that keep the keys on the device of `keyring`."""
        return [keyring.wrapped(purpose, version, key) for purpose, version, key in self.keys]

    def versions(self) -> "list[tuple[str, int]]":
        """(purpose, version) of each key, sorted."""
        return sorted([(purpose, version) for purpose, version, _ in self.keys])

    def packed(self) -> bytes:
        """As it is sealed."""
        keys = [[purpose, version, hex_of(key)] for purpose, version, key in self.keys]
        files = [[name, hex_of(self.files[name])] for name in sorted(self.files)]
        return json.dumps({"keys": keys, "files": files}).encode()


def secrets_of(packed: bytes) -> Secrets:
    """The secrets that were packed. `ValueError`, `KeyError` or `TypeError` when they are of another form."""
    kept: "dict[str, Any]" = json.loads(packed.decode())
    keys = [(str(purpose), int(version), binascii.unhexlify(key)) for purpose, version, key in kept["keys"]]
    if any([len(key) != KEY_SIZE for _, _, key in keys]):
        raise ValueError("a key of another size")
    return Secrets(keys, {str(name): binascii.unhexlify(content) for name, content in kept["files"]})


class Passage:
    """What protects one backup: keys derived from `root`, its stretched recovery code."""

    def __init__(self, sealer: "Sealer", root: bytes) -> None:
        self._sealer = sealer
        self._key = derive(root, "backup/secrets")
        self.file_key = derive(root, "backup/file")  # of the HMAC over the whole file

    def seal(self, header: bytes, secrets: Secrets) -> bytes:
        """The secrets, bound to the header of their file."""
        return self._sealer.seal(self._key, 0, "", _name(header), secrets.packed())

    def open(self, header: bytes, sealed: bytes) -> Secrets:
        """The secrets of a backup. `VaultError` `backup.wrong_code`, also when the header was altered."""
        try:
            packed = self._sealer.open(self._key, _name(header), sealed)
        except VaultError:
            raise VaultError("backup.wrong_code", "the recovery code is not the one of this backup")
        return secrets_of(packed)


def reading_keys(sealer: "Sealer", store: "Store", secrets: Secrets) -> Keyring:
    """The keys of a backup, to look into its rows, which `store` has: wrapped by no device."""
    keyring = Keyring(store, sealer, sealer.new_key())
    keyring.adopt(secrets.wrapped(keyring))
    return keyring


def vault_id(keyring: Keyring) -> str:
    """What a vault is called, the same on every device it ever lives on, and telling of nobody: 16 hex digits."""
    return hex_of(derive(keyring.secret(BLIND), "vault")[:8])


def _name(header: bytes) -> bytes:
    return _SECRETS + hashlib.sha256(header).digest()
