"""Status questions that a printer answers the moment they arrive (Epson ESC/POS, DLE EOT n)."""

_DLE, _EOT = 0x10, 0x04
_QUESTIONS = range(1, 5)


class RealTimeListener:
    """Watches the raw stream for DLE EOT 1 to 4, also inside the data of other commands, as the device does."""

    def __init__(self) -> None:
        self._last = (0, 0)

    def hears(self, byte: int) -> int:
        """Take one byte; returns n when it completes DLE EOT n, otherwise 0."""
        complete = self._last == (_DLE, _EOT) and byte in _QUESTIONS
        self._last = (self._last[1], byte)
        return byte if complete else 0

    def reset(self) -> None:
        """Forget a question that has begun."""
        self._last = (0, 0)
