"""HTTP with kept connections, told apart by what can have happened: nothing was sent, or nobody knows."""

import asyncio
import http.client
import ssl
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

from hal.errors import NoAnswer, NotConnected
from hal.linux.http_line import HttpLine
from hal.ports import HttpAnswer

WORKERS = 6  # the counter does not wait for the outbox, which has up to four requests under way
_IDLE_S = 15.0  # mobile networks forget a quiet connection without telling; a new one costs less than a lost request


class KeptHttp:
    """`hal.ports.HttpClient` in worker threads. Each request takes at most `connect_ms` and `answer_ms` together."""

    def __init__(self, tls: ssl.SSLContext | None = None, idle_s: float = _IDLE_S) -> None:
        """`tls` decides whom to trust, by default the certificates of the system; `idle_s` is how long an unused
        connection may still be used."""
        self._workers = ThreadPoolExecutor(max_workers=WORKERS, thread_name_prefix="http")
        self._kept = _KeptLines(idle_s)
        self._tls = tls or ssl.create_default_context()

    async def post(
        self, url: str, headers: list[tuple[str, str]], body: bytes, connect_ms: int, answer_ms: int
    ) -> HttpAnswer:
        """The answer, whatever its status. `NotConnected`: nothing was sent. `NoAnswer`: sent, and the outcome unknown.

        When the caller is cancelled, a request that has not been sent yet never will be.
        """
        request = _Request(url, headers, body, connect_ms / 1000, answer_ms / 1000)
        start = _Start()
        work = asyncio.get_running_loop().run_in_executor(self._workers, self._post, request, start)
        try:
            # Looking up a name has no time limit of its own, and all workers may be busy.
            await asyncio.wait([work], timeout=request.connect_s)
            if not work.done() and start.give_up():
                raise NotConnected("http.not_connected", "too slow")
            return await work
        finally:
            start.give_up()
            work.cancel()

    async def reachable(self, url: str, connect_ms: int) -> bool:
        """Whether the server of `url` takes connections now. Nothing is sent."""
        _, host, port = _server(url)
        try:
            async with asyncio.timeout(connect_ms / 1000):
                _, writer = await asyncio.open_connection(host, port)
        except OSError:  # a time-out is one, too
            return False
        writer.close()
        return True

    def close(self) -> None:
        """Close the connections; a request that is under way ends with its own time limit."""
        self._workers.shutdown(wait=False, cancel_futures=True)
        self._kept.close()

    def _post(self, request: "_Request", start: "_Start") -> HttpAnswer:
        line = self._kept.take(request.server) or self._connect(request)
        if not start.begin():
            line.close()
            raise NotConnected("http.not_connected", "given up")
        try:
            answer = line.exchange(request.message, time.monotonic() + request.answer_s)
        except (OSError, http.client.HTTPException, ValueError) as error:  # some nonsense comes out as ValueError
            line.close()
            raise NoAnswer("http.no_answer", type(error).__name__) from None
        self._kept.put(request.server, line)
        return answer

    def _connect(self, request: "_Request") -> HttpLine:
        tls = self._tls if request.scheme == "https" else None
        try:
            return HttpLine(request.host, request.port, request.connect_s, tls)
        except OSError as error:
            raise NotConnected("http.not_connected", type(error).__name__) from None


class _Request:
    """A POST as bytes, where it goes, and how long it may take."""

    def __init__(
        self, url: str, headers: list[tuple[str, str]], body: bytes, connect_s: float, answer_s: float
    ) -> None:
        parts = urlsplit(url)
        self.scheme, self.host, self.port = _server(url)
        self.connect_s = connect_s
        self.answer_s = answer_s
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        fixed = [("Host", parts.netloc), ("Content-Length", str(len(body))), ("Accept-Encoding", "identity")]
        lines = [f"POST {path} HTTP/1.1", *(f"{name}: {value}" for name, value in fixed + headers)]
        if not all(line.isprintable() for line in lines):
            raise ValueError("a header or the path has a character that would end it")
        self.message = "\r\n".join([*lines, "", ""]).encode("ascii") + body

    @property
    def server(self) -> tuple[str, str, int]:
        """What a connection is to."""
        return self.scheme, self.host, self.port


def _server(url: str) -> tuple[str, str, int]:
    """Scheme, host and port of a URL."""
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)


class _Start:
    """Who comes first: the worker that begins to send, or the caller that gives up waiting for it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._winner = ""

    def begin(self) -> bool:
        """The worker wants to send; False when the caller has given up."""
        return self._first("worker")

    def give_up(self) -> bool:
        """The caller waits no longer; False when something may have been sent."""
        return self._first("caller")

    def _first(self, who: str) -> bool:
        with self._lock:
            self._winner = self._winner or who
            return self._winner == who


class _KeptLines:
    """Unused connections, at most one for each worker and server. Shared by the workers."""

    def __init__(self, idle_s: float) -> None:
        self._idle_s = idle_s
        self._lock = threading.Lock()
        self._lines: dict[tuple[str, str, int], list[tuple[HttpLine, float]]] = {}
        self._closed = False

    def take(self, server: tuple[str, str, int]) -> HttpLine | None:
        """A connection that the other side has not closed: what is sent into a closed one has an unknown outcome."""
        with self._lock:
            lines = self._lines.pop(server, [])
            found = None
            for line, since in lines:
                if found is None and time.monotonic() - since < self._idle_s and line.is_quiet():
                    found = line
                elif found is None:
                    line.close()
                else:
                    self._lines.setdefault(server, []).append((line, since))
        return found

    def put(self, server: tuple[str, str, int], line: HttpLine) -> None:
        """Keep a connection, unless its answer ended it."""
        with self._lock:
            if line.can_go_on and not self._closed:
                self._lines.setdefault(server, []).append((line, time.monotonic()))
                return
        line.close()

    def close(self) -> None:
        """Close all of them, and every one that comes later."""
        with self._lock:
            self._closed = True
            for lines in self._lines.values():
                for line, _ in lines:
                    line.close()
            self._lines.clear()
