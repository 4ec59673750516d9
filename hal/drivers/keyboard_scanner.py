"""The session with a scanner that types its codes like a keyboard, on a port that hands over the kernel's events."""

from hal.drivers.keyboard_codec import KeyDecoder
from hal.drivers.plain_scanner import PlainScanner

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hal.ports import BytePort, Facts

SILENCE_MS = 100  # ends a code of a scanner that sends no Enter; keys are some milliseconds apart


class KeyboardScanner(PlainScanner):
    """Scans codes while armed (`hal.ports.Scanner`); what comes while not armed is dropped. A code ends with Enter or
    Tab, or with silence as long as the scanner has not shown that it sends one; one in progress is dropped when the
    device is lost. A CR or TAB inside a code cannot be told from its end."""

    def __init__(self, port: "BytePort") -> None:
        super().__init__(port)
        self._decoder = KeyDecoder()
        self._silence_ms = SILENCE_MS

    def facts(self) -> "Facts":
        """How it is read, and how a code ends, as far as codes have shown it."""
        return [("keys", "US layout"), ("end of a code", "Enter" if self._decoder.tailed else "silence")]
