"""From what a board config says of a device to its driver on its port. Nothing is opened here: drivers do that.

Modules of ports and drivers are loaded when a board has such a device, so that a board without smart cards needs no
PC/SC library, and one without USB readers no libusb.
"""

from collections.abc import Awaitable, Callable
from importlib import import_module
from typing import Any

from hal.linux.serial_port import SerialPort
from hal.linux.settings import Device
from hal.ports import BytePort, CardReader, Printer, Scanner

# driver -> (module, class, what it is made with besides its port: names of `Device` fields or switches)
_SCANNERS = {
    "gm65": ("hal.drivers.gm65", "Gm65Scanner", ("baud", "continuous")),
    "gm67": ("hal.drivers.gm67", "Gm67Scanner", ("baud",)),
    "serial-trigger": ("hal.drivers.serial_trigger", "SerialTriggerScanner", ()),
    "serial": ("hal.drivers.plain_scanner", "PlainScanner", ()),
    "keyboard": ("hal.drivers.keyboard_scanner", "KeyboardScanner", ()),
}
# scheme of a port -> (module, class)
_PORTS = {
    "usb": ("hal.linux.usb_port", "UsbPort"),
    "input": ("hal.linux.input_port", "InputPort"),
}


def open_port(port: str, baud: int) -> BytePort:
    """The port of that name: `usb:<vendor>:<product>[:<serial>]`, `input:<vendor>:<product>[:<serial>]`, or the path of
    a serial port."""
    scheme, _, rest = port.partition(":")
    made: BytePort = _load(*_PORTS[scheme])(rest) if scheme in _PORTS else SerialPort(port, baud)
    return made


def card_reader(device: Device) -> CardReader:
    """The reader of identity cards."""
    reader: CardReader = _load("hal.drivers.samv", "SamvReader")(
        open_port(device.port, device.baud),
        device.baud,
        "fingerprint" in device.switches,
        "newest_address" in device.switches,
    )
    return reader


def photo_decoder(name: str) -> Callable[[bytes], Awaitable[bytes]] | None:
    """The decoder of photos that a board config names, None for "". `ConfigError` when it cannot be loaded."""
    if not name:
        return None
    decoder: Callable[[bytes], Awaitable[bytes]] = _load("hal.linux.photo", "load_decoder")(name)
    return decoder


def social_card_reader(device: Device) -> CardReader:
    """The reader of social security cards. `ConfigError` when the PC/SC library is not installed."""
    channel = _load("hal.linux.pcsc", "PcscChannel")(device.port.partition(":")[2])
    reader: CardReader = _load("hal.drivers.social_card", "SocialCardReader")(channel)
    return reader


def scanner(device: Device) -> Scanner:
    """The scanner."""
    module, name, extras = _SCANNERS[device.driver]
    given: dict[str, Any] = {"baud": device.baud, "continuous": "continuous" in device.switches}
    made: Scanner = _load(module, name)(open_port(device.port, device.baud), *[given[extra] for extra in extras])
    return made


def printer(device: Device, profile: dict[str, Any]) -> Printer:
    """The printer, driven as its profile (`hal.profiles.read_printer`) says."""
    made: Printer = _load("hal.drivers.escpos", "EscposPrinter")(
        open_port(device.port, device.baud), profile, device.baud // 10, qr_rows if profile["qr"] == "image" else None
    )
    return made


def qr_rows(text: str) -> list[bytes]:
    """The rows of a QR code (`hal.ports.Board.qr_rows`), for printers that have none of their own and for the office
    printer."""
    rows: list[bytes] = _load("hal.linux.qr", "qr_rows")(text)
    return rows


def _load(module: str, name: str) -> Any:
    return getattr(import_module(module), name)
