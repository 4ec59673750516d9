"""A terminal's state folder as the tools see it: its vault at rest, its keys, its store."""

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from firmware.vault import KEYS, Keyring, Sealer
from hal.config import Section
from hal.errors import ConfigError
from hal.linux import keeping
from hal.linux.cipher import ciphers
from hal.linux.keeping_settings import KeySettings, VaultSettings, key_settings, vault_settings
from hal.linux.settings import read_settings
from hal.linux.state import open_state
from hal.linux.store import backup_of
from hal.linux.system_random import SystemRandom
from hal.ports import Cipher, KeyStore, Store
from tools.vault.errors import Undecided
from tools.vault.rows import DatabaseRows, RestingStore, Rows, rows_at

Keeping = tuple[KeySettings, VaultSettings]
_USUAL: Keeping = KeySettings("file"), VaultSettings()


class StateFolder:
    """A state folder. `board` is the board config of its terminal: it says where the device key is, when that is not in
    a file, and which engine keeps the records."""

    def __init__(self, path: Path, board: Path | None = None, usual: Keeping = _USUAL) -> None:
        """`usual` is what counts without `board`. `ConfigError`."""
        self.path = path
        self.board = board
        settings = None if board is None else read_settings(board)
        self._keys, self._vault = usual if settings is None else (settings.keys, settings.vault)

    def ciphers(self) -> list[Cipher]:
        """Every suite opens; the terminal's own seals."""
        return ciphers(self._vault.suite)

    def kept(self) -> str:
        """How keys and records are kept, in the words of the board config."""
        return f'keys.store = "{self._keys.store}", vault.engine = "{self._vault.engine}"'

    def key_store(self) -> KeyStore:
        """What keeps the device key. Where there is a vault, no key is ever made."""
        return keeping.key_store(self._keys, self.path)

    def lock(self) -> None:
        """Have the folder alone until this program ends. `ConfigError` `state.in_use` while its terminal runs."""
        open_state(self.path)

    def open_store(self) -> Store:
        """Its store, to write to: the folder must be locked. `ConfigError`, `StoreError`."""
        keeping.refuse_other_engine(self._vault, self.path)
        return keeping.store(self._vault, self.path)

    def has_vault(self) -> bool:
        """Whether it is the state folder of a terminal that has begun."""
        return any((self.path / name).exists() for name in keeping.VAULTS.values())

    def rows(self) -> Rows:
        """Its vault at rest. `Undecided` when there is none."""
        if not self.has_vault():
            raise Undecided("vault.missing", f"there is no vault in {self.path}")
        return rows_at(self.path)

    @contextmanager
    def snapshot(self) -> Iterator[Rows]:
        """One moment of its vault, while its terminal may run. Nothing is left of the copy, which must not keep what is
        erased later; one that a power cut left goes with the next, or when the terminal starts."""
        database = self.path / keeping.VAULTS["sqlite"]
        if database.is_file():
            copy = open_state(self.path / keeping.COPY_FOLDER) / keeping.COPY  # one at a time
            copy.unlink(missing_ok=True)
            backup_of(database, copy)
            rows: Rows = DatabaseRows(copy)
            copy.unlink()  # the open file stays readable
        else:
            rows = self.rows()
        try:
            yield rows
        finally:
            rows.close()

    def keyring_over(self, rows: Rows) -> Keyring:
        """The keys that are wrapped in `rows`. `ConfigError` when the device key is not to be had, `VaultError` when it
        is not the one that wrapped them."""
        keyring = Keyring(RestingStore(rows), Sealer(self.ciphers(), SystemRandom()), self.key_store().device_key())
        keyring.adopt(list(rows.scan(KEYS)))
        return keyring


def existing(path: Path, board: Path | None) -> StateFolder:
    """A state folder that must be there. `Undecided`."""
    if not path.is_dir():
        raise Undecided("vault.missing", f"there is no folder {path}")
    return StateFolder(path, board)


def keeping_in(board: bytes) -> Keeping:
    """What the text of a board config says of keys and records. `ConfigError`."""
    try:
        config = Section(tomllib.loads(board.decode()), "")
    except ValueError as error:
        raise ConfigError("config.wrong", f"the board config in the backup is not TOML: {error}") from None
    return key_settings(config.section("keys")), vault_settings(config)


def sealer() -> Sealer:
    """Seals what a backup keeps secret, and opens what was sealed under any suite."""
    return Sealer(ciphers(VaultSettings().suite), SystemRandom())
