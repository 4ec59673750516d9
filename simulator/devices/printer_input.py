"""The input buffer of a receipt printer: bytes wait there for the mechanism and leave it as whole commands."""

from simulator.devices.escpos import UNTIL_NUL, Command, Token, next_token

DATA_LIMIT = 64 * 1024  # a picture as wide as 58 mm paper and 17 cm long; data beyond that is swallowed


class InputBuffer:
    """Holds `size` bytes; the data of a command whose turn has come does not count.

    `four_bytes` says whether the printer knows the four-byte characters of GB18030.
    """

    def __init__(self, size: int, *, four_bytes: bool) -> None:
        self.size = size
        self._four_bytes = four_bytes
        self._bytes = bytearray()
        self._command: Command | None = None  # waiting for its data
        self._data = bytearray()
        self._skipped = 0

    def __len__(self) -> int:
        return len(self._bytes)

    @property
    def full(self) -> bool:
        """Is there no room for another byte?"""
        return len(self._bytes) >= self.size

    def put(self, byte: int) -> None:
        """Take one more byte."""
        self._bytes.append(byte)

    def clear(self) -> None:
        """Forget everything, a command that has begun as well."""
        self._bytes.clear()
        self._command = None
        self._data.clear()
        self._skipped = 0

    def take(self, *, chinese: bool) -> tuple[Token, bytes] | None:
        """The next character or command with its data; None when it is not whole yet."""
        while self._bytes:
            if self._command:
                return self._collect(self._command)
            token, size = next_token(self._bytes, chinese=chinese, four_bytes=self._four_bytes)
            del self._bytes[:size]
            if isinstance(token, Command) and token.data:
                self._command = token
            elif token:
                return token, b""
            elif not size:
                return None
        return None

    def _collect(self, command: Command) -> tuple[Token, bytes] | None:
        """Move the data of `command` here from the buffer; the command with it when it is complete."""
        if command.data == UNTIL_NUL:
            end = self._bytes.find(0)
            size, complete = (end + 1, True) if end >= 0 else (len(self._bytes), False)
        else:
            missing = command.data - len(self._data) - self._skipped
            size = min(len(self._bytes), missing)
            complete = size == missing
        kept = self._bytes[: min(size, DATA_LIMIT - len(self._data))]
        self._data += kept
        self._skipped += size - len(kept)
        del self._bytes[:size]
        if not complete:
            return None
        data = bytes(self._data)
        self._command = None
        self._data.clear()
        self._skipped = 0
        return command, data
