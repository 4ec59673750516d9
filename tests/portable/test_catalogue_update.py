"""Bringing a catalogue up to date: whole, cut off at every call, and with files that are none."""

import unittest

from firmware.catalogue import CatalogueError, Update, open_catalogue
from firmware.insurance import Unreachable
from hal import aio
from tests.portable.catalogue_files import KIND, NAME, CutFiles, FilePlatform, PowerCut, built, platform_line
from tests.portable.doubles import HandClock
from tests.portable.public_files import MemoryFiles, StoredZips

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

FIRST = [platform_line("A00", "甲病"), platform_line("B00", "乙病"), platform_line("C00", "丙病")]
SECOND = [
    platform_line("B00", "乙病新名", "1", "V2"),
    platform_line("C00", "丙病", "0", "V2"),
    platform_line("D00", "丁病", "1", "V2"),
]
BOTH = [("V1", FIRST), ("V2", SECOND)]
ROWS = ["A00\t甲病", "B00\t乙病新名", "D00\t丁病"]


def update(files: MemoryFiles, offers: FilePlatform) -> Update:
    """An update of the diagnoses."""
    source: "Any" = offers
    return Update(KIND, files, StoredZips(), source, HandClock(1_790_000_000, "boot"))


def rows_of(files: MemoryFiles) -> "tuple[str, list[str]]":
    """Version and rows of what is kept; ("", []) for nothing."""
    catalogue = open_catalogue(files, NAME, KIND)
    if catalogue is None:
        return "", []
    return catalogue.about.version, [line.decode() for line in catalogue.lines()]


class TestUpdate(unittest.TestCase):
    async def test_until_there_is_nothing_newer(self) -> None:
        files = MemoryFiles()
        offers = FilePlatform(BOTH)
        await update(files, offers).run()
        self.assertEqual(rows_of(files), ("V2", ROWS))
        self.assertEqual(offers.asked, ["", "V1", "V2"])
        self.assertEqual(files.names(), [NAME])
        catalogue = open_catalogue(files, NAME, KIND)
        assert catalogue is not None
        self.assertTrue(catalogue.about.verified)
        await update(files, offers).run()
        self.assertEqual(offers.fetched, ["V1", "V2"])

    async def test_what_did_not_come_from_the_platform_is_replaced(self) -> None:
        files = MemoryFiles()
        await built([("Z99", "别的版本")], files)
        await update(files, FilePlatform(BOTH)).run()
        self.assertEqual(rows_of(files), ("V2", ROWS))

    async def test_a_damaged_one_is_fetched_anew(self) -> None:
        files = MemoryFiles()
        files.kept[NAME] = b"cunyitong-catalogue 1\tdiagnoses\n"
        await update(files, FilePlatform(BOTH)).run()
        self.assertEqual(rows_of(files), ("V2", ROWS))

    async def test_one_with_a_damaged_row_is_fetched_anew(self) -> None:
        """Its frame is whole, so it opens; were it built on, the damage would stand under a new checksum."""
        files = MemoryFiles()
        await update(files, FilePlatform([("V1", FIRST)])).run()
        files.kept[NAME] = files.kept[NAME].replace("\t甲病\n".encode(), "\t乙病\n".encode())
        offers = FilePlatform(BOTH)
        await update(files, offers).run()
        self.assertEqual((rows_of(files), offers.asked), (("V2", ROWS), ["", "V1", "V2"]))

    async def test_a_row_without_a_name_is_taken_away_all_the_same(self) -> None:
        files = MemoryFiles()
        voided = platform_line("A00", "null", "0", "V2")
        await update(files, FilePlatform([("V1", FIRST), ("V2", [voided])])).run()
        self.assertEqual(rows_of(files), ("V2", ["B00\t乙病", "C00\t丙病"]))

    async def test_what_cannot_be_a_version_is_not_noted(self) -> None:
        """The last line would be longer than any that is read, or every later version older."""
        for version in ("F_20211013000000_" + "长" * 1000, "长" * 1000, "版本", "V 1"):
            files = MemoryFiles()
            lines = FIRST[:1] + [platform_line("B00", "乙病", "1", version)]
            await update(files, FilePlatform([("V1", lines)])).run()
            self.assertEqual(rows_of(files), ("V1", ["A00\t甲病", "B00\t乙病"]))

    async def test_a_power_cut_at_every_call(self) -> None:
        """After each cut the old catalogue or a new one is there, whole; the next update ends as if nothing had been,
        and fetches nothing twice that had come."""
        calls = 0
        cut = True
        while cut:
            offers = FilePlatform(BOTH)
            files = CutFiles(offers)
            offers.cuts = [calls]
            try:
                await update(files, offers).run()
                cut = False
            except PowerCut:
                pass
            self.assertTrue(rows_of(files) in (("", []), ("V1", ["A00\t甲病", "B00\t乙病", "C00\t丙病"]), ("V2", ROWS)))
            after = FilePlatform(BOTH)
            after.fetched = [name for name in offers.fetched if any_zip_or_row(files, name)]
            left = CutFiles(after, files.kept)
            await update(left, after).run()
            self.assertEqual((calls, rows_of(left)), (calls, ("V2", ROWS)))
            self.assertEqual(after.fetched, ["V1", "V2"])
            self.assertEqual(left.names(), [NAME])
            calls += 1
        self.assertTrue(calls > 40, calls)

    async def test_called_off_while_it_is_fetched(self) -> None:
        files = MemoryFiles()
        offers = FilePlatform(BOTH)
        under_way = update(files, offers)
        offers.call = under_way.stop  # type: ignore[method-assign]
        with self.assertRaises(CatalogueError):
            await under_way.run()
        self.assertEqual(files.names(), [])

    async def test_no_line(self) -> None:
        files = MemoryFiles()
        offers = FilePlatform(BOTH)
        offers.refusal = Unreachable("insurance.not_connected")
        with self.assertRaises(Unreachable):
            await update(files, offers).run()

    async def test_a_platform_whose_version_stands_still(self) -> None:
        files = MemoryFiles()
        offers = FilePlatform([("V1", [platform_line("A", "甲", "1", "V0")])])
        await update(files, offers).run()
        self.assertEqual((rows_of(files), offers.asked), (("V0", ["A\t甲"]), ["", "V0"]))

    async def test_without_any_version_all_is_fetched_the_next_time(self) -> None:
        files = MemoryFiles()
        offers = FilePlatform([("1", [platform_line("A", "甲", "1", "null")])])
        await update(files, offers).run()
        self.assertEqual(rows_of(files), ("", ["A\t甲"]))
        await update(files, offers).run()
        self.assertEqual(offers.asked, ["", ""])


