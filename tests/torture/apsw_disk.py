"""SQLite on a recorded disk: a VFS of apsw, and a connection that behaves like one of the standard library.

Contents are in memory. The main database also has an empty real file, for its locks and the shared memory of the log,
so the locking mode is the one of the terminal. What a sync does to names is SQLite's `unix` VFS: the first sync of a
new journal or log also syncs the folder, and so does a deletion when `synchronous` is EXTRA.
"""

import contextlib
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, cast

import apsw

from hal.linux.store_file import StoreFile
from tests.torture.disk import Disk, Truncate, Write

_VFS = "recorded"
_JOURNALS = apsw.SQLITE_OPEN_MAIN_JOURNAL | apsw.SQLITE_OPEN_WAL


class Faults:
    """Lets every call pass. A test of faults overrides it."""

    def at(self, call: str) -> None:
        """`call` is "open", "read", "write", "truncate", "sync" or "delete"; raise an error of apsw to make it fail."""


class Machine:
    """A disk, what goes wrong with it, and the folder for locks."""

    def __init__(self, folder: Path, disk: Disk, faults: Faults | None = None, syncs_folder: bool = True) -> None:
        """Without `syncs_folder` a new file's first sync settles its own name and no other, and a folder is synced
        where EXTRA asks for it only."""
        self.path = folder / "vault.db"
        self.disk = disk
        self.faults = faults or Faults()
        self.syncs_folder = syncs_folder

    def open(self) -> StoreFile:
        """Open the store of this machine. Its errors are those of the standard library."""
        return StoreFile(self.path, self._connect, self._sync_folder)

    def connect(self) -> apsw.Connection:
        """A connection of apsw itself."""
        _vfs.machines[str(self.path.parent)] = self
        return apsw.Connection(str(self.path), vfs=_VFS)

    def _sync_folder(self, folder: Path) -> None:
        if self.syncs_folder:
            self.disk.sync_folder()

    def _connect(self, path: Path) -> sqlite3.Connection:
        with translated():
            return as_standard(self.connect())


class _File:
    """A journal or log, in memory."""

    def __init__(self, machine: Machine, name: str, flags: int) -> None:
        self._disk, self._faults = machine.disk, machine.faults
        self._name = name
        self._file, self._is_new = self._disk.open(self._name)
        self._content = self._disk.contents[self._file]
        self._syncs_folder = machine.syncs_folder
        self._is_journal = bool(flags & _JOURNALS)

    def xRead(self, amount: int, offset: int) -> bytes:  # noqa: N802 -- SQLite's names
        self._faults.at("read")
        return bytes(self._content[offset : offset + amount])

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        try:
            self._faults.at("write")
        except apsw.FullError:
            self._disk.change(Write(self._file, offset, bytes(data[: len(data) // 2])))
            raise
        self._disk.change(Write(self._file, offset, bytes(data)))

    def xTruncate(self, size: int) -> None:  # noqa: N802
        self._faults.at("truncate")
        self._disk.change(Truncate(self._file, size))

    def xSync(self, flags: int) -> None:  # noqa: N802
        self._faults.at("sync")
        self._disk.sync(self._file)
        if self._is_new and not self._syncs_folder:
            self._disk.sync_name(self._name)
        elif self._is_new and self._is_journal:
            self._disk.sync_folder()
        self._is_new = False

    def xFileSize(self) -> int:  # noqa: N802
        return len(self._content)

    def xSectorSize(self) -> int:  # noqa: N802
        return 4096

    def xDeviceCharacteristics(self) -> int:  # noqa: N802
        return apsw.SQLITE_IOCAP_POWERSAFE_OVERWRITE

    def xFileControl(self, operation: int, pointer: int) -> bool:  # noqa: N802
        return False

    def xLock(self, level: int) -> None:  # noqa: N802
        """Only the main database is locked."""

    def xUnlock(self, level: int) -> None:  # noqa: N802
        """Only the main database is locked."""

    def xCheckReservedLock(self) -> bool:  # noqa: N802
        return False

    def xClose(self) -> None:  # noqa: N802
        """Nothing is held."""


class _MainFile(_File, apsw.VFSFile):
    """The database: contents in memory, locks and shared memory of the real file."""

    def __init__(self, machine: Machine, name: str, flags: int, path: apsw.URIFilename) -> None:
        apsw.VFSFile.__init__(self, "unix", path, [flags, 0])
        _File.__init__(self, machine, name, flags)

    xLock = apsw.VFSFile.xLock  # noqa: N815
    xUnlock = apsw.VFSFile.xUnlock  # noqa: N815
    xCheckReservedLock = apsw.VFSFile.xCheckReservedLock  # noqa: N815
    xClose = apsw.VFSFile.xClose  # noqa: N815


class _Vfs(apsw.VFS):
    """One for all machines, which it knows by their folders: SQLite keeps a VFS by its name."""

    def __init__(self) -> None:
        super().__init__(_VFS, "unix")
        self.machines: dict[str, Machine] = {}

    def xOpen(self, name: Any, flags: list[int]) -> Any:  # noqa: N802
        is_main = isinstance(name, apsw.URIFilename)
        machine, base = self._of(name.filename() if is_main else name)
        machine.faults.at("open")
        return _MainFile(machine, base, flags[0], name) if is_main else _File(machine, base, flags[0])

    def xDelete(self, name: str, sync_folder: bool) -> None:  # noqa: N802
        machine, base = self._of(name)
        machine.faults.at("delete")
        machine.disk.delete(base)
        if sync_folder:
            machine.disk.sync_folder()

    def xAccess(self, name: str, flags: int) -> bool:  # noqa: N802
        machine, base = self._of(name)
        return base in machine.disk.names

    def xFullPathname(self, name: str) -> str:  # noqa: N802
        return name

    def _of(self, path: str) -> "tuple[Machine, str]":
        folder, _, base = path.rpartition("/")
        return self.machines[folder], base


_vfs = _Vfs()


class _Rows:
    def __init__(self, rows: list[tuple[Any, ...]]) -> None:
        self._rows = rows

    def fetchall(self) -> list[tuple[Any, ...]]:
        return self._rows

    def fetchone(self) -> tuple[Any, ...] | None:
        return self._rows[0] if self._rows else None


class _Connection:
    """What `StoreFile` uses of `sqlite3.Connection`."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection

    @property
    def in_transaction(self) -> bool:
        return self._connection.in_transaction

    def execute(self, statement: str, values: Sequence[Any] = ()) -> _Rows:
        with translated():
            return _Rows(self._connection.execute(statement, values).fetchall())

    def executemany(self, statement: str, values: Sequence[Any]) -> None:
        with translated():
            self._connection.executemany(statement, values)

    def close(self) -> None:
        with contextlib.suppress(apsw.Error):  # the standard library closes in silence, too
            self._connection.close()


def as_standard(connection: apsw.Connection) -> sqlite3.Connection:
    """A connection of apsw with the manners of one of the standard library."""
    return cast("sqlite3.Connection", _Connection(connection))


@contextlib.contextmanager
def translated() -> Iterator[None]:
    """The errors of apsw as those of the standard library."""
    try:
        yield
    except apsw.Error as error:
        same = sqlite3.OperationalError("as apsw says")
        result = vars(error)["extendedresult"]
        same.sqlite_errorname = str((apsw.mapping_extended_result_codes | apsw.mapping_result_codes)[result])
        raise same from error
