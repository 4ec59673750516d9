"""The lint's tables agree with the interpreter: what is allowed exists there, what is refused as absent does not."""

import json
from pathlib import Path

import pytest

from tools.micropython.run import run
from tools.subset_lint import tables

PROBE = """
import builtins, json, unittest

class Answers(unittest.TestCase):
    def test_answers(self):
        wanted = json.loads({questions!r})
        import re
        kinds = dict(str=str, int=int, bytearray=bytearray, memoryview=memoryview, builtins=builtins, re=re)
        kinds["pattern"] = re.compile("a")
        kinds["match"] = re.match("a", "a")
        for name in wanted["modules"]:
            kinds[name] = __import__(name)
        present = [[kind, name] for kind, name in wanted["pairs"] if hasattr(kinds[kind], name)]
        print(json.dumps(present))
"""


def pairs(kind: str, names: frozenset[str]) -> list[tuple[str, str]]:
    return [(kind, name) for name in sorted(names)]


OF_TLS = {("hashlib", "sha1")}  # comes with TLS, which the ESP32 has and the VM has not
PRESENT = [pair for module, names in tables.MODULE_NAMES.items() for pair in pairs(module, names)]
ABSENT = [
    *pairs("builtins", tables.ABSENT_BUILTINS),
    *pairs("str", tables.ABSENT_STR_METHODS),
    *pairs("int", tables.ABSENT_INT_METHODS),
    *pairs("memoryview", tables.ABSENT_MEMORYVIEW_METHODS),
    *pairs("bytearray", tables.ABSENT_BYTEARRAY_METHODS),
    *pairs("re", tables.ABSENT_RE_METHODS),
    *pairs("pattern", tables.ABSENT_RE_METHODS),
    *pairs("match", tables.ABSENT_MATCH_METHODS - {"span"}),  # an option of the build, which the ESP32 leaves out
]


@pytest.fixture(scope="module")
def there(micropython: None, tmp_path_factory: pytest.TempPathFactory) -> set[tuple[str, str]]:
    """Which of the pairs (kind, name) exist in the VM."""
    root = tmp_path_factory.mktemp("probe")
    empty = ("hal/__init__.py", "hal/ports/__init__.py", "hal/errors.py", "hal/aio.py")
    for name in (*empty, "tests/portable/test_probe.py"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("", encoding="utf-8")
    questions = json.dumps({"modules": sorted(tables.MODULE_NAMES), "pairs": PRESENT + ABSENT})
    probe = root / "tests" / "portable" / "test_probe.py"
    probe.write_text(PROBE.format(questions=questions), encoding="utf-8")
    (report,) = run([probe], Path(root))
    assert report.failed == ()
    return {(kind, name) for kind, name in json.loads("".join(report.printed))}


def test_what_is_allowed_exists(there: set[tuple[str, str]]) -> None:
    assert set(PRESENT) - there == OF_TLS


def test_what_is_refused_as_absent_is_absent(there: set[tuple[str, str]]) -> None:
    assert set(ABSENT) & there == set()
