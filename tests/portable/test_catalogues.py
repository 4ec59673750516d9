"""The room of the catalogues by itself: usage that is kept, updates once a day while nobody is treated."""

import unittest

from firmware.catalogue import Catalogues
from firmware.vault import open_vault
from hal.errors import StoreError
from tests.portable.catalogue_files import FilePlatform, built, platform_line
from tests.portable.doubles import MemoryBoard
from tests.portable.public_files import MemoryFiles

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


async def room(board: MemoryBoard, source: "Any" = None) -> Catalogues:
    """The catalogues of a board."""
    vault = await open_vault(board.store, board.ciphers, board.keys, board.random, board.clock)
    given: "Any" = board
    catalogues = Catalogues(given, vault, source, lambda: True)
    await catalogues.load()
    return catalogues


class TestUsage(unittest.TestCase):
    async def test_it_survives_a_restart_once_it_is_kept(self) -> None:
        board = MemoryBoard()
        await built([("A", "甲病"), ("B", "乙病")], board.files)
        catalogues = await room(board)
        catalogues.chosen("B")
        self.assertEqual([row["code"] for row in catalogues.search("diagnoses", "病")], ["B", "A"])
        await catalogues.usage.save()
        again = await room(board.restarted(2))
        self.assertEqual([row["code"] for row in again.search("diagnoses", "病")], ["B", "A"])

    async def test_old_habits_fade(self) -> None:
        catalogues = await room(MemoryBoard())
        for _ in range(400):
            catalogues.usage.count("old")
        for _ in range(250):
            catalogues.usage.count("new")
        self.assertEqual(catalogues.usage.codes(), ["old", "new"])
        for _ in range(200):
            catalogues.usage.count("new")
        self.assertEqual(catalogues.usage.codes(), ["new", "old"])
        for number in range(300):
            catalogues.usage.count(str(number))
        self.assertTrue(len(catalogues.usage.codes()) <= 100)
        self.assertEqual(catalogues.usage.codes()[0], "new")


class TestDue(unittest.TestCase):
    async def test_only_what_was_downloaded_before_and_once_a_day(self) -> None:
        board = MemoryBoard()
        source = FilePlatform([("V1", [platform_line("A", "甲病")])])
        await built([("A", "甲病")], board.files)
        catalogues = await room(board, source)
        self.assertEqual(catalogues.due(), "")  # it has no version: nobody has pressed the key yet
        await catalogues.bring("diagnoses")
        self.assertEqual(catalogues.due(), "")  # today it was tried
        board.clock.now_s += 86400
        self.assertEqual(catalogues.due(), "diagnoses")
        await catalogues.bring("diagnoses")
        self.assertEqual((catalogues.due(), source.fetched), ("", ["V1"]))

    async def test_an_update_is_under_way_until_its_rows_are_used(self) -> None:
        """The new file is read through once more, which takes its time; a page that sees no update asks no further."""
        board = MemoryBoard()
        files = OpenedFiles()
        board.files = files
        catalogues = await room(board, FilePlatform([("V1", [platform_line("A", "甲病")])]))
        seen: "list[bool]" = []
        files.look = lambda: seen.append(catalogues.status()[0]["update"] is not None)
        await catalogues.bring("diagnoses")
        status = catalogues.status()[0]
        self.assertEqual((status["version"], status["update"]), ("V1", None))
        self.assertEqual(seen, [True] * len(seen))
        self.assertTrue(seen != [])


class BrokenFiles(MemoryFiles):
    """A medium that gives the shipped table and fails at `where`."""

    def __init__(self, where: str) -> None:
        super().__init__()
        self.kept = {"diagnoses.tsv": "code\tname\nA\t甲病\n".encode()}
        self.where = where

    def names(self) -> "list[str]":
        return super().names() if self.where != "names" else self.fail()

    def open(self, name: str) -> "Any":
        return super().open(name) if self.where != "open" else self.fail()

    def draft(self, name: str) -> "Any":
        return super().draft(name) if self.where != "draft" else self.fail()

    def fail(self) -> "Any":
        """Fail as a medium does."""
        raise StoreError("files.full" if self.where == "draft" else "files.failed", "test")


class TestFirstStart(unittest.TestCase):
    async def test_a_medium_that_fails_is_told_and_ends_nothing(self) -> None:
        """The task goes on: it may be told to download later."""
        for where, code in (("names", "files.failed"), ("open", "files.failed"), ("draft", "files.full"), ("", None)):
            board = MemoryBoard()
            board.files = BrokenFiles(where)
            catalogues = await room(board)
            await catalogues.take_shipped()
            error = catalogues.status()[0]["error"]
            self.assertEqual(None if error is None else error["code"], code)
            self.assertEqual(catalogues.status()[0]["rows"], 0 if code else 1)

    async def test_only_the_diagnoses_are_waited_for(self) -> None:
        """The others may be hundreds of megabytes, each read through once; nobody is served before `load` ends."""
        board = MemoryBoard()
        files = OpenedFiles()
        board.files = files
        await built([("A", "甲病")], files)
        files.opened = []
        catalogues = await room(board)
        self.assertEqual(files.opened, ["catalogue-diagnoses"])
        await catalogues.take_others()
        self.assertTrue("catalogue-drugs" in files.opened)


class OpenedFiles(MemoryFiles):
    """Tells what was opened."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: "list[str]" = []
        self.look: "Any" = lambda: None

    def open(self, name: str) -> "Any":
        self.opened.append(name)
        self.look()
        return super().open(name)