def any_zip_or_row(files: MemoryFiles, version: str) -> bool:
    """Whether the file of a version had come to stay: as a ZIP, or taken in."""
    return rows_of(files)[0] >= version or ".zip" in "".join(files.names())


class TestFilesThatAreNone(unittest.TestCase):
    async def refused(self, lines: "list[str]") -> str:
        """What an update to such a file ends with; the old catalogue stays, and the file is not tried again."""
        files = MemoryFiles()
        await built([("A00", "甲病")], files, 200, "V0")
        code = ""
        try:
            await update(files, FilePlatform([("V1", lines)])).run()
        except CatalogueError as error:
            code = error.code
            self.assertEqual(rows_of(files), ("V0", ["A00\t甲病"]))
        self.assertEqual(files.names(), [NAME])
        return code

    async def test_lines_of_something_else(self) -> None:
        self.assertEqual(await self.refused(["<html>", "502", "</html>"]), "catalogue.bad_file")
        self.assertEqual(await self.refused(["a\tb"] * 300), "catalogue.bad_file")
        self.assertEqual(await self.refused(["x" * 40_000]), "catalogue.bad_file")
        self.assertEqual(await self.refused(["\t" * 1000] * 30), "catalogue.bad_file")

    async def test_a_line_that_ends_in_its_piece_but_is_too_long(self) -> None:
        long = platform_line("A00", "病").split("\t")
        long[0] = "x" * 33_000
        self.assertEqual(await self.refused(["\t".join(long)]), "catalogue.bad_file")

    async def test_many_empty_lines_hold_nobody(self) -> None:
        """A small ZIP may unpack to a thousand million of them."""
        turns = 0
        over = False

        async def other() -> None:
            nonlocal turns
            while not over:
                turns += 1
                await aio.sleep_ms(0)

        beside = aio.spawn("other", other())
        self.assertEqual(await self.refused([""] * 20_000), "")
        over = True
        beside.cancel()
        self.assertTrue(turns >= 50, turns)

    async def test_a_slip_in_a_row_is_passed_over(self) -> None:
        lines = [platform_line(f"A{number:02d}", "病") for number in range(20)]
        slips = [platform_line("A 1", "病"), platform_line("A", "null"), platform_line("A", "病", "2"), "", "x"]
        self.assertEqual(await self.refused(lines + slips), "")

    async def test_an_empty_file_is_nothing_new(self) -> None:
        self.assertEqual(await self.refused([]), "")

    async def test_torn_zips(self) -> None:
        offers = FilePlatform(BOTH)
        for length in (0, 1, 29, 60, len(offers.content("V1")) - 1):
            files = MemoryFiles()
            offers.cut_to = length
            with self.assertRaises(CatalogueError):
                await update(files, offers).run()
            self.assertEqual(files.names(), [])

    async def test_marks_and_line_ends_of_other_systems(self) -> None:
        lines = ["\ufeff" + platform_line("A01", "病\x00 名") + "\r", platform_line("A02", "病")]
        files = MemoryFiles()
        await update(files, FilePlatform([("V1", lines)])).run()
        self.assertEqual(rows_of(files), ("V1", ["A01\t病  名", "A02\t病"]))
