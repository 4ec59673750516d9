"""The console's HTTP server: static files, the state, the events, the presses, the receipt as a page and the patient's
photo (docs/console-api.md).

Every handler is a coroutine, also where nothing is awaited: the library runs plain functions in other threads.
"""

import json

from microdot import Microdot, Response

from firmware import log
from firmware.console.body import text
from firmware.console.errors import ConsoleError
from firmware.console.presses import Presses
from firmware.documents import STYLE_SOURCE
from firmware.errors import TerminalError
from firmware.vault import DAY_END, HELD, REPORT, VISIT
from hal import aio
from hal.ports import picture_type

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from microdot import Request

    from firmware.console.screen import Screen

    Json = dict[str, Any]

_COOKIE = "session"
_KEEP_ALIVE_MS = 5000
_GONE_MS = 20000  # a stream that was not asked for anything for so long has nobody at its end
_MOST_STREAMS = 16  # each holds a connection; a clinic has a kiosk and some phones
_MOST_STRANGERS = 8  # of streams without a session
_STATIC = __file__.rpartition("/")[0] + "/static/"
_TYPES = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "json": "application/json; charset=utf-8",
    "svg": "image/svg+xml",
}
_ALLOWED_IN_PATH = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./"
_UNDERSTOOD_AND_REFUSED = 422
_STATUS = {
    "operator.sign_in_first": 401,
    "operator.wrong_pin": 401,
    "operator.locked": 401,
    "operator.new_pin_needed": 401,
    "visit.moved_on": 409,
    "visit.not_now": 409,
    "visit.busy": 409,
    "visit.another_open": 409,
    "visit.unknown": 404,
    "vault.full": 503,
    "vault.damaged": 503,
    "catalogue.busy": 409,
    "catalogue.unknown": 404,
    "day_end.running": 409,
    "day_end.not_now": 409,
    "day_end.still_settling": 409,
}


