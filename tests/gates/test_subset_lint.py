"""The portable subset: each rule finds its difference and accepts the way round, and the tree keeps the rules."""

from pathlib import Path, PurePosixPath

import pytest

from tools.subset_lint import MAX_EXCUSES, RULES, check_source, check_tree, portable_files

ROOT = Path(__file__).resolve().parents[2]
FIRMWARE = PurePosixPath("firmware/visit/steps.py")

# code, what is refused, the way round
CASES = [
    (
        "MP002",
        "a = 1  # subset: not needed",
        "try:\n    a = 1\nexcept Exception:  # subset: a plug-in may raise anything\n    a = 2",
    ),
    ("MP003", "a = 1  # subset:", "a = 1  # a subset: of things"),
    ("MP004", "def f(:", "def f(): pass"),
    ("MP101", "match a:\n    case 1: pass", "if a == 1: pass"),
    ("MP102", "def f(a, /): pass", "def f(a): pass"),
    ("MP102", "g = lambda a, /: a", "g = lambda a: a"),
    ("MP103", "a = {**b}", "a = b | {}"),
    ("MP104", "a = [*b, 1]", "f(*b)"),
    ("MP104", "a = (*b, 1)", "first, *rest = b"),
    ("MP105", "try: pass\nexcept* ValueError: pass", "try: pass\nexcept ValueError: pass"),
    ("MP107", "class A(metaclass=M): pass", "class A(M): pass"),
    ("MP108", "class A(B, C): pass", "class A(B): pass"),
    ("MP109", "async def f(): return [a async for a in b]", "async def f():\n    async for a in b: pass"),
    ("MP110", "async def f(): return [await g(a) for a in b]", "async def f(): return [a for a in await g()]"),
    ("MP110", "async def f(): return [a for a in b if await g(a)]", "async def f(): return [a for a in b if g(a)]"),
    ("MP111", "async def f(): yield 1", "def f(): yield 1"),
    ("MP112", "class A:\n    def __init_subclass__(cls): pass", "class A:\n    def __init__(self): pass"),
    ("MP112", "class A:\n    def __await__(self): pass", "class A:\n    async def wait(self): pass"),
    ("MP113", "def f():\n    with a:\n        yield 1", "def f():\n    with a:\n        return 1"),
    (
        "MP113",
        "def f():\n    try:\n        yield 1\n    finally:\n        g()",
        "def f():\n    try:\n        g()\n    except ValueError:\n        yield 1",
    ),
    ("MP114", "Rows = list[int]", "if TYPE_CHECKING:\n    Rows = list[int]"),
    ("MP114", "Line = int | None", "def f(a: int | None) -> list[int]: pass"),
    ("MP114", "isinstance(a, B | C)", "isinstance(a, (B, C))"),
    ("MP115", "a = b[::-1]", "a = b[1:]"),
    ("MP116", "def f(): pass\nf.calls = 0", "class F: pass\nF.calls = 0"),
    ("MP117", "a = 1.5", "a = 15"),
    ("MP117", "a = float(b)", "a = int(b)"),
    ("MP118", "a = b / 2", "a = b // 2"),
    ("MP118", "a /= 2", "a //= 2"),
    ("MP201", "import os", "import json"),
    ("MP201", "import sys", "import struct"),
    ("MP201", "import asyncio", "from hal import aio"),
    ("MP201", "from dataclasses import dataclass", "from firmware.errors import Refused"),
    ("MP201", "from typing import Any", "if TYPE_CHECKING:\n    from typing import Any"),
    ("MP201", "import enum", "from __future__ import annotations"),
    ("MP201", "from pathlib import Path", "import io"),
    ("MP201", "import unittest", "import re"),
    ("MP202", "from collections import defaultdict", "from collections import OrderedDict"),
    (
        "MP202",
        "import json\ntry: pass\nexcept json.JSONDecodeError: pass",
        "import json\ntry: pass\nexcept ValueError: pass",
    ),
    ("MP202", "import hashlib\nhashlib.md5(b'')", "import hashlib\nhashlib.sha256(b'')"),
    ("MP202", "import time\na = time.time()", "def f(time): return time.time()"),
    ("MP202", "import hmac\nhmac.compare_digest(a, b)", "import hmac\nhmac.new(a, b)"),
    ("MP203", "try: pass\nexcept ConnectionError: pass", "try: pass\nexcept OSError: pass"),
    ("MP203", "try: pass\nexcept UnicodeDecodeError: pass", "try: pass\nexcept UnicodeError: pass"),
    ("MP203", "a = format(b)", "def f(format): return format(1)"),
    ("MP204", "a = error.__cause__", "raise Broken('x') from None"),
    ("MP205", "if sys.platform == 'linux': pass", "if board.name == 'a': pass"),
    ("MP205", "a = platform.machine()", "a = board.machine()"),
    ("MP301", "a = b.zfill(6)", "a = f'{b:06d}'"),
    ("MP301", "a = b.removeprefix('x')", "a = b[1:] if b.startswith('x') else b"),
    ("MP301", "a = view.tobytes()", "a = bytes(view)"),
    ("MP301", "a = pair._replace(x=1)", "a = Pair(1, pair.y)"),
    ("MP302", "a = b.encode('gbk')", "a = b.encode('utf-8')"),
    ("MP302", "a = str(b, 'gb18030')", "a = str(b, 'utf-8')"),
    ("MP302", "a = b.decode(encoding='ascii')", "a = b.decode()"),
    ("MP303", "a = b.decode('utf-8', 'replace')", "a = codec.decode(frame, 7)"),
    ("MP304", "json.dumps(a, sort_keys=True)", "json.dumps(a, separators=(',', ':'))"),
    ("MP304", "json.dumps(a, indent=2)", "json.dumps(a)"),
    ("MP305", "sorted(a, key=lambda v: v.at)", "sorted(a, key=lambda v: (v.at, v.number))"),
    ("MP305", "a.sort(key=lambda v: v[0])", "a.sort()"),
    ("MP306", "re.match('a{2,3}', b)", "re.match('aaa?', b)"),
    ("MP306", "re.compile('(?P<name>a)')", "re.compile('(?:a)')"),
    ("MP306", r"re.compile(r'\bab')", r"re.compile(r'^\d+\.\d+$')"),
    ("MP306", "re.compile('[一-龥]')", "re.compile('药')"),
    ("MP306", "pattern.fullmatch(a)", "pattern.match(a)"),
    ("MP307", "found.groups()", "found.group(1)"),
    ("MP307", "found.group(1, 2)", "found.group(2)"),
    ("MP308", "a = digest.hexdigest()", "a = binascii.hexlify(digest.digest())"),
    ("MP308", "h = hashlib.sha256(a)\nb = h.copy()", "h = {}\nb = h.copy()"),
    ("MP309", "a = (-1).to_bytes(1, 'big')", "a = (255).to_bytes(1, 'big')"),
    ("MP309", "a = b.to_bytes(1, 'big', signed=True)", "a = (b + 256).to_bytes(1, 'big')"),
    ("MP310", "a = b.split(sep=',')", "a = b.split(',')"),
    ("MP310", "a = zip(b, c, strict=True)", "a = zip(b, c)"),
    ("MP310", "a = int.from_bytes(b, byteorder='big')", "a = int.from_bytes(b, 'big')"),
    ("MP311", "a = deque()", "a = deque((), 10)"),
    ("MP311", "a = deque((), maxlen=10)", "a = deque([], 10)"),
    ("MP312", "b = bytearray()\ndel b[:2]", "b = bytearray()\nb[:2] = b''"),
    ("MP312", "class A:\n    def f(self):\n        self.b = bytearray()\n        self.b.clear()", "b = []\nb.clear()"),
    ("MP313", "def f(v): return isinstance(v, int)", "def f(v): return type(v) is int"),
    (
        "MP313",
        "def f(v): return isinstance(v, (int, str))",
        "def f(v): return isinstance(v, int) and type(v) is not bool",
    ),
    ("MP314", "a = error.errno == 2", "a = error.errno == errno.ENOENT"),
    ("MP315", "a = datetime.now()", "a = clock.now()"),
    ("MP315", "a = day.strftime('%Y')", "a = day.isoformat()"),
    ("MP401", "try: pass\nexcept: pass", "try: pass\nexcept ValueError: pass"),
    ("MP401", "try: pass\nexcept (ValueError, Exception): pass", "try: pass\nexcept (ValueError, KeyError): pass"),
    ("MP402", "async def f(): pass\nasync def g():\n    f()", "async def f(): pass\nasync def g():\n    await f()"),
    (
        "MP402",
        "class A:\n    async def f(self): pass\n    async def g(self):\n        self.f()",
        "class A:\n    def f(self): pass\n    async def g(self):\n        self.f()",
    ),
    ("MP402", "from hal import aio\naio.sleep_ms(1)", "from hal import aio\naio.spawn('x', f())"),
]


