"""Backup and restore under power cuts: the copy beside the vault, the file on the stick, the vault on a new device."""

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from unittest.mock import patch

from firmware.vault import RETIRED, VaultError, open_vault
from hal.linux import keeping, store_care
from hal.linux.cipher import ciphers
from hal.linux.clock import SystemClock
from hal.linux.keeping_settings import KeySettings, VaultSettings
from hal.linux.store import SqliteStore, backup_of
from hal.linux.store_file import StoreFile
from hal.linux.system_random import SystemRandom
from hal.ports import Store
from tests.tools_vault.conftest import CODE, terminal_with_records
from tests.torture.apsw_disk import Machine
from tests.torture.copied import CopyVfs
from tests.torture.replaced import Recorder
from tests.torture.sqlite import memory
from tools.vault import backing_up, restoring
from tools.vault import state as state_module
from tools.vault.backup_file import BackupFile
from tools.vault.errors import VaultToolError
from tools.vault.rows import Rows, rows_at
from tools.vault.state import StateFolder, sealer

_SEED = 20_260
_RECORDS = 400
_PAGE_ROWS = 12
OLD = b"an older backup, of which nobody knows what is in it" * 100
Files = dict[str, bytes]


@dataclass
class Figures:
    """How many disks were looked at, and what was wrong with them."""

    images: int = 0
    half: int = 0  # something that is neither the old nor the new, or a new one that was promised and is not there
    harmed: int = 0  # the vault that is copied, or an older backup
    stuck: int = 0  # it cannot be done again, or leaves something behind

    def __str__(self) -> str:
        return f"{self.images} disks, {self.half} with a half, {self.harmed} harmed others, {self.stuck} were stuck"

    def is_clean(self) -> bool:
        """Whether nothing was wrong."""
        return self.half + self.harmed + self.stuck == 0


def run() -> list[str]:
    """A line for each. `AssertionError` when something was wrong."""
    with tempfile.TemporaryDirectory(dir=memory()) as name:
        folder = Path(name)
        done = {
            "the copy of a vault": copies(folder / "copies", 1),
            "a backup on a stick": backups(folder / "backups"),
            "a restore on a new device": restores(folder / "restores", 1),
            "a restore on a device that was switched on": restores(folder / "used", 1, switched_on=True),
        }
    lines = [f"power cuts during {what}: {figures}" for what, figures in done.items()]
    assert all(figures.is_clean() for figures in done.values()), lines
    return lines


class _Folder(StateFolder):
    """A state folder for many tasks of one process, which would lock itself out."""

    def lock(self) -> None:
        """It is its own all the time."""

    @contextmanager
    def snapshot(self) -> Iterator[Rows]:
        with patch.object(state_module, "open_state", _made), super().snapshot() as rows:
            yield rows


# ---- the copy beside the vault


def copies(folder: Path, share: float, *, syncs_folder: bool = True) -> Figures:
    """`VACUUM INTO`, as a backup begins; a `share` of the disks is started on and copied to again. `syncs_folder`: as
    in `Recorder`."""
    state = folder / "state"
    place = state / keeping.COPY_FOLDER
    place.mkdir(parents=True)
    vault = _filled(state / keeping.VAULTS["sqlite"])
    before = vault.read_bytes()
    recorder, random = Recorder(place, syncs_folder=syncs_folder), Random(_SEED)
    with recorder.recording(), patch.object(store_care, "_reader", CopyVfs(place, recorder.disk).reader):
        backup_of(vault, place / keeping.COPY)
    whole = (place / keeping.COPY).read_bytes()
    log = state / (vault.name + "-wal")
    figures = Figures(harmed=int(vault.read_bytes() != before or (log.exists() and log.stat().st_size > 0)))
    for files, place_in_log in recorder.cuts(Random(_SEED)):
        is_done = place_in_log == len(recorder.disk.log)
        figures.images += 1
        figures.half += files.get(keeping.COPY, b"" if is_done else whole) != whole
        if random.random() < share:
            figures.stuck += not _copies_again(state, files)
    return figures


def _copies_again(state: Path, files: Files) -> bool:
    """Whether a backup goes well after a power cut that left these files, and whether a terminal that starts first
    leaves none of them."""
    place = state / keeping.COPY_FOLDER
    _lay(place, files)
    with _Folder(state).snapshot() as rows:
        copied = sum(1 for _ in rows.scan())
    left = _files(place)
    _lay(place, files)
    asyncio.run(keeping.store(VaultSettings(), state).close())
    return copied == _RECORDS and not left and not _files(place)


def _filled(path: Path) -> Path:
    store = StoreFile(path)
    for start in range(0, _RECORDS, 20):
        store.commit([(b"%06d" % number, bytes([number % 251]) * 900) for number in range(start, start + 20)], [])
    store.close()
    return path


# ---- the file on the stick


class _OldFolder(_Folder):
    """The state folder of the old device. It notes how much had been done to the stick when it was retired."""

    def __init__(self, path: Path, recorder: Recorder) -> None:
        super().__init__(path)
        self._recorder = recorder
        self.retired_at = 0

    def open_store(self) -> Store:
        store = super().open_store()
        whole = store.commit

        async def commit(puts: list[tuple[bytes, bytes]], deletes: list[bytes]) -> None:
            await whole(puts, deletes)
            assert puts[0][0] == RETIRED
            self.retired_at = len(self._recorder.disk.log)

        store.commit = commit  # type: ignore[method-assign]
        return store


