"""The chip of a contact social security card: a small file system behind ISO/IEC 7816-4 commands.

The application `sx1.sh.社会保障` holds two files. A record of the selected file is asked for by its tag (P2 = 00) or by
its number (P2 = 04); the third way of real cards, by the short name of a file that is not selected, is not played.
"""

from dataclasses import dataclass

from simulator.devices.social_card import HOLDER_FILE, SocialCard

APPLICATION = "sx1.sh.社会保障".encode("gbk")
BANK_APPLICATION = bytes.fromhex("A000000333010101")
ATR = bytes.fromhex("3B6D00000080318065B08302047E83009000")  # invented, of the usual form

OK = 0x9000
PIN_WANTED = 0x6982
NO_FILE_SELECTED = 0x6986
NO_FILE = 0x6A82
NO_RECORD = 0x6A83
WRONG_PARAMETERS = 0x6A86
WRONG_LENGTH = 0x6700
UNKNOWN_INSTRUCTION = 0x6D00
_SELECT = 0xA4
_READ_RECORD = 0xB2
_GET_RESPONSE = 0xC0


@dataclass
class Habits:
    """How a chip behaves. Cards and readers differ in the first four; the rest are faults.

    `answers_later`: data is fetched with GET RESPONSE (61xx). `insists_on_length`: a read with another length is sent
    back with the right one (6Cxx); `refuses_length`: it is refused (6700), unless it leaves the length to the card.
    `selects_with_zero`: files are selected with P1 = 00 only. `bank`: there is no social security on it. `wants_pin`:
    EF06 is closed. `dies_after`: so many commands are answered, then none. `wrong_tag`: records name another tag.
    """

    answers_later: bool = False
    insists_on_length: bool = False
    refuses_length: bool = False
    selects_with_zero: bool = False
    bank: bool = False
    wants_pin: bool = False
    dies_after: int | None = None
    wrong_tag: bool = False


class SocialCardChip:
    """The chip of `card`: commands in, responses out."""

    def __init__(self, card: SocialCard, habits: Habits | None = None) -> None:
        self.habits = habits or Habits()
        self.commands = 0  # answered since power was last put on
        self._files = card.files()
        self._application = False
        self._records: list[bytes] | None = None
        self._closed = False
        self._later = b""

    def power(self) -> bytes | None:
        """Put power on, or reset: the answer to reset. None for a chip that is dead from the start."""
        self.commands = 0
        self._application = False
        self._records = None
        self._later = b""
        return None if self.habits.dies_after == 0 else ATR

    def answer(self, command: bytes) -> bytes | None:
        """The response to a command; None when the chip has died."""
        if self.habits.dies_after is not None and self.commands >= self.habits.dies_after:
            return None
        self.commands += 1
        if len(command) < 4 or command[0] != 0x00:
            return _status(UNKNOWN_INSTRUCTION)
        if command[1] == _SELECT:
            return self._select(command)
        if command[1] == _READ_RECORD:
            return self._read(command)
        if command[1] == _GET_RESPONSE and self._later:
            return self._fetch(command)
        return _status(UNKNOWN_INSTRUCTION)

    def _select(self, command: bytes) -> bytes:
        if len(command) < 5 or len(command) not in (5 + command[4], 6 + command[4]):
            return _status(WRONG_LENGTH)
        name = command[5 : 5 + command[4]]
        if command[2] == 0x04:
            self._application = name == (BANK_APPLICATION if self.habits.bank else APPLICATION)
            self._records = None
            return self._give(_control_information(name)) if self._application else _status(NO_FILE)
        if command[2] not in (0x00, 0x02) or (command[2] == 0x02 and self.habits.selects_with_zero):
            return _status(WRONG_PARAMETERS)
        if not self._application or self.habits.bank or name not in self._files:
            return _status(NO_FILE)
        self._records, self._closed = self._files[name], self.habits.wants_pin and name == HOLDER_FILE
        return _status(OK)

    def _read(self, command: bytes) -> bytes:
        if self._records is None:
            return _status(NO_FILE_SELECTED)
        if self._closed:
            return _status(PIN_WANTED)
        if len(command) != 5 or command[3] not in (0x00, 0x04):
            return _status(WRONG_PARAMETERS)
        found = [record for record in self._records if record[0] == command[2]]
        if command[3] == 0x04:
            found = self._records[command[2] - 1 : command[2]]
        if not found:
            return _status(NO_RECORD)
        record, wanted = found[0], command[4]
        if self.habits.wrong_tag:
            record = bytes([record[0] ^ 0x40]) + record[1:]
        if self.habits.refuses_length and wanted:
            return _status(WRONG_LENGTH)
        if self.habits.insists_on_length and wanted != len(record):
            return _status(0x6C00 | len(record))
        return self._give(record[: wanted or 256])

    def _give(self, data: bytes) -> bytes:
        if not self.habits.answers_later:
            return data + _status(OK)
        self._later = data
        return _status(0x6100 | len(data))

    def _fetch(self, command: bytes) -> bytes:
        """In two portions where the host asks for less than there is."""
        size = command[4] or 256
        data, self._later = self._later[:size], self._later[size:]
        return data + _status(0x6100 | len(self._later) if self._later else OK)


def _control_information(name: bytes) -> bytes:
    """What a selected application says of itself: a template with its name."""
    return bytes([0x6F, len(name) + 2, 0x84, len(name)]) + name


def _status(code: int) -> bytes:
    return code.to_bytes(2, "big")
