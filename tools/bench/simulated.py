"""The simulator as a process, with the serial lines at their real speed, and the board config of its devices."""

import os
from pathlib import Path
from typing import Self

from hal.linux.parcels import SecretParty
from tools.bench.processes import ROOT, Program, held_port, post

CONFIGS = ROOT / "board_configs"
SOURCE = "sim.toml"
_SECRET = "TOKENTEST0001"  # noqa: S105 -- of a platform that lives for a minute


class Simulator:
    """A counter without hardware. `terminal_port` is free for whoever plays the terminal of `board`."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder = folder
        self._bench_port, self.platform_port, self.terminal_port = (held_port(self) for _ in range(3))
        ports = ("--bench-port", f"{self._bench_port}", "--platform-port", f"{self.platform_port}")
        self._program = Program("simulator", "--headless", "--run-dir", f"{folder}", *ports, *options)

    def __enter__(self) -> Self:
        self._program.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._program.__exit__()

    @property
    def pid(self) -> int:
        """The number of its process."""
        return self._program.pid

    @property
    def platform_url(self) -> str:
        """Where its insurance platform answers, as a board config has it."""
        return f"http://127.0.0.1:{self.platform_port}/fsi/api"

    def do(self, line: str) -> None:
        """Do something at the counter, in the words of the bench ("card lay zhang-san")."""
        post(self._bench_port, "/api/do", {"line": line})

    def stand_in(self) -> None:
        """Write what a terminal reads besides its config, for a simulator that does not run: the secret of its
        platform and the public keys of its office. One that is started later takes the secret, so that the same headers
        are good for all."""
        secret = self.folder / "gateway-secret"
        secret.touch(0o600)
        secret.write_text(_SECRET, "ascii")
        office = SecretParty(os.urandom(32), os.urandom(32)).public
        keys = f'sign = "{office.sign.hex()}"\nbox = "{office.box.hex()}"\n'
        (self.folder / "office.toml").write_text(keys, "ascii")

    def board(self) -> Path:
        """A file like sim.toml with the ports and folders of this counter. `LookupError` when sim.toml has changed so
        much that it would name other ones."""
        text = (CONFIGS / SOURCE).read_text("utf-8")
        changes = {
            ".run/sim/": f"{self.folder}/",
            "127.0.0.1:8602/": f"127.0.0.1:{self.platform_port}/",
            "port = 8601": f"port = {self.terminal_port}",
            "[profiles]": f'[profiles]\nroot = "{CONFIGS}"',
        }
        for old, new in changes.items():
            if old not in text:
                raise LookupError(f"{SOURCE} has no {old}")
            text = text.replace(old, new)
        file = self.folder / "board.toml"
        file.write_text(text, "utf-8")
        return file
