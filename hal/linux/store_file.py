"""The database file of the store, for one thread.

The opening sequence is what the durability rests on: with EXTRA set before the switch to WAL, the rollback journal used
for the switch cannot come back after a power cut and undo what was acknowledged since. With FULL, a commit costs one
sync (SQLite, "PRAGMA synchronous" and "Write-Ahead Logging").
"""

import contextlib
import errno
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

from hal.errors import StoreError
from hal.linux.keys import sync_folder

OPENING = (
    "PRAGMA synchronous=EXTRA",
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA wal_autocheckpoint=1000",  # pages; a safety net, `fold` comes long before
    "PRAGMA journal_size_limit=5000000",  # a log of 1000 pages is kept as it is: writing over costs half of growing
    "PRAGMA busy_timeout=5000",
    "PRAGMA secure_delete=ON",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA trusted_schema=OFF",
    "PRAGMA cell_size_check=ON",
)
RESERVE = 32 << 20  # bytes of the file system that are not ours: the log, and what else the system must write
_TABLE = "CREATE TABLE IF NOT EXISTS record (key BLOB PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID"
# Any change would do. The first commit after the log began anew syncs the log's heading, too; no visit waits for that.
_BEGIN_LAP = "PRAGMA user_version=1"
_FOLD_AT = 200  # pages
_FOLD_NOW = 300  # in a burst nobody has time for care. Pages that lie far apart are three times as many as we count
_BROKEN = ("SQLITE_CORRUPT", "SQLITE_NOTADB")
_MEDIUM = ("SQLITE_IOERR", "SQLITE_READONLY", "EIO", "EROFS", "ENODEV", "ENXIO")
_NO_ROOM = ("SQLITE_IOERR_SHM", "SQLITE_IOERR_NOMEM")  # a full disk, too, does not let the shared memory grow
_PAGE = 4096


def connect(path: Path) -> sqlite3.Connection:
    """A connection of the standard library; each change is a transaction until one is begun."""
    return sqlite3.connect(path, isolation_level=None)


