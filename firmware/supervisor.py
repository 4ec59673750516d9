"""Owns every long-lived task: restarts what fails, and feeds the watchdog only while everything important moves."""

from firmware import log
from hal import aio

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from typing import Any

    from hal.ports import Watchdog

    Pulse = Callable[[], None]
    Body = Callable[[Pulse], Coroutine[Any, Any, None]]

STALLED_MS = 30000  # an important task that has not moved for so long holds the watchdog's food back
_FIRST_PAUSE_MS = 500
_LONGEST_PAUSE_MS = 15000
_ROUND_MS = 2000


class _Task:
    def __init__(self, name: str, body: "Body", important: bool) -> None:
        self.name = name
        self.body = body
        self.important = important
        self.moved_at = 0
        self.failures = 0

    def pulse(self) -> None:
        """Say that the task has moved."""
        self.moved_at = aio.now_ms()


class Supervisor:
    """Starts tasks and keeps them running. A task is a function that takes `pulse` and calls it whenever it moves."""

    def __init__(self, watchdog: "Watchdog") -> None:
        self._watchdog = watchdog
        self._tasks: "list[_Task]" = []
        self._handles: "list[Any]" = []

    def add(self, name: str, body: "Body", important: bool = True) -> None:
        """Register a task; `start` starts it."""
        self._tasks.append(_Task(name, body, important))

    def start(self) -> None:
        """Start everything that was added."""
        for task in self._tasks:
            task.pulse()
            self._handles.append(aio.spawn(task.name, self._keep(task)))

    def stop(self) -> None:
        """Cancel everything."""
        for handle in self._handles:
            handle.cancel()
        self._handles = []

    async def watch(self) -> None:
        """Feed the watchdog for ever, as long as every important task has moved lately."""
        while True:
            stalled = self.stalled()
            log.lasting("supervisor.stalled", ",".join(stalled))
            if not stalled:
                self._watchdog.feed()
            await aio.sleep_ms(_ROUND_MS)

    def stalled(self) -> "list[str]":
        """The important tasks that have not moved for `STALLED_MS`."""
        now = aio.now_ms()
        return [task.name for task in self._tasks if task.important and now - task.moved_at > STALLED_MS]

    async def _keep(self, task: _Task) -> None:
        while True:
            started = aio.now_ms()
            task.pulse()
            try:
                await task.body(task.pulse)
                return
            except Exception as error:  # the one broad except: a task that failed is named, and started again
                if aio.now_ms() - started > STALLED_MS:
                    task.failures = 0
                task.failures += 1
                log.event("task.failed", task.name + " " + type(error).__name__ + " " + log.where(error))
            await aio.sleep_ms(min(_LONGEST_PAUSE_MS, _FIRST_PAUSE_MS << min(task.failures, 10)))
