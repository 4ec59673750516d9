"""A vault that something else than a power cut has broken, in each engine: what the doctor sees of it."""

from pathlib import Path

import pytest

from hal.linux.folder import FolderStore
from hal.linux.store import SqliteStore
from tests.portable import tiny_counter
from tests.portable.doubles import MemoryBoard
from tests.portable.tiny_platform import TinyPlatform

PAGE = 4096


async def counter_on(store: SqliteStore | FolderStore) -> tiny_counter.Counter:
    counter = tiny_counter.Counter()
    counter.platform, counter.lives = TinyPlatform(), 1
    await counter.start(MemoryBoard(store, counter.platform))  # type: ignore[arg-type]
    await counter.quiet()
    return counter


async def faults(counter: tiny_counter.Counter) -> list[tuple[str, str]]:
    return [(fault["device"], fault["code"]) for _, fault in await counter.terminal.vault.list("fault")]


async def test_a_damaged_database_is_told_and_noted(tmp_path: Path) -> None:
    file = tmp_path / "vault.db"
    store = SqliteStore(file)
    counter = await counter_on(store)
    await counter.settled()
    await store.commit([(b"z/%05d" % number, bytes(900)) for number in range(200)], [])
    await counter.stop()
    await store.close()
    content = bytearray(file.read_bytes())
    content[-PAGE * 2 : -PAGE] = content[-PAGE * 6 : -PAGE * 5]  # as a worn card does
    file.write_bytes(content)
    store = SqliteStore(file)
    counter = await counter_on(store)
    care = counter.terminal.care
    assert not await care.turn(quiet=True)
    assert store._look._running is not None
    store._look._running.exception(300)
    assert counter.told() != "vault.damaged"
    assert not await care.turn(quiet=True)
    assert counter.told() == "vault.damaged"
    assert ("store", "vault.damaged") in await faults(counter)
    await counter.stop()
    await store.close()


async def test_damaged_segments_are_told_once_read_and_not_written(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = FolderStore(tmp_path / "segments", segment_bytes=3_000)
    counter = await counter_on(store)
    await counter.settled()
    version = counter.version()
    await counter.stop()
    await store.close()
    file = sorted((tmp_path / "segments").iterdir())[2]
    content = bytearray(file.read_bytes())
    content[200] ^= 1
    file.write_bytes(content)
    store = FolderStore(tmp_path / "segments", segment_bytes=3_000)
    counter = await counter_on(store)
    for _ in range(5):
        assert not await counter.terminal.care.turn(quiet=True)
    assert counter.told() == "vault.damaged"
    assert len([message for message in caplog.messages if message.startswith("vault.damaged")]) == 1
    counter.desk.dismiss()
    assert not await counter.terminal.care.turn(quiet=True)
    assert counter.told() == ""  # until something is to be kept
    assert counter.version() == version
    assert await counter.refusal(counter.desk.receipt(version, "reprint")) == "vault.damaged"
    await counter.stop()
    await store.close()
