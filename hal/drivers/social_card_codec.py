"""The commands of the contact social security card (社会保障卡) and its answers: bytes only (ISO/IEC 7816-4).

The application is selected by name, its files EF05 (issuer) and EF06 (holder) by identifier, and records are read by
tag (READ RECORD with the tag in P1 and P2 = 00). Record numbers are never used: they shift between the generations of
the card. A record is: tag, length, value. Both files can be read without a PIN; where a card asks for one it is not
given, since a wrong one would bring the holder's card closer to being blocked.
"""

from hashlib import sha256

from hal.drivers.gb18030_decode import decode
from hal.errors import DeviceError

SELECT_APPLICATION = b"\x00\xa4\x04\x00\x0fsx1.sh.\xc9\xe7\xbb\xe1\xb1\xa3\xd5\xcf"  # sx1.sh.社会保障 in GBK

NAME = 0x09
NAME_EXTENSION = 0x4E
# Tags and the sizes of their values, in the order of reading; 0 = the card tells. Few cards have the extension.
_ISSUER = ((0x01, 16), (0x02, 1), (0x03, 4), (0x04, 12), (0x05, 4), (0x06, 4), (0x07, 9))
_HOLDER = ((0x08, 18), (NAME, 30), (NAME_EXTENSION, 0), (0x0A, 1), (0x0B, 1), (0x0C, 3), (0x0D, 4))
FILES = ((b"\xef\x05", _ISSUER), (b"\xef\x06", _HOLDER))  # identifier and records

OK = 0x9000
_MORE = 0x61  # SW1: SW2 more bytes can be fetched
_WRONG_LE = 0x6C  # SW1: SW2 is the length to ask for
_WRONG_LENGTH = 0x6700
_END_OF_RECORD = 0x6282  # it came before all that was asked for
_LONGEST_DATA = 512  # twice the longest record; a card that goes on after that never ends
_MOST_STEPS = 8
_BLANKS = " \u3000"

_MEANINGS = {
    OK: "ok",
    _END_OF_RECORD: "end of the record",
    0x6283: "deactivated",
    0x6581: "memory failure",
    _WRONG_LENGTH: "wrong length",
    0x6981: "wrong kind of file",
    0x6982: "asks for a PIN",
    0x6985: "conditions of use not satisfied",
    0x6986: "no file selected",
    0x6A81: "function not supported",
    0x6A82: "no such application or file",
    0x6A83: "no such record",
    0x6A86: "wrong parameters",
    0x6A88: "no such data",
    0x6B00: "wrong parameters",
    0x6D00: "unknown instruction",
    0x6E00: "unknown class",
    0x6F00: "no precise diagnosis",
}
_NO_SUCH_APPLICATION = (0x6A81, 0x6A82, 0x6A86, 0x6B00, 0x6D00, 0x6E00)
_NO_SUCH_RECORD = (0x6A82, 0x6A83, 0x6A88)


def meaning(status: int) -> str:
    """What the two status bytes say, in words for the log."""
    return _MEANINGS.get(status, f"undocumented status {status:04X}")


def select_file(identifier: bytes, p1: int = 0x02) -> bytes:
    """The command that selects a file below the application; some cards know it with P1 = 00 only."""
    return bytes([0x00, 0xA4, p1, 0x00, len(identifier)]) + identifier


def read_record(tag: int, size: int) -> bytes:
    """The command that reads the record `tag` with a value of `size` bytes; 0 when the size is not known."""
    return bytes([0x00, 0xB2, tag, 0x00, size + 2 if size else 0])


class Exchange:
    """One command and what it takes to get its whole answer: send `command` and feed the response until `command` is
    empty; `status` and `data` are the answer then. Bounded, whatever the card says."""

    def __init__(self, command: bytes) -> None:
        self.command = command
        self.data = b""
        self.status = 0
        self._first = command
        self._steps = 0

    def feed(self, response: bytes) -> None:
        """Take the response to `command`. `DeviceError` `card.unreadable` when there is no end to it, or it is none."""
        self._steps += 1
        self.data += response[:-2]
        if len(response) < 2 or self._steps > _MOST_STEPS or len(self.data) > _LONGEST_DATA:
            raise DeviceError("card.unreadable", "answer torn or without end")
        self.status = response[-2] << 8 | response[-1]
        self.command = self._next(response[-2], response[-1])

    def _next(self, sw1: int, sw2: int) -> bytes:
        if sw1 == _MORE:
            return bytes([0x00, 0xC0, 0x00, 0x00, sw2])
        if sw1 == _WRONG_LE:
            return _without_le(self.command) + bytes([sw2])
        if self.status == _WRONG_LENGTH and self._steps == 1 and self._first[1] == 0xB2:
            return self._first[:4] + b"\x00"  # the record is longer or shorter than published: the card decides
        return b""


def _without_le(command: bytes) -> bytes:
    return command[:4] if len(command) == 5 else command[: 5 + command[4]]


def check_application(status: int) -> None:
    """Whether the application was selected. `DeviceError` `card.wrong_type` for a card that does not have it (a bank
    card), `card.unreadable` for any other refusal."""
    if status == OK:
        return
    code = "card.wrong_type" if status in _NO_SUCH_APPLICATION else "card.unreadable"
    raise DeviceError(code, "application: " + meaning(status))


def check_file(status: int) -> None:
    """`DeviceError` `card.unreadable` when a file was not selected."""
    if status != OK:
        raise DeviceError("card.unreadable", "file: " + meaning(status))


def value_of(tag: int, exchange: Exchange) -> "bytes | None":
    """The value in the answer to reading record `tag`; None when the card has no such record. `DeviceError`
    `card.unreadable` for a refusal, another record, or a record that is torn."""
    if exchange.status in _NO_SUCH_RECORD:
        return None
    if exchange.status not in (OK, _END_OF_RECORD):
        raise DeviceError("card.unreadable", f"record {tag:02X}: {meaning(exchange.status)}")
    record = exchange.data
    if len(record) < 2 or record[0] != tag or record[1] != len(record) - 2:
        raise DeviceError("card.unreadable", f"record {tag:02X}: {len(record)} bytes with a wrong head")
    return record[2:]


def with_name_in_utf8(fields: "dict[int, bytes]") -> "dict[int, bytes]":
    """The fields with the whole name under `NAME` in UTF-8, without padding and with its extension; the rest as it
    is. A character may begin in the name and end in its extension, so both are put together first."""
    plain = {}
    for tag in fields:
        if tag not in (NAME, NAME_EXTENSION):
            plain[tag] = fields[tag]
    if NAME in fields:
        name = _unpadded(fields[NAME]) + _unpadded(fields.get(NAME_EXTENSION, b""))
        plain[NAME] = _trimmed(decode(name)).encode()
    return plain


def digest_of(fields: "dict[int, bytes]") -> bytes:
    """Tells one card from another, and says nothing of either."""
    digest = sha256()
    for tag in sorted(fields):
        digest.update(f"{tag} {len(fields[tag])} ".encode() + fields[tag])
    return digest.digest()


def _trimmed(text: str) -> str:
    """Without blanks around it. (`strip` of MicroPython compares bytes: a name that ends with 一 would be torn.)"""
    begin, end = 0, len(text)
    while begin < end and text[begin] in _BLANKS:
        begin += 1
    while begin < end and text[end - 1] in _BLANKS:
        end -= 1
    return text[begin:end]


def _unpadded(text: bytes) -> bytes:
    return text.rstrip(b"\x00\x20")
