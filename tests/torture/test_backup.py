"""Backup and restore under power cuts, short; and proofs that the harness would notice."""

import asyncio
import errno
import os
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from unittest.mock import patch

import pytest

from firmware.vault import Secrets
from hal.errors import StoreError
from hal.linux import store_care
from hal.linux.pin_hash import Argon2idPinHash
from hal.linux.store import backup_of
from hal.linux.store_file import StoreFile
from hal.ports import Store
from tests.portable.doubles import QuickPinHash
from tests.tools_vault.conftest import CODE
from tests.torture import backup
from tests.torture.copied import CopyVfs
from tests.torture.disk import Disk
from tests.torture.faults import KINDS, NthFault
from tests.torture.replaced import Failing
from tests.torture.sqlite import memory
from tools.vault import backup_file, restoring
from tools.vault.backup_file import BackupFile, Contents, write_backup
from tools.vault.errors import Undecided, VaultToolError
from tools.vault.figures import figures_of
from tools.vault.state import sealer
from tools.vault.survey import survey_of


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir=memory()) as name:
        yield Path(name) / "all"


def test_a_copy_that_is_cut_anywhere(folder: Path) -> None:
    figures = backup.copies(folder, 0.1)
    assert figures.images > 500
    assert figures.is_clean(), figures


def test_a_backup_that_is_cut_anywhere(folder: Path) -> None:
    figures = backup.backups(folder)
    assert figures.images >= 40
    assert figures.is_clean(), figures


@pytest.mark.parametrize("switched_on", [False, True])
def test_a_restore_that_is_cut_anywhere(folder: Path, switched_on: bool) -> None:
    figures = backup.restores(folder, 0.15, switched_on=switched_on)
    assert figures.images > 25
    assert figures.is_clean(), figures


def test_the_harness_notices_a_name_that_is_not_synced(folder: Path) -> None:
    assert backup.copies(folder, 0, syncs_folder=False).half > 0


def test_the_harness_notices_a_backup_that_is_not_synced(folder: Path) -> None:
    assert backup.backups(folder, syncs_files=False).half > 0


def test_the_harness_notices_a_restore_without_its_mark(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def nothing_first(_store: Store) -> None:
        """No mark is set."""

    monkeypatch.setattr(restoring, "_empty", nothing_first)
    figures = backup.restores(folder, 0.15)
    assert figures.half + figures.stuck > 5, figures


@pytest.mark.parametrize("kind", list(KINDS))
def test_any_call_of_a_copy_may_fail(folder: Path, kind: str) -> None:
    """It is told, and neither the copy nor a part of it stays: it would keep what is erased later."""
    place = folder / "place"
    place.mkdir(parents=True)
    vault = folder / "vault.db"
    store = StoreFile(vault)
    store.commit([(b"%06d" % number, bytes(900)) for number in range(60)], [])
    store.close()
    for nth in count(1):
        faults = NthFault(kind, nth, lasting=False)
        told = ""
        with patch.object(store_care, "_reader", CopyVfs(place, Disk(), faults).reader):
            try:
                backup_of(vault, place / "copy.db")
            except StoreError as error:
                told = error.code
        assert told or (place / "copy.db").stat().st_size > 60 * 900
        assert [path.name for path in place.iterdir()] == ([] if told else ["copy.db"]), (nth, told)
        (place / "copy.db").unlink(missing_ok=True)
        if not faults.has_come:
            break
    assert told == ""
    assert nth > 2


class QuickCode(QuickPinHash):
    """Not slow, under the name that stands in a backup."""

    name = Argon2idPinHash.name


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.ENODEV])
def test_any_call_to_the_stick_may_fail(folder: Path, number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is told by one name, no half is left, and what was there stays; then it goes well."""
    monkeypatch.setattr(backup_file, "Argon2idPinHash", QuickCode)
    folder.mkdir()
    target, other = folder / "a.backup", folder / "other.backup"
    other.write_bytes(backup.OLD)
    for nth in count(1):
        failing = Failing(number, nth, lookups=True)
        told = ""
        with failing.failing():
            try:
                asyncio.run(write_backup(target, contents(), CODE, sealer(), nothing_more))
            except (VaultToolError, Undecided) as error:
                told = error.code
        assert told in {"", "backup.failed"}, (nth, told)
        assert {path.name for path in folder.iterdir()} - {"a.backup"} <= {"other.backup"}, nth
        assert other.read_bytes() == backup.OLD
        if target.exists():
            assert len(list(BackupFile(target).unlocked(CODE, sealer()).scan())) == len(ROWS)
            target.unlink()
        if not failing.has_come:
            break
    assert told == ""
    assert nth > 12


def test_a_stick_that_does_not_keep_what_is_written(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Larger on its label than it is. The program's memory would hide it: it must be told to forget."""
    folder.mkdir()
    done: list[str] = []
    fsync, forget = os.fsync, os.posix_fadvise

    def lose(descriptor: int) -> None:
        fsync(descriptor)
        os.pwrite(descriptor, bytes(4096), 20_000)
        done.append("synced")

    def forgotten(descriptor: int, start: int, size: int, advice: int) -> None:
        forget(descriptor, start, size, advice)
        assert (start, size, advice) == (0, 0, os.POSIX_FADV_DONTNEED)
        done.append("forgotten")

    monkeypatch.setattr(os, "fsync", lose)
    monkeypatch.setattr(os, "posix_fadvise", forgotten)
    with pytest.raises(VaultToolError, match=r"^backup\.failed: .* as it was read back: take another stick"):
        asyncio.run(write_backup(folder / "a.backup", contents(), CODE, sealer(), nothing_more))
    assert done == ["synced", "forgotten"]
    assert list(folder.iterdir()) == []


ROWS = [(b"r/box/%02d" % number, b"x" * 900) for number in range(40)]


def contents() -> Contents:
    """What a small vault would give."""
    survey = survey_of(iter(ROWS))
    header = {"vault": "00" * 8, "made": 1_790_000_000, "files": [], "figures": figures_of(survey, [])}
    return Contents(header, Secrets([], {}), ROWS)


async def nothing_more() -> None:
    """The device goes on."""
