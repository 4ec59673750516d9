"""The runner of portable tests: it awaits, it reports failures, and it fails when nothing ran."""

import asyncio
import json
import shutil
import sys
from pathlib import Path

import pytest

from tools.micropython.run import InterpreterMissing, Report, main, run, show

PASSING = """
import unittest
from hal import aio

class Steps(unittest.TestCase):
    def setUp(self):
        self.ready = True

    def test_set_up(self):
        self.assertTrue(self.ready)

    async def test_awaited_with_a_time_limit(self):
        async def answer():
            await aio.sleep_ms(1)
            return 5
        self.assertEqual(await aio.within(answer(), 1000), 5)

    async def test_time_limit(self):
        with self.assertRaises(aio.Timeout):
            await aio.within(aio.Event().wait(), 1)
"""
FAILING = """
import unittest
from hal import aio

class Steps(unittest.TestCase):
    async def test_late_failure(self):
        await aio.sleep_ms(1)
        self.assertEqual(1, 2)

    def test_good(self):
        pass
"""
GREEDY = """
import unittest

KEPT = bytearray(700 * 1024)

class Steps(unittest.TestCase):
    def test_memory(self):
        self.assertEqual(len(KEPT), 700 * 1024)
"""
BROKEN = """
import unittest

class Steps(unittest.TestCase):
    def test_endless_recursion(self):
        def again():
            return again() + 1
        again()
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project that has only the asyncio layer and a room for portable tests."""
    root = Path(__file__).resolve().parents[2]
    # Another worker may be compiling: its half-written files come and go.
    bare = shutil.ignore_patterns("__pycache__")
    shutil.copytree(root / "hal" / "ports", tmp_path / "hal" / "ports", ignore=bare)
    for name in ("hal/__init__.py", "hal/aio.py", "hal/errors.py"):
        shutil.copy(root / name, tmp_path / name)
    (tmp_path / "tests" / "portable").mkdir(parents=True)
    return tmp_path


def run_text(project: Path, text: str, heap_kib: int = 1024) -> Report:
    test = project / "tests" / "portable" / "test_steps.py"
    test.write_text(text, encoding="utf-8")
    (report,) = run([test], project, heap_kib)
    assert report.module == "tests.portable.test_steps"
    return report


@pytest.mark.usefixtures("micropython")
class TestInMicroPython:
    """Inside the VM."""

    def test_passing(self, project: Path) -> None:
        report = run_text(project, PASSING)
        assert report.failed == ()
        assert report.passed == ("Steps.test_awaited_with_a_time_limit", "Steps.test_set_up", "Steps.test_time_limit")

    def test_a_coroutine_that_fails_late_has_failed(self, project: Path) -> None:
        report = run_text(project, FAILING)
        assert report.passed == ("Steps.test_good",)
        assert report.failed[0][0] == "Steps.test_late_failure"
        assert "test_steps.py" in report.failed[0][1]

    def test_a_module_that_cannot_be_imported_has_failed(self, project: Path) -> None:
        assert "dataclasses" in run_text(project, "import dataclasses\n").failed[0][1]

    def test_a_module_without_tests_has_failed(self, project: Path) -> None:
        assert "no test was found" in run_text(project, "import unittest\n").failed[0][1]

    def test_memory_held_at_the_end_is_limited(self, project: Path) -> None:
        assert run_text(project, GREEDY, 1024).failed == ()
        ((name, trouble),) = run_text(project, GREEDY, 512).failed
        assert name == "memory"
        assert trouble.endswith("the limit is 512 KiB")

    def test_endless_recursion_is_a_failure_of_its_test(self, project: Path) -> None:
        assert run_text(project, BROKEN).failed != ()

    def test_type_shims_are_there(self, project: Path) -> None:
        typed = (
            "from __future__ import annotations\nfrom typing import Any, Protocol, cast\nclass Port(Protocol): pass\n"
        )
        assert run_text(project, typed + PASSING).failed == ()


def test_without_node_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(InterpreterMissing, match="apt-get install nodejs"):
        run([])
    assert main([]) == 2
    assert "node is not installed" in capsys.readouterr().err


def test_the_summary_shows_what_failed() -> None:
    shown = show([Report("tests.portable.test_a", ("A.test_x",), (("A.test_y", "Traceback\nline"),), (), 80)])
    assert "FAIL tests.portable.test_a: 1 passed, 1 failed, 80 KiB held" in shown
    assert "    Traceback\n    line\nMicroPython: 1 passed, 1 failed\n" in shown


def test_the_type_shims_are_never_on_cpythons_path() -> None:
    shims = (Path(__file__).resolve().parents[2] / "hal" / "esp32" / "lib").resolve()
    assert shims not in {Path(folder).resolve() for folder in sys.path}
    assert Path(str(sys.modules["typing"].__file__)).parent != shims


def test_the_runner_module_reports_in_json(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tools.micropython import runner

    (project / "portable_sample.py").write_text(PASSING, encoding="utf-8")
    monkeypatch.syspath_prepend(str(project))
    report = json.loads(asyncio.run(runner.run_module("portable_sample")))
    assert len(report["passed"]) == 3
    assert report["failed"] == []
