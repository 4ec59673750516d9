"""The serial protocol of identity-card readers with a SAM-V module (GA 467 / GA/T 450 family): bytes only.

    host to reader   AA AA AA 96 69 | length | command, parameter | data | check
    reader to host   AA AA AA 96 69 | length | SW1 SW2 SW3        | data | check

`length` is two bytes, big-endian, and counts everything behind it. `check` is the exclusive or of everything between
the preamble and itself. SW1 and SW2 come from the card, SW3 from the reader (`hal.drivers.samv_status`).
"""

import struct

from hal.drivers.samv_status import CARD_FOUND, OK, meaning
from hal.errors import DeviceError

PREAMBLE = b"\xaa\xaa\xaa\x96\x69"
TEXT_SIZE = 256
PHOTO_SIZE = 1024
FINGERPRINT_SIZES = (0, 512, 1024)
ADDRESS_SIZE = 70
SAM_NUMBER_SIZE = 16
SHORTEST = 4  # SW1 SW2 SW3 and the check
LONGEST = 0x090A  # text, photo and two fingerprints of 512 bytes: the longest reply there is
HEAD = 7  # preamble and length
BAUDS = (115200, 57600, 38400, 19200, 9600)  # in the order of the parameter of command 60

# What modules with an ASCII front end (D&C...) send when their own reader did not answer: the head of a reply whose
# end never comes. Taken for one, it would swallow the first two bytes of the next reply, and its check would be right.
_FRONT_END_GAVE_UP = PREAMBLE + b"\x00\x05\x05\x05\x05"


def _check(data: bytes) -> int:
    result = 0
    for byte in data:
        result ^= byte
    return result


def command(code: int, parameter: int, data: bytes = b"") -> bytes:
    """The whole frame of a command."""
    body = (len(data) + 3).to_bytes(2, "big") + bytes([code, parameter]) + data
    return PREAMBLE + body + bytes([_check(body)])


RESET_SAM = command(0x10, 0xFF)
SAM_STATUS = command(0x11, 0xFF)
READ_SAM_NUMBER = command(0x12, 0xFF)
FIND_CARD = command(0x20, 0x01)
SELECT_CARD = command(0x20, 0x02)
READ_TEXT_AND_PHOTO = command(0x30, 0x01)
READ_NEWEST_ADDRESS = command(0x30, 0x03)
READ_WITH_FINGERPRINT = command(0x30, 0x10)


def change_baud(baud: int) -> bytes:
    """The command that makes the reader talk at `baud`, one of `BAUDS`."""
    return command(0x60, BAUDS.index(baud))


class Frame:
    """A whole and sound reply."""

    def __init__(self, sw1: int, sw2: int, sw3: int, data: bytes) -> None:
        self.sw1 = sw1
        self.sw2 = sw2
        self.sw3 = sw3
        self.data = data

    def words(self) -> str:
        """All three status bytes, with the meaning of the last: "ok (00 00 90)"."""
        return meaning(self.sw3) + f" ({self.sw1:02X} {self.sw2:02X} {self.sw3:02X})"

    def __repr__(self) -> str:
        return f"Frame({self.sw3:02X}, {len(self.data)} bytes)"  # the data is a person's card


class BadFrame:
    """Something that began like a reply and was none; `reason` is "length", "checksum" or "gave up"."""

    def __init__(self, reason: str) -> None:
        self.reason = reason

    def __repr__(self) -> str:
        return "BadFrame(" + self.reason + ")"


