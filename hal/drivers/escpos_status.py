"""What an ESC/POS printer says of itself (Epson ESC/POS: DLE EOT, GS a, GS r, GS I and GS ( H): bytes only.

Four kinds of answers share one stream and are told apart by their fixed bits: a real-time answer to DLE EOT is one byte
0xx1xx10, automatic status (ASB) is four bytes of which the first is 0xx1xx00, a buffered answer to GS r is one byte
0000xxxx, and text comes in a block from 35h, 37h, 3Bh, 3Dh or 5Fh to 00h.
"""

from hal.ports import NO, UNKNOWN, YES, PrinterStatus

TYPE_CHECKING = False

PRINTER = 1
OFFLINE_CAUSE = 2
ERROR_CAUSE = 3
PAPER = 4
STUCK = 0x0C  # of the error causes, those that DLE ENQ can end: mechanical error, cutter error

_FIXED = 0x93
_REAL_TIME = 0x12
_AUTOMATIC = 0x10
_AUTOMATIC_SIZE = 4
_REST_FIXED = 0x90
# GS r 1: both bits of a sensor or none. Anything else is noise, and noise must not prove a receipt.
_BUFFERED = (0x00, 0x03, 0x0C, 0x0F)
_PAPER_END = 0x0C
_BLOCK_HEADS = (0x35, 0x37, 0x3B, 0x3D, 0x5F)
_LONGEST_BLOCK = 80
_FLOW_CONTROL = (0x11, 0x13)
_NAME_HEAD = b"\x37\x22"
_NAME_SIZE = 4
_TEXT_HEAD = b"\x5f"


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
    """The answer to one GS r: all that was sent before it has been worked off. `paper_end`: without paper."""

    def __init__(self, value: int) -> None:
        self.value = value
        self.paper_end = value & _PAPER_END != 0

    def __repr__(self) -> str:
        return f"Buffered({self.value:02X})"


class Block:
    """An answer in a block; `data` without the 00h at its end."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def name(self) -> bytes:
        """The four bytes of the GS ( H that it answers, or b""."""
        body = self.data[len(_NAME_HEAD) :]
        return body if self.data.startswith(_NAME_HEAD) and len(body) == _NAME_SIZE else b""

    def text(self) -> str:
        """The text with which GS I is answered, or ""."""
        return self.data[1:].decode() if self.data.startswith(_TEXT_HEAD) else ""

    def __repr__(self) -> str:
        return "Block(" + self.data.hex() + ")"


if TYPE_CHECKING:
    Reply = RealTime | Automatic | Buffered | Block


class ReplyDecoder:
    """Tells the answers apart, however they are cut up; drops flow control and noise. Bounded."""

    def __init__(self) -> None:
        self._automatic = b""
        self._block = b""  # so far; b"" = not in one

    def reset(self) -> None:
        """Forget an unfinished answer."""
        self._automatic = b""
        self._block = b""

    def feed(self, data: bytes) -> "list[Reply]":
        """Take what came from the printer and return what is complete, in the order of arrival."""
        found: "list[Reply]" = []
        for byte in data:
            item = self._take(byte)
            if item is not None:
                found.append(item)
        return found

    def _take(self, byte: int) -> "Reply | None":
        if byte in _FLOW_CONTROL:
            return None
        if self._block and (byte == 0 or 0x20 <= byte < 0x7F):
            return self._take_block(byte)
        if self._automatic and byte & _REST_FIXED == 0:
            return self._take_automatic(byte)
        if byte & _FIXED == _REAL_TIME:
            return RealTime(byte)  # real time: it may come between two bytes of something slower
        self.reset()
        if byte & _FIXED == _AUTOMATIC:
            self._automatic = bytes([byte])
        elif byte in _BLOCK_HEADS:
            self._block = bytes([byte])
        elif byte in _BUFFERED:
            return Buffered(byte)
        return None

    def _take_block(self, byte: int) -> "Block | None":
        if byte:
            self._block += bytes([byte])
            if len(self._block) > _LONGEST_BLOCK:
                self._block = b""
            return None
        whole = self._block
        self._block = b""
        return Block(whole)

    def _take_automatic(self, byte: int) -> "Automatic | None":
        self._automatic += bytes([byte])
        if len(self._automatic) < _AUTOMATIC_SIZE:
            return None
        whole = self._automatic
        self._automatic = b""
        return Automatic(whole)


def any_of(answers: "list[str]") -> str:
    """`YES` when one of them is; else `UNKNOWN` when one of them is; else `NO`."""
    if YES in answers:
        return YES
    return UNKNOWN if UNKNOWN in answers else NO


def bit(value: "int | None", mask: int) -> str:
    """Whether one of the bits of `mask` is set in an answer; None: it did not come."""
    if value is None:
        return UNKNOWN
    return YES if value & mask else NO


def _not(answer: str) -> str:
    if answer == UNKNOWN:
        return UNKNOWN
    return NO if answer == YES else YES


def status_of(printer: "int | None", offline: "int | None", error: "int | None", paper: "int | None") -> PrinterStatus:
    """The status from the answers to DLE EOT 1, 2, 3 and 4; None for one that was not asked or not answered."""
    hot = bit(error, 0x40)
    if hot == YES and bit(offline, 0x04) == YES:
        hot = UNKNOWN  # the bit is also set by a cover that was opened while printing
    return PrinterStatus(
        online=_not(bit(printer, 0x08)),
        paper=_not(any_of([bit(offline, 0x20), bit(paper, 0x60)])),
        paper_low=bit(paper, 0x0C),
        cover_open=bit(offline, 0x04),
        error=any_of([bit(offline, 0x40)] + ([] if error is None else [bit(error, 0x6C)])),
        cutter_error=bit(error, 0x08),
        overheated=hot,
    )
