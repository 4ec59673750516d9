"""Files beside the vault: whole or not there, whatever fails, and never at the cost of the records."""

import errno
import itertools
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hal.errors import StoreError
from hal.linux import files as linux_files
from hal.linux.files import SPARE, FolderFiles
from hal.ports import Draft, Files


@pytest.fixture
def files(tmp_path: Path) -> FolderFiles:
    return FolderFiles(tmp_path / "files", spare=0)


def write(files: Files, name: str, *pieces: bytes) -> None:
    draft = files.draft(name)
    for piece in pieces:
        draft.write(piece)
    draft.keep()


def content(files: Files, name: str) -> bytes | None:
    document = files.open(name)
    if document is None:
        return None
    try:
        return document.read(0, document.size)
    finally:
        document.close()


def test_a_file_is_there_when_it_is_kept(files: FolderFiles) -> None:
    assert files.open("drugs.tsv") is None
    assert files.names() == []
    draft = files.draft("drugs.tsv")
    draft.write(b"one\n")
    draft.write(b"two\n")
    assert files.open("drugs.tsv") is None
    assert files.names() == []
    draft.keep()
    assert content(files, "drugs.tsv") == b"one\ntwo\n"
    assert files.names() == ["drugs.tsv"]
    files.remove("drugs.tsv")
    files.remove("drugs.tsv")
    assert files.names() == []


def test_reading(files: FolderFiles) -> None:
    write(files, "a", b"abcabc")
    document = files.open("a")
    assert document is not None
    assert (document.find(b"bc", 0, 6), document.find(b"bc", 2, 6), document.find(b"bc", 2, 5)) == (1, 4, -1)
    assert (document.rfind(b"bc", 0, 6), document.rfind(b"bc", 0, 5), document.rfind(b"x", 0, 6)) == (4, 1, -1)
    assert (document.read(4, 99), document.read(9, 12)) == (b"bc", b"")
    document.close()
    document.close()


def test_an_empty_file(files: FolderFiles) -> None:
    write(files, "empty")
    document = files.open("empty")
    assert document is not None
    assert (document.size, document.read(0, 9), document.find(b"a", 0, 9), document.rfind(b"a", 0, 9)) == (
        0,
        b"",
        -1,
        -1,
    )
    document.close()


def test_what_is_open_stays_as_it_was(files: FolderFiles) -> None:
    write(files, "a", b"old" * 10_000)
    document = files.open("a")
    assert document is not None
    write(files, "a", b"new")
    assert content(files, "a") == b"new"
    files.remove("a")
    assert document.read(0, document.size) == b"old" * 10_000
    document.close()


def test_a_draft_that_is_dropped_leaves_nothing(files: FolderFiles, tmp_path: Path) -> None:
    write(files, "a", b"old")
    draft = files.draft("a")
    draft.write(b"new")
    draft.drop()
    draft.drop()
    assert content(files, "a") == b"old"
    assert [path.name for path in (tmp_path / "files").iterdir()] == ["a"]


def test_a_draft_that_a_power_cut_left_is_gone(files: FolderFiles, tmp_path: Path) -> None:
    write(files, "a", b"kept")
    (tmp_path / "files" / "a.draft").write_bytes(b"half" * 10_000)
    (tmp_path / "files" / "version-1.draft").write_bytes(b"half")  # nobody will ask for this name again
    again = FolderFiles(tmp_path / "files", spare=0, sweep=True)
    assert [path.name for path in (tmp_path / "files").iterdir()] == ["a"]
    (tmp_path / "files" / "a.draft").write_bytes(b"half" * 10_000)
    write(again, "a", b"new")
    assert content(again, "a") == b"new"


def test_who_only_looks_in_leaves_the_draft_of_another(files: FolderFiles, tmp_path: Path) -> None:
    write(files, "a", b"old")
    draft = files.draft("a")
    draft.write(b"new")
    looking = FolderFiles(tmp_path / "files", spare=0)
    assert content(looking, "a") == b"old"
    assert looking.names() == ["a"]
    draft.keep()
    assert content(looking, "a") == b"new"


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", "../a", "a/b", "/etc/passwd", "A", "药", ".a", "-a", "a\n", "a\0", "a" * 61, "a.draft", "a b"],
)
def test_a_name_does_not_lead_out_of_the_folder(files: FolderFiles, name: str) -> None:
    for use in (files.open, files.draft, files.remove):
        with pytest.raises(ValueError, match="not a file's name"):
            use(name)


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(st.text(st.sampled_from("a.-/\\\0é~"), max_size=8))
def test_whatever_the_name_the_file_is_in_the_folder(tmp_path: Path, name: str) -> None:
    files = FolderFiles(tmp_path / "files", spare=0)
    try:
        write(files, name, b"x")
    except ValueError:
        return
    assert [path.name for path in (tmp_path / "files").iterdir()] == [name]
    assert [path.name for path in tmp_path.iterdir()] == ["files"]
    files.remove(name)


