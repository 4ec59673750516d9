"""A smart-card service of its own for each test process, with a virtual reader of two slots.

pcscd takes its socket from whoever starts it, as it does from systemd, so it neither needs nor disturbs the one of the
machine, and no rights but the user's.
"""

from __future__ import annotations

import os
import shutil
import socket
import struct
import subprocess
import tempfile
from pathlib import Path

import pytest

from simulator.processes import held_port

DRIVER = Path("/usr/lib/pcsc/drivers/serial/libifdvpcd.so")
APT = "sudo apt install pcscd vsmartcard-vpcd swig gcc pkg-config libpcsclite-dev python3-dev, then make pcsc"
# Not for dash: it knows no descriptor above 9.
_START = 'exec 3<&"$1"; shift; export LISTEN_FDS=1 LISTEN_PID=$$; exec "$@"'
_NOBODY = 65534  # as root it would write its process number over that of the machine's service
_LAST_PORT = 65_535
_PATIENCE_S = 60.0
_VERSION = struct.pack("<IIiiI", 12, 0x11, 4, 4, 0)  # winscard_msg.h: size, CMD_VERSION, major, minor, result


def missing() -> str:
    """What is not installed of what the tests need; "" when all is there."""
    try:
        import smartcard.scard  # noqa: F401
    except ImportError:
        return "pyscard"
    return "" if shutil.which("pcscd") and DRIVER.exists() else "pcscd or vsmartcard-vpcd"


def required() -> None:
    """Skip the test where something is not installed; in CI that is a failure."""
    absent = missing()
    if absent:
        say = pytest.fail if os.environ.get("CI") else pytest.skip
        say(f"{absent} is not installed: {APT}")


class PrivatePcscd:
    """The service: `port` is that of its first virtual slot, `slots` are the names of its readers."""

    slots = ("Virtual PCD 00 00", "Virtual PCD 00 01")

    def __init__(self) -> None:
        # pytest's own folders are closed to the user that the service runs as.
        self._folder = Path(tempfile.mkdtemp(prefix="pcscd"))
        self._folder.chmod(0o755)
        self.socket = self._folder / "pcscd.comm"
        self.port = _two_ports(self)
        (self._folder / "conf").mkdir()
        (self._folder / "conf" / "vpcd").write_text(
            f'FRIENDLYNAME "Virtual PCD"\nDEVICENAME /dev/null:{self.port}\nLIBPATH {DRIVER}\nCHANNELID {self.port}\n'
        )
        self._process: subprocess.Popen[bytes] | None = None
        self._listener: socket.socket | None = None

    def start(self) -> None:
        """Start it, and return when its virtual slots listen."""
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(self.socket))
        self._listener.listen(16)
        fd = self._listener.fileno()
        self._process = subprocess.Popen(
            [
                "/bin/bash",
                "-c",
                _START,
                "bash",
                str(fd),
                "pcscd",
                "-f",
                "-C",
                "-c",
                str(self._folder / "conf"),
                *_options(),
            ],
            pass_fds=[fd],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            user=_NOBODY if os.geteuid() == 0 else None,
        )
        self._wait_for_an_answer()
        assert _listens(self.port), "pcscd does not open its virtual reader"
        assert _listens(self.port + 1)

    def _wait_for_an_answer(self) -> None:
        """It opens the readers of its configuration before it answers the first client, whatever that says."""
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(_PATIENCE_S)
            client.connect(str(self.socket))
            client.sendall(_VERSION)
            assert client.recv(len(_VERSION))

    def stop(self) -> None:
        """End it as a crash does. Stopping a stopped one does nothing."""
        process, self._process = self._process, None
        if process:
            process.kill()
            process.wait()
        if self._listener:
            self._listener.close()
            self._listener = None
        self.socket.unlink(missing_ok=True)

    def remove(self) -> None:
        """Stop it and take its files away."""
        self.stop()
        shutil.rmtree(self._folder)


def _options() -> list[str]:
    """Newer services ask polkit who may use a reader; there is nobody to ask for one that is not the machine's."""
    told = subprocess.run([shutil.which("pcscd") or "", "--help"], capture_output=True, text=True, check=False).stdout
    return ["--disable-polkit"] if "--disable-polkit" in told else []


def _two_ports(owner: object) -> int:
    """The first of two in a row, which are the owner's."""
    for _ in range(100):
        first = held_port(owner)
        if first < _LAST_PORT and held_port(owner, first + 1) == first + 1:
            return first
    raise AssertionError("no two ports in a row are free")


def _listens(port: int) -> bool:
    """Whether somebody listens; asked of the kernel, since connecting would put a card in."""
    wanted = f":{port:04X}"
    for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]:
        _, local, _, state = line.split()[:4]
        if local.endswith(wanted) and state == "0A":
            return True
    return False
