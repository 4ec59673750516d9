"""One thread for calls that block, and that may never come back."""

import asyncio
import contextlib
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import Any, TypeVar

_T = TypeVar("_T")


class Worker:
    """One daemon thread that makes calls in order. An executor would not do: Python waits for its threads at exit."""

    def __init__(self, name: str) -> None:
        self._calls: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    def submit(self, call: Callable[..., _T], *values: Any) -> Future[_T]:
        """Have `call` made after all that came before."""
        future: Future[_T] = Future()
        self._calls.put(lambda: _fulfil(future, lambda: call(*values)))
        return future

    async def run(self, call: Callable[[], _T]) -> _T:
        """The result of `call`, made after all that came before. When the awaiting task is cancelled the call is made
        all the same. It costs a third less than awaiting what `submit` returns."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[_T] = loop.create_future()
        self._calls.put(lambda: _answer(loop, future, call))
        return await future

    def end(self) -> None:
        """End the thread when it has made all its calls."""
        self._calls.put(None)

    def is_alive(self) -> bool:
        """Whether it has not ended yet."""
        return self._thread.is_alive()

    def _work(self) -> None:
        while call := self._calls.get():
            call()


def _fulfil(future: Future[_T], call: Callable[[], _T]) -> None:
    if future.set_running_or_notify_cancel():
        try:
            future.set_result(call())
        except BaseException as error:  # noqa: BLE001 -- it is raised where the result is awaited
            future.set_exception(error)


def _answer(loop: asyncio.AbstractEventLoop, future: asyncio.Future[_T], call: Callable[[], _T]) -> None:
    settle: Callable[[], None]
    try:
        settle = partial(future.set_result, call())
    except BaseException as error:  # noqa: BLE001 -- it is raised where the result is awaited
        settle = partial(future.set_exception, error)
    with contextlib.suppress(RuntimeError):  # the loop was closed meanwhile: nobody waits
        loop.call_soon_threadsafe(_unless_done, future, settle)


def _unless_done(future: asyncio.Future[_T], settle: Callable[[], None]) -> None:
    if not future.done():  # nobody waits any more
        settle()
