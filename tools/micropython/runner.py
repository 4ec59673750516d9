"""Runs the unittest.TestCase classes of one module; this file runs inside the MicroPython VM (and on CPython as well).

micropython-lib's `unittest` knows neither `async def test_*` nor a report that a program can read, hence this runner.
"""

import io
import json
import sys
import unittest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


async def run_module(name: str) -> str:
    """Run all tests of the module `name` (dotted).

    Returns JSON: `passed` is a list of "Class.method", `failed` a list of ["Class.method", traceback]. A module without
    a test has failed.
    """
    __import__(name)
    module = sys.modules[name]
    passed: list[str] = []
    failed: list[tuple[str, str]] = []
    for class_name in sorted(dir(module)):
        case = getattr(module, class_name)
        if isinstance(case, type) and issubclass(case, unittest.TestCase) and case is not unittest.TestCase:
            for method_name in sorted([attribute for attribute in dir(case) if attribute.startswith("test")]):
                title = class_name + "." + method_name
                trouble = await _run_test(case, method_name)
                if trouble:
                    failed.append((title, trouble))
                else:
                    passed.append(title)
    if not passed and not failed:
        failed.append(("", "no test was found in " + name))
    return json.dumps({"passed": passed, "failed": failed})


async def _run_test(case: "Any", method_name: str) -> str:
    """The traceback of the test, or "" when it passed."""
    try:
        instance = case()
        await _call(instance, "setUp")
        try:
            await _call(instance, method_name)
        finally:
            await _call(instance, "tearDown")
    except Exception as error:
        return _traceback(error)
    return ""


async def _call(instance: "Any", method_name: str) -> None:
    method = getattr(instance, method_name, None)  # MicroPython's TestCase has no setUp
    result: Any = method() if method else None
    if hasattr(result, "send"):  # a coroutine
        await result


def _traceback(error: Exception) -> str:
    written = io.StringIO()
    sys.print_exception(error, written)  # type: ignore[attr-defined]
    return written.getvalue()
