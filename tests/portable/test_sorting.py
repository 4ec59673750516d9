"""Sorting in runs: the later line counts however many runs there are, and few of them are open at once."""

import unittest

from firmware.catalogue.sorting import Sorter
from tests.portable.public_files import MemoryDocument, MemoryFiles

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class CountedFiles(MemoryFiles):
    """Counts the documents that are open."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0
        self.most = 0

    def open(self, name: str) -> "Any":
        if name not in self.kept:
            return None
        self.now += 1
        self.most = max(self.most, self.now)
        return CountedDocument(self.kept[name], self)


class CountedDocument(MemoryDocument):
    """Tells its files when it is closed."""

    def __init__(self, content: bytes, files: CountedFiles) -> None:
        super().__init__(content)
        self._files = files

    def close(self) -> None:
        self._files.now -= 1


class TestSorting(unittest.TestCase):
    async def test_many_runs(self) -> None:
        """Each key comes five times, far apart. A terminal may open some thousand files, the console's among them."""
        files = CountedFiles()
        sorter = Sorter(files, "test", 40)
        for number in range(4000):
            await sorter.add(f"{number * 7 % 800:03d}".encode(), str(number).encode())
        found = [(key.decode(), int(line)) for key, line in sorter.merged()]
        wanted = {f"{number * 7 % 800:03d}": number for number in range(4000)}
        self.assertEqual(found, [(key, wanted[key]) for key in sorted(wanted)])
        self.assertTrue(files.most <= 64, files.most)
        sorter.drop()
        self.assertEqual((files.now, files.names()), (0, []))
