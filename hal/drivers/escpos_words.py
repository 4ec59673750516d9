"""The status bits of an ESC/POS printer in words, for a technician (Epson ESC/POS: DLE EOT 1 to 4)."""

from hal.drivers.escpos_status import ERROR_CAUSE, OFFLINE_CAUSE, PAPER, PRINTER, bit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hal.ports import Facts

_BITS = (
    (PRINTER, 0x04, "drawer contact high"),
    (PRINTER, 0x08, "offline"),
    (PRINTER, 0x20, "waiting to be set online again"),
    (PRINTER, 0x40, "feed button pressed"),
    (OFFLINE_CAUSE, 0x04, "cover open"),
    (OFFLINE_CAUSE, 0x08, "feeding by the button"),
    (OFFLINE_CAUSE, 0x20, "stopped by the end of the paper"),
    (OFFLINE_CAUSE, 0x40, "error"),
    (ERROR_CAUSE, 0x04, "mechanical error"),
    (ERROR_CAUSE, 0x08, "cutter error"),
    (ERROR_CAUSE, 0x20, "error that needs a repair"),
    (ERROR_CAUSE, 0x40, "error that ends by itself, such as a hot head"),
    (PAPER, 0x0C, "paper near its end"),
    (PAPER, 0x60, "paper at its end"),
)


def status_in_words(answers: "dict[int, int]") -> "Facts":
    """Each bit of the newest `answers` (kind of DLE EOT to its byte) as yes, no or unknown, in the order of the
    document."""
    return [(words, bit(answers.get(kind), mask)) for kind, mask, words in _BITS]
