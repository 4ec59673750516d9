"""The serial protocol of GM65 scan modules (GM65 manual, sections 3 and 8 and appendices A and B): bytes only.

    command   7E 00 | type | length | address (2) | data | CRC (2)     type 07 reads a zone, 08 writes it
    reply     02 00 | type | length | data | CRC (2)                   type 00 means done

The CRC is CCITT (polynomial 1021, start 0) over type to data, high byte first. The text of a scanned code comes in the
same stream as the replies, without a frame, ended by CR.
"""

ZONE_MODE = 0x0000  # bits 1-0: 00 manual, 01 command, 10 continuous, 11 sensing
ZONE_TRIGGER = 0x0002  # bit 0: read now
ZONE_READ_TIME = 0x0006  # how long one trigger waits for a code, in units of 100 ms; 0 = for ever
ZONE_OUTPUT = 0x000D  # bits 1-0: 00 serial, 01 USB keyboard, 11 virtual serial port
ZONE_TAIL = 0x0060  # bits 6-5: 00 CR; bit 4 to 1: RF, prefix, code id, suffix; bit 0: tail on

LONGEST_CODE = 512  # bytes; the longest code of the counter is far shorter
CR = 0x0D
_LF = 0x0A
_STX = 0x02
_REPLY_HEAD = 4
_CRC_SIZE = 2


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


def read_zone(zone: int) -> bytes:
    """The command that asks for one byte at `zone`."""
    return _command(0x07, zone, b"\x01")


def write_zone(zone: int, value: int) -> bytes:
    """The command that sets the byte at `zone`, until the module loses power."""
    return _command(0x08, zone, bytes([value]))


TRIGGER = b"\x7e\x00\x08\x01\x00\x02\x01\xab\xcd"  # as the manual prints it; AB CD stands for "CRC not checked"
STOP = write_zone(ZONE_TRIGGER, 0)


class Reply:
    """The module's reply to a command; `done` is False when it refused."""

    def __init__(self, done: bool, data: bytes) -> None:
        self.done = done
        self.data = data

    def __repr__(self) -> str:
        return "Reply(" + ("done" if self.done else "refused") + ", " + self.data.hex() + ")"


class Code:
    """The text of one scanned code without its tail."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def __repr__(self) -> str:
        return "Code(" + str(len(self.data)) + " bytes)"


class BadInput:
    """Bytes that were neither a reply nor a code and are lost; `reason` is "reply", "control" or "too_long"."""

    def __init__(self, reason: str) -> None:
        self.reason = reason

    def __repr__(self) -> str:
        return "BadInput(" + self.reason + ")"


def _in_a_code(byte: int) -> bool:
    # EOT, FS, GS, RS and US separate the fields of GS1 and ISO/IEC 15434 codes; a tab may stand in a QR code.
    return (byte >= 0x20 and byte != 0x7F) or byte in (0x04, 0x09, 0x1C, 0x1D, 0x1E, 0x1F)


class StreamDecoder:
    """Tells replies and codes apart, however the stream is cut up.

    A damaged reply may hide the beginning of a code behind it, so everything up to the next CR is dropped with it:
    a code that has to be scanned again does less harm than a wrong one. Keeps at most `LONGEST_CODE` bytes.
    """

    def __init__(self) -> None:
        self._record = bytearray()
        self._skipping = False

    def reset(self) -> None:
        """Forget an unfinished record."""
        self._record = bytearray()
        self._skipping = False

    def unfinished(self) -> bool:
        """Whether the stream stands in the middle of a reply or a code."""
        return self._skipping or len(self._record) > 0

    def feed(self, data: bytes) -> "list[Reply | Code | BadInput]":
        """Take what came from the module and return what is complete, in the order of arrival."""
        found: "list[Reply | Code | BadInput]" = []
        for byte in data:
            item = self._take(byte)
            if item is not None:
                found.append(item)
        return found

    def _take(self, byte: int) -> "Reply | Code | BadInput | None":
        if self._skipping:
            self._skipping = byte != CR
            return None
        if not self._record and byte in (CR, _LF):
            return None
        self._record.append(byte)
        if self._record[0] == _STX:
            return self._take_reply(byte)
        if byte == CR:
            return Code(self._finish()[:-1])
        if not _in_a_code(byte):
            return self._bad("control", byte)
        if len(self._record) > LONGEST_CODE:
            return self._bad("too_long", byte)
        return None

    def _take_reply(self, byte: int) -> "Reply | BadInput | None":
        size = len(self._record)
        if size == 2 and byte != 0:
            return self._bad("reply", byte)
        if size < _REPLY_HEAD or size < _REPLY_HEAD + self._record[3] + _CRC_SIZE:
            return None
        body = bytes(self._record[2:-_CRC_SIZE])
        if crc(body) != bytes(self._record[-_CRC_SIZE:]):
            return self._bad("reply", byte)
        self._finish()
        return Reply(body[0] == 0, body[2:])

    def _finish(self) -> bytes:
        record = bytes(self._record)
        self._record = bytearray()
        return record

    def _bad(self, reason: str, last: int) -> BadInput:
        self._finish()
        self._skipping = last != CR
        return BadInput(reason)
