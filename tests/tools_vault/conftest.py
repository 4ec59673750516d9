"""State folders that the terminal's own rooms have written, and the tools as programs."""

import asyncio
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from firmware.vault import Operators
from hal.linux.cipher import ciphers
from hal.linux.keys import FileKeyStore
from hal.linux.pin_hash import Argon2idPinHash
from hal.linux.store import SqliteStore
from hal.linux.system_random import SystemRandom
from simulator.office import office_secrets
from tests.portable.doubles import MemoryBoard
from tests.portable.tiny_counter import Counter, box
from tests.portable.tiny_platform import TinyPlatform
from tools.vault.recovery_code import in_groups, new_code

ROOT = Path(__file__).resolve().parents[2]
PIN = "283746"
DOCTOR = "韦医生"
CODE = new_code()
LIMIT_S = 600


class DiskBoard(MemoryBoard):
    """A board whose store, keys and seals are those of Linux, in a state folder."""

    def __init__(self, state: Path, platform: TinyPlatform) -> None:
        super().__init__(None, platform)
        state.mkdir(mode=0o700, exist_ok=True)
        self.keys = FileKeyStore(state / "device.key")  # type: ignore[assignment]
        self.keys.device_key()
        self.store = SqliteStore(state / "vault.db")  # type: ignore[assignment]
        self.ciphers = ciphers("aes-gcm")
        self.random = SystemRandom()  # type: ignore[assignment]
        self.pin_hash = Argon2idPinHash()  # type: ignore[assignment]


class DiskCounter(Counter):
    """The counter of the portable tests with its records in a state folder."""

    async def open(self, state: Path, platform: TinyPlatform | None = None) -> None:
        """Begin, or go on where it was left."""
        self.platform = platform or TinyPlatform()
        await self.start(DiskBoard(state, self.platform))
        self.operators = Operators(self.terminal.vault, self.board.pin_hash, self.board.random, self.board.clock)

    async def close(self) -> None:
        """End the terminal as a person would."""
        await self.stop()
        await self.board.store.close()

    async def served(self, first_box: int) -> None:
        """A visit that is settled, printed and closed, whose upload waits."""
        await self.arrive()
        await self.diagnose()
        await self.prescribe(("aspirin", 1))
        await self.scan(box(first_box))
        await self.settle()
        await self.desk.finish()
        await self.quiet()


async def terminal_with_records(state: Path, visits: int = 1) -> None:
    """A terminal that was used: a doctor, closed visits, uploads that wait."""
    counter = DiskCounter()
    await counter.open(state)
    await counter.operators.set_up(DOCTOR, PIN)
    for number in range(visits):
        await counter.served(number + 1)
    await counter.close()


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """The state folder of a terminal that was used, and is stopped."""
    state = tmp_path / "old"
    asyncio.run(terminal_with_records(state))
    return state


@pytest.fixture
def new(tmp_path: Path) -> Path:
    """The place for a new state folder."""
    return tmp_path / "new"


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    """The folder of a stick."""
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


def command(*arguments: object) -> list[str]:
    """The tools as a program."""
    return [sys.executable, "-m", "tools.vault", *(str(argument) for argument in arguments)]


def run(*arguments: object, entered: str = "") -> tuple[int, str]:
    """Run the tools to their end; exit code and all they said. `entered` comes through standard input."""
    ended = subprocess.run(
        command(*arguments),
        cwd=ROOT,
        input=entered,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    assert "Traceback" not in ended.stdout, ended.stdout
    return ended.returncode, ended.stdout


def backed_up(state: Path, target: Path, *more: object, code: str = CODE) -> Path:
    """A backup that must succeed."""
    result, said = run("backup", "--state", state, "--code", target, *more, entered=in_groups(code))
    assert result == 0, said
    assert "备份完成" in said
    return target


def restored(backup: Path, state: Path, *more: object, code: str = CODE) -> str:
    """A restore that must succeed; what it said."""
    result, said = run("restore", "--state", state, backup, *more, entered=in_groups(code))
    assert result == 0, said
    assert "一致" in said
    return said


class Screen:
    """The tools on a pseudo-terminal, as a technician has them."""

    def __init__(self, *arguments: object) -> None:
        self._screen, other = pty.openpty()
        self._process = subprocess.Popen(
            command(*arguments), cwd=ROOT, stdin=other, stdout=other, stderr=other, close_fds=True
        )
        os.close(other)
        self.said = ""

    def read_until(self, words: str) -> str:
        """Wait until it says `words`; all that it has said."""
        while words not in self.said:
            piece = self._read()
            assert piece, f"it never said “{words}”: {self.said}"
            self.said += piece
        return self.said

    def enter(self, text: str) -> None:
        """Type a line."""
        os.write(self._screen, (text + "\n").encode())

    def end(self) -> tuple[int, str]:
        """Wait for its end; exit code and all that it said."""
        while piece := self._read():
            self.said += piece
        os.close(self._screen)
        return self._process.wait(LIMIT_S), self.said

    def _read(self) -> str:
        try:
            return os.read(self._screen, 4096).decode("utf-8", "replace")
        except OSError:  # so Linux tells that the other side has closed
            return ""


@pytest.fixture
def board(tmp_path: Path) -> Path:
    """The board config of a terminal with its keys in a file, and the secret of its platform."""
    sample = (ROOT / "board_configs" / "sim.toml").read_text("utf-8")
    text = sample.replace(".run/sim/", f"{tmp_path}/").replace(
        "[profiles]", f'[profiles]\nroot = "{ROOT}/board_configs"'
    )
    file = tmp_path / "board.toml"
    file.write_text(text, "utf-8")
    secret = tmp_path / "gateway-secret"
    secret.touch(0o600)
    secret.write_text("TOKENTEST0001", "ascii")
    office_secrets(tmp_path)  # writes office.toml
    return file
