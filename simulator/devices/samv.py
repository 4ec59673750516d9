"""Frames of the SAM-V serial protocol (GA/T 450 family), from the reader's side.

Host to reader: preamble, length (big endian, of everything behind it), command, parameter, data, check.
Reader to host: preamble, length, three status bytes, data, check. The check is the exclusive or of all bytes between
the preamble and itself.
"""

from dataclasses import dataclass
from functools import reduce
from operator import xor

PREAMBLE = b"\xaa\xaa\xaa\x96\x69"
SHORTEST = 3  # command, parameter, check
LONGEST = 64  # no command for a reader is longer; a torn length must not make it wait for kilobytes

OK = 0x90
FOUND = 0x9F
BAD_CHECK = 0x10
BAD_LENGTH = 0x11
BAD_COMMAND = 0x21
NOT_GENUINE = 0x31
WRONG_CARD_TYPE = 0x40
READ_FAILED = 0x41
SELF_TEST_FAILED = 0x60
UNAUTHORISED = 0x66
FIND_FAILED = 0x80
SELECT_FAILED = 0x81
NO_CONTENT = 0x91

CARD_REFUSED = b"\x69\x82"  # ISO 7816-4: security status not satisfied; which words real cards send is not documented
_FRAMING = len(PREAMBLE) + 5  # preamble, length, command, parameter, check


@dataclass(frozen=True)
class Request:
    """A frame from the host: `command` is command and parameter byte together; `error` is the status of a bad frame."""

    command: int
    data: bytes = b""
    error: int = 0

    @property
    def size(self) -> int:
        """Bytes of the whole frame."""
        return _FRAMING + len(self.data)


def check_of(data: bytes) -> int:
    """The exclusive or of all bytes."""
    return reduce(xor, data, 0)


def reply(status: int, data: bytes = b"", card_status: bytes = b"\0\0") -> bytes:
    """A frame to the host with the third status byte `status`; the first two, `card_status`, come from the card."""
    body = (len(data) + 4).to_bytes(2, "big") + card_status + bytes((status,)) + data
    return PREAMBLE + body + bytes((check_of(body),))


class RequestParser:
    """Finds requests in a stream, with noise before the preamble and a longer run of AA at its head."""

    def __init__(self) -> None:
        self._bytes = bytearray()

    @property
    def held(self) -> int:
        """Bytes of a frame that has begun."""
        return len(self._bytes)

    def feed(self, data: bytes) -> list[Request]:
        """Take `data` in; returns the requests that are complete now, the bad ones too."""
        self._bytes += data
        requests = []
        while request := self._next():
            requests.append(request)
        return requests

    def clear(self) -> None:
        """Forget a frame that has begun."""
        self._bytes.clear()

    def _next(self) -> Request | None:
        start = self._bytes.find(PREAMBLE)
        if start < 0:
            del self._bytes[: -len(PREAMBLE) + 1]
            return None
        del self._bytes[:start]
        head = len(PREAMBLE) + 2
        if len(self._bytes) < head:
            return None
        length = int.from_bytes(self._bytes[len(PREAMBLE) : head], "big")
        if not SHORTEST <= length <= LONGEST:
            del self._bytes[:head]
            return Request(0, error=BAD_LENGTH)
        if len(self._bytes) < head + length:
            return None
        body = bytes(self._bytes[len(PREAMBLE) : head + length])
        del self._bytes[: head + length]
        error = BAD_CHECK if check_of(body[:-1]) != body[-1] else 0
        return Request(int.from_bytes(body[2:4], "big"), body[4:-1], error)
