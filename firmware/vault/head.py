"""The end of the journal, with the counters: one sealed row that every commit replaces."""

import binascii
import json

from firmware.vault.journal import NO_LINK, hex_of
from firmware.vault.sealing import to_json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Head:
    """The end of the journal and the counters, as they are on the disk. `first` and `before` say where it begins."""

    def __init__(self) -> None:
        """That of an empty journal."""
        self.sequence = 0
        self.link = NO_LINK
        self.first = 1
        self.before = NO_LINK
        self.counters: "dict[str, int]" = {}

    def copy(self) -> "Head":
        """Another one with the same content."""
        head = Head()
        head.follow(self)
        head.counters = dict(self.counters)
        return head

    def follow(self, other: "Head") -> None:
        """Take the journal's beginning and end from another one, and leave the counters as they are."""
        self.sequence = other.sequence
        self.link = other.link
        self.first = other.first
        self.before = other.before

    def count(self, counter: str, change: int) -> None:
        """Change a counter."""
        self.counters[counter] = self.counters.get(counter, 0) + change

    def packed(self) -> bytes:
        """As it is kept."""
        kept = {
            "sequence": self.sequence,
            "link": hex_of(self.link),
            "first": self.first,
            "before": hex_of(self.before),
            "counters": self.counters,
        }
        return to_json(kept)


def head_of(packed: bytes) -> Head:
    """The head that was kept."""
    kept: "dict[str, Any]" = json.loads(packed.decode())
    head = Head()
    head.sequence = int(kept["sequence"])
    head.link = binascii.unhexlify(kept["link"])
    head.first = int(kept["first"])
    head.before = binascii.unhexlify(kept["before"])
    head.counters = kept["counters"]
    return head
