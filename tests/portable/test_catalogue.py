"""The kept catalogue: built in bounded memory, read in place, refused when torn, searched as the naive would."""

import unittest

from firmware.catalogue import About, Builder, CatalogueError, Favourites, find, initials_of, open_catalogue
from hal import aio
from tests.portable.catalogue_files import COLUMNS, KIND, NAME, built, naive, unseen
from tests.portable.doubles import SeededRandom
from tests.portable.public_files import MemoryFiles

SOME = [
    ("J00.x00", "急性鼻咽炎［感冒］"),
    ("I10.x00x002", "高血压"),
    ("E14.900x001", "糖尿病"),
    ("E11.900", "2型糖尿病"),
    ("A01.000x005+J17.0*", "伤寒并发肺炎"),
    ("D89.800", "IgA肾病，Ⅱ型"),
    ("Z00.000", "长" * 100),
    ("K59.000", "病"),
]
SYLLABLES = ("糖尿病", "高血压", "炎", "急性", "慢性", "2型", "Ⅱ", "胃", "Ig", "（", "痛", "a", "肾")


class Dice:
    """Random numbers from a seed, the same on both interpreters."""

    def __init__(self, seed: int) -> None:
        self._random = SeededRandom(seed)

    def below(self, limit: int) -> int:
        """A number from 0 to `limit` - 1."""
        return int.from_bytes(self._random.take(4), "big") % limit


def invented(dice: Dice, count: int) -> "list[tuple[str, str]]":
    """Rows with many names alike."""
    rows: "dict[str, str]" = {}
    while len(rows) < count:
        code = "ABC"[dice.below(3)] + f"{dice.below(100):02d}.{dice.below(10)}" + ("x0", "00", "")[dice.below(3)]
        rows[code] = "".join([SYLLABLES[dice.below(len(SYLLABLES))] for _ in range(1 + dice.below(4))])
    return [(code, rows[code]) for code in sorted(rows)]


class TestInitials(unittest.TestCase):
    def test_names(self) -> None:
        for name, initials in (
            ("急性上呼吸道感染", "jxshxdgr"),
            ("2型糖尿病", "2xtnb"),
            ("胃-食管反流性疾病", "wsgflxjb"),
            ("颈椎病", "jzb"),
            ("重度贫血", "zdpx"),
            ("双重感染", "scgr"),
            ("Ⅱ型ＡＢ［α］", "2xab"),
            ("长", "z"),
            ("", ""),
            ("，。·", ""),
        ):
            self.assertEqual(initials_of(name), initials)


class TestKept(unittest.TestCase):
    async def test_rows_by_code(self) -> None:
        catalogue = await built(SOME)
        await catalogue.check()
        self.assertEqual((catalogue.rows, catalogue.about.source), (len(SOME), "test"))
        for code, name in SOME:
            self.assertEqual(catalogue.row(code), {"code": code, "name": name})
        for code in ("", "A", "A00.000", "Z00.0000", "E11", "e11.900", "~", "\t", "\n"):
            self.assertEqual(catalogue.row(code), None)

    async def test_every_torn_file_is_refused(self) -> None:
        files = MemoryFiles()
        await built(SOME, files)
        whole = files.kept[NAME]
        for length in range(len(whole)):
            files.kept[NAME] = whole[:length]
            self.assertEqual(await opened(files), "catalogue.damaged")
        for place in range(len(whole)):
            files.kept[NAME] = whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]
            self.assertEqual(await opened(files), "catalogue.damaged")
        files.kept[NAME] = whole
        self.assertEqual(await opened(files), "")

    async def test_another_kind_is_refused(self) -> None:
        files = MemoryFiles()
        await built(SOME, files)
        with self.assertRaises(CatalogueError):
            open_catalogue(files, NAME, "drugs")
        self.assertEqual(open_catalogue(files, "catalogue-drugs", "drugs"), None)

    async def test_an_empty_one(self) -> None:
        catalogue = await built([])
        await catalogue.check()
        self.assertEqual(
            (catalogue.rows, catalogue.row("A"), find(catalogue, "a", Favourites(catalogue, [], []))), (0, None, [])
        )


async def opened(files: MemoryFiles) -> str:
    """The code of what is wrong with the kept file, or ""."""
    try:
        catalogue = open_catalogue(files, NAME, KIND)
        assert catalogue is not None
        await catalogue.check()
    except CatalogueError as error:
        return error.code
    return ""


