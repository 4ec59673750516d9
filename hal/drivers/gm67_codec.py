"""The packets of GM67 scan modules, in the manner of Zebra's SSI (public driver Doridian/GM67): bytes only.

    short   length | opcode | source | status | data | sum (2)             length counts itself, not the sum
    long    FF | F4 | length (2) | F4 | source | status | data | sum (2)   for codes of more than 255 bytes

Source is 04 for the host, 00 for the module. The sum is the two's complement of all bytes before it, high byte first.
Written notes of the long form leave the first F4 out; both forms are taken.
"""

ACK = 0xD0
NACK = 0xD1
DECODED = 0xF3
DECODED_LONG = 0xF4
_PARAMETERS = 0xC6
_START = 0xE4
_STOP = 0xE5
_ENABLE = 0xE9
_HOST = 0x04
_MODULE = 0x00
_PERMANENT = 0x08  # status of a parameter that is kept
_AGAIN = 0x01  # status bit of a packet that is sent again (SSI)

RESEND = b"\x01"  # reason of a NACK: the packet came damaged
WAKE = b"\x00"
WAKE_MS = 50
READ_TIME = 50  # how long one start waits for a code, in units of 100 ms

_FROM_MODULE = (ACK, NACK, DECODED, DECODED_LONG)
_SUM_SIZE = 2
_HEAD = 4  # length, opcode, source, status
_LONG = 0xFF
_SHORTEST_LONG = 8  # FF, length, F4, source, status, sum
LONGEST = 7168  # bytes of a packet: the longest QR code; whatever claims more is noise

# What kind of code it is, as the symbology identifier of ISO/IEC 15424.
_IDENTIFIERS = {0xF1: b"]Q1", 0x03: b"]C0", 0x0B: b"]E0", 0xF2: b"]d1", 0xF0: b"]L0"}


def checksum(data: bytes) -> bytes:
    """The two bytes that follow `data`."""
    return (-sum(data) & 0xFFFF).to_bytes(2, "big")


def command(opcode: int, status: int = 0, data: bytes = b"") -> bytes:
    """A packet from the host."""
    body = bytes([_HEAD + len(data), opcode, _HOST, status]) + data
    return body + checksum(body)


def _parameter(key: int, value: int) -> bytes:
    return command(_PARAMETERS, _PERMANENT, bytes([0x00, key, value]))


START = command(_START)
STOP = command(_STOP)
ACKNOWLEDGE = command(ACK)
# Triggered by the host; so long per trigger; codes in packets; nothing around a code; scanning allowed.
SET_UP = (
    _parameter(0x8A, 0x08),
    _parameter(0x88, READ_TIME),
    _parameter(0xEE, 0x01),
    _parameter(0xEB, 0x00),
    command(_ENABLE),
)


class Packet:
    """A sound packet from the module."""

    def __init__(self, opcode: int, status: int, data: bytes) -> None:
        self.opcode = opcode
        self.again = bool(status & _AGAIN)
        self.data = data

    def __repr__(self) -> str:
        return f"Packet({self.opcode:02X}, {len(self.data)} bytes)"

    def is_code(self) -> bool:
        """Whether it carries a scanned code."""
        return self.opcode in (DECODED, DECODED_LONG)

    def text(self) -> bytes:
        """The code with its symbology identifier in front, where its kind is known."""
        if not self.data:
            return b""
        return _IDENTIFIERS.get(self.data[0], b"") + self.data[1:]


class PacketDecoder:
    """Finds the packets in a stream, however it is cut up. A packet has no mark at its beginning, so every byte is
    tried as one: whatever does not check is passed over byte by byte. Keeps at most one packet of `LONGEST` bytes."""

    def __init__(self) -> None:
        self._bytes = bytearray()

    def reset(self) -> None:
        """Forget an unfinished packet."""
        self._bytes = bytearray()

    def unfinished(self) -> bool:
        """Whether the stream stands in the middle of a packet, or of what could be one."""
        return len(self._bytes) > 0

    def feed(self, data: bytes) -> "list[Packet]":
        """Take what came from the module and return the packets that are complete, in the order of arrival."""
        self._bytes.extend(data)
        return self._find(False)

    def flush(self) -> "list[Packet]":
        """The line has been quiet: what is unfinished will not be finished. Returns the packets behind its
        beginning."""
        found = self._find(True)
        self.reset()
        return found

    def _find(self, last: bool) -> "list[Packet]":
        found: "list[Packet]" = []
        at = 0
        while at < len(self._bytes):
            size = _size(self._bytes, at)
            if size > 0 and at + size > len(self._bytes) and not last:
                break
            packet = _packet(bytes(self._bytes[at : at + size]), size) if size > 0 else None
            if size == 0 and not last:
                break
            if packet is not None:
                found.append(packet)
                at += size
            else:
                at += 1
        self._bytes = self._bytes[at:]
        return found


def _size(data: bytearray, at: int) -> int:
    """Bytes of the packet that begins at `at`, sum included; 0 when more must come to tell, -1 when none begins."""
    head = data[at : at + 5]
    if head[0] != _LONG:
        if head[0] < _HEAD or (len(head) > 1 and head[1] not in _FROM_MODULE) or (len(head) > 2 and head[2] != _MODULE):
            return -1
        return head[0] + _SUM_SIZE if len(head) > 2 else 0
    if len(head) < 5:
        return 0
    skipped = _skipped(head)
    if skipped < 0:
        return -1
    size = (head[1 + skipped] << 8 | head[2 + skipped]) + _SUM_SIZE
    return size if _SHORTEST_LONG + skipped <= size <= LONGEST else -1


def _skipped(head: bytearray) -> int:
    """Bytes between FF and the length of a long packet, 1 or 0; -1 when it is none."""
    if head[1] == DECODED_LONG and head[4] == DECODED_LONG:
        return 1
    return 0 if head[3] == DECODED_LONG and head[4] == _MODULE else -1


def _packet(data: bytes, size: int) -> "Packet | None":
    if len(data) < size or checksum(data[:-_SUM_SIZE]) != data[-_SUM_SIZE:]:
        return None
    if data[0] != _LONG:
        return Packet(data[1], data[3], data[_HEAD:-_SUM_SIZE])
    body = data[5:] if data[1] == DECODED_LONG and data[4] == DECODED_LONG else data[4:]  # source, status, data, sum
    return Packet(DECODED_LONG, body[1], body[2:-_SUM_SIZE]) if body[0] == _MODULE else None
