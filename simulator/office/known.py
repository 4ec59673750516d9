"""What the office remembers: whose parcels it opens, and which messages it has taken in."""

import json
from pathlib import Path

from simulator.office.parcel import Keys

_FILE = "office.json"


class KnownTerminals:
    """The terminal of the clinic, by its keys, and the keys of the messages that are `done`.

    How a real office comes to know a terminal is its own business (docs/parcels.md, "The terminal's keys"). This one
    takes the first whose parcel it opens for the clinic's, and opens nobody else's from then on.
    """

    def __init__(self, keep: Path | None) -> None:
        self._file = keep / _FILE if keep else None
        self._terminal: Keys | None = None
        self.done: set[str] = set()
        if self._file is not None and self._file.exists():
            kept = json.loads(self._file.read_text(encoding="utf-8"))
            self._terminal = Keys(*(bytes.fromhex(key) for key in kept["terminal"])) if kept["terminal"] else None
            self.done = set(kept["done"])

    def is_known(self, terminal: Keys) -> bool:
        """Whether this is the clinic's terminal."""
        if self._terminal is None:
            self._terminal = terminal
        return terminal == self._terminal

    def save(self) -> None:
        """Remember it for the next start."""
        if self._file is not None:
            terminal = [key.hex() for key in self._terminal or ()]
            text = json.dumps({"terminal": terminal, "done": sorted(self.done)})
            fresh = self._file.with_suffix(".new")
            fresh.write_text(text, encoding="utf-8")
            fresh.replace(self._file)
