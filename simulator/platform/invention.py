"""Invented catalogues of the size that real ones have: 33,000 diagnoses and 14,000 drugs, the same at every start.

The codes have the structure of the published ones: a western drug 23 characters (X, class, name, form, specification,
pack, enterprise), a Chinese patent medicine 20 (Z, class, name and form, specification, pack, enterprise); a diagnosis
in the insurance form of ICD-10 with its national extension (J00.x00, A09.900x003). Names are put together from the
parts in `invention.toml` and mean nothing.
"""

import tomllib
from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, product
from pathlib import Path

WESTERN, CHINESE = 5_700, 8_300
DIAGNOSES = 33_000
_MAKERS = 397  # a prime, so that makers and drugs do not go in step

# Where the initials of the Chinese syllables begin in GB 2312, whose first level is in the order of the syllables.
_SYLLABLES = (
    "a b0a1 b b0c5 c b2c1 d b4ee e b6ea f b7a2 g b8c1 h b9fe j bbf7 k bfa6 l c0ac m c2e8 n c4c3 o c5b6 p c5be q c6da "
    "r c8bb s c8f6 t cbfa w cdda x cef4 y d1b9 z d4d1"
)
_INITIALS: list[tuple[int, str]] = [
    (int(code, 16), letter) for letter, code in zip(*[iter(_SYLLABLES.split())] * 2, strict=True)
]
_END = 0xD7FA  # of the first level


@dataclass(frozen=True, slots=True)
class Article:
    """A drug as the national catalogue describes it (1301)."""

    code: str
    name: str
    form: str
    spec: str
    pack: int
    maker_no: str
    maker: str
    approval: str
    grade: str  # 甲 乙 丙 as 01 02 03, or "" when the insurance catalogue decides


def initials(name: str) -> str:
    """The first letters of a Chinese name's syllables; characters outside the commonest 3,755 are left out."""
    return "".join(_initial(character) for character in name)


@lru_cache(5000)
def _initial(character: str) -> str:
    code = int.from_bytes(character.encode("gb2312", "ignore"), "big")
    if code < _INITIALS[0][0] or code >= _END:
        return character.lower() if character.isascii() and character.isalnum() else ""
    return _INITIALS[bisect([begins for begins, _ in _INITIALS], code) - 1][1]


class Words:
    """The parts of names, read from an `invention.toml`."""

    def __init__(self, file: Path) -> None:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
        self._lists = {(kind, name): words.split() for kind, lists in document.items() for name, words in lists.items()}

    def drugs(self, western: int = WESTERN, chinese: int = CHINESE) -> Iterator[Article]:
        """So many invented drugs."""
        names = product(*(self._lists["drug", part] for part in ("first", "second", "starts", "forms")))
        for number, (first, second, start, form) in enumerate(islice(names, western)):
            maker = number * 7 % _MAKERS
            family = f"{_letter(number, 22)}{number // 350 % 16 + 1:02d}{_letter(number, 5)}{_letter(number, 24)}"
            name = f"{_letter(number // 1000, 26)}{number % 1000:03d}"
            code = f"X{family}{name}{form[0]}{number % 90 + 1:03d}0101{maker:05d}"
            yield self._article(code, start + first + second + form[1:], form[1:], number, "H")
        names = product(*(self._lists["patent", part] for part in ("heals", "heals_of", "starts", "forms")))
        for number, (heals, of, start, form) in enumerate(islice(names, chinese)):
            maker = number * 11 % _MAKERS
            family = f"{_letter(number, 7)}{number // 900 % 15 + 1:02d}{_letter(number, 6)}{_letter(number, 5)}"
            code = f"Z{family}X{number:04d}{number % 3 + 1:02d}01{maker:05d}"
            yield self._article(code, start + heals + of + form, form, number, "Z")

    def _article(self, code: str, name: str, form: str, number: int, letter: str) -> Article:
        maker, places = int(code[-5:]), self._lists["drug", "places"]
        place, other = places[maker % len(places)], places[maker // len(places)]
        return Article(
            code=code,
            name=name,
            form=form,
            spec=f"{(number % 8 + 1) * 25}mg",
            pack=(6, 10, 12, 24, 30, 100)[number % 6],
            maker_no=code[-5:],
            maker=f"{place}{other}制药有限公司",
            approval=f"国药准字{letter}{20_000_000 + number}",
            grade=("01", "01", "02", "02", "02", "03")[number % 6],
        )

    def diagnoses(self, count: int = DIAGNOSES) -> Iterator[tuple[str, str]]:
        """So many invented diagnoses: code and name."""
        names = product(*(self._lists["diagnosis", part] for part in ("kinds", "sites", "conditions")))
        for number, (kind, site, condition) in enumerate(islice(names, count)):
            category, rest = number % 2600, number // 2600
            code = f"{_letter(category // 100, 26)}{category % 100:02d}.{rest % 10}00"
            yield code + (f"x{rest // 10:03d}" if rest >= 10 else ""), kind + site + condition


def _letter(number: int, count: int) -> str:
    return chr(ord("A") + number % count)
