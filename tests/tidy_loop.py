"""Ends whatever still runs on an event loop, without a word about coroutines that nobody awaited."""

from __future__ import annotations

import asyncio
import inspect


def stop_all(loop: asyncio.AbstractEventLoop) -> None:
    """Cancel every task, and those that are spawned meanwhile. A task is let begin first: one that is cancelled before
    cannot close the coroutine that it was to run."""
    while tasks := asyncio.all_tasks(loop):
        for task in tasks:
            if inspect.getcoroutinestate(task.get_coro()) != inspect.CORO_CREATED:  # type: ignore[arg-type]
                task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
