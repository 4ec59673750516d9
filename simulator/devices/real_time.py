"""Commands that a printer obeys the moment they arrive (Epson ESC/POS, DLE EOT n and DLE ENQ n)."""

STATUS = 0x04  # EOT
REQUEST = 0x05  # ENQ
_DLE = 0x10
_NUMBERS = {STATUS: range(1, 5), REQUEST: range(3)}


class RealTimeListener:
    """Watches the raw stream for them, also inside the data of other commands, as the device does."""

    def __init__(self) -> None:
        self._last = (0, 0)

    def hears(self, byte: int) -> tuple[int, int] | None:
        """Take one byte; the command (`STATUS` or `REQUEST`) and its number when it is complete with it."""
        before, name = self._last
        self._last = (name, byte)
        return (name, byte) if before == _DLE and byte in _NUMBERS.get(name, ()) else None

    def reset(self) -> None:
        """Forget a command that has begun."""
        self._last = (0, 0)
