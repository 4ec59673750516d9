"""Every module of tests/portable passes inside the MicroPython VM."""

from pathlib import Path

import pytest

from tools.micropython.run import ROOT, portable_tests, run, show

MODULES = {test.relative_to(ROOT).as_posix(): test for test in portable_tests()}


@pytest.mark.parametrize("module", MODULES)
@pytest.mark.usefixtures("micropython")
def test_module(module: str) -> None:
    (report,) = run([MODULES[module]])
    assert report.passed or report.failed
    assert not report.failed, show([report])


def test_modules_are_found_in_both_worlds() -> None:
    names = {path.name for path in (Path(ROOT) / "tests" / "portable").rglob("*.py")} - {"conftest.py", "__init__.py"}
    assert names
    assert {test.name for test in MODULES.values()} == {name for name in names if name.startswith("test_")}
