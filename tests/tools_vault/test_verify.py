"""The journal under the eyes of somebody who has no key, and of somebody who has."""

import asyncio
import hashlib
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from firmware.vault import Batch, open_vault, report
from hal.linux.cipher import ciphers
from hal.linux.clock import SystemClock
from hal.linux.folder import FolderStore
from hal.linux.keys import FileKeyStore
from hal.linux.store import SqliteStore
from hal.linux.system_random import SystemRandom
from tests.tools_vault.conftest import CODE, DOCTOR, DiskCounter, Screen, backed_up, run
from tools.vault.figures import figures_of, versions_of
from tools.vault.recovery_code import new_code
from tools.vault.rows import rows_at
from tools.vault.state import StateFolder
from tools.vault.survey import survey_of
from tools.vault.verifying import Verification

SIXTEEN = 16  # hex digits of a link that prove it
_OTHER = "CASE substr(value, 61, 1) WHEN x'00' THEN x'01' ELSE x'00' END"
ALTERED = f"CAST(substr(value, 1, 60) || {_OTHER} || substr(value, 62) AS BLOB)"


def head_of(place: Path) -> tuple[int, str]:
    """Number and link of the last entry."""
    said = run("verify", place, "--no-key")[1]
    sequence, _, link = next(line for line in said.splitlines() if line.startswith("head")).split()[1].partition(":")
    return int(sequence), link


