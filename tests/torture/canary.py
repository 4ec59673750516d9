"""Canary: patients are served, things go wrong, the terminal crashes; then everything that it left behind is searched.

What is searched: every file of the state folder, all that it wrote to its output, its temporary folder, what is new in
the system's temporary folders, its environment and command line as the system shows them, and core dumps.
"""

import contextlib
import os
import resource
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from simulator.derived_board import PROVINCE, REPOSITORY
from simulator.http_events import Refused, State
from simulator.launch import Counter
from simulator.player import Player
from simulator.processes import ProgramDied
from simulator.scenario import parse
from tests.torture import canary_scenes as scenes
from tests.torture.canary_search import (
    booked,
    dispensed,
    files_below,
    found_in,
    found_in_files,
    personal,
    secrets_of,
    shown_to_others,
    written_in,
)

SHARED = (Path("/tmp"), Path("/var/tmp"), Path("/dev/shm"))  # noqa: S108 -- looked at, not written to
ERASE = {"erase = false": "erase = true", "reprint_days = 7": "reprint_days = 1"}  # of the province
DAYS = 8  # until what is due must be erased


@dataclass
class Findings:
    """What was found, and how much was searched."""

    found: list[str] = field(default_factory=list)
    files: int = 0
    size: int = 0
    texts: int = 0
    crashes: int = 0
    told: set[str] = field(default_factory=set)  # the transactions that the platform was told

    def lines(self) -> list[str]:
        """For people."""
        searched = f"{self.texts} texts searched for in {self.files} files ({self.size / 1024:.0f} KiB)"
        return [f"canary: {len(self.found)} found, {searched}, {self.crashes} crashes without a core dump"]


class ErasingCounter(Counter):
    """A counter in a province that erases what nobody needs."""

    def write_board(self) -> Path:
        """Write the board file and the province."""
        board = super().write_board()
        province = self.run_dir / PROVINCE
        text = province.read_text(encoding="utf-8")
        for before, after in ERASE.items():
            assert before in text, "nothing would be erased"
            text = text.replace(before, after)
        province.write_text(text, encoding="utf-8")
        return board


