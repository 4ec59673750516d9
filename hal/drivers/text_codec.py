"""The text of scanned codes as scanners send it: one after another, each ended by a tail. Bytes only.

Most scanners end a code with CR, CR LF or TAB; some are set to send no tail at all, and then a pause is all there is.
"""

LONGEST_CODE = 512  # bytes; the longest code of the counter is far shorter
CR = 0x0D
_LF = 0x0A
# EOT, FS, GS, RS and US separate the fields of GS1 and ISO/IEC 15434 codes; a tab may stand in a QR code.
_CONTROLS_OF_CODES = (0x04, 0x09, 0x1C, 0x1D, 0x1E, 0x1F)


def in_a_code(byte: int) -> bool:
    """Whether `byte` may stand in the text of a code."""
    return (byte >= 0x20 and byte != 0x7F) or byte in _CONTROLS_OF_CODES


class Code:
    """The text of one scanned code without its tail."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def __repr__(self) -> str:
        return "Code(" + str(len(self.data)) + " bytes)"


class BadInput:
    """Bytes that are lost: no code, or one that is not whole; `reason` is "control", "too_long", or a codec's own."""

    def __init__(self, reason: str) -> None:
        self.reason = reason

    def __repr__(self) -> str:
        return "BadInput(" + self.reason + ")"


class TextDecoder:
    """Cuts a stream into codes at any of `tails`, however it arrives. CR and LF between codes mean nothing.

    What cannot be text spoils everything up to the next tail: a code that has to be scanned again does less harm than a
    wrong one. `tailed` tells whether this scanner has ended a code with a tail. Keeps at most `LONGEST_CODE` bytes.
    """

    def __init__(self, tails: bytes = b"\r") -> None:
        self.tailed = False
        self._tails = tails
        self._record = bytearray()
        self._skipping = False

    def reset(self) -> None:
        """Forget an unfinished record."""
        self._record = bytearray()
        self._skipping = False

    def forget(self) -> None:
        """Forget all: another scanner may be there now."""
        self.reset()
        self.tailed = False

    def unfinished(self) -> bool:
        """Whether the stream stands in the middle of a record."""
        return self._skipping or len(self._record) > 0

    def feed(self, data: bytes) -> "list[Code | BadInput]":
        """Take what came from the scanner and return what is complete, in the order of arrival."""
        found: "list[Code | BadInput]" = []
        for byte in data:
            item = self.take(byte)
            if item is not None:
                found.append(item)
        return found

    def take(self, byte: int) -> "Code | BadInput | None":
        """Take one byte and return what it completes."""
        if byte in self._tails:
            return self._take_tail()
        if self._skipping or (byte in (CR, _LF) and not self._record):
            return None
        if not in_a_code(byte):
            return self.spoil("control")
        if len(self._record) >= LONGEST_CODE:
            return self.spoil("too_long")
        self._record.append(byte)
        return None

    def spoil(self, reason: str) -> BadInput:
        """Drop the record that stands here, up to the next tail."""
        self._record = bytearray()
        self._skipping = True
        return BadInput(reason)

    def end(self) -> "Code | None":
        """The scanner has been quiet: returns the code that it sent without a tail. One that has sent tails did not
        finish what it began; that is dropped, and so are its tails taken for granted no longer."""
        record, whole = bytes(self._record), not self.tailed
        self.forget()
        return Code(record) if record and whole else None

    def _take_tail(self) -> "Code | None":
        record = bytes(self._record)
        self.reset()
        if not record:
            return None
        self.tailed = True
        return Code(record)
