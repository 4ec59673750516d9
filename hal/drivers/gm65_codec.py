"""The serial protocol of GM65 scan modules (GM65 manual, sections 3 and 8 and appendices A and B): bytes only.

    command   7E 00 | type | length | address (2) | data | CRC (2)     type 07 reads a zone, 08 writes it
    reply     02 00 | type | length | data | CRC (2)                   type 00 means done

The CRC is CCITT (polynomial 1021, start 0) over type to data, high byte first. The text of a scanned code comes in the
same stream as the replies, without a frame, ended by CR. GM805 and GM812 speak the same.
"""

from hal.drivers.text_codec import CR, BadInput, TextDecoder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hal.drivers.text_codec import Code

ZONE_MODE = 0x0000  # bits 1-0: 00 manual, 01 command, 10 continuous, 11 sensing
ZONE_TRIGGER = 0x0002  # bit 0: read now
ZONE_INTERVAL = 0x0005  # the pause between two reads in continuous mode
ZONE_READ_TIME = 0x0006  # how long one trigger waits for a code, in units of 100 ms; 0 = for ever
ZONE_OUTPUT = 0x000D  # bits 3-2: 00 GBK, 01 Unicode, 10 BIG5; bits 1-0: 00 serial, 01 USB keyboard, 11 virtual port
ZONE_SAME_CODE = 0x0013  # bit 7: the same code is not read again for so long; bits 6-0: seconds, 0 = for ever
ZONE_BAUD = 0x002A  # two bytes, low one first: 3 MHz divided by the speed
ZONE_TAIL = 0x0060  # bits 6-5: 00 CR; bit 4 to 1: RF, prefix, code id, suffix; bit 0: tail on
ZONE_RAW = 0x00BC  # 08: the bytes of a code as they are; some firmware damages binary QR codes without it
ZONE_AIM = 0x00D0  # 80: symbology identifier in front (GM812)
ZONE_POWER = 0x00D9  # A0 light sleep, A5 deep sleep, 00 awake, 55 all as it left the factory
ZONE_MODEL = 0x00E0
ZONE_VERSION = 0x00E2

COMMAND_MODE = 0x01
CONTINUOUS_MODE = 0x02
BAUDS = (9600, 115200, 57600, 38400, 19200)  # in the order in which modules are likely to be set to them

_CLOCK_HZ = 3_000_000
_STX = 0x02
_REPLY_HEAD = 4
_CRC_SIZE = 2
_LONGEST_REPLY = 16  # bytes of data; nobody asks for more, and a damaged length must not swallow the codes that follow


def crc(data: bytes) -> bytes:
    """The two CRC bytes of `data`."""
    value = 0
    for byte in data:
        value ^= byte << 8
        for _ in range(8):
            value = (value << 1 ^ 0x1021 if value & 0x8000 else value << 1) & 0xFFFF
    return value.to_bytes(2, "big")


def _command(kind: int, zone: int, data: bytes) -> bytes:
    body = bytes([kind, len(data)]) + zone.to_bytes(2, "big") + data
    return b"\x7e\x00" + body + crc(body)


def read_zone(zone: int, size: int = 1) -> bytes:
    """The command that asks for `size` bytes from `zone` on."""
    return _command(0x07, zone, bytes([size]))


def write_zone(zone: int, value: int) -> bytes:
    """The command that sets the byte at `zone`, until the module loses power."""
    return _command(0x08, zone, bytes([value]))


def write_baud(baud: int) -> bytes:
    """The command that sets the speed, which holds at once."""
    return _command(0x08, ZONE_BAUD, ((_CLOCK_HZ + baud // 2) // baud).to_bytes(2, "little"))


TRIGGER = b"\x7e\x00\x08\x01\x00\x02\x01\xab\xcd"  # as the manual prints it; AB CD stands for "CRC not checked"
STOP = write_zone(ZONE_TRIGGER, 0)
AWAKE = write_zone(ZONE_POWER, 0x00)
RESET = write_zone(ZONE_POWER, 0x55)


class Reply:
    """The module's reply to a command; `done` is False when it refused."""

    def __init__(self, done: bool, data: bytes) -> None:
        self.done = done
        self.data = data

    def __repr__(self) -> str:
        return "Reply(" + ("done" if self.done else "refused") + ", " + self.data.hex() + ")"


class StreamDecoder:
    """Tells replies and codes apart, however the stream is cut up.

    A damaged reply may hide the beginning of a code behind it, so everything up to the next CR is dropped with it
    (`BadInput` "reply"). A code that a reply cuts off has lost its end, and what follows the reply may be the rest of
    it: it is dropped as well, the reply is not.
    """

    def __init__(self) -> None:
        self._text = TextDecoder()
        self._reply = bytearray()

    def reset(self) -> None:
        """Forget an unfinished record."""
        self._text.reset()
        self._reply = bytearray()

    def unfinished(self) -> bool:
        """Whether the stream stands in the middle of a reply or a code."""
        return self._text.unfinished() or len(self._reply) > 0

    def feed(self, data: bytes) -> "list[Reply | Code | BadInput]":
        """Take what came from the module and return what is complete, in the order of arrival."""
        found: "list[Reply | Code | BadInput]" = []
        for byte in data:
            item = self._take(byte)
            if item is not None:
                found.append(item)
        return found

    def _take(self, byte: int) -> "Reply | Code | BadInput | None":
        if self._reply:
            return self._take_reply(byte)
        if byte != _STX:
            return self._text.take(byte)
        self._reply.append(byte)
        return self._text.spoil("control") if self._text.unfinished() else None

    def _take_reply(self, byte: int) -> "Reply | BadInput | None":
        reply = self._reply
        reply.append(byte)
        size = len(reply)
        if (size == 2 and byte != 0) or (size == _REPLY_HEAD and byte > _LONGEST_REPLY):
            return self._bad_reply(byte)
        if size < _REPLY_HEAD or size < _REPLY_HEAD + reply[3] + _CRC_SIZE:
            return None
        body = bytes(reply[2:-_CRC_SIZE])
        if crc(body) != bytes(reply[-_CRC_SIZE:]):
            return self._bad_reply(byte)
        self._reply = bytearray()
        return Reply(body[0] == 0, body[2:])

    def _bad_reply(self, last: int) -> BadInput:
        self._reply = bytearray()
        bad = self._text.spoil("reply")
        if last == CR:
            self._text.reset()
        return bad
