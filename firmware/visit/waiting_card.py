"""The card that lies on a reader while the counter is not free for it: served when it is, unless it is taken away."""

from firmware.visit.credential import CARDS, is_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Json = dict[str, Any]


class WaitingCard:
    """One card at most: the last one that was laid down."""

    def __init__(self) -> None:
        self._credential: "Json | None" = None
        self._expired = False

    def wait(self, credential: "Json", expired: bool) -> None:
        """It has to wait. What was typed or scanned is no card and does not."""
        if credential["kind"] in CARDS:
            self._credential = credential
            self._expired = expired

    def take(self) -> "tuple[Json | None, bool]":
        """Its turn has come: its credential, or None, and whether it has expired."""
        credential = self._credential
        self._credential = None
        return credential, self._expired

    def gone(self, kind: str) -> None:
        """A card of this kind was taken away."""
        if self._credential is not None and self._credential["kind"] == kind:
            self._credential = None

    def served(self, record: "Json") -> None:
        """A visit was opened: when it is the one of this card's holder, who has shown his phone as well, it waits no
        longer."""
        if self._credential is not None and is_of(record, self._credential):
            self._credential = None
