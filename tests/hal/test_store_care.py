"""The database of the store, looked over and copied while it is in use."""

import asyncio
from pathlib import Path

import pytest

from hal.errors import StoreError
from hal.linux.store import SqliteStore, backup_of
from hal.linux.store_care import Look, integrity_of

DAY_S = 86_400
PAGE = 4096


async def _filled(file: Path, rows: int = 200) -> SqliteStore:
    store = SqliteStore(file)
    await store.commit([(b"%05d" % number, b"x" * 500) for number in range(rows)], [])
    return store


async def _damaged(file: Path) -> None:
    """A database in which one page was written over with another, as a worn card does."""
    await (await _filled(file)).close()
    content = bytearray(file.read_bytes())
    content[PAGE * 5 : PAGE * 6] = content[PAGE * 7 : PAGE * 8]
    file.write_bytes(content)


async def test_a_damaged_file_is_told_once_for_each_look(tmp_path: Path) -> None:
    await _damaged(tmp_path / "vault.db")
    store = SqliteStore(tmp_path / "vault.db")
    await store.care()
    assert store._look._running is not None
    store._look._running.exception(300)
    with pytest.raises(StoreError, match=r"store\.damaged: ") as told:
        await store.care()
    assert "xxx" not in str(told.value)
    await store.care()
    assert await store.get(b"00000") == b"x" * 500
    await store.close()


async def test_it_is_looked_over_after_the_start_and_once_a_day(tmp_path: Path) -> None:
    await (await _filled(tmp_path / "vault.db")).close()
    now = 1_000.0
    look = Look(tmp_path / "vault.db", lambda: now)
    for wait_s, begins in [(0, True), (DAY_S - 1, False), (1, True), (1, False)]:
        now += wait_s
        look.care()
        assert (look._running is not None) == begins
        if look._running is not None:
            look._running.exception(300)
            look.care()  # takes note that nothing was found
            assert look._running is None
    look.stop()


async def test_a_look_that_is_stopped_found_no_damage_and_is_begun_again(tmp_path: Path) -> None:
    await (await _filled(tmp_path / "vault.db", 20_000)).close()
    with pytest.raises(StoreError, match=r"store\.failed: SQLITE_INTERRUPT"):
        integrity_of(tmp_path / "vault.db", lambda connection: connection.set_progress_handler(lambda: 1, 100))
    look = Look(tmp_path / "vault.db", lambda: 0)
    for _ in range(5):
        look.care()
        look.stop()
    look.care()
    look.stop()


async def test_a_file_that_is_gone_is_not_called_damaged(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"store\.failed: SQLITE_CANTOPEN"):
        integrity_of(tmp_path / "none.db")
    assert list(tmp_path.iterdir()) == []


async def test_a_backup_of_a_store_in_use_has_all_before_it_and_no_half_batch(tmp_path: Path) -> None:
    store = await _filled(tmp_path / "vault.db", 2_000)
    copying = asyncio.create_task(store.backup(tmp_path / "copy.db"))
    number = 0
    while not copying.done():
        await store.commit([(b"a%05d" % number, b"1"), (b"b%05d" % number, b"1")], [])
        number += 1
    await copying
    await store.close()
    assert (tmp_path / "copy.db").stat().st_mode & 0o777 == 0o600
    assert sorted(file.name for file in tmp_path.iterdir()) == ["copy.db", "vault.db"]
    copy = SqliteStore(tmp_path / "copy.db")
    assert len(await copy.scan(b"0")) == 2_000
    left, right = await copy.scan(b"a"), await copy.scan(b"b")
    assert len(left) == len(right) <= number
    await copy.close()


async def test_a_backup_replaces_no_file(tmp_path: Path) -> None:
    await (await _filled(tmp_path / "vault.db")).close()
    (tmp_path / "copy.db").write_bytes(b"mine")
    with pytest.raises(StoreError, match="is there already"):
        backup_of(tmp_path / "vault.db", tmp_path / "copy.db")
    assert (tmp_path / "copy.db").read_bytes() == b"mine"


async def test_a_backup_that_fails_leaves_no_file(tmp_path: Path) -> None:
    await _damaged(tmp_path / "vault.db")
    (tmp_path / "copy.db.new").write_bytes(b"left by a power cut")
    for source, cause in [("vault.db", r"store\.damaged: "), ("none.db", r"cannot copy .*: SQLITE_CANTOPEN")]:
        with pytest.raises(StoreError, match=cause):
            backup_of(tmp_path / source, tmp_path / "copy.db")
        assert [file.name for file in tmp_path.iterdir() if "copy" in file.name] == []
    with pytest.raises(StoreError, match=r"cannot copy .*: ENOENT"):
        backup_of(tmp_path / "vault.db", tmp_path / "nowhere" / "copy.db")
