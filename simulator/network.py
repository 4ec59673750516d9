"""The network between clinic and platform: a cable that can be pulled, and the platform's HTTP server at its end.

With the cable out, a new connection is refused and an open one goes silent: what is sent gets no answer and no end of
file. When the cable is back, those connections are reset, as a connection is whose other side has forgotten it.
"""

import asyncio
import socket
import ssl
import struct
from collections.abc import Callable
from http import HTTPStatus

from .platform import LineCut, Platform, Silent, most_bytes

_HEAD_LIMIT = 16 * 1024
_CONNECTIONS = 64
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class Cable:
    """The clinic's network cable."""

    def __init__(self) -> None:
        self.plugged = True
        self._listeners: list[Callable[[], None]] = []

    def on_change(self, callback: Callable[[], None]) -> None:
        """Have `callback` called after the cable was pulled or plugged in."""
        self._listeners.append(callback)

    def pull(self) -> None:
        """Pull it out. A cable that is out stays out."""
        self._put(False)

    def plug(self) -> None:
        """Plug it in. A cable that is in stays in."""
        self._put(True)

    def _put(self, plugged: bool) -> None:
        if self.plugged != plugged:
            self.plugged = plugged
            for callback in self._listeners:
                callback()


class _BadRequest(Exception):
    """What came is not a request that is served; answered with `status`, and the connection ends."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        self.status = status


class _Request:
    """A request line with its headers (names in lower case) and body."""

    def __init__(self, path: str, headers: dict[str, str], body: bytes, keep: bool) -> None:
        self.path = path
        self.headers = headers
        self.body = body
        self.keep = keep  # whether the connection is kept after the answer


class PlatformServer:
    """Serves a platform on a TCP port for as long as the cable is in. `port` 0 takes any; then `.port` says which. With
    `tls`, over TLS alone.

    Cable and server belong to one event loop.
    """

    def __init__(
        self,
        platform: Platform,
        cable: Cable,
        host: str = "127.0.0.1",
        port: int = 0,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._platform = platform
        self._cable = cable
        self._host = host
        self._tls = tls
        self.port = port
        self._socket: socket.socket | None = None
        self._server: asyncio.Server | None = None
        self._starting: asyncio.Task[None] | None = None
        self._connections: set[asyncio.StreamWriter] = set()
        self._silenced: set[asyncio.StreamWriter] = set()
        cable.on_change(self._on_cable)

    async def start(self) -> None:
        """Take the port and, with the cable in, serve. Raises `OSError` when the port is taken."""
        self._take_port()
        if self._cable.plugged and self._socket is not None:
            self._listen(self._socket)
            await self.ready()

    async def ready(self) -> None:
        """Wait until a server that the cable has just brought back serves again."""
        if self._starting is not None:
            await asyncio.shield(self._starting)

    async def close(self) -> None:
        """Stop serving and end every connection."""
        await self.ready()
        if self._server is not None:
            self._server.close()
            self._server = None
        if self._socket is not None:
            self._socket.close()
            self._socket = None
        for writer in list(self._connections):
            _reset(writer)

    def _take_port(self) -> None:
        """Bind without listening: the port is ours, and connections to it are refused."""
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind((self._host, self.port))
        self.port = self._socket.getsockname()[1]

    def _listen(self, port: socket.socket) -> None:
        if self._starting is None:
            port.listen()  # at once, so that nobody is refused from here on
            self._starting = asyncio.ensure_future(self._serve(port))

    async def _serve(self, port: socket.socket) -> None:
        self._server = await asyncio.start_server(self._talk, sock=port, limit=_HEAD_LIMIT, ssl=self._tls)
        self._starting = None
        if not self._cable.plugged:  # pulled out again meanwhile
            self._refuse()

    def _refuse(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
            self._take_port()

    def _on_cable(self) -> None:
        if self._socket is None:
            return
        if self._cable.plugged:
            for writer in list(self._silenced):
                _reset(writer)
            self._listen(self._socket)
        else:
            self._silenced |= self._connections
            self._refuse()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._connections.add(writer)
        if not self._cable.plugged:
            self._silenced.add(writer)
        try:
            if len(self._connections) <= _CONNECTIONS:
                await self._requests(reader, writer)
        except (ConnectionError, ssl.SSLError, asyncio.IncompleteReadError):
            pass  # the other side has gone; nobody is left to tell
        finally:
            self._connections.discard(writer)
            self._silenced.discard(writer)
            writer.close()

    async def _requests(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        keep = True
        while keep:
            try:
                request = await _read_request(reader)
                keep = request.keep
                if writer not in self._silenced:
                    answer = await self._platform.handle(request.path, request.headers, request.body)
            except LineCut:
                self._cable.pull()
            except Silent:
                await _until_gone(reader)
                return
            except _BadRequest as flaw:
                keep = False
                answer = flaw.status, {"content-type": "text/plain"}, flaw.status.phrase.encode()
            if writer in self._silenced:
                await writer.wait_closed()
                return
            writer.write(_answer_bytes(*answer, keep))
            await writer.drain()


async def _read_request(reader: asyncio.StreamReader) -> _Request:
    """The next request of a connection; `IncompleteReadError` when it has ended."""
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except asyncio.LimitOverrunError:
        raise _BadRequest(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE) from None
    first, *lines = head[:-4].split("\r\n")
    match first.split(" "):
        case ["POST", path, ("HTTP/1.1" | "HTTP/1.0") as version]:
            headers = _headers(lines)
        case [_, _, "HTTP/1.1" | "HTTP/1.0"]:
            raise _BadRequest(HTTPStatus.METHOD_NOT_ALLOWED)
        case _:
            raise _BadRequest(HTTPStatus.BAD_REQUEST)
    body = await reader.readexactly(_length(headers))
    connection = headers.get("connection", "").lower()
    return _Request(
        path, headers, body, connection != "close" and (version == "HTTP/1.1" or connection == "keep-alive")
    )


def _headers(lines: list[str]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not name or name != name.strip() or name.lower() in headers:
            raise _BadRequest(HTTPStatus.BAD_REQUEST)
        headers[name.lower()] = value.strip()
    return headers


def _length(headers: dict[str, str]) -> int:
    """The size of the body, refused before it is read when it is too large. Chunked bodies are not served."""
    text = headers.get("content-length", "")
    if "transfer-encoding" in headers or not text:
        raise _BadRequest(HTTPStatus.LENGTH_REQUIRED)
    if not (text.isascii() and text.isdigit()):
        raise _BadRequest(HTTPStatus.BAD_REQUEST)
    most = most_bytes(headers)
    if len(text) > len(str(most)) or int(text) > most:
        raise _BadRequest(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return int(text)


def _answer_bytes(status: int, headers: dict[str, str], body: bytes, keep: bool) -> bytes:
    members = {**headers, "content-length": str(len(body)), "connection": "keep-alive" if keep else "close"}
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}", *(f"{name}: {value}" for name, value in members.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body


async def _until_gone(reader: asyncio.StreamReader) -> None:
    """Wait until the other side has had enough of the silence."""
    while await reader.read(_HEAD_LIMIT):
        pass


def _reset(writer: asyncio.StreamWriter) -> None:
    """End a connection as one whose other side does not know it: with a reset."""
    end = writer.get_extra_info("socket")
    if end is not None and end.fileno() >= 0:
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
    writer.transport.abort()
