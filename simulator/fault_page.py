"""docs/faults.md: the catalogue of faults as a page for technicians, with what uses each of them."""

import argparse
import re
import sys

from simulator.derived_board import REPOSITORY
from simulator.faults import FAULTS, FaultKind

PAGE = REPOSITORY / "docs" / "faults.md"
_SEARCHED = (("tests", "*.py"), ("simulator/scenarios", "*.txt"))
_NOT_USERS = ("test_faults.py",)  # holds that the others use them
_TITLES = {
    "reader": "The card reader",
    "scanner": "The scanner",
    "printer": "The receipt printer",
    "network": "The network",
    "platform": "The insurance platform",
    "stick": "The USB stick",
    "office": "The insurance office in town",
}
_HEAD = """# Faults

What can be made to go wrong at the simulated counter, by name. The names are the same on the bench page (制造麻烦), in
scenario files (`fault reader.silent 2`, `fault clear reader.silent`; docs/scenarios.md) and in tests. Random choices,
such as which byte is lost, are the same each time for the same `--seed` of `python -m simulator`.

Arguments: `[n]` for the next n occasions, without it until it is cleared; `n` a number; `ms` milliseconds; `[baud]` a
speed, without it one that the board file does not say; `number` a whole number; `infno` a transaction; `this|that` one
of these words; `text` a sentence. A fault that a kind of device cannot have (a keyboard loses no bytes) is refused with
a sentence.

This page is written by `python -m simulator.faults`. %d faults.
"""


def users() -> dict[str, list[str]]:
    """For each fault the names of the test and scenario files in which its exact name stands."""
    found: dict[str, list[str]] = {name: [] for name in FAULTS}
    for folder, pattern in _SEARCHED:
        for path in sorted((REPOSITORY / folder).rglob(pattern)):
            text = path.read_text(encoding="utf-8")
            # Drivers have codes like "reader.silent", too: a test without the simulator speaks of those.
            if path.name in _NOT_USERS or (path.suffix == ".py" and "simulator" not in text):
                continue
            for name in set(re.findall(r"[a-z]+\.[a-z0-9_]+", text)) & set(FAULTS):
                found[name].append(path.name)
    return found


def page() -> str:
    """The text of docs/faults.md as it should be."""
    used = users()
    parts = [_HEAD % len(FAULTS)]
    for owner, title in _TITLES.items():
        rows = [_row(kind, used[kind.name]) for kind in FAULTS.values() if kind.owner == owner]
        head = "| name | arguments | what happens | stands for | used in |\n|---|---|---|---|---|"
        parts.append(f"## {title}\n\n{head}\n" + "\n".join(rows) + "\n")
    return "\n".join(parts)


def _row(kind: FaultKind, files: list[str]) -> str:
    arguments = " ".join(f"`{argument}`" for argument in kind.arguments).replace("|", "\\|")
    return f"| `{kind.name}` | {arguments} | {kind.about} | {kind.field} | {', '.join(files)} |"


def main(arguments: list[str] | None = None) -> int:
    """Write the page, or with `--check` say whether it is fresh; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m simulator.faults", description="Write docs/faults.md.")
    parser.add_argument("--check", action="store_true", help="write nothing; end with 1 when the page is stale")
    options = parser.parse_args(arguments)
    text = page()
    if not options.check:
        PAGE.write_text(text, encoding="utf-8")
        return 0
    if PAGE.exists() and PAGE.read_text(encoding="utf-8") == text:
        return 0
    print("docs/faults.md is stale; write it anew: python -m simulator.faults", file=sys.stderr)
    return 1