class Canary:
    """A counter that is played at and searched. Its gateway and its TLS need private keys of the terminal's own."""

    def __init__(self, folder: Path) -> None:
        self._counter = ErasingCounter(folder / "run", patience_ms=5000, gateway="sm2-sm4", tls="both")
        self._temporary = folder / "temporary"
        self._temporary.mkdir()
        self._site = folder / "site"
        self._site.mkdir()
        (self._site / "sitecustomize.py").write_text(scenes.SET_CLOCK, encoding="utf-8")
        self._days = 0  # that the terminal's clock is ahead
        self._today = ""  # of the day end
        self._numbers: set[str] = set()  # that the platform ever gave
        self._sessions: set[str] = set()  # cookies of browsers
        self._before = _shared_files()
        self.findings = Findings()

    def play(self) -> Findings:
        """Serve, crash, serve, crash, serve, close the day, and let days pass; search after each."""
        with _core_allowed(), contextlib.ExitStack() as at_end:
            at_end.callback(self._counter.stop)
            self._counter.start_simulator()
            self._start()
            self._morning()
            self._visits()
            self._close_the_day()
            self._let_days_pass()
            self._counter.stop_terminal()
            self._search()
        self.findings.found = sorted(set(self.findings.found))  # what stays is found at every search
        return self.findings

    # ---- the day

    def _morning(self) -> None:
        counter = self._counter
        self._say(f"{scenes.SIGN_IN}\n{scenes.DEVICES}")
        self._wrong_pins()
        counter.press("api/operators/create", {"name": scenes.SECOND, "pin": scenes.SECOND_PIN, "role": "doctor"})
        counter.bench("platform publish 1301 12")
        counter.press("api/catalogues/update", {"kind": "drugs"})
        until(lambda: self._catalogue()["update"] is None and self._catalogue()["version"], "the catalogue")

    def _catalogue(self) -> State:
        catalogues = self._counter.client.look("api/catalogues")["catalogues"]
        return next(catalogue for catalogue in catalogues if catalogue["kind"] == "drugs")

    def _visits(self) -> None:
        counter = self._counter
        self._say(scenes.CARD)
        counter.wait_terminal(lambda state: state["outbox"]["quarantined"] > 0, "the refused upload", 20)
        self._say(scenes.AGAINST)
        self._argue()
        self._say(scenes.AGAINST_ALL_THE_SAME + scenes.STICK + scenes.CODE)
        self._crash(signal.SIGABRT)  # in the middle of a settlement
        self._say(f"cable in\n{scenes.SIGN_IN}\nexpect step done within 120s\npress finish{scenes.PERMIT}")
        self._crash(signal.SIGSEGV)
        self._say(f"{scenes.SIGN_IN}{scenes.NUMBER}\nexpect uploads 2 within 60s")  # one waits behind the refused one
        self._search()

    def _argue(self) -> None:
        """Go on against the audit, with a reason of one's own."""
        state = self._counter.wait_terminal(lambda state: "finding" in state["visit"]["actions"], "the finding", 20)
        body = {"version": state["visit"]["version"], "key": state["visit"]["review"]["due"][0]}
        self._counter.press("api/visit/finding", {**body, "reason": "other", "text": scenes.ARGUED})

    def _close_the_day(self) -> None:
        """The platform has lost its records: every bill differs, and somebody says why."""
        counter = self._counter
        counter.stop_simulator()
        shutil.rmtree(counter.keep)
        counter.start_simulator()
        counter.press("api/day-end/start", {"begin": "", "end": "", "details": True})
        counter.wait_terminal(lambda state: not state["day_end"]["running"], "the end of the day end", 60)
        differences = self._differences("")
        assert differences, "the day end found nothing"
        for difference in differences:
            counter.press("api/day-end/note", {"id": difference["id"], "reason": scenes.NOTED})
        self._today = counter.client.look("api/day-end?begin=&end=")["begin"]
        self._search()

    def _differences(self, day: str) -> list[State]:
        found: list[State] = self._counter.client.look(f"api/day-end?begin={day}&end={day}")["differences"]
        return found

    def _let_days_pass(self) -> None:
        """Start on the next days, without the network, until every visit is erased but the one whose upload was
        refused."""
        counter = self._counter
        counter.bench("cable out")
        while self._kept("visit.closed") > 1:
            counter.stop_terminal()
            self._days += 1
            assert self._days < DAYS, "nothing is erased"
            self._start()
            self._say(scenes.SIGN_IN)
            with contextlib.suppress(AssertionError):  # a day counts only after the day before it
                until(lambda: self._kept("visit.closed") <= 1, "the erasing", 5)
        shown = self._differences(self._today)
        assert any(difference["erased"] for difference in shown)
        self._search()

    def _kept(self, kind: str) -> int:
        return int(self._counter.client.look("api/report")["records"].get(kind, 0))

    # ---- the terminal

    def _start(self) -> None:
        names = {"TMPDIR": str(self._temporary), "PYTHONPATH": str(self._site), "CANARY_DAYS": str(self._days)}
        with _environment(**names):
            self._counter.start_terminal()
        process = Path("/proc", str(self._pid()))
        self._look_at(f"{process.name}/environ", (process / "environ").read_bytes())
        self._look_at(f"{process.name}/cmdline", (process / "cmdline").read_bytes())

    def _crash(self, by: signal.Signals) -> None:
        """End the terminal by a fault, search what is left, and start it again."""
        pid = self._pid()
        os.kill(pid, by)
        ended = os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
        if ended is None or ended.si_status != by or ended.si_code != os.CLD_KILLED:
            self.findings.found.append(f"{by.name}: the kernel made a core dump")
        else:
            self.findings.crashes += 1
        self._counter.kill_terminal()
        self._search()
        self._start()

    def _wrong_pins(self) -> None:
        operator = self._counter.terminal["operators"][0]["id"]
        for pin in scenes.WRONG_PINS:
            with contextlib.suppress(Refused):
                self._counter.press("api/sign-in", {"operator": operator, "pin": pin})

    # ---- the search

    def _search(self) -> None:
        """Look through everything that is there now."""
        counter = self._counter
        self.findings.told |= {message["infno"] for message in counter.platform_messages()}
        kept = [*written_in(counter.state_dir), *files_below(self._temporary)]
        files = [*kept, counter.terminal_log, *files_below(counter.run_dir / "stick-files")]
        files += sorted(_shared_files() - self._before)
        texts = self._texts()
        self.findings.found += found_in_files(files, texts) + shown_to_others([counter.state_dir, *kept])
        self.findings.files += len(files)
        for file in files:
            with contextlib.suppress(FileNotFoundError):
                self.findings.size += file.stat().st_size
        self.findings.texts = len(texts)

    def _look_at(self, name: str, content: bytes) -> None:
        self.findings.found += [f"{name}: {what}" for what in found_in(content, self._texts())]

    def _texts(self) -> list[str | bytes]:
        self._numbers |= set(booked(self._counter.keep))
        with contextlib.suppress(ProgramDied):  # the terminal is not running: its sessions are known
            self._sessions |= {self._counter.client.cookie.partition("=")[2]} - {""}
        pins = [scenes.PIN, scenes.SECOND_PIN, *scenes.WRONG_PINS]
        said = [*scenes.SAID, *scenes.DIAGNOSES, scenes.NAME, scenes.SECOND]
        numbers = [*sorted(self._numbers), *sorted(self._sessions)]
        return [*personal(), *dispensed(), *said, *numbers, *pins, *secrets_of(self._counter.run_dir)]

    def _say(self, text: str) -> None:
        lines = [parse(line, f"line {number}") for number, line in enumerate(text.splitlines(), 1)]
        Player(self._counter, lambda _: None).play([line for line in lines if line is not None])

    def _pid(self) -> int:
        return int((self._counter.state_dir / "lock").read_text(encoding="ascii"))


def until(holds: Callable[[], object], what: str, limit_s: float = 180) -> None:
    """Ask until it holds; each question is a request to the terminal. `AssertionError` when it does not."""
    ends = time.monotonic() + limit_s
    while not holds():
        assert time.monotonic() < ends, f"waited {limit_s:g} s for {what}"


def _shared_files() -> set[Path]:
    """Files in folders that all programs share, and core dumps where the terminal runs."""
    places = [path for folder in SHARED if folder.is_dir() for path in folder.iterdir()]
    return {path for path in [*places, *REPOSITORY.glob("core*")] if path.is_file() and os.access(path, os.R_OK)}


@contextlib.contextmanager
def _environment(**names: str) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(names)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@contextlib.contextmanager
def _core_allowed() -> Iterator[None]:
    """Programs that are started inherit a limit that allows core dumps of any size."""
    before, most = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (most, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_CORE, (before, most))


def run() -> list[str]:
    """Play and search; `AssertionError` when something was found."""
    with tempfile.TemporaryDirectory(prefix="canary-") as folder:
        findings = Canary(Path(folder)).play()
    assert not findings.found, "\n".join([*findings.lines(), *findings.found])
    return findings.lines()
