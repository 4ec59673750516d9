"""A GM67 scan module at the far end of a wire, as far as its driver can tell: packets, sums, sleep, sending again."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.drivers.wire import Wire

AWAKE_S = 1.0  # falls asleep after this


def packet(opcode: int, data: bytes = b"", source: int = 0, status: int = 0) -> bytes:
    """A packet with its sum."""
    body = bytes([opcode, source, status]) + data
    if len(body) + 1 < 0xFF:
        return summed(bytes([len(body) + 1]) + body)
    return summed(b"\xff\xf4" + (len(body) + 4).to_bytes(2, "big") + b"\xf4" + body[1:])


def summed(data: bytes) -> bytes:
    """`data` with its two's-complement sum."""
    return data + (0x10000 - sum(data) % 0x10000 & 0xFFFF).to_bytes(2, "big")


class Gm67:
    """Asleep at first; acknowledges whole packets and sends a code until it is acknowledged."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.parameters: dict[int, int] = {}
        self.lit = False
        self.silent = False
        self.refuses = -1  # an opcode
        self.nacks = 0  # so many commands are answered with "send again"
        self.lost_acks = 0  # so many acknowledgements of the host do not arrive
        self.marks_resends = True
        self.resend_s = 0.6
        self.deaf_while_waiting = False  # hears nothing but the acknowledgement of its code
        self.starts = self.stops = 0
        self._awake_until = -1.0
        self._waiting: asyncio.TimerHandle | None = None

    def read(self, code: bytes, kind: int = 0xF1) -> None:
        """A code comes before the window; only a lit module sees it."""
        assert self.lit
        self.lit = False
        self._send(kind, code, status=0)

    def heard(self, data: bytes) -> None:
        """Answer one packet, or wake up."""
        now = asyncio.get_running_loop().time()
        asleep = now > self._awake_until
        self._awake_until = now + AWAKE_S
        if self.silent or data == b"\x00" or asleep:
            return
        assert summed(data[:-2]) == data
        assert data[0] == len(data) - 2
        assert data[2] == 0x04
        if data[1] == 0xD0:
            self._acknowledged()
        elif self.deaf_while_waiting and self._waiting:
            return
        elif self.nacks:
            self.nacks -= 1
            self._say(packet(0xD1, b"\x01"))
        elif data[1] == self.refuses:
            self._say(packet(0xD1, b"\x06"))
        else:
            self._obey(data[1], data[4:-2])
            self._say(packet(0xD0))

    def _obey(self, opcode: int, data: bytes) -> None:
        if opcode == 0xC6:
            self.parameters[data[1]] = data[2]
        elif opcode == 0xE4:
            self.lit = True
            self.starts += 1
        elif opcode == 0xE5:
            self.lit = False
            self.stops += 1

    def _send(self, kind: int, code: bytes, status: int) -> None:
        self._awake_until = asyncio.get_running_loop().time() + AWAKE_S
        self.wire.say(packet(0xF3, bytes([kind]) + code, status=status))
        again = int(self.marks_resends)
        self._waiting = asyncio.get_running_loop().call_later(self.resend_s, self._send, kind, code, again)

    def _acknowledged(self) -> None:
        if self.lost_acks:
            self.lost_acks -= 1
        elif self._waiting:
            self._waiting.cancel()
            self._waiting = None

    def _say(self, data: bytes) -> None:
        self.wire.say(data, after_s=0.01)