def change(state: Path, *statements: str, **names: int) -> None:
    """What somebody with the disk in his hands does to it; `names` are numbers of entries."""
    with closing(sqlite3.connect(state / "vault.db", isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement, {place: f"j/{number:016d}".encode() for place, number in names.items()})


def test_a_whole_journal(old: Path) -> None:
    last, link = head_of(old)
    result, said = run("verify", old, "--list", "--head", f"{last - 2}:{linked(old, last - 2)}")
    assert result == 0
    assert "完整" in said
    assert "WHOLE:" in said
    assert f"head         {last}:{link}" in said
    assert said.count("visit.") > 5
    assert "operator.created" in said
    for secret in ("张三", "测试甲", DOCTOR, "11010519491231002X"):
        assert secret not in said


def linked(state: Path, sequence: int) -> str:
    """The beginning of the link of an entry, as the list shows it."""
    listed = run("verify", state, "--list")[1].splitlines()
    return next(line.split()[1] for line in listed if line.split()[:1] == [str(sequence)])


def test_of_many_entries_that_do_not_open_only_some_are_told(tmp_path: Path) -> None:
    async def keep() -> None:
        store, keys = SqliteStore(tmp_path / "vault.db"), FileKeyStore(tmp_path / "device.key")
        keys.device_key()
        vault = await open_vault(store, ciphers("aes-gcm"), keys, SystemRandom(), SystemClock())
        for number in range(60):
            await vault.commit(Batch("test.tick", str(number)))
        await store.close()

    asyncio.run(keep())
    change(tmp_path, f"UPDATE record SET value = {ALTERED} WHERE substr(key, 1, 2) = x'6a2f'")  # noqa: S608 -- fixed
    rows = rows_at(tmp_path)
    state = StateFolder(tmp_path)
    verification = Verification(None, state.keyring_over(rows), None)
    chain = [value[32:] for name, value in rows.scan(b"j/")]
    linked_anew: list[tuple[bytes, bytes]] = [(b"head", next(rows.scan(b"head"))[1])]
    link = bytes(32)
    for number, sealed in enumerate(chain, 1):
        name = f"j/{number:016d}".encode()
        linked_anew.append((name, link + sealed))
        link = hashlib.sha256(link + name + sealed).digest()
    verdict = verification.run(linked_anew)
    rows.close()
    assert (verdict.whole, len(verdict.sentences)) == (False, 22)
    assert "40 more entries do not open." in verdict.sentences


def test_without_key_and_head_it_says_what_it_cannot_know(old: Path) -> None:
    result, said = run("verify", old, "--no-key")
    assert (result, "WHOLE AS FAR AS IT GOES" in said) == (0, True)


Tampering = Callable[[Path, int], None]


def cut_off(state: Path, last: int) -> None:
    change(state, "DELETE FROM record WHERE key IN (:one, :other)", one=last - 1, other=last)


def take_out(state: Path, last: int) -> None:
    change(state, "DELETE FROM record WHERE key = :one", one=last - 4)


def swap(state: Path, last: int) -> None:
    aside = "UPDATE record SET key = x'00' WHERE key = :one"
    change(
        state,
        aside,
        "UPDATE record SET key = :one WHERE key = :other",
        "UPDATE record SET key = :other WHERE key = x'00'",
        one=last - 4,
        other=last - 3,
    )


def alter(state: Path, last: int) -> None:
    change(state, f"UPDATE record SET value = {ALTERED} WHERE key = :one", one=last)  # noqa: S608 -- two fixed texts


def put_in(state: Path, last: int) -> None:
    copied = "INSERT INTO record SELECT :other, value FROM record WHERE key = :one"
    change(state, copied, one=last, other=last + 1)


def trim(state: Path, last: int) -> None:
    change(state, "DELETE FROM record WHERE key IN (:one, :other)", one=1, other=2)


@pytest.mark.parametrize("tampering", [cut_off, take_out, swap, alter, put_in, trim])
def test_with_the_key_every_change_shows(old: Path, tampering: Tampering) -> None:
    tampering(old, head_of(old)[0])
    result, said = run("verify", old)
    assert (result, "NOT WHOLE" in said) == (1, True)
    assert "不完整" in said


@pytest.mark.parametrize("tampering", [cut_off, take_out, swap, alter, put_in])
def test_with_a_known_head_every_change_before_it_shows(old: Path, tampering: Tampering) -> None:
    last, link = head_of(old)
    tampering(old, last)
    result, said = run("verify", old, "--no-key", "--head", f"{last}:{link[:SIXTEEN]}")
    assert (result, "NOT WHOLE" in said) == (1, True)


def link_anew(state: Path, last: int) -> None:
    """What a clever one does, who has the medium and no key: another entry, and all links behind it made to fit."""
    with closing(sqlite3.connect(state / "vault.db", isolation_level=None)) as connection:
        journal = "SELECT key, value FROM record WHERE substr(key, 1, 2) = x'6a2f' ORDER BY key"
        rows = connection.execute(journal).fetchall()
        chain = bytes(32)
        for number, (name, value) in enumerate(rows, 1):
            sealed = bytes(len(value) - 32) if number == last - 4 else value[32:]
            connection.execute("UPDATE record SET value = ? WHERE key = ?", (chain + sealed, name))
            chain = hashlib.sha256(chain + name + sealed).digest()


def test_a_chain_that_was_linked_anew(old: Path) -> None:
    """It fits without any key, so the verdict without one must not promise more."""
    last, link = head_of(old)
    before = linked(old, last - 5)
    link_anew(old, last)
    result, said = run("verify", old, "--no-key")
    assert (result, "could have linked other entries" in said, "none altered" in said) == (0, True, False)
    result, said = run("verify", old, "--no-key", "--head", f"{last - 5}:{before}")
    assert (result, f"Behind entry {last - 5} nothing is proved" in said) == (0, True)
    assert run("verify", old, "--no-key", "--head", f"{last}:{link}")[0] == 1
    assert run("verify", old)[0] == 1


def test_a_known_head_says_nothing_of_what_was_cut_off_at_the_beginning(old: Path) -> None:
    last, link = head_of(old)
    trim(old, last)
    result, said = run("verify", old, "--no-key", "--head", f"{last}:{link}")
    assert (result, "with all from entry 3 to it" in said) == (0, True)
    assert "Only the key tells whether entries before 3 were trimmed or taken away" in said


@pytest.mark.parametrize("tampering", [take_out, swap, put_in])
def test_what_shows_without_anything(old: Path, tampering: Tampering) -> None:
    tampering(old, head_of(old)[0])
    assert run("verify", old, "--no-key")[0] == 1


def test_what_was_cut_off_shows_by_what_another_has(old: Path, stick: Path) -> None:
    """A copy from before leads to what is there now; what is there now does not lead to a copy that has more."""
    copy = shutil.copytree(old, stick / "copy")
    before, link = head_of(copy)
    asyncio.run(sign_in(old))
    assert run("verify", old, "--no-key", "--head", f"{before}:{link}")[0] == 0
    after, later = head_of(old)
    result, said = run("verify", copy, "--no-key", "--head", f"{after}:{later}")
    assert (result, "cut off at its end" in said) == (1, True)


async def sign_in(state: Path) -> None:
    counter = DiskCounter()
    await counter.open(state)
    await counter.operators.sign_in("1", "283746")
    await counter.close()


def test_a_trimmed_journal(old: Path) -> None:
    fourth, fifth = (linked(old, number) for number in (4, 5))

    async def trim_it() -> None:
        counter = DiskCounter()
        await counter.open(old)
        vault = counter.terminal.vault
        await vault.trim_journal(vault.journal_head()[0] - 4)
        assert vault.journal_first() == 5
        await counter.close()

    asyncio.run(trim_it())
    assert run("verify", old)[0] == 0
    assert run("verify", old, "--head", f"5:{fifth}")[0] == 0
    assert run("verify", old, "--head", f"4:{fourth}")[0] == 0  # the link in front of the first one
    assert run("verify", old, "--head", f"4:{fifth}")[0] == 1
    result, said = run("verify", old, "--head", f"3:{fourth}")
    assert (result, "head.trimmed" in said) == (2, True)


def test_a_running_terminal_does_not_notice(tmp_path: Path) -> None:
    state = tmp_path / "old"

    async def verify_while_it_commits() -> int:
        counter = DiskCounter()
        await counter.open(state)
        vault = counter.terminal.vault
        verifying = [asyncio.create_task(asyncio.to_thread(run, "verify", state)) for _ in range(3)]
        commits = 0
        while not all(task.done() for task in verifying):
            batch = Batch("test.tick")
            batch.put("tick", "1", {"n": commits})
            await vault.commit(batch)
            commits += 1
        for task in verifying:
            result, said = await task
            assert (result, "WHOLE:" in said) == (0, True), said
        assert await vault.verify_journal() == vault.journal_head()[0]
        await counter.close()
        return commits

    assert asyncio.run(verify_while_it_commits()) > 10
    files = {path.name: path.stat().st_mtime_ns for path in state.iterdir()}
    assert run("verify", state)[0] == 0
    assert {path.name: path.stat().st_mtime_ns for path in state.iterdir()} == files  # not one file more


def test_after_a_power_cut_the_log_is_read_too(tmp_path: Path, stick: Path) -> None:
    """The plug was pulled: what was acknowledged is in the log only. A copy of both files says the same."""
    state = tmp_path / "old"

    async def copy_while_it_runs() -> tuple[int, str]:
        counter = DiskCounter()
        await counter.open(state)
        await counter.served(1)
        for suffix in ("", "-wal"):
            shutil.copy(state / f"vault.db{suffix}", stick / f"vault.db{suffix}")
        head = counter.terminal.vault.journal_head()
        await counter.close()
        return head

    sequence, link = asyncio.run(copy_while_it_runs())
    result, said = run("verify", stick / "vault.db", "--head", f"{sequence}:{link}")
    assert result == 0, said


def test_a_card_of_segments(tmp_path: Path) -> None:
    async def keep(place: Path) -> tuple[int, str]:
        store = FolderStore(place / "vault.segments")
        keys = FileKeyStore(place / "device.key")
        vault = await open_vault(store, ciphers("aes-ctr-hmac"), keys, SystemRandom(), SystemClock())
        for number in range(40):
            batch = Batch("test.tick", str(number))
            batch.put("tick", str(number % 7), {"n": number})
            await vault.commit(batch)
        await store.close()
        return vault.journal_head()

    sequence, link = asyncio.run(keep(tmp_path))
    for place in (tmp_path, tmp_path / "vault.segments"):
        result, said = run("verify", place, "--head", f"{sequence}:{link}")
        assert (result, f"head         {sequence}:{link}" in said) == (0, True), said
    assert "suite 3" in run("report", tmp_path)[1]
    assert all(path.suffix == ".seg" for path in (tmp_path / "vault.segments").iterdir())  # no key was made in there


def test_a_backup(old: Path, stick: Path) -> None:
    backup = backed_up(old, stick / "a.backup")
    last, link = head_of(old)
    assert run("verify", backup, "--head", f"{last}:{link}")[0] == 0
    result, said = run("verify", backup, "--recovery-code", "--list", entered=CODE)
    assert (result, "visit.settled" in said) == (0, True)
    result, said = run("verify", backup, "--recovery-code", entered=new_code())
    assert (result, "backup.wrong_code" in said) == (2, True)
    backup.write_bytes(backup.read_bytes()[:-1])
    result, said = run("verify", backup)
    assert (result, "backup.torn" in said) == (2, True)


def test_another_devices_key(old: Path, tmp_path: Path) -> None:
    (old / "device.key").write_bytes(bytes(32))
    result, said = run("verify", old)
    assert (result, "keys.foreign" in said) == (2, True)
    (old / "device.key").unlink()
    result, said = run("verify", old)
    assert (result, "keys.missing" in said, "AS FAR AS IT GOES" in said) == (0, True, True)
    assert run("verify", old, "--list")[0] == 2


def test_what_is_no_vault(tmp_path: Path) -> None:
    (tmp_path / "vault.db").write_bytes(b"no database at all" * 100)
    for place, code in ((tmp_path, "vault.unreadable"), (tmp_path / "nothing", "vault.missing")):
        result, said = run("verify", place)
        assert (result, code in said) == (2, True), said
    (tmp_path / "vault.db").unlink()
    change(tmp_path, "CREATE TABLE record (key, value)", "INSERT INTO record VALUES (1, 'x')")
    result, said = run("verify", tmp_path)
    assert (result, "vault." in said) == (2, True)


def test_the_report_is_what_the_terminal_says_of_itself(old: Path) -> None:
    async def own_report() -> dict[str, object]:
        store = SqliteStore(old / "vault.db")
        keys = FileKeyStore(old / "device.key")
        vault = await open_vault(store, ciphers("aes-gcm"), keys, SystemRandom(), SystemClock())
        said = await report(vault, keys)
        await store.close()
        return said

    own = asyncio.run(own_report())
    rows = rows_at(old)
    survey = survey_of(rows.scan())
    rows.close()
    figures = figures_of(survey, versions_of(survey.keys))
    assert {key: figures[key] for key in ("records", "journal", "unsent", "held", "suite")} == {
        key: own[key] for key in ("records", "journal", "unsent", "held", "suite")
    }
    assert own["unsent"] == 1
    assert own["key_versions"] == {key: figures["key_versions"][key] for key in ("data", "journal")}
    assert own["key_store"] == {"level": 0, "kind": "file"}
    assert "level 0 (file): a file beside the vault" in run("report", old)[1]


def test_what_a_record_says_cannot_command_the_screen(old: Path) -> None:
    """A patient's code brings whatever signs it likes."""

    async def keep() -> None:
        counter = DiskCounter()
        await counter.open(old)
        batch = Batch("test")
        batch.put("note", "1", {"code": "\x9b2J\u202e\x7f"})
        await counter.terminal.vault.commit(batch)
        await counter.close()

    asyncio.run(keep())
    result, said = Screen("open", old, "note", "1").end()
    assert (result, "\\u009b2J\\u202e\\u007f" in said) == (0, True)


def test_a_record_is_opened_on_a_screen_only(old: Path) -> None:
    result, said = run("open", old, "visit.closed")
    assert (result, said.split()) == (0, ["000001"])
    result, said = run("open", old, "visit.closed", "000001")
    assert (result, "open.no_screen" in said) == (2, True)
    result, said = Screen("open", old, "visit.closed", "000001").end()
    assert result == 0
    assert "测试甲" in said
    result, said = Screen("open", old, "visit.closed", "000009").end()
    assert (result, "open.absent" in said) == (2, True)
