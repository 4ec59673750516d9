"""A scan module of the GM65 class on a serial line (GM65 manual): registers, light, trigger, and what it reads."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.clock import Clock, Timer
from simulator.devices import gm65
from simulator.devices.serial_device import SerialDevice

if TYPE_CHECKING:
    from collections.abc import Callable

DROP_TAIL = "drop_tail"

MODE = 0x0000  # bits 1-0
TRIGGER = 0x0002
READ_TIMEOUT = 0x0006  # in 100 ms; 0 = none
OUTPUT = 0x000D  # bits 3-2 encoding, bits 1-0 where the text goes
BAUD = 0x002A  # two registers, low byte first: 3 MHz divided by the speed
TAIL = 0x0060  # bits 6-5 which, bit 2 code id, bit 0 on
RESTORE = 0x00D9
REGISTERS = 0x100

MANUAL, COMMAND, CONTINUOUS, SENSING = range(4)
FACTORY_RESET = 0x55
_KEYBOARD = 1
_ENCODINGS = ("gb18030", "utf-8", "big5", "gb18030")  # zone 000D says GBK, Unicode, BIG5; GB18030 holds GBK
_TAILS = (b"\r", b"\r\n", b"\t", b"")
_CODE_IDS = {"qr": b"Q", "code128": b"j", "ean13": b"d", "gs1-datamatrix": b"u", "pdf417": b"r"}
_BAUDS = {0x0271: 4800, 0x0139: 9600, 0x00D0: 14400, 0x009C: 19200, 0x004E: 38400, 0x0034: 57600, 0x001A: 115200}
# The manual contradicts itself on the default mode (its table says continuous, section 3.3 manual); here it is manual.
_FACTORY = {
    0x0000: 0xD4,
    0x0005: 0x0A,
    READ_TIMEOUT: 0x32,
    0x000A: 0x3E,
    BAUD: 0x39,
    0x002B: 0x01,
    TAIL: 0x01,
    0x00E0: 5,
}
_READ_ONLY = range(0x00E0, 0x0100)  # model and version

COMMAND_PATIENCE_S = 0.4  # a command that takes longer is passed over


@dataclass(frozen=True)
class LastScan:
    """The code that was read last, and the bytes that were made of it."""

    code: str
    sent: bytes


class Scanner(SerialDevice):
    """Reads what is held in front of its window while its light is on.

    Faults: `silent`, and `drop_tail` for the next results. Prefix, suffix and sleep modes are registers without effect.
    """

    def __init__(self, clock: Clock, decode_s: float = 0.0) -> None:
        super().__init__(clock)
        self.window: str | None = None
        self.last: LastScan | None = None
        self.reads = 0
        self.on_baud: Callable[[int], None] = _ignore
        self._decode_s = decode_s
        self._symbology = ""
        self._leaves = False
        self._seen = False  # what is in the window has been read since the light went on
        self._parser = gm65.CommandParser()
        self._heard_at = 0.0
        self._stored = _factory()
        self._registers = bytearray(self._stored)
        self._triggered = False
        self._timeout: Timer | None = None
        self._decoding: Timer | None = None

    @property
    def mode(self) -> int:
        """`MANUAL`, `COMMAND`, `CONTINUOUS` or `SENSING`."""
        return self._registers[MODE] & 0x03

    @property
    def baud(self) -> int:
        """The speed it talks at."""
        return _BAUDS.get(int.from_bytes(self._registers[BAUD : BAUD + 2], "little"), 9600)

    @property
    def lit(self) -> bool:
        """Is the light on?"""
        return self.plugged and (self._triggered or self.mode == CONTINUOUS)

    def present(self, code: str, symbology: str = "", *, leaves: bool = False) -> None:
        """Hold `code` in front of the window and pull the trigger key.

        It is read at once when the light is on or the mode lets the key (or the sight of it) start a read; otherwise
        it waits in the window for the light. With `leaves` it is taken away when it has been read.
        """
        self.window = code
        self._symbology = symbology
        self._leaves = leaves
        self._seen = False
        if self.plugged and self.mode in (MANUAL, SENSING):
            self._light()
        self._look()
        self._changed()

    def take_away(self) -> None:
        """Take away what is in front of the window."""
        self.window = None
        self._seen = False
        self._stop_decoding()
        self._changed()

    def _handle(self, data: bytes) -> None:
        now = self._clock.now()
        if now - self._heard_at > COMMAND_PATIENCE_S:
            self._parser.clear()
        self._heard_at = now
        for command in self._parser.feed(data):
            self._execute(command)

    def _pulled(self) -> None:
        # The cable carries the power, too.
        self._parser.clear()
        self._dark()

    def _put_in(self) -> None:
        before = self.baud
        self._registers[:] = self._stored
        self._speed_changed(before)
        self._seen = False
        self._look()

    def _execute(self, command: gm65.Command) -> None:
        match command:
            case gm65.Command(gm65.READ, address, data) if len(data) == 1 and 0 < data[0] <= REGISTERS - address:
                self._send(gm65.reply(bytes(self._registers[address : address + data[0]])))
            case gm65.Command(gm65.WRITE, address, data) if data and address + len(data) <= REGISTERS:
                self._write(address, data)
            case gm65.Command(gm65.SAVE, 0, b"\x00"):
                self._stored = bytes(self._registers)
                self._send(gm65.reply())

    def _write(self, address: int, data: bytes) -> None:
        before, lit = self.baud, self.lit
        if address == RESTORE and data[0] == FACTORY_RESET:
            self._stored = _factory()
            self._registers[:] = self._stored
            self._dark()
        else:
            for at, value in enumerate(data, address):
                if at not in _READ_ONLY:
                    self._registers[at] = value
        # A new speed takes effect at once; whether that includes this answer is not documented. Here it does.
        self._speed_changed(before)
        self._send(gm65.reply())
        if address == MODE or address <= TRIGGER < address + len(data):
            self._trigger()
        if self.lit and not lit:
            self._seen = False
        self._look()
        self._changed()

    def _trigger(self) -> None:
        on = self._registers[TRIGGER] & 1
        self._dark()
        if on and self.mode == COMMAND:
            self._light()

    def _light(self) -> None:
        self._dark()
        self._triggered = True
        self._seen = False
        self._registers[TRIGGER] = 1
        if limit := self._registers[READ_TIMEOUT]:
            self._timeout = self._clock.after(limit / 10, self._timed_out)

    def _dark(self) -> None:
        self._triggered = False
        self._registers[TRIGGER] = 0
        self._stop_decoding()
        if self._timeout:
            self._timeout.cancel()
            self._timeout = None

    def _timed_out(self) -> None:
        self._dark()
        self._changed()

    def _look(self) -> None:
        if not self.lit or self.window is None or self._seen or self._decoding:
            return
        if self._decode_s > 0:
            self._decoding = self._clock.after(self._decode_s, self._decoded)
        else:
            self._decoded()

    def _stop_decoding(self) -> None:
        if self._decoding:
            self._decoding.cancel()
            self._decoding = None

    def _decoded(self) -> None:
        self._decoding = None
        if self.window is None:
            return
        self._seen = True
        self.reads += 1
        sent = self._result(self.window)
        self.last = LastScan(self.window, sent)
        if self._leaves:
            self.window = None
        self._dark()
        if self._registers[OUTPUT] & 0x03 != _KEYBOARD:
            self._send(sent)
        self._changed()

    def _result(self, code: str) -> bytes:
        output, tail = self._registers[OUTPUT], self._registers[TAIL]
        text = code.encode(_ENCODINGS[output >> 2 & 0x03], "replace")
        if tail & 0x04:
            text = _CODE_IDS.get(self._symbology, b"") + text
        if tail & 0x01 and not self.faults.take(DROP_TAIL):
            text += _TAILS[tail >> 5 & 0x03]
        return text

    def _speed_changed(self, before: int) -> None:
        if self.baud != before:
            self.on_baud(self.baud)


def _factory() -> bytes:
    registers = bytearray(REGISTERS)
    for address, value in _FACTORY.items():
        registers[address] = value
    return bytes(registers)


def _ignore(baud: int) -> None:
    """Nobody cares about the speed."""
