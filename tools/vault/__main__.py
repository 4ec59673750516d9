"""`python -m tools.vault`: reads the command line, does one thing, and says in words what came of it."""

import argparse
import asyncio
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeAlias

from firmware.errors import TerminalError
from hal.errors import ConfigError, HalError
from tools.vault import tasks
from tools.vault.errors import Undecided, VaultToolError
from tools.vault.verifying import KnownHead, known_head

TASKS: dict[str, Callable[[tasks.Order], Coroutine[Any, Any, bool]]] = {
    "verify": tasks.verify,
    "report": tasks.report,
    "open": tasks.open_records,
    "backup": tasks.backup,
    "restore": tasks.restore,
    "retire": tasks.retire,
    "new-pin": tasks.new_pin,
}
_UNDECIDED = 2
_Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 -- it has no public name


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line asks; 0 when it is well, 1 when it is not, 2 when it could not be looked at or the
    command line is wrong."""
    options = vars(_parser().parse_args(arguments))
    task = options.pop("task")
    order = tasks.Order(**{name: value for name, value in options.items() if value is not None})
    try:
        return 0 if asyncio.run(TASKS[task](order)) else 1
    except (Undecided, ConfigError) as error:
        return _failed(error.code, error.cause, _UNDECIDED)
    except (VaultToolError, HalError, TerminalError) as error:
        return _failed(error.code, error.cause, 1)
    except OSError as error:
        return _failed("file.failed", f"{error.filename or 'the medium'}: {error.strerror}", 1)
    except KeyboardInterrupt:
        return _failed("cancelled", "ended by Ctrl-C", 1)


def _failed(code: str, cause: str, exit_code: int) -> int:
    print(f"\n{code}: {cause}" if cause else f"\n{code}", flush=True)
    if code in tasks.HINTS:
        print(tasks.HINTS[code], flush=True)
    return exit_code


def _head(text: str) -> KnownHead:
    try:
        return known_head(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tools.vault", description="The vault of a terminal: check it, report on it, move it."
    )
    known = parser.add_subparsers(dest="task", required=True, metavar="TASK")
    _add_looking(known)
    _add_moving(known)
    return parser


def _add_looking(known: _Commands) -> None:
    verify = _command(known, "verify", "check the journal, with or without its key")
    _place(verify)
    verify.add_argument(
        "--head", type=_head, metavar="SEQUENCE:LINK", help="a head from paper, a parcel, another device"
    )
    verify.add_argument("--list", action="store_true", dest="listed", help="show each entry (needs the key)")
    verify.add_argument("--no-key", action="store_true", help="do not look for a key")
    verify.add_argument("--recovery-code", action="store_true", help="of a backup: ask for its code and open it")
    _place(_command(known, "report", "figures that can be compared with another device's"))
    opened = _command(known, "open", "show the ids of a kind of records, or one record")
    _place(opened)
    opened.add_argument("kind", metavar="KIND", help="such as visit.closed; the report lists them")
    opened.add_argument("record_id", nargs="?", metavar="ID", help="show this record, WITH personal data, on a screen")


def _add_moving(known: _Commands) -> None:
    backup = _command(known, "backup", "write a whole terminal into one file; it may run meanwhile")
    _state(backup)
    backup.add_argument("target", type=Path, metavar="TARGET", help="a file, or a folder such as that of a stick")
    backup.add_argument("--code", action="store_true", help="ask for a recovery code that you have; make no new one")
    backup.add_argument("--retire", action="store_true", help="stop this device for ever; its terminal must be stopped")
    restore = _command(known, "restore", "take a backup in on a new terminal, which must be stopped")
    _state(restore)
    restore.add_argument("place", type=Path, metavar="FILE", help="the backup")
    restore.add_argument("--files", type=Path, metavar="DIR", help="write board config and secrets of the backup there")
    retire = _command(known, "retire", "stop an old device for ever, after its backup")
    _state(retire)
    retire.add_argument("place", type=Path, metavar="FILE", help="the backup that has all it has")
    pin = _command(known, "new-pin", "give an operator a new PIN when nobody at the screen can (stop the terminal)")
    _state(pin)
    pin.add_argument("operator", nargs="?", metavar="ID", help="of the operator; without it, the operators are listed")


def _command(known: _Commands, name: str, text: str) -> argparse.ArgumentParser:
    command = known.add_parser(name, help=text, description=text)
    command.add_argument("--board", type=Path, metavar="FILE.toml", help="board config: where the device key is")
    return command


def _place(command: argparse.ArgumentParser) -> None:
    command.add_argument("place", type=Path, metavar="PLACE", help="state folder, vault.db, segments or backup")


def _state(command: argparse.ArgumentParser) -> None:
    command.add_argument("--state", type=Path, required=True, metavar="DIR", help="the state folder of the terminal")


if __name__ == "__main__":
    sys.exit(main())
