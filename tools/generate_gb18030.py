"""Write hal/drivers/gb18030_table.py from this interpreter's own gb18030 codec; `--check` only compares.

The mapping is GB 18030 as CPython implements it. Editions differ in some twenty code points (they move characters from
the private use area to code points of their own); CPython follows the first edition there, and so does the table.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "hal" / "drivers" / "gb18030_table.py"
TWO_BYTE_BASE = 40000
BYTES_PER_LINE = 512

HEADER = '''# fmt: off
"""The GB 18030 mapping of the basic plane, as data. Written by tools/generate_gb18030.py; do not edit.

`SEGMENTS`: {segments} runs of code points from U+0080 on, sorted, four bytes each: first code point, base (big-endian).
A base below `TWO_BYTE_BASE` is the linear number of the four-byte code of the first code point; any other, less
`TWO_BYTE_BASE`, is the index of its two-byte code in `TWO_BYTE_CODES`. Both count up within a run.
"""

TWO_BYTE_BASE = {base}
'''


def linear(code: bytes) -> int:
    """The number of a four-byte code, counted from 81308130."""
    return (((code[0] - 0x81) * 10 + code[1] - 0x30) * 126 + code[2] - 0x81) * 10 + code[3] - 0x30


def build() -> tuple[bytes, bytes]:
    """The segments and the two-byte codes of the basic plane."""
    segments = bytearray()
    codes = bytearray()
    expected = -1
    for point in [*range(0x80, 0xD800), *range(0xE000, 0x10000)]:
        code = chr(point).encode("gb18030")
        if len(code) == 2:
            base = TWO_BYTE_BASE + len(codes) // 2
            codes += code
        else:
            base = linear(code)
        if base != expected or point == 0xE000:
            segments += point.to_bytes(2, "big") + base.to_bytes(2, "big")
        expected = base + 1
    return bytes(segments), bytes(codes)


def literal(name: str, data: bytes) -> str:
    """`data` as a bytes literal over few long lines: MicroPython reads it without building a list."""
    pieces = [data[start : start + BYTES_PER_LINE] for start in range(0, len(data), BYTES_PER_LINE)]
    lines = ['    b"' + "".join(f"\\x{byte:02x}" for byte in piece) + '"' for piece in pieces]
    return f"{name} = (\n" + "\n".join(lines) + "\n)\n"


def render() -> str:
    """The whole module."""
    segments, codes = build()
    header = HEADER.format(segments=len(segments) // 4, base=TWO_BYTE_BASE)
    return header + literal("SEGMENTS", segments) + literal("TWO_BYTE_CODES", codes)


def main() -> int:
    """Write the module, or say with `--check` whether it is what this script would write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail when the file is out of date")
    arguments = parser.parse_args()
    text = render()
    if not arguments.check:
        TARGET.write_text(text, encoding="ascii")
        return 0
    if TARGET.exists() and TARGET.read_text(encoding="ascii") == text:
        return 0
    print(f"{TARGET} is out of date: run python tools/generate_gb18030.py", file=sys.stderr)
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
