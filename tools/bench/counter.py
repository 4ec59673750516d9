"""A counter, driven over the HTTP interfaces of simulator and terminal and nothing else."""

import http.client
import json
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Self

from tools.bench.processes import PATIENCE_S, Program, State, get, post
from tools.bench.simulated import Simulator


class Hands:
    """A patient's and a doctor's, at a counter whose terminal has just been set up. `wait` reads the terminal's screen,
    event by event."""

    def __init__(self, simulator: Simulator) -> None:
        self.do = simulator.do
        self._port = simulator.terminal_port
        answer = post(self._port, "/api/setup", {"name": "测试", "pin": "283746"})
        self._cookie = (answer.headers["Set-Cookie"] or "").partition(";")[0]
        self._stream: http.client.HTTPResponse = get(self._port, "/api/events", self._cookie)

    def press(self, path: str, body: State) -> None:
        """Press something on the terminal's screen (docs/console-api.md)."""
        post(self._port, f"/api/{path}", body, self._cookie)

    def wait(self, holds: Callable[[State], bool]) -> State:
        """The next state of the screen for which `holds` is true. `TimeoutError` when none comes."""
        until = time.monotonic() + PATIENCE_S
        for line in self._stream:  # it never falls silent for long
            if time.monotonic() > until:
                raise TimeoutError("the screen never shows what is waited for")
            if line.startswith(b"data: "):
                state: State = json.loads(line[len(b"data: ") :])
                if holds(state):
                    return state
        raise ConnectionError("the terminal's event stream has ended")

    def close(self) -> None:
        """Look away."""
        self._stream.close()


class Counter:
    """Simulator and terminal, each a process of its own."""

    def __init__(self, folder: Path) -> None:
        self._simulator = Simulator(folder)
        self._terminal = Program("firmware", "--board", f"{self._simulator.board()}", "--state", f"{folder}/state")
        self._open = ExitStack()

    @property
    def terminal_pid(self) -> int:
        """The process of the firmware."""
        return self._terminal.pid

    def __enter__(self) -> Self:
        with ExitStack() as opening:
            opening.enter_context(self._simulator)
            opening.enter_context(self._terminal)
            self.hands = Hands(self._simulator)
            opening.callback(self.hands.close)
            self._open = opening.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()
