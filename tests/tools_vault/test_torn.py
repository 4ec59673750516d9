"""Backup and restore that are cut at any point, and files that are not what was written."""

import asyncio
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from firmware.vault import Batch, VaultError, open_vault
from hal.errors import StoreError
from hal.linux import keeping
from hal.linux.cipher import ciphers
from hal.linux.clock import SystemClock
from hal.linux.keeping_settings import KeySettings, VaultSettings
from hal.linux.system_random import SystemRandom
from hal.ports import Store
from tests.tools_vault.conftest import CODE, ROOT, DiskCounter, backed_up, command, restored, run
from tools.vault import backing_up, restoring
from tools.vault.backup_file import MAGIC, BackupFile
from tools.vault.errors import Undecided, VaultToolError
from tools.vault.recovery_code import new_code
from tools.vault.state import StateFolder, sealer

OPENS, EMPTY = "opens", "empty"


def cut(store: Store, at: int, after: bool) -> Store:
    """The store on a medium that goes at a commit; `after` says whether that one is kept."""
    whole, left = store.commit, at

    async def commit(puts: list[tuple[bytes, bytes]], deletes: list[bytes]) -> None:
        nonlocal left
        left -= 1
        if left > 0 or (left == 0 and after):
            await whole(puts, deletes)
        if left <= 0:
            raise StoreError("store.failed", "SQLITE_FULL")

    store.commit = commit  # type: ignore[method-assign]
    return store


class CutFolder(StateFolder):
    """A state folder on such a medium, for many restores in one process."""

    def __init__(self, path: Path, engine: str, at: int, after: bool) -> None:
        super().__init__(path, usual=(KeySettings("file"), VaultSettings(engine=engine)))
        self.path.mkdir(exist_ok=True)
        self._at = at
        self._after = after

    def lock(self) -> None:
        """One process holds it for all of them."""

    def open_store(self) -> Store:
        return cut(super().open_store(), self._at, self._after)


class SmallFolder(StateFolder):
    """A state folder on a medium with little room."""

    def lock(self) -> None:
        """Another process takes it afterwards."""
        self.path.mkdir()

    def open_store(self) -> Store:
        store = super().open_store()
        store.room = self._room  # type: ignore[method-assign]
        return store

    async def _room(self) -> tuple[int, int]:
        return 8192, 100


async def state_of(state: Path, engine: str = "sqlite") -> str:
    """What a terminal finds in a state folder: `OPENS`, `EMPTY`, or the code with which it refuses."""
    store = keeping.store(VaultSettings(engine=engine), state)
    try:
        if not await store.scan(b""):
            return EMPTY
        keys = keeping.key_store(KeySettings("file"), state)
        vault = await open_vault(store, ciphers("aes-gcm"), keys, SystemRandom(), SystemClock())
        assert await vault.list("visit.closed")
        return OPENS
    except VaultError as error:
        return error.code
    finally:
        await store.close()


@pytest.fixture
def backup(old: Path, stick: Path) -> Path:
    """A backup of the old terminal."""
    return backed_up(old, stick / "a.backup")


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("engine", ["sqlite", "segments"])
def test_a_restore_that_is_cut_at_any_commit(
    backup: Path, new: Path, monkeypatch: pytest.MonkeyPatch, engine: str, after: bool
) -> None:
    monkeypatch.setattr(restoring, "_PAGE_ROWS", 2)

    async def cut_at_every_commit() -> list[str]:
        opened = BackupFile(backup).unlocked(CODE, sealer())
        seen: list[str] = []
        for at in range(1, 1000):
            try:
                await restoring.restore(CutFolder(new, engine, at, after), opened, _unheard)
            except (StoreError, VaultError):
                seen.append(await state_of(new, engine))
                continue
            return seen
        raise AssertionError("it never ended")

    seen = asyncio.run(cut_at_every_commit())
    assert len(seen) > 15
    if after:
        assert seen.pop() == OPENS  # the last commit was kept; what was lost is only its acknowledgement
        assert set(seen) == {"vault.restoring"}
    else:
        assert seen[0] == EMPTY  # not even the mark was kept
        assert set(seen[1:]) == {"vault.restoring"}
    assert asyncio.run(state_of(new, engine)) == OPENS


