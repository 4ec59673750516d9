"""HTTP with kept connections, told apart by what can have happened: nothing was sent, or nobody knows."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Callable
from functools import lru_cache
from urllib.parse import urlsplit

from hal.errors import NotConnected
from hal.linux.http_line import HttpLine
from hal.linux.http_names import Names
from hal.linux.tls import TlsSettings, cause_of, connect_code, tls_context
from hal.ports import HttpAnswer

# To one server: the counter waits neither for the outbox, which has up to four requests under way, nor for an audit.
MOST_LINES = 7
_IDLE_S = 15.0  # mobile networks forget a quiet connection without telling; a new one costs less than a lost request
_PATHS = 64  # more than the interface has


class KeptHttp:
    """`hal.ports.HttpClient` in the event loop's own thread. Each request takes at most `connect_ms` and `answer_ms`
    together. To be used in one event loop."""

    def __init__(self, tls: ssl.SSLContext | None = None, idle_s: float = _IDLE_S) -> None:
        """`tls` (`tls_context`) decides whom to trust, by default the certificates of the system; `idle_s` is how long
        an unused connection may still be used."""
        self._tls = tls or tls_context(TlsSettings())
        self._idle_s = idle_s
        self._names = Names()
        self._servers: dict[tuple[str, str, int], _Server] = {}
        self._closed = False

    async def post(
        self, url: str, headers: list[tuple[str, str]], body: bytes, connect_ms: int, answer_ms: int
    ) -> HttpAnswer:
        """The answer, whatever its status. `NotConnected`: nothing was sent. `NoAnswer`: sent, and the outcome unknown.

        When the caller is cancelled, a request that has not been sent yet never will be.
        """
        async with self._turn(url, headers, body, connect_ms) as (line, message):
            return await line.exchange(message, answer_ms / 1000)

    async def download(
        self,
        url: str,
        headers: list[tuple[str, str]],
        body: bytes,
        connect_ms: int,
        silence_ms: int,
        sink: Callable[[bytes], None],
        most: int,
    ) -> HttpAnswer:
        """A file goes to `sink` while it comes, anything else is the answer (`hal.ports.HttpClient.download`)."""
        async with self._turn(url, headers, body, connect_ms) as (line, message):
            return await line.download(message, silence_ms / 1000, sink, most)

    async def reachable(self, url: str, connect_ms: int) -> bool:
        """Whether the server of `url` takes connections now. Nothing is sent."""
        _, host, port = _target(url).server
        try:
            async with asyncio.timeout(connect_ms / 1000) as limit:
                line = await self._connect(host, port, None, limit)
        except (OSError, UnicodeError):  # a time-out is an OSError, too
            return False
        line.close()
        return True

    def close(self) -> None:
        """End everything: a request that is under way has no answer, one that is not yet will not be sent."""
        self._closed = True
        self._names.close()
        for server in self._servers.values():
            server.close()

    @contextlib.asynccontextmanager
    async def _turn(
        self, url: str, headers: list[tuple[str, str]], body: bytes, connect_ms: int
    ) -> AsyncIterator[tuple[HttpLine, bytes]]:
        """A connection for one request, and the request. `NotConnected`."""
        target = _target(url)
        message = target.message(headers, body)
        server = self._servers.get(target.server)
        if server is None:
            server = self._servers[target.server] = _Server()
        line = await self._line(server, target, connect_ms / 1000)
        try:
            yield line, message
        finally:
            server.give_back(line)

    async def _line(self, server: "_Server", target: "_Target", connect_s: float) -> HttpLine:
        """A connection for one request, to be given back. `NotConnected`."""
        if not server.turns.locked():
            await server.turns.acquire()  # at once
            line = server.kept(self._idle_s)
            if line is not None:
                return line
            server.turns.release()
        try:
            async with asyncio.timeout(connect_s) as limit:
                await server.turns.acquire()
                try:
                    return server.kept(self._idle_s) or await self._new_line(server, target, limit)
                except BaseException:
                    server.turns.release()
                    raise
        except (OSError, UnicodeError) as error:  # a time-out is an OSError; what cannot be a name, a UnicodeError
            raise NotConnected(connect_code(error), cause_of(error)) from None

    async def _new_line(self, server: "_Server", target: "_Target", limit: asyncio.Timeout) -> HttpLine:
        if self._closed:
            raise ConnectionAbortedError
        scheme, host, port = target.server
        line = await self._connect(host, port, self._tls if scheme == "https" else None, limit)
        if self._closed:
            line.close()
            raise ConnectionAbortedError
        server.add(line)
        return line

    async def _connect(self, host: str, port: int, tls: ssl.SSLContext | None, limit: asyncio.Timeout) -> HttpLine:
        """Try the addresses of `host` one after the other, each for its share of the time that is left. `OSError`."""
        loop = asyncio.get_running_loop()
        failure = OSError()
        addresses = await self._names.addresses(host, port)
        for tried, address in enumerate(addresses):
            left = (limit.when() or 0.0) - loop.time()
            name = host if tls else None
            try:
                async with asyncio.timeout(left / (len(addresses) - tried)):
                    _, line = await loop.create_connection(HttpLine, address, port, ssl=tls, server_hostname=name)
                    return line
            except OSError as error:
                failure = error
        raise failure


class _Target:
    """What is the same in all requests to one URL."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        self.server = parts.scheme, parts.hostname or "", port  # what a connection is to
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._lines = [f"POST {path} HTTP/1.1", f"Host: {parts.netloc}", "Accept-Encoding: identity"]

    def message(self, headers: list[tuple[str, str]], body: bytes) -> bytes:
        """A whole request. `ValueError` for a header that would bring in another."""
        lines = [*self._lines, f"Content-Length: {len(body)}", *[f"{name}: {value}" for name, value in headers]]
        if not all(map(str.isprintable, lines)):
            raise ValueError("a header or the path has a character that would end it")
        return "\r\n".join([*lines, "", ""]).encode("ascii") + body


_target = lru_cache(_PATHS)(_Target)


class _Server:
    """The connections to one server: those that are in use and those that are kept."""

    def __init__(self) -> None:
        self.turns = asyncio.Semaphore(MOST_LINES)
        self._lines: set[HttpLine] = set()
        self._kept: list[HttpLine] = []

    def add(self, line: HttpLine) -> None:
        """There is a new connection, in use."""
        self._lines.add(line)

    def kept(self, idle_s: float) -> HttpLine | None:
        """A kept connection that the other side has not closed: what is sent into a closed one has an unknown
        outcome. It is in use now."""
        while self._kept:
            line = self._kept.pop()
            if line.is_good(idle_s):
                return line
            line.close()
            self._lines.discard(line)
        return None

    def give_back(self, line: HttpLine) -> None:
        """It is not in use any more: keep it, unless its answer ended it."""
        if line.is_open():
            self._kept.append(line)
        else:
            self._lines.discard(line)
        self.turns.release()

    def close(self) -> None:
        """End all of them."""
        for line in self._lines:
            line.close()
