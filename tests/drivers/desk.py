"""A session at work on a wire: runs it, collects its events, counts its pulses."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Self, TypeVar

from hal.ports import DeviceStatus

if TYPE_CHECKING:
    from hal.drivers.session import DeviceSession

LONGEST_WITHOUT_PULSE_S = 10.0
LONGEST_WAIT_S = 20.0  # for an event that must come

Event = TypeVar("Event")


class Desk:
    """`async with Desk(session) as desk`: afterwards every pulse has come in time."""

    def __init__(self, session: DeviceSession) -> None:
        self.session = session
        self.events: list[Any] = []
        self._taken = 0  # of the events, by `next`
        self._came = asyncio.Event()
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

    async def next(self, kind: type[Event]) -> Event:
        """The next event of one kind, waited for; those of other kinds before it are passed over. `TimeoutError` when
        it does not come."""
        async with asyncio.timeout(LONGEST_WAIT_S):
            while True:
                while self._taken < len(self.events):
                    event = self.events[self._taken]
                    self._taken += 1
                    if isinstance(event, kind):
                        return event
                self._came.clear()
                await self._came.wait()

    async def until(self, state: str) -> DeviceStatus:
        """Wait until the device is told to be `READY`, `SILENT` or at `FAULT`. `TimeoutError` as for `next`."""
        while True:
            status = await self.next(DeviceStatus)
            if status.state == state:
                return status

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
            self._came.set()
