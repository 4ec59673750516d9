"""Backups between boards that keep keys and records in other ways."""

import asyncio
import re
from pathlib import Path

import pytest

from firmware.vault import open_vault
from hal.linux import keeping
from hal.linux.cipher import ciphers
from hal.linux.clock import SystemClock
from hal.linux.keeping_settings import KeySettings, VaultSettings
from hal.linux.system_random import SystemRandom
from tests.tools_vault.conftest import CODE, backed_up, restored, run


def with_tables(board: Path, name: str, *tables: str) -> Path:
    """A board config with other tables `[keys]` and `[vault]`."""
    text, times = re.subn(r"(?ms)^\[keys\]\n.*?(?=^\[)", "\n".join(tables) + "\n\n", board.read_text("utf-8"))
    assert times == 1
    file = board.with_name(name)
    file.write_text(text, "utf-8")
    return file


@pytest.fixture
def serial(board: Path, tmp_path: Path) -> Path:
    """A board whose key is made from its serial number."""
    (tmp_path / "serial-number").write_text("10000000abcdef01\0", "ascii")
    return with_tables(board, "serial.toml", "[keys]", 'store = "serial"', f'source = "{tmp_path}/serial-number"')


def test_the_new_device_keeps_its_key_elsewhere(old: Path, new: Path, stick: Path, serial: Path) -> None:
    backup = backed_up(old, stick / "a.backup")
    restored(backup, new, "--board", serial)
    assert not (new / "device.key").exists()
    assert "level 1 (serial)" in run("report", "--board", serial, new)[1]
    assert run("verify", "--board", serial, new)[0] == 0
    assert run("backup", "--state", new, "--code", stick / "b.backup", entered=CODE)[0] == 2  # its key is in no file
    backed_up(new, stick / "b.backup", "--board", serial)
    assert run("verify", stick / "b.backup", "--recovery-code", entered=CODE)[0] == 0


def test_the_new_device_keeps_its_records_in_segments(old: Path, new: Path, stick: Path, board: Path) -> None:
    segments = with_tables(board, "segments.toml", "[keys]", 'store = "file"', "[vault]", 'engine = "segments"')
    restored(backed_up(old, stick / "a.backup"), new, "--board", segments)
    assert (new / "vault.segments").is_dir()

    async def visits() -> int:
        store = keeping.store(VaultSettings(engine="segments"), new)
        keys = keeping.key_store(KeySettings("file"), new)
        vault = await open_vault(store, ciphers("aes-gcm"), keys, SystemRandom(), SystemClock())
        found = await vault.list("visit.closed")
        await store.close()
        return len(found)

    assert asyncio.run(visits()) == 1
    restored(backed_up(new, stick / "b.backup", "--board", segments), new.with_name("third"))
    result, said = run("restore", "--state", new, stick / "a.backup", entered=CODE)
    assert (result, "vault.other_engine" in said) == (2, True)
