"""The events of one device on their way to the firmware: bounded, and a record is never the one that gets lost."""

from hal import aio
from hal.ports import CardRead, CodeScanned, SocialCardRead

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_RECORDS = (CardRead, SocialCardRead, CodeScanned)


class EventQueue:
    """First in, first out, for one reader.

    A record (`CardRead`, `SocialCardRead`, `CodeScanned`) is kept until it is taken: a session asks `has_room` before
    it lets the device make another. Of all other events the oldest gives way when the queue is full, for a newer state
    replaces it.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._items: "list[Any]" = []
        self._filled = aio.Event()

    def __len__(self) -> int:
        return len(self._items)

    def has_room(self) -> bool:
        """Whether another record may be made."""
        return len(self._items) < self._limit

    def put(self, event: "Any") -> None:
        """Append `event`; never waits, never fails."""
        if not self.has_room():
            self._drop_oldest_state()
        self._items.append(event)
        self._filled.set()

    async def take(self) -> "Any":
        """Wait for the oldest event and take it."""
        while not self._items:
            self._filled.clear()
            await self._filled.wait()
        return self._items.pop(0)

    def _drop_oldest_state(self) -> None:
        for index, item in enumerate(self._items):
            if not isinstance(item, _RECORDS):
                self._items.pop(index)
                return
