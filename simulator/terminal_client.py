"""A small client of the terminal's console API (docs/console-api.md), and the reader of event streams behind it.

Waiting means waiting for the next event of the stream, with a time limit; nothing here asks again and again.
"""

import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from http.client import HTTPException, HTTPResponse
from typing import Any

State = dict[str, Any]
ANSWER_S = 30.0  # how long an answer may take
SILENCE_S = 60.0  # both servers send something at least every 15 s

_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # a proxy of the desktop has no business here


class Refused(Exception):
    """The server understood and said no. `code` is the API's own, `status` the one of HTTP."""

    def __init__(self, status: int, code: str, params: State) -> None:
        super().__init__(f"{status} {code}" + (f" {params}" if params else ""))
        self.status = status
        self.code = code
        self.params = params


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
        request = urllib.request.Request(url, headers={"Cookie": cookie} if cookie else {})
        self._response: HTTPResponse = _direct.open(request, timeout=SILENCE_S)
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
        with self._news:
            self._ended = self._ended or "closed"
            self._news.notify_all()

    def _read(self) -> None:
        try:
            with self._response as lines:
                for line in lines:
                    if self._ended:
                        return
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
    """One request: GET, or POST with `body` as JSON. Raises `Refused`, or `OSError` when nobody answers."""
    headers = {"Content-Type": "application/json"} if body is not None else {}
    if cookie:
        headers["Cookie"] = cookie
    data = None if body is None else json.dumps(body).encode()
    try:
        answer: HTTPResponse = _direct.open(urllib.request.Request(url, data, headers), timeout=ANSWER_S)
    except urllib.error.HTTPError as error:
        with error:
            raise _refusal(error.code, error.read()) from None
    return answer


def _refusal(status: int, body: bytes) -> Refused:
    try:
        error = json.loads(body)["error"]
    except (ValueError, KeyError, TypeError):
        return Refused(status, f"unreadable answer of {len(body)} bytes", {})
    if isinstance(error, dict):
        return Refused(status, str(error.get("code", "")), error.get("params", {}))
    return Refused(status, str(error), {})


class TerminalClient:
    """Plays the doctor: signs in, reads the state of the screen, presses its buttons."""

    def __init__(self, url: str) -> None:
        """`url` is the console's address, with a slash at the end."""
        self._url = url
        self._cookie = ""
        self._stream = EventStream(url + "api/events")

    @property
    def state(self) -> State:
        """The newest state of the screen."""
        return self._stream.latest()

    def wait(self, predicate: Callable[[State], bool], what: str, limit_s: float) -> State:
        """The first state for which `predicate` holds; see `EventStream.wait`."""
        return self._stream.wait(predicate, what, limit_s)

    def press(self, path: str, body: State) -> State:
        """POST `body` to `path` ("api/visit/settle"); the answer, or `Refused`."""
        try:
            with ask(self._url + path, body, self._cookie) as answer:
                result: State = json.load(answer)
        finally:
            self._stream.tell(self.look("api/state"))  # the event is on its way; nobody shall judge by the state before
        return result

    def look(self, path: str) -> Any:
        """GET `path` ("api/drugs?q=as")."""
        with ask(self._url + path, None, self._cookie) as answer:
            return json.load(answer)

    def sign_in(self, name: str, pin: str) -> None:
        """Sign in as `name`, who becomes the first operator when there is none yet."""
        state = self.state
        if state["setup"]:
            path, body = "api/setup", {"name": name, "pin": pin}
        else:
            path, body = "api/sign-in", {"operator": _operator_id(state, name), "pin": pin}
        with ask(self._url + path, body, self._cookie) as answer:
            self._cookie = (answer.headers.get("Set-Cookie") or "").split(";")[0]
        self._stream.close()
        self._stream = EventStream(self._url + "api/events", self._cookie)

    def close(self) -> None:
        """Stop listening."""
        self._stream.close()


def _operator_id(state: State, name: str) -> str:
    for operator in state["operators"]:
        if operator["name"] == name:
            return str(operator["id"])
    raise Refused(404, "operator.unknown", {"name": name})
