"""The rows of a vault at rest, wherever they lie, read only: a state folder, a database, a folder of segments.

A terminal may be running on them: what is read is one moment of its vault, and neither it nor its files notice.
"""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from hal.errors import StoreError
from hal.linux.keeping import VAULTS
from tools.vault.errors import Undecided, told
from tools.vault.segment_rows import SEGMENTS, SegmentRows

Row = tuple[bytes, bytes]
_QUERY = "SELECT key, value FROM record WHERE key >= ? AND key > ? ORDER BY key"


class Rows(Protocol):
    """Names and sealed values in the order of the names. `Undecided` when they cannot be read. `damage` says what of
    the medium is broken although the rest can be read, or is empty."""

    damage: str

    def scan(self, prefix: bytes = b"", after: bytes = b"") -> Iterator[Row]:
        """The rows whose names begin with `prefix` and lie behind `after`, one by one."""

    def steady(self) -> None:
        """`Undecided` when what was read may have changed in between."""

    def close(self) -> None:
        """Release the files."""


class DatabaseRows:
    """Those of a `vault.db` (`Rows`)."""

    damage = ""  # what is broken cannot be read, and is told of then

    def __init__(self, path: Path) -> None:
        """One moment of the database: that of the first look. `Undecided`."""
        self._path = path
        with told(path):
            self._before = _stamp(path)
            # Without a log nobody has it open, and a plain reader would leave a log and its index behind.
            mode = "mode=ro" if self._before[0] else "mode=ro&immutable=1"
            self._connection = sqlite3.connect(
                f"{path.absolute().as_uri()}?{mode}", uri=True, isolation_level=None, timeout=5
            )
            for statement in ("PRAGMA trusted_schema=OFF", "PRAGMA cell_size_check=ON", "BEGIN"):
                self._connection.execute(statement)

    def scan(self, prefix: bytes = b"", after: bytes = b"") -> Iterator[Row]:
        """The rows whose names begin with `prefix` and lie behind `after`, one by one."""
        with told(self._path):
            # The empty name is behind nothing; no vault has it.
            for name, value in self._connection.execute(_QUERY, (prefix, after)):
                if not isinstance(name, bytes) or not isinstance(value, bytes):
                    raise Undecided("vault.foreign", f"{self._path} is no vault of a terminal")
                if not name.startswith(prefix):
                    return
                yield name, value

    def steady(self) -> None:
        """`Undecided` when a terminal began to write to a database that nobody had open."""
        if not self._before[0] and _stamp(self._path) != self._before:
            raise Undecided("vault.busy", f"a terminal started on {self._path} meanwhile; do it again")

    def close(self) -> None:
        """Release the file."""
        self._connection.close()


class RestingStore:
    """`hal.ports.Store` over `Rows`, for looking into a vault; nothing is ever written."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    async def get(self, key: bytes) -> bytes | None:
        """The value under `key`, or None."""
        found = next(iter(self._rows.scan(key)), None)
        return found[1] if found is not None and found[0] == key else None

    async def get_all(self, keys: list[bytes]) -> list[bytes | None]:
        """The value under each of `keys`, or None."""
        return [await self.get(key) for key in keys]

    async def scan(self, prefix: bytes, after: bytes = b"", most: int = 0) -> list[Row]:
        """The pairs whose key begins with `prefix` and lies behind `after`; at most `most` (0: all)."""
        page: list[Row] = []
        for row in self._rows.scan(prefix, after):
            page.append(row)
            if len(page) == most:
                break
        return page

    async def commit(self, puts: list[Row], deletes: list[bytes]) -> None:
        """Never."""
        raise StoreError("store.failed", "this vault is only looked at")

    async def care(self) -> bool:
        """Nothing to do."""
        return False

    async def scrub(self) -> None:
        """Never."""
        raise StoreError("store.failed", "this vault is only looked at")

    async def room(self) -> tuple[int, int]:
        """It does not grow."""
        return 0, 0

    async def close(self) -> None:
        """Whoever opened the rows closes them."""


def rows_at(place: Path) -> Rows:
    """The rows of a state folder, a `vault.db`, or a folder of segments. `Undecided`."""
    for database in (place, place / VAULTS["sqlite"]):
        if database.is_file():
            return DatabaseRows(database)
    for folder in (place, place / VAULTS["segments"]):
        if any(folder.glob(SEGMENTS)):
            return SegmentRows(folder)
    raise Undecided("vault.missing", f"there is no vault in {place}")


def _stamp(path: Path) -> tuple[bool, int, int]:
    """Whether there is a log to read, and what shows a change of a database that has none."""
    log, index = path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")
    known = path.stat()
    return index.exists() or (log.exists() and log.stat().st_size > 0), known.st_mtime_ns, known.st_size
