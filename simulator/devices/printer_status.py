"""What a receipt printer says of itself: the bits of Epson ESC/POS status answers."""

from dataclasses import dataclass

_FIXED = 0x12  # bits 1 and 4 of every answer to DLE EOT
_ASB_RESERVED = 0x0F


@dataclass(frozen=True)
class PrinterState:
    """The facts behind every status answer."""

    cover_open: bool
    paper_end: bool
    near_end: bool

    @property
    def offline(self) -> bool:
        """Does it refuse to print?"""
        return self.cover_open or self.paper_end

    def real_time(self, which: int) -> bytes:
        """The answer to DLE EOT `which` (1 printer, 2 cause of offline, 3 error, 4 paper); nothing for another one."""
        match which:
            case 1:
                return bytes((_FIXED | self.offline << 3,))
            case 2:
                return bytes((_FIXED | self.cover_open << 2 | self.paper_end << 5,))
            case 3:
                return bytes((_FIXED,))
            case 4:
                return bytes((_FIXED | self.near_end * 0x0C | self.paper_end * 0x60,))
        return b""

    def in_order(self, which: int) -> bytes:
        """The answer to GS r `which`: 1 or 49 paper, 2 or 50 drawer (pin low)."""
        match which:
            case 1 | 49:
                return bytes((self.near_end * 0x03,))
            case 2 | 50:
                return b"\x00"
        return b""

    def automatic(self) -> bytes:
        """The four bytes that GS a has sent by themselves."""
        first = 0x10 | self.offline << 3 | self.cover_open << 5
        return bytes((first, 0, self.near_end * 0x03 | self.paper_end * 0x0C, _ASB_RESERVED))
