"""Scanned codes, and what scans them."""

from hal.ports.status import DeviceStatus

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol

    from hal.ports.status import Facts
else:
    Protocol = object


class CodeScanned:
    """A code was scanned. `data` is its content without the tail, in UTF-8 where it is text, with the symbology
    identifier of ISO/IEC 15424 in front (`]C0`) where the scanner tells the kind of symbol. `repeat`: the same code
    came just before, as happens when a box stays in front of the window."""

    def __init__(self, data: bytes, repeat: bool = False) -> None:
        self.data = data
        self.repeat = repeat

    def __repr__(self) -> str:
        return "CodeScanned(" + str(len(self.data)) + " bytes" + (", repeat)" if self.repeat else ")")


class Scanner(Protocol):
    """Scans codes while armed."""

    status: DeviceStatus

    def facts(self) -> "Facts":
        """What is known of the scanner: model, firmware, speed, how it is set up."""

    def arm(self, on: bool) -> None:
        """Ask for codes (the light goes on and stays ready for the next code) or stop asking. Never waits."""

    async def run(self, pulse: "Callable[[], None]") -> None:
        """Own the port for ever. Calls `pulse` at least every ten seconds."""

    async def next_event(self) -> "CodeScanned | DeviceStatus":
        """Wait for what happens next."""
