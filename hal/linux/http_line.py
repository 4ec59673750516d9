"""One connection to an HTTP server, in the event loop's own thread: a request goes out, its answer comes in."""

import asyncio
import contextlib
import select
import socket
from typing import cast

from hal.errors import NoAnswer
from hal.linux.http_answer import AnswerReader, NotAnAnswer
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
        self._waiting: asyncio.Future[HttpAnswer] | None = None  # a request is under way
        self._deadline = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._last_used = self._loop.time()

    async def exchange(self, message: bytes, answer_s: float) -> HttpAnswer:
        """Send a request and read its answer, all within `answer_s`. `NoAnswer`: it may have arrived. The connection
        ends with an answer that is not whole, and with a caller who does not wait for it."""
        waiting: asyncio.Future[HttpAnswer] = self._loop.create_future()
        self._reader = AnswerReader()
        self._waiting = waiting
        self._limit(answer_s)
        if self._transport is None:
            self._fail("ConnectionResetError")
        else:
            self._transport.write(message)
        try:
            return await waiting
        finally:
            self._waiting = None
            self._last_used = self._loop.time()
            if not self._reader.can_go_on:
                self.close()

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
        self._poll.register(transport.get_extra_info("socket").fileno(), select.POLLIN)

    def get_buffer(self, _size_hint: int) -> memoryview:
        """Where to read to."""
        return self._room

    def buffer_updated(self, size: int) -> None:
        """Something came in."""
        if self._waiting is None:  # nobody asked
            self.close()
            return
        try:
            answer = self._reader.feed(self._room[:size])
        except NotAnAnswer as error:
            self._fail(str(error))
            return
        if answer is not None:
            self._answered(answer)

    def eof_received(self) -> None:
        """The other side has ended it; asyncio closes our side."""
        if self._waiting is not None and not self._waiting.done():
            try:
                self._answered(self._reader.end())
            except NotAnAnswer as error:
                self._fail(str(error))

    def connection_lost(self, error: Exception | None) -> None:
        """It is closed."""
        self._transport = None
        self._fail(type(error).__name__ if error else "closed")

    # ----

    def _answered(self, answer: HttpAnswer) -> None:
        if self._transport is not None and self._transport.get_write_buffer_size():
            self._reader.can_go_on = False  # it did not wait for the end of the request
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(answer)

    def _fail(self, cause: str) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(NoAnswer("http.no_answer", cause))

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
