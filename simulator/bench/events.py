"""Tells every open page that something changed, without a queue that could grow."""

import asyncio
from collections.abc import AsyncIterator

HEARTBEAT_S = 15.0  # so that a page that went away is noticed


class Changes:
    """Wakes its listeners after a change. Many changes while a listener is busy are one change to it."""

    def __init__(self) -> None:
        self.count = 0  # of changes so far
        self._listeners: set[asyncio.Event] = set()
        self._ended = False

    def tell(self) -> None:
        """Something changed."""
        self.count += 1
        for listener in self._listeners:
            listener.set()

    def end(self) -> None:
        """There will be no more changes: everyone who follows them comes to an end."""
        self._ended = True
        self.tell()

    async def follow(self) -> AsyncIterator[bool]:
        """Yields True at once and after each change, False when nothing changed for `HEARTBEAT_S`."""
        changed = asyncio.Event()
        self._listeners.add(changed)
        try:
            while not self._ended:
                yield True
                while not await _within(changed, HEARTBEAT_S):
                    yield False
                changed.clear()
        finally:
            self._listeners.discard(changed)


async def _within(event: asyncio.Event, seconds: float) -> bool:
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return False
    return True
