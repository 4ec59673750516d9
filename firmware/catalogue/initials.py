"""Pinyin initials of names, as doctors type them: 急性上呼吸道感染 is jxshxdgr, 2型糖尿病 is 2xtnb.

A letter for each Chinese character, Latin letters and digits as they are, Roman numbers as digits, nothing for others.
A character is read as it is read most; where medicine has words with another reading, they stand in `_WORDS`.
"""

from firmware.catalogue.initials_table import FIRST, LETTERS
from firmware.text import half_width

# A word, and its letters. The readings are those of a dictionary of modern Chinese.
_WORDS = (
    ("重复", "cf"),
    ("重叠", "cd"),
    ("重建", "cj"),
    ("重症", "zz"),
    ("重度", "zd"),
    ("二重", "ec"),
    ("双重", "sc"),
    ("三重", "sc"),
    ("多重", "dc"),
    ("重吸", "cx"),
    ("延长", "yc"),
    ("过长", "gc"),
    ("长期", "cq"),
    ("长骨", "cg"),
    ("细长", "xc"),
    ("长短", "cd"),
    ("长石", "cs"),
    ("长程", "cc"),
    ("粘液", "ny"),
    ("粘稠", "nc"),
    ("粘膜", "nm"),
    ("弹性", "tx"),
    ("弹力", "tl"),
    ("弹响", "tx"),
    ("厌恶", "yw"),
    ("屏气", "bq"),
    ("给予", "jy"),
    ("隐藏", "yc"),
    ("银行", "yh"),
    ("枸橼", "jy"),
)
_ROMAN = "ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ"
_PLAIN = b"abcdefghijklmnopqrstuvwxyz0123456789"
_words: "dict[str, list[tuple[str, str]]]" = {}  # by their first character
for _word, _letters in _WORDS:
    _words.setdefault(_word[0], []).append((_word, _letters))


def initials_of(name: str) -> str:
    """The initials of a name; "" for one without a letter."""
    plain = half_width(name)
    found = []
    index = 0
    while index < len(plain):
        char = plain[index]
        letters = ""
        for word, read in _words.get(char, ()):
            if plain[index : index + len(word)] == word:
                letters = read
                index += len(word) - 1
                break
        found.append(letters or _letter(char))
        index += 1
    return "".join(found)


def fold(text: str) -> bytes:
    """What is compared when somebody searches: half-width, small Latin letters, in UTF-8."""
    return half_width(text).encode().lower()  # of bytes: ASCII only, the same on both interpreters


def _letter(char: str) -> str:
    place = ord(char) - FIRST
    if 0 <= place < len(LETTERS):
        letter = chr(LETTERS[place])
        return "" if letter == "." else letter
    if char < "\x80":
        small = char.lower()
        return small if small.encode() in _PLAIN else ""
    number = _ROMAN.find(char)
    return "" if number < 0 else str(number + 1)