class FrameDecoder:
    """Finds the replies in what the reader sends, however it is cut up and whatever noise lies between them.

    It keeps at most one unfinished reply (`LONGEST` and the head). After a bad one it looks for the next preamble from
    the second byte of the bad one on, so that a reply whose end was lost does not take the following one with it.
    """

    def __init__(self) -> None:
        self._buffer = b""

    def __len__(self) -> int:
        return len(self._buffer)

    def reset(self) -> None:
        """Forget an unfinished reply."""
        self._buffer = b""

    def unfinished(self) -> bool:
        """Whether a reply has begun and its end has not come yet."""
        return len(self._buffer) >= len(PREAMBLE)

    def feed(self, data: bytes) -> "list[Frame | BadFrame]":
        """Take what came from the reader and return what is complete, in the order of arrival."""
        self._buffer += data
        found: "list[Frame | BadFrame]" = []
        item = self._take()
        while item is not None:
            found.append(item)
            item = self._take()
        return found

    def _take(self) -> "Frame | BadFrame | None":
        start = self._buffer.find(PREAMBLE)
        if start < 0:
            self._buffer = self._buffer[-(len(PREAMBLE) - 1) :]
            return None
        self._buffer = self._buffer[start:]
        if len(self._buffer) < HEAD:
            return None
        length = int.from_bytes(self._buffer[len(PREAMBLE) : HEAD], "big")
        if not SHORTEST <= length <= LONGEST:
            return self._bad("length")
        if self._buffer.startswith(_FRONT_END_GAVE_UP):
            return self._bad("gave up")
        end = HEAD + length
        if len(self._buffer) < end:
            return None
        if _check(self._buffer[len(PREAMBLE) : end]) != 0:
            return self._bad("checksum")
        frame = self._buffer[:end]
        self._buffer = self._buffer[end:]
        return Frame(frame[HEAD], frame[HEAD + 1], frame[HEAD + 2], frame[HEAD + 3 : end - 1])

    def _bad(self, reason: str) -> BadFrame:
        self._buffer = self._buffer[1:]
        return BadFrame(reason)


def answers(asked: bytes, frame: Frame) -> bool:
    """Whether `frame` can be the reply to the command `asked`. Replies do not say what they reply to, so one that came
    late or twice is known by its shape only; a refusal can be the reply to anything."""
    if frame.sw3 == CARD_FOUND:
        return asked == FIND_CARD
    if frame.sw3 != OK:
        return True
    size = len(frame.data)
    if asked in (READ_TEXT_AND_PHOTO, READ_WITH_FINGERPRINT):
        return size > TEXT_SIZE
    if asked == READ_NEWEST_ADDRESS:
        return size <= TEXT_SIZE  # any size shows that the card is there; only `ADDRESS_SIZE` is an address
    if asked == READ_SAM_NUMBER:
        return size == SAM_NUMBER_SIZE
    return asked != FIND_CARD and size < SAM_NUMBER_SIZE


def card_blocks(data: bytes, with_fingerprint: bool) -> "tuple[bytes, bytes, bytes]":
    """Text block (256 bytes), photo (1024 bytes) and fingerprint (0, 512 or 1024 bytes) in the data of a reply to
    `READ_WITH_FINGERPRINT`, or, without `with_fingerprint`, to `READ_TEXT_AND_PHOTO`.

    The data begins with the lengths of the blocks, two bytes each, big-endian. Raises `DeviceError` `card.unreadable`
    when they or the size are different.
    """
    head = 6 if with_fingerprint else 4
    fingerprint = int.from_bytes(data[4:6], "big") if with_fingerprint else 0
    sizes = (int.from_bytes(data[0:2], "big"), int.from_bytes(data[2:4], "big"))
    whole = len(data) == head + TEXT_SIZE + PHOTO_SIZE + fingerprint
    if not whole or sizes != (TEXT_SIZE, PHOTO_SIZE) or fingerprint not in FINGERPRINT_SIZES:
        raise DeviceError("card.unreadable", f"card data of {len(data)} bytes with unexpected lengths")
    text_end = head + TEXT_SIZE
    photo_end = text_end + PHOTO_SIZE
    return data[head:text_end], data[text_end:photo_end], data[photo_end:]


def sam_number(data: bytes) -> str:
    """The number of a module as it is printed on it, from the 16 bytes of the reply to `READ_SAM_NUMBER`."""
    product, version, date, serial, check = struct.unpack("<HHIII", data)
    return f"{product:02d}.{version:02d}-{date:d}-{serial:010d}-{check:010d}"
