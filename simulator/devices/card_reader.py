"""An identity-card reader with a SAM-V module on a serial line (GA/T 450 family)."""

import random
from collections import deque
from dataclasses import dataclass
from enum import Enum, auto
from functools import partial

from simulator.clock import Clock
from simulator.devices import samv
from simulator.devices.card import IdentityCard
from simulator.devices.serial_device import SerialDevice

BAD_CHECKSUM = "bad_checksum"
TORN_FRAME = "torn_frame"
WRONG_CARD_TYPE = "wrong_card_type"
READ_FAILS = "read_fails"
NOISE = "noise"

SAM_NUMBER = bytes.fromhex("05000300A63A340187D6120079384E05")  # 05.03-20200102-0001234567-0089012345, invented
PENDING_LIMIT = 8
FRAME_PATIENCE_S = 0.5  # our choice: a frame that stops for longer is given up


@dataclass(frozen=True)
class ReaderDelays:
    """Seconds from a request to its answer. The figures are of the usual size, not from a data sheet."""

    short: float = 0.01
    find: float = 0.03
    select: float = 0.03
    read: float = 0.4


AT_ONCE = ReaderDelays(0, 0, 0, 0)


class _Field(Enum):
    """How far the dialogue with the card on the antenna has come."""

    FRESH = auto()
    FOUND = auto()
    SELECTED = auto()
    CONSUMED = auto()  # was read, or failed to be: not found again until it has left the field


class CardReader(SerialDevice):
    """Reads one card at a time, in the order find, select, read.

    Faults: `silent`; `bad_checksum`, `torn_frame` (half a frame, then silence) and `noise` (random bytes before it) for
    the next answers; `wrong_card_type` and `read_fails` for the next reads.
    """

    def __init__(self, clock: Clock, delays: ReaderDelays = AT_ONCE, seed: int = 0) -> None:
        super().__init__(clock)
        self.card: IdentityCard | None = None
        self._delays = delays
        self._random = random.Random(seed)
        self._parser = samv.RequestParser()
        self._pending: deque[samv.Request] = deque()
        self._busy = False
        self._field = _Field.FRESH
        self._heard_at = 0.0
        self._power = 0  # counts power cycles: an answer that was being worked on does not survive one

    def lay(self, card: IdentityCard) -> None:
        """Lay `card` on the antenna, in place of what lies there."""
        self.card = card
        self._field = _Field.FRESH
        self._changed()

    def remove(self) -> None:
        """Take the card away."""
        self.card = None
        self._field = _Field.FRESH
        self._changed()

    def _handle(self, data: bytes) -> None:
        now = self._clock.now()
        if now - self._heard_at > FRAME_PATIENCE_S:
            self._parser.clear()
        self._heard_at = now
        for request in self._parser.feed(data):
            if len(self._pending) < PENDING_LIMIT:
                self._pending.append(request)
        self._work()

    def _pulled(self) -> None:
        # The cable carries the power, too.
        self._power += 1
        self._parser.clear()
        self._pending.clear()
        self._busy = False
        self._field = _Field.FRESH

    def _work(self) -> None:
        while self._pending and not self._busy:
            request = self._pending.popleft()
            delay = self._delay(request)
            if delay > 0:
                self._busy = True
                self._clock.after(delay, partial(self._finish, request, self._power))
            else:
                self._say(self._answer(request))

    def _finish(self, request: samv.Request, power: int) -> None:
        if power == self._power:
            self._busy = False
            self._say(self._answer(request))
            self._work()

    def _delay(self, request: samv.Request) -> float:
        match request.command:
            case _ if request.error:
                return self._delays.short
            case 0x2001:
                return self._delays.find
            case 0x2002:
                return self._delays.select
            case 0x3001 | 0x3010:
                return self._delays.read
        return self._delays.short

    def _answer(self, request: samv.Request) -> bytes:
        if request.error:
            return samv.reply(request.error)
        match request.command:
            case 0x2001:
                return self._find()
            case 0x2002:
                return self._select()
            case 0x3001 | 0x3010:
                return self._read(with_fingerprint=request.command == 0x3010)
            case 0x3003:
                known = self._field in (_Field.SELECTED, _Field.CONSUMED)
                return samv.reply(samv.NO_CONTENT if known else samv.READ_FAILED)
            case 0x10FF:
                # Not documented: whether a reset counts as leaving the field. Here it does not.
                if self._field is not _Field.CONSUMED:
                    self._field = _Field.FRESH
                return samv.reply(samv.OK)
            case 0x11FF | 0x61FF:
                return samv.reply(samv.OK)
            case 0x12FF:
                return samv.reply(samv.OK, SAM_NUMBER)
        return samv.reply(samv.BAD_COMMAND)

    def _find(self) -> bytes:
        if self.card is None or self._field is _Field.CONSUMED:
            return samv.reply(samv.FIND_FAILED)
        self._field = _Field.FOUND
        return samv.reply(samv.FOUND, bytes(4))

    def _select(self) -> bytes:
        if self._field not in (_Field.FOUND, _Field.SELECTED):
            return samv.reply(samv.SELECT_FAILED)
        self._field = _Field.SELECTED
        return samv.reply(samv.OK, bytes(8))

    def _read(self, *, with_fingerprint: bool) -> bytes:
        if self.card is None or self._field is not _Field.SELECTED:
            return samv.reply(samv.READ_FAILED)
        self._field = _Field.CONSUMED
        if self.faults.take(WRONG_CARD_TYPE):
            return samv.reply(samv.WRONG_CARD_TYPE)
        if self.faults.take(READ_FAILS):
            return samv.reply(samv.READ_FAILED)
        blocks = [self.card.text(), self.card.photo()]
        if with_fingerprint:
            blocks.append(self.card.fingerprint)
        lengths = b"".join(len(block).to_bytes(2, "big") for block in blocks)
        return samv.reply(samv.OK, lengths + b"".join(blocks))

    def _say(self, frame: bytes) -> None:
        if self.faults.take(BAD_CHECKSUM):
            frame = frame[:-1] + bytes((frame[-1] ^ 0xFF,))
        if self.faults.take(TORN_FRAME):
            frame = frame[: len(frame) // 2]
        if self.faults.take(NOISE):
            frame = self._random.randbytes(self._random.randint(1, 16)) + frame
        self._send(frame)
