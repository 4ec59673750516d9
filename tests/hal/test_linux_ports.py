"""The small ports of Linux: service manager, identity, clock, randomness, PIN hash."""

import json
import re
import socket
import time
from pathlib import Path

import pytest

from hal.linux.clock import SystemClock
from hal.linux.network import device_identity
from hal.linux.pin_hash import Argon2idPinHash
from hal.linux.service import Service
from hal.linux.system_random import SystemRandom
from hal.ports import NO, UNKNOWN, YES


@pytest.mark.parametrize("abstract", [False, True])
def test_systemd_hears_of_the_start_and_of_every_feeding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], abstract: bool
) -> None:
    name = f"{tmp_path}/notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind("\0" + name if abstract else name)
        manager.settimeout(60)
        monkeypatch.setenv("NOTIFY_SOCKET", "@" + name if abstract else name)
        service = Service("http://127.0.0.1:8601/")
        service.ready()
        service.feed()
        assert [manager.recv(100), manager.recv(100)] == [b"READY=1", b"WATCHDOG=1"]
    assert json.loads(capsys.readouterr().out) == {"ready": True, "console": "http://127.0.0.1:8601/"}


def test_a_service_manager_that_does_not_listen_neither_ends_nor_holds_the_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", f"{tmp_path}/notify")
    service = Service("http://127.0.0.1:8601/")
    service.feed()  # there is no such socket
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(f"{tmp_path}/notify")
        for _ in range(2000):  # more than its queue takes
            service.feed()
        assert manager.recv(100) == b"WATCHDOG=1"


def test_without_systemd_only_the_line_is_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    service = Service("http://127.0.0.1:8601/")
    service.feed()
    service.ready()
    assert capsys.readouterr().out.count("\n") == 1


def _interface(folder: Path, name: str, address: str, is_card: bool) -> None:
    (folder / name).mkdir()
    (folder / name / "address").write_text(address + "\n", "ascii")
    if is_card:
        (folder / name / "device").mkdir()


def test_the_terminal_signs_in_with_its_first_network_card(tmp_path: Path) -> None:
    _interface(tmp_path, "docker0", "02:42:ac:11:00:02", is_card=False)
    _interface(tmp_path, "eth0", "dc:a6:32:01:02:03", is_card=True)
    _interface(tmp_path, "lo", "00:00:00:00:00:00", is_card=False)
    _interface(tmp_path, "wlan0", "dc:a6:32:01:02:04", is_card=True)
    identity = device_identity(tmp_path)
    assert identity["mac"] == "DCA632010203"
    assert re.fullmatch(r"\d+\.\d+\.\d+\.\d+", identity["ip"])


def test_a_machine_without_network_cards_still_has_an_identity(tmp_path: Path) -> None:
    assert re.fullmatch(r"[0-9A-F]{12}", device_identity(tmp_path)["mac"])
    assert device_identity() == device_identity()


def test_the_clock() -> None:
    clock = SystemClock()
    assert re.fullmatch(r"[0-9a-f-]{36}", clock.boot_id)
    assert SystemClock().boot_id == clock.boot_id
    assert abs(clock.wall_s() - time.time()) < 5
    first = clock.monotonic_ms()
    assert first <= clock.monotonic_ms()
    assert clock.trusted() in {YES, NO, UNKNOWN}


def test_randomness_has_the_size_asked_for_and_does_not_repeat() -> None:
    take = SystemRandom().take
    assert [len(take(size)) for size in (0, 1, 12, 32)] == [0, 1, 12, 32]
    assert take(32) != take(32)


def test_a_pin_is_stretched_the_same_every_time_and_otherwise_with_another_salt() -> None:
    stretch = Argon2idPinHash().stretch
    assert Argon2idPinHash.name == "argon2id-19456-2"
    first = stretch(b"283746", b"s" * 16)
    assert len(first) == 32
    assert stretch(b"283746", b"s" * 16) == first
    assert stretch(b"283746", b"t" * 16) != first
    assert stretch(b"283747", b"s" * 16) != first
