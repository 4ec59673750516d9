"""A session at work on a wire: runs it, collects its events, counts its pulses."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Self

from hal.ports import DeviceStatus

if TYPE_CHECKING:
    from hal.drivers.session import DeviceSession

LONGEST_WITHOUT_PULSE_S = 10.0


class Desk:
    """`async with Desk(session) as desk`: afterwards every pulse has come in time."""

    def __init__(self, session: DeviceSession) -> None:
        self.session = session
        self.events: list[Any] = []
        self._pulses: list[float] = []
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        self._pulse()
        self._tasks = [asyncio.create_task(self.session.run(self._pulse)), asyncio.create_task(self._collect())]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._pulse()
        for task in self._tasks:
            assert not task.done(), task.exception()
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        gaps = [later - earlier for earlier, later in pairwise(self._pulses)]
        assert max(gaps) <= LONGEST_WITHOUT_PULSE_S

    async def wait(self, seconds: float) -> None:
        """Let virtual time pass."""
        await asyncio.sleep(seconds)

    def states(self) -> list[str]:
        """What was told of the device's state, as "state" or "state code"."""
        return [f"{e.state} {e.code}".strip() for e in self.events if isinstance(e, DeviceStatus)]

    def of(self, kind: type) -> list[Any]:
        """The events of one kind."""
        return [event for event in self.events if isinstance(event, kind)]

    def _pulse(self) -> None:
        self._pulses.append(asyncio.get_running_loop().time())

    async def _collect(self) -> None:
        while True:
            self.events.append(await self.session.next_event())  # type: ignore[attr-defined]
