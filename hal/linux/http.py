"""HTTP with kept connections, told apart by what can have happened: nothing was sent, or nobody knows."""

import asyncio
import http.client
import socket
import ssl
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import SplitResult, urlsplit

from hal.errors import NoAnswer, NotConnected
from hal.ports import HttpAnswer

_WORKERS = 2  # the counter does not wait for the outbox
_MOST_BYTES = 4 * 1024 * 1024
_PIECE = 64 * 1024


class KeptHttp:
    """`hal.ports.HttpClient` on the standard library, in worker threads."""

    def __init__(self) -> None:
        self._workers = ThreadPoolExecutor(max_workers=_WORKERS, thread_name_prefix="http")
        self._idle: dict[tuple[str, str], list[http.client.HTTPConnection]] = {}
        self._tls = ssl.create_default_context()

    async def post(
        self, url: str, headers: list[tuple[str, str]], body: bytes, connect_ms: int, answer_ms: int
    ) -> HttpAnswer:
        """The answer, whatever its status. `NotConnected`: nothing was sent. `NoAnswer`: sent, and the outcome unknown."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._workers, self._post, url, headers, body, connect_ms, answer_ms)

    def close(self) -> None:
        """Close the connections; a request that is under way ends with its own time limit."""
        self._workers.shutdown(wait=False, cancel_futures=True)
        for connections in self._idle.values():
            for connection in connections:
                connection.close()

    def _post(
        self, url: str, headers: list[tuple[str, str]], body: bytes, connect_ms: int, answer_ms: int
    ) -> HttpAnswer:
        parts = urlsplit(url)
        kept = self._idle.setdefault((parts.scheme, parts.netloc), [])
        connection = self._usable(kept) or self._connect(parts, connect_ms)
        try:
            answer = _exchange(connection, parts.path, headers, body, time.monotonic() + answer_ms / 1000)
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            raise NoAnswer("http.no_answer", type(error).__name__) from None
        kept.append(connection)
        return answer

    def _usable(self, kept: list[http.client.HTTPConnection]) -> http.client.HTTPConnection | None:
        """A kept connection that the other side has not closed: sending into a closed one would leave the outcome unknown."""
        while kept:
            connection = kept.pop()
            if connection.sock is not None and not _readable(connection.sock):
                return connection
            connection.close()
        return None

    def _connect(self, parts: SplitResult, connect_ms: int) -> http.client.HTTPConnection:
        host = parts.hostname or ""
        timeout = connect_ms / 1000
        connection: http.client.HTTPConnection
        if parts.scheme == "https":
            connection = http.client.HTTPSConnection(host, parts.port, timeout=timeout, context=self._tls)
        else:
            connection = http.client.HTTPConnection(host, parts.port, timeout=timeout)
        try:
            connection.connect()
        except OSError as error:
            raise NotConnected("http.not_connected", type(error).__name__) from None
        return connection


def _exchange(
    connection: http.client.HTTPConnection, path: str, headers: list[tuple[str, str]], body: bytes, deadline: float
) -> HttpAnswer:
    """Send and read within the deadline, however slowly the answer drips."""
    _limit(connection, deadline)
    connection.request("POST", path, body, dict(headers))
    response = connection.getresponse()
    pieces = []
    size = 0
    while not response.isclosed():
        _limit(connection, deadline)
        piece = response.read1(_PIECE)
        if not piece:
            break
        size += len(piece)
        if size > _MOST_BYTES:
            raise http.client.HTTPException
        pieces.append(piece)
    # The answer's headers outlive the connection; reading to the end left it fit for the next request.
    response.close()
    return HttpAnswer(response.status, {name.lower(): value for name, value in response.getheaders()}, b"".join(pieces))


def _limit(connection: http.client.HTTPConnection, deadline: float) -> None:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    if connection.sock is not None:
        connection.sock.settimeout(left)


def _readable(sock: socket.socket) -> bool:
    """Whether something lies there to be read: on an idle connection that is its end."""
    sock.setblocking(False)
    try:
        return sock.recv(1, socket.MSG_PEEK) is not None
    except (BlockingIOError, ssl.SSLWantReadError):
        return False
    except (OSError, ValueError):
        return True
