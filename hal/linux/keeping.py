"""Makes what a board keeps records with: the key store, the store, and the office's parcels."""

from pathlib import Path

from hal.errors import ConfigError
from hal.linux.keeping_settings import ExportSettings, KeySettings, VaultSettings
from hal.linux.key_board import SERIAL_FILES, OtpKeyStore, SerialKeyStore
from hal.linux.key_tpm import TpmKeyStore
from hal.linux.keys import FileKeyStore
from hal.linux.parcels import Party, read_office
from hal.linux.stick import FolderStick
from hal.linux.store import SqliteStore
from hal.ports import KeyStore, Stick, Store

VAULTS = {"sqlite": "vault.db", "segments": "vault.segments"}  # engine -> its file or folder in the state folder
COPY_FOLDER = "backup"  # in the state folder: where a backup copies the vault to, for as long as it reads from it
COPY = "snapshot.db"


def key_store(settings: KeySettings, state: Path) -> KeyStore:
    """The key store of a config. Beside a vault it makes no new key: none but the lost one would open it."""
    may_make = not any((state / name).exists() for name in VAULTS.values())
    match settings.store:
        case "serial":
            sources = (Path(settings.source),) if settings.source else SERIAL_FILES
            return SerialKeyStore(state / "device.serial", sources, may_make=may_make)
        case "otp":
            return OtpKeyStore(state / "device.otp", settings.source, settings.offset, may_make=may_make)
        case "tpm":
            return TpmKeyStore(state / "device.tpm", settings.source, may_make=may_make)
        case _:
            return FileKeyStore(state / "device.key", may_make=may_make)


def refuse_other_engine(settings: VaultSettings, state: Path) -> None:
    """`ConfigError` when the vault is another engine's: the terminal would begin an empty one beside what it has."""
    for engine, name in VAULTS.items():
        if engine != settings.engine and (state / name).exists():
            cause = f'{state / name} is a vault of the engine "{engine}"; set vault.engine to it'
            raise ConfigError("vault.other_engine", cause)


def store(settings: VaultSettings, state: Path) -> Store:
    """The store of a config, opened or created. `StoreError`."""
    # Left by a power cut during a backup, a copy would keep the keys of visits that are erased here later.
    for left in (state / COPY_FOLDER).glob(COPY + "*"):  # also while it was written, and SQLite's journal of that
        left.unlink(missing_ok=True)
    place = state / VAULTS[settings.engine]
    if settings.engine == "segments":
        from hal.linux.folder import FolderStore  # noqa: PLC0415 -- most boards have no use for it

        return FolderStore(place)
    return SqliteStore(place)


def office_keys(settings: ExportSettings | None) -> Party | None:
    """The public keys of the office to which parcels go, if any go. `ConfigError` when they cannot be used."""
    return None if settings is None else read_office(settings.office_file)


def stick(settings: ExportSettings | None) -> Stick | None:
    """Where parcels go, if any go."""
    return None if settings is None else FolderStick(settings.folder, mounted=settings.mounted)
