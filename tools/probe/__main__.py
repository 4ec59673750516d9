"""`python -m tools.probe`: reads the command line, runs one task, says the result in words or as JSON."""

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

from hal.errors import HalError
from hal.linux.settings import BAUDS, PORT_BY_ID, SCANNERS
from tools.probe import platform, tasks
from tools.probe.report import Report

CARD_DRIVERS = ("samv", "pcsc")
PRINTER_DRIVERS = ("escpos",)
DRIVERS = {
    "card": CARD_DRIVERS,
    "scan": SCANNERS,
    "print": PRINTER_DRIVERS,
    "status": (*PRINTER_DRIVERS, *SCANNERS, *CARD_DRIVERS),
}
TASKS: dict[str, Callable[[tasks.Order, Report], Awaitable[None]]] = {
    "card": tasks.card,
    "scan": tasks.scan,
    "print": tasks.print_page,
    "status": tasks.status,
}
PROFILES = Path(__file__).resolve().parents[2] / "board_configs" / "printers"


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line asks; 0 when the device did it, 1 when it did not, 2 for a wrong command line."""
    given = sys.argv[1:] if arguments is None else arguments
    if given[:1] == ["platform"]:  # a line to a server and no port: other options
        return platform.main(given[1:])
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.driver is not None and options.driver not in DRIVERS[options.task]:
        parser.error(f"{options.task} has no driver {options.driver}; it has {', '.join(DRIVERS[options.task])}")
    report = Report(as_json=options.json)
    order = tasks.Order(
        options.port, options.driver, options.baud, options.profile, options.picture, options.wait, options.show
    )
    try:
        asyncio.run(_do(options.task, order, report))
    except HalError as error:
        report.failed(error.code, error.cause)
    except KeyboardInterrupt:
        report.failed("cancelled", "ended by Ctrl-C")
    report.close()
    return 0 if report.ok else 1


async def _do(task: str, order: tasks.Order, report: Report) -> None:
    await TASKS[task](order, report)


def _port(text: str) -> str:
    """The name of a port; one of USB or of a keyboard has to be whole."""
    if text.startswith(("usb:", "input:")) and not PORT_BY_ID.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text} needs vendor and product, like usb:0400:c35a, in small letters")
    return text


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tools.probe",
        description="Talk to one device on one port. The terminal must not be running on that port.",
        epilog="python -m tools.probe platform --help: the line to the insurance platform instead of a device.",
    )
    parser.add_argument("task", choices=tuple(TASKS), help="read a card, read a code, print a test page, tell all")
    parser.add_argument(
        "--port",
        type=_port,
        required=True,
        help="/dev/serial/by-id/..., usb:0400:c35a, input:05f9:2203, pcsc:words of its name",
    )
    names = dict.fromkeys(name for names in DRIVERS.values() for name in names)
    parser.add_argument("--driver", choices=tuple(names), help="without it the usual one; status finds out by asking")
    parser.add_argument("--baud", type=int, choices=BAUDS, help="speed of a serial port, where the usual one is wrong")
    parser.add_argument(
        "--profile", type=Path, default=PROFILES / "58mm.toml", help="printer profile, board_configs/printers/*.toml"
    )
    parser.add_argument(
        "--picture", type=Path, metavar="FILE.svg", help="print: write what the page must look like into this file"
    )
    parser.add_argument("--wait", type=float, default=30.0, metavar="SECONDS", help="for a card or a code (30)")
    parser.add_argument("--show", action="store_true", help="show names and numbers instead of masking them")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of sentences")
    return parser


if __name__ == "__main__":
    sys.exit(main())
