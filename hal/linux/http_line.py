"""One connection to an HTTP server, in the event loop's own thread: a request goes out, its answer comes in."""

import asyncio
import contextlib
import select
import socket
import ssl
from collections.abc import Callable
from typing import cast

from hal.errors import HalError, NoAnswer, NotConnected
from hal.linux.http_answer import AnswerReader, NotAnAnswer, TooLarge
from hal.linux.tls import cause_of, certificate_turned_down
from hal.ports import HttpAnswer

_PIECE = 16 * 1024  # read at once; whatever floods in, the other tasks have their turn in between


class HttpLine(asyncio.BufferedProtocol):
    """A connection, plain or TLS. Made by `create_connection`; carries one request at a time."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._room = memoryview(bytearray(_PIECE))
        self._poll = select.poll()
        self._transport: asyncio.Transport | None = None  # None: before its beginning and after its end
        self._reader = AnswerReader()
        self._waiting: asyncio.Future[None] | None = None  # a request is under way; done when there is something to see
        self._end: HttpAnswer | HalError | None = None  # of the request
        self._is_tls = False
        self._heard = False  # anything at all from the other side, but the greeting
        self._deadline = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._last_used = self._loop.time()

    async def exchange(self, message: bytes, answer_s: float) -> HttpAnswer:
        """Send a request and read its answer, all within `answer_s`. `NoAnswer`: it may have arrived; `NotConnected`:
        the server turned our certificate down before it read anything. The connection ends with an answer that is not
        whole, and with a caller who does not wait for it."""
        return await self._ask(message, AnswerReader(), answer_s, _no_file)

    async def download(self, message: bytes, silence_s: float, sink: Callable[[bytes], None], most: int) -> HttpAnswer:
        """As `exchange`, but a file goes to `sink`, and each of its pieces must come within `silence_s` of the one
        before. What `sink` raises ends the connection."""
        return await self._ask(message, AnswerReader(most), silence_s, sink)

    async def _ask(
        self, message: bytes, reader: AnswerReader, limit_s: float, sink: Callable[[bytes], None]
    ) -> HttpAnswer:
        self._reader = reader
        self._end = None
        self._waiting = self._loop.create_future()
        self._limit(limit_s)
        if self._transport is None:
            self._fail("ConnectionResetError")
        else:
            self._transport.write(message)
        try:
            await self._waiting
            while piece := reader.take_file():
                sink(piece)
                if self._end is None:
                    await self._more(limit_s)
            return self._outcome()
        finally:
            self._waiting = None
            self._last_used = self._loop.time()
            if not reader.can_go_on or reader.has_file():
                self.close()

    async def _more(self, silence_s: float) -> None:
        """Wait for the next piece of a file. Nothing was read while its last piece was on its way to the medium, so
        what waits in memory is bounded."""
        self._waiting = self._loop.create_future()
        self._limit(silence_s)
        if self._transport is not None:
            self._transport.resume_reading()
        await self._waiting

    def is_open(self) -> bool:
        """Whether neither side has ended it, as far as asyncio has seen."""
        return self._transport is not None and not self._transport.is_closing()

    def is_good(self, idle_s: float) -> bool:
        """Whether another request may be sent: used less than `idle_s` ago, and nothing has come in since. On an
        unused connection anything that comes is its end, and the loop may not have seen it yet."""
        return self.is_open() and self._loop.time() - self._last_used < idle_s and not self._poll.poll(0)

    def close(self) -> None:
        """End it at once; a request that is under way has no answer."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._transport is not None:
            with contextlib.suppress(OSError):  # asyncio closes it with its next turn; the other side hears of it now
                self._transport.get_extra_info("socket").shutdown(socket.SHUT_RDWR)
            if not self._loop.is_closed():
                self._transport.abort()
        self._transport = None
        self._fail("closed")

    # ---- what asyncio tells

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It is open."""
        self._transport = cast("asyncio.Transport", transport)
        self._is_tls = transport.get_extra_info("ssl_object") is not None
        self._poll.register(transport.get_extra_info("socket").fileno(), select.POLLIN)

    def get_buffer(self, _size_hint: int) -> memoryview:
        """Where to read to."""
        return self._room

    def buffer_updated(self, size: int) -> None:
        """Something came in."""
        self._heard = True
        if self._waiting is None or self._end is not None:  # nobody asked, or for no more than there was
            self.close()
            return
        try:
            answer = self._reader.feed(self._room[:size])
        except NotAnAnswer as error:
            self._no_answer(error)
            return
        if answer is not None:
            self._answered(answer)
        elif self._reader.has_file() and not self._waiting.done():
            if self._transport is not None:
                self._transport.pause_reading()
            self._waiting.set_result(None)

    def eof_received(self) -> None:
        """The other side has ended it; asyncio closes our side."""
        if self._waiting is None or self._end is not None:
            return
        try:
            if self._is_cut():
                raise NotAnAnswer("cut off")
            self._answered(self._reader.end())
        except NotAnAnswer as error:
            self._ended(error)

    def connection_lost(self, error: Exception | None) -> None:
        """It is closed."""
        self._transport = None
        if isinstance(error, ssl.SSLError) and not self._heard and certificate_turned_down(error):
            # The server asks for our certificate in its greeting or never (`tls.py` allows nothing else), and reads no
            # request before it has taken it. With TLS 1.3 we hear of it only now.
            self._finish(NotConnected("http.own_certificate", cause_of(error)))
        else:
            self._ended(error or NotAnAnswer("closed"))

    # ----

    def _ended(self, error: Exception) -> None:
        """The other side, or the way, ended it before there was an answer. What ends after the greeting and before a
        single byte may be a server that does not take our certificate: many lose the alert that would say so. Whether
        it had read the request, nobody knows."""
        if self._is_tls and not self._heard:
            self._finish(NoAnswer("http.hung_up", type(error).__name__))
        elif isinstance(error, NotAnAnswer):
            self._no_answer(error)
        else:
            self._fail(type(error).__name__)

    def _is_cut(self) -> bool:
        """Whether a TLS connection ended without a word: somebody on the way may have cut it."""
        tls = None if self._transport is None else self._transport.get_extra_info("ssl_object")
        if tls is None:
            return False
        try:
            return bool(tls.read(1))
        except ssl.SSLError:  # more would have come
            return True

    def _outcome(self) -> HttpAnswer:
        if isinstance(self._end, HttpAnswer):
            return self._end
        raise self._end or NoAnswer("http.no_answer", "closed")

    def _answered(self, answer: HttpAnswer) -> None:
        if self._transport is not None and self._transport.get_write_buffer_size():
            self._reader.can_go_on = False  # it did not wait for the end of the request
        self._finish(answer)

    def _no_answer(self, error: NotAnAnswer) -> None:
        self._finish(NoAnswer("http.too_large" if isinstance(error, TooLarge) else "http.no_answer", str(error)))

    def _fail(self, cause: str) -> None:
        self._finish(NoAnswer("http.no_answer", cause))

    def _finish(self, end: HttpAnswer | HalError) -> None:
        if self._waiting is not None and self._end is None:
            self._end = end
            if not self._waiting.done():
                self._waiting.set_result(None)

    def _limit(self, answer_s: float) -> None:
        """One timer serves many requests: it is set anew when it has run out, or would come too late."""
        self._deadline = self._loop.time() + answer_s
        if self._timer is not None and self._timer.when() > self._deadline:
            self._timer.cancel()
            self._timer = None
        if self._timer is None:
            self._timer = self._loop.call_at(self._deadline, self._look_at_clock)

    def _look_at_clock(self) -> None:
        self._timer = None
        if self._waiting is None:
            return
        if self._loop.time() < self._deadline:
            self._timer = self._loop.call_at(self._deadline, self._look_at_clock)
        else:
            self._fail("TimeoutError")


def _no_file(_piece: bytes) -> None:
    """Nobody asked for one."""
