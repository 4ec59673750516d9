"""The device key behind a TPM 2.0: made once, only by that TPM, and nothing secret outside of pipes."""

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from hal.errors import ConfigError
from hal.linux import key_tpm
from hal.linux.key_tpm import TpmKeyStore
from tests.hal.software_tpm import SoftwareTpm, need_tpm

TOOLS = ("tpm2_createprimary", "tpm2_create", "tpm2_load", "tpm2_unseal", "tpm2_flushcontext")


@pytest.fixture
def tpm() -> Iterator[SoftwareTpm]:
    need_tpm()
    chip = SoftwareTpm()
    yield chip
    chip.end()


@pytest.fixture
def other_tpm() -> Iterator[SoftwareTpm]:
    need_tpm()
    chip = SoftwareTpm()
    yield chip
    chip.end()


def refused(keys: TpmKeyStore) -> str:
    with pytest.raises(ConfigError) as error:
        keys.device_key()
    return str(error.value)


def test_a_key_is_made_once_and_is_the_same_after_every_boot(tmp_path: Path, tpm: SoftwareTpm) -> None:
    file = tmp_path / "device.tpm"
    keys = TpmKeyStore(file, tpm.tcti)
    assert (keys.level, keys.kind) == (3, "tpm")
    key = keys.device_key()
    assert len(key) == 32
    assert keys.device_key() == key
    assert [path.name for path in tmp_path.iterdir()] == ["device.tpm"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert key not in file.read_bytes()
    tpm.restart()
    assert TpmKeyStore(file, tpm.tcti, may_make=False).device_key() == key


def test_it_can_be_asked_more_often_than_the_tpm_has_room(tmp_path: Path, tpm: SoftwareTpm) -> None:
    keys = {TpmKeyStore(tmp_path / "device.tpm", tpm.tcti).device_key() for _ in range(4)}
    assert len(keys) == 1


def test_another_tpm_does_not_open_it_and_leaves_it_alone(
    tmp_path: Path, tpm: SoftwareTpm, other_tpm: SoftwareTpm
) -> None:
    file = tmp_path / "device.tpm"
    key = TpmKeyStore(file, tpm.tcti).device_key()
    sealed = file.read_bytes()
    said = refused(TpmKeyStore(file, other_tpm.tcti))
    refusal = "tpm2_load failed (TPM error 0x1DF)"  # TPM_RC_INTEGRITY, first parameter
    assert said.startswith(
        f"keys.other_tpm: this TPM does not open {file} ({refusal}): another one made it, it was cleared"
    )
    assert file.read_bytes() == sealed
    assert TpmKeyStore(file, tpm.tcti).device_key() == key


def test_a_tpm_that_was_cleared_does_not_open_it(tmp_path: Path, tpm: SoftwareTpm) -> None:
    TpmKeyStore(tmp_path / "device.tpm", tpm.tcti).device_key()
    tpm.call("tpm2_clear")
    assert refused(TpmKeyStore(tmp_path / "device.tpm", tpm.tcti)).startswith("keys.other_tpm: ")


def test_a_flipped_bit_does_not_open_and_nothing_else_opens_in_its_place(tmp_path: Path, tpm: SoftwareTpm) -> None:
    file = tmp_path / "device.tpm"
    TpmKeyStore(file, tpm.tcti).device_key()
    sealed = file.read_bytes()
    for at in range(0, len(sealed), len(sealed) // 9):
        file.write_bytes(sealed[:at] + bytes([sealed[at] ^ 0x10]) + sealed[at + 1 :])
        assert refused(TpmKeyStore(file, tpm.tcti)).partition(":")[0] in {"keys.other_tpm", "keys.damaged"}


@pytest.mark.parametrize("content", [b"", b"\0", b"\0\0", b"\0\x05abc", b"\xff\xff" + bytes(100)])
def test_a_file_of_another_form_is_damaged(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "device.tpm"
    file.touch(0o600)
    file.write_bytes(content)
    assert refused(TpmKeyStore(file, "device:/dev/no-tpm")).startswith(f"keys.damaged: {file} is damaged")


def test_beside_a_vault_no_new_key_is_made(tmp_path: Path) -> None:
    keys = TpmKeyStore(tmp_path / "device.tpm", "device:/dev/no-tpm", may_make=False)
    assert refused(keys).startswith(f"keys.missing: {tmp_path}/device.tpm is gone; put a copy of it back")


def test_no_tpm_is_told_and_nothing_is_left(tmp_path: Path) -> None:
    need_tpm()
    assert refused(TpmKeyStore(tmp_path / "device.tpm", "device:/dev/no-tpm")).startswith("keys.no_tpm: no TPM answers")
    assert not list(tmp_path.iterdir())


def test_missing_tools_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    said = refused(TpmKeyStore(tmp_path / "device.tpm"))
    assert said == "keys.no_tools: cannot start tpm2_createprimary: sudo apt install tpm2-tools"


def test_a_tpm_with_an_owner_is_told(tmp_path: Path, tpm: SoftwareTpm) -> None:
    tpm.call("tpm2_changeauth", "-c", "o", "of-another-program")
    assert refused(TpmKeyStore(tmp_path / "device.tpm", tpm.tcti)).startswith("keys.tpm_owned: ")


def test_a_tpm_that_others_have_locked_still_opens_it(tmp_path: Path, tpm: SoftwareTpm) -> None:
    key = TpmKeyStore(tmp_path / "device.tpm", tpm.tcti).device_key()
    tpm.call("tpm2_dictionarylockout", "-s", "-n", "1", "-t", "1000", "-l", "1000")
    tpm.call("tpm2_createprimary", "-C", "o", "-p", "right", "-c", "theirs")
    with pytest.raises(AssertionError):
        locked(tpm)
    tpm.call("tpm2_create", "-C", "theirs", "-P", "wrong", "-u", "p", "-r", "q", check=False)
    locked(tpm)
    assert TpmKeyStore(tmp_path / "device.tpm", tpm.tcti).device_key() == key
    assert len(TpmKeyStore(tmp_path / "second.tpm", tpm.tcti).device_key()) == 32


def locked(tpm: SoftwareTpm) -> None:
    """Asserts that the TPM is in its lock-out."""
    assert b"inLockout:                 1" in tpm.call("tpm2_getcap", "properties-variable")


def test_a_tool_that_fails_is_told_with_the_tpms_own_number(
    tmp_path: Path, tpm: SoftwareTpm, monkeypatch: pytest.MonkeyPatch
) -> None:
    tools = watched_tools(tmp_path, 'echo "ERROR: Esys_Create(0x101) - failure" >&2; exit 1')
    monkeypatch.setenv("PATH", f"{tools}:{os.environ['PATH']}")
    said = refused(TpmKeyStore(tmp_path / "device.tpm", tpm.tcti))
    assert said == "keys.tpm_failed: tpm2_createprimary failed (TPM error 0x101)"


def test_no_room_for_the_tools_is_told(tmp_path: Path, tpm: SoftwareTpm, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "device.tpm"
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "absent"))
    assert refused(TpmKeyStore(file, tpm.tcti)).startswith(f"keys.unreadable: cannot read or make {file}: No such file")
    with monkeypatch.context() as before:
        before.setattr(tempfile, "tempdir", str(tmp_path))
        TpmKeyStore(file, tpm.tcti).device_key()
    said = refused(TpmKeyStore(file, tpm.tcti))
    assert said.startswith("keys.unreadable: the tools of the TPM need a folder for temporary files: No such file")


def test_a_tool_that_hangs_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    need_tpm()
    monkeypatch.setattr(key_tpm, "_COMMAND_S", 0.1)
    monkeypatch.setenv("PATH", f"{watched_tools(tmp_path, 'exec sleep 20')}:{os.environ['PATH']}")
    said = refused(TpmKeyStore(tmp_path / "device.tpm"))
    assert said.startswith("keys.tpm_failed: tpm2_createprimary has not ended after ")


@pytest.mark.parametrize(
    ("instead", "sentence"),
    [
        ("head -c 32 /dev/zero", "keys.tpm_failed: the TPM does not give back what it has sealed"),
        ("head -c 31 /dev/zero", "keys.damaged: "),
    ],
)
def test_a_tpm_that_gives_back_something_else_gets_no_key_to_keep(
    tmp_path: Path, tpm: SoftwareTpm, monkeypatch: pytest.MonkeyPatch, instead: str, sentence: str
) -> None:
    tools = watched_tools(tmp_path, f'case "$0" in *unseal) {instead};; *) exec "$real" "$@";; esac')
    monkeypatch.setenv("PATH", f"{tools}:{os.environ['PATH']}")
    assert refused(TpmKeyStore(tmp_path / "device.tpm", tpm.tcti)).startswith(sentence)
    assert not (tmp_path / "device.tpm").exists()


def test_the_key_is_in_no_argument_and_in_no_file(
    tmp_path: Path, tpm: SoftwareTpm, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "log"
    tools = watched_tools(tmp_path, f'echo "$@" >>{log}; "$real" "$@"; code=$?; cat * >>{log}; exit $code')
    monkeypatch.setenv("PATH", f"{tools}:{os.environ['PATH']}")
    key = TpmKeyStore(tmp_path / "device.tpm", tpm.tcti).device_key()
    seen = log.read_bytes()
    assert b"-i-" in seen
    assert key not in seen
    assert key.hex().encode() not in seen.lower()


def watched_tools(folder: Path, body: str) -> Path:
    """A folder with a script in the place of each tool; `$real` is the tool."""
    tools = folder / "tools"
    tools.mkdir()
    for name in TOOLS:
        script = tools / name
        script.write_text(f"#!/bin/sh\nreal={shutil.which(name)}\n{body}\n", "utf-8")
        script.chmod(0o755)
    return tools
