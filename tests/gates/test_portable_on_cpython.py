"""On CPython, pytest awaits the `async def` tests of plain test cases."""

import asyncio
import unittest

from tests.portable.conftest import await_coroutines


def outcome(case: type[unittest.TestCase]) -> unittest.TestResult:
    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(case).run(result)
    return result


def test_a_coroutine_that_fails_late_has_failed() -> None:
    class Steps(unittest.TestCase):
        async def test_late_failure(self) -> None:
            await asyncio.sleep(0)
            self.fail("noticed")

    await_coroutines(Steps)
    result = outcome(Steps)
    assert result.testsRun == 1
    assert "noticed" in result.failures[0][1]


def test_a_coroutine_that_passes_was_run_to_its_end() -> None:
    ended = []

    class Steps(unittest.TestCase):
        async def test_end(self) -> None:
            await asyncio.sleep(0)
            ended.append(self.id())

    await_coroutines(Steps)
    assert outcome(Steps).wasSuccessful()
    assert len(ended) == 1
