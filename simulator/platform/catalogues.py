"""The national catalogues that clinics download, with their versions (1301 to 1315).

Source: NHSA interface specification, columns of the files as far as they are public; what is not public is `null`. Of
1303, 1306, 1308, 1310, 1311 and 1313 to 1315 no columns are public: they are empty. A version is text that grows; which
one is asked for at the first run is not stated: "0" or anything smaller than the first.
"""

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import islice
from pathlib import Path

from . import invention
from .benefits import Drug
from .invention import Article

FIRST_VERSION = "20260101000000"
_BEGIN, _UPDATED = "2026-01-01", "2026-01-01 00:00:00"
_NO_LIMIT = Decimal(999999)
_FORMS = ("注射液", "口服溶液", "口服液", "滴耳液", "胶囊", "颗粒", "糖浆", "乳膏", "栓", "丸", "膏", "片", "散")

# Transaction -> number of columns of its file; 0: not public.
COLUMNS = {
    "1301": 97, "1302": 33, "1303": 0, "1305": 20, "1306": 0, "1307": 24, "1308": 0, "1309": 16, "1310": 0, "1311": 0,
    "1313": 0, "1314": 0, "1315": 0,
}  # fmt: skip

Columns = dict[int, object]  # by the document's number, from 1


@dataclass(frozen=True, slots=True)
class Version:
    """A version that came out after the first: so many entries are new, and as many old ones are no longer valid."""

    number: str
    count: int


class Catalogues:
    """The catalogues of one platform. `full`: diagnoses and drugs in the number that they have in life."""

    def __init__(self, data: Path, drugs: dict[str, Drug], region: str, full: bool) -> None:
        self._data = data
        self._drugs = drugs
        self._region = region
        self._full = full
        self._texts: dict[tuple[str, str, tuple[Version, ...]], tuple[str, int]] = {}
        self._words = invention.Words(data / "invention.toml")

    def invented_drugs(self) -> dict[str, Drug]:
        """What the insurance catalogue says of the drugs that are made up by rule."""
        return {article.code: _drug(article) for article in self._invented}

    def article(self, code: str) -> Article:
        """The national catalogue's description of a drug. `KeyError` for one that is not in it."""
        return self._articles[code]

    def text(self, infno: str, after: str, versions: Iterable[Version]) -> tuple[str, int]:
        """The file of what is newer than version `after`, and how many rows it has; one row per line, TAB between the
        columns, `null` for what is empty."""
        asked = infno, after, tuple(versions)
        if asked not in self._texts:
            rows = self._rows(infno, list(asked[2]))
            lines = [_line(row, COLUMNS[infno]) for row in rows if _version_of(infno, row) > after]
            self._texts = {asked: ("".join(lines), len(lines))}  # the last one: it is counted first and fetched then
        return self._texts[asked]

    @cached_property
    def _invented(self) -> list[Article]:
        return list(self._words.drugs()) if self._full else []

    @cached_property
    def _articles(self) -> dict[str, Article]:
        known = {code: _known(drug) for code, drug in self._drugs.items()}
        return known | {article.code: article for article in self._invented}

    @cached_property
    def _diagnoses(self) -> dict[str, str]:
        rows = tomllib.loads((self._data / "diagnoses.toml").read_text(encoding="utf-8"))
        invented = dict(self._words.diagnoses(invention.DIAGNOSES if self._full else 0))
        named: dict[str, str] = rows["diagnosis"]
        return dict(islice((named | invented | named).items(), max(len(named), len(invented))))

    def _rows(self, infno: str, versions: list[Version]) -> Iterator[Columns]:
        """Every entry as it is now: the first version's, with what later ones changed, and what they added."""
        rows = list(self._first(infno))
        added: list[Columns] = []
        for place, version in enumerate(versions):
            for number in range(version.count if rows else 0):
                gone = rows[(place * 7919 + number * 104_729) % len(rows)]
                gone |= {_VALID[infno]: "0", _VERSION[infno]: version.number}
                added.append(_new_row(infno, rows[number % len(rows)], version.number, place * 1000 + number))
        yield from rows
        yield from added

    def _first(self, infno: str) -> Iterator[Columns]:
        match infno:
            case "1301":
                yield from (_drug_row(article, self._grade(article)) for article in self._articles.values())
            case "1302":
                yield from (_piece_row(number, name) for number, name in enumerate(self._seed("piece"), 1))
            case "1305":
                yield from (_service_row(code, name) for code, name in self._seed("service").items())
            case "1307":
                for number, (code, name) in enumerate(self._diagnoses.items(), 1):
                    yield _diagnosis_row(number, code, name)
            case "1309":
                for number, (code, name) in enumerate(self._seed("chronic").items(), 1):
                    yield _chronic_row(number, code, name, self._region)

    def _seed(self, kind: str) -> dict[str, str]:
        rows: dict[str, dict[str, str]] = tomllib.loads((self._data / "diagnoses.toml").read_text(encoding="utf-8"))
        return rows[kind]

    def _grade(self, article: Article) -> str:
        drug = self._drugs.get(article.code)
        return drug.chrgitm_lv if drug else article.grade


