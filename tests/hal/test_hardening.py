"""A process that has opened the state folder leaves no core dump, whatever kills it and whoever allowed one."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OPENS = "from pathlib import Path; from hal.linux.state import open_state; open_state(Path('state'))"
PR_GET_DUMPABLE = 3
ALLOWS_CORES = 'ulimit -Sc "$(ulimit -Hc)" && exec "$0" "$@"'  # as a shell or a unit file may


def was_dumped(before: str, by: signal.Signals, folder: Path) -> bool:
    """Run `before` in `folder`, which it may write to, and end it with a signal. Whether the kernel dumped it, to a
    file or to a program, as it tells the parent (waitid(2), CLD_DUMPED)."""
    folder.mkdir()
    code = f"{before}\nimport os\nos.kill(os.getpid(), {int(by)})"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = ["/bin/sh", "-c", ALLOWS_CORES, sys.executable, "-c", code]
    with subprocess.Popen(command, cwd=folder, env=environment) as process:
        ended = os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    assert ended is not None
    assert process.returncode == -by, "it did not end by the signal"
    return ended.si_code == os.CLD_DUMPED


@pytest.mark.parametrize("by", [signal.SIGABRT, signal.SIGSEGV, signal.SIGBUS, signal.SIGQUIT])
def test_no_core_is_left(tmp_path: Path, by: signal.Signals) -> None:
    if not was_dumped("pass", by, tmp_path / "any program"):
        pytest.skip("this system makes core dumps of nobody")
    assert not was_dumped(OPENS, by, tmp_path / "terminal")
    assert [path.name for path in (tmp_path / "terminal").iterdir()] == ["state"]


def test_the_limit_alone_would_not_do(tmp_path: Path) -> None:
    """A limit that somebody raises again, as one that a piped handler does not look at: the attribute still holds."""
    raised = f"{OPENS}\nimport resource as r\nr.setrlimit(r.RLIMIT_CORE, (r.getrlimit(r.RLIMIT_CORE)[1],) * 2)"
    assert not was_dumped(raised, signal.SIGABRT, tmp_path / "terminal")


def test_the_process_can_still_look_at_itself(tmp_path: Path) -> None:
    """What an undumpable process loses is its files in /proc for others; those that it reads of itself stay."""
    looks = (
        f"{OPENS}\nimport ctypes, os, resource\n"
        f"print(ctypes.CDLL(None).prctl({PR_GET_DUMPABLE}), resource.getrlimit(resource.RLIMIT_CORE)[0])\n"
        "print(len(open('/proc/self/status').read()) > 0, len(os.listdir('/proc/self/fd')) > 0)\n"
        "parent, child = os.openpty()\n"
        "print(os.readlink(f'/proc/self/fd/{child}') == os.ttyname(child))"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", looks], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["0", "0", "True", "True", "True"]
