"""A serial line that is watched, and how long it takes for bytes."""

import time
from dataclasses import dataclass

from hal.ports import BytePort

BAUD = 115_200
_BITS = 10  # of a byte on the line: start, eight, stop


def wire_ms(size: int) -> float:
    """How long `size` bytes are on their way at `BAUD`."""
    return size * _BITS * 1000 / BAUD


@dataclass(frozen=True)
class Passed:
    """Bytes that went `out` to the device or came in from it, and when (`time.perf_counter`): out before the port was
    given them, in when it had given them."""

    at_s: float
    out: bool
    data: bytes


class WatchedPort:
    """`hal.ports.BytePort`: another one, with a note of all that passes."""

    def __init__(self, port: BytePort) -> None:
        self.name = port.name
        self.open = port.open
        self.set_baud = port.set_baud
        self.wake = port.wake
        self.close = port.close
        self.passed: list[Passed] = []
        self._port = port

    async def read(self, limit: int, timeout_ms: int) -> bytes:
        """As that of the port."""
        data = await self._port.read(limit, timeout_ms)
        if data:
            self.passed.append(Passed(time.perf_counter(), False, data))
        return data

    async def write(self, data: bytes) -> None:
        """As that of the port."""
        self.passed.append(Passed(time.perf_counter(), True, bytes(data)))
        await self._port.write(data)