def test_a_medium_that_is_too_small(backup: Path, new: Path) -> None:
    opened = BackupFile(backup).unlocked(CODE, sealer())
    with pytest.raises(VaultToolError, match=r"^restore\.no_room: 100 bytes are free"):
        asyncio.run(restoring.restore(SmallFolder(new), opened, _unheard))
    assert asyncio.run(state_of(new)) == EMPTY
    restored(backup, new)


def _unheard(_: str) -> None:
    """Nobody is told how far it is."""


# From inside: who reads what it says, and then kills it, may come when it has ended.
KILLED_HALFWAY = """
import builtins, os, runpy, signal
def told(said, **more):
    show(said, **more)
    if "... 10" in said:
        os.kill(os.getpid(), signal.SIGKILL)
show, builtins.print = print, told
runpy.run_module("tools.vault", run_name="__main__")
"""


def test_a_restore_that_is_killed(tmp_path: Path, stick: Path, new: Path) -> None:
    """A real process, killed while it writes; then it is done again."""
    asyncio.run(large_terminal(tmp_path / "old", 30_000))
    backup = backed_up(tmp_path / "old", stick / "a.backup")
    ended = subprocess.run(
        [sys.executable, "-c", KILLED_HALFWAY, "restore", "--state", str(new), str(backup)],
        cwd=ROOT,
        input=CODE + "\n",
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    assert ended.returncode == -signal.SIGKILL, ended.stdout
    assert asyncio.run(state_of(new)) == "vault.restoring"
    assert "vault.restoring" in run("backup", "--state", new, "--code", stick / "b.backup", entered=CODE)[1]
    restored(backup, new)
    assert asyncio.run(state_of(new)) == OPENS


async def large_terminal(state: Path, records: int) -> None:
    """A visit, and as many other records."""
    counter = DiskCounter()
    await counter.open(state)
    await counter.served(1)
    for start in range(0, records, 1000):
        batch = Batch("test.many")
        for number in range(start, start + 1000):
            batch.put("box", f"{number:032x}", {"code": f"8100017{number:013d}", "state": "sold"})
        await counter.terminal.vault.commit(batch)
    await counter.close()


@pytest.mark.parametrize("delay_s", [0.3, 0.6, 0.8, 1.0, 1.2, 1.5])
def test_a_backup_that_is_killed(old: Path, stick: Path, new: Path, delay_s: float) -> None:
    """Whatever moment it is: there is a whole file or none, and the next one is whole."""
    process = subprocess.Popen(
        command("backup", "--state", old, "--code", "--retire", stick / "a.backup"),
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    try:
        process.communicate(CODE + "\n", timeout=delay_s)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
    if (stick / "a.backup").exists():
        assert asyncio.run(state_of(old)) == "vault.retired"
    else:
        backed_up(old, stick / "a.backup")
    restored(stick / "a.backup", new)
    assert list(stick.glob("*.new")) == []


@pytest.mark.parametrize("left", ["snapshot.db", "snapshot.db.new", "snapshot.db.new-journal"])
def test_a_copy_that_a_power_cut_left_goes_when_the_terminal_starts(old: Path, stick: Path, left: str) -> None:
    """It has the keys of visits in it, which may be erased later."""
    backed_up(old, stick / "a.backup")
    copy = old / "backup" / left
    copy.write_bytes((old / "vault.db").read_bytes())
    store = keeping.store(VaultSettings(), old)
    asyncio.run(store.close())
    assert not copy.exists()


def test_a_full_stick(old: Path, stick: Path) -> None:
    """The stick takes 4 KiB, then no more: nothing is left on it, and the old terminal is not retired."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)

    def fill_the_stick() -> str:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
        return CODE

    order = backing_up.Order(StateFolder(old), stick / "a.backup", retire=True)
    try:
        with pytest.raises(VaultToolError) as refused:
            asyncio.run(backing_up.back_up(order, fill_the_stick))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert refused.value.code == "backup.failed"
    assert "File too large" in refused.value.cause
    assert list(stick.iterdir()) == []
    assert asyncio.run(state_of(old)) == OPENS


def wrong(file: Path, code: str = CODE) -> str:
    """The code with which a file is refused."""
    with pytest.raises(Undecided) as refused:
        restoring.checked(BackupFile(file).unlocked(code, sealer()))
    return refused.value.code


def test_a_file_that_was_not_copied_whole(backup: Path) -> None:
    whole = backup.read_bytes()
    lengths = [*range(0, 40, 3), *range(40, len(whole), len(whole) // 60), len(whole) - 1]
    for length in lengths:
        backup.write_bytes(whole[:length])
        assert wrong(backup) == ("backup.foreign" if length < len(MAGIC) else "backup.torn"), length
    backup.write_bytes(whole + b"\0")
    assert wrong(backup) == "backup.damaged"


def test_a_file_with_an_altered_byte(backup: Path) -> None:
    whole = backup.read_bytes()
    allowed = {"backup.foreign", "backup.version", "backup.torn", "backup.wrong_code", "backup.damaged"}
    seen = set()
    for place in [*range(10), *range(10, len(whole), len(whole) // 60)]:
        backup.write_bytes(whole[:place] + bytes([whole[place] ^ 0x20]) + whole[place + 1 :])
        seen.add(wrong(backup))
    assert seen <= allowed
    assert {"backup.foreign", "backup.version", "backup.damaged"} <= seen


def test_two_rows_that_changed_places_and_a_row_of_another_time(old: Path, backup: Path, stick: Path) -> None:
    """Everything is in its form; only the HMAC knows."""
    later = backed_up(old, stick / "b.backup")
    one, other = backup.read_bytes(), later.read_bytes()
    assert len(one) == len(other)
    backup.write_bytes(one[: len(one) // 2] + other[len(one) // 2 :])
    assert wrong(backup) == "backup.damaged"


def test_the_wrong_code(backup: Path, new: Path) -> None:
    result, said = run("restore", "--state", new, backup, entered=new_code())
    assert (result, "backup.wrong_code" in said) == (2, True)
    assert not new.exists()
    result, said = run("restore", "--state", new, backup, entered="1234")
    assert (result, "code.wrong" in said) == (2, True)


@pytest.mark.parametrize("content", [b"", b"hello", b"SQLite format 3\0" * 9, os.urandom(4096)])
def test_the_wrong_file(new: Path, stick: Path, content: bytes) -> None:
    (stick / "a.backup").write_bytes(content)
    result, said = run("restore", "--state", new, stick / "a.backup", entered=CODE)
    assert (result, "backup.foreign" in said) == (2, True)
    assert not new.exists()


def test_no_file(new: Path, stick: Path) -> None:
    result, said = run("restore", "--state", new, stick / "a.backup", entered=CODE)
    assert (result, "No such file or directory" in said) == (2, True)


def test_another_version_of_the_format(backup: Path, new: Path) -> None:
    whole = bytearray(backup.read_bytes())
    whole[len(MAGIC) + 1] = 2
    backup.write_bytes(whole)
    result, said = run("restore", "--state", new, backup, entered=CODE)
    assert (result, "has format 2; this program knows 1" in said) == (2, True)


def test_a_backup_is_never_written_over(old: Path, backup: Path) -> None:
    before = backup.read_bytes()
    result, said = run("backup", "--state", old, "--code", backup, entered=CODE)
    assert (result, "backup.exists" in said) == (1, True)
    assert backup.read_bytes() == before


def test_a_terminal_without_its_key_is_not_backed_up(old: Path, stick: Path) -> None:
    (old / "device.key").unlink()
    result, said = run("backup", "--state", old, "--code", stick / "a.backup", entered=CODE)
    assert (result, "keys.missing" in said) == (2, True)
    assert not (old / "device.key").exists()
