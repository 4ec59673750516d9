"""The devices on the counter: each has a physical state, speaks its real protocol in bytes and can be made to fail."""

from simulator.devices.card import IdentityCard
from simulator.devices.card_reader import CardReader, ReaderDelays
from simulator.devices.paper import Paper
from simulator.devices.printed import Cut, Gap, PrintedImage, PrintedLine
from simulator.devices.printer import Printer
from simulator.devices.scanner import LastScan, Scanner
from simulator.devices.serial_device import SerialDevice

__all__ = [
    "CardReader",
    "Cut",
    "Gap",
    "IdentityCard",
    "LastScan",
    "Paper",
    "PrintedImage",
    "PrintedLine",
    "Printer",
    "ReaderDelays",
    "Scanner",
    "SerialDevice",
]
