"""A scan module of the GM67 class on a serial line: packets, each acknowledged, a code until the host has said so."""

from simulator.clock import Clock, Timer
from simulator.devices import gm67
from simulator.devices import scanner_faults as fault
from simulator.devices.scanner import READ_LIMIT_S, Scanner

HOLD, BUTTON, CONTINUOUS, HOST, SENSING = 0x00, 0x02, 0x04, 0x08, 0x09
_TRIGGER_MODE, _READ_TIME, _DATA_FORMAT, _PACKETS = 0x8A, 0x88, 0xEB, 0xEE
# Trigger by button, plain text: what a module does out of its box is not documented; these are the least helpful.
_FACTORY = {_TRIGGER_MODE: BUTTON, _READ_TIME: int(READ_LIMIT_S * 10), _DATA_FORMAT: 0, _PACKETS: 0}
_KINDS = {
    "code39": 0x01, "code128": 0x03, "ean8": 0x0A, "ean13": 0x0B, "gs1-128": 0x0F, "pdf417": 0xF0, "qr": 0xF1,
    "gs1-datamatrix": 0xF2, "datamatrix": 0xF2,
}  # fmt: skip
_SUFFIX = b"\r"
_WITH_SUFFIX = 0x01

RESEND_S = 1.0  # how long it waits for the acknowledgement of a code; how long and how often is not documented
RESENDS = 3
COMMAND_PATIENCE_S = 0.4  # our choice: a packet that stops for longer is passed over


class Gm67Scanner(Scanner):
    """Talks in packets. It keeps what it is told without power; with `packets` off codes are sent as plain text."""

    kind = "gm67"
    can_have = (fault.OF_SERIAL_KINDS | {
        fault.BAD_CRC, fault.REFUSES, fault.FORGETS_SETTINGS, fault.ACK_LATE, fault.RESENDS,
    })  # fmt: skip

    def __init__(self, clock: Clock, decode_s: float = 0.0, seed: int = 0) -> None:
        super().__init__(clock, decode_s, seed, baud=115200)
        self._parser = gm67.PacketParser()
        self._heard_at = 0.0
        self._parameters = dict(_FACTORY)
        self._enabled = True
        self._unheard = b""  # the code that the host has not acknowledged yet
        self._left = 0
        self._resend: Timer | None = None

    @property
    def mode(self) -> int:
        """`HOLD`, `BUTTON`, `CONTINUOUS`, `HOST` or `SENSING`."""
        return self._parameters[_TRIGGER_MODE]

    def _key_starts(self) -> bool:
        return self._enabled and self.mode in (HOLD, BUTTON, SENSING)

    def _never_dark(self) -> bool:
        return self._enabled and self.mode == CONTINUOUS

    def _read_limit_s(self) -> float:
        return self._parameters[_READ_TIME] / 10

    def _pulled(self) -> None:
        self._parser.clear()
        self._heard_code()
        self._enabled = True
        super()._pulled()

    def _put_in(self) -> None:
        if self.faults.active(fault.FORGETS_SETTINGS):
            self._parameters = dict(_FACTORY)
        self._seen = False
        self._look()

    def _handle(self, data: bytes) -> None:
        now = self._clock.now()
        if now - self._heard_at > COMMAND_PATIENCE_S:
            self._parser.clear()
        self._heard_at = now
        for packet in self._parser.feed(data):
            self._obey(packet)

    def _obey(self, packet: gm67.Packet) -> None:
        if packet.opcode in (gm67.ACK, gm67.NACK):
            self._answered(packet)
            return
        if packet.opcode == gm67.PARAMETER and self.faults.take(fault.REFUSES):
            self._say(gm67.packet(gm67.NACK, bytes((gm67.RESEND,))))
            return
        self._say(gm67.packet(gm67.ACK))
        match packet.opcode:
            case gm67.START if self._enabled and self.mode == HOST:
                self._light()
            case gm67.STOP:
                self._dark()
            case gm67.ENABLE | gm67.DISABLE:
                self._enabled = packet.opcode == gm67.ENABLE
                self._dark()
            case gm67.PARAMETER if len(packet.data) == 3 and packet.data[1] in self._parameters:
                self._parameters[packet.data[1]] = packet.data[2]
                self._dark()
        self._look()
        self._changed()

    def _answered(self, packet: gm67.Packet) -> None:
        if packet.opcode == gm67.ACK and not (self._unheard and self.faults.take(fault.RESENDS)):
            self._heard_code()
        elif packet.opcode == gm67.NACK:
            self._send_again()

    def _result(self, code: str) -> bytes:
        text = code.encode("utf-8")
        if self._parameters[_DATA_FORMAT] & _WITH_SUFFIX:
            text = self._tailed(text, _SUFFIX)
        if not self._parameters[_PACKETS]:
            return text
        return gm67.code_packet(_KINDS.get(self._symbology, _KINDS["code128"]), text)

    def _emit(self, result: bytes) -> None:
        if not self._parameters[_PACKETS]:
            self._send(result)
            return
        self._heard_code()
        self._unheard = result
        self._left = RESENDS
        self._resend = self._clock.after(RESEND_S, self._send_again)
        self._spoil_and_send(result)

    def _heard_code(self) -> None:
        self._unheard = b""
        if self._resend:
            self._resend.cancel()
            self._resend = None

    def _send_again(self) -> None:
        again, left = self._unheard, self._left
        self._heard_code()
        if not again or not left or not self.plugged:
            return
        self._unheard, self._left = again, left - 1
        self._resend = self._clock.after(RESEND_S, self._send_again)
        at = 6 if again[0] == 0xFF else 3
        body = again[:at] + bytes((again[at] | gm67.AGAIN,)) + again[at + 1 : -2]
        self._spoil_and_send(body + gm67.check_of(body))

    def _say(self, packet: bytes) -> None:
        self._acknowledge(self._spoilt(packet))

    def _spoil_and_send(self, packet: bytes) -> None:
        self._send(self._spoilt(packet))

    def _spoilt(self, packet: bytes) -> bytes:
        return packet[:-1] + bytes((packet[-1] ^ 0xFF,)) if self.faults.take(fault.BAD_CRC) else packet
