"""Every code point against the interpreter's own codec, and the table against its generator."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from hal.drivers.gb18030 import GETA, encode, encode_gbk
from hal.drivers.gb18030_table import SEGMENTS, TWO_BYTE_CODES

ROOT = Path(__file__).resolve().parents[2]


def test_every_code_point() -> None:
    points = [point for point in range(0x110000) if not 0xD800 <= point < 0xE000]
    for start in range(0, len(points), 4096):
        text = "".join(map(chr, points[start : start + 4096]))
        assert encode(text) == text.encode("gb18030")


def test_gbk_is_the_interpreters_or_a_mark() -> None:
    for point in range(0x80, 0x10000):
        text = chr(point)
        code = encode_gbk(text)
        assert len(code) == 2
        assert code in (GETA, text.encode("gb18030", "replace"))
        if text.encode("gbk", "ignore") and not 0xE000 <= point <= 0xF8FF:
            assert code == text.encode("gbk")


def test_half_a_surrogate_pair_has_no_code() -> None:
    assert encode("a\ud800b\udfff") == b"a?b?"


def test_the_table_is_what_its_generator_writes() -> None:
    command = [sys.executable, str(ROOT / "tools" / "generate_gb18030.py"), "--check"]
    assert subprocess.run(command, check=False).returncode == 0


def test_the_table_is_small_enough_for_the_esp32() -> None:
    assert len(SEGMENTS) + len(TWO_BYTE_CODES) < 50_000