class StoreFile:
    """What `hal.linux.store.SqliteStore` does, in the calling thread. Raises `sqlite3.Error` and `OSError`."""

    def __init__(
        self,
        path: Path,
        connect: Callable[[Path], sqlite3.Connection] = connect,
        sync_folder: Callable[[Path], None] = sync_folder,
    ) -> None:
        """Open or create the database at `path`."""
        self._path = path
        self._unfolded = _FOLD_AT  # pages, about; nobody knows what the last start left
        self._connection = connect(path)
        try:
            open_durably(self._connection)
            self._connection.execute(_TABLE)
            self._begin_lap()
            sync_folder(path.parent)
        except (sqlite3.Error, OSError):
            self._connection.close()
            raise

    def get(self, key: bytes) -> bytes | None:
        """The value under `key`, or None."""
        row = self._connection.execute("SELECT value FROM record WHERE key = ?", (key,)).fetchone()
        return None if row is None else row[0]

    def get_all(self, keys: list[bytes]) -> list[bytes | None]:
        """The value under each of `keys`, or None."""
        return [self.get(key) for key in keys]

    def scan(self, prefix: bytes, after: bytes, most: int) -> list[tuple[bytes, bytes]]:
        """The pairs whose key begins with `prefix` and lies behind `after`, in order; at most `most` (0: all)."""
        start = "key > ?" if after and after >= prefix else "key >= ?"
        bounds: list[bytes | int] = [max(prefix, after)]
        behind = _behind(prefix)
        if behind is not None:
            start += " AND key < ?"
            bounds.append(behind)
        query = f"SELECT key, value FROM record WHERE {start} ORDER BY key LIMIT ?"  # noqa: S608 -- two fixed texts
        return self._connection.execute(query, (*bounds, most or -1)).fetchall()

    def commit(self, puts: list[tuple[bytes, bytes]], deletes: list[bytes]) -> None:
        """One transaction and one sync, or nothing."""
        connection = self._connection
        try:
            connection.execute("BEGIN IMMEDIATE")
            if deletes:
                connection.executemany("DELETE FROM record WHERE key = ?", [(key,) for key in deletes])
            if puts:
                connection.executemany("INSERT OR REPLACE INTO record VALUES (?, ?)", puts)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            self._begin_lap()  # a batch whose sync failed may lie whole in the log; this is written over its beginning
            self._unfolded = _FOLD_AT  # or `fold` does it, when that cannot be done now
            raise
        self._unfolded += len(deletes) + sum(1 + len(value) // _PAGE for _, value in puts)

    def fold(self) -> None:
        """Write what the log has gathered into the file, when it is worth it. The log keeps its size."""
        if self._unfolded < _FOLD_AT:
            return
        _, pages, folded = self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        if pages == folded:  # nobody reads from the log: it begins anew
            self._begin_lap()
            self._unfolded = 0

    def must_fold(self) -> bool:
        """Whether the log should be folded before more comes."""
        return self._unfolded >= _FOLD_NOW

    def scrub(self) -> None:
        """Write the file anew and empty the log. SQLite zeroes what is deleted (`secure_delete`), but not the copies
        that stay behind where rows moved from page to page before. `OSError` when another connection reads from the log
        for longer than we wait."""
        self._connection.execute("VACUUM")
        busy, _, _ = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            raise OSError(errno.EBUSY, "the log is being read")
        self._begin_lap()
        self._unfolded = 0

    def room(self) -> tuple[int, int]:
        """Bytes in use, and bytes to grow by: pages that are free, and what the file system has beside its reserve."""
        free = self._connection.execute("PRAGMA freelist_count").fetchone()[0] * _PAGE
        used = sum(_size(f"{self._path}{suffix}") for suffix in ("", "-wal"))
        system = os.statvfs(self._path.parent)
        return used - free, max(0, system.f_bavail * system.f_frsize - RESERVE) + free

    def close(self) -> None:
        """Fold the log into the file and close; the files are released even when the folding fails."""
        try:
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        finally:
            self._connection.close()

    def _begin_lap(self) -> None:
        with contextlib.suppress(sqlite3.Error):  # the next commit pays for it, or says what is wrong
            self._connection.execute(_BEGIN_LAP)


def open_durably(connection: sqlite3.Connection) -> None:
    """Run the opening sequence. `sqlite3.OperationalError` where a write-ahead log is not possible: SQLite itself
    would go on without, and acknowledged commits would not be safe."""
    for statement in OPENING:
        answer = connection.execute(statement).fetchall()
        if "journal_mode" in statement and answer != [("wal",)]:
            raise sqlite3.OperationalError("no write-ahead log here")


def failure(error: sqlite3.Error | OSError, doing: str = "") -> StoreError:
    """`store.damaged` when the file is no sound database, `store.medium` when what it lies on cannot be read or
    written, else `store.failed`. The cause has the name of the error only: its text may quote data."""
    if isinstance(error, OSError):
        name = errno.errorcode.get(error.errno or 0, type(error).__name__)
    else:
        name = getattr(error, "sqlite_errorname", type(error).__name__)
    if name.startswith(_BROKEN):
        return StoreError("store.damaged", doing + name)
    fails = name.startswith(_MEDIUM) and not name.startswith(_NO_ROOM)
    return StoreError("store.medium" if fails else "store.failed", doing + name)


def _behind(prefix: bytes) -> bytes | None:
    """The first key behind all that begin with `prefix`; None when there is no such key."""
    stem = prefix.rstrip(b"\xff")
    return stem[:-1] + bytes([stem[-1] + 1]) if stem else None


def _size(name: str) -> int:
    with contextlib.suppress(FileNotFoundError):
        return os.stat(name).st_size
    return 0
