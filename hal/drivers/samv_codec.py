"""The serial protocol of identity-card readers with a SAM-V module (GA 467 / GA/T 450 family): bytes only.

    host to reader   AA AA AA 96 69 | length | command, parameter | data | check
    reader to host   AA AA AA 96 69 | length | SW1 SW2 SW3        | data | check

`length` is two bytes, big-endian, and counts everything behind it. `check` is the exclusive or of everything between
the preamble and itself. SW1 and SW2 come from the card, SW3 from the reader.
"""

from hal.errors import DeviceError

PREAMBLE = b"\xaa\xaa\xaa\x96\x69"
TEXT_SIZE = 256
PHOTO_SIZE = 1024
SHORTEST = 4  # SW1 SW2 SW3 and the check
LONGEST = 0x090A  # text, photo and two fingerprints of 512 bytes: the longest reply there is
_HEAD = 7  # preamble and length

OK = 0x90
CARD_FOUND = 0x9F
NO_CONTENT = 0x91
WRONG_CARD_TYPE = 0x40
FIND_FAILED = 0x80
SELF_TEST_FAILED = 0x60
SAM_NOT_AUTHORISED = 0x66

_MEANINGS = {
    OK: "ok",
    CARD_FOUND: "card found",
    0x10: "checksum of the command wrong",
    0x11: "length of the command wrong",
    0x21: "command or parameter wrong",
    0x24: "unrecognised error",
    0x31: "card did not accept the reader",
    0x32: "reader did not accept the card",
    0x33: "information did not verify",
    WRONG_CARD_TYPE: "wrong type of card",
    0x41: "reading failed",
    0x47: "random number failed",
    SELF_TEST_FAILED: "self-test of the reader failed",
    SAM_NOT_AUTHORISED: "security module not authorised",
    FIND_FAILED: "no card found",
    0x81: "selecting the card failed",
    NO_CONTENT: "item has no content",
}


def meaning(sw3: int) -> str:
    """What the reader's status byte says, in words for the log."""
    return _MEANINGS.get(sw3, f"undocumented status {sw3:02X}")


def is_fault(sw3: int) -> bool:
    """Whether the reader itself is out of order, whatever lies on it."""
    return sw3 in (SELF_TEST_FAILED, SAM_NOT_AUTHORISED)


def _check(data: bytes) -> int:
    result = 0
    for byte in data:
        result ^= byte
    return result


def command(code: int, parameter: int, data: bytes = b"") -> bytes:
    """The whole frame of a command."""
    body = (len(data) + 3).to_bytes(2, "big") + bytes([code, parameter]) + data
    return PREAMBLE + body + bytes([_check(body)])


SAM_STATUS = command(0x11, 0xFF)
FIND_CARD = command(0x20, 0x01)
SELECT_CARD = command(0x20, 0x02)
READ_TEXT_AND_PHOTO = command(0x30, 0x01)
READ_NEWEST_ADDRESS = command(0x30, 0x03)


class Frame:
    """A whole and sound reply."""

    def __init__(self, sw1: int, sw2: int, sw3: int, data: bytes) -> None:
        self.sw1 = sw1
        self.sw2 = sw2
        self.sw3 = sw3
        self.data = data

    def __repr__(self) -> str:
        return f"Frame({self.sw3:02X}, {len(self.data)} bytes)"  # the data is a person's card


class BadFrame:
    """Something that began like a reply and was none; `reason` is "length" or "checksum"."""

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
        if len(self._buffer) < _HEAD:
            return None
        length = int.from_bytes(self._buffer[len(PREAMBLE) : _HEAD], "big")
        if not SHORTEST <= length <= LONGEST:
            return self._bad("length")
        end = _HEAD + length
        if len(self._buffer) < end:
            return None
        if _check(self._buffer[len(PREAMBLE) : end]) != 0:
            return self._bad("checksum")
        frame = self._buffer[:end]
        self._buffer = self._buffer[end:]
        return Frame(frame[_HEAD], frame[_HEAD + 1], frame[_HEAD + 2], frame[_HEAD + 3 : end - 1])

    def _bad(self, reason: str) -> BadFrame:
        self._buffer = self._buffer[1:]
        return BadFrame(reason)


def text_and_photo(data: bytes) -> "tuple[bytes, bytes]":
    """The text block (256 bytes) and the photo (1024 bytes) in the data of a reply to `READ_TEXT_AND_PHOTO`.

    The data begins with the two lengths, big-endian. Raises `DeviceError` when they or the size are different.
    """
    head = TEXT_SIZE.to_bytes(2, "big") + PHOTO_SIZE.to_bytes(2, "big")
    if data[: len(head)] != head or len(data) != len(head) + TEXT_SIZE + PHOTO_SIZE:
        raise DeviceError("card.unreadable", f"card data of {len(data)} bytes with unexpected lengths")
    text_end = len(head) + TEXT_SIZE
    return data[len(head) : text_end], data[text_end:]
