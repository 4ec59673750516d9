"""The room of the catalogues by itself: usage that is kept, updates once a day while nobody is treated."""

import unittest

from firmware.catalogue import Catalogues
from firmware.vault import open_vault
from tests.portable.catalogue_files import FilePlatform, built, platform_line
from tests.portable.doubles import MemoryBoard

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
