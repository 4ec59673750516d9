"""The contracts between the firmware and any board. The firmware sees only these; a board implements them.

Money, people and drugs do not exist here: a card reader hands over the bytes of a card, a printer prints lines.
Every status is `YES`, `NO` or `UNKNOWN`; a device that does not answer is `UNKNOWN`, never "no".
"""

from hal.ports.board import Board, HttpAnswer, HttpClient, Watchdog
from hal.ports.cards import PICTURE_LIMIT, CardFailed, CardRead, CardReader, CardRemoved, SocialCardRead, picture_type
from hal.ports.codes import CodeScanned, Scanner
from hal.ports.files import Document, Draft, Files, Zips
from hal.ports.keeping import Cipher, Clock, KeyStore, ParcelSeal, PinHash, Random, Stick, Store
from hal.ports.lines import BytePort, CardChannel
from hal.ports.national import NationalCiphers
from hal.ports.printing import (
    CENTRE,
    LEFT,
    NOT_PRINTED,
    NOT_SURE,
    PRINTED,
    RIGHT,
    PrintBarcode,
    PrintCut,
    Printer,
    PrinterStatus,
    PrintFeed,
    PrintLine,
    PrintQr,
    PrintResult,
    PrintRule,
)
from hal.ports.status import FAULT, NO, READY, SILENT, STARTING, UNKNOWN, YES, DeviceStatus

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hal.ports.printing import PrintElement as PrintElement
    from hal.ports.status import Facts as Facts

__all__ = [
    "CENTRE",
    "FAULT",
    "LEFT",
    "NO",
    "NOT_PRINTED",
    "NOT_SURE",
    "PICTURE_LIMIT",
    "PRINTED",
    "READY",
    "RIGHT",
    "SILENT",
    "STARTING",
    "UNKNOWN",
    "YES",
    "Board",
    "BytePort",
    "CardChannel",
    "CardFailed",
    "CardRead",
    "CardReader",
    "CardRemoved",
    "Cipher",
    "Clock",
    "CodeScanned",
    "DeviceStatus",
    "Document",
    "Draft",
    "Files",
    "HttpAnswer",
    "HttpClient",
    "KeyStore",
    "NationalCiphers",
    "ParcelSeal",
    "PinHash",
    "PrintBarcode",
    "PrintCut",
    "PrintFeed",
    "PrintLine",
    "PrintQr",
    "PrintResult",
    "PrintRule",
    "Printer",
    "PrinterStatus",
    "Random",
    "Scanner",
    "SocialCardRead",
    "Stick",
    "Store",
    "Watchdog",
    "Zips",
    "picture_type",
]
