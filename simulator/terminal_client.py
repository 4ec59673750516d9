"""A small client of the terminal's console API (docs/console-api.md): it plays the doctor."""

import json
from collections.abc import Callable
from typing import Any

from simulator.http_events import EventStream, Refused, State, ask


class TerminalClient:
    """Plays the doctor: signs in, reads the state of the screen, presses its buttons."""

    def __init__(self, url: str) -> None:
        """`url` is the console's address, with a slash at the end."""
        self._url = url
        self._cookie = ""
        self._stream = EventStream(url + "api/events")

    @property
    def cookie(self) -> str:
        """What the browser of this session sends along ("name=value"), "" before the sign-in."""
        return self._cookie

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
