"""The USB stick: a file is whole or not there, and nothing on a stranger's stick does harm."""

import asyncio
import errno
import os
import threading
from pathlib import Path
from typing import Any

import pytest

from hal.errors import DeviceError, HalError, NotConnected
from hal.linux import stick as stick_module
from hal.linux.stick import MOST_BYTES, FolderStick


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "stick"
    place.mkdir()
    return place


@pytest.fixture
def stick(folder: Path) -> FolderStick:
    return FolderStick(folder, mounted=False)


def failing(monkeypatch: pytest.MonkeyPatch, name: str, number: int) -> None:
    """A system call that fails as the stick's would."""

    def fail(*_values: Any, **_more: Any) -> Any:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, name, fail)


async def test_what_was_written_is_there_and_nothing_else(stick: FolderStick, folder: Path) -> None:
    assert await stick.names("") == []
    await stick.write("b-1.cytp", b"one")
    await stick.write("a-2.cytp", b"")
    await stick.write("b-1.cytp", b"another")
    assert await stick.names("") == ["a-2.cytp", "b-1.cytp"]
    assert sorted(path.name for path in folder.iterdir()) == ["a-2.cytp", "b-1.cytp"]
    assert await stick.read("b-1.cytp", 7) == b"another"
    assert await stick.read("a-2.cytp", 0) == b""


async def test_no_stick_is_told(tmp_path: Path) -> None:
    absent = FolderStick(tmp_path / "absent", mounted=False)
    for call in (absent.names(""), absent.read("a", 1), absent.write("a", b"")):
        with pytest.raises(NotConnected, match=r"^stick\.missing: "):
            await call


async def test_a_folder_on_which_nothing_is_mounted_is_no_stick(folder: Path) -> None:
    with pytest.raises(NotConnected, match="nothing is mounted on"):
        await FolderStick(folder, mounted=True).write("a", b"1")
    assert not list(folder.iterdir())
    assert isinstance(await FolderStick(Path("/proc"), mounted=True).names(""), list)


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../a", "a/b", "/etc/passwd", "-a", ".a", "a\n", "a\0", "中", "a.part", "a" * 101]
)
async def test_a_name_that_is_no_file_on_the_stick_is_refused(stick: FolderStick, folder: Path, name: str) -> None:
    for call in (stick.read(name, 10), stick.write(name, b"1")):
        with pytest.raises(DeviceError, match=r"^stick\.no_file: no name"):
            await call
    assert not list(folder.iterdir())


async def test_a_file_that_is_longer_than_allowed_is_not_read(stick: FolderStick) -> None:
    await stick.write("a", b"12345")
    with pytest.raises(DeviceError, match=r"^stick\.too_long: more than 4 bytes"):
        await stick.read("a", 4)


async def test_a_file_that_is_too_long_is_not_written(stick: FolderStick, folder: Path) -> None:
    with pytest.raises(DeviceError, match=r"^stick\.too_long: "):
        await stick.write("a", bytes(MOST_BYTES + 1))
    assert not list(folder.iterdir())


async def test_links_pipes_folders_and_drafts_are_no_files(stick: FolderStick, folder: Path) -> None:
    (folder / "link").symlink_to("/etc/hostname")
    os.mkfifo(folder / "pipe")
    (folder / "folder").mkdir()
    (folder / "b.part").touch()
    (folder / "两.cytp").touch()
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff\xfe.cytp")).touch()  # of a stick in GBK, or one that is torn
    assert await stick.names("") == []
    for name in ("link", "pipe", "folder", "absent"):
        with pytest.raises(DeviceError, match=r"^stick\.no_file: "):
            await stick.read(name, 10)


