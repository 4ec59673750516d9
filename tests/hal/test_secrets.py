"""The device key and the state folder: made once, read by nobody else, and never half."""

import errno
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from hal.errors import ConfigError
from hal.linux.keys import FileKeyStore
from hal.linux.state import open_state

ROOT = Path(__file__).resolve().parents[2]
HOLD = """
import sys
from pathlib import Path
from hal.linux.state import open_state

open_state(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


def test_a_key_is_made_once_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "device.key"
    key = FileKeyStore(file).device_key()
    assert len(key) == 32
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert FileKeyStore(file).device_key() == key
    assert [path.name for path in tmp_path.iterdir()] == ["device.key"]


def test_two_devices_have_two_keys(tmp_path: Path) -> None:
    assert FileKeyStore(tmp_path / "a").device_key() != FileKeyStore(tmp_path / "b").device_key()


@pytest.mark.parametrize("size", [0, 31, 33, 5000])
def test_a_key_of_another_length_is_damaged_and_left_alone(tmp_path: Path, size: int) -> None:
    file = tmp_path / "device.key"
    file.touch(0o600)
    file.write_bytes(b"k" * size)
    with pytest.raises(ConfigError, match=r"keys.damaged: .*device.key is damaged"):
        FileKeyStore(file).device_key()
    assert file.read_bytes() == b"k" * size


def test_a_draft_that_a_power_cut_left_is_no_key(tmp_path: Path) -> None:
    draft = tmp_path / "device.new"
    draft.write_bytes(b"k" * 16)
    draft.chmod(0o644)
    assert len(FileKeyStore(tmp_path / "device.key").device_key()) == 32
    assert not draft.exists()
    assert stat.S_IMODE((tmp_path / "device.key").stat().st_mode) == 0o600


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "device.key"
    FileKeyStore(file).device_key()
    file.chmod(0o644)
    with pytest.raises(ConfigError, match=r"secret.exposed: others can read .*device.key"):
        FileKeyStore(file).device_key()


def test_a_key_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"keys.unreadable: cannot read .*: No such file or directory"):
        FileKeyStore(tmp_path / "no folder" / "device.key").device_key()


def test_the_state_folder_is_closed_to_others(tmp_path: Path) -> None:
    folder = tmp_path / "var" / "cunyitong"
    folder.mkdir(parents=True)
    open_state(folder)
    (folder / "later").touch()
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (folder, folder / "lock", folder / "later")]
    assert modes == [0o700, 0o600, 0o600]


def test_a_state_folder_of_somebody_else_is_refused(tmp_path: Path) -> None:
    """Root's files in it would keep its owner, the terminal, from opening it again."""
    if os.geteuid() != 0:
        pytest.skip("only root may give a folder away")
    os.chown(tmp_path, 12345, 12345)
    with pytest.raises(ConfigError, match=r"state.unusable: .* belongs to the user 12345; do this as that user"):
        open_state(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_lock_that_leads_elsewhere_is_not_followed(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("not to be emptied", "utf-8")
    state = tmp_path / "state"
    state.mkdir()
    (state / "lock").symlink_to(other)
    with pytest.raises(ConfigError, match=r"state.unusable: "):
        open_state(state)
    assert other.read_text("utf-8") == "not to be emptied"


def test_a_full_medium_keeps_nobody_from_opening_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int, _data: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    assert open_state(tmp_path) == tmp_path


def test_the_lock_ends_with_the_process_that_holds_it(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(ConfigError, match=rf"state.in_use: another terminal \(process {holder.pid}\) uses"):
            open_state(tmp_path)
        (tmp_path / "lock").write_bytes(b"\x1b[2J")  # what is in it goes onto a technician's screen
        with pytest.raises(ConfigError, match=r"\(process \?\) uses"):
            open_state(tmp_path)
        holder.kill()
    assert open_state(tmp_path) == tmp_path