_VALID = {"1301": 79, "1302": 14, "1305": 7, "1307": 19, "1309": 6}
_VERSION = {"1301": 83, "1302": 18, "1305": 15, "1307": 23, "1309": 10}
_RID = {"1301": 80, "1302": 15, "1305": 14, "1307": 20, "1309": 7}


def _new_row(infno: str, like: Columns, version: str, number: int) -> Columns:
    """An entry that a later version adds: one that was there, by another maker or with another extension."""
    codes = {
        "1307": {1: f"N{number:07d}", 11: f"U{50 + number // 1000 % 50:02d}.900x{number % 1000:03d}"},
        "1309": {1: f"M9{number:04d}"},
    }
    row = like | codes.get(infno, {1: f"{str(like[1])[:-5]}{90_000 + number % 10_000:05d}"})
    return row | {_VALID[infno]: "1", _VERSION[infno]: version, _RID[infno]: f"{version}{number:06d}"}


def _version_of(infno: str, row: Columns) -> str:
    return str(row[_VERSION[infno]])


def _line(row: Columns, width: int) -> str:
    columns = ["null"] * width
    for place, value in row.items():
        columns[place - 1] = _cell(value)
    return "\t".join(columns) + "\r\n"


def _cell(value: object) -> str:
    """One column. TAB and line ends cannot be in it."""
    return "null" if value in (None, "") else " ".join(str(value).split())


def _drug(article: Article) -> Drug:
    share = {"01": "0.0000", "02": "0.1000", "03": "1.0000"}[article.grade]
    kind = "09" if article.code.startswith("X") else "11"
    return Drug(article.code, article.name, article.grade, kind, Decimal(share), _NO_LIMIT)


def _known(drug: Drug) -> Article:
    form = next((form for form in _FORMS if form in drug.name), "其他")
    maker = drug.med_list_codg[-5:]
    return Article(drug.med_list_codg, drug.name, form, "见说明书", 1, maker, "测试制药有限公司", "", drug.chrgitm_lv)


def _drug_row(article: Article, grade: str) -> Columns:
    return {
        1: article.code, 4: article.name, 8: article.name, 11: article.form, 14: article.spec, 16: article.form,
        17: article.spec, 28: "0", 29: "处方药", 32: article.pack, 37: _BEGIN, 40: "盒", 42: article.pack, 43: "盒",
        45: "盒", 44: article.form, 46: article.form, 47: article.pack, 51: invention.initials(article.name),
        53: article.maker_no, 54: article.maker, 58: "0", 62: article.approval, 65: "1", 71: "0", 75: "0", 79: "1",
        80: article.code, 81: _UPDATED, 82: _UPDATED, 83: FIRST_VERSION, 84: "first", 85: "0", 91: article.form,
        92: {"01": "甲", "02": "乙"}.get(grade, "丙"), 93: article.maker, 94: "1", 96: _BEGIN,
    }  # fmt: skip


def _piece_row(number: int, name: str) -> Columns:
    return {
        1: f"T{number:09d}", 2: name, 3: "2", 12: _BEGIN, 14: "1", 15: f"T{number:09d}", 16: _UPDATED, 17: _UPDATED,
        18: FIRST_VERSION, 20: name, 25: "甲", 32: _BEGIN,
    }  # fmt: skip


def _service_row(code: str, name: str) -> Columns:
    return {1: code, 2: "1", 3: "次", 7: "1", 9: "03", 10: name, 12: _BEGIN, 14: code, 15: FIRST_VERSION}


def _diagnosis_row(number: int, code: str, name: str) -> Columns:
    return {
        1: f"{number:08d}", 7: code[:3], 9: code[:5], 11: code, 12: name, 13: "1", 14: code[:5], 16: code, 17: name,
        19: "1", 20: f"D{number:08d}", 22: _UPDATED, 23: FIRST_VERSION,
    }  # fmt: skip


def _chronic_row(number: int, code: str, name: str, region: str) -> Columns:
    return {
        1: code, 2: name, 3: name, 4: region, 6: "1", 7: f"M{number:06d}", 10: FIRST_VERSION, 15: name, 16: code[:3],
    }  # fmt: skip
