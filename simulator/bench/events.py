"""Tells every open page that something changed, without a queue that could grow."""

import asyncio
from collections.abc import AsyncIterator

HEARTBEAT_S = 15.0  # so that a page that went away is noticed


class Changes:
    """Wakes its listeners after a change. Many changes while a listener is busy are one change to it."""

    def __init__(self) -> None:
        self._listeners: set[asyncio.Event] = set()

    def tell(self) -> None:
        """Something changed."""
        for listener in self._listeners:
            listener.set()

    async def follow(self) -> AsyncIterator[bool]:
        """Yields True at once and after each change, False when nothing changed for `HEARTBEAT_S`."""
        changed = asyncio.Event()
        self._listeners.add(changed)
        try:
            yield True
            while True:
                try:
                    await asyncio.wait_for(changed.wait(), HEARTBEAT_S)
                except TimeoutError:
                    yield False
                    continue
                changed.clear()
                yield True
        finally:
            self._listeners.discard(changed)
