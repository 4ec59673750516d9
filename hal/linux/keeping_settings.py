"""The tables of a board config that say how records are kept: `[keys]`, `[vault]` and `[export]`."""

from dataclasses import dataclass
from pathlib import Path

from hal.config import Section
from hal.linux.cipher import SUITES
from hal.linux.key_board import COMMAND

KEY_STORES = ("file", "serial", "otp", "tpm")
ENGINES = ("sqlite", "segments")
_LAST_FUSE = 65_536


@dataclass(frozen=True)
class KeySettings:
    """Where the device key comes from. `source` and `offset` are those of the key stores, "" and 0 without the keys."""

    store: str
    source: str = ""
    offset: int = 0


@dataclass(frozen=True)
class VaultSettings:
    """The engine of the store, the suite that seals, and how much is kept (`hal.ports.Board.vault`)."""

    engine: str = "sqlite"
    suite: str = "aes-gcm"
    unsent: int = 50_000
    journal: int = 200_000


@dataclass(frozen=True)
class ExportSettings:
    """The folder of the USB stick, whether it must be a mount point, and the file with the office's public keys."""

    folder: Path
    mounted: bool
    office_file: Path


def key_settings(section: Section) -> KeySettings:
    """The table `[keys]`. `ConfigError` names the key that is wrong."""
    store = section.choice("store", KEY_STORES)
    source = section.text("source") if store == "otp" or section.has("source") else ""
    if source and store == "file":
        raise section.wrong("source", 'is for the stores "serial", "otp" and "tpm"')
    offset = section.number("offset", 0, _LAST_FUSE) if section.has("offset") else 0
    if offset and (store != "otp" or source.startswith(COMMAND)):
        raise section.wrong("offset", 'is for the store "otp" with a file as its source')
    section.done()
    return KeySettings(store, source, offset)


def vault_settings(config: Section) -> VaultSettings:
    """The optional table `[vault]`; what it does not say has the value of `VaultSettings`."""
    if not config.has("vault"):
        return VaultSettings()
    section = config.section("vault")
    usual = VaultSettings()
    settings = VaultSettings(
        engine=section.choice("engine", ENGINES) if section.has("engine") else usual.engine,
        suite=section.choice("suite", tuple(SUITES)) if section.has("suite") else usual.suite,
        unsent=section.number("unsent", 10, 1_000_000) if section.has("unsent") else usual.unsent,
        journal=section.number("journal", 1000, 10_000_000) if section.has("journal") else usual.journal,
    )
    section.done()
    return settings


def export_settings(config: Section) -> ExportSettings | None:
    """The optional table `[export]`; None without it."""
    if not config.has("export"):
        return None
    section = config.section("export")
    settings = ExportSettings(
        folder=Path(section.text("folder")),
        mounted=section.flag("mounted") if section.has("mounted") else True,
        office_file=Path(section.text("office_file")),
    )
    section.done()
    return settings
