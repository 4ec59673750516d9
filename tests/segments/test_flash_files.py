"""The files of the ESP32 run on any machine, too: the conformance suite over them."""

from pathlib import Path

from hal.esp32.flash import FlashFiles
from hal.ports import Store
from hal.segments import SegmentStore
from tests.hal.store_conformance import StoreConformance


class TestConformance(StoreConformance):
    def open(self, folder: Path) -> Store:
        return SegmentStore(FlashFiles(str(folder / "flash")))
