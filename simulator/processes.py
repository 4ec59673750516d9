"""A program of ours in a process of its own: started, found ready, ended, and asked why it died."""

import json
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

STOP_S = 60.0  # how long a program may take to end when asked to, on a busy machine
END_S = 10.0  # how much later than its streams a program may end
TAIL_LINES = 20


class ProgramDied(Exception):
    """A program is not running when it should; the text has the end of its log."""


class Program:
    """One Python program with its own process group. What it writes goes to `<folder>/<name>.log`.

    A thread copies its output to the log; it is also the one who sees the ready line and the end.
    """

    def __init__(
        self, name: str, arguments: list[str], folder: Path, working_dir: Path, on_end: Callable[["Program"], None]
    ) -> None:
        """`arguments` follow the interpreter's own name. `on_end` is called once, from the thread, at the end."""
        self.name = name
        self.log = folder / f"{name}.log"
        self._arguments = [sys.executable, *arguments]
        self._working_dir = working_dir
        self._on_end = on_end
        self._process: subprocess.Popen[bytes] | None = None
        self._copier: threading.Thread | None = None
        self._news: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()

    def start(self, limit_s: float) -> dict[str, Any]:
        """Start it and wait for its line `{"ready": true, ...}`, which is returned; `ProgramDied` when none comes."""
        process = subprocess.Popen(
            self._arguments,
            cwd=self._working_dir,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            process_group=0,
        )
        self._process = process
        self._copier = threading.Thread(target=self._copy, args=(process.stdout,), name=self.name, daemon=True)
        self._copier.start()
        try:
            ready = self._news.get(timeout=limit_s)
        except queue.Empty:
            self.kill()
            raise ProgramDied(f"the {self.name} was not ready within {limit_s:g} s\n{self._tail()}") from None
        if ready is None:
            raise self.death() or ProgramDied(f"the {self.name} closed its output\n{self._tail()}")
        return ready

    def running(self) -> bool:
        """True between start and end."""
        return self._process is not None and self._process.poll() is None

    def stop(self) -> None:
        """Ask it to end; end it when it does not."""
        self._signal(signal.SIGTERM)
        try:
            self._join(STOP_S)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End it at once, without a chance to tidy up."""
        self._signal(signal.SIGKILL)
        self._join(STOP_S)

    def death(self) -> ProgramDied | None:
        """Why it is not running any more, or None when it still runs. Its stream may end a moment before itself."""
        try:
            self._join(END_S)
        except subprocess.TimeoutExpired:
            return None
        code = None if self._process is None else self._process.returncode
        return ProgramDied(f"the {self.name} ended with code {code}; the end of {self.log}:\n{self._tail()}")

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.poll() is None:
            os.killpg(self._process.pid, number)

    def _join(self, limit_s: float) -> None:
        if self._process is not None and self._copier is not None:
            self._process.wait(limit_s)
            self._copier.join(limit_s)

    def _copy(self, output: IO[bytes]) -> None:
        with output, self.log.open("ab") as log:
            for line in output:
                log.write(line)
                log.flush()
                ready = _ready_line(line)
                if ready is not None:
                    self._news.put(ready)
        self._news.put(None)
        self._on_end(self)

    def _tail(self) -> str:
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-TAIL_LINES:])


def _ready_line(line: bytes) -> dict[str, Any] | None:
    if not line.startswith(b'{"ready"'):
        return None
    try:
        ready = json.loads(line)
    except ValueError:
        return None
    return ready if isinstance(ready, dict) else None


def held_port(owner: object, wanted: int = 0) -> int:
    """A port of 127.0.0.1 that the kernel gives to nobody else while `owner` lives: `wanted` when it is free, any free
    one otherwise. It is bound and never listened on, so that a server of ours, which says SO_REUSEADDR, may have it, as
    often as it is started, and connections are refused between two of them."""
    holder = socket.socket()
    weakref.finalize(owner, holder.close)
    holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        holder.bind(("127.0.0.1", wanted))
    except OSError:
        holder.bind(("127.0.0.1", 0))
    port: int = holder.getsockname()[1]
    return port
