"""The platform's process is killed (kill -9) in the middle of a load: nothing that it answered is lost."""

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.simulator.platform.counter import LI_FANG, WU_JIU, ZHANG_SAN, ZHOU_BA, Counter, Person

ROOT = Path(__file__).parents[3]
CLINICS = {"H99999900001": LI_FANG, "H99999900002": ZHANG_SAN, "H99999900101": ZHOU_BA}
PATIENCE_S = 120


class Process:
    """The simulator as a process on the folder `run`, with its ledger kept there."""

    def __init__(self, run: Path) -> None:
        ports = ("--bench-port", "0", "--platform-port", "0", "--no-line-rate")
        command = [
            sys.executable,
            "-m",
            "simulator",
            "--headless",
            "--run-dir",
            f"{run}",
            "--keep",
            f"{run}/kept",
            *ports,
        ]
        self._child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        assert self._child.stdout is not None
        ready = json.loads(self._child.stdout.readline())
        self.port = int(ready["platform"].rstrip("/").rpartition(":")[2])
        self.bench = int(ready["bench"].rstrip("/").rpartition(":")[2])
        self.secret = (run / "gateway-secret").read_text("utf-8").strip()

    def kill(self) -> None:
        """kill -9."""
        os.kill(self._child.pid, signal.SIGKILL)
        self._child.communicate()


class Distant(Counter):
    """A counter whose platform is another process; it notes what was answered."""

    def __init__(self, process: Process, institution: str) -> None:
        super().__init__(institution=institution)
        self.clock.now = time.time()
        self._line = http.client.HTTPConnection("127.0.0.1", process.port)
        self.reach(process)
        self.settled_ids: list[str] = []
        self.cancelled_ids: list[str] = []

    def reach(self, process: Process) -> None:
        """Talk to this process from now on."""
        self.hang_up()
        self._line = http.client.HTTPConnection("127.0.0.1", process.port, timeout=PATIENCE_S)
        self._secret = process.secret
        self._run = f"{process.port}"

    def hang_up(self) -> None:
        """End the connection."""
        self._line.close()

    def post(self, path: str, body: bytes, headers: dict[str, str] | None = None) -> tuple[int, bytes]:
        """Status and body of one POST over TCP."""
        self.clock.now = time.time()
        nonce = f"{self.institution}-{self._run}-{self.number()}"
        self._line.request("POST", path, body, headers or self.headers(nonce, secret=self._secret))
        answer = self._line.getresponse()
        return answer.status, answer.read()

    def work(self, person: Person, enough: threading.Event, count: int) -> None:
        """Settle until the line is cut, and cancel every third bill; `enough` is set after `count` settlements."""
        try:
            while True:
                setlinfo = self.settled(person)
                self.settled_ids.append(setlinfo["setl_id"])
                if len(self.settled_ids) % 3 == 0:
                    self.ask("2208", self.named(setlinfo))
                    self.cancelled_ids.append(setlinfo["setl_id"])
                if len(self.settled_ids) == count:
                    enough.set()
        except (OSError, http.client.HTTPException):
            enough.set()


def effective(process: Process) -> dict[str, dict[str, Any]]:
    """The bills that stand, by number, as the bench tells them."""
    with closing(http.client.HTTPConnection("127.0.0.1", process.bench, timeout=PATIENCE_S)) as line:
        line.request("GET", "/api/platform/settlements")
        return {bill["setl_id"]: bill for bill in json.loads(line.getresponse().read())}


@pytest.mark.parametrize("count", [2, 9])
def test_what_was_answered_is_there_after_a_kill(tmp_path: Path, count: int) -> None:
    process = Process(tmp_path)
    enough = threading.Event()
    counters = [Distant(process, institution) for institution in CLINICS]
    for counter in counters:
        counter.sign_in()
    people = CLINICS.values()
    load = [
        threading.Thread(target=counter.work, args=(person, enough, count))
        for counter, person in zip(counters, people, strict=True)
    ]
    for thread in load:
        thread.start()
    assert enough.wait(PATIENCE_S)
    process.kill()
    for thread in load:
        thread.join(PATIENCE_S)
        assert not thread.is_alive()
    again = Process(tmp_path)
    try:
        stands = effective(again)
        answered = {number for counter in counters for number in counter.settled_ids}
        cancelled = {number for counter in counters for number in counter.cancelled_ids}
        assert len(answered) >= count
        assert not cancelled & set(stands)
        unanswered = len(counters)  # one message of each may have been done and not answered
        assert len(answered - cancelled - set(stands)) <= unanswered  # by such a cancellation
        assert len(set(stands) - answered) <= unanswered  # by such a settlement
        for counter in counters:  # it goes on where it was, signed in as before
            counter.reach(again)
            for number in set(counter.settled_ids) & set(stands):
                counter.ask("5203", counter.named(stands[number]))
        counters[0].settled(WU_JIU)
    finally:
        again.kill()
        for counter in counters:
            counter.hang_up()
