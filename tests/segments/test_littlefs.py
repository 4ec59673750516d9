"""The segment store on a LittleFS image."""

from pathlib import Path
from typing import ClassVar

import pytest

from hal.errors import StoreError
from hal.ports import Store
from hal.segments import SegmentStore
from tests.hal.store_conformance import StoreConformance
from tests.segments.littlefs_files import Flash, LittleFsFiles, mounted

BLOCKS = 1024  # 4 MB


async def test_a_full_flash_can_be_emptied_and_filled_again() -> None:
    flash = Flash(160)
    store = SegmentStore(LittleFsFiles(mounted(flash, new=True)))
    filled = []
    for turn in range(3):
        filled.append(await fill(store))
        with pytest.raises(StoreError, match=r"store.failed: the medium is full"):  # and not the file system itself
            await store.commit([(b"more", bytes(1500))], [])
        keys = [key for key, _ in await store.scan(b"")]
        if turn == 1:  # one by one, with a start in between
            store = SegmentStore(LittleFsFiles(mounted(flash, new=False)))
            for key in keys:
                await store.commit([], [key])
        else:
            await store.commit([], keys[turn:])
            while await store.care():
                pass
    assert min(filled) * 1500 > 300_000
    assert min(filled) >= max(filled) - 80


async def fill(store: Store) -> int:
    for number in range(1000):
        try:
            await store.commit([(b"%03d" % number, bytes(1500))], [])
        except StoreError:
            return number
    raise AssertionError("it was never full")


class TestConformance(StoreConformance):
    flashes: ClassVar[dict[Path, Flash]] = {}

    def open(self, folder: Path) -> Store:
        new = folder not in self.flashes
        if new:
            self.flashes.clear()
            self.flashes[folder] = Flash(BLOCKS)
        return SegmentStore(LittleFsFiles(mounted(self.flashes[folder], new=new)))
