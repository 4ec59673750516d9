"""Canary: patients are served, things go wrong, the terminal crashes; then everything that it left behind is searched.

What is searched: every file of the state folder, all that it wrote to its output, its temporary folder, what is new in
the system's temporary folders, its environment and command line as the system shows them, and core dumps.
"""

import contextlib
import os
import resource
import signal
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from simulator.derived_board import REPOSITORY
from simulator.http_events import Refused
from simulator.launch import Counter
from simulator.player import Player
from simulator.scenario import parse
from tests.torture.canary_search import booked, dispensed, files_below, found_in, found_in_files, personal, written_in

NAME, PIN = "韦医生", "283746"
WRONG_PINS = ("739164", "582613")
DIAGNOSES = ("J00.x00", "急性鼻咽炎", "R05.x00")
SHARED = (Path("/tmp"), Path("/var/tmp"), Path("/dev/shm"))  # noqa: S108 -- looked at, not written to
SIGN_IN = f"sign in {NAME} {PIN}"
DEVICES = "expect device card_reader ready\nexpect device scanner ready\nexpect device printer ready"

CARD = """
card lay zhang-san
expect step diagnose
choose diagnosis J00.x00
choose drugs aspirin x1, smectite x1
scan amoxicillin-1
expect notice trace.other_drug
scan broken-label
scan smectite-1
fault platform.refuse 3505 药品追溯码81000170622758698313已被张三使用
fault printer.paper_out_after 9
scan aspirin-1
press settle
expect device printer fault printer.paper_out
fault clear printer.paper_out_after
cover open
paper load
cover close
expect device printer ready
expect step done within 60s
press reprint
expect step done
card remove
press finish
"""
CODE = """
press scan
scan qr li-fang
expect patient 李芳
choose diagnosis R05.x00
choose drugs ibuprofen x1
scan ibuprofen-1
expect step confirm
fault network.cut_after 2207
press settle
expect network offline within 60s
"""
PERMIT = """
card lay li-si
expect patient 李四
card remove
choose diagnosis J00.x00
choose drugs metformin x1
scan metformin-1
expect step confirm
"""
NUMBER = """
press set-aside
type number 360426201001010074
expect patient 韦明
choose diagnosis J00.x00
choose drugs amoxicillin x1
scan amoxicillin-2
press settle
expect step done
press cancel
expect step cancelled
press finish
card lay sun-qi
expect notice insurance.refused
card remove
"""


@dataclass
class Findings:
    """What was found, and how much was searched."""

    found: list[str] = field(default_factory=list)
    files: int = 0
    size: int = 0
    texts: int = 0
    crashes: int = 0

    def lines(self) -> list[str]:
        """For people."""
        searched = f"{self.texts} texts searched for in {self.files} files ({self.size / 1024:.0f} KiB)"
        return [f"canary: {len(self.found)} found, {searched}, {self.crashes} crashes without a core dump"]


class Canary:
    """A counter that is played at and searched."""

    def __init__(self, folder: Path) -> None:
        self._counter = Counter(folder / "run", patience_ms=1500)
        self._temporary = folder / "temporary"
        self._temporary.mkdir()
        self._before = _shared_files()
        self.findings = Findings()

    def play(self) -> Findings:
        """Serve, crash, serve, crash, serve; search after each."""
        counter = self._counter
        with _core_allowed(), contextlib.ExitStack() as at_end:
            at_end.callback(counter.stop)
            counter.start_simulator()
            self._start()
            self._say(f"{SIGN_IN}\n{DEVICES}")
            self._wrong_pins()
            self._say(CARD)
            counter.wait_terminal(lambda state: state["outbox"]["quarantined"] > 0, "the refused upload", 20)
            self._say(CODE)
            self._crash(signal.SIGABRT)  # in the middle of a settlement
            self._say(f"cable in\n{SIGN_IN}\nexpect step done within 120s\npress finish{PERMIT}")
            self._crash(signal.SIGSEGV)
            self._say(SIGN_IN + NUMBER)
            self._search()
            counter.stop_terminal()
            self._search()
        self.findings.found = sorted(set(self.findings.found))  # what stays is found at every search
        return self.findings

    def _start(self) -> None:
        with _environment(TMPDIR=str(self._temporary)):
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
        for pin in WRONG_PINS:
            with contextlib.suppress(Refused):
                self._counter.press("api/sign-in", {"operator": operator, "pin": pin})

    def _search(self) -> None:
        """Look through everything that is there now."""
        files = [*written_in(self._counter.state_dir), *files_below(self._temporary), self._counter.terminal_log]
        files += sorted(_shared_files() - self._before)
        texts = self._texts()
        self.findings.found += found_in_files(files, texts)
        self.findings.files += len(files)
        self.findings.size += sum(file.stat().st_size for file in files if file.exists())
        self.findings.texts = len(texts)

    def _look_at(self, name: str, content: bytes) -> None:
        self.findings.found += [f"{name}: {what}" for what in found_in(content, self._texts())]

    def _texts(self) -> list[str]:
        numbers = booked(self._counter.keep)
        return [*personal(), *dispensed(), *DIAGNOSES, *numbers, NAME, PIN, *WRONG_PINS]

    def _say(self, text: str) -> None:
        lines = [parse(line, f"line {number}") for number, line in enumerate(text.splitlines(), 1)]
        Player(self._counter, lambda _: None).play([line for line in lines if line is not None])

    def _pid(self) -> int:
        return int((self._counter.state_dir / "lock").read_text(encoding="ascii"))


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
