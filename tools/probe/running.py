"""A driver at work for as long as the probe needs it."""

import asyncio
from typing import Any, Protocol, Self

from hal.errors import DeviceError, NoAnswer
from hal.ports import FAULT, READY, SILENT, DeviceStatus

_SETTLE_S = 1.0
_SETTLES = 5


class Session(Protocol):
    """What all drivers have in common."""

    status: DeviceStatus

    def facts(self) -> list[tuple[str, str]]:
        """What is known of the device."""

    async def run(self, pulse: Any) -> None:
        """Own the port for ever."""

    async def next_event(self) -> Any:
        """What happens next."""


class Running:
    """`async with Running(session) as running`: the driver runs until the end of the block, then its port is closed."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._session.run(_no_pulse))
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def ready(self, seconds: float) -> None:
        """Wait until the device works. `NoAnswer` or `DeviceError` with the driver's own code when it does not."""
        try:
            async with asyncio.timeout(seconds):
                await self._until_told()
        except TimeoutError:
            raise NoAnswer(self._session.status.code or "device.silent", f"no answer in {seconds:g} s") from None
        status = self._session.status
        if status.state == SILENT:
            raise NoAnswer(status.code, "no answer")
        if status.state == FAULT:
            raise DeviceError(status.code, "it answers that it cannot work")

    async def settled(self) -> None:
        """Wait until the device tells no more of itself: a printer says its name only after it is ready."""
        known: list[tuple[str, str]] = []
        for _ in range(_SETTLES):
            if known == (known := self._session.facts()):
                return
            await asyncio.sleep(_SETTLE_S)

    async def event(self, seconds: float) -> Any:
        """What happens next, states of the device apart; None when nothing does."""
        try:
            async with asyncio.timeout(seconds):
                while isinstance(event := await self._session.next_event(), DeviceStatus):
                    if event.state == SILENT:
                        raise NoAnswer(event.code, "it went away")
        except TimeoutError:
            return None
        return event

    async def _until_told(self) -> None:
        while self._session.status.state not in (READY, SILENT, FAULT):
            await self._session.next_event()


def _no_pulse() -> None:
    """Nobody watches a probe."""
