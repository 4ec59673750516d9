"""`VACUUM INTO` on a recorded folder: SQLite writes to real files, and what it does to them is noted."""

import sqlite3
from pathlib import Path
from typing import Any

import apsw

from tests.torture.apsw_disk import Faults, as_standard, translated
from tests.torture.disk import Disk, Truncate, Write

_VFS = "copied"


class _File(apsw.VFSFile):
    """A real file, of which every change is noted."""

    def __init__(self, name: Any, flags: list[int], disk: Disk, base: str, faults: Faults) -> None:
        faults.at("open")
        super().__init__("unix", name, flags)
        self._disk, self._faults = disk, faults
        self._file, self._is_new = disk.open(base)
        self._is_journal = bool(flags[0] & apsw.SQLITE_OPEN_MAIN_JOURNAL)

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802 -- SQLite's names
        self._faults.at("write")
        super().xWrite(data, offset)
        self._disk.change(Write(self._file, offset, bytes(data)))

    def xTruncate(self, size: int) -> None:  # noqa: N802
        self._faults.at("truncate")
        super().xTruncate(size)
        self._disk.change(Truncate(self._file, size))

    def xSync(self, flags: int) -> None:  # noqa: N802
        self._faults.at("sync")
        super().xSync(flags)
        self._disk.sync(self._file)
        if self._is_new and self._is_journal:  # as the `unix` VFS does it
            self._disk.sync_folder()
        self._is_new = False


class CopyVfs(apsw.VFS):
    """Notes what is done in `folder`, where calls may fail; everything else passes."""

    def __init__(self, folder: Path, disk: Disk, faults: Faults | None = None) -> None:
        super().__init__(_VFS, "unix")
        self._folder, self._disk, self._faults = str(folder), disk, faults or Faults()

    def reader(self, path: Path) -> sqlite3.Connection:
        """A connection as `hal.linux.store_care` opens it."""
        flags = apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI
        with translated():
            return as_standard(apsw.Connection(f"{path.absolute().as_uri()}?mode=ro", flags=flags, vfs=_VFS))

    def xOpen(self, name: Any, flags: list[int]) -> Any:  # noqa: N802
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        folder, _, base = (path or "").rpartition("/")
        if folder != self._folder:
            return apsw.VFSFile("unix", name, flags)
        return _File(name, flags, self._disk, base, self._faults)

    def xDelete(self, name: str, sync_folder: bool) -> None:  # noqa: N802
        folder, _, base = name.rpartition("/")
        if folder == self._folder:
            self._faults.at("delete")
        super().xDelete(name, sync_folder)
        if folder == self._folder and base in self._disk.names:
            self._disk.delete(base)
            if sync_folder:
                self._disk.sync_folder()
