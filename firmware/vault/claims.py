"""Who works on the messages of a visit now: what is under way is not taken back, what is being taken back is not sent.

A delivery claims one message of a visit. Everybody else who changes messages takes the whole visit, one at a time; a
withdrawal does not wait for a delivery and leaves what is under way alone. Claims stand in memory only.
"""

from hal import aio

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


class Claims:
    """The claims of one outbox. `released` is called when a visit may be looked at again. Nothing here fails."""

    def __init__(self, released: "Callable[[], None]") -> None:
        self._released = released
        self._sending: "dict[str, str]" = {}  # visit -> the message of it that is under way
        self._taken: "set[str]" = set()
        self._watches: "list[set[str]]" = []
        self._freed = aio.Event()

    # ---- deliveries

    def watch(self) -> "set[str]":
        """The visits that are taken, and from now on every one that will be, until `unwatch`: what is read meanwhile
        of their messages may be outdated, even when the claim has gone again."""
        seen = set(self._taken)
        self._watches.append(seen)
        return seen

    def unwatch(self, seen: "set[str]") -> None:
        """What was read is used no longer."""
        self._watches = [watch for watch in self._watches if watch is not seen]

    def send(self, visit: str, message_id: str) -> None:
        """A message is under way."""
        self._sending[visit] = message_id

    def sent(self, visit: str) -> None:
        """It is not under way any more."""
        self._sending.pop(visit, None)
        self._free()

    def under_way(self, visit: str) -> str:
        """The message of a visit that is under way, or ""."""
        return self._sending.get(visit, "")

    # ---- everybody else

    def is_taken(self, visit: str) -> bool:
        """Whether somebody else than a delivery works on its messages."""
        return visit in self._taken

    async def take(self, visit: str) -> None:
        """Wait until nobody works on the messages of a visit, and take it."""
        while visit in self._taken or visit in self._sending:
            await self._freed.wait()
        self.take_now(visit)

    async def take_beside_delivery(self, visit: str) -> None:
        """Wait for everybody but a delivery, and take it."""
        while visit in self._taken:
            await self._freed.wait()
        self.take_now(visit)

    def take_now(self, visit: str) -> None:
        """Take a visit that is not taken."""
        self._taken.add(visit)
        for watch in self._watches:
            watch.add(visit)

    def release(self, visit: str) -> None:
        """What was changed is on the disk, or nothing of it is."""
        self._taken.discard(visit)
        self._free()
        self._released()

    def _free(self) -> None:
        self._freed.set()
        self._freed = aio.Event()
