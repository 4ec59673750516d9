"""What is done to the database file beside the running store: looking it over, and copying it."""

import contextlib
import os
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import Future, wait
from pathlib import Path

from hal.errors import StoreError
from hal.linux.keys import sync_folder
from hal.linux.store_file import failure
from hal.linux.worker import Worker

_DAY_S = 86_400


def integrity_of(path: Path, opened: Callable[[sqlite3.Connection], None] = lambda connection: None) -> None:
    """Read the whole database, which may be in use, and check that it hangs together. `StoreError` `store.damaged`
    with what is wrong first; `store.failed` when it cannot be read, or was interrupted through the connection that
    `opened` is given."""
    try:
        with contextlib.closing(_reader(path)) as connection:
            opened(connection)
            complaint = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    except sqlite3.Error as error:
        raise failure(error) from None
    if complaint != "ok":
        raise StoreError("store.damaged", complaint.splitlines()[-1])  # it names pages and cells, never content


def backup_of(path: Path, target: Path) -> None:
    """Write what the database has now to a new file and read it back; the terminal may run meanwhile. `target` is whole
    and on the disk when this returns, or not there. Nobody but the owner can read it. `StoreError`, also when there is
    a `target` already."""
    draft = target.with_name(target.name + ".new")
    try:
        if target.exists():
            raise StoreError("store.failed", f"{target} is there already")
        _drop(draft)  # left by a power cut
        descriptor = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            with contextlib.closing(_reader(path)) as connection:
                connection.execute("VACUUM INTO ?", (str(draft),))
            os.fsync(descriptor)
            integrity_of(draft)
            draft.rename(target)
        finally:
            os.close(descriptor)
            _drop(draft)
        sync_folder(target.parent)
    except (sqlite3.Error, OSError) as error:
        raise failure(error, f"cannot copy {path}: ") from None


def _drop(draft: Path) -> None:
    for name in (draft.name, draft.name + "-journal"):  # SQLite leaves its journal where it cannot remove it
        draft.with_name(name).unlink(missing_ok=True)


class Look:
    """Looks the database over once per day of running, in a thread of its own, so that no commit waits for it."""

    def __init__(self, path: Path, now: Callable[[], float] = time.monotonic) -> None:
        self._path, self._now = path, now
        self._due = now()
        self._running: Future[None] | None = None
        self._connection: sqlite3.Connection | None = None

    def care(self) -> None:
        """Begin when it is due. `StoreError`, once, when the last look found something."""
        if self._running is not None and self._running.done():
            found, self._running = self._running, None
            self._due = self._now() + _DAY_S
            found.result()
        elif self._running is None and self._now() >= self._due:
            worker = Worker("store look")
            self._running = worker.submit(integrity_of, self._path, self._opened)
            worker.end()

    def stop(self) -> None:
        """End a look that is under way, so that nobody reads from the log; the next `care` begins anew."""
        running = self._running
        if running is None or running.done():
            return
        while not running.done():
            if self._connection is not None:
                with contextlib.suppress(sqlite3.ProgrammingError):  # it was closed meanwhile
                    self._connection.interrupt()
            wait([running], timeout=0.01)  # an interruption before the first step is lost
        self._running = None

    def _opened(self, connection: sqlite3.Connection) -> None:
        self._connection = connection


def _reader(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path.absolute().as_uri() + "?mode=ro", uri=True, isolation_level=None)
