"""Runs the rules over files and over the tree."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from tools.subset_lint import calls, flow, names, syntax
from tools.subset_lint.rules import RULES
from tools.subset_lint.source import Source

MAX_EXCUSES = 3
PORTABLE = (
    "firmware",
    "hal/__init__.py",
    "hal/ports",
    "hal/errors.py",
    "hal/aio.py",
    "hal/config.py",
    "hal/policy_limits.py",
    "hal/profiles.py",
    "hal/province.py",
    "hal/drivers",
    "hal/segments",
    "hal/gm",
    "tests/portable",
)
CHECKS = (*syntax.CHECKS, *names.CHECKS, *calls.CHECKS, *flow.CHECKS)


@dataclass(frozen=True, order=True)
class Finding:
    """A rule broken at a line; printed as `path:line: code message`."""

    path: str
    line: int
    code: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.code} {RULES[self.code]}"


def portable_files(root: Path, chosen: Iterable[str] = PORTABLE) -> list[Path]:
    """The Python files of the portable subset below `root`. pytest's `conftest.py` never runs on a board."""
    found: set[Path] = set()
    for name in chosen:
        place = root / name
        found.update(place.rglob("*.py") if place.is_dir() else [place])
    return sorted(path for path in found if path.is_file() and path.name != "conftest.py")


def check_source(path: PurePosixPath, text: str) -> tuple[list[Finding], list[Finding]]:
    """What is wrong in one file, and what a `# subset: <reason>` excuses. `path` is relative to the project."""
    try:
        source = Source(path, text)
    except SyntaxError as error:
        return [Finding(str(path), error.lineno or 1, "MP004")], []
    found = set(_findings(source))
    excused = {finding for finding in found if source.excuses.get(finding.line)}
    lines = {finding.line for finding in found}
    idle = {
        Finding(str(path), line, "MP002") for line, reason in source.excuses.items() if reason and line not in lines
    }
    empty = {Finding(str(path), line, "MP003") for line, reason in source.excuses.items() if not reason}
    return sorted(found - excused | idle | empty), sorted(excused)


def check_tree(root: Path, files: Iterable[Path]) -> list[Finding]:
    """What is wrong in `files` (below `root`), with the limit on excused lines over all of them."""
    findings: list[Finding] = []
    excused_lines: list[tuple[str, int]] = []
    for file in files:
        found, excused = check_source(PurePosixPath(file.relative_to(root).as_posix()), file.read_text("utf-8"))
        findings += found
        excused_lines += sorted({(finding.path, finding.line) for finding in excused})
    findings += [Finding(path, line, "MP001") for path, line in excused_lines[MAX_EXCUSES:]]
    return sorted(findings)


def _findings(source: Source) -> Iterator[Finding]:
    for node in source.nodes:
        for check in CHECKS:
            for code in check(node, source):
                yield Finding(str(source.path), _line_of(node, source), code)


def _line_of(node: ast.AST, source: Source) -> int:
    line = getattr(node, "lineno", None)
    return line or next((outer.lineno for outer in source.around(node) if hasattr(outer, "lineno")), 1)
