"""Device keys that the board makes: the same for life, another on another board, and never silently anew."""

import errno
import os
import stat
from pathlib import Path

import pytest

from hal.errors import ConfigError
from hal.linux import key_board
from hal.linux.keeping import key_store
from hal.linux.keeping_settings import KEY_STORES, KeySettings
from hal.linux.key_board import SERIAL_FILES, OtpKeyStore, SerialKeyStore
from hal.linux.keys import FileKeyStore
from hal.ports import KeyStore

FUSES = bytes(range(1, 33))


def refused(keys: KeyStore) -> str:
    with pytest.raises(ConfigError) as error:
        keys.device_key()
    return str(error.value)


@pytest.fixture
def serial(tmp_path: Path) -> Path:
    """A serial number as the device tree shows it."""
    file = tmp_path / "serial-number"
    file.write_bytes(b"10000000ad8e94a8\0")
    return file


@pytest.fixture
def fuses(tmp_path: Path) -> Path:
    """Fuses as a one-time store shows them, behind 16 bytes of other rows."""
    file = tmp_path / "nvmem"
    file.touch(0o640)
    file.write_bytes(b"\0" * 16 + FUSES + b"\xff" * 8)
    return file


# ---- level 0


def test_beside_a_vault_a_lost_key_file_is_not_made_anew(tmp_path: Path) -> None:
    said = refused(FileKeyStore(tmp_path / "device.key", may_make=False))
    assert said == (f"keys.missing: {tmp_path}/device.key is gone; put a copy of it back, no other key opens the vault")
    assert not list(tmp_path.iterdir())


def test_a_key_is_synced_before_it_has_its_name_and_its_name_after(tmp_path: Path, order: list[str]) -> None:
    FileKeyStore(tmp_path / "device.key").device_key()
    assert order == ["sync device.new", "rename device.new device.key", f"sync {tmp_path.name}"]


@pytest.mark.parametrize("call", ["open", "fsync"])
def test_a_full_medium_is_told_and_the_key_is_made_when_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    def full(*_values: object, **_more: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    keys = FileKeyStore(tmp_path / "device.key")
    with monkeypatch.context() as broken:
        broken.setattr(os, call, full)
        said = refused(keys)
    assert said == f"keys.unreadable: cannot read or make {tmp_path}/device.key: No space left on device"
    assert not (tmp_path / "device.key").exists()
    assert len(keys.device_key()) == 32


# ---- level 1


def test_the_serial_number_and_the_file_beside_the_vault_make_the_key(tmp_path: Path, serial: Path) -> None:
    file = tmp_path / "device.serial"
    keys = SerialKeyStore(file, (tmp_path / "not there", serial))
    assert (keys.level, keys.kind) == (1, "serial")
    key = keys.device_key()
    assert len(key) == 32
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert key not in file.read_bytes()
    assert SerialKeyStore(file, (serial,), may_make=False).device_key() == key
    serial.write_bytes(b"10000000ad8e94a8\n")  # however it is padded
    assert keys.device_key() == key
    assert SerialKeyStore(tmp_path / "other", (serial,)).device_key() != key


def test_the_medium_in_another_board_is_told_and_left_alone(tmp_path: Path, serial: Path) -> None:
    file = tmp_path / "device.serial"
    SerialKeyStore(file, (serial,)).device_key()
    kept = file.read_bytes()
    serial.write_bytes(b"10000000ad8e94a9\0")
    assert refused(SerialKeyStore(file, (serial,))).startswith(f"keys.other_board: {file} was made by another board")
    assert file.read_bytes() == kept


def test_a_lost_or_damaged_salt_is_not_made_anew(tmp_path: Path, serial: Path) -> None:
    file = tmp_path / "device.serial"
    assert refused(SerialKeyStore(file, (serial,), may_make=False)).startswith(f"keys.missing: {file} is gone")
    file.touch(0o600)
    file.write_bytes(b"s" * 32)
    assert refused(SerialKeyStore(file, (serial,))).startswith(f"keys.damaged: {file} is damaged")
    file.write_bytes(b"s" * 64)
    assert refused(SerialKeyStore(file, (serial,))).startswith("keys.other_board: ")
    assert file.read_bytes() == b"s" * 64


@pytest.mark.parametrize("number", [b"", b"\0", b"0000000000000000\0", b"Default string\n", b"To be filled by O.E.M."])
def test_a_board_without_a_serial_number_is_told(tmp_path: Path, serial: Path, number: bytes) -> None:
    serial.write_bytes(number)
    said = refused(SerialKeyStore(tmp_path / "device.serial", (serial,)))
    assert said == f'keys.no_serial: {serial} has no serial number; use keys.store = "file"'
    assert not (tmp_path / "device.serial").exists()


def test_a_serial_number_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    said = refused(SerialKeyStore(tmp_path / "device.serial", (tmp_path / "absent",)))
    assert said.startswith(f"keys.no_serial: cannot read the serial number of the board: {tmp_path}/absent: No such")


# ---- level 2


def test_the_fuses_make_the_key_and_no_file_beside_the_vault_is_needed(tmp_path: Path, fuses: Path) -> None:
    keys = OtpKeyStore(tmp_path / "device.otp", str(fuses), 16)
    assert (keys.level, keys.kind) == (2, "otp")
    key = keys.device_key()
    assert len(key) == 32
    assert key != FUSES
    assert key not in (tmp_path / "device.otp").read_bytes()
    assert OtpKeyStore(tmp_path / "elsewhere", str(fuses), 16, may_make=False).device_key() == key
    assert not (tmp_path / "elsewhere").exists()


def test_the_fuses_of_another_board_are_told(tmp_path: Path, fuses: Path) -> None:
    file = tmp_path / "device.otp"
    OtpKeyStore(file, str(fuses), 16).device_key()
    kept = file.read_bytes()
    fuses.write_bytes(b"\0" * 16 + FUSES[::-1])
    said = refused(OtpKeyStore(file, str(fuses), 16, may_make=False))
    assert said.startswith(f"keys.other_board: {file} was made by another board, or is damaged")
    assert file.read_bytes() == kept


@pytest.mark.parametrize("at", [0, 12, 28])
@pytest.mark.parametrize("row", [b"\0\0\0\0", b"\xff\xff\xff\xff"])
def test_a_row_that_was_not_programmed_is_told(tmp_path: Path, fuses: Path, at: int, row: bytes) -> None:
    fuses.write_bytes(FUSES[:at] + row + FUSES[at + 4 :])
    said = refused(OtpKeyStore(tmp_path / "device.otp", str(fuses)))
    assert said.startswith(f"keys.unprogrammed: the fuses in {fuses} have not been programmed, or not all")
    assert not (tmp_path / "device.otp").exists()


def test_too_few_bytes_are_told(tmp_path: Path, fuses: Path) -> None:
    said = refused(OtpKeyStore(tmp_path / "device.otp", str(fuses), 25))
    assert said == f"keys.unreadable: {fuses} has no 32 bytes from byte 25; see keys.offset"


def test_fuses_that_everybody_can_read_are_refused(tmp_path: Path, fuses: Path) -> None:
    fuses.chmod(0o644)
    said = refused(OtpKeyStore(tmp_path / "device.otp", str(fuses), 16))
    assert said == f"secret.exposed: everybody can read {fuses}; close it with: chmod o= {fuses}"


def test_a_one_time_store_that_is_not_there_is_told(tmp_path: Path) -> None:
    said = refused(OtpKeyStore(tmp_path / "device.otp", str(tmp_path / "nvmem")))
    assert said == f"keys.unreadable: cannot read the fuses: {tmp_path}/nvmem: No such file or directory"


def program(folder: Path, body: str) -> str:
    """A stand-in for `rpi-otp-private-key`."""
    script = folder / "otp-key"
    script.write_text(f"#!/bin/sh\n{body}\n", "utf-8")
    script.chmod(0o755)
    return f"command:{script}"


def test_a_program_may_print_the_fuses(tmp_path: Path, fuses: Path) -> None:
    source = program(tmp_path, f"echo {FUSES.hex()}")
    key = OtpKeyStore(tmp_path / "device.otp", source).device_key()
    assert key == OtpKeyStore(tmp_path / "device.otp", str(fuses), 16).device_key()


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (f"echo {FUSES.hex()}00", "does not print 64 hex digits"),
        (f"echo {FUSES.hex()[:-1]}", "does not print 64 hex digits"),
        ("echo ERROR: Chip not supported", "does not print 64 hex digits"),
        ("true", "does not print 64 hex digits"),
        (f"echo {FUSES.hex()}; exit 1", "ended with 1; start it by hand as the terminal's user to see why"),
    ],
)
def test_a_program_that_fails_is_told_without_what_it_printed(tmp_path: Path, body: str, sentence: str) -> None:
    source = program(tmp_path, body)
    said = refused(OtpKeyStore(tmp_path / "device.otp", source))
    assert said == f"keys.unreadable: {tmp_path}/otp-key {sentence}"


