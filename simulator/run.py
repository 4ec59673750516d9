"""`python -m simulator.run`: a counter to play at in the browser. Ctrl-C ends it; what happened is kept in .run/."""

import signal
import sys
import time
from pathlib import Path

from simulator.derived_board import DEFAULT_PORTS, REPOSITORY
from simulator.launch import Counter
from simulator.processes import ProgramDied

RUN = REPOSITORY / ".run"
SOON_S = 5


def main() -> int:
    """Start both programs, name the one address to open, and stay until Ctrl-C or until the simulator ends."""
    for number in (signal.SIGTERM, signal.SIGHUP):  # a closed window must not leave the programs behind
        signal.signal(number, signal.default_int_handler)
    counter = Counter(RUN / "sim", RUN / "terminal", RUN / "platform", DEFAULT_PORTS, headless=False, line_rate=True)
    try:
        with counter:
            print(f"\n  The counter is open:  {counter.bench_url}\n\n  Ctrl-C closes it.", flush=True)
            _watch(counter)
    except KeyboardInterrupt:
        print("\n  Closed.")
    except ProgramDied as died:
        print(died, file=sys.stderr)
        return 1
    return 0


def _watch(counter: Counter) -> None:
    """Start the terminal again whenever it ends, as a device's service manager does; `ProgramDied` when it ends so soon
    after a start that starting it again would go on for ever."""
    started = time.monotonic()
    while counter.next_end() == "terminal":
        counter.tell_bench_of_terminal(False)
        log = _short(counter.terminal_log)
        if time.monotonic() - started < SOON_S:
            raise ProgramDied(f"the terminal ended again within {SOON_S} s; its log: {log}")
        print(f"  The terminal's program has ended (its log: {log}); starting it again.", flush=True)
        counter.stop_terminal()
        started = time.monotonic()
        counter.start_terminal()
    raise ProgramDied(f"the simulator has ended; its log: {_short(counter.run_dir / 'simulator.log')}")


def _short(path: Path) -> str:
    return str(path.relative_to(REPOSITORY)) if path.is_relative_to(REPOSITORY) else str(path)


if __name__ == "__main__":
    sys.exit(main())