async def test_a_draft_may_be_a_trap(stick: FolderStick, folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "precious"
    target.write_bytes(b"mine")
    (folder / "a.part").symlink_to(target)
    await stick.write("a", b"parcel")
    assert target.read_bytes() == b"mine"
    assert await stick.read("a", 100) == b"parcel"


async def test_somebodys_pictures_do_not_hide_an_answer(stick: FolderStick, folder: Path) -> None:
    for number in range(1000):
        (folder / f"DSC{number:05d}.JPG").touch()
    for name in ("cyt-00000001.cya", "CYT-00000002.CYA", "cyt-00000003.cyp"):
        (folder / name).touch()
    assert await stick.names(".cya") == ["CYT-00000002.CYA", "cyt-00000001.cya"]


async def test_of_very_many_files_the_last_are_listed(
    stick: FolderStick, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stick_module, "MOST_NAMES", 20)
    for number in range(25):
        (folder / f"f{number:05d}").touch()
    names = await stick.names("")
    assert (len(names), names[0], names[-1]) == (20, "f00005", "f00024")


@pytest.mark.parametrize(
    ("number", "kind", "code"),
    [
        (errno.ENOSPC, DeviceError, "stick.full"),
        (errno.EIO, DeviceError, "stick.failed"),
        (errno.EROFS, DeviceError, "stick.failed"),
        (errno.ENODEV, NotConnected, "stick.missing"),
    ],
)
@pytest.mark.parametrize("call", ["open", "fsync"])
async def test_a_write_that_fails_leaves_the_old_file_and_no_draft(
    stick: FolderStick,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    kind: type[HalError],
    code: str,
    call: str,
) -> None:
    await stick.write("a", b"old")
    with monkeypatch.context() as broken:
        failing(broken, call, number)
        with pytest.raises(kind) as told:
            await stick.write("a", b"new")
    assert (type(told.value), told.value.code) == (kind, code)
    assert [path.name for path in folder.iterdir()] == ["a"]
    assert await stick.read("a", 10) == b"old"


async def test_the_order_is_write_sync_rename_sync(stick: FolderStick, folder: Path, order: list[str]) -> None:
    await stick.write("a", b"1")
    assert order == ["sync a.part", "rename a.part a", "sync stick"]


async def test_calls_wait_for_each_other(stick: FolderStick) -> None:
    done = await asyncio.gather(stick.write("a", b"1"), stick.names(""), stick.write("b", b"2"), stick.names(""))
    assert list(done) == [None, ["a"], None, ["a", "b"]]


class HangingStick:
    """Its syncs return when they are released; who waits for a call loses patience as soon as a sync hangs."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._hangs, self._released = threading.Event(), threading.Event()
        monkeypatch.setattr(os, "fsync", self._fsync)
        monkeypatch.setattr(asyncio, "wait", self._wait)

    def release(self) -> None:
        """It answers again."""
        self._released.set()

    def _fsync(self, _descriptor: int) -> None:
        self._hangs.set()
        self._released.wait(20)

    async def _wait(self, waiting: list[Any], timeout: float) -> None:
        assert timeout == stick_module.LIMIT_S
        await asyncio.to_thread(self._hangs.wait, 20)


async def test_a_stick_that_hangs_holds_nobody(stick: FolderStick, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        hanging = HangingStick(patched)
        with pytest.raises(DeviceError, match=r"^stick\.failed: no answer in 120 s"):
            await stick.write("a", b"1")
        with pytest.raises(DeviceError, match=r"^stick\.failed: still held"):
            await stick.names("")
        hanging.release()
    await asyncio.wrap_future(stick._hanging)  # type: ignore[arg-type]
    assert await stick.names("") == ["a"]


async def test_who_waits_behind_a_call_that_hangs_does_not_hide_it(
    stick: FolderStick, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The call behind it is given up before it has begun, and is not the one that holds the stick."""
    with monkeypatch.context() as patched:
        hanging = HangingStick(patched)
        told = await asyncio.gather(stick.write("a", b"1"), stick.names(""), return_exceptions=True)
        assert [str(error) for error in told] == ["stick.failed: no answer in 120 s"] * 2
        with pytest.raises(DeviceError, match=r"^stick\.failed: still held"):
            await stick.names("")
        hanging.release()
    await asyncio.wrap_future(stick._hanging)  # type: ignore[arg-type]
    assert await stick.names("") == ["a"]
