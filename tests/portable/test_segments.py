"""The segment store. Runs on CPython and MicroPython, there on the files of the VM as well."""

import unittest

from hal.errors import StoreError
from hal.segments import SegmentStore
from tests.portable.segment_files import MemoryFiles

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hal.segments import Files


def files_of_this_machine() -> "Files":
    """MicroPython's own files where this runs in its VM, otherwise files in memory."""
    if hasattr(str, "zfill"):
        return MemoryFiles()
    from hal.esp32.flash import FlashFiles

    files = FlashFiles("/flash")
    for name in files.names():
        files.remove(name)
    return files


def small(files: "Files") -> SegmentStore:
    return SegmentStore(files, 600, 2000)


async def keep_up(store: SegmentStore) -> None:
    while await store.care():
        pass


class StoreTest(unittest.TestCase):
    async def test_it_is_an_ordered_dict_over_commits_upkeep_and_starts(self) -> None:
        files = files_of_this_machine()
        store = small(files)
        kept: "dict[bytes, bytes]" = {}
        for turn in range(120):
            key = b"r/%02d" % (turn * 7 % 23)
            gone = b"r/%02d" % (turn * 5 % 23)
            value = bytes([turn]) * (turn * 11 % 90)
            await store.commit([(key, value), (b"head", b"%d" % turn)], [gone])
            kept.pop(gone, None)
            kept[key] = value
            kept[b"head"] = b"%d" % turn
            if turn % 9 == 0:
                await keep_up(store)
            if turn % 31 == 0:
                await store.scrub()
            if turn % 17 == 0:
                await store.close()
                store = small(files)
            self.assertEqual(await store.scan(b""), sorted(kept.items()))
            self.assertEqual(await store.get_all([b"head", gone, key]), [kept[b"head"], kept.get(gone), kept[key]])
        self.assertEqual(await store.get(b"head"), b"119")
        self.assertEqual(await store.get(b"nothing"), None)
        await store.close()
        try:
            await store.get_all([b"head"])
            self.fail("it is closed")
        except StoreError as error:
            self.assertEqual(str(error), "store.failed: closed")

    async def test_pages_together_are_the_whole(self) -> None:
        store = small(files_of_this_machine())
        await store.commit([(b"a/%03d" % number, b"x") for number in range(150)] + [(b"b", b"y")], [])
        pages: "list[bytes]" = []
        page = await store.scan(b"a/", b"", 40)
        while page:
            self.assertTrue(len(page) <= 40)
            pages += [key for key, _ in page]
            page = await store.scan(b"a/", pages[-1], 40)
        self.assertEqual(pages, [b"a/%03d" % number for number in range(150)])
        await store.close()

    async def test_a_batch_that_is_larger_than_a_segment(self) -> None:
        files = files_of_this_machine()
        store = small(files)
        value = bytes(range(256)) * 40
        await store.commit([(b"big", value), (b"small", b"1")], [])
        await store.close()
        store = small(files)
        self.assertEqual(await store.get(b"big"), value)
        self.assertEqual(await store.get(b"small"), b"1")
        await store.close()

    async def test_one_append_for_each_commit(self) -> None:
        files = MemoryFiles()
        store = small(files)
        for number in range(100):
            await store.commit([(b"%d" % number, b"x" * 100)], [b"%d" % (number - 5)])
        self.assertEqual(files.appends, 100)

    async def test_a_torn_tail_is_cut(self) -> None:
        files = MemoryFiles()
        store = small(files)
        await store.commit([(b"a", b"1")], [])
        name = files.names()[0]
        whole = files.kept[name]
        await store.commit([(b"b", b"2" * 50)], [])
        torn = files.kept[name]
        for length in range(len(whole), len(torn)):
            files = MemoryFiles()
            files.kept[name] = torn[:length]
            store = small(files)
            self.assertEqual(await store.scan(b""), [(b"a", b"1")])
            await store.commit([(b"c", b"3")], [])
            await keep_up(store)
            store = small(files)
            self.assertEqual(await store.scan(b""), [(b"a", b"1"), (b"c", b"3")])

    async def test_damage_is_told_and_the_rest_is_read(self) -> None:
        files = MemoryFiles()
        store = small(files)
        for number in range(3):
            await store.commit([(b"%d" % number, b"x" * 50)], [])
        name = files.names()[0]
        data = files.kept[name]
        files.kept[name] = data[:150] + bytes([data[150] ^ 1]) + data[151:]
        store = small(files)
        self.assertEqual([key for key, _ in await store.scan(b"")], [b"0", b"2"])
        for refused in (store.commit([(b"new", b"")], []), store.care(), store.scrub()):
            code = ""
            try:
                await refused
            except StoreError as error:
                code = error.code
            self.assertEqual(code, "store.damaged")
        self.assertEqual(await store.get(b"2"), b"x" * 50)


class IndexMemoryTest(unittest.TestCase):
    async def test_two_thousand_records_fit_beside_the_rest(self) -> None:
        store = SegmentStore(files_of_this_machine())
        for first in range(0, 2000, 50):
            await store.commit([(b"outbox/%08d/0123456789" % (first + number), b"x") for number in range(50)], [])
        self.assertEqual(len(await store.scan(b"outbox/", b"", 7)), 7)
        await store.close()