def backups(folder: Path, *, syncs_files: bool = True) -> Figures:
    """`backup --retire`, on a stick with an older backup. A whole file under its name is there only when the device is
    retired; when the file is not there, the same is done again. `syncs_files`: as in `Recorder`."""
    folder.mkdir()
    stick, old = folder / "stick", folder / "old"
    stick.mkdir()
    (stick / "old.backup").write_bytes(OLD)
    asyncio.run(terminal_with_records(old))
    recorder = Recorder(stick, syncs_files=syncs_files)
    state = _OldFolder(old, recorder)
    with recorder.recording():
        asyncio.run(backing_up.back_up(backing_up.Order(state, stick / "new.backup", retire=True), lambda: CODE))
    whole = (stick / "new.backup").read_bytes()
    figures = Figures()
    again: dict[frozenset[str], Files] = {}
    for files, place in recorder.cuts(Random(_SEED)):
        is_done = place == len(recorder.disk.log)
        figures.images += 1
        figures.half += files.get("new.backup", b"" if is_done else whole) != whole
        figures.half += "new.backup" in files and place <= state.retired_at
        figures.harmed += files["old.backup"] != OLD
        if "new.backup" not in files:
            again[frozenset(files)] = files
    figures.stuck += sum(not _backs_up_again(state, stick, files) for files in again.values())
    return figures


def _backs_up_again(state: StateFolder, stick: Path, files: Files) -> bool:
    _lay(stick, files)
    asyncio.run(backing_up.back_up(backing_up.Order(state, stick / "new.backup", retire=True), lambda: CODE))
    opened = BackupFile(stick / "new.backup").unlocked(CODE, sealer())
    return bool(restoring.checked(opened).entries()) and set(_files(stick)) == {"old.backup", "new.backup"}


# ---- the vault on the new device


class _NewFolder(_Folder):
    """The state folder of a new device, on a disk that is recorded, or on none."""

    def __init__(self, path: Path, machine: Machine | None = None) -> None:
        super().__init__(path, usual=(KeySettings("file"), VaultSettings()))
        self._machine = machine

    def open_store(self) -> Store:
        machine = self._machine
        if machine is None:
            return super().open_store()
        return SqliteStore(machine.path, lambda _: machine.open())

    def rows(self) -> Rows:
        if self._machine is None:
            return super().rows()
        disk = self._machine.disk
        seen = self.path.parent / "seen"
        _lay(seen, {name: bytes(disk.contents[file]) for name, file in disk.names.items()})
        return rows_at(seen)


def restores(folder: Path, share: float, *, switched_on: bool = False) -> Figures:
    """A restore; a `share` of the disks is started on, and restored to again. `switched_on`: a terminal has been there
    before, without an operator."""
    folder.mkdir()
    opened = _backup(folder)
    recorder = Recorder(_new(folder / "new", switched_on=switched_on))
    state = _NewFolder(folder / "new", Machine(folder / "new", recorder.disk))
    with patch.object(restoring, "_PAGE_ROWS", _PAGE_ROWS), recorder.recording():
        restored = asyncio.run(restoring.restore(state, opened, _unheard))
    assert restored == opened.header["figures"]
    figures, random = Figures(), Random(_SEED)
    seen: set[tuple[tuple[str, bytes], ...]] = set()
    found: set[str] = set()
    for files, place in recorder.cuts(Random(_SEED)):
        is_done = place == len(recorder.disk.log)
        key = tuple(sorted(files.items()))
        if key in seen or not (is_done or random.random() < share):
            continue
        seen.add(key)
        figures.images += 1
        finding = _started_on(folder / "image", files)
        found.add(finding)
        figures.half += finding not in {"empty", "vault.restoring", "whole"} or (is_done and finding != "whole")
        figures.stuck += not _restores_again(folder / "image", files, opened)
    assert "whole" in found
    return figures


def _backup(folder: Path) -> BackupFile:
    asyncio.run(terminal_with_records(folder / "old"))
    order = backing_up.Order(_Folder(folder / "old"), folder / "a.backup", retire=False)
    asyncio.run(backing_up.back_up(order, lambda: CODE))
    return BackupFile(folder / "a.backup").unlocked(CODE, sealer())


def _new(path: Path, *, switched_on: bool) -> Path:
    path.mkdir()
    if switched_on:
        asyncio.run(_opened(path))
    return path


async def _opened(state: Path) -> str:
    """What a terminal finds that starts on a state folder: "empty", "used", or the code with which it refuses."""
    keys = keeping.key_store(KeySettings("file"), state)
    keys.device_key()
    store = keeping.store(VaultSettings(), state)
    try:
        vault = await open_vault(store, ciphers("aes-gcm"), keys, SystemRandom(), SystemClock())
        return "used" if await vault.list("visit.closed") else "empty"
    except VaultError as error:
        return error.code
    finally:
        await store.close()


def _started_on(place: Path, files: Files) -> str:
    """The same, of what a power cut left; "whole" when everything is there."""
    _lay(place, files)
    finding = asyncio.run(_opened(place))
    return "whole" if finding == "used" else finding


def _restores_again(place: Path, files: Files, opened: BackupFile) -> bool:
    _lay(place, files)
    try:
        restored = asyncio.run(restoring.restore(_NewFolder(place), opened, _unheard))
    except VaultToolError:
        return False
    return bool(restored == opened.header["figures"])


def _unheard(_: str) -> None:
    """Nobody is told how far it is."""


def _made(place: Path) -> Path:
    place.mkdir(exist_ok=True)
    return place


def _lay(place: Path, files: Files) -> None:
    """Have these files in a folder, and nothing else."""
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    for name, content in files.items():
        (place / name).touch(0o600)
        (place / name).write_bytes(content)


def _files(place: Path) -> Files:
    return {path.name: path.read_bytes() for path in place.iterdir() if path.is_file()}
