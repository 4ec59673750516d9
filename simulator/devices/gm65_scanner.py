"""A scan module of the GM65 class on a serial line (GM65 manual): registers, light, trigger, and what it reads."""

from simulator.clock import Clock, Timer
from simulator.devices import gm65
from simulator.devices import scanner_faults as fault
from simulator.devices.aim import aim_identifier
from simulator.devices.scanner import Scanner

MODE = 0x0000  # bits 1-0
TRIGGER = 0x0002
INTERVAL = 0x0005  # in 100 ms, between two reads in continuous mode
READ_TIMEOUT = 0x0006  # in 100 ms; 0 = none
OUTPUT = 0x000D  # bits 3-2 encoding, bits 1-0 where the text goes
SAME_CODE = 0x0013  # bit 7 on, the others seconds (a working driver writes 85 and calls it 5 s); 0 = for ever
BAUD = 0x002A  # two registers, low byte first: 3 MHz divided by the speed
TAIL = 0x0060  # bits 6-5 which, bit 2 code id, bit 0 on
RAW = 0x00BC  # 08: bytes of a QR code are passed on as they are
AIM = 0x00D0  # 80: the AIM identifier stands before the code
POWER = 0x00D9  # factory reset, sleep, wake
MODEL = 0x00E0
VERSION = 0x00E2
REGISTERS = 0x100

MANUAL, COMMAND, CONTINUOUS, SENSING = range(4)
FACTORY_RESET = 0x55
_ASLEEP = (0xA0, 0xA5)
_KEYBOARD = 1
_NEEDS_RAW = 0x69  # the version that spoils binary QR codes without the raw mode
_ENCODINGS = ("gb18030", "utf-8", "big5", "gb18030")  # zone 000D says GBK, Unicode, BIG5; GB18030 holds GBK
_TAILS = (b"\r", b"\r\n", b"\t", b"")
_CODE_IDS = {"qr": b"Q", "code128": b"j", "ean13": b"d", "gs1-datamatrix": b"u", "pdf417": b"r"}
_BAUDS = {0x0271: 4800, 0x0139: 9600, 0x00D0: 14400, 0x009C: 19200, 0x004E: 38400, 0x0034: 57600, 0x001A: 115200}
# The manual contradicts itself on the default mode (its table says continuous, section 3.3 manual); here it is manual.
_FACTORY = {
    MODE: 0xD4,
    INTERVAL: 0x0A,
    READ_TIMEOUT: 0x32,
    0x000A: 0x3E,
    SAME_CODE: 0x80,
    BAUD: 0x39,
    BAUD + 1: 0x01,
    TAIL: 0x01,
    MODEL: 5,
}
_READ_ONLY = range(MODEL, 0x0100)  # model and version

SHORTEST_INTERVAL_S = 0.05  # our choice: what it manages without an interval
COMMAND_PATIENCE_S = 0.4  # from its first byte on; a command that takes longer is passed over


