"""The folder in which the platform keeps its ledger and its messages across restarts.

One SQLite file, `platform.sqlite`: the changes of one answer and its message are one transaction, written before the
answer leaves. What was answered outlives the end of the program at any point (kill -9). It is not synced to the disk
each time: after a power cut of the computer the last answers may be missing, together and never in part.
"""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from .ledger import Ledger

MESSAGES_IN_MEMORY = 2000
MESSAGES_KEPT = 100_000
FILE = "platform.sqlite"
_TABLES = """
CREATE TABLE IF NOT EXISTS rows (n INTEGER PRIMARY KEY, kind TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL);
CREATE UNIQUE INDEX IF NOT EXISTS row ON rows (kind, key);
CREATE TABLE IF NOT EXISTS messages (n INTEGER PRIMARY KEY, message TEXT NOT NULL);
"""
_PUT = (
    "INSERT INTO rows (kind, key, value) VALUES (?, ?, ?) ON CONFLICT (kind, key) DO UPDATE SET value = excluded.value"
)
_GONE = "DELETE FROM rows WHERE kind = ? AND key = ?"
_text = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class LedgerBroken(ValueError):
    """The kept ledger is not one that this program wrote; names the file."""


class Keeping:
    """Ledger and messages on the disk. Without a folder nothing is kept. One program at a time has the folder."""

    def __init__(self, folder: Path | None) -> None:
        self._file = folder and folder / FILE
        self._database: sqlite3.Connection | None = None
        if self._file is None or folder is None:
            return
        folder.mkdir(parents=True, exist_ok=True)
        try:
            self._database = sqlite3.connect(self._file, isolation_level=None, check_same_thread=False)
            self._database.execute("PRAGMA journal_mode = WAL")
            self._database.execute("PRAGMA synchronous = NORMAL")
            self._database.executescript(_TABLES)
        except sqlite3.DatabaseError as flaw:
            raise LedgerBroken(f"{self._file}: {type(flaw).__name__}") from flaw

    def close(self) -> None:
        """Let the folder go."""
        if self._database is not None:
            self._database.close()

    def load(self, ledger: Ledger, most: int = MESSAGES_IN_MEMORY) -> list[dict[str, Any]]:
        """Fill an empty ledger with what was kept, and give the last messages. `LedgerBroken` when it is none."""
        if self._database is None:
            return []
        try:
            for kind, key, value in self._database.execute("SELECT kind, key, value FROM rows ORDER BY n"):
                ledger.restore(kind, key, json.loads(value))
            last = "SELECT message FROM (SELECT * FROM messages ORDER BY n DESC LIMIT ?) ORDER BY n"
            return [json.loads(text) for (text,) in self._database.execute(last, (most,))]
        except (sqlite3.DatabaseError, ValueError, KeyError, TypeError, AttributeError) as flaw:
            raise LedgerBroken(f"{self._file}: {type(flaw).__name__}") from flaw

    def save(self, ledger: Ledger, message: dict[str, Any] | None = None) -> None:
        """Keep what has changed since the last time, and a message, together."""
        changes = ledger.changes()
        if self._database is None or not (changes or message):
            return
        gone = [(kind, key) for kind, key, row in changes if row is None]
        with self._database as database:  # one transaction, taken back when it fails
            database.execute("BEGIN")
            database.executemany(_PUT, [(kind, key, _text(row)) for kind, key, row in changes if row is not None])
            database.executemany(_GONE, gone)
            if message is not None:
                database.execute("INSERT INTO messages VALUES (?, ?)", (message["n"], _text(message)))
                database.execute("DELETE FROM messages WHERE n <= ?", (message["n"] - MESSAGES_KEPT,))


def read(folder: Path) -> tuple[Ledger, list[dict[str, Any]]]:
    """Everything that a platform has kept in a folder, which it may be working on: its ledger and its messages."""
    ledger = Ledger()
    with closing(Keeping(folder)) as keeping:
        return ledger, keeping.load(ledger, MESSAGES_KEPT)
