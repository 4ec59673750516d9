"""Backups between boards that keep keys and records in other ways."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from firmware.vault import Batch, Vault, open_vault
from hal.linux import keeping
from hal.linux.cipher import ciphers
from hal.linux.clock import SystemClock
from hal.linux.folder import FolderStore
from hal.linux.keeping_settings import KeySettings, VaultSettings
from hal.linux.keys import FileKeyStore
from hal.linux.system_random import SystemRandom
from hal.segments.frames import name_of
from tests.hal.software_tpm import SoftwareTpm, need_tpm
from tests.tools_vault.conftest import CODE, backed_up, restored, run
from tools.vault.errors import Undecided
from tools.vault.rows import rows_at
from tools.vault.segment_rows import HeldSegments, SegmentRows
from tools.vault.survey import survey_of


def with_tables(board: Path, name: str, *tables: str) -> Path:
    """A board config with other tables `[keys]` and `[vault]`."""
    text, times = re.subn(r"(?ms)^\[keys\]\n.*?(?=^\[)", "\n".join(tables) + "\n\n", board.read_text("utf-8"))
    assert times == 1
    file = board.with_name(name)
    file.write_text(text, "utf-8")
    return file


@pytest.fixture
def segments(board: Path) -> Path:
    """A board that keeps its records in segments."""
    return with_tables(board, "segments.toml", "[keys]", 'store = "file"', "[vault]", 'engine = "segments"')


@pytest.fixture
def serial(board: Path, tmp_path: Path) -> Path:
    """A board whose key is made from its serial number."""
    (tmp_path / "serial-number").write_text("10000000abcdef01\0", "ascii")
    return with_tables(board, "serial.toml", "[keys]", 'store = "serial"', f'source = "{tmp_path}/serial-number"')


@pytest.fixture
def fuses(board: Path, tmp_path: Path) -> Path:
    """A board whose key is in its one-time fuses."""
    file = tmp_path / "fuses"
    file.touch(0o640)
    file.write_bytes(bytes(range(1, 33)))
    return with_tables(board, "otp.toml", "[keys]", 'store = "otp"', f'source = "{file}"')


@pytest.fixture
def tpm(board: Path) -> Iterator[Path]:
    """A board whose key is sealed by its TPM."""
    need_tpm()
    chip = SoftwareTpm()
    yield with_tables(board, "tpm.toml", "[keys]", 'store = "tpm"', f'source = "{chip.tcti}"')
    chip.end()


@pytest.mark.parametrize(("keys", "level"), [("serial", "1 (serial)"), ("fuses", "2 (otp)"), ("tpm", "3 (tpm)")])
def test_the_new_device_keeps_its_key_elsewhere(
    old: Path, new: Path, stick: Path, request: pytest.FixtureRequest, keys: str, level: str
) -> None:
    own = request.getfixturevalue(keys)
    backup = backed_up(old, stick / "a.backup")
    restored(backup, new, "--board", own)
    assert not (new / "device.key").exists()
    assert f"level {level}" in run("report", "--board", own, new)[1]
    assert run("verify", "--board", own, new)[0] == 0
    assert run("backup", "--state", new, "--code", stick / "b.backup", entered=CODE)[0] == 2  # its key is in no file
    backed_up(new, stick / "b.backup", "--board", own)
    assert run("verify", stick / "b.backup", "--recovery-code", entered=CODE)[0] == 0


def test_the_new_device_keeps_its_records_in_segments(old: Path, new: Path, stick: Path, segments: Path) -> None:
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
    assert (new / "vault.segments").is_dir() == (new.with_name("third") / "vault.segments").is_dir()
    result, said = run("restore", "--state", new, stick / "a.backup", entered=CODE)
    assert (result, "vault.other_engine" in said) == (2, True)


def test_without_a_board_config_the_new_device_is_as_the_one_in_the_backup(
    old: Path, new: Path, stick: Path, serial: Path
) -> None:
    """It is what the terminal will be started with: else it would find a key and records that are not its own."""
    board = with_engine(serial)
    restored(backed_up(old, stick / "a.backup"), new, "--board", board)
    third = new.with_name("third")
    said = restored(backed_up(new, stick / "b.backup", "--board", board), third)
    assert 'keys.store = "serial", vault.engine = "segments"' in said
    assert {path.name for path in third.iterdir()} == {"device.serial", "lock", "vault.segments"}
    serial.with_name("serial-number").write_text("0000000000000000\0", "ascii")
    result, said = run("restore", "--state", new.with_name("fourth"), stick / "b.backup", entered=CODE)
    assert (result, "keys.no_serial" in said, "a board config of its own: --board" in said) == (2, True, True)


def with_engine(board: Path) -> Path:
    """The same board with its records in segments."""
    text = board.read_text("utf-8").replace("[profiles]", '[vault]\nengine = "segments"\n\n[profiles]')
    board.write_text(text, "utf-8")
    return board


@asynccontextmanager
async def running(state: Path) -> AsyncIterator[Vault]:
    """A vault in segments, of which many are waste, while its terminal runs."""
    state.mkdir()
    store = FolderStore(state / "vault.segments")
    keys = FileKeyStore(state / "device.key")
    vault = await open_vault(store, ciphers("aes-gcm"), keys, SystemRandom(), SystemClock())
    for number in range(400):
        batch = Batch("test.tick", str(number))
        batch.put("tick", str(number % 7), {"n": number, "more": "x" * 400})
        await vault.commit(batch)
    yield vault
    await store.close()


def test_a_terminal_clears_segments_away_while_they_are_looked_at(tmp_path: Path) -> None:
    state = tmp_path / "old"

    async def look_while_it_clears() -> None:
        async with running(state) as vault:
            head = vault.journal_head()
            rows = rows_at(state)
            before = {path.name for path in (state / "vault.segments").iterdir()}
            while await vault.trim_journal(10):
                pass
            await vault.store.scrub()
            assert not before & {path.name for path in (state / "vault.segments").iterdir()}
            survey = survey_of(rows.scan())
            rows.close()
            assert (survey.fault, survey.first, survey.kinds["tick"]) == ("", 1, 7)
            assert (survey.last, survey.link) == head
            assert (await asyncio.to_thread(run, "verify", state))[0] == 0

    asyncio.run(look_while_it_clears())
    assert run("verify", state)[0] == 0


def test_a_backup_of_a_terminal_that_clears_segments_away(tmp_path: Path, stick: Path, new: Path) -> None:
    state = tmp_path / "old"

    async def back_up_while_it_clears() -> int:
        cleared = 0
        async with running(state) as vault:
            saving = asyncio.create_task(asyncio.to_thread(backed_up, state, stick / "a.backup"))
            while not saving.done():
                batch = Batch("test.tick")
                batch.put("tick", "1", {"more": "x" * 4000})
                await vault.commit(batch)
                await vault.trim_journal(100)
                cleared += await vault.store.care()
            await saving
        return cleared

    assert asyncio.run(back_up_while_it_clears()) > 0
    restored(stick / "a.backup", new)
    assert run("verify", new)[0] == 0


def test_a_segment_that_goes_before_it_is_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is looked for anew, until two looks in a row see the same."""
    (tmp_path / "00000002.seg").write_bytes(b"here")
    whole = HeldSegments._listed
    looks = [{"00000001.seg", "00000002.seg"}, set()]
    monkeypatch.setattr(HeldSegments, "_listed", lambda held: looks.pop(0) if looks else whole(held))
    held = HeldSegments(tmp_path)
    assert (held.names(), held.read("00000002.seg", 1, 9)) == (["00000002.seg"], b"ere")
    held.close()
    monkeypatch.setattr(HeldSegments, "_listed", lambda _: {"00000001.seg"})
    with pytest.raises(Undecided, match=r"^vault\.busy: "):
        HeldSegments(tmp_path)


def test_a_broken_segment_is_told_of_and_the_rest_is_saved(tmp_path: Path, stick: Path) -> None:
    """The entry of the journal that came with the record has been trimmed, so the journal alone calls it whole."""
    state = tmp_path / "old"

    async def keep_and_trim() -> None:
        async with running(state) as vault:
            while await vault.trim_journal(3):
                pass

    asyncio.run(keep_and_trim())
    folder = state / "vault.segments"
    [(_, segment, offset, _)] = SegmentRows(folder)._log.index.page(b"r/tick/1", b"", 1)
    broken = bytearray((folder / name_of(segment)).read_bytes())
    broken[offset] ^= 1
    (folder / name_of(segment)).write_bytes(broken)
    for task in ("report", "verify"):
        result, said = run(task, state)
        assert (result, "THE MEDIUM IS BROKEN" in said, "NOT WHOLE" in said) == (1, True, False), said
    result, said = run("backup", "--state", state, "--code", stick / "a.backup", entered=CODE)
    assert (result, "But the medium is broken, records may be missing or old" in said) == (1, True), said
    assert (stick / "a.backup").exists()
