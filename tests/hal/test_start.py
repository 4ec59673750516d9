"""What a technician reads when the terminal cannot start: one sentence, and nothing was written before it."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from hal.board import open_board
from hal.errors import ConfigError, NotConnected
from hal.linux.board import open_linux
from hal.linux.folder import FolderStore
from hal.linux.parcels import OfficeParcels, SecretParty
from hal.linux.state import open_state

ROOT = Path(__file__).resolve().parents[2]


def start(board: Path) -> str:
    """What is said of a board that cannot be opened; nothing has been written then."""
    with pytest.raises(ConfigError) as refused:
        open_linux(str(board), str(board.parent / "state"))
    assert not (board.parent / "state" / "vault.db").exists()
    return str(refused.value)


def change(board: Path, old: str, new: str) -> None:
    text = board.read_text("utf-8")
    assert old in text
    board.write_text(text.replace(old, new, 1), "utf-8")


def test_the_board_config_is_missing(board: Path) -> None:
    board.unlink()
    assert start(board) == f"config.unreadable: cannot read {board}: No such file or directory"


def test_the_board_config_is_no_toml(board: Path) -> None:
    change(board, "baud = 9600", "baud = = 9600")
    said = start(board)
    assert said.startswith(f"config.wrong: {board} is not TOML: ")
    assert "line 1" in said
    assert "\n" not in said


def test_the_board_config_is_no_text(board: Path) -> None:
    board.write_bytes(b"\xff\xfe[board]")
    assert start(board) == f"config.wrong: {board} is not UTF-8 text"


URL = "http://127.0.0.1:8602/fsi/api"
PROFILE = 'profile = "printers/58mm.toml"'
STORE = 'store = "file"'


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("baud = 9600", "buad = 9600", "config.missing: {}: scanner.baud is missing"),
        ("baud = 9600", 'baud = "9600"', "config.wrong: {}: scanner.baud must be one of the numbers 9600"),
        (PROFILE, f"{PROFILE}\nwidth = 58", "config.unknown_key: {}: printer.width is not a key of the terminal"),
        ("[keys]", "[more]\na = 1\n[keys]", "config.unknown_key: {}: more is not a key of the terminal"),
        ("[keys]", "[key]", "config.missing: {}: keys is missing"),
        ("port = 8601", "port = 86010", "config.wrong: {}: console.port must be a whole number from 1 to 65535"),
        ("port = 8601", "port = 0", "config.wrong: {}: console.port must be a whole number from 1 to 65535"),
        ('"127.0.0.1"', '"this machine"', "config.wrong: {}: console.host must be an address of this machine"),
        ("baud = 9600", "baud = 9601", "config.wrong: {}: scanner.baud must be one of the numbers 9600, 19200"),
        ('platform = "linux"', 'platform = "esp32"', 'config.wrong: {}: board.platform must be one of "linux"'),
        ('driver = "gm65"', 'driver = "hid"', 'config.wrong: {}: scanner.driver must be one of "gm65"'),
        ('driver = "gm65"', 'driver = "gm67"\ncontinuous = true', "config.wrong: {}: scanner.continuous is known to"),
        ("[keys]", "[social_card_reader]\ndriver = 'pcsc'\nport = 'x'\n[keys]", "config.wrong: {}: social_card_rea"),
        ("connect_ms = 1500", "connect_ms = 1.5", "config.wrong: {}: platform.connect_ms must be a whole number"),
        ('["http://127.0.0.1:8600"]', '["*"]', "config.wrong: {}: console.frame_ancestors must be a list of origins"),
        (STORE, 'store = "usb"', 'config.wrong: {}: keys.store must be one of "file", "serial", "otp", "tpm"'),
        (STORE, f'{STORE}\nsource = "x"', 'config.wrong: {}: keys.source is for the stores "serial", "otp" and "tpm"'),
        (STORE, 'store = "otp"', "config.missing: {}: keys.source is missing"),
        (STORE, 'store = "tpm"\noffset = 1', 'config.wrong: {}: keys.offset is for the store "otp" with a file'),
        (STORE, 'store = "otp"\nsource = "command:x"\noffset = 1', "config.wrong: {}: keys.offset is for the store"),
        ("[keys]", '[vault]\nengine = "lmdb"\n[keys]', 'config.wrong: {}: vault.engine must be one of "sqlite", "seg'),
        ("[keys]", '[vault]\nsuite = "sm4"\n[keys]', 'config.wrong: {}: vault.suite must be one of "aes-gcm", "sm4'),
        ("[keys]", "[vault]\nunsent = 9\n[keys]", "config.wrong: {}: vault.unsent must be a whole number from 10"),
        ("[keys]", "[vault]\njournal = 1\n[keys]", "config.wrong: {}: vault.journal must be a whole number from 1000"),
        ("[keys]", "[vault]\nsize = 1\n[keys]", "config.unknown_key: {}: vault.size is not a key of the terminal"),
        (URL, "http://127.0.0.1:99999/fsi", "config.wrong: {}: platform.url must be like"),
        (URL, "ftp://127.0.0.1/fsi", "config.wrong: {}: platform.url must be like"),
        (URL, "http://127.0.0.1/fsi/", "config.wrong: {}: platform.url must be like"),
        (URL, "http:///fsi", "config.wrong: {}: platform.url must be like"),
        (URL, "http://user:word@127.0.0.1/fsi", "config.wrong: {}: platform.url must be like"),
        (URL, "http://[::1/fsi", "config.wrong: {}: platform.url must be like"),
    ],
)
def test_a_key_is_wrong(board: Path, old: str, new: str, sentence: str) -> None:
    change(board, old, new)
    assert start(board).startswith(sentence.format(board))


def test_a_port_that_changes_its_name(board: Path) -> None:
    change(board, f"{board.parent}/scanner", "/dev/ttyUSB0")
    assert "scanner.port changes when devices are plugged in again; use a path below /dev/serial/by-id/" in start(board)


@pytest.mark.parametrize(
    ("device", "port", "sentence"),
    [
        ("card-reader", "usb:0400", 'card_reader.port must be the path of a serial port or "usb:0400:c35a"'),
        ("card-reader", "usb:0400:C35A", "card_reader.port must be the path of a serial port or"),
        ("card-reader", "input:05f9:2203", "card_reader.port must be the path of a serial port or"),
        ("card-reader", "pcsc:", "card_reader.port must be the path of a serial port or"),
        ("scanner", "usb:05f9:2203", 'scanner.port must be the path of a serial port or "input:0400:c35a"'),
        ("scanner", "input:05f9:2203", 'scanner.port is a keyboard; the driver of one is "keyboard", not "gm65"'),
    ],
)
def test_a_port_that_such_a_device_cannot_have(board: Path, device: str, port: str, sentence: str) -> None:
    change(board, f"{board.parent}/{device}", port)
    assert sentence in start(board)


def test_a_port_without_a_speed_has_no_key_for_it(board: Path) -> None:
    change(board, f"{board.parent}/card-reader", "usb:0400:c35a")
    assert "card_reader.baud is not a key of the terminal" in start(board)


@pytest.mark.parametrize("driver", ["gm65", "gm67", "serial-trigger", "serial", "keyboard"])
async def test_every_scanner_can_be_opened(board: Path, driver: str) -> None:
    change(board, 'driver = "gm65"', f'driver = "{driver}"')
    if driver == "keyboard":
        change(board, "baud = 9600\n", "")
    opened = await open_board(str(board), str(board.parent / "state"))
    assert opened.scanner.status.state == "starting"
    await opened.close()


@pytest.mark.parametrize("profile", ["58mm", "80mm", "58mm-plain", "58mm-mute"])
async def test_every_printer_can_be_opened(board: Path, profile: str) -> None:
    change(board, "printers/58mm.toml", f"printers/{profile}.toml")
    opened = await open_board(str(board), str(board.parent / "state"))
    assert opened.printer.columns == (48 if profile == "80mm" else 32)
    await opened.close()


def test_two_devices_on_one_port(board: Path) -> None:
    change(board, f"{board.parent}/printer", f"{board.parent}/scanner")
    assert "printer.port is the port of another device, too" in start(board)


def test_a_profile_is_missing(board: Path) -> None:
    change(board, "sample-village", "village")
    missing = ROOT / "board_configs/clinics/village.toml"
    assert start(board) == f"config.unreadable: cannot read {missing}: No such file or directory"


def test_a_profile_is_wrong(board: Path) -> None:
    broken = board.parent / "clinic.toml"
    sample = (ROOT / "board_configs/clinics/sample-village.toml").read_text("utf-8")
    broken.write_text(sample.replace("price_fen = 1520", "price_fen = 15.20"), "utf-8")
    change(board, "clinics/sample-village.toml", str(broken))
    sentence = "clinic.drug[3].price_fen must be a whole number from 1 to 10000000"
    assert start(board) == f"config.wrong: {broken}: {sentence}"


def test_the_secret_is_missing(board: Path) -> None:
    secret = board.parent / "gateway-secret"
    secret.unlink()
    sentence = f"cannot read {secret}: No such file or directory; the secret of the platform belongs there"
    assert start(board) == f"secret.missing: {sentence}"


def test_the_secret_can_be_read_by_others(board: Path) -> None:
    secret = board.parent / "gateway-secret"
    secret.chmod(0o640)
    assert start(board) == f"secret.exposed: others can read {secret}; close it with: chmod 600 {secret}"


@pytest.mark.parametrize("content", [b"", b"\n", b"one\ntwo\n", "密".encode(), b"a\0b"])
def test_the_secret_is_not_one_line(board: Path, content: bytes) -> None:
    (board.parent / "gateway-secret").write_bytes(content)
    assert "secret.wrong" in start(board)


def test_another_terminal_uses_the_state_folder(board: Path) -> None:
    state = open_state(board.parent / "state")
    sentence = f"another terminal (process {os.getpid()}) uses the folder {state}"
    assert start(board) == f"state.in_use: {sentence}"


def test_the_state_folder_cannot_be_made(board: Path) -> None:
    (board.parent / "state").touch()
    sentence = f"cannot use the folder {board.parent}/state: File exists"
    assert start(board) == f"state.unusable: {sentence}"


def test_the_program_says_it_in_one_line(board: Path) -> None:
    change(board, PROFILE, f"{PROFILE}\nwidth = 58")
    command = [sys.executable, "-m", "firmware", "--board", str(board), "--state", str(board.parent / "state")]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False)
    sentence = "printer.width is not a key of the terminal; docs/board-config.md lists all of them"
    assert ended.stderr == f"cunyitong: config.unknown_key: {board}: {sentence}\n"
    assert (ended.returncode, ended.stdout) == (1, "")
    assert not (board.parent / "state").exists()


@pytest.mark.parametrize("arguments", [[], ["--board", "x.toml"], ["--state", "x"]])
def test_the_program_says_what_it_must_be_given(arguments: list[str]) -> None:
    command = [sys.executable, "-m", "firmware", *arguments]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False)
    assert ended.returncode == 2
    assert "usage: python -m firmware" in ended.stderr


def test_the_key_of_a_vault_is_gone(board: Path) -> None:
    state = board.parent / "state"
    state.mkdir()
    (state / "vault.segments").mkdir()
    change(board, "[keys]", '[vault]\nengine = "segments"\n[keys]')
    sentence = f"{state}/device.key is gone; put a copy of it back, no other key opens the vault"
    assert start(board) == f"keys.missing: {sentence}"


def test_the_vault_is_of_another_engine(board: Path) -> None:
    state = board.parent / "state"
    state.mkdir()
    (state / "vault.segments").mkdir()
    sentence = f'{state}/vault.segments is a vault of the engine "segments"; set vault.engine to it'
    assert start(board) == f"vault.other_engine: {sentence}"
    assert not (state / "device.key").exists()


def export_to(board: Path, office: Path) -> None:
    """Have the board write parcels into a folder that is not there, for the office of a file."""
    text = re.sub(r"\[export\]\n(.+\n)*", "", board.read_text("utf-8"))
    text += f'[export]\nfolder = "{board.parent}/absent"\nmounted = false\noffice_file = "{office}"\n'
    board.write_text(text, "utf-8")


def test_the_office_file_is_missing(board: Path) -> None:
    export_to(board, board.parent / "office-of-another-town.toml")
    missing = f"cannot read {board.parent}/office-of-another-town.toml: No such file or directory"
    assert start(board) == f"config.unreadable: {missing}"
    assert not (board.parent / "state").exists()


async def test_a_board_keeps_records_as_its_config_says(board: Path) -> None:
    office = board.parent / "town-office.toml"
    key = SecretParty(bytes(range(32)), bytes(range(32))).public
    office.write_text(f'sign = "{key.sign.hex()}"\nbox = "{key.box.hex()}"\n', "utf-8")
    (board.parent / "serial-number").write_text("10000000ad8e94a8\0", "ascii")
    change(board, STORE, f'store = "serial"\nsource = "{board.parent}/serial-number"')
    change(board, "[keys]", '[vault]\nengine = "segments"\nsuite = "sm4-gcm"\nunsent = 1000\n[keys]')
    export_to(board, office)
    opened = open_linux(str(board), str(board.parent / "state"))
    assert (opened.keys.level, opened.keys.kind) == (1, "serial")
    assert [cipher.suite for cipher in opened.ciphers] == [2, 1, 3]
    assert opened.vault == {"unsent": 1000, "journal": 200_000}
    assert isinstance(opened.store, FolderStore)
    assert opened.parcels is not None
    assert opened.parcels.device == OfficeParcels(opened.keys.device_key(), key).device
    assert opened.stick is not None
    with pytest.raises(NotConnected):
        await opened.stick.names(".cya")
    await opened.close()
    shutil.copytree(board.parent / "state", board.parent / "later")  # as after a boot
    again = open_linux(str(board), str(board.parent / "later"))
    assert again.keys.device_key() == opened.keys.device_key()
    await again.close()


async def test_a_board_that_is_right_opens_with_all_that_the_firmware_needs(board: Path) -> None:
    opened = await open_board(str(board), str(board.parent / "state"))
    assert opened.platform["secret"] == "abc"
    assert opened.clinic["institution"]["code"] == "H99999900001"
    assert opened.printer.columns == 32
    assert len(opened.diagnoses) > 50
    await opened.close()
