"""Taking a backup in on a new terminal: everything is checked before anything is written.

The mark `restoring` is the first row that is written and goes with the last commit, which brings the keys and the head
of the journal: what was interrupted between the two is opened by no terminal, and is begun anew by the next restore.
"""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from firmware.vault import (
    HEAD,
    RECORDS,
    RESTORED,
    RESTORING,
    Keyring,
    VaultError,
    head_of,
    hex_of,
    open_vault,
    reading_keys,
    travels,
    vault_id,
)
from hal.linux.clock import SystemClock
from hal.linux.keys import create_private
from hal.linux.system_random import SystemRandom
from hal.ports import Store
from tools.vault.backup_file import BackupFile
from tools.vault.errors import Undecided, VaultToolError
from tools.vault.figures import Json, figures_of, versions_of
from tools.vault.rows import RestingStore, Row
from tools.vault.state import StateFolder, sealer
from tools.vault.survey import Survey, survey_of

_PAGE_ROWS = 500
_PAGE_BYTES = 1 << 20
_ROWS_TOLD = 10_000
_OF_THE_NEW = (b"r/fault/", b"r/retention.seen/", b"r/bill.begun/")  # all that a terminal writes which nobody has used
_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")

Progress = Callable[[str], None]


def checked(backup: BackupFile) -> Survey:
    """What is in an unlocked backup, after every byte of it, the chain of the journal and the seal of each entry were
    checked. `Undecided` `backup.damaged` when it is not what was written."""
    secrets = backup.opened()
    try:
        keyring = reading_keys(sealer(), RestingStore(backup), secrets)
        survey = survey_of(_travelling(backup), lambda _, __, name, sealed: _open(keyring, name, sealed))
        refuse_other_head(keyring, survey)
    except VaultError as error:
        raise Undecided("backup.damaged", f"{backup.path}: {error.cause}") from None
    except (ValueError, KeyError, TypeError):
        raise Undecided("backup.damaged", f"{backup.path} has a journal head of another form") from None
    if figures_of(survey, secrets.versions()) != backup.header["figures"]:
        raise Undecided("backup.damaged", f"{backup.path} does not hold what its header says")
    return survey


def refuse_other_head(keyring: Keyring, survey: Survey) -> None:
    """`VaultError` when the sealed head of the journal does not open, or says another end or beginning than the
    entries have. A journal that is broken has been told of already."""
    head = head_of(keyring.open_journal(HEAD, survey.head))
    ends = (survey.last, survey.link) if survey.first else (head.first - 1, hex_of(head.before))
    begins = (survey.first, survey.before) if survey.first else (head.first, hex_of(head.before))
    if not survey.fault and (head.sequence, hex_of(head.link)) != ends:
        raise VaultError("vault.unreadable", f"journal ends at {survey.last}, its sealed head says {head.sequence}")
    if not survey.fault and (head.first, hex_of(head.before)) != begins:
        raise VaultError("vault.unreadable", f"journal begins at {survey.first}, its sealed head says {head.first}")


async def restore(folder: StateFolder, backup: BackupFile, say: Progress) -> Json:
    """Take an unlocked backup in; the figures of the new vault, which was opened and verified as by a terminal. What is
    there already from this very backup is verified again. `Undecided` when the backup is not right, `VaultToolError`
    `restore.not_empty` when there is another vault: nothing was written. `StoreError`: nothing that a terminal would
    open."""
    count = sum(checked(backup).kinds.values())
    folder.lock()
    keys = folder.key_store()
    keys.device_key()  # before there is a vault: beside one, no key is made
    store = folder.open_store()
    try:
        if not await _is_used(store):
            await _refuse_small(store, backup)
            say(f"writing {count} records ...")
            await _empty(store)
            await _fill(store, backup, Keyring(store, sealer(), keys.device_key()), say)
        elif resting_figures(folder) != backup.header["figures"]:
            cause = "this terminal has records of its own; a backup goes to a new one, with an empty state folder"
            raise VaultToolError("restore.not_empty", cause)
        vault = await open_vault(store, folder.ciphers(), keys, SystemRandom(), SystemClock())
        if not backup.header["figures"]["fault"]:
            await vault.verify_journal()
        if vault_id(vault.keyring) != backup.header["vault"]:
            raise VaultToolError("restore.differs", "the new vault is called otherwise than the old one")
    finally:
        await store.close()
    return resting_figures(folder)


def write_files(backup: BackupFile, folder: Path) -> list[str]:
    """Write the files of an unlocked backup into a folder, each readable by its owner alone; their names. One that is
    there already as it is in the backup stays: it may have been interrupted. `VaultToolError` before anything is
    written when one has another content; `Undecided` when one has a name that no backup has."""
    files = backup.opened().files
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not all(_FILE.fullmatch(name) for name in files):
        raise Undecided("backup.damaged", f"{backup.path} has a file with an impossible name")
    missing = [name for name in files if not os.path.lexists(folder / name)]
    for name in files.keys() - missing:
        if not (folder / name).is_file() or (folder / name).read_bytes() != files[name]:
            raise VaultToolError("restore.file_exists", f"{folder / name} is there already, with something else in it")
    for name in missing:
        create_private(folder / name, files[name])
    return sorted(files)


def resting_figures(folder: StateFolder) -> Json:
    """The figures of the vault in a state folder, as it lies there."""
    rows = folder.rows()
    try:
        survey = survey_of(rows.scan())
    finally:
        rows.close()
    return figures_of(survey, versions_of(survey.keys))


async def _refuse_small(store: Store, backup: BackupFile) -> None:
    _, free = await store.room()
    if free < backup.path.stat().st_size:
        raise VaultToolError("restore.no_room", f"{free} bytes are free, and the backup has more")


async def _is_used(store: Store) -> bool:
    """Whether a terminal has gone on with what is there."""
    if await store.get(RESTORING) is not None:
        return False
    after = b""
    while page := await store.scan(RECORDS, after, _PAGE_ROWS):
        after = page[-1][0]
        if any(not name.startswith(_OF_THE_NEW) for name, _ in page):
            return True
    return False


async def _empty(store: Store) -> None:
    """Set the mark, then take away what a new terminal or an interrupted restore has left."""
    await store.commit([(RESTORING, b"1")], [])
    while names := [name for name, _ in await store.scan(b"", most=_PAGE_ROWS) if name != RESTORING]:
        await store.commit([], names)


async def _fill(store: Store, backup: BackupFile, keyring: Keyring, say: Progress) -> None:
    last: list[Row] = backup.opened().wrapped(keyring)
    page: list[Row] = []
    size = rows = 0
    for name, value in backup.scan():
        if name == HEAD:
            last.append((name, value))
            continue
        page.append((name, value))
        size += len(value)
        if len(page) == _PAGE_ROWS or size >= _PAGE_BYTES:
            await store.commit(page, [])
            if rows // _ROWS_TOLD < (rows + len(page)) // _ROWS_TOLD:
                say(f"... {rows + len(page)} rows")
            rows += len(page)
            page, size = [], 0
    await store.commit([*page, *last, (RESTORED, b"1")], [RESTORING])  # every byte was checked again by now


def _travelling(backup: BackupFile) -> Iterator[Row]:
    for row in backup.scan():
        if not travels(row[0]):
            raise Undecided("backup.damaged", f"{backup.path} has a row that no backup has")
        yield row


def _open(keyring: Keyring, name: bytes, sealed: bytes) -> None:
    keyring.open_journal(name, sealed)
