"""One thread for calls that block, and that may never come back."""

import asyncio
import contextlib
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Generic, TypeVar

# For what a disk does: less than a picture of the screen takes. Most have synced by then, and most cards.
DISK_PATIENCE_S = 0.01
_T = TypeVar("_T")


class Worker:
    """One daemon thread that makes calls in order. An executor would not do: Python waits for its threads at exit."""

    def __init__(self, name: str) -> None:
        self._calls: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._last = threading.Lock()  # held while the call that was last asked for is not made
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    def submit(self, call: Callable[..., _T], *values: Any) -> Future[_T]:
        """Have `call` made after all that came before."""
        future: Future[_T] = Future()
        self._calls.put(lambda: _fulfil(future, lambda: call(*values)))
        return future

    async def run(self, call: Callable[[], _T], patience_s: float = 0.0) -> _T:
        """The result of `call`, made after all that came before. When the awaiting task is cancelled the call is made
        all the same.

        The event loop itself stands still for `patience_s` at most: a call that takes a tenth of a millisecond costs
        twice that when its end must come by way of the loop. The other tasks have their turn all the same. While an
        earlier call is under way nobody waits in place: however many ask, the loop stands still once.
        """
        errand = _Errand(call)
        is_idle = not self._last.locked()
        self._last = errand.made
        self._calls.put(errand.make)
        if patience_s and is_idle and errand.made.acquire(timeout=patience_s):
            errand.made.release()
            await asyncio.sleep(0)
            return errand.outcome()
        return await errand.wait()

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


class _Errand(Generic[_T]):
    """A call that another thread makes. `made` is released when it has."""

    def __init__(self, call: Callable[[], _T]) -> None:
        self.made = threading.Lock()
        self.made.acquire()
        self._call = call
        self._result: _T
        self._error: BaseException | None = None
        self._loop: asyncio.AbstractEventLoop | None = None  # set when somebody waits in one
        self._heard: asyncio.Future[None]

    def make(self) -> None:
        """Make the call; in the worker's thread."""
        try:
            self._result = self._call()
        except BaseException as error:  # noqa: BLE001 -- it is raised where the result is awaited
            self._error = error
        self.made.release()
        if self._loop is not None:  # set before `made` was looked at: who waits has seen it released, or hears of it
            with contextlib.suppress(RuntimeError):  # the loop was closed meanwhile: nobody waits
                self._loop.call_soon_threadsafe(self._hear)

    async def wait(self) -> _T:
        """The result, when the call has been made."""
        loop = asyncio.get_running_loop()
        self._heard = loop.create_future()
        self._loop = loop
        if self.made.locked():
            await self._heard
        return self.outcome()

    def outcome(self) -> _T:
        """The result of a call that was made, or its error."""
        if self._error is not None:
            try:
                raise self._error
            finally:
                self._error = None  # it holds this frame, which holds it
        return self._result

    def _hear(self) -> None:
        if not self._heard.done():  # nobody waits any more
            self._heard.set_result(None)
