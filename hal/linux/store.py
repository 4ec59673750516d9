"""The ordered key-value store on sqlite3, in one worker thread.

The opening sequence is what the durability rests on: with EXTRA set before the switch to WAL, the rollback journal used
for the switch cannot come back after a power cut and undo what was acknowledged since. With FULL, a commit costs one
sync.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from hal.errors import StoreError
from hal.linux.keys import sync_folder

T = TypeVar("T")

OPENING = (
    "PRAGMA synchronous=EXTRA",
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA wal_autocheckpoint=200",
    "PRAGMA journal_size_limit=1048576",
    "PRAGMA busy_timeout=5000",
    "PRAGMA secure_delete=ON",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA trusted_schema=OFF",
    "PRAGMA cell_size_check=ON",
)
_TABLE = "CREATE TABLE IF NOT EXISTS record (key BLOB PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID"


class SqliteStore:
    """`hal.ports.Store`. Values are sealed before they come here; keys show no person."""

    def __init__(self, path: Path) -> None:
        """Open or create the database at `path`. `StoreError` when that cannot be done."""
        self._path = path
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store")
        try:
            self._connection: sqlite3.Connection = self._worker.submit(self._open).result()
        except (sqlite3.Error, OSError) as error:
            self._worker.shutdown()
            raise StoreError("store.failed", f"cannot open {path}: {_reason(error)}") from None

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, isolation_level=None)
        try:
            open_durably(connection)
            connection.execute(_TABLE)
            sync_folder(self._path.parent)
        except (sqlite3.Error, OSError):
            connection.close()
            raise
        return connection

    async def get(self, key: bytes) -> bytes | None:
        """The value under `key`, or None."""
        return await self._run(lambda: self._get(key))

    async def scan(self, prefix: bytes) -> list[tuple[bytes, bytes]]:
        """All pairs whose key begins with `prefix`, in the order of the keys."""
        return await self._run(lambda: self._scan(prefix))

    async def commit(self, puts: list[tuple[bytes, bytes]], deletes: list[bytes]) -> None:
        """One transaction, on the disk when this returns. `StoreError` when it could not be; nothing of it is kept."""
        await self._run(lambda: self._commit(puts, deletes))

    async def close(self) -> None:
        """Fold the write-ahead log into the file and close; the files are released even when the folding fails."""
        try:
            await self._run(self._close)
        finally:
            self._worker.shutdown()

    async def _run(self, work: Callable[[], T]) -> T:
        try:
            # Shielded: a cancelled caller must not leave a transaction half way in the worker thread.
            return await asyncio.shield(asyncio.get_running_loop().run_in_executor(self._worker, work))
        except (sqlite3.Error, OSError) as error:
            raise StoreError("store.failed", _reason(error)) from None

    def _get(self, key: bytes) -> bytes | None:
        row = self._connection.execute("SELECT value FROM record WHERE key = ?", (key,)).fetchone()
        return None if row is None else bytes(row[0])

    def _scan(self, prefix: bytes) -> list[tuple[bytes, bytes]]:
        end = _after(prefix)
        query = "SELECT key, value FROM record WHERE key >= ? ORDER BY key"
        bounds: tuple[bytes, ...] = (prefix,)
        if end is not None:
            query = "SELECT key, value FROM record WHERE key >= ? AND key < ? ORDER BY key"
            bounds = (prefix, end)
        return [(bytes(key), bytes(value)) for key, value in self._connection.execute(query, bounds)]

    def _commit(self, puts: list[tuple[bytes, bytes]], deletes: list[bytes]) -> None:
        connection = self._connection
        connection.execute("BEGIN IMMEDIATE")
        try:
            connection.executemany("DELETE FROM record WHERE key = ?", [(key,) for key in deletes])
            connection.executemany("INSERT OR REPLACE INTO record VALUES (?, ?)", puts)
            connection.execute("COMMIT")
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")

    def _close(self) -> None:
        try:
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        finally:
            self._connection.close()


def open_durably(connection: sqlite3.Connection) -> None:
    """Run the opening sequence. `sqlite3.OperationalError` where a write-ahead log is not possible: SQLite itself
    would go on without, and acknowledged commits would not be safe."""
    for statement in OPENING:
        answer = connection.execute(statement).fetchall()
        if "journal_mode" in statement and answer != [("wal",)]:
            raise sqlite3.OperationalError("no write-ahead log here")


def _after(prefix: bytes) -> bytes | None:
    """The first key behind all that begin with `prefix`; None when there is no such key."""
    stem = prefix.rstrip(b"\xff")
    return stem[:-1] + bytes([stem[-1] + 1]) if stem else None


def _reason(error: sqlite3.Error | OSError) -> str:
    """The name of an error. Its text may quote data, so it stays out."""
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return getattr(error, "sqlite_errorname", type(error).__name__)
