"""An identity-card reader with a SAM-V module on a serial line (GA/T 450 family)."""

from collections import deque
from dataclasses import dataclass
from enum import Enum, auto
from functools import partial

from simulator.clock import Clock
from simulator.devices import reader_faults as fault
from simulator.devices import samv
from simulator.devices.card import Card
from simulator.devices.serial_device import SerialDevice

SAM_NUMBER = bytes.fromhex("05000300A63A340187D6120079384E05")  # 05.03-20200102-0001234567-0089012345, invented
PENDING_LIMIT = 8
FRAME_PATIENCE_S = 0.5  # our choice: a frame that stops for longer is given up
BAUDS = {0x6000: 115200, 0x6001: 57600, 0x6002: 38400, 0x6003: 19200, 0x6004: 9600}


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
    HUNG = auto()


class CardReader(SerialDevice):
    """Reads one card at a time, in the order find, select, read. `faults` knows those of `READER_FAULTS`, too.

    With `AT_ONCE` every answer comes in the moment of its request.
    """

    def __init__(self, clock: Clock, delays: ReaderDelays = AT_ONCE, seed: int = 0, baud: int = BAUDS[0x6000]) -> None:
        super().__init__(clock, baud, seed)
        self.card: Card | None = None
        self._delays = delays
        self._parser = samv.RequestParser()
        self._pending: deque[samv.Request] = deque()
        self._busy = False
        self._field = _Field.FRESH
        self._heard_at = 0.0

    @property
    def waiting(self) -> int:
        """Bytes in its input buffer: of a frame that has begun, and of those that wait for their turn."""
        return self._parser.held + sum(request.size for request in self._pending)

    def lay(self, card: Card) -> None:
        """Lay `card` on the antenna, in place of what lies there."""
        self.card = card
        self._field = _Field.FRESH
        self._changed()

    def remove(self) -> None:
        """Take the card away."""
        self.card = None
        self._field = _Field.FRESH
        self._changed()

    def set_speed(self, baud: int) -> None:
        """Make it talk at `baud` from now on, as a technician's program does. `ValueError` for a speed it has not."""
        if baud not in BAUDS.values():
            raise ValueError(f"the reader's speeds are {', '.join(map(str, BAUDS.values()))}")
        self._set_baud(baud)

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
                self._obey(request)

    def _finish(self, request: samv.Request, power: int) -> None:
        if power == self._power:
            self._busy = False
            self._obey(request)
            self._work()

    def _obey(self, request: samv.Request) -> None:
        answer = self._answer(request)
        self._say(answer)
        if request.command in BAUDS and answer == samv.reply(samv.OK):
            # It answers at the old speed. Not documented: whether it keeps the new one without power. Here it does.
            self._set_baud(BAUDS[request.command])

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
        """The frame to answer with; empty when it keeps silent."""
        if request.error:
            return samv.reply(request.error)
        if self.faults.take(fault.SELF_TEST_FAILS):
            return samv.reply(samv.SELF_TEST_FAILED)
        match request.command:
            case 0x2001 | 0x2002 | 0x3001 | 0x3010 | 0x3003:
                return self._about_card(request.command)
            case 0x10FF:
                # Not documented: whether a reset counts as leaving the field. Here it does not.
                if self._field in (_Field.FOUND, _Field.SELECTED):
                    self._field = _Field.FRESH
                return samv.reply(samv.OK)
            case 0x11FF:
                unauthorised = self.faults.take(fault.UNAUTHORISED)
                return samv.reply(samv.UNAUTHORISED if unauthorised else samv.OK)
            case command if command == 0x61FF or command in BAUDS:
                return samv.reply(samv.OK)
            case 0x12FF:
                return samv.reply(samv.OK, SAM_NUMBER)
        return samv.reply(samv.BAD_COMMAND)

    def _about_card(self, command: int) -> bytes:
        if self.faults.take(fault.UNAUTHORISED):
            return samv.reply(samv.UNAUTHORISED)
        if self._field is _Field.HUNG:
            return b""
        match command:
            case 0x2001:
                return self._find()
            case 0x2002:
                return self._select()
            case 0x3003:
                return self._read_address()
        return self._read(with_fingerprint=command == 0x3010)

    def _find(self) -> bytes:
        read_already = self._field is _Field.CONSUMED and not self.faults.active(fault.STAYS_FOUND)
        if self.card is None or read_already:
            return samv.reply(samv.FIND_FAILED)
        self._field = _Field.FOUND
        return samv.reply(samv.FOUND, bytes(4))

    def _select(self) -> bytes:
        if self._field not in (_Field.FOUND, _Field.SELECTED) or self.faults.take(fault.SELECT_FAILS):
            return samv.reply(samv.SELECT_FAILED)
        self._field = _Field.SELECTED
        return samv.reply(samv.OK, bytes(8))

    def _read(self, *, with_fingerprint: bool) -> bytes:
        if self.card is None or self._field is not _Field.SELECTED:
            return samv.reply(samv.READ_FAILED)
        if self.faults.take(fault.HANGS_UNTIL_REMOVED):
            self._field = _Field.HUNG
            return b""
        self._field = _Field.CONSUMED
        if self.faults.take(fault.WRONG_CARD_TYPE):
            return samv.reply(samv.WRONG_CARD_TYPE)
        if self.faults.take(fault.NOT_GENUINE):
            return samv.reply(samv.NOT_GENUINE, card_status=samv.CARD_REFUSED)
        if self.faults.take(fault.READ_FAILS):
            return samv.reply(samv.READ_FAILED)
        blocks = [self.card.text(), self.card.photo()]
        if with_fingerprint:
            blocks.append(self.card.fingerprint)
        lengths = b"".join(len(block).to_bytes(2, "big") for block in blocks)
        return samv.reply(samv.OK, lengths + b"".join(blocks))

    def _read_address(self) -> bytes:
        if self.card is None or self._field not in (_Field.SELECTED, _Field.CONSUMED):  # the status is our choice
            return samv.reply(samv.READ_FAILED)
        address = self.card.address_block()
        return samv.reply(samv.OK if address else samv.NO_CONTENT, address)

    def _say(self, frame: bytes) -> None:
        if not frame:
            return
        if self.faults.take(fault.BAD_CHECKSUM):
            frame = frame[:-1] + bytes((frame[-1] ^ 0xFF,))
        if self.faults.take(fault.LONG_PREAMBLE):
            frame = samv.PREAMBLE[:3] + frame
        self._send(frame)
