"""`python -m tests.fuzz [target ...] [--runs N]`: fuzzes one target after the other, each in a process of its own.

libFuzzer never returns, so every target needs a process; a crash leaves its input in build/fuzz/ and ends with 1.
"""

import argparse
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["firmware", "hal", "simulator"]):
    from tests.fuzz.seeds import SEEDS
    from tests.fuzz.targets import TARGETS

ROOT = Path(__file__).resolve().parents[2]
FOUND = ROOT / "build" / "fuzz"
RUNS = 4000
LONGEST = 1536  # the longest answer of a card reader without fingerprints has 1295 bytes
AT_ONCE = 2
SEED = 1


def main() -> int:
    """Run the targets; 0 when all of them came through."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("targets", nargs="*", metavar="target", help=f"of {', '.join(TARGETS)}; all by default")
    parser.add_argument("--runs", type=int, default=RUNS, help=f"inputs for each target ({RUNS}); 0 = until Ctrl-C")
    parser.add_argument("--within", action="store_true", help=argparse.SUPPRESS)  # the process of one target
    options = parser.parse_args()
    unknown = sorted(set(options.targets) - set(TARGETS))
    if unknown:
        parser.error(f"there is no {', '.join(unknown)}; there are {', '.join(TARGETS)}")
    names = options.targets or list(TARGETS)
    if options.within:
        _fuzz(names[0], options.runs)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return max(pool.map(lambda name: _in_a_process(name, options.runs), names))


def _in_a_process(name: str, runs: int) -> int:
    FOUND.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "tests.fuzz", name, "--runs", str(runs), "--within"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    covered = [line for line in ended.stderr.splitlines() if "DONE" in line]
    print(f"{name:<16} {'ok' if ended.returncode == 0 else 'FAILED'}  {' '.join(covered)[:70]}", flush=True)
    if ended.returncode:
        print(ended.stderr[-4000:], file=sys.stderr)
    return min(ended.returncode, 1) if ended.returncode >= 0 else 1


def _fuzz(name: str, runs: int) -> None:
    corpus = FOUND / "corpus" / name
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(SEEDS[name]):
        (corpus / f"seed-{number}").write_bytes(seed)
    os.chdir(FOUND)
    limits = [f"-runs={runs}"] if runs else []
    atheris.Setup(
        [name, f"-max_len={LONGEST}", "-len_control=0", f"-seed={SEED}", "-timeout=60", *limits, str(corpus)],
        TARGETS[name],
    )
    atheris.Fuzz()


if __name__ == "__main__":
    sys.exit(main())
