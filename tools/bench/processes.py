"""Programs of the project as processes, and how one asks them over HTTP."""

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import weakref
from pathlib import Path
from typing import Any, Self

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 30.0

State = dict[str, Any]


class Program:
    """`python -m module arguments` from here until the end of the block. It says on its first line when it is ready."""

    def __init__(self, module: str, *arguments: str) -> None:
        self._command = [sys.executable, "-m", module, *arguments]
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The number of the process; 0 before it has one."""
        return self._process.pid if self._process else 0

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            self._command,
            cwd=ROOT,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        first_line = self._process.stdout.readline() if self._process.stdout else b""
        if not first_line.startswith(b'{"ready": true'):
            self.__exit__()
            raise ChildProcessError(f"does not start; try: python {' '.join(self._command[1:])}")
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(PATIENCE_S)
            self._process.kill()
            self._process.communicate()


def cpu_s(pid: int) -> float:
    """Processor seconds of a process so far, in user and system mode (proc(5))."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def held_port(owner: object) -> int:
    """A port of 127.0.0.1 that the kernel gives to nobody else while `owner` lives. It is bound and never listened on:
    a server that says SO_REUSEADDR, as asyncio's do, may have it all the same."""
    holder = socket.socket()
    weakref.finalize(owner, holder.close)
    holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    holder.bind(("127.0.0.1", 0))
    port: int = holder.getsockname()[1]
    return port


def get(port: int, path: str, cookie: str) -> http.client.HTTPResponse:
    """An answer whose body has not been read."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    connection.request("GET", path, headers={"Cookie": cookie, "Connection": "close"})
    return connection.getresponse()


def post(port: int, path: str, body: State, cookie: str = "") -> http.client.HTTPResponse:
    """The answer, already read; `ConnectionError` with its text when its status is not 200."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    headers = {"Content-Type": "application/json", "Cookie": cookie, "Connection": "close"}
    connection.request("POST", path, json.dumps(body), headers)
    answer = connection.getresponse()
    said = answer.read()
    if answer.status != 200:
        raise ConnectionError(f"{path}: {answer.status} {said.decode()}")
    return answer
