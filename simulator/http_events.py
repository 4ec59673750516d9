"""Requests and event streams over HTTP, as the bench and the terminal's console serve them on this computer.

Waiting means waiting for the next event of the stream, with a time limit; nothing here asks again and again.
"""

import contextlib
import json
import socket
import threading
import time
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import Any
from urllib.parse import urlsplit

State = dict[str, Any]
ANSWER_S = 120.0  # how long an answer may take on a busy machine


class Refused(Exception):
    """The server understood and said no. `code` is the API's own, `status` the one of HTTP; `key` names the bench's
    sentences, "" for others."""

    def __init__(self, status: int, code: str, params: State, key: str = "") -> None:
        super().__init__(f"{status} {code}" + (f" {params}" if params else ""))
        self.status = status
        self.code = code
        self.params = params
        self.key = key


class StreamEnded(Exception):
    """The event stream broke off: the program at the other end is gone or going."""


class NotInTime(Exception):
    """What was awaited did not happen. `last` is the last state that was seen."""

    def __init__(self, what: str, limit_s: float, last: State | None) -> None:
        super().__init__(f"waited {limit_s:g} s for {what}")
        self.what = what
        self.last = last


class EventStream:
    """Keeps the newest `state` event of a server-sent event stream. One thread reads, any thread may wait."""

    def __init__(self, url: str, cookie: str = "") -> None:
        """Connect to `url`; raises `OSError` when nobody answers."""
        self._response, self._line = _request(url, None, cookie, ANSWER_S)
        self._line.settimeout(None)  # nothing may happen for hours; a program that ends closes its connections
        self._news = threading.Condition()
        self._state: State | None = None
        self._ended = ""
        threading.Thread(target=self._read, name=f"events of {url}", daemon=True).start()

    def wait(self, predicate: Callable[[State], bool], what: str, limit_s: float) -> State:
        """The first state for which `predicate` holds; `NotInTime` or `StreamEnded` when there is none."""
        deadline = time.monotonic() + limit_s
        seen: State | None = None
        while True:
            with self._news:
                while self._state is seen:
                    if self._ended:
                        raise StreamEnded(self._ended)
                    left = deadline - time.monotonic()
                    if left <= 0 or not self._news.wait(left):
                        raise NotInTime(what, limit_s, seen)
                seen = self._state
            if seen is not None and predicate(seen):
                return seen

    def latest(self) -> State:
        """The newest state; waits for the first."""
        with self._news:
            if self._state is not None:
                return self._state
        return self.wait(lambda _: True, "a first state", ANSWER_S)

    def tell(self, state: State) -> None:
        """Take `state` as the newest one, unless its `serial` says that it is older than what is known."""
        with self._news:
            if self._state is None or state.get("serial", 0) >= self._state.get("serial", 0):
                self._state = state
                self._news.notify_all()

    def close(self) -> None:
        """Stop reading."""
        self._end("closed")
        with contextlib.suppress(OSError):  # the other end may have gone first
            self._line.shutdown(socket.SHUT_RDWR)

    def _read(self) -> None:
        try:
            with self._response as lines:
                for line in lines:
                    if line.startswith(b"data:"):
                        self.tell(json.loads(line[len(b"data:") :]))
            self._end("the stream ended")
        except (OSError, HTTPException, ValueError) as error:
            self._end(f"the stream broke: {error}")

    def _end(self, why: str) -> None:
        with self._news:
            self._ended = self._ended or why
            self._news.notify_all()


def ask(url: str, body: State | None = None, cookie: str = "") -> HTTPResponse:
    """One request: GET, or POST with `body` as JSON. Raises `Refused`, or `OSError` when nobody answers.

    The answer is to be used as a context manager, which closes the connection.
    """
    answer, _ = _request(url, body, cookie, ANSWER_S)
    if answer.status != 200:
        with answer:
            raise _refusal(answer.status, answer.read())
    return answer


def _request(url: str, body: State | None, cookie: str, patience_s: float) -> tuple[HTTPResponse, socket.socket]:
    parts = urlsplit(url)
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=patience_s)
    headers = {"Connection": "close"} | ({"Cookie": cookie} if cookie else {})
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    try:
        if body is None:
            connection.request("GET", path, headers=headers)
        else:
            connection.request("POST", path, json.dumps(body), headers | {"Content-Type": "application/json"})
        line: socket.socket = connection.sock
        return connection.getresponse(), line
    except (OSError, HTTPException) as error:
        connection.close()
        raise ConnectionError(f"no answer to {url}: {error!r}") from error


def _refusal(status: int, body: bytes) -> Refused:
    try:
        answer = json.loads(body)
        error = answer["error"]
    except (ValueError, KeyError, TypeError):
        return Refused(status, f"unreadable answer of {len(body)} bytes", {})
    if isinstance(error, dict):
        return Refused(status, str(error.get("code", "")), error.get("params", {}))
    return Refused(status, str(error), {}, str(answer.get("key", "")))
