"""The register ("zone bit") protocol of GM65-class scan modules, from the module's side (GM65 manual, section 3).

Host: 7E 00, type, length, address (2), data, check (2). Module: 02 00, status, length, data, check (2).
The check is CRC-CCITT (polynomial 1021, start 0) over everything between the head and itself.
"""

from binascii import crc_hqx
from dataclasses import dataclass

HEAD = b"\x7e\x00"
REPLY_HEAD = b"\x02\x00"
NO_CHECK = b"\xab\xcd"  # stands in place of the check, and the module does not check

READ = 0x07
WRITE = 0x08
SAVE = 0x09
REFUSED = 0x01  # a status other than 00; what a module refuses, and how, is not documented

_FIXED = 6  # head, type, length, address
_CHECK = 2


@dataclass(frozen=True)
class Command:
    """A command that came through whole: `data` has the values to write, or the number of registers to read."""

    kind: int
    address: int
    data: bytes


def reply(data: bytes = b"\x00", status: int = 0) -> bytes:
    """The answer to a command; `status` 0 = carried out. A write is answered with one 00."""
    body = bytes((status, len(data))) + data
    return REPLY_HEAD + body + crc_hqx(body, 0).to_bytes(2, "big")


class CommandParser:
    """Finds commands in a stream. What is not one is passed over in silence, as the module does."""

    def __init__(self) -> None:
        self._bytes = bytearray()

    @property
    def held(self) -> int:
        """Bytes of a command that has begun."""
        return len(self._bytes)

    def feed(self, data: bytes) -> list[Command]:
        """Take `data` in; returns the good commands that are complete now."""
        self._bytes += data
        commands: list[Command] = []
        while (start := self._bytes.find(HEAD)) >= 0:
            del self._bytes[:start]
            if len(self._bytes) < _FIXED or len(self._bytes) < _FIXED + self._bytes[3] + _CHECK:
                return commands
            end = _FIXED + self._bytes[3] + _CHECK
            frame = bytes(self._bytes[:end])
            if _checked(frame):
                commands.append(Command(frame[2], int.from_bytes(frame[4:6], "big"), frame[_FIXED:-_CHECK]))
                del self._bytes[:end]
            else:
                del self._bytes[: len(HEAD)]  # a whole command may hide behind a torn one
        del self._bytes[: len(self._bytes) - self._bytes.endswith(HEAD[:1])]
        return commands

    def clear(self) -> None:
        """Forget a command that has begun."""
        self._bytes.clear()


def _checked(frame: bytes) -> bool:
    check = frame[-_CHECK:]
    return check in (NO_CHECK, crc_hqx(frame[len(HEAD) : -_CHECK], 0).to_bytes(2, "big"))
