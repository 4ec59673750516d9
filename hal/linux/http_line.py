"""One connection to an HTTP server: a request goes out, its answer comes in, all before one deadline.

The standard library reads the answer (`http.client.HTTPResponse`); its own connections would begin the time limit
anew with each byte that drips in.
"""

import http.client
import io
import select
import socket
import ssl
import time
from typing import TYPE_CHECKING, cast

from hal.ports import HttpAnswer

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MOST_BYTES = 4 * 1024 * 1024
_PIECE = 64 * 1024


class HttpLine:
    """A connection that is open. Used by one thread at a time."""

    def __init__(self, host: str, port: int, timeout_s: float, tls: ssl.SSLContext | None) -> None:
        """Connect, or raise `OSError`. `tls` is None for plain HTTP."""
        self.can_go_on = False
        self._sock = socket.create_connection((host, port), timeout_s)
        try:
            self._sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if tls is not None:
                self._sock = tls.wrap_socket(self._sock, server_hostname=host)
        except OSError:
            self._sock.close()
            raise

    def exchange(self, message: bytes, deadline: float) -> HttpAnswer:
        """Send a whole POST and read its answer before `deadline` (monotonic seconds). Raises `OSError`,
        `http.client.HTTPException` or `ValueError`; `can_go_on` says whether another request may follow."""
        self.can_go_on = False
        self._sock.settimeout(_left(deadline))
        self._sock.sendall(message)
        reader = _Reader(self._sock, deadline)
        with http.client.HTTPResponse(cast("socket.socket", reader), method="POST") as response:
            response.begin()
            if reader.ended:  # the library takes the end of the connection for the end of the head
                raise http.client.IncompleteRead(b"")
            body = _body(response)
            self.can_go_on = not response.will_close
            headers = {name.lower(): value for name, value in response.getheaders()}
            return HttpAnswer(response.status, headers, body)

    def is_quiet(self) -> bool:
        """Whether nothing has come in: on an unused connection anything that comes is its end."""
        if isinstance(self._sock, ssl.SSLSocket) and self._sock.pending():
            return False
        poll = select.poll()
        poll.register(self._sock, select.POLLIN)
        return not poll.poll(0)

    def close(self) -> None:
        """Close it."""
        self._sock.close()


class _Reader(io.RawIOBase):
    """Reads a socket until a deadline. Of a socket, `HTTPResponse` asks for `makefile` only."""

    def __init__(self, sock: socket.socket, deadline: float) -> None:
        self.ended = False
        self._sock = sock
        self._deadline = deadline

    def makefile(self, _mode: str) -> io.BufferedReader:
        """Itself, with a buffer."""
        return io.BufferedReader(self)

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        """What has come in, as much as fits; `TimeoutError` after the deadline."""
        self._sock.settimeout(_left(self._deadline))
        size = self._sock.recv_into(buffer)
        self.ended = size == 0
        return size


def _body(response: http.client.HTTPResponse) -> bytes:
    pieces: list[bytes] = []
    size = 0
    while piece := response.read1(_PIECE):
        pieces.append(piece)
        size += len(piece)
        if size > MOST_BYTES:
            raise http.client.HTTPException("an answer of this size is not from the platform")
    if response.length:
        raise http.client.IncompleteRead(b"", response.length)
    return b"".join(pieces)


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