class TestBuilding(unittest.TestCase):
    async def test_the_later_row_counts_also_over_runs(self) -> None:
        files = MemoryFiles()
        builder = Builder(files, NAME, KIND, COLUMNS, 40)
        for turn in range(3):
            for number in range(9):
                await builder.add([f"A{number}", f"病{turn}"], not (turn == 2 and number in (3, 8)))
        await builder.finish(About("", "", False, ""), None, unseen)
        self.assertTrue(len(files.names()) > 3)
        builder.drop()
        self.assertEqual(files.names(), [NAME])
        catalogue = open_catalogue(files, NAME, KIND)
        assert catalogue is not None
        self.assertEqual(catalogue.rows, 7)
        self.assertEqual([catalogue.row("A3"), catalogue.row("A8")], [None, None])
        self.assertEqual(catalogue.row("A4"), {"code": "A4", "name": "病2"})

    async def test_merged_with_the_former_one(self) -> None:
        files = MemoryFiles()
        former = await built([("A", "甲"), ("B", "乙"), ("C", "丙")], files)
        builder = Builder(files, NAME, KIND, COLUMNS, 1)
        await builder.add(["B", "新"], True)
        await builder.add(["C", "丙"], False)
        await builder.add(["D", "丁"], False)
        await builder.add(["E", "戊"], True)
        self.assertEqual(await builder.finish(About("", "", False, ""), former, unseen), 3)
        builder.drop()
        catalogue = open_catalogue(files, NAME, KIND)
        assert catalogue is not None
        self.assertEqual([line.decode() for line in catalogue.lines()], ["A\t甲", "B\t新", "E\t戊"])

    async def test_what_a_power_cut_left_is_swept_away(self) -> None:
        files = MemoryFiles()
        files.kept[NAME + ".rows.7"] = b"x"
        files.kept[NAME + ".search.0"] = b"x"
        await built(SOME, files)
        self.assertEqual(files.names(), [NAME])

    async def test_others_have_their_turns(self) -> None:
        turns = [0]

        async def other() -> None:
            while turns[0] < 20:
                turns[0] += 1
                await aio.sleep_ms(0)

        aio.spawn("other", other())
        await built([(f"A{number:05d}", "病" + str(number)) for number in range(2000)], None, 100_000)
        self.assertEqual(turns, [20])


class TestFinding(unittest.TestCase):
    async def codes(self, query: str, used: "list[str]", common: "list[str]") -> "list[str]":
        catalogue = await built(SOME)
        return [row["code"] for row in find(catalogue, query, Favourites(catalogue, used, common))]

    async def test_examples(self) -> None:
        for query, codes in (
            ("tnb", ["E14.900x001", "E11.900"]),
            ("TNB", ["E14.900x001", "E11.900"]),
            ("糖尿病 2型", ["E11.900"]),
            ("2型　糖尿病", ["E11.900"]),
            ("a01.000X005+j17.0*", ["A01.000x005+J17.0*"]),
            ("[感冒]", ["J00.x00"]),
            ("iga", ["D89.800"]),
            ("igasb2x", ["D89.800"]),
            ("AAAAAAAA", []),
            ("\t", []),
            ("\x00", []),
            ("感冒 鬼", []),
        ):
            self.assertEqual(await self.codes(query, [], []), codes)

    async def test_own_usage_first_then_the_exact_one_then_the_common_ones(self) -> None:
        self.assertEqual(await self.codes("病", [], []), ["K59.000", "E14.900x001", "E11.900", "D89.800"])
        found = await self.codes("病", ["D89.800", "gone"], ["E11.900"])
        self.assertEqual(found, ["D89.800", "K59.000", "E11.900", "E14.900x001"])
        self.assertEqual(await self.codes("", ["D89.800"], ["E11.900", "D89.800"]), ["D89.800", "E11.900"])

    async def test_as_the_naive_would(self) -> None:
        dice = Dice(7)
        for count in (1, 30, 250):
            rows = invented(dice, count)
            catalogue = await built(rows, None, 3000)
            codes = [code for code, _ in rows]
            used = [codes[dice.below(count)]]
            common = [code for code in codes if dice.below(9) == 0 and code not in used]
            favourites = Favourites(catalogue, used, common)
            for _ in range(60):
                query = asked(dice, rows)
                found = [row["code"] for row in find(catalogue, query, favourites)]
                self.assertEqual(found, naive(rows, query, used, common), query)


def asked(dice: Dice, rows: "list[tuple[str, str]]") -> str:
    """What somebody may type who has one of the rows in mind, or none."""
    code, name = rows[dice.below(len(rows))]
    whole = (code, name, initials_of(name), name + code, "zz", name[-2:])[dice.below(6)]
    start = dice.below(3) if len(whole) > 3 else 0
    query = whole[start : start + 1 + dice.below(6)]
    if dice.below(4) == 0:
        query += " " + SYLLABLES[dice.below(len(SYLLABLES))]
    return query


class TestHostileQueries(unittest.TestCase):
    async def test_half_of_a_pair_of_signs(self) -> None:
        catalogue = await built(SOME)
        for query in ("\ud800", "病\udfff", "\ud83d a"):
            self.assertEqual(find(catalogue, query, Favourites(catalogue, [], [])), [])

    async def test_words_that_are_each_common_and_hardly_ever_together(self) -> None:
        """The walk over all ends before it comes to them; what the first word begins is found all the same."""
        rows = [(f"K{number:05d}", "丙甲" if number % 2 else "丙乙") for number in range(5000)]
        rows += [("Z1", "甲" + "长" * 20 + "乙")]
        catalogue = await built(rows, None, 4000)
        found = [row["code"] for row in find(catalogue, "甲 乙", Favourites(catalogue, [], []))]
        self.assertEqual(found, naive(rows, "甲 乙", [], []))

    async def test_names_of_a_thousand_signs_come_last(self) -> None:
        catalogue = await built([("A", "病" * 1200), ("B", "病" * 300), ("C", "病甲")])
        found = find(catalogue, "病", Favourites(catalogue, [], []))
        self.assertEqual([row["code"] for row in found], ["C", "B", "A"])

    async def test_a_whole_file_with_columns_that_are_none(self) -> None:
        files = MemoryFiles()
        builder = Builder(files, NAME, KIND, ["name", "code"])
        await builder.add(["A", "a"], True)
        await builder.finish(About("", "2026-01-01", False, "test"), None, unseen)
        builder.drop()
        with self.assertRaises(CatalogueError):
            open_catalogue(files, NAME, KIND)
