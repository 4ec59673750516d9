"""A GM65 scan module at the far end of a wire, as far as its driver can tell (GM65 manual, sections 3 and 8)."""

from __future__ import annotations

import asyncio
from binascii import crc_hqx
from typing import TYPE_CHECKING

from hal.drivers.gm65 import Gm65Scanner
from hal.ports import CodeScanned
from tests.drivers.wire import Wire

if TYPE_CHECKING:
    from tests.drivers.desk import Desk

DIVISORS = {9600: (0x39, 0x01), 115200: (0x1A, 0x00), 57600: (0x34, 0x00), 38400: (0x4E, 0x00), 19200: (0x9C, 0x00)}
FACTORY = {
    0x0000: 0xD4,
    0x0002: 0,
    0x0005: 0x0A,
    0x0006: 0x00,
    0x000D: 0x01,
    0x0013: 0x80,
    0x002A: 0x39,
    0x002B: 0x01,
    0x0060: 0x70,
    0x00BC: 0x00,
    0x00D9: 0x00,
    0x00E0: 0x05,
    0x00E2: 0x87,
}


def reply(data: bytes, kind: int = 0) -> bytes:
    """A reply of the module."""
    body = bytes([kind, len(data)]) + data
    return b"\x02\x00" + body + crc_hqx(body, 0).to_bytes(2, "big")


class Module:
    """A GM65 as it leaves the factory: manual mode, tail off."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.zones = dict(FACTORY)
        self.silent = False
        self.forgets: set[int] = set()  # zones that do not keep what is written
        self.triggers: list[float] = []
        self.stops = 0
        self.resets = 0
        self.acks: list[bytes] = []  # what to answer to the next triggers instead of the ack

    @property
    def mode(self) -> int:
        """0 manual, 1 command, 2 continuous, 3 sensing."""
        return self.zones[0x0000] & 3

    @property
    def lit(self) -> bool:
        """Whether it is looking for a code."""
        return self.mode == 2 or self.zones[0x0002] == 1

    @property
    def baud(self) -> int:
        """The speed it talks at."""
        divisor = (self.zones[0x002A], self.zones[0x002B])
        return next(baud for baud, known in DIVISORS.items() if known == divisor)

    def read(self, code: bytes) -> None:
        """A code comes before the window; only a lit module sees it."""
        assert self.lit
        self.zones[0x0002] = 0
        self.wire.say(code + b"\r")

    def heard(self, data: bytes) -> None:
        """Answer one command."""
        if self.silent or self.wire.baud not in {0, self.baud}:
            return
        assert data[:2] == b"\x7e\x00"
        kind, length, zone, body = data[2], data[3], int.from_bytes(data[4:6], "big"), data[6:-2]
        assert data[-2:] in (b"\xab\xcd", crc_hqx(data[2:-2], 0).to_bytes(2, "big"))
        if kind == 7:
            asked = range(zone, zone + body[0])
            known = all(number in self.zones for number in asked)
            self._say(reply(bytes(self.zones[number] for number in asked)) if known else reply(b"", kind=1))
            return
        assert kind == 8
        assert length == len(body)
        self._write(zone, body)
        trigger = zone == 0x0002 and body[0] == 1
        self._say(self.acks.pop(0) if self.acks and trigger else reply(b"\x00"))

    def _write(self, zone: int, body: bytes) -> None:
        if zone == 0x00D9 and body == b"\x55":
            self.resets += 1
            self.zones = dict(FACTORY)
            self.forgets.clear()
            return
        for number, value in enumerate(body, zone):
            if number not in self.forgets:
                self.zones[number] = value
        if zone == 0x0002:
            self.triggers += [asyncio.get_running_loop().time()] if body[0] else []
            self.stops += not body[0]

    def _say(self, data: bytes) -> None:
        self.wire.say(data, after_s=0.02)


def make(*, continuous: bool = False, baud: int = 9600) -> tuple[Wire, Module, Gm65Scanner]:
    """A wire with a module at its end, and the session."""
    wire = Wire()
    module = Module(wire)
    wire.device = module
    wire.baud = baud
    return wire, module, Gm65Scanner(wire, baud, continuous)


def codes(desk: Desk) -> list[bytes]:
    """The codes that were told."""
    return [event.data for event in desk.of(CodeScanned)]
