"""Backing a terminal up into one file, and retiring it."""

import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from firmware.vault import RESTORING, RETIRED, Secrets, VaultError, travels, vault_id
from hal.errors import ConfigError
from hal.linux.settings import read_settings
from tools.vault.backup_file import BackupFile, Contents, write_backup
from tools.vault.errors import Undecided, VaultToolError
from tools.vault.figures import Json, figures_of
from tools.vault.restoring import checked, resting_figures
from tools.vault.rows import Rows
from tools.vault.state import StateFolder, sealer
from tools.vault.survey import survey_of

BOARD = "board.toml"  # the name of the board config in a backup


@dataclass(frozen=True)
class Order:
    """What the command line asks for. What the board config of `folder` names goes along, when it is known; with
    `retire`, the terminal never serves again."""

    folder: StateFolder
    target: Path  # a file, or a folder in which one is made
    retire: bool


async def back_up(order: Order, give_code: Callable[[], str]) -> tuple[Path, Json, str]:
    """Write the backup; its place, its header, and what of the medium is broken ("" when nothing is). With `retire`
    the old device never serves again once the file is whole: no moment is left in which two could. `VaultToolError`,
    `ConfigError`, `StoreError`, `VaultError`."""
    folder = order.folder
    files = {} if folder.board is None else files_of(folder.board)
    if order.retire:
        folder.lock()
    with folder.snapshot() as rows:
        contents = _contents(folder, rows, files)
        target = _place(order.target, contents.header)
        code = give_code()
        then = _retiring(folder, contents.header) if order.retire else _goes_on
        await write_backup(target, contents, code, sealer(), then)
    return target, contents.header, rows.damage


async def retire(folder: StateFolder, backup: BackupFile) -> None:
    """Retire a terminal whose vault is where it was when `backup`, which is unlocked, was made. `VaultToolError`
    `retire.moved_on` when it has gone on since."""
    folder.lock()
    checked(backup)
    if resting_figures(folder) != backup.header["figures"]:
        cause = f"the terminal is not where it was when {backup.path} was made; use: backup --retire"
        raise VaultToolError("retire.moved_on", cause)
    await _retiring(folder, backup.header)()


def places_of(board: Path) -> dict[str, Path]:
    """Where the files beside the vault belong without which the terminal would not serve, each under its name in a
    backup: the board config, the profiles that it names, all that goes with the platform. `ConfigError`."""
    settings = read_settings(board)
    platform = settings.platform
    places: dict[str, Path | None] = {
        BOARD: board,
        "gateway-secret": platform.secret_file,
        "sign-key": platform.sign_key_file,
        "platform-ca.pem": platform.tls.ca_file,
        "terminal.pem": platform.tls.certificate_file,
        "terminal-key.pem": platform.tls.certificate_key_file,
        "office.toml": None if settings.export is None else settings.export.office_file,
    }
    places |= {f"{name}{place.suffix}": place for name, place in settings.profiles.items()}
    return {name: place for name, place in places.items() if place is not None}


def files_of(board: Path) -> dict[str, bytes]:
    """What is in the files of `places_of`. `ConfigError`."""
    places = places_of(board)
    try:
        return {name: place.read_bytes() for name, place in places.items()}
    except OSError as error:
        raise ConfigError("config.unreadable", f"cannot read {error.filename}: {error.strerror}") from None


def _contents(folder: StateFolder, rows: Rows, files: dict[str, bytes]) -> Contents:
    if any(rows.scan(RESTORING)):
        raise VaultError("vault.restoring", "a backup was restored here only in part: start its restore again")
    keyring = folder.keyring_over(rows)
    secrets = Secrets(keyring.secrets(), files)
    header = {
        "vault": vault_id(keyring),
        "made": int(time.time()),
        "files": sorted(files),
        "figures": figures_of(survey_of(rows.scan()), secrets.versions()),
    }
    return Contents(header, secrets, (row for row in rows.scan() if travels(row[0])))


def _place(target: Path, header: Json) -> Path:
    if target.is_dir():
        stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime(header["made"]))
        return target / f"cunyitong-{header['vault']}-{stamp}.backup"
    if not target.parent.is_dir():
        raise Undecided("backup.failed", f"there is no folder {target.parent}")
    if target.exists():
        raise VaultToolError("backup.exists", f"{target} is there already")
    return target


def _retiring(folder: StateFolder, header: Json) -> Callable[[], Awaitable[None]]:
    async def mark() -> None:
        note = json.dumps({"at": header["made"], "journal": header["figures"]["journal"]["sequence"]}).encode()
        store = folder.open_store()
        try:
            await store.commit([(RETIRED, note)], [])
        finally:
            await store.close()

    return mark


async def _goes_on() -> None:
    """The terminal is not retired."""
