"""Who works on the messages of a visit now: what is under way is not taken back, what is being taken back is not sent.

A delivery claims one message of a visit. Everybody else who changes messages takes the whole visit, one at a time; a
withdrawal does not wait for a delivery and leaves what is under way alone. Claims stand in memory only.

A withdrawal holds its claim until its batch is kept or has failed. It commits without waiting for anything in between,
so a batch that somebody else finds unused belongs to nobody any more: an error took its maker away.
"""

from hal import aio

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from firmware.vault.batch import Batch


class Claims:
    """The claims of one outbox. `released` is called when a visit may be looked at again. Nothing here fails."""

    def __init__(self, released: "Callable[[], None]") -> None:
        self._released = released
        self._sending: "dict[str, str]" = {}  # visit -> the message of it that is under way
        self._taken: "dict[str, Batch | None]" = {}  # visit -> the batch that will release it, when there is one
        self._watches: "list[set[str]]" = []
        self._freed = aio.Event()

    # ---- deliveries

    def watch(self) -> "set[str]":
        """The visits that are taken, and from now on every one that will be, until `unwatch`: what is read meanwhile
        of their messages may be outdated, even when the claim has gone again."""
        seen = {visit for visit in list(self._taken) if self._is_held(visit)}
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

    async def take(self, visit: str) -> None:
        """Wait until nobody works on the messages of a visit, and take it."""
        await self.take_all([visit])

    async def take_all(self, visits: "list[str]") -> None:
        """Wait until nobody works on any of them, and take them all. While it waits it holds none: a delivery may take
        a minute, and a doctor who cancels one of the others must not wait for that."""
        while any([self._is_held(visit) or visit in self._sending for visit in visits]):
            await self._freed.wait()
        for visit in visits:
            self.take_now(visit)

    async def take_beside_delivery(self, visit: str) -> None:
        """Wait for everybody but a delivery, and take it."""
        while self._is_held(visit):
            await self._freed.wait()
        self.take_now(visit)

    def take_now(self, visit: str) -> None:
        """Take a visit that is not taken."""
        self._taken[visit] = None
        for watch in self._watches:
            watch.add(visit)

    def release_with(self, visit: str, batch: "Batch") -> None:
        """A visit that is taken is released when `batch` is kept or has failed."""
        self._taken[visit] = batch
        batch.then(lambda: self.release(visit))
        batch.otherwise(lambda: self.release(visit))
        self._free()  # should the batch never be committed, those who wait find out

    def release(self, visit: str) -> None:
        """What was changed is on the disk, or nothing of it is."""
        self._taken.pop(visit, None)
        self._free()
        self._released()

    def _is_held(self, visit: str) -> bool:
        batch = self._taken.get(visit)
        if batch is not None and batch.abandon():
            self._taken.pop(visit)
        return visit in self._taken

    def _free(self) -> None:
        self._freed.set()
        self._freed = aio.Event()
