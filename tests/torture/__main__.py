"""`python -m tests.torture [NAME ...]`: the long bars, one after the other, each in a process of its own.

A bar is a module of this folder with `run() -> list[str]`: the lines to print, or `AssertionError` when it is missed.
"""

import argparse
import importlib
import inspect
import pkgutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def main() -> int:
    """Run the bars; 0 when none of them was missed."""
    names = bars()
    parser = argparse.ArgumentParser(prog="python -m tests.torture")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(names)}; all by default")
    parser.add_argument("--within", action="store_true", help=argparse.SUPPRESS)  # the process of one bar
    options = parser.parse_args()
    unknown = sorted(set(options.names) - set(names))
    if unknown:
        parser.error(f"there is no {', '.join(unknown)}; there are {', '.join(names)}")
    if options.within:
        _tell(importlib.import_module(f"tests.torture.{options.names[0]}").run())
        return 0
    chosen = options.names or names
    missed = [name for place, name in enumerate(chosen, 1) if not _held(name, f"{place} of {len(chosen)}")]
    _tell([f"missed: {', '.join(missed)}" if missed else "every bar held"])
    return 1 if missed else 0


def bars() -> list[str]:
    """The modules that can be run, in the order of their names."""
    found = sorted(module.name for module in pkgutil.iter_modules([str(Path(__file__).parent)]))
    return [name for name in found if not name.startswith(("_", "test_")) and _is_bar(name)]


def _is_bar(name: str) -> bool:
    run = getattr(importlib.import_module(f"tests.torture.{name}"), "run", None)
    return inspect.isfunction(run) and not inspect.signature(run).parameters


def _held(name: str, place: str) -> bool:
    _tell([f"{name} ({place}) ..."])
    began = time.monotonic()
    command = [sys.executable, "-m", "tests.torture", name, "--within"]
    held = subprocess.run(command, cwd=ROOT, check=False).returncode == 0
    _tell([f"{name} {'held' if held else 'MISSED'}, {time.monotonic() - began:.0f} s", ""])
    return held


def _tell(lines: list[str]) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