class Gm65Scanner(Scanner):
    """Talks in registers. Prefix and suffix are registers without effect."""

    kind = "gm65"
    can_have = fault.OF_SERIAL_KINDS | {fault.BAD_CRC, fault.REFUSES, fault.FORGETS_SETTINGS, fault.ACK_LATE}

    def __init__(self, clock: Clock, decode_s: float = 0.0, seed: int = 0, version: int = 0x57) -> None:
        """`version` is what its software says of itself."""
        super().__init__(clock, decode_s, seed)
        self._version = version
        self._parser = gm65.CommandParser()
        self._begun_at = 0.0  # the command that is not whole yet
        self._stored = self._factory()
        self._registers = bytearray(self._stored)
        self._again: Timer | None = None

    @property
    def mode(self) -> int:
        """`MANUAL`, `COMMAND`, `CONTINUOUS` or `SENSING`."""
        return self._registers[MODE] & 0x03

    @property
    def waiting(self) -> int:
        """As in `SerialDevice`: of a command that has begun."""
        return self._parser.held

    def set_speed(self, baud: int) -> None:
        """As in `Scanner`; it is kept in the EEPROM."""
        divisor = next((value for value, speed in _BAUDS.items() if speed == baud), None)
        if divisor is None:
            raise ValueError(f"the scanner's speeds are {', '.join(map(str, _BAUDS.values()))}")
        self._registers[BAUD : BAUD + 2] = divisor.to_bytes(2, "little")
        self._stored = bytes(self._registers)
        self._speed_changed()

    def _key_starts(self) -> bool:
        return self.mode in (MANUAL, SENSING)

    def _never_dark(self) -> bool:
        return self.mode == CONTINUOUS

    def _read_limit_s(self) -> float:
        return self._registers[READ_TIMEOUT] / 10

    def _handle(self, data: bytes) -> None:
        now = self._clock.now()
        if now - self._begun_at > COMMAND_PATIENCE_S:
            self._parser.clear()
        if not self._parser.held:
            self._begun_at = now
        for command in self._parser.feed(data):
            self._begun_at = now  # so has what came behind it
            self._execute(command)

    def _pulled(self) -> None:
        self._parser.clear()
        self._stop_again()
        super()._pulled()

    def _put_in(self) -> None:
        if self.faults.active(fault.FORGETS_SETTINGS):
            self._stored = self._factory()
        self._registers[:] = self._stored
        self._speed_changed()
        self._seen = False
        self._look()

    def _execute(self, command: gm65.Command) -> None:
        match command:
            case gm65.Command(gm65.READ, address, data) if len(data) == 1 and 0 < data[0] <= REGISTERS - address:
                self._reply(bytes(self._registers[address : address + data[0]]))
            case gm65.Command(gm65.WRITE, address, data) if data and address + len(data) <= REGISTERS:
                if address != TRIGGER and self.faults.take(fault.REFUSES):
                    self._reply(status=gm65.REFUSED)
                else:
                    self._write(address, data)
            case gm65.Command(gm65.SAVE, 0, b"\x00"):
                self._stored = bytes(self._registers)
                self._reply()

    def _reply(self, data: bytes = b"\x00", status: int = 0) -> None:
        frame = gm65.reply(data, status)
        if self.faults.take(fault.BAD_CRC):
            frame = frame[:-1] + bytes((frame[-1] ^ 0xFF,))
        self._acknowledge(frame)

    def _write(self, address: int, data: bytes) -> None:
        lit = self.lit
        if address == POWER and data[0] == FACTORY_RESET:
            self._stored = self._factory()
            self._registers[:] = self._stored
            self.faults.clear(fault.STUCK_LIGHT)
            self._dark()
        else:
            for at, value in enumerate(data, address):
                if at not in _READ_ONLY:
                    self._registers[at] = value
        # A new speed takes effect at once; whether that includes this answer is not documented. Here it does.
        self._speed_changed()
        self._reply()
        if address == MODE or address <= TRIGGER < address + len(data):
            self._trigger()
        if self.lit and not lit:
            self._seen = False
        self._look()
        self._changed()

    def _trigger(self) -> None:
        on = self._registers[TRIGGER] & 1
        self._stop_again()
        self._dark()
        if on and self.mode == COMMAND:
            self._light()

    def _light(self) -> None:
        super()._light()
        self._registers[TRIGGER] = 1

    def _dark(self) -> None:
        super()._dark()
        self._registers[TRIGGER] = 0

    def _look(self) -> None:
        if self._registers[POWER] not in _ASLEEP and self._again is None:
            super()._look()

    def _decoded(self) -> None:
        before = self.last
        super()._decoded()
        if self.mode == CONTINUOUS and self.last is not before:
            interval = max(self._registers[INTERVAL] / 10, SHORTEST_INTERVAL_S)
            self._rest(interval, self.last.code if self.last else "")

    def _rest(self, seconds: float, code: str) -> None:
        """In continuous mode: look again after `seconds`; the same code still there is read again when 0013 says so."""

        def wake() -> None:
            self._again = None
            delay = self._registers[SAME_CODE]
            if self.window != code or self._leaves:
                self._look()
            elif not delay & 0x80:
                self._seen = False
                self._look()
            elif delay & 0x7F:
                self._again = self._clock.after(max(0.0, (delay & 0x7F) - seconds), self._once_more)

        self._stop_again()
        self._again = self._clock.after(seconds, wake)

    def _once_more(self) -> None:
        self._again = None
        self._seen = False
        self._look()

    def _stop_again(self) -> None:
        if self._again:
            self._again.cancel()
            self._again = None

    def _emit(self, result: bytes) -> None:
        if self._registers[OUTPUT] & 0x03 != _KEYBOARD:
            self._send(result)

    def _result(self, code: str) -> bytes:
        output, tail = self._registers[OUTPUT], self._registers[TAIL]
        text = code.encode(_ENCODINGS[output >> 2 & 0x03], "replace")
        if self._symbology == "qr" and self._version == _NEEDS_RAW and self._registers[RAW] != 0x08:
            text = bytes(byte if byte < 0x80 else 0x3F for byte in text)
        if self._registers[AIM] & 0x80:
            text = aim_identifier(self._symbology) + text
        if tail & 0x04:
            text = _CODE_IDS.get(self._symbology, b"") + text
        return self._tailed(text, _TAILS[tail >> 5 & 0x03]) if tail & 0x01 else text

    def _speed_changed(self) -> None:
        self._set_baud(_BAUDS.get(int.from_bytes(self._registers[BAUD : BAUD + 2], "little"), 9600))

    def _factory(self) -> bytes:
        registers = bytearray(REGISTERS)
        for address, value in _FACTORY.items():
            registers[address] = value
        registers[VERSION] = self._version
        return bytes(registers)