class Console:
    """Serves one terminal's screen to the kiosk and to phones."""

    def __init__(self, screen: "Screen", presses: Presses, console: "Json") -> None:
        self._screen = screen
        self._presses = presses
        self._host = console["host"]
        self._port = console["port"]
        self._ancestors: "list[str]" = console["frame_ancestors"]
        self._policy = _content_policy(self._ancestors)
        self.streams: "list[_EventStream]" = []
        self.app = self._routes()

    async def run(self, pulse: "Callable[[], None]") -> None:
        """Serve for ever; what moves is each request and, without any, nothing: the task is not watched."""
        pulse()
        await self.app.start_server(self._host, self._port)

    async def serving(self) -> None:
        """Wait until requests are taken."""
        while getattr(self.app, "server", None) is None:
            await aio.sleep_ms(10)

    def _routes(self) -> Microdot:
        app = Microdot()
        app.get("/")(self._index)
        app.get("/static/<path:path>")(self._file)
        app.get("/api/state")(self._state)
        app.get("/api/events")(self._events)
        app.get("/api/diagnoses")(self._search)
        app.get("/api/drugs")(self._search)
        app.get("/api/catalogue")(self._catalogue)
        app.get("/api/catalogues")(self._catalogue)
        app.get("/api/outbox/held")(self._held)
        app.get("/api/report")(self._report)
        app.get("/api/day-end")(self._day_end)
        app.get("/api/visit/receipt.html")(self._receipt)
        app.get("/api/visit/photo")(self._photo)
        app.post("/api/<path:name>")(self._press)
        app.before_request(self._refuse_other_names)
        app.after_request(self._harden)
        app.after_error_request(self._harden)
        app.errorhandler(Exception)(_unexpected)
        return app

    async def _index(self, _request: "Request") -> Response:
        return _static("index.html")

    async def _file(self, _request: "Request", path: str) -> Response:
        return _static(path)

    async def _state(self, request: "Request") -> Response:
        return _json(await self._screen.state(self._presses.sessions.operator(_token(request))))

    async def _events(self, request: "Request") -> Response:
        token = _token(request)
        stranger = self._presses.sessions.operator(token) is None
        for stream in [stream for stream in self.streams if stream.gone()]:
            self.streams.remove(stream)
        like_this = [stream for stream in self.streams if stream.stranger == stranger]
        if len(like_this) >= (_MOST_STRANGERS if stranger else _MOST_STREAMS):
            return _refusal(503, "visit.busy", {})
        stream = _EventStream(self._screen, self._presses, token, stranger, self.streams)
        headers = {"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        return Response(stream, 200, headers)  # type: ignore[arg-type]  # the library takes async iterators, its stubs do not

    async def _search(self, request: "Request") -> Response:
        return await self._answered(request, self._found)

    async def _found(self, request: "Request") -> Response:
        self._presses.allowed(_token(request), VISIT)
        query = request.args.get("q", "")[:40]
        if request.path == "/api/drugs":
            return _json(self._presses.find_drugs(query))
        return _json(self._presses.catalogues.find_diagnoses(query))

    async def _catalogue(self, request: "Request") -> Response:
        return await self._answered(request, self._catalogue_view)

    async def _catalogue_view(self, request: "Request") -> Response:
        self._presses.allowed(_token(request), REPORT)
        if request.path == "/api/catalogues":
            return _json(self._presses.catalogues.status())
        return _json(self._presses.catalogues.find(request.args.get("kind", ""), request.args.get("q", "")[:40]))

    async def _held(self, request: "Request") -> Response:
        return await self._answered(request, self._held_messages)

    async def _held_messages(self, request: "Request") -> Response:
        self._presses.allowed(_token(request), HELD)
        return _json(await self._presses.back_office.held(text({"after": request.args.get("after", "")}, "after")))

    async def _report(self, request: "Request") -> Response:
        return await self._answered(request, self._reported)

    async def _reported(self, request: "Request") -> Response:
        self._presses.allowed(_token(request), REPORT)
        return _json(await self._presses.back_office.report())

    async def _day_end(self, request: "Request") -> Response:
        return await self._answered(request, self._day_end_view)

    async def _day_end_view(self, request: "Request") -> Response:
        self._presses.allowed(_token(request), DAY_END)
        days = {name: request.args.get(name, "") for name in ("begin", "end")}
        return _json(await self._presses.back_office.day_end.view(text(days, "begin"), text(days, "end")))

    async def _receipt(self, request: "Request") -> Response:
        return await self._answered(request, self._receipt_page)

    async def _receipt_page(self, request: "Request") -> Response:
        self._presses.allowed(_token(request), VISIT)
        # Nothing but its own style; only the console may hold it in a frame, to print it.
        policy = "default-src 'none'; style-src " + STYLE_SOURCE + "; base-uri 'none'; form-action 'none'; "
        headers = {
            "Content-Type": _TYPES["html"],
            "Content-Security-Policy": policy + _framed_by(["'self'"] + self._ancestors),
        }
        return Response(self._screen.receipt_page(), 200, headers)

    async def _photo(self, request: "Request") -> Response:
        return await self._answered(request, self._picture)

    async def _picture(self, request: "Request") -> Response:
        self._presses.allowed(_token(request), VISIT)
        picture = self._screen.photo(request.args.get("visit", ""))
        return Response(picture, 200, {"Content-Type": picture_type(picture)})

    async def _press(self, request: "Request", name: str) -> Response:
        return await self._answered(request, self._pressed)

    async def _pressed(self, request: "Request") -> Response:
        body = _body(request)
        token, answer = await self._presses.press(request.path[len("/api/") :], body, _token(request))
        answer["ok"] = True
        response = _json(answer)
        if token:
            # Strict: no other site can press anything; the bench page in front of the simulator is the same site.
            response.headers["Set-Cookie"] = _COOKIE + "=" + token + "; Path=/; HttpOnly; SameSite=Strict"
        return response

    async def _answered(self, request: "Request", handler: "Any") -> Response:
        """The answer of `handler`, or its error as the API tells errors."""
        try:
            answer: Response = await handler(request)
        except ConsoleError as error:
            return _refusal(error.status, error.code, {})
        except TerminalError as error:
            return _refusal(_STATUS.get(error.code, _UNDERSTOOD_AND_REFUSED), error.code, error.params)
        return answer

    async def _refuse_other_names(self, request: "Request") -> "Response | None":
        """Refuse requests under a name that is not ours, and presses from another page. A page from outside can make
        its own name point here (DNS rebinding), but not an address, `localhost` or a name of the local network."""
        host = request.headers.get("Host", "")
        origin = request.headers.get("Origin", "")
        own = _is_own_name(host.rpartition(":")[0] or host, self._host)
        if not own or (request.method == "POST" and origin and origin.rpartition("//")[2] != host):
            return _refusal(403, "request.malformed", {})
        return None

    async def _harden(self, _request: "Request", response: Response) -> Response:
        headers = response.headers
        if "Content-Security-Policy" not in headers:
            headers["Content-Security-Policy"] = self._policy
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "no-referrer"
        if "Cache-Control" not in headers:
            headers["Cache-Control"] = "no-store"  # names and numbers do not go into a browser's cache on a disk
        return response


class _EventStream:
    """The body of the event stream: the state at once, after every change, and a comment now and then so that a dead
    connection is noticed."""

    def __init__(
        self, screen: "Screen", presses: Presses, token: str, stranger: bool, streams: "list[_EventStream]"
    ) -> None:
        self.stranger = stranger
        self._streams = streams
        self._asked_ms = 0
        self._screen = screen
        self._presses = presses
        self._token = token
        self._seen = -1

    def gone(self) -> bool:
        """Whether nobody has asked for the next event for a long time."""
        return aio.now_ms() - self._asked_ms > _GONE_MS

    def __aiter__(self) -> "_EventStream":
        return self

    async def aclose(self) -> None:
        """The other side has gone. May be called again."""
        if self in self._streams:
            self._streams.remove(self)

    async def __anext__(self) -> bytes:
        if self._asked_ms == 0:  # counted from the first event on: a HEAD request asks for none
            self._streams.append(self)
        self._asked_ms = aio.now_ms()
        if not await self._screen.wait(self._seen, _KEEP_ALIVE_MS):
            return b": still here\n\n"
        self._seen = self._screen.serial
        state = json.dumps(await self._screen.state(self._presses.sessions.operator(self._token)))
        return b"event: state\ndata: " + state.encode() + b"\n\n"


def _json(value: "Any", status: int = 200) -> Response:
    return Response(json.dumps(value), status, {"Content-Type": "application/json; charset=utf-8"})


def _refusal(status: int, code: str, params: "Json") -> Response:
    return _json({"error": {"code": code, "params": params}}, status)


def _is_own_name(name: str, configured: str) -> bool:
    if name in ("localhost", configured) or name.endswith(".local"):
        return True
    if name[:1] == "[":
        return True  # an IPv6 address
    return name != "" and all([char in "0123456789." for char in name])


def _token(request: "Request") -> str:
    return str(request.cookies.get(_COOKIE, ""))


def _body(request: "Request") -> "Json":
    """The JSON object of a press. Another content type is refused: a plain form of another site could send it."""
    if (request.content_type or "").partition(";")[0].strip() != "application/json":
        raise ConsoleError("request.malformed", 400)
    try:
        body = json.loads((request.body or b"").decode())
    except (ValueError, RuntimeError):
        raise ConsoleError("request.malformed", 400)
    if type(body) is not dict:
        raise ConsoleError("request.malformed", 400)
    return body


def _static(path: str) -> Response:
    extension = path.rpartition(".")[2]
    if ".." in path or extension not in _TYPES or not all([char in _ALLOWED_IN_PATH for char in path]):
        return _refusal(404, "request.malformed", {})
    try:
        with open(_STATIC + path, "rb") as file:
            content = file.read()  # each is small
    except OSError:
        return _refusal(404, "request.malformed", {})
    return Response(content, 200, {"Content-Type": _TYPES[extension], "Cache-Control": "no-cache"})


def _content_policy(ancestors: "list[str]") -> str:
    return "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; " + _framed_by(ancestors)


def _framed_by(ancestors: "list[str]") -> str:
    return "frame-ancestors " + (" ".join(ancestors) if ancestors else "'none'")


async def _unexpected(_request: "Request", error: Exception) -> Response:
    """A fault of ours: its name goes to the log, never its text."""
    log.event("console.failed", type(error).__name__)
    return _refusal(500, "terminal.unexpected", {})