def test_other_things_in_the_folder_are_no_files(files: FolderFiles, tmp_path: Path) -> None:
    write(files, "a", b"x")
    (tmp_path / "files" / "Thumbs.db").touch()
    assert files.names() == ["a"]


def _full(*_values: object, **_more: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def make(files: Files, name: str, text: bytes) -> None:
    """Write a file; after a failure, drop it."""
    draft = files.draft(name)
    try:
        draft.write(text)
        draft.keep()
    except StoreError:
        draft.drop()
        raise


@pytest.mark.parametrize(
    ("place", "call", "is_new"),
    [
        (Path, "mkdir", False),
        (Path, "open", False),
        (os, "fsync", False),
        (Path, "rename", False),
        (linux_files, "sync_folder", True),
    ],
)
def test_a_full_disk_at_any_step_is_told_and_leaves_a_whole_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: object, call: str, is_new: bool
) -> None:
    folder = tmp_path / "files"
    files = FolderFiles(folder, spare=0)
    if call != "mkdir":
        write(files, "a", b"old")
    with monkeypatch.context() as patched:
        patched.setattr(place, call, _full)
        with pytest.raises(StoreError, match=r"files\.failed: No space left on device"):
            make(files, "a", b"new" * 100_000)
    if call != "mkdir":
        assert content(files, "a") == (b"new" * 100_000 if is_new else b"old")
        assert [path.name for path in folder.iterdir()] == ["a"]
    make(files, "a", b"newer")  # and it goes on
    assert content(files, "a") == b"newer"


def test_dropping_after_a_full_disk_raises_nothing(files: FolderFiles, tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "a.draft").symlink_to("/dev/full")
    draft = files.draft("a")
    with pytest.raises(StoreError, match=r"files\.failed"):
        draft.write(b"x" * 100_000)
    draft.write(b"x")  # what a buffer still takes
    with pytest.raises(StoreError, match=r"files\.failed"):
        draft.keep()
    draft.drop()
    assert files.names() == []
    assert list((tmp_path / "files").iterdir()) == []


class Disk:
    """A file system with so much free room, less what the files in a folder take."""

    def __init__(self, folder: Path, free: int) -> None:
        self._folder = folder
        self.free = free

    def statvfs(self, _path: object) -> os.statvfs_result:
        taken = sum(path.stat().st_size for path in self._folder.rglob("*") if path.is_file())
        return os.statvfs_result((512, 512, 0, 0, max(0, self.free - taken) // 512, 0, 0, 0, 0, 255))


def fill(draft: Draft) -> None:
    for _ in range(1000):
        draft.write(bytes(16 * 1024))


def test_files_never_take_the_room_of_the_records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = Disk(tmp_path, SPARE + 4 * 1024 * 1024)
    monkeypatch.setattr(os, "statvfs", disk.statvfs)
    files = FolderFiles(tmp_path / "files")
    write(files, "small", bytes(1024 * 1024))
    draft = files.draft("large")
    with pytest.raises(StoreError, match=r"files\.full: the records need the room"):
        fill(draft)
    assert sum(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file()) <= 4 * 1024 * 1024
    draft.drop()
    write(files, "small", bytes(1024 * 1024))
    disk.free = SPARE + 1024 * 1024
    with pytest.raises(StoreError, match=r"files\.full"):
        files.draft("a")
    assert files.names() == ["small"]


def test_a_folder_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "files").write_bytes(b"a file")
    files = FolderFiles(tmp_path / "files")
    for use in (files.names, lambda: files.open("a"), lambda: files.draft("a"), lambda: files.remove("a")):
        with pytest.raises(StoreError, match=r"files\.failed"):
            use()


def test_no_sync_has_more_than_two_mebibytes_to_wait_for(files: FolderFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other tasks wait while a file is synced, and a memory card writes some ten mebibytes a second."""
    synced: list[int] = []
    real = os.fsync

    def sync(descriptor: int) -> None:
        real(descriptor)
        synced.append(os.fstat(descriptor).st_size)

    monkeypatch.setattr(os, "fsync", sync)
    draft = files.draft("large")
    for _ in range(200):
        draft.write(b"x" * 65536)
    draft.keep()
    sizes = [0, *[size for size in synced if size > 4096]]
    assert sizes[-1] == 200 * 65536
    assert max(after - before for before, after in itertools.pairwise(sizes)) <= 2 * 1024 * 1024
