"""`python -m tools.micropython.run [--heap KIB] [module files]`: the portable tests inside MicroPython.

Prints a line for each test module, the traceback of each failure and a summary. Ends with 0 when everything passed,
1 when a test failed, 2 when the interpreter is not installed.
"""

import argparse
import importlib.util
import json
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
TESTS = "tests/portable"
PORTABLE = (
    "firmware",
    "hal/__init__.py",
    "hal/ports",
    "hal/errors.py",
    "hal/aio.py",
    "hal/drivers",
    "hal/segments",
    "hal/gm",
    "hal/esp32",
    TESTS,
)
SHIMS = "hal/esp32/lib"
HEAP_KIB = 1024  # an ESP32-S3 with PSRAM has more, but the greedy shall fail here
TIMEOUT_S = 600  # an idle machine needs some seconds
PROCESSES = 2
# The collector takes any number for the address that it looks like, and one such number may hold a whole terminal of a
# test that has ended. Which do depends on where things lie, so on every line of the program. What is really held, a VM
# whose heap begins elsewhere holds, too.
SMALLER_BY_KIB = (0, 8, 24, 48)
MEMORY = "memory"


class InterpreterMissing(Exception):
    """Node or the npm package is not installed; the message says what to do."""


@dataclass(frozen=True)
class Report:
    """What became of one test module.

    `passed` are names of tests, `failed` pairs of name and traceback, `printed` lines, `kept_kib` the memory held at
    the end.
    """

    module: str
    passed: tuple[str, ...]
    failed: tuple[tuple[str, str], ...]
    printed: tuple[str, ...]
    kept_kib: int


def portable_tests(root: Path = ROOT) -> list[Path]:
    """The test modules that run on both interpreters."""
    return sorted((root / TESTS).rglob("test_*.py"))


def run(tests: Sequence[Path], root: Path = ROOT, heap_kib: int = HEAP_KIB) -> list[Report]:
    """Run the test files `tests` (below `root`), each in a process and a VM of its own.

    A module has failed, too, when it hangs, breaks the VM, or still holds more than `heap_kib` KiB at its end, wherever
    its heap begins. Raises `InterpreterMissing` where there is no interpreter.
    """
    command = [_node(), str(HERE / "run.mjs")]
    files = [[str(source), target] for source, target in _files(root)]
    plan = {"path": ["/project", "/lib"], "files": files}

    def run_one(test: Path) -> Report:
        module = ".".join(test.relative_to(root).with_suffix("").parts)
        for smaller_by_kib in SMALLER_BY_KIB:
            own = {**plan, "module": module, "heap": (heap_kib - smaller_by_kib) * 1024}
            report = _report(module, _answer(command, json.dumps(own)), heap_kib)
            if [name for name, _ in report.failed] != [MEMORY]:
                break
        return report

    with ThreadPoolExecutor(PROCESSES) as pool:
        return list(pool.map(run_one, tests))


def _answer(command: list[str], plan: str) -> dict[str, Any]:
    """The report of the VM, or one that says how it broke down."""
    try:
        done = subprocess.run(
            command, input=plan, capture_output=True, text=True, encoding="utf-8", timeout=TIMEOUT_S, check=True
        )
    except subprocess.TimeoutExpired:
        trouble = f"no end after {TIMEOUT_S} s: a test hangs"
    except subprocess.CalledProcessError as error:
        trouble = f"the interpreter broke down:\n{error.stderr}"
    else:
        report: dict[str, Any] = json.loads(done.stdout)
        return report
    return {"passed": [], "failed": [("", trouble)], "printed": [], "kept": 0}


def _node() -> str:
    node = shutil.which("node")
    if node is None:
        message = "node is not installed: the portable tests do not run inside MicroPython (apt-get install nodejs npm)"
        raise InterpreterMissing(message)
    if not (HERE / "node_modules" / "@micropython").is_dir():
        message = "the MicroPython package is not installed: run `npm ci` in tools/micropython (`make setup` does)"
        raise InterpreterMissing(message)
    return node


def _files(root: Path) -> Iterable[tuple[Path, str]]:
    """(file on disk, path in the VM) of all that the tests may import."""
    for name in PORTABLE:
        place = root / name
        for source in sorted(place.rglob("*.py")) if place.is_dir() else filter(Path.is_file, [place]):
            yield source, f"/project/{source.relative_to(root).as_posix()}"
    for source in sorted((ROOT / SHIMS).glob("*.py")):
        yield source, f"/lib/{source.name}"
    for source in sorted(_microdot().glob("*.py")):
        yield source, f"/lib/microdot/{source.name}"
    yield HERE / "runner.py", "/lib/runner.py"


def _microdot() -> Path:
    found = importlib.util.find_spec("microdot")
    if found is None or found.origin is None:
        message = "microdot is not installed (`make setup`)"
        raise InterpreterMissing(message)
    return Path(found.origin).parent


def _report(module: str, answer: dict[str, Any], heap_kib: int) -> Report:
    failed = [(str(name), str(trouble)) for name, trouble in answer["failed"]]
    kept_kib = answer["kept"] // 1024
    if kept_kib > heap_kib:
        failed.append((MEMORY, f"holds {kept_kib} KiB at its end; the limit is {heap_kib} KiB"))
    return Report(module, tuple(answer["passed"]), tuple(failed), tuple(answer["printed"]), kept_kib)


def show(reports: Iterable[Report]) -> str:
    """A line for each module, what failed, and a summary."""
    lines: list[str] = []
    passed = failed = 0
    for report in reports:
        passed, failed = passed + len(report.passed), failed + len(report.failed)
        state = "FAIL" if report.failed else "ok"
        counts = f"{len(report.passed)} passed, {len(report.failed)} failed"
        lines.append(f"{state:4} {report.module}: {counts}, {report.kept_kib} KiB held")
        for name, trouble in report.failed:
            lines += [f"  {name}", *(f"    {line}" for line in trouble.rstrip().splitlines())]
    lines.append(f"MicroPython: {passed} passed, {failed} failed")
    return "\n".join(lines) + "\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the test files named, or all of `tests/portable`."""
    parser = argparse.ArgumentParser(prog="python -m tools.micropython.run", description=__doc__)
    parser.add_argument(
        "--heap", type=int, default=HEAP_KIB, metavar="KIB", help=f"memory that a module may hold (default {HEAP_KIB})"
    )
    parser.add_argument("tests", nargs="*", type=Path)
    chosen = parser.parse_args(arguments)
    tests = [test.resolve() for test in chosen.tests] or portable_tests()
    try:
        reports = run(tests, heap_kib=chosen.heap)
    except InterpreterMissing as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write(show(reports))
    return 1 if any(report.failed for report in reports) else 0


if __name__ == "__main__":
    sys.exit(main())
