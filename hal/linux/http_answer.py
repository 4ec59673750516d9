"""An HTTP/1.1 answer, put together from the pieces that come in. Bytes only: no socket, no clock.

Source: RFC 9112, sections 4 to 7 and 9.3. Stricter than it must be: lines end in CR LF, a length is plain digits, and
of the transfer codings there is chunked alone.
"""

import re
from collections.abc import Callable

from hal.ports import HttpAnswer

MOST_BYTES = 4 * 1024 * 1024  # of a body; nothing that a platform answers comes near
_MOST_HEAD = 64 * 1024
_MOST_CHUNK_LINE = 1024
_STATUS = re.compile(r"HTTP/1\.([01]) ([1-5][0-9]{2})(?: .*)?")
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;.*)?")
_FOLD = re.compile(r"\r\n[ \t]+")
_NO_BODY = (204, 304)
_FILE = "application/octet-stream"
_Stage = Callable[[], bool]


class NotAnAnswer(Exception):
    """What came is no HTTP answer, is cut off, or is too large."""


class TooLarge(NotAnAnswer):
    """It is longer than the platform's answers are, or than the file may be."""


class AnswerReader:
    """Reads one answer to a POST. Interim answers (1xx) are passed over."""

    def __init__(self, most_file: int = 0) -> None:
        """`most_file`: how many bytes a file may have, where one is wanted (0: it is an answer like any other). Its
        bytes are to be taken (`take_file`) as they come; they are not in the answer."""
        self.can_go_on = False  # whether the connection is good for another request; known with the answer
        self.is_file = False  # the body goes to `take_file`; known with the head
        self._most_file = most_file
        self._data = bytearray()  # what nobody has looked at yet
        self._stage: _Stage = self._head
        self._status = 0
        self._headers: dict[str, str] = {}
        self._keep = False
        self._size = 0  # what is still to come of the body or the chunk
        self._come = 0  # of the body, so far
        self._body = bytearray()  # the body so far, or what nobody has taken of the file
        self._answer: HttpAnswer | None = None

    def feed(self, data: bytes | memoryview) -> HttpAnswer | None:
        """Take the next bytes; the answer when it is whole. `NotAnAnswer`."""
        self._data += data
        while self._answer is None and self._stage():
            pass
        return self._answer

    def end(self) -> HttpAnswer:
        """Nothing more will come: the answer, when its end was to be the end of the connection. `NotAnAnswer`."""
        if self._stage != self._until_end:
            raise NotAnAnswer("cut off")
        self._until_end()
        return self._whole()

    def has_file(self) -> bool:
        """Whether there is something to take."""
        return self.is_file and bool(self._body)

    def take_file(self) -> bytes:
        """What has come of the file since the last time."""
        if not self.is_file:
            return b""
        taken = bytes(self._body)
        self._body.clear()
        return taken

    # ---- stages: each takes what it can, and says whether the next one may try

    def _head(self) -> bool:
        end = self._data.find(b"\r\n\r\n", 0, _MOST_HEAD)
        if end < 0:
            if len(self._data) >= _MOST_HEAD:
                raise NotAnAnswer("a head without an end")
            if not b"HTTP/1.".startswith(self._data[:7]):
                raise NotAnAnswer("not HTTP/1")
            return False
        head = self._data[:end].decode("latin-1")
        del self._data[: end + 4]
        version = self._read_head(head)
        if self._status >= 200:  # else the answer itself is still to come
            connection = self._headers.get("connection", "").lower()
            self._keep = "close" not in connection if version == "1" else "keep-alive" in connection
            self._stage = self._body_stage()
        return True

    def _read_head(self, head: str) -> str:
        """Take status and headers; the minor version."""
        if "\r\n " in head or "\r\n\t" in head:
            head = _FOLD.sub(" ", head)
        first, *lines = head.split("\r\n")
        status = _STATUS.fullmatch(first)
        if status is None or head.count("\n") != len(lines) or head.count("\r") != len(lines):
            raise NotAnAnswer("not HTTP/1")
        headers: dict[str, str] = {}
        for line in lines:
            name, colon, value = line.partition(":")
            if not colon or not _NAME.fullmatch(name):
                raise NotAnAnswer("a header without a name")
            name = name.lower()
            value = value.strip(" \t")
            headers[name] = headers[name] + ", " + value if name in headers else value
        self._headers = headers
        self._status = int(status[2])
        return status[1]

    def _body_stage(self) -> _Stage:
        coding = self._headers.get("transfer-encoding")
        length = self._headers.get("content-length")
        if self._status in _NO_BODY:
            return self._sized
        kind = self._headers.get("content-type", "").partition(";")[0].strip().lower()
        self.is_file = self._most_file > 0 and self._status == 200 and kind == _FILE
        if coding is not None:
            if coding.lower() != "chunked":
                raise NotAnAnswer("an unknown transfer coding")
            self._keep = self._keep and length is None  # with both, somebody on the way is confused
            return self._chunk_line
        if length is None:
            return self._until_end
        if not (length.isascii() and length.isdigit() and len(length) <= 10):
            raise NotAnAnswer("a length that is none")
        self._size = self._bounded(int(length))
        return self._sized

    def _sized(self) -> bool:
        self._take(self._size)
        if self._size == 0:
            self._whole()
        return False

    def _until_end(self) -> bool:
        self._bounded(self._come + len(self._data))
        self._take(len(self._data))
        return False

    def _chunk_line(self) -> bool:
        line = self._line()
        if line is None:
            return False
        size = _CHUNK.fullmatch(line)
        if size is None:
            raise NotAnAnswer("a chunk without a size")
        self._size = int(size[1], 16)
        self._bounded(self._come + self._size)
        self._stage = self._chunk if self._size else self._trailer
        return True

    def _chunk(self) -> bool:
        self._take(self._size)
        if self._size or len(self._data) < 2:
            return False
        if self._data[:2] != b"\r\n":
            raise NotAnAnswer("a chunk of another size")
        del self._data[:2]
        self._stage = self._chunk_line
        return True

    def _trailer(self) -> bool:
        line = self._line()
        if line == b"":
            self._whole()
        elif line is not None:
            self._size += len(line)  # of the trailers, which nobody reads
            if self._size > _MOST_HEAD:
                raise NotAnAnswer("trailers without an end")
        return line is not None

    # ----

    def _line(self) -> bytes | None:
        end = self._data.find(b"\r\n")
        if end > _MOST_CHUNK_LINE or (end < 0 and len(self._data) > _MOST_CHUNK_LINE):
            raise NotAnAnswer("a line without an end")
        if end < 0:
            return None
        line = bytes(self._data[:end])
        del self._data[: end + 2]
        return line

    def _take(self, most: int) -> None:
        """Up to `most` bytes of the body."""
        piece = self._data[:most]
        del self._data[:most]
        self._size = max(0, self._size - len(piece))
        self._come += len(piece)
        self._body += piece

    def _bounded(self, size: int) -> int:
        if size > (self._most_file if self.is_file else MOST_BYTES):
            raise TooLarge("an answer of this size is not from the platform")
        return size

    def _whole(self) -> HttpAnswer:
        body = b"" if self.is_file else bytes(self._body)
        self._answer = HttpAnswer(self._status, self._headers, body)
        self.can_go_on = self._keep and self._stage != self._until_end and not self._data
        return self._answer
