"""Lint of the portable subset: code that runs unchanged on CPython and on MicroPython.

It refuses what fails on MicroPython and, above all, what fails there without a noise. Each rule has a stable code and
names the way round. A line ending in `# subset: <reason>` is excused; the whole tree may have `MAX_EXCUSES` of them.

Differences that an AST cannot show, and that only care and tests in both interpreters find: the order of dicts and of
keyword arguments; `struct.pack` and `to_bytes` cut off numbers that are too big or negative; `strip`, `isdigit` and
`upper` know ASCII only (U+3000 is no space there); `json.dumps` writes nonsense for objects it does not know; the
digest of a hash can be taken once.

Measured on MicroPython 1.27; `tests/gates/test_subset_tables.py` asks the interpreter again.
"""

from tools.subset_lint.check import MAX_EXCUSES, Finding, check_source, check_tree, portable_files
from tools.subset_lint.rules import RULES

__all__ = ["MAX_EXCUSES", "RULES", "Finding", "check_source", "check_tree", "portable_files"]
