"""What the probe can be asked to do. Every task opens the port itself first, so that a wrong name is told as such."""

from dataclasses import dataclass
from pathlib import Path

from firmware.documents import picture_of
from hal import profiles
from hal.errors import DeviceError, NoAnswer
from hal.linux import devices
from hal.linux.board_file import read_checked
from hal.linux.settings import Device
from hal.ports import PRINTED, CardFailed, CardRead, CardReader, CodeScanned, Printer, Scanner, SocialCardRead
from tools.probe import words
from tools.probe.report import Report
from tools.probe.running import Running, Session
from tools.probe.test_page import test_page

READY_S = 15.0  # a driver may ask at every speed that the device knows
USUAL_BAUD = {"samv": 115200, "escpos": 115200, "gm67": 115200}
OTHER_BAUD = 9600
ON_PORT = {"pcsc": "pcsc", "input": "keyboard"}  # scheme of a port -> the only driver that can be on it
# Who is asked in which order when nobody says what the device is. Each must prove itself by its own handshake; what
# only listens (serial-trigger, serial, keyboard) cannot, and has to be named.
ASKABLE = ("escpos", "gm65", "gm67", "samv")


@dataclass(frozen=True)
class Order:
    """What the command line asks for; `driver` and `baud` are None where it does not say."""

    port: str
    driver: str | None
    baud: int | None
    profile: Path
    picture: Path | None
    wait_s: float
    show: bool


async def card(order: Order, report: Report) -> None:
    """Wait for a card and say what it says."""
    driver = order.driver or _only_driver(order.port) or "samv"
    reader = _card_reader(order, driver)
    await _try_port(order, driver)
    async with Running(reader) as running:
        await running.ready(READY_S)
        report.facts("reader", reader.facts())
        report.say("\nLay a card on the reader ...")
        event = await running.event(order.wait_s)
    if isinstance(event, CardRead):
        report.facts("card", words.identity_card(event, order.show))
    elif isinstance(event, SocialCardRead):
        report.facts("card", words.social_card(event, order.show))
    elif isinstance(event, CardFailed):
        raise DeviceError(event.code, "the card could not be read")
    else:
        raise NoAnswer("card.none", f"no card in {order.wait_s:g} s")


async def scan(order: Order, report: Report) -> None:
    """Light the scanner, wait for a code and say what it is."""
    driver = order.driver or _only_driver(order.port) or "gm65"
    scanner = _scanner(order, driver)
    await _try_port(order, driver)
    async with Running(scanner) as running:
        await running.ready(READY_S)
        report.facts("scanner", scanner.facts())
        scanner.arm(True)
        report.say("\nHold a code in front of the scanner ...")
        event = await running.event(order.wait_s)
        scanner.arm(False)
    if not isinstance(event, CodeScanned):
        raise NoAnswer("code.none", f"no code in {order.wait_s:g} s")
    report.facts("code", words.code(event.data, order.show))


async def print_page(order: Order, report: Report) -> None:
    """Print the test page and say what became of it."""
    printer = _printer(order)
    profile = read_checked(order.profile, profiles.read_printer)
    await _try_port(order, "escpos")
    async with Running(printer) as running:
        await running.ready(READY_S)
        page = test_page(profile["name"], printer.columns)
        if order.picture is not None:
            order.picture.write_text(picture_of(page, printer.columns, devices.qr_rows), encoding="utf-8")
        report.say("Printing the test page ...")
        result = await printer.print(page, "test-page")
        report.facts("printer", printer.facts())
    report.result("outcome", result.outcome)
    if result.outcome != PRINTED:
        raise DeviceError(result.code, "look at the paper: is the page there, and whole?")
    report.say("The last line of digits must end at the right edge of the paper, and every Chinese character be right.")


async def status(order: Order, report: Report) -> None:
    """Say all that the device tells of itself; without a driver, find out first which it is."""
    drivers = candidates(order.port, order.driver)
    await _try_port(order, drivers[0])
    for driver in drivers:
        try:
            await _tell_all(_session(order, driver), driver, report)
        except NoAnswer:
            if len(drivers) == 1:
                raise
            report.say(f"{driver}: no answer")
        else:
            return
    raise NoAnswer("device.unknown", "it answers to none of " + ", ".join(ASKABLE))


def candidates(port: str, driver: str | None) -> tuple[str, ...]:
    """The drivers to try on a port in their order: the one that was named, the only one that can be there, or all that
    can be asked."""
    named = driver or _only_driver(port)
    return (named,) if named else ASKABLE


def _only_driver(port: str) -> str | None:
    return ON_PORT.get(port.partition(":")[0])


async def _tell_all(session: Session, driver: str, report: Report) -> None:
    """The facts of a device that answers; of one in trouble, too."""
    async with Running(session) as running:
        try:
            await running.ready(READY_S)
        except DeviceError:
            report.result("driver", driver)
            report.facts("device", session.facts())
            raise
        await running.settled()
        report.result("driver", driver)
        report.facts("device", session.facts())


def _session(order: Order, driver: str) -> Session:
    """Any driver on the port of `order`."""
    if driver == "escpos":
        return _printer(order)
    return _card_reader(order, driver) if driver in {"samv", "pcsc"} else _scanner(order, driver)


def _card_reader(order: Order, driver: str) -> CardReader:
    device = Device(driver, order.port, _baud(order, driver))
    return devices.social_card_reader(device) if driver == "pcsc" else devices.card_reader(device)


def _scanner(order: Order, driver: str) -> Scanner:
    return devices.scanner(Device(driver, order.port, _baud(order, driver)))


def _printer(order: Order) -> Printer:
    profile = read_checked(order.profile, profiles.read_printer)
    return devices.printer(Device("escpos", order.port, _baud(order, "escpos")), profile)


def _baud(order: Order, driver: str) -> int:
    if order.port.startswith(("usb:", "input:", "pcsc:")):
        return 0
    return order.baud or USUAL_BAUD.get(driver, OTHER_BAUD)


async def _try_port(order: Order, driver: str) -> None:
    """Open the port and close it again: a driver would only say that its device is silent. `PortClosed` says why."""
    if driver == "pcsc":
        return
    port = devices.open_port(order.port, _baud(order, driver))
    await port.open()
    await port.close()
