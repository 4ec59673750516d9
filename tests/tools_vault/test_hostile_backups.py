"""Files that somebody made up: each is refused in a sentence, and nothing of them gets onto the screen."""

import asyncio
import json
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from firmware.vault import Secrets
from tests.tools_vault.conftest import CODE, backed_up, run
from tools.vault import backup_file
from tools.vault.backup_file import MAGIC, BackupFile, Contents, write_backup
from tools.vault.errors import Undecided
from tools.vault.restoring import checked, write_files
from tools.vault.state import sealer
from tools.vault.survey import survey_of

HEADER = {
    "vault": "00" * 8,
    "made": 1,
    "files": [],
    "figures": {
        "records": {},
        "owners": 0,
        "journal": {"first": 0, "sequence": 0, "link": "00" * 32},
        "fault": "",
        "unsent": 0,
        "held": 0,
        "suite": 1,
        "key_versions": {},
    },
}
KEYS = [("blind", 1, bytes(32)), ("data", 1, bytes(32)), ("journal", 1, bytes(32)), ("pin", 1, bytes(32))]

UNHURRIED = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
Change = Callable[[dict[str, Any]], object]


@given(st.binary(max_size=400))
@settings(max_examples=300, suppress_health_check=UNHURRIED)
def test_anything_behind_the_magic(tmp_path: Path, tail: bytes) -> None:
    file = tmp_path / "a.backup"
    file.write_bytes(MAGIC + b"\0\1" + tail)
    with pytest.raises(Undecided, match=r"^backup\."):
        survey_of(BackupFile(file).scan())


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["vault", "made", "salt", "figures", "files", "kdf"]), inner)
        ),
    )
)
@settings(max_examples=200, suppress_health_check=UNHURRIED)
def test_any_json_as_a_header(tmp_path: Path, header: Any) -> None:
    text = json.dumps(header).encode()
    file = tmp_path / "a.backup"
    file.write_bytes(MAGIC + b"\0\1" + struct.pack(">I", len(text)) + text + bytes(4))
    with pytest.raises(Undecided, match=r"^backup\.foreign"):
        BackupFile(file)


def set_in(*path: str, value: Any) -> Change:
    """Put a value somewhere into the header."""

    def change(header: dict[str, Any]) -> None:
        for step in path[:-1]:
            header = header[step]
        header[path[-1]] = value

    return change


@pytest.mark.parametrize(
    "change",
    [
        set_in("vault", value="\x1b[2J"),
        set_in("made", value=-1),
        set_in("made", value=1 << 70),
        set_in("figures", "records", value={"\x1b]0;x\x07": 1}),
        set_in("figures", "records", value={"visit": "1"}),
        set_in("figures", "owners", value=True),
        set_in("figures", "journal", "link", value="\x1b[2J"),
        set_in("figures", "key_versions", value={"data": ["\x1b"]}),
        set_in("salt", value="00"),
    ],
)
def test_a_header_with_something_else_in_it(old: Path, stick: Path, change: Change) -> None:
    backup = backed_up(old, stick / "a.backup")
    content = backup.read_bytes()
    start = len(MAGIC) + 2
    (size,) = struct.unpack_from(">I", content, start)
    header = json.loads(content[start + 4 : start + 4 + size])
    change(header)
    text = json.dumps(header).encode()
    backup.write_bytes(content[:start] + struct.pack(">I", len(text)) + text + content[start + 4 + size :])
    result, said = run("report", backup)
    assert (result, "backup.foreign" in said, "\x1b" in said) == (2, True, False)


def test_figures_that_are_not_those_of_the_rows(old: Path, stick: Path) -> None:
    backup = backed_up(old, stick / "a.backup")
    backup.write_bytes(backup.read_bytes().replace(b'"unsent": 1', b'"unsent": 0'))
    result, said = run("report", backup)
    assert (result, "backup.damaged" in said) == (2, True)


@pytest.mark.parametrize(
    ("rows", "keys"),
    [
        ([(b"key/data/1", b"x")], KEYS),
        ([(b"retired", b"x")], KEYS),
        ([(b"head", b"x")], KEYS),
        ([(b"r/visit/1", b"x")], KEYS),
        ([(b"j/0000000000000001", b"x")], KEYS),
        ([], KEYS),
        ([], [("data", 1, bytes(31))]),
        ([], [("\x1b", 1, bytes(32))]),
        ([], []),
    ],
)
def test_a_backup_that_somebody_made_with_a_code_of_his_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: list[tuple[bytes, bytes]], keys: list[tuple[str, int, bytes]]
) -> None:
    file = tmp_path / "a.backup"
    monkeypatch.setattr(backup_file, "_read_back", lambda *_: None)  # our own writer would notice
    with pytest.raises(Undecided, match=r"^backup\.(damaged|foreign)"):
        asyncio.run(made_and_checked(file, Contents(HEADER, Secrets(keys, {}), rows)))


async def made_and_checked(file: Path, contents: Contents) -> None:
    """Write a backup and look at it as a restore does."""

    async def nothing() -> None:
        """It is not told of."""

    await write_backup(file, contents, CODE, sealer(), nothing)
    checked(BackupFile(file).unlocked(CODE, sealer()))


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../up", "/etc/x", "a/b", "a\x00b", "\x1b[2J", "a\nb", "-rf", "a" * 101]
)
def test_a_file_in_it_with_a_name_that_no_backup_has(tmp_path: Path, name: str) -> None:
    file = tmp_path / "a.backup"
    with pytest.raises(Undecided):
        asyncio.run(made_and_checked(file, Contents(HEADER, Secrets(KEYS, {name: b"x"}), [])))
    backup = BackupFile(file).unlocked(CODE, sealer())
    with pytest.raises(Undecided, match=r"^backup\.damaged: .* has a file with an impossible name$"):
        write_files(backup, tmp_path / "etc")
    assert list((tmp_path / "etc").iterdir()) == []
