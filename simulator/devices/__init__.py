"""The devices on the counter: each has a physical state, speaks its real protocol in bytes and can be made to fail."""

from simulator.devices.card import Card, ForeignerCard2017, ForeignerCard2023, IdentityCard, ResidencePermit
from simulator.devices.card_reader import CardReader, ReaderDelays
from simulator.devices.gm65_scanner import Gm65Scanner
from simulator.devices.gm67_scanner import Gm67Scanner
from simulator.devices.keyboard import KeyboardScanner
from simulator.devices.paper import Paper
from simulator.devices.plain_scanner import PlainScanner
from simulator.devices.printed import Cut, Gap, PrintedFrame, PrintedImage, PrintedLine
from simulator.devices.printer import Printer, make_printer
from simulator.devices.scanner import LastScan, Scanner
from simulator.devices.scanner_kinds import SCANNER_KINDS, make_scanner
from simulator.devices.serial_device import SerialDevice
from simulator.devices.serial_trigger import SerialTriggerScanner

__all__ = [
    "SCANNER_KINDS",
    "Card",
    "CardReader",
    "Cut",
    "ForeignerCard2017",
    "ForeignerCard2023",
    "Gap",
    "Gm65Scanner",
    "Gm67Scanner",
    "IdentityCard",
    "KeyboardScanner",
    "LastScan",
    "Paper",
    "PlainScanner",
    "PrintedFrame",
    "PrintedImage",
    "PrintedLine",
    "Printer",
    "ReaderDelays",
    "ResidencePermit",
    "Scanner",
    "SerialDevice",
    "SerialTriggerScanner",
    "make_printer",
    "make_scanner",
]
