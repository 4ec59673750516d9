"""The ordered key-value store on sqlite3, in one worker thread."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from hal.errors import StoreError
from hal.linux.store_care import Look, backup_of
from hal.linux.store_file import StoreFile, failure, open_durably
from hal.linux.worker import DISK_PATIENCE_S, Worker

__all__ = ["SqliteStore", "backup_of", "open_durably"]

T = TypeVar("T")


class SqliteStore:
    """`hal.ports.Store`. Values are sealed before they come here; keys show no person."""

    def __init__(self, path: Path, open_file: Callable[[Path], StoreFile] = StoreFile) -> None:
        """Open or create the database at `path`. `StoreError` when that cannot be done."""
        self._path = path
        self._worker = Worker("store")
        self._closed = False
        try:
            self._file = self._worker.submit(open_file, path).result()
        except (sqlite3.Error, OSError) as error:
            self._worker.end()
            raise failure(error, f"cannot open {path}: ") from None
        self._look = Look(path)

    async def get(self, key: bytes) -> bytes | None:
        """The value under `key`, or None."""
        return await self._run(lambda: self._file.get(key))

    async def get_all(self, keys: list[bytes]) -> list[bytes | None]:
        """The value under each of `keys`, or None."""
        return await self._run(lambda: self._file.get_all(keys))

    async def scan(self, prefix: bytes, after: bytes = b"", most: int = 0) -> list[tuple[bytes, bytes]]:
        """The pairs whose key begins with `prefix` and lies behind `after`, in the order of the keys; at most `most`
        of them (0: all)."""
        return await self._run(lambda: self._file.scan(prefix, after, most))

    async def commit(self, puts: list[tuple[bytes, bytes]], deletes: list[bytes]) -> None:
        """One transaction, on the disk when this returns: one sync. `StoreError` when it could not be; nothing of it
        is kept."""
        await self._run(lambda: self._file.commit(puts, deletes))
        if self._file.must_fold():
            self._worker.submit(self._file.fold)  # what goes wrong with it `care` will meet, too

    async def care(self) -> bool:
        """Fold the log into the file when it has grown (commits wait for four syncs at most); once per day, and after
        the start, look the file over without holding commits up. Never more to do soon. `StoreError` `store.damaged`,
        once for each such look."""
        await self._run(self._care)
        return False

    async def scrub(self) -> None:
        """Write the file anew without what deleted and replaced values left in it, and empty the log. Meanwhile
        commits wait, about as long as it takes to write the file three times; it takes as much memory as is kept."""
        await self._run(self._scrub)

    async def room(self) -> tuple[int, int]:
        """Bytes that the database and its log take, and bytes that it may still grow by; 32 MiB of the file system
        are left to others."""
        return await self._run(self._file.room)

    async def backup(self, target: Path) -> None:
        """`backup_of` this store; commits go on meanwhile."""
        worker = Worker("store backup")
        try:
            await worker.run(lambda: backup_of(self._path, target))
        finally:
            worker.end()

    async def close(self) -> None:
        """Fold the log into the file and close; the files are released even when the folding fails."""
        try:
            await self._run(self._close)
        finally:
            self._closed = True
            self._worker.end()

    async def _run(self, work: Callable[[], T]) -> T:
        if self._closed:
            raise StoreError("store.failed", "closed")
        try:
            return await self._worker.run(work, DISK_PATIENCE_S)
        except (sqlite3.Error, OSError) as error:
            raise failure(error) from None

    def _care(self) -> None:
        self._file.fold()
        self._look.care()

    def _scrub(self) -> None:
        self._look.stop()
        self._file.scrub()

    def _close(self) -> None:
        self._look.stop()
        self._file.close()
