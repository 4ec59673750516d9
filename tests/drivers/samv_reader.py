"""A scripted SAM-V reader on a wire, at the level of frames."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from hal.drivers.samv import SamvReader
from tests.drivers.wire import Wire

if TYPE_CHECKING:
    from collections.abc import Callable

PREAMBLE = b"\xaa\xaa\xaa\x96\x69"
RESET, STATUS, NUMBER = (0x10, 0xFF), (0x11, 0xFF), (0x12, 0xFF)
FIND, SELECT = (0x20, 1), (0x20, 2)
READ, ADDRESS, READ_WITH_FINGERPRINT = (0x30, 1), (0x30, 3), (0x30, 0x10)
BAUDS = (115200, 57600, 38400, 19200, 9600)
SAM_NUMBER = bytes.fromhex("05000300A63A340187D6120079384E05")
PRINTED_NUMBER = "05.03-20200102-0001234567-0089012345"
GAVE_UP = PREAMBLE + b"\x00\x05\x05\x05\x05"  # the time-out reply of modules with an ASCII front end
PHOTO = bytes.fromhex("574C66007E00320000FF85") + bytes(1013)


def frame(sw3: int, data: bytes = b"", sw1: int = 0, sw2: int = 0) -> bytes:
    """A reply of the reader."""
    body = (len(data) + 4).to_bytes(2, "big") + bytes([sw1, sw2, sw3]) + data
    check = 0
    for byte in body:
        check ^= byte
    return PREAMBLE + body + bytes([check])


def card_frame(text: bytes, fingerprint: bytes | None = None) -> bytes:
    """The reply to 30 01, or with a fingerprint block to 30 10."""
    blocks = [text.ljust(256, b" "), PHOTO] + ([] if fingerprint is None else [fingerprint])
    return frame(0x90, b"".join(len(block).to_bytes(2, "big") for block in blocks) + b"".join(blocks))


class Reader:
    """A reader with an antenna. `finds_again`: it finds a card that was read; `knows_address`: it answers 30 03;
    `spoil`: replies that are given instead, None for none."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.card: bytes | None = None
        self.fingerprint = b""
        self.address: bytes | None = None
        self.consumed = False
        self.finds_again = False
        self.knows_address = True
        self.silent = False
        self.faulty = 0
        self.hung = False  # answers nothing that needs the card until it is reset
        self.baud = 0  # deaf at any other; 0 = hears everything
        self.changes_baud = True
        self.delay_s = 0.02
        self.spoil: dict[tuple[int, int], list[bytes | None]] = {}
        self.reads = 0
        self.resets = 0
        self.on_reset: Callable[[], object] = lambda: None
        self.heard_at: dict[tuple[int, int], list[float]] = {}

    def lay(self, text: bytes) -> None:
        """Lay a card down whose text block begins with `text`."""
        self.card, self.consumed = text.ljust(256, b" "), False

    def lift(self) -> None:
        """Take the card away."""
        self.card = None

    def heard(self, data: bytes) -> None:
        """Answer one command."""
        if self.baud and self.wire.baud != self.baud:
            self.wire.say(b"\xff\x00\xf8", after_s=0.002)  # what an answer at another speed looks like
            return
        assert data.startswith(PREAMBLE)
        assert len(data) == 7 + data[6]
        command = (data[7], data[8])
        self.heard_at.setdefault(command, []).append(asyncio.get_running_loop().time())
        if self.silent:
            return
        if command == RESET:
            self.resets += 1
            self.hung = False
            self.on_reset()
        answer: bytes | None = frame(self.faulty) if self.faulty else self._answer(command)
        if self.spoil.get(command):
            answer = self.spoil[command].pop(0)
        if answer is not None:
            self.wire.say(answer, after_s=self.delay_s)

    def _answer(self, command: tuple[int, int]) -> bytes | None:
        if command in {STATUS, RESET}:
            return frame(0x90)
        if command == NUMBER:
            return frame(0x90, SAM_NUMBER)
        if command[0] == 0x60:
            return self._change_baud(command[1])
        if self.hung:
            return None
        return self._from_card(command)

    def _change_baud(self, parameter: int) -> bytes:
        if not self.changes_baud:
            return frame(0x21)
        self.baud = BAUDS[parameter]
        return frame(0x90)

    def _from_card(self, command: tuple[int, int]) -> bytes:
        if command == ADDRESS and not self.knows_address:
            return frame(0x21)
        if command == FIND:
            there = self.card is not None and (self.finds_again or not self.consumed)
            return frame(0x9F, bytes(4)) if there else frame(0x80)
        if self.card is None:
            return frame(0x81 if command == SELECT else 0x41)
        if command == ADDRESS:
            if not self.consumed:
                return frame(0x41)
            return frame(0x91) if self.address is None else frame(0x90, self.address)
        if command == SELECT:
            return frame(0x90, bytes(8))
        self.consumed = True
        self.reads += 1
        return card_frame(self.card, self.fingerprint if command == READ_WITH_FINGERPRINT else None)


def make(baud: int = 115200, **switches: Any) -> tuple[Wire, Reader, SamvReader]:
    """A wire with a reader at its end, and the session."""
    wire = Wire()
    wire.baud = baud
    reader = Reader(wire)
    wire.device = reader
    return wire, reader, SamvReader(wire, baud, **switches)
