"""The simulator as a process, with the serial lines at their real speed, and the board config of its devices."""

from pathlib import Path
from typing import Self

from tools.bench.processes import ROOT, Program, free_ports, post

CONFIGS = ROOT / "board_configs"
SOURCE = "sim.toml"


class Simulator:
    """A counter without hardware. `terminal_port` is free for whoever plays the terminal of `board`."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder = folder
        self._bench_port, self.platform_port, self.terminal_port = free_ports(3)
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
