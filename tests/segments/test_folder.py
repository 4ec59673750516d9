"""The segment store on a folder of Linux: the conformance suite, its syncs and its thread."""

import asyncio
import contextlib
import os
import threading
from pathlib import Path

import pytest

from hal.errors import StoreError
from hal.linux import folder
from hal.linux.folder import FolderStore
from hal.ports import Store
from tests.hal.store_conformance import StoreConformance


class TestConformance(StoreConformance):
    def open(self, folder: Path) -> Store:
        return FolderStore(folder / "segments")


class TestConformanceOfSmallSegments(StoreConformance):
    def open(self, folder: Path) -> Store:
        return FolderStore(folder / "segments", segment_bytes=200)


async def test_a_commit_is_one_sync_and_a_new_segment_one_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[str] = []
    store = FolderStore(tmp_path / "segments")
    await store.commit([(b"first", b"")], [])
    monkeypatch.setattr(os, "fdatasync", lambda _: synced.append("file"))
    monkeypatch.setattr(folder, "sync_folder", lambda path: synced.append(path.name))
    for number in range(20):
        await store.commit([(b"%d" % number, bytes(1000))], [b"first"])
    assert synced == ["file"] * 20
    await store.commit([(b"big", bytes(60_000))], [])
    assert synced[20:] == ["file", "segments"]
    await store.close()


async def test_a_slow_disk_holds_nobody_else_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    released = threading.Event()
    store = FolderStore(tmp_path / "segments")
    monkeypatch.setattr(os, "fdatasync", lambda _: released.wait(60))
    commit = asyncio.create_task(store.commit([(b"a", b"1")], []))
    await asyncio.sleep(0)
    assert not commit.done()  # and this line was reached
    commit.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await commit
    released.set()
    assert await store.get(b"a") == b"1"  # the worker ends what it has begun
    await store.close()


async def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    with pytest.raises(StoreError, match=r"store.failed: cannot open .*: No such file or directory"):
        FolderStore(tmp_path / "not there" / "segments")
    await asyncio.to_thread(_wait_for_threads, before)


async def test_others_cannot_read_the_files(tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "segments")
    await store.commit([(b"a", b"1")], [])
    await store.close()
    files = list((tmp_path / "segments").iterdir())
    assert [path.stat().st_mode & 0o077 for path in (tmp_path / "segments", *files)] == [0, 0]


def _wait_for_threads(before: set[threading.Thread]) -> None:
    """Until its thread has ended."""
    for thread in set(threading.enumerate()) - before:
        if thread.name == "segments":
            thread.join(60)
            assert not thread.is_alive()
