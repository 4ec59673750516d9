"""What a receipt printer says of itself: the bits of ESC/POS answers (Epson TM-U220 and TM-T88 specifications)."""

from dataclasses import dataclass

_FIXED = 0x12  # bits 1 and 4 of every answer to DLE EOT
_ASB_RESERVED = 0x0F  # what Epson printers are said to send; only bits 4 and 7 are documented (0)

# Bits of GS a n, and which bits of the four bytes they stand for: drawer, on line, error, paper sensors, panel button.
_WATCHED = (
    (0x01, 0x04000000),
    (0x02, 0x28010000),
    (0x04, 0x006C0000),
    (0x08, 0x00000F00),
    (0x40, 0x40020000),
)


@dataclass(frozen=True)
class PrinterState:
    """The facts behind every status answer."""

    cover_open: bool = False
    paper_end: bool = False
    near_end: bool = False
    cutter_error: bool = False
    mechanical_error: bool = False
    unrecoverable: bool = False
    recoverable: bool = False  # goes away by itself: the head is too hot
    waiting: bool = False  # new paper is in, and the time of GS z 0 is running
    button: bool = False  # the feed button is down
    feeding: bool = False  # and moves the paper
    drawer_high: bool = False

    @property
    def error(self) -> bool:
        """Is there an error of any kind?"""
        return self.cutter_error or self.mechanical_error or self.unrecoverable or self.recoverable

    @property
    def offline(self) -> bool:
        """Does it refuse to print?"""
        return self.cover_open or self.paper_end or self.error or self.waiting or self.feeding

    def real_time(self, which: int) -> bytes:
        """The answer to DLE EOT `which`: 1 printer, 2 cause of offline, 3 error, 4 paper."""
        bits = (
            self.drawer_high << 2 | self.offline << 3 | self.waiting << 5 | self.button << 6,
            self.cover_open << 2 | self.feeding << 3 | self.paper_end << 5 | self.error << 6,
            self._errors(),
            self.near_end * 0x0C | self.paper_end * 0x60,
        )
        return bytes((_FIXED | bits[which - 1],))

    def in_order(self, which: int) -> bytes:
        """The answer to GS r `which`: 1 or 49 paper, 2 or 50 drawer. Without paper it is never asked."""
        match which:
            case 1 | 49:
                return bytes((self.near_end * 0x03,))
            case 2 | 50:
                return bytes((int(self.drawer_high),))
        return b""

    def automatic(self) -> bytes:
        """The four bytes that GS a has sent by themselves."""
        first = 0x10 | self.drawer_high << 2 | self.offline << 3 | self.cover_open << 5 | self.feeding << 6
        second = int(self.waiting) | self.button << 1 | self._errors()
        return bytes((first, second, self.near_end * 0x03 | self.paper_end * 0x0C, _ASB_RESERVED))

    def watched(self, choice: int) -> int:
        """What of `automatic` has to change for a printer told GS a `choice` to report it."""
        bits = sum(bits for chosen, bits in _WATCHED if choice & chosen)
        return int.from_bytes(self.automatic()) & bits

    def _errors(self) -> int:
        return self.mechanical_error << 2 | self.cutter_error << 3 | self.unrecoverable << 5 | self.recoverable << 6
