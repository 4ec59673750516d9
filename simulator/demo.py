"""`python -m simulator.demo`: plays a scenario without a screen and shows what came of it.

Prints every step as it happens, then the receipt, then what the insurance platform received. Ends with 0 only when
every expectation held, a settlement stands in the platform's ledger, and nothing is left to be uploaded.
"""

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

from simulator.bench.transactions import name_of
from simulator.http_events import State
from simulator.launch import Counter
from simulator.player import Player
from simulator.processes import ProgramDied
from simulator.scenario import ScenarioError, Statement, read_scenario
from simulator.seen import unsent

SCENARIOS = Path(__file__).parent / "scenarios"
KEY_TRANSACTIONS = ("2207", "3505")  # shown with their contents: the settlement and the trace codes
WIDTH = 160


def main(arguments: list[str] | None = None) -> int:
    """Play the scenario; the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m simulator.demo", description="Play a scenario and show the result."
    )
    parser.add_argument("scenario", nargs="?", type=Path, default=SCENARIOS / "one-visit.txt")
    parser.add_argument("--state", type=Path, help="keep records in DIR/terminal and DIR/platform")
    options = parser.parse_args(arguments)
    try:
        statements = read_scenario(options.scenario)
        if options.state is not None:
            return _play(statements, options.state)
        with tempfile.TemporaryDirectory(prefix="counter-") as folder:
            return _play(statements, Path(folder))
    except (ScenarioError, ProgramDied) as error:
        print(f"\nNOT AS EXPECTED  {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _play(statements: list[Statement], folder: Path) -> int:
    began = time.monotonic()

    def tell(statement: Statement) -> None:
        print(f"{time.monotonic() - began:7.2f} s  {statement.where:28} {statement.text}", flush=True)

    with Counter(folder / "sim", folder / "terminal", folder / "platform", line_rate=True) as counter:
        tell(Statement("both programs are ready", "", "", {}))
        Player(counter, tell).play(statements)
        print(f"\nThe paper from the printer:\n\n{counter.paper_text()}\n\nWhat the insurance platform received:\n")
        for message in counter.platform_messages():
            _show(message)
        settlements = len(counter.settlements())
        left = unsent(counter.terminal)
    print(f"\n{settlements} settlements in the platform's ledger, {left} uploads not accepted.")
    return 0 if settlements >= 1 and left == 0 else 1


def _show(message: State) -> None:
    outcome = "accepted" if str(message["infcode"]) == "0" else f"refused: {message['err_msg']}"
    print(f"  {message['n']:>3}  {message['infno']}  {name_of(message['infno'])}  {outcome}")
    if message["infno"] in KEY_TRANSACTIONS:
        for part in ("request", "answer"):
            text = json.dumps(message[part], ensure_ascii=False, separators=(",", ":"))
            for start in range(0, len(text), WIDTH):
                print(f"       {part if start == 0 else '':8} {text[start : start + WIDTH]}")


if __name__ == "__main__":
    sys.exit(main())
