"""Files beside the vault, on the stick, of keys and copies: the old one or the new one, whole, after any power cut and
after any call that failed; and proofs that the harness would notice."""

import asyncio
import errno
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from pathlib import Path
from random import Random

import pytest

from hal.errors import DeviceError, StoreError
from hal.linux.files import FolderFiles
from hal.linux.keys import create_private
from hal.linux.stick import FolderStick
from hal.linux.store_care import backup_of
from hal.linux.store_file import StoreFile
from tests.torture.replaced import Failing, Recorder

NAME = "a"
OLD, NEW = b"old" * 1000, bytes(range(256)) * 9 * 1024  # more than two mebibytes, which are synced in pieces
Writer = Callable[[Path, bytes], None]


def keep(folder: Path, content: bytes) -> None:
    """As a catalogue or the file of a day end is written."""
    draft = FolderFiles(folder, spare=0).draft(NAME)
    try:
        for start in range(0, len(content), 100_000):
            draft.write(content[start : start + 100_000])
        draft.keep()
    except StoreError:
        draft.drop()
        raise


def carry(folder: Path, content: bytes) -> None:
    """As a parcel is written on a stick."""
    asyncio.run(FolderStick(folder, mounted=False).write(NAME, content))


def make_key(folder: Path, content: bytes) -> None:
    """As a key is made, which is never replaced."""
    create_private(folder / NAME, content)


def copy(folder: Path, _content: bytes) -> None:
    """As a vault is copied; what it was copied from lies elsewhere."""
    store = StoreFile(folder.parent / "vault.db")
    store.commit([(b"%d" % number, bytes(900)) for number in range(40)], [])
    store.close()
    backup_of(folder.parent / "vault.db", folder / NAME)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "files"
    place.mkdir()
    return place


def wrong(folder: Path, write: Writer, before: bytes | None, *, files: bool = True, names: bool = True) -> int:
    """How many of the disks that a power cut may leave have neither the old file nor the new one, or not the new one
    although it was said to be there."""
    if before is not None:
        (folder / NAME).write_bytes(before)
    recorder = Recorder(folder, syncs_files=files, syncs_folder=names)
    with recorder.recording():
        write(folder, NEW)
    after = (folder / NAME).read_bytes()
    images = list(recorder.images(Random(1)))
    assert len(images) >= 16
    return sum(left.get(NAME) != after and (is_done or left.get(NAME) != before) for left, is_done in images)


@pytest.mark.parametrize(
    ("write", "before"), [(keep, OLD), (keep, None), (carry, OLD), (carry, None), (make_key, None), (copy, None)]
)
def test_a_power_cut_leaves_the_old_file_or_the_new_one(folder: Path, write: Writer, before: bytes | None) -> None:
    assert wrong(folder, write, before) == 0


@pytest.mark.parametrize(("write", "before"), [(keep, OLD), (carry, OLD), (make_key, None), (copy, None)])
@pytest.mark.parametrize("left_out", ["files", "names"])
def test_the_harness_notices_a_sync_that_is_left_out(
    folder: Path, write: Writer, before: bytes | None, left_out: str
) -> None:
    assert wrong(folder, write, before, **{left_out: False}) > 0


def test_what_a_power_cut_leaves_of_a_draft_goes_with_the_next_start(folder: Path, tmp_path: Path) -> None:
    recorder = Recorder(folder)
    with recorder.recording():
        keep(folder, NEW)
    drafts = 0
    for number, (left, _) in enumerate(recorder.images(Random(2))):
        place = tmp_path / str(number)
        place.mkdir()
        for name, content in left.items():
            (place / name).write_bytes(content)
        drafts += set(left) > {NAME} or NAME not in left
        files = FolderFiles(place, spare=0, sweep=True)
        assert files.names() == [name for name in left if name == NAME]
        assert [path.name for path in place.iterdir()] == files.names()
    assert drafts > 10


@pytest.mark.parametrize("write", [keep, carry])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EMFILE])
def test_any_call_may_fail(folder: Path, write: Writer, number: int) -> None:
    told = []
    for nth in count(1):
        (folder / NAME).write_bytes(OLD)
        failing = Failing(number, nth)
        try:
            with failing.failing():
                write(folder, NEW)
        except (StoreError, DeviceError) as error:
            told.append(error.code)
        if not failing.has_come:
            break
        assert (folder / NAME).read_bytes() in {OLD, NEW}
        assert [path.name for path in folder.iterdir()] == [NAME]
        write(folder, NEW)  # the cause is gone
        assert (folder / NAME).read_bytes() == NEW
    assert len(told) == nth - 1 >= (2 if number == errno.EMFILE else 4)
    of_stick = "stick.full" if number == errno.ENOSPC else "stick.failed"
    assert set(told) == {"files.failed" if write is keep else of_stick}


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EMFILE])
def test_a_key_is_made_when_its_cause_is_gone(folder: Path, number: int) -> None:
    for nth in count(1):
        (folder / NAME).unlink(missing_ok=True)
        failing = Failing(number, nth)
        with suppress(OSError), failing.failing():
            make_key(folder, OLD)
        if not failing.has_come:
            break
        assert not (folder / NAME).exists() or (folder / NAME).read_bytes() == OLD
        make_key(folder, OLD)
        assert (folder / NAME).read_bytes() == OLD
    assert nth > 2
