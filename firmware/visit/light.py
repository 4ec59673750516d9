"""The scanner's light: on while a box is to be scanned or somebody asked for it, off when nothing came for two
minutes."""

from hal import aio

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from firmware.visit.desk import Desk
    from hal.ports import Scanner

LIT_MS = 120000  # a light that is forgotten wears out, and dazzles


class Light:
    """Arms and disarms the scanner."""

    def __init__(self, scanner: "Scanner", desk: "Desk", shown: "Callable[[bool], None]") -> None:
        self._scanner = scanner
        self._desk = desk
        self._shown = shown
        self._until = 0
        self._waited = False
        self._on = False

    def switch(self, on: bool) -> None:
        """Somebody asked for the light, or wants it off."""
        self._until = aio.now_ms() + LIT_MS if on else 0
        self.look()

    def scanned(self) -> None:
        """A code came: the time begins anew while boxes are missing; otherwise the light has done its work."""
        self._until = aio.now_ms() + LIT_MS if self._desk.waits_for_box() else 0
        self.look()

    def look(self) -> None:
        """Switch the light as the desk needs it."""
        waits = self._desk.waits_for_box()
        if waits and not self._waited:
            self._until = aio.now_ms() + LIT_MS
        if self._waited and not waits:
            self._until = 0
        self._waited = waits
        on = aio.now_ms() < self._until
        if on != self._on:
            self._on = on
            self._scanner.arm(on)
            self._shown(on)

    async def run(self, pulse: "Callable[[], None]") -> None:
        """Watch for ever."""
        while True:
            pulse()
            self.look()
            await aio.sleep_ms(1000)
