"""Write firmware/catalogue/initials_table.py from pypinyin; `--check` only compares.

pypinyin is needed by whoever runs this, and by nobody else: `pip install pypinyin==0.55.0` (MIT; its readings come from
the Unicode Unihan database and the project's own list, MIT). Each character gets the first letter of its most common
reading, except those of `MEDICAL`, where medicine reads another one. `--agreement FILE` prints how often the table and
the phrases of `firmware/catalogue/initials.py` say the same as pypinyin's phrases do, on the names in a TSV file.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

from firmware.catalogue import initials_of

TARGET = Path(__file__).resolve().parent.parent / "firmware" / "catalogue" / "initials_table.py"
FIRST, LAST = 0x4E00, 0x9FA5
PER_LINE = 100
# 颈椎 zhui, 膀胱 pang, 失调 tiao, 牙龈 yin, 咯血 ka, 脏器 zang, 弹性 tan, 虾 xia, 曾 zeng, 厦 xia
MEDICAL = {"椎": "z", "膀": "p", "调": "t", "龈": "y", "咯": "k"}

HEADER = '''"""The first letter of the pinyin of each character from U+4E00 to U+9FA5, `.` where it has none. Written by
tools/generate_initials.py from pypinyin {version} (MIT); do not edit.
"""

FIRST = 0x4E00
'''


def letters() -> str:
    """The table as one text."""
    from pypinyin import Style, pinyin  # type: ignore[import-not-found]  # noqa: PLC0415 -- only who writes it has it

    found = []
    for code in range(FIRST, LAST + 1):
        char = chr(code)
        reading = pinyin(char, style=Style.NORMAL, errors=lambda _unknown: None)
        letter = reading[0][0][:1] if reading and reading[0] else ""
        found.append(MEDICAL.get(char, letter if "a" <= letter <= "z" else "."))
    return "".join(found)


def render() -> str:
    """The whole module."""
    import pypinyin  # noqa: PLC0415

    table = letters()
    lines = [f'    b"{table[start : start + PER_LINE]}"' for start in range(0, len(table), PER_LINE)]
    return HEADER.format(version=pypinyin.__version__) + "LETTERS = (\n" + "\n".join(lines) + "\n)\n"


def agreement(path: Path) -> None:
    """Print how many characters, and how many whole names, get the letters that pypinyin's phrases give."""
    from pypinyin import lazy_pinyin  # noqa: PLC0415

    names = [line.split("\t")[1] for line in path.read_text("utf-8").splitlines() if "\t" in line]
    chars = same_chars = same_names = 0
    differ: Counter[str] = Counter()
    for name in names:
        chinese = "".join(char for char in name if FIRST <= ord(char) <= LAST)
        theirs = "".join(reading[0] for reading in lazy_pinyin(chinese))
        ours = initials_of(chinese)
        chars += len(chinese)
        same_names += ours == theirs
        for char, own, other in zip(chinese, ours, theirs, strict=False):
            same_chars += own == other
            if own != other:
                differ[f"{char} {own} for {other}"] += 1
    print(f"{same_chars} of {chars} characters ({same_chars / chars:.2%}), {same_names} of {len(names)} names the same")
    print("; ".join(f"{what}: {count}" for what, count in differ.most_common(20)))


def main() -> int:
    """Write it, compare it, or print the agreement."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare only")
    parser.add_argument("--agreement", type=Path, metavar="FILE", help="a TSV file with names in its second column")
    options = parser.parse_args()
    if options.agreement:
        agreement(options.agreement)
        return 0
    text = render()
    if options.check:
        same = TARGET.read_text("utf-8") == text
        print(f"{TARGET.name}: {'as generated' if same else 'differs from what would be generated'}")
        return 0 if same else 1
    TARGET.write_text(text, "utf-8")
    print(f"{TARGET.name}: {len(text)} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
