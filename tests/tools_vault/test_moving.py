"""A whole terminal moves to another device: nothing is lost, and nothing goes on twice."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from firmware.vault import Batch, Rotation, VaultError
from tests.tools_vault.conftest import (
    CODE,
    DOCTOR,
    PIN,
    DiskCounter,
    Screen,
    backed_up,
    restored,
    run,
)
from tools.vault.recovery_code import in_groups


async def looked_at(state: Path) -> dict[str, Any]:
    """What a terminal on a state folder goes on with; the doctor signs in at the end."""
    counter = DiskCounter()
    await counter.open(state)
    vault = counter.terminal.vault
    seen = {
        "head": vault.journal_head(),
        "visits": await vault.list("visit.closed"),
        "bodies": await vault.list("outbox.body"),
        "waiting": counter.terminal.outbox.summary()["waiting"],
        "counters": [vault.counter(name) for name in ("visit", "msgid", "outbox", "operator")],
        "operators": [operator["name"] for operator in await counter.operators.names()],
    }
    await counter.operators.sign_in("1", PIN)
    await counter.close()
    return seen


def figures(state: Path) -> list[str]:
    """The report of a state folder but for what protects its key."""
    result, said = run("report", state)
    assert result == 0, said
    return [line for line in said.splitlines() if not line.startswith("key store")]


def test_the_new_terminal_has_all_that_the_old_one_had(old: Path, new: Path, stick: Path) -> None:
    said = restored(backed_up(old, stick / "a.backup"), new)
    assert figures(old) == figures(new)
    assert [line.strip() for line in said.splitlines()].count(figures(old)[2]) == 2  # the head of both journals
    assert run("verify", new, "--no-key", "--head", figures(old)[2].split()[-1])[0] == 0
    one, other = asyncio.run(looked_at(old)), asyncio.run(looked_at(new))
    assert other.pop("counters")[:2] == [number + 1000 for number in one.pop("counters")[:2]]
    assert other.pop("head")[0] == one.pop("head")[0] + 1  # it says in its journal that it left numbers out
    assert one == other
    assert (one["operators"], one["waiting"], len(one["visits"])) == ([DOCTOR], 1, 1)
    assert (old / "device.key").read_bytes() != (new / "device.key").read_bytes()


def test_the_numbers_go_on(old: Path, new: Path, stick: Path) -> None:
    restored(backed_up(old, stick / "a.backup"), new)
    before = asyncio.run(looked_at(old))

    async def serve_one_more_and_deliver() -> list[str]:
        counter = DiskCounter()
        await counter.open(new)
        await counter.served(77)
        numbers = [record["number"] for _, record in await counter.terminal.vault.list("visit.closed")]
        assert counter.terminal.vault.counter("msgid") > before["counters"][1]
        assert await counter.upload()
        assert counter.platform.messages.count("3505") == 2
        assert await counter.terminal.vault.verify_journal() > before["head"][0]
        await counter.close()
        return numbers

    numbers = asyncio.run(serve_one_more_and_deliver())
    assert len(set(numbers)) == 2
    assert before["visits"][0][1]["number"] == numbers[0]


def test_numbers_that_the_old_device_used_after_its_backup_are_not_used_again(
    old: Path, new: Path, stick: Path
) -> None:
    """It died on the day of its backup: the platform knows sales under its numbers, and would take ours for them."""
    backup = backed_up(old, stick / "a.backup")

    async def go_on(state: Path, box: int) -> set[str]:
        counter = DiskCounter()
        await counter.open(state)
        await counter.served(box)
        numbers = {record["number"] for _, record in await counter.terminal.vault.list("visit.closed")}
        await counter.close()
        return numbers

    [before] = asyncio.run(looked_at(old))["visits"]
    [lost] = asyncio.run(go_on(old, 77)) - {before[1]["number"]}
    restored(backup, new)
    mine = asyncio.run(go_on(new, 78))
    assert (lost in mine, len(mine)) == (False, 2)
    once_more = asyncio.run(go_on(new, 79)) - mine
    assert [int(number[-6:]) for number in once_more] == [max(int(number[-6:]) for number in mine) + 1]


def test_nothing_keeps_two_copies_of_one_backup_apart(old: Path, new: Path, stick: Path, tmp_path: Path) -> None:
    """Why docs/backup.md says: one backup on one device only."""
    backup = backed_up(old, stick / "a.backup", "--retire")

    async def next_numbers(state: Path) -> list[int]:
        counter = DiskCounter()
        await counter.open(state)
        numbers = [counter.terminal.vault.take_number(name) for name in ("visit", "msgid", "operator")]
        await counter.close()
        return numbers

    for state in (new, tmp_path / "another"):
        restored(backup, state)
    assert asyncio.run(next_numbers(new)) == asyncio.run(next_numbers(tmp_path / "another"))


def test_a_backup_of_a_running_terminal_is_one_moment_of_it(tmp_path: Path, stick: Path, new: Path) -> None:
    async def back_up_while_it_serves() -> list[tuple[int, str]]:
        counter = DiskCounter()
        await counter.open(tmp_path / "old")
        await counter.operators.set_up(DOCTOR, PIN)
        await counter.served(1)
        vault = counter.terminal.vault
        heads = [vault.journal_head()]
        saving = asyncio.create_task(asyncio.to_thread(backed_up, tmp_path / "old", stick / "a.backup"))
        while not saving.done():
            batch = Batch("test.tick")
            batch.put("tick", f"{len(heads):06d}", {"n": len(heads)})
            await vault.commit(batch)
            heads.append(vault.journal_head())
        await saving
        assert await vault.verify_journal() == len(heads) - 1 + heads[0][0]
        await counter.close()
        return heads

    heads = asyncio.run(back_up_while_it_serves())
    restored(stick / "a.backup", new)
    seen = asyncio.run(looked_at(new))
    sequence, link = next(head for head in heads if head[0] == seen["head"][0] - 1)  # it has left numbers out since
    assert run("verify", new, "--no-key", "--head", f"{sequence}:{link}")[0] == 0
    assert [path.name for path in (tmp_path / "old" / "backup").iterdir()] == ["lock"]


def test_a_vault_under_rotation(tmp_path: Path, stick: Path, new: Path) -> None:
    old = tmp_path / "old"

    async def begin_to_rotate() -> dict[str, Any]:
        counter = DiskCounter()
        await counter.open(old)
        await counter.operators.set_up(DOCTOR, PIN)
        for number in range(12):
            await counter.served(number + 1)
        rotation = Rotation(counter.terminal.vault)
        await rotation.begin()
        assert await rotation.step()
        await counter.close()
        return {}

    async def end_to_rotate() -> None:
        counter = DiskCounter()
        await counter.open(new)
        rotation = Rotation(counter.terminal.vault)
        while await rotation.step():
            pass
        assert counter.terminal.vault.keyring.versions("data") == [2]
        await counter.close()

    asyncio.run(begin_to_rotate())
    restored(backed_up(old, stick / "a.backup"), new)
    assert "data 1+2" in "\n".join(figures(new))
    before = asyncio.run(looked_at(old))
    assert before["visits"] == asyncio.run(looked_at(new))["visits"]
    asyncio.run(end_to_rotate())
    assert asyncio.run(looked_at(new))["visits"] == before["visits"]


def test_a_retired_device_never_serves_again(old: Path, new: Path, stick: Path) -> None:
    backup = backed_up(old, stick / "a.backup", "--retire")
    with pytest.raises(VaultError) as refused:
        asyncio.run(looked_at(old))
    assert refused.value.code == "vault.retired"
    assert "RETIRED" in run("report", old)[1].upper()
    restored(backup, new)
    assert [*figures(new)] == [line for line in figures(old) if "retired" not in line]
    asyncio.run(looked_at(new))


def test_a_retired_device_can_be_backed_up_again(old: Path, new: Path, stick: Path) -> None:
    """The first stick was lost: the records are still there."""
    backed_up(old, stick / "a.backup", "--retire").unlink()
    restored(backed_up(old, stick / "b.backup", "--retire"), new)
    asyncio.run(looked_at(new))


def test_retiring_needs_the_terminal_stopped(tmp_path: Path, stick: Path) -> None:
    from hal.linux.state import open_state

    asyncio.run(make(tmp_path / "old"))
    open_state(tmp_path / "old")  # as a terminal does
    result, said = run(
        "backup", "--state", tmp_path / "old", "--code", stick / "a.backup", "--retire", entered=in_groups(CODE)
    )
    assert result == 2
    assert "state.in_use" in said
    assert "systemctl stop" in said
    assert list(stick.iterdir()) == []
    asyncio.run(looked_at(tmp_path / "old"))


async def make(state: Path) -> None:
    counter = DiskCounter()
    await counter.open(state)
    await counter.operators.set_up(DOCTOR, PIN)
    await counter.close()


def test_retiring_after_the_backup(old: Path, stick: Path) -> None:
    backup = backed_up(old, stick / "a.backup")
    result, said = run("retire", "--state", old, backup, entered=CODE)
    assert (result, "本机已停用" in said) == (0, True)
    with pytest.raises(VaultError, match=r"^vault\.retired: "):
        asyncio.run(looked_at(old))


def test_a_device_that_went_on_after_its_backup_is_not_retired(old: Path, stick: Path) -> None:
    backup = backed_up(old, stick / "a.backup")
    asyncio.run(looked_at(old))  # somebody signed in
    result, said = run("retire", "--state", old, backup, entered=CODE)
    assert (result, "retire.moved_on" in said) == (1, True)
    asyncio.run(looked_at(old))


def test_a_terminal_with_records_is_never_written_over(old: Path, tmp_path: Path, stick: Path) -> None:
    other = tmp_path / "other"
    asyncio.run(make(other))
    before = figures(other)
    result, said = run("restore", "--state", other, backed_up(old, stick / "a.backup"), entered=CODE)
    assert (result, "restore.not_empty" in said) == (1, True)
    assert figures(other) == before


def test_a_new_terminal_that_was_switched_on_once_is_as_good_as_an_empty_folder(
    old: Path, new: Path, stick: Path
) -> None:
    async def switch_on() -> None:
        counter = DiskCounter()
        await counter.open(new)
        await counter.terminal.health.status("printer", counter.board.printer.status)
        await counter.close()

    asyncio.run(switch_on())
    restored(backed_up(old, stick / "a.backup"), new)
    assert figures(old) == figures(new)


def test_the_code_is_shown_once_and_has_to_be_entered(old: Path, new: Path, stick: Path) -> None:
    screen = Screen("backup", "--state", old, stick)
    screen.read_until("Enter it from the paper: ")
    code = next(line.strip() for line in screen.said.splitlines() if line.startswith("    "))
    screen.enter("7K2M")
    screen.read_until("Not yet: ")
    screen.enter(in_groups(CODE))
    screen.read_until("That is another code.")
    assert list(stick.iterdir()) == []
    screen.enter(code.lower())
    result, _ = screen.end()
    assert result == 0
    [backup] = stick.iterdir()
    assert backup.name.startswith("cunyitong-")
    plain = code.replace("-", "")
    for written in (backup, *(path for path in old.rglob("*") if path.is_file())):
        content = written.read_bytes()
        assert code.encode() not in content
        assert plain.encode() not in content
    restored(backup, new, code=plain)


def test_a_new_code_is_not_written_into_a_file(old: Path, stick: Path) -> None:
    result, said = run("backup", "--state", old, stick)
    assert (result, "code.no_screen" in said) == (2, True)
    assert list(stick.iterdir()) == []


def test_nothing_personal_and_no_key_is_in_a_backup(old: Path, stick: Path) -> None:
    content = backed_up(old, stick / "a.backup").read_bytes()

    async def secrets() -> list[bytes]:
        counter = DiskCounter()
        await counter.open(old)
        keys = [key for _, _, key in counter.terminal.vault.keyring.secrets()]
        await counter.close()
        return keys

    known = [*asyncio.run(secrets()), (old / "device.key").read_bytes()]
    assert len(known) == 5
    texts = [DOCTOR, "张三", "测试甲", "11010519491231002X", PIN]
    for secret in (*known, *(key.hex().encode() for key in known), *(text.encode() for text in texts)):
        assert secret not in content
    assert (stick / "a.backup").stat().st_mode & 0o077 == 0


def test_the_files_beside_the_vault_go_along(old: Path, new: Path, stick: Path, board: Path, tmp_path: Path) -> None:
    backup = backed_up(old, stick / "a.backup", "--board", board)
    assert b"TOKENTEST0001" not in backup.read_bytes()
    restored(backup, new, "--files", tmp_path / "etc")
    written = {path.name: path for path in (tmp_path / "etc").iterdir()}
    assert sorted(written) == sorted(
        [
            "board.toml",
            "clinic.toml",
            "diagnoses.json",
            "gateway-secret",
            "office.toml",
            "policy.toml",
            "printer.toml",
            "province.toml",
        ]
    )
    assert written["board.toml"].read_text("utf-8") == board.read_text("utf-8")
    assert written["gateway-secret"].read_text("ascii") == "TOKENTEST0001"
    assert all(path.stat().st_mode & 0o077 == 0 for path in written.values())


def test_keys_and_certificates_of_the_platform_go_along(
    old: Path, new: Path, stick: Path, board: Path, tmp_path: Path
) -> None:
    """Without any of them the new terminal would not start. None is readable in the backup."""
    keys = {
        "sign_key_file": "sign-key",
        "ca_file": "platform-ca.pem",
        "certificate_file": "terminal.pem",
        "certificate_key_file": "terminal-key.pem",
    }
    (tmp_path / "platform").mkdir()
    for key, name in keys.items():
        (tmp_path / "platform" / name).write_text(f"what {key} has", "ascii")
    table = "".join(f'{key} = "{tmp_path}/platform/{name}"\n' for key, name in keys.items())
    text = board.read_text("utf-8").replace('url = "http:', 'url = "https:').replace("connect_ms", f"{table}connect_ms")
    board.write_text(text, "utf-8")
    backup = backed_up(old, stick / "a.backup", "--board", board)
    assert b"sign_key_file has" not in backup.read_bytes()
    said = restored(backup, new, "--files", tmp_path / "etc")
    for key, name in keys.items():
        assert (tmp_path / "etc" / name).read_text("ascii") == f"what {key} has"
        assert f"is looked for as {tmp_path}/platform/{name}\n" in said


def test_files_that_a_power_cut_kept_from_being_written_are_written_the_next_time(
    old: Path, new: Path, stick: Path, board: Path, tmp_path: Path
) -> None:
    backup = backed_up(old, stick / "a.backup", "--board", board)
    files = tmp_path / "etc"
    restored(backup, new, "--files", files)
    (files / "gateway-secret").rename(files / "gateway-secret.new")  # it had not got its name
    restored(backup, new, "--files", files)
    assert (files / "gateway-secret").read_text("ascii") == "TOKENTEST0001"
    assert not (files / "gateway-secret.new").exists()
    (files / "board.toml").write_text("mine", "utf-8")
    (files / "gateway-secret").unlink()
    result, said = run("restore", "--state", new, backup, "--files", files, entered=CODE)
    assert (result, "restore.file_exists" in said) == (1, True)
    assert (files / "board.toml").read_text("utf-8") == "mine"
    assert not (files / "gateway-secret").exists()


@pytest.mark.parametrize("arguments", [[], ["restore"], ["backup", "there"], ["verify", "x", "--head", "12:abc"]])
def test_the_command_line_is_wrong(arguments: list[str]) -> None:
    result, said = run(*arguments)
    assert (result, "usage: python -m tools.vault" in said) == (2, True)


def test_the_recovery_code_is_no_argument() -> None:
    result, said = run("restore", "--help")
    assert result == 0
    assert "code" not in said.lower()


def test_a_broken_journal_is_saved_and_told_of(old: Path, new: Path, stick: Path) -> None:
    """Somebody took an entry out: the rest must still come along, and nobody may take it for whole."""
    with closing(sqlite3.connect(old / "vault.db", isolation_level=None)) as connection:
        connection.execute("DELETE FROM record WHERE key = ?", (b"j/0000000000000005",))
    said = restored(backed_up(old, stick / "a.backup"), new)
    assert said.count("JOURNAL BROKEN       journal entry 5 missing") == 2
    assert run("verify", new)[0] == 1
    assert asyncio.run(looked_at(new))["visits"] == asyncio.run(looked_at(old))["visits"]
