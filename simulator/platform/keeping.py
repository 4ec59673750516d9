"""The folder in which the platform keeps its ledger and its messages across restarts."""

import json
import os
from pathlib import Path
from typing import Any

from .ledger import Ledger

MESSAGES_IN_MEMORY = 2000


class LedgerBroken(ValueError):
    """The kept ledger is not one that this program wrote; names the file."""


class Keeping:
    """`ledger.json`, replaced as a whole, and `messages.jsonl`, a line each. Without a folder nothing is kept."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)

    def load_ledger(self) -> Ledger:
        """The ledger as it was kept last; an empty one at the first start. `LedgerBroken` when it cannot be read."""
        file = self._folder and self._folder / "ledger.json"
        if file is None or not file.exists():
            return Ledger()
        try:
            return Ledger.from_json(json.loads(file.read_text(encoding="utf-8")))
        except (ValueError, KeyError, TypeError, AttributeError) as flaw:
            raise LedgerBroken(f"{file}: {type(flaw).__name__}") from flaw

    def save_ledger(self, ledger: Ledger) -> None:
        """Replace the kept ledger: after a power cut it is the old one or the new one, never half of it."""
        if self._folder is None:
            return
        file, fresh = self._folder / "ledger.json", self._folder / "ledger.json.new"
        with fresh.open("w", encoding="utf-8") as out:
            json.dump(ledger.as_json(), out, ensure_ascii=False)
            out.flush()
            os.fsync(out.fileno())
        fresh.replace(file)

    def load_messages(self) -> list[dict[str, Any]]:
        """The last messages. A last line that was cut off is dropped, so that the next one stands alone."""
        file = self._folder and self._folder / "messages.jsonl"
        if file is None or not file.exists():
            return []
        content = file.read_bytes()
        whole = content[: content.rfind(b"\n") + 1]
        if len(whole) != len(content):
            os.truncate(file, len(whole))
        return [json.loads(line) for line in whole.splitlines()[-MESSAGES_IN_MEMORY:]]

    def add_message(self, message: dict[str, Any]) -> None:
        """Append one message."""
        if self._folder is None:
            return
        with (self._folder / "messages.jsonl").open("a", encoding="utf-8") as out:
            out.write(json.dumps(message, ensure_ascii=False) + "\n")
