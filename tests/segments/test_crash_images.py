"""Power cuts: nothing that was acknowledged is lost, no batch is half there, and the harness would notice."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from unittest.mock import patch

from hal.linux.folder import FolderFiles
from hal.segments.compaction import Compaction
from hal.segments.log import Log
from hal.segments.segment import Segment
from tests.segments import crash_images
from tests.segments.recorded_disk import RecordedDisk


def test_no_power_cut_loses_what_was_acknowledged() -> None:
    figures = crash_images.run(600, seed=1)
    assert (figures.lost, figures.unreadable) == (0, 0), figures
    assert figures.images >= 600


def test_nor_does_a_power_cut_after_errors_of_the_medium_and_killed_processes() -> None:
    figures = crash_images.run(1500, seed=2, make_disk=partial(RecordedDisk, failing=0.1, killing=0.05))
    assert (figures.lost, figures.unreadable) == (0, 0), figures
    assert figures.errors > 10


def test_the_harness_notices_when_files_are_not_synced() -> None:
    assert notices(partial(RecordedDisk, syncs_files=False))


def test_the_harness_notices_when_the_folder_is_not_synced() -> None:
    assert notices(partial(RecordedDisk, syncs_folder=False))


def test_the_harness_notices_when_a_start_trusts_what_a_killed_process_left() -> None:
    with patch.object(FolderFiles, "settle", lambda *_: None):
        assert notices(partial(RecordedDisk, killing=0.1))


def test_the_harness_notices_when_compaction_drops_tombstones() -> None:
    with patch.object(Compaction, "_is_pinned", lambda *_: False):
        assert notices(RecordedDisk)


def test_the_harness_notices_when_a_failed_beginning_is_forgotten() -> None:
    def forget(log: Log, segment: Segment) -> None:
        with suppress(OSError):
            log.files.remove(segment.name)

    with patch.object(Log, "_clear_away", forget):
        assert notices(partial(RecordedDisk, failing=0.2))


def notices(make_disk: Callable[..., RecordedDisk]) -> bool:
    return any(crash_images.run(1, seed, make_disk).lost for seed in range(40))
