"""The command line of the terminal program."""

import argparse


def arguments() -> tuple[str, str]:
    """The paths given with `--board` and `--state`; ends the program with a usage text when they are not."""
    parser = argparse.ArgumentParser(prog="python -m firmware", description="村医通: the terminal on any board")
    parser.add_argument("--board", required=True, metavar="FILE.toml", help="board config, e.g. board_configs/sim.toml")
    parser.add_argument("--state", required=True, metavar="DIR", help="folder for everything the terminal keeps")
    given = parser.parse_args()
    return given.board, given.state
