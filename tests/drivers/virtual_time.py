"""Run a coroutine on a clock that jumps: nothing sleeps, and hours pass in milliseconds."""

from __future__ import annotations

import asyncio
import selectors
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Coroutine


class _JumpingSelector(selectors.SelectSelector):
    """Instead of waiting for a time-out, lets that much time have passed."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise RuntimeError("everything waits for everything: nothing will ever happen")
        self.now += max(timeout, 0.0)
        return super().select(0)


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """An event loop whose clock moves only when all tasks wait."""

    def __init__(self) -> None:
        self._jumping = _JumpingSelector()
        super().__init__(self._jumping)

    def time(self) -> float:
        """Virtual seconds since the loop was made."""
        return self._jumping.now

    def pass_by(self, seconds: float) -> None:
        """Let time pass although tasks could run."""
        self._jumping.now += seconds


def stall(seconds: float) -> None:
    """The program does nothing else for so long: what is due in the meantime all happens afterwards, at once."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, VirtualTimeLoop)
    loop.pass_by(seconds)


def run(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """The result of `coroutine`, run on virtual time; tasks it left behind are cancelled."""
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        return runner.run(coroutine)
