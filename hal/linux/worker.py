"""One thread for calls that block, and that may never come back."""

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

_T = TypeVar("_T")


class Worker:
    """One daemon thread that makes calls in order. An executor would not do: Python waits for its threads at exit."""

    def __init__(self, name: str) -> None:
        self._calls: queue.SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    def submit(self, call: Callable[..., _T], *values: Any) -> Future[_T]:
        """Have `call` made after all that came before."""
        future: Future[_T] = Future()
        self._calls.put((future, lambda: call(*values)))
        return future

    def end(self) -> None:
        """End the thread when it has made all its calls."""
        self._calls.put(None)

    def is_alive(self) -> bool:
        """Whether it has not ended yet."""
        return self._thread.is_alive()

    def _work(self) -> None:
        while task := self._calls.get():
            future, call = task
            if future.set_running_or_notify_cancel():
                try:
                    future.set_result(call())
                except BaseException as error:  # noqa: BLE001 -- it is raised where the result is awaited
                    future.set_exception(error)
