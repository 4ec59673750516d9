"""A counter in two processes, simulator and terminal, driven over their HTTP interfaces and nothing else."""

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

ROOT = Path(__file__).resolve().parents[2]
CONFIGS = ROOT / "board_configs"
PATIENCE_S = 30.0

State = dict[str, Any]


class Counter:
    """Both programs, with the serial lines at their real speed. `wait` reads the terminal's screen, event by event."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._bench_port, self._platform_port, self._terminal_port = _free_ports(3)
        self._programs: list[subprocess.Popen[bytes]] = []
        self._cookie = ""
        self._stream: http.client.HTTPResponse | None = None

    @property
    def terminal_pid(self) -> int:
        """The process of the firmware."""
        return self._programs[1].pid

    def __enter__(self) -> Self:
        try:
            self._start("simulator", "--headless", "--run-dir", f"{self._folder}", *self._simulator_ports())
            self._start("firmware", "--board", f"{self._board()}", "--state", f"{self._folder}/state")
            self._cookie = self._sign_in()
            self._stream = _get(self._terminal_port, "/api/events", self._cookie)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if self._stream is not None:
            self._stream.close()
        for program in reversed(self._programs):
            program.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                program.wait(PATIENCE_S)
            program.kill()
            program.communicate()

    def do(self, line: str) -> None:
        """Do something at the counter, in the words of the bench ("card lay zhang-san")."""
        _post(self._bench_port, "/api/do", {"line": line})

    def press(self, path: str, body: State) -> None:
        """Press something on the terminal's screen (docs/console-api.md)."""
        _post(self._terminal_port, f"/api/{path}", body, self._cookie)

    def wait(self, holds: Callable[[State], bool]) -> State:
        """The next state of the screen for which `holds` is true. `TimeoutError` when none comes."""
        for line in self._stream or ():
            if line.startswith(b"data: "):
                state: State = json.loads(line[len(b"data: ") :])
                if holds(state):
                    return state
        raise ConnectionError("the terminal's event stream has ended")

    def _simulator_ports(self) -> list[str]:
        return ["--bench-port", f"{self._bench_port}", "--platform-port", f"{self._platform_port}"]

    def _board(self) -> Path:
        """sim.toml with the ports and folders of this counter."""
        text = (CONFIGS / "sim.toml").read_text("utf-8")
        changes = {
            ".run/sim/": f"{self._folder}/",
            "127.0.0.1:8602/": f"127.0.0.1:{self._platform_port}/",
            "port = 8601": f"port = {self._terminal_port}",
            "[profiles]": f'[profiles]\nroot = "{CONFIGS}"',
        }
        for old, new in changes.items():
            text = text.replace(old, new)
        file = self._folder / "board.toml"
        file.write_text(text, "utf-8")
        return file

    def _start(self, module: str, *arguments: str) -> None:
        """Start a program and wait for its line that says that it is ready."""
        program = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._programs.append(program)
        first_line = program.stdout.readline() if program.stdout else b""
        if not first_line.startswith(b'{"ready": true'):
            raise ChildProcessError(f"{module} does not start; try: python -m {module} {' '.join(arguments)}")

    def _sign_in(self) -> str:
        answer = _post(self._terminal_port, "/api/setup", {"name": "测试", "pin": "283746"})
        return (answer.headers["Set-Cookie"] or "").partition(";")[0]


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        probes = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [probe.getsockname()[1] for probe in probes]


def _get(port: int, path: str, cookie: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    connection.request("GET", path, headers={"Cookie": cookie, "Connection": "close"})
    return connection.getresponse()


def _post(port: int, path: str, body: State, cookie: str = "") -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    headers = {"Content-Type": "application/json", "Cookie": cookie, "Connection": "close"}
    connection.request("POST", path, json.dumps(body), headers)
    answer = connection.getresponse()
    said = answer.read()
    if answer.status != 200:
        raise ConnectionError(f"{path}: {answer.status} {said.decode()}")
    return answer
