"""The packets of GM67 scan modules, from the module's side (as the public drivers of Doridian/GM67 have them).

A packet: length (of itself and all before the check), opcode, who sends it (00 scanner, 04 host), status, data, check.
A code of more than 250 bytes: FF, opcode, length in two bytes, opcode again, and on. The check is the two's complement
of the sum of all bytes before it, in two bytes. What fits nothing is passed over; a lone 00 wakes the module.
"""

from dataclasses import dataclass

START, STOP, ENABLE, DISABLE = 0xE4, 0xE5, 0xE9, 0xEA
PARAMETER = 0xC6
ACK, NACK = 0xD0, 0xD1
CODE, LONG_CODE = 0xF3, 0xF4
RESEND = 1
HOST = 0x04
SCANNER = 0x00
AGAIN = 0x01  # bit of the status of a packet that is sent again (as in SSI; not documented for this module)

_HEAD = 4
_CHECK = 2
_LONG_HEAD = 7
_LONGEST_SHORT = 0xFE
_FROM_HOST = (START, STOP, ENABLE, DISABLE, PARAMETER, ACK, NACK)


@dataclass(frozen=True)
class Packet:
    """A packet from the host that came through whole."""

    opcode: int
    status: int
    data: bytes


def check_of(data: bytes) -> bytes:
    """The check behind `data`."""
    return (-sum(data) & 0xFFFF).to_bytes(2, "big")


def packet(opcode: int, data: bytes = b"", status: int = 0) -> bytes:
    """A packet to the host."""
    body = bytes((_HEAD + len(data), opcode, SCANNER, status)) + data
    return body + check_of(body)


def code_packet(kind: int, text: bytes, status: int = 0) -> bytes:
    """A code: its kind of symbol, then the text."""
    data = bytes((kind,)) + text
    if _HEAD + len(data) <= _LONGEST_SHORT:
        return packet(CODE, data, status)
    length = _LONG_HEAD + len(data)
    body = bytes((0xFF, LONG_CODE)) + length.to_bytes(2, "big") + bytes((LONG_CODE, SCANNER, status)) + data
    return body + check_of(body)


class PacketParser:
    """Finds packets from the host in a stream."""

    def __init__(self) -> None:
        self._bytes = bytearray()

    def feed(self, data: bytes) -> list[Packet]:
        """Take `data` in; returns the packets that are complete now."""
        self._bytes += data
        packets = []
        while self._bytes:
            if not self._may_begin():
                del self._bytes[0]
                continue
            size = self._bytes[0] + _CHECK
            if len(self._bytes) < size:
                break
            body = bytes(self._bytes[: size - _CHECK])
            if check_of(body) == self._bytes[size - _CHECK : size]:
                packets.append(Packet(body[1], body[3], body[_HEAD:]))
                del self._bytes[:size]
            else:
                del self._bytes[0]
        return packets

    def clear(self) -> None:
        """Forget a packet that has begun."""
        self._bytes.clear()

    def _may_begin(self) -> bool:
        """Can what is there be the beginning of a packet?"""
        wanted = (range(_HEAD, 0x20), _FROM_HOST, (HOST,))
        return all(byte in allowed for byte, allowed in zip(self._bytes, wanted, strict=False))
