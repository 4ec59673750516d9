"""Lets `async def test_*` of a plain `unittest.TestCase` run on CPython as the runner inside MicroPython runs them.

unittest itself would call such a method, drop the coroutine and report success.
"""

import asyncio
import functools
import inspect
import unittest
from collections.abc import Callable, Coroutine
from typing import Any

import pytest


def pytest_pycollect_makeitem(collector: pytest.Collector, name: str, obj: object) -> None:
    """Before pytest collects a test case, give each coroutine method an event loop."""
    if isinstance(obj, type) and issubclass(obj, unittest.TestCase):
        await_coroutines(obj)


def await_coroutines(case: type[unittest.TestCase]) -> None:
    """Replace the `async def` tests, setUp and tearDown of `case` by functions that run them to their end."""
    for name, method in inspect.getmembers(case, inspect.iscoroutinefunction):
        if name.startswith("test") or name in {"setUp", "tearDown"}:
            setattr(case, name, _in_a_loop(method))


def _in_a_loop(method: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    @functools.wraps(method)
    def run(self: unittest.TestCase) -> None:
        asyncio.run(method(self))

    # functools.wraps keeps a link that iscoroutinefunction-like checks follow; this function is no coroutine any more.
    del run.__wrapped__
    return run
