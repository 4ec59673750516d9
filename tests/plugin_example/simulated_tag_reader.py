"""The simulator's side of an invented device: a reader of radio tags, on a serial line with 9600 bit/s.

Its manual: `?` CR asks whether it is there, and it says `!` CR. For each tag that is held to it, it says `T`, eight
digits, the sum of those nine bytes modulo 256 in two hexadecimal digits, and CR.
"""

from simulator.clock import Clock
from simulator.devices import SerialDevice

_QUESTION = b"?\r"


class SimulatedTagReader(SerialDevice):
    """Says each tag once."""

    def __init__(self, clock: Clock, baud: int = 9600, seed: int = 0) -> None:
        super().__init__(clock, baud, seed)
        self._heard = b""

    def hold(self, tag: str) -> None:
        """Hold a tag with that number, eight digits, to it."""
        record = b"T" + tag.encode("ascii")
        self._send(record + b"%02X\r" % (sum(record) % 256))

    def _handle(self, data: bytes) -> None:
        for byte in data:
            self._heard = (self._heard + bytes((byte,)))[-len(_QUESTION) :]
            if self._heard == _QUESTION:
                self._send(b"!\r")
