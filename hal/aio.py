"""The one module that imports asyncio: what CPython and MicroPython have in common, under one name each.

Times are integer milliseconds. `now_ms` counts from an arbitrary start and never runs backwards; on CPython it is the
event loop's own clock, so that a test may run the loop on virtual time.
"""

import asyncio

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from typing import Any

Event = asyncio.Event
Lock = asyncio.Lock
Cancelled = asyncio.CancelledError

_tasks: "dict[int, tuple[str, Any]]" = {}


class Timeout(Exception):
    """`within` ran out of time."""


class QueueFull(Exception):
    """A bounded queue has no room; the producer decides what to lose."""


if hasattr(asyncio, "sleep_ms"):  # MicroPython
    import time

    _last = [0, 0]  # ticks wrap after some days: the last reading, and the sum so far

    def now_ms() -> int:
        """Milliseconds since some start, never backwards. Call at least once a day, so that a wrap is not missed."""
        ticks = time.ticks_ms()  # type: ignore[attr-defined]
        if _last[1] == 0:
            _last[0] = ticks
            _last[1] = 1
        _last[1] += time.ticks_diff(ticks, _last[0])  # type: ignore[attr-defined]
        _last[0] = ticks
        return _last[1]

    async def sleep_ms(ms: int) -> None:
        """Let the others run for `ms` milliseconds."""
        await asyncio.sleep_ms(ms)  # type: ignore[attr-defined]

    async def within(coro: "Coroutine[Any, Any, Any]", ms: int) -> "Any":
        """The result of `coro`, or `Timeout` after `ms` milliseconds (`coro` is then cancelled)."""
        try:
            return await asyncio.wait_for_ms(coro, ms)  # type: ignore[attr-defined]
        except asyncio.TimeoutError:
            raise Timeout

else:

    def now_ms() -> int:
        """Milliseconds since some start, never backwards."""
        return int(asyncio.get_running_loop().time() * 1000)

    async def sleep_ms(ms: int) -> None:
        """Let the others run for `ms` milliseconds."""
        await asyncio.sleep(ms / 1000)

    async def within(coro: "Coroutine[Any, Any, Any]", ms: int) -> "Any":
        """The result of `coro`, or `Timeout` after `ms` milliseconds (`coro` is then cancelled)."""
        try:
            # Not `wait_for`: before Python 3.12 it can swallow the cancellation of its caller.
            async with asyncio.timeout(ms / 1000):
                return await coro
        except asyncio.TimeoutError:
            raise Timeout from None


class Queue:
    """A bounded first-in first-out queue: `put` never waits (it raises `QueueFull`), `get` waits."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._items: "list[Any]" = []
        self._filled = asyncio.Event()

    def __len__(self) -> int:
        return len(self._items)

    def put(self, item: "Any") -> None:
        """Append `item`, or raise `QueueFull`."""
        if len(self._items) >= self._limit:
            raise QueueFull
        self._items.append(item)
        self._filled.set()

    async def get(self) -> "Any":
        """Wait for the oldest item and take it."""
        while not self._items:
            self._filled.clear()
            await self._filled.wait()
        return self._items.pop(0)


def spawn(name: str, coro: "Coroutine[Any, Any, Any]") -> "Any":
    """Start `coro` as a task and keep a strong reference until it has ended (both VMs lose a task that nobody
    holds)."""
    task = asyncio.create_task(_held(name, coro))
    _tasks[id(task)] = (name, task)
    return task


async def _held(name: str, coro: "Coroutine[Any, Any, Any]") -> "Any":
    try:
        return await coro
    finally:
        _tasks.pop(id(asyncio.current_task()), None)


def running() -> "list[str]":
    """The names of the tasks that are still running, sorted."""
    return sorted([name for name, _ in _tasks.values()])


def run(coro: "Coroutine[Any, Any, Any]", stray: "Callable[[BaseException], None]") -> "Any":
    """Run `coro` as the program's main task. `stray` hears of what failed in a task that nobody waits for; by itself
    asyncio would print the error with its text, which may quote what nobody may read."""
    return asyncio.run(_main(coro, stray))


async def _main(coro: "Coroutine[Any, Any, Any]", stray: "Callable[[BaseException], None]") -> "Any":
    def handle(_loop: "Any", context: "dict[str, Any]") -> None:
        error = context.get("exception")
        if error is not None:
            stray(error)

    asyncio.get_event_loop().set_exception_handler(handle)
    return await coro