def codes(text: str, path: PurePosixPath = FIRMWARE) -> set[str]:
    return {finding.code for finding in check_source(path, text)[0]}


@pytest.mark.parametrize(("code", "refused", "way_round"), CASES)
def test_rule(code: str, refused: str, way_round: str) -> None:
    assert code in codes(refused)
    assert code not in codes(way_round)
    assert "MP004" not in codes(way_round)


def test_every_rule_has_a_case() -> None:
    elsewhere = {"MP001", "MP106"}  # the limit over the tree; the syntax of Python 3.12
    assert {code for code, _, _ in CASES} == set(RULES) - elsewhere


def test_new_generic_syntax_is_refused_or_not_parsed() -> None:
    assert codes("type Rows = list") <= {"MP004", "MP106"}
    assert codes("def f[T](a: T) -> T: return a") in ({"MP004"}, {"MP106"})


def test_the_supervisor_alone_catches_everything() -> None:
    supervisor = PurePosixPath("firmware/supervisor.py")
    assert codes("try: pass\nexcept Exception: pass", supervisor) == set()
    assert codes("try: pass\nexcept BaseException: pass", supervisor) == {"MP401"}
    assert codes("try: pass\nexcept Exception: pass") == {"MP401"}


def test_rooms_differ() -> None:
    assert codes("import asyncio", PurePosixPath("hal/aio.py")) == set()
    assert codes("import asyncio", PurePosixPath("hal/drivers/scanner.py")) == {"MP201"}
    assert codes("a = b / 1.5", PurePosixPath("hal/drivers/printer.py")) == set()
    assert codes("import unittest", PurePosixPath("tests/portable/test_money.py")) == set()


def test_a_finding_names_file_line_code_and_way_round() -> None:
    finding = check_source(FIRMWARE, "a = 1\nb = 'x'.encode('gbk')\n")[0][0]
    assert str(finding).startswith("firmware/visit/steps.py:2: MP302 ")
    assert "GB 18030" in str(finding)


def test_excused_lines_are_counted_over_the_tree(tmp_path: Path) -> None:
    firmware = tmp_path / "firmware"
    firmware.mkdir()
    excused = "try:\n    pass\nexcept Exception:  # subset: a handler of ours may raise anything\n    pass\n"
    for number in range(MAX_EXCUSES + 1):
        (firmware / f"room{number}.py").write_text(excused, encoding="utf-8")
    files = portable_files(tmp_path)
    assert check_tree(tmp_path, files[:MAX_EXCUSES]) == []
    assert [finding.code for finding in check_tree(tmp_path, files)] == ["MP001"]


def test_the_tree_keeps_the_rules() -> None:
    files = portable_files(ROOT)
    assert ROOT / "hal" / "ports" / "lines.py" in files
    assert [str(finding) for finding in check_tree(ROOT, files)] == []
