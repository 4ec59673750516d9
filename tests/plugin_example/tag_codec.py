"""The bytes of the invented tag reader; its manual stands in `simulated_tag_reader`. No port, no clock, no await."""

QUESTION = b"?\r"
_ANSWER = b"!"
_SIZE = 11  # of a tag's record without its CR
_CR = 0x0D


class Present:
    """The reader says that it is there."""


class Tag:
    """A tag was read; `number` has eight digits."""

    def __init__(self, number: bytes) -> None:
        self.number = number


class TagDecoder:
    """Cuts a stream into `Present` and `Tag`, however it arrives; what is neither is dropped up to the next CR. Keeps
    at most one byte more than a record."""

    def __init__(self) -> None:
        self._line = bytearray()

    def reset(self) -> None:
        """Forget what has begun."""
        self._line = bytearray()

    def unfinished(self) -> bool:
        """Whether the stream stands in the middle of a record."""
        return len(self._line) > 0

    def feed(self, data: bytes) -> "list[Present | Tag]":
        """Take what came and return what is complete."""
        found: list[Present | Tag] = []
        for byte in data:
            if byte != _CR:
                if len(self._line) <= _SIZE:
                    self._line.append(byte)
                continue
            item = _item(bytes(self._line))
            self.reset()
            if item is not None:
                found.append(item)
        return found


def _item(line: bytes) -> "Present | Tag | None":
    if line == _ANSWER:
        return Present()
    record, number = line[:9], line[1:9]
    whole = len(line) == _SIZE and line[:1] == b"T" and number.isdigit() and line[9:] == b"%02X" % (sum(record) % 256)
    return Tag(number) if whole else None
