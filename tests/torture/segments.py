"""The long run of the segment store under power cuts."""

from functools import partial

from tests.segments import crash_images, flash_images
from tests.segments.recorded_disk import RecordedDisk

_IMAGES = 12_000
_FLASH_CUTS = 4_000
_SEED = 20_260
_FAILING = partial(RecordedDisk, failing=0.1, killing=0.05)


def run() -> list[str]:
    """One line for each kind of medium. AssertionError when anything acknowledged was lost or could not be read."""
    folder = crash_images.run(_IMAGES, _SEED)
    failing = crash_images.run(_IMAGES, _SEED, _FAILING)
    flash = flash_images.run(_FLASH_CUTS, _SEED)
    lines = [
        f"segments, power cuts on a folder of Linux: {folder}",
        f"segments, power cuts after errors of the disk and killed processes: {failing}",
        f"segments, power cuts on a LittleFS flash: {flash}",
    ]
    assert not any(figures.lost or figures.unreadable for figures in (folder, failing, flash)), lines
    return lines
