"""`python -m tools.subset_lint [paths]`: prints each finding and ends with 1 when there is one."""

import sys
from pathlib import Path

from tools.subset_lint.check import PORTABLE, check_tree, portable_files

ROOT = Path(__file__).resolve().parents[2]


def main(arguments: list[str]) -> int:
    """Check the files or folders named (relative to the project), or the whole portable subset."""
    missing = [name for name in arguments if not (ROOT / name).exists()]
    if missing:
        sys.stderr.write(f"subset_lint: no such file: {', '.join(missing)}\n")
        return 2
    files = portable_files(ROOT, arguments or PORTABLE)
    findings = check_tree(ROOT, files)
    for finding in findings:
        sys.stdout.write(f"{finding}\n")
    sys.stdout.write(f"subset_lint: {len(files)} files, {len(findings)} findings\n")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
