"""A desk with the simulated devices on real pseudo-terminals, and the probe as a program of its own."""

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from simulator.derived_board import REPOSITORY
from simulator.launch import Counter

PATIENCE_S = 300.0


class Probe:
    """The probe at work: `read_until` its sentence, do something on the desk, `end` gives all it said."""

    def __init__(self, arguments: list[str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tools.probe", *arguments],
            cwd=REPOSITORY,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._timer = threading.Timer(PATIENCE_S, self._process.kill)
        self._timer.start()
        self._said: list[str] = []

    def read_until(self, words: str) -> None:
        """Wait until it says `words`."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._said.append(line)
            if words in line:
                return
        raise AssertionError(f"it never said “{words}”: {''.join(self._said)}")

    def end(self) -> tuple[int, str]:
        """Wait for its end; its exit code and all that it said."""
        rest, _ = self._process.communicate()
        self._timer.cancel()
        return self._process.returncode, "".join(self._said) + rest

    def interrupt(self) -> None:
        """Ctrl-C."""
        self._process.send_signal(signal.SIGINT)


class Desk:
    """Devices without a terminal, and the probe."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter

    def do(self, line: str) -> None:
        """Do something with the devices, in the words of the bench."""
        self._counter.bench(line)

    def paper(self) -> str:
        """What the printer has printed."""
        return self._counter.paper_text()

    def port(self, device: str) -> str:
        """The path of the port of `card-reader`, `scanner` or `printer`."""
        return str(self._counter.run_dir / device)

    def probe(self, task: str, device: str, *arguments: str) -> Probe:
        """Start the probe on a device."""
        return Probe([task, "--port", self.port(device), *arguments])

    def asked(self, task: str, device: str, *arguments: str) -> tuple[int, Any]:
        """Run the probe to its end; exit code and JSON."""
        code, said = self.probe(task, device, *arguments, "--json").end()
        return code, json.loads(said)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk whose serial lines are as fast as the computer."""
    counter = Counter(tmp_path)
    try:
        counter.start_simulator()
        yield Desk(counter)
    finally:
        counter.stop()
