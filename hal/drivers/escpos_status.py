"""What an ESC/POS printer says of itself (Epson ESC/POS: DLE EOT, GS a, GS r): bytes only.

Three kinds of answers share one stream and are told apart by their fixed bits: a real-time answer to DLE EOT is one
byte 0xx1xx10, automatic status (ASB) is four bytes of which the first is 0xx1xx00, a buffered answer to GS r is one
byte 0000xxxx.
"""

from hal.ports import NO, UNKNOWN, YES, PrinterStatus

PRINTER = 1
OFFLINE_CAUSE = 2
ERROR_CAUSE = 3
PAPER = 4

_FIXED = 0x93
_REAL_TIME = 0x12
_AUTOMATIC = 0x10
_AUTOMATIC_SIZE = 4
_REST_FIXED = 0x90
_BUFFERED_FIXED = 0xF0
_BLOCK_HEADS = (0x35, 0x37, 0x3B, 0x3D, 0x5F)
_LONGEST_BLOCK = 80


class RealTime:
    """The answer to one DLE EOT; which one, only the order of asking tells."""

    def __init__(self, value: int) -> None:
        self.value = value

    def __repr__(self) -> str:
        return f"RealTime({self.value:02X})"


class Automatic:
    """Four bytes of automatic status."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def __repr__(self) -> str:
        return "Automatic(" + self.data.hex() + ")"


class Buffered:
    """The answer to one GS r: all that was sent before it has been worked off."""

    def __init__(self, value: int) -> None:
        self.value = value

    def __repr__(self) -> str:
        return f"Buffered({self.value:02X})"


class ReplyDecoder:
    """Tells the answers apart, however they are cut up; drops flow control, answers in blocks and noise. Bounded."""

    def __init__(self) -> None:
        self._automatic = b""
        self._block = 0  # bytes of a block seen so far; 0 = not in one

    def reset(self) -> None:
        """Forget an unfinished answer."""
        self._automatic = b""
        self._block = 0

    def feed(self, data: bytes) -> "list[RealTime | Automatic | Buffered]":
        """Take what came from the printer and return what is complete, in the order of arrival."""
        found: "list[RealTime | Automatic | Buffered]" = []
        for byte in data:
            item = self._take(byte)
            if item is not None:
                found.append(item)
        return found

    def _take(self, byte: int) -> "RealTime | Automatic | Buffered | None":
        if self._block:
            self._block = 0 if byte == 0 or self._block >= _LONGEST_BLOCK else self._block + 1
            return None
        if self._automatic and byte & _REST_FIXED == 0:
            return self._take_automatic(byte)
        if byte & _FIXED == _REAL_TIME:
            return RealTime(byte)  # real time: it may come between two bytes of something slower
        self._automatic = b""
        if byte & _FIXED == _AUTOMATIC:
            self._automatic = bytes([byte])
        elif byte in _BLOCK_HEADS:
            self._block = 1
        elif byte & _BUFFERED_FIXED == 0:
            return Buffered(byte)
        return None

    def _take_automatic(self, byte: int) -> "Automatic | None":
        self._automatic += bytes([byte])
        if len(self._automatic) < _AUTOMATIC_SIZE:
            return None
        whole = self._automatic
        self._automatic = b""
        return Automatic(whole)


def _any(*answers: str) -> str:
    if YES in answers:
        return YES
    return UNKNOWN if UNKNOWN in answers else NO


def _bit(value: "int | None", mask: int) -> str:
    if value is None:
        return UNKNOWN
    return YES if value & mask else NO


def _not(answer: str) -> str:
    if answer == UNKNOWN:
        return UNKNOWN
    return NO if answer == YES else YES


def needs_error_cause(printer: "int | None", offline: "int | None") -> bool:
    """Whether the answers to DLE EOT 1 and 2 are a reason to ask DLE EOT 3: an error, or offline for no reason
    given."""
    if _bit(offline, 0x40) == YES:
        return True
    return _bit(printer, 0x08) == YES and _bit(offline, 0x24) != YES


def status_of(printer: "int | None", offline: "int | None", error: "int | None", paper: "int | None") -> PrinterStatus:
    """The status from the answers to DLE EOT 1, 2, 3 and 4; None for one that was not asked or not answered."""
    ended = _any(_bit(offline, 0x20), _bit(paper, 0x60))
    failed = _bit(offline, 0x40)
    return PrinterStatus(
        online=_not(_bit(printer, 0x08)),
        paper=_not(ended),
        paper_low=_bit(paper, 0x0C),
        cover_open=_bit(offline, 0x04),
        error=failed if error is None else _any(failed, _bit(error, 0x6C)),
    )