def test_a_program_that_is_not_there_is_told(tmp_path: Path) -> None:
    said = refused(OtpKeyStore(tmp_path / "device.otp", f"command:{tmp_path}/absent"))
    assert said == f"keys.unreadable: cannot start {tmp_path}/absent: No such file or directory"


def test_a_program_that_hangs_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_board, "_COMMAND_S", 0.1)
    source = program(tmp_path, "exec sleep 20")
    said = refused(OtpKeyStore(tmp_path / "device.otp", source))
    assert said == f"keys.unreadable: {tmp_path}/otp-key has not ended after 0.1 s"


def test_a_check_value_of_another_length_is_damaged(tmp_path: Path, fuses: Path) -> None:
    file = tmp_path / "device.otp"
    file.touch(0o600)
    file.write_bytes(b"short")
    assert refused(OtpKeyStore(file, str(fuses), 16)).startswith(f"keys.damaged: {file} is damaged")


# ---- by config


def test_every_store_of_a_config_has_its_level(tmp_path: Path) -> None:
    made = [key_store(KeySettings(store), tmp_path) for store in KEY_STORES]
    assert [(keys.kind, keys.level) for keys in made] == [("file", 0), ("serial", 1), ("otp", 2), ("tpm", 3)]
    assert not list(tmp_path.iterdir())  # nothing is made before it is asked for


@pytest.mark.parametrize("vault", ["vault.db", "vault.segments"])
@pytest.mark.parametrize("store", ["file", "serial", "tpm"])
def test_a_vault_of_either_engine_keeps_a_new_key_from_being_made(
    tmp_path: Path, serial: Path, store: str, vault: str
) -> None:
    (tmp_path / vault).touch()
    keys = key_store(KeySettings(store, str(serial) if store == "serial" else ""), tmp_path)
    assert refused(keys).startswith("keys.missing: ")


def test_the_places_of_the_serial_number_are_in_the_hardware() -> None:
    assert all(os.fspath(path).startswith(("/proc/", "/sys/")) for path in SERIAL_FILES)
