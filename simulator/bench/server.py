"""The bench's HTTP server: look at the counter, do something at it, and the page to do it with.

It listens on 127.0.0.1 only. A page of another origin cannot act here: a request must name this server as its host, and
a POST must be JSON and come from this origin or from a program (which sends no `Origin`).
"""

import asyncio
import json
from pathlib import Path
from typing import Any, TypeVar

from microdot import Microdot, Request, Response
from microdot.sse import SSE, with_sse

from simulator.bench import view
from simulator.bench.events import Changes
from simulator.platform import Platform
from simulator.world import World, WorldError

HOST = "127.0.0.1"
LAST_WORDS_S = 2.0
LINE_LIMIT = 400  # characters of a statement; the longest sensible one is a scanned text
STATIC = Path(__file__).parent / "static"
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
}

Answer = tuple[Any, int] | tuple[Any, int, dict[str, str]]

T = TypeVar("T")


class _App(Microdot):
    """Knows which requests are being answered, so that it can be stopped without cutting them off."""

    def __init__(self) -> None:
        super().__init__()
        self.at_work: set[asyncio.Task[None]] = set()

    async def handle_request(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(super().handle_request(reader, writer))
        self.at_work.add(task)
        task.add_done_callback(self.at_work.discard)
        await task


class Bench:
    """Serves one counter. `url` is known once it has been started."""

    def __init__(self, world: World, platform: Platform, terminal_url: str, page: bool) -> None:
        """`terminal_url` is what the page shows as the terminal's screen; without `page` there is only the API."""
        self.url = ""
        self._world = world
        self._platform = platform
        self._terminal = view.TerminalNotes(terminal_url)
        self._changes = Changes()
        self._files = _load_page() if page else {}
        self._app = _App()
        self._server: asyncio.Server | None = None
        world.on_change(self.changed)
        platform.on_change(self.changed)
        self._add_routes()

    async def start(self, port: int) -> None:
        """Listen on `port` (0 = any free one)."""
        await self._app.start_server(HOST, port, start_serving=False)
        server: asyncio.Server = self._app.server
        self._server = server
        self.url = f"http://{HOST}:{server.sockets[0].getsockname()[1]}/"
        await server.start_serving()

    async def stop(self) -> None:
        """Stop listening, end the event streams, and let the last answers go out."""
        if self._server is not None:
            self._server.close()
        self._changes.end()
        if self._app.at_work:
            await asyncio.wait(self._app.at_work, timeout=LAST_WORDS_S)

    def changed(self) -> None:
        """Something that the state shows has changed; every open page is told."""
        self._changes.tell()

    def _add_routes(self) -> None:
        app = self._app
        app.before_request(self._refuse_strangers)
        app.after_request(self._add_headers)
        app.get("/api/state")(self._state)
        app.get("/api/events")(with_sse(self._events))
        app.get("/api/paper.txt")(self._paper_text)
        app.get("/api/paper.svg")(self._paper_picture)
        app.get("/api/platform/messages")(self._messages)
        app.get("/api/platform/settlements")(self._settlements)
        app.get("/api/platform/accounts")(self._accounts)
        app.post("/api/do")(self._do)
        app.post("/api/terminal")(self._note_terminal)
        app.get("/")(self._index)
        app.get("/<path:name>")(self._file)

    # ---- who may ask

    async def _refuse_strangers(self, request: Request) -> Answer | None:
        own = {self.url.rstrip("/"), self.url.rstrip("/").replace(HOST, "localhost")}
        if f"http://{request.headers.get('Host', '')}" not in own:
            return {"error": "this address is not the bench"}, 403
        if request.method == "POST":
            if request.headers.get("Origin") not in {None, *own}:
                return {"error": "only the bench's own page may do this"}, 403
            if request.content_type is None or request.content_type.split(";")[0] != "application/json":
                return {"error": "POST needs Content-Type: application/json"}, 415
        return None

    async def _add_headers(self, _request: Request, response: Response) -> None:
        frames = self._terminal.url.rstrip("/") or "'none'"
        response.headers["Content-Security-Policy"] = f"default-src 'self'; frame-src {frames}; frame-ancestors 'none'"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Cache-Control"] = "no-store"

    # ---- looking

    async def _state(self, _request: Request) -> dict[str, Any]:
        return self._seen()

    def _seen(self) -> dict[str, Any]:
        return view.state(self._world, self._platform, self._terminal, self._changes.count)

    async def _events(self, _request: Request, sse: SSE) -> None:
        async for changed in self._changes.follow():
            if changed:
                await sse.send(self._seen(), event="state")
            else:
                await sse.send("still here", comment=True)

    async def _paper_text(self, _request: Request) -> Answer:
        return self._world.paper.text(), 200, {"Content-Type": "text/plain; charset=utf-8"}

    async def _paper_picture(self, _request: Request) -> Answer:
        return self._world.paper.svg(), 200, {"Content-Type": TYPES[".svg"]}

    async def _messages(self, _request: Request) -> list[dict[str, Any]]:
        return list(self._platform.messages)

    async def _settlements(self, _request: Request) -> list[dict[str, Any]]:
        return list(self._platform.effective_settlements())

    async def _accounts(self, _request: Request) -> list[dict[str, Any]]:
        return self._platform.accounts()

    # ---- doing

    async def _do(self, request: Request) -> Answer:
        line = _member(request, "line", str)
        if line is None or len(line) > LINE_LIMIT:
            return {"error": 'expected {"line": "..."}'}, 400
        try:
            await self._world.do(line)
        except WorldError as error:
            return {"error": str(error), "key": error.key}, 422
        return {"ok": True}, 200

    async def _note_terminal(self, request: Request) -> Answer:
        running = _member(request, "running", bool)
        if running is None:
            return {"error": 'expected {"running": true or false, "log": "..."}'}, 400
        self._terminal.running = running
        self._terminal.log = _member(request, "log", str) or ""
        self.changed()
        return {"ok": True}, 200

    # ---- the page

    async def _index(self, request: Request) -> Answer:
        return await self._file(request, "index.html")

    async def _file(self, _request: Request, name: str) -> Answer:
        if name not in self._files:
            return {"error": "not found"}, 404
        return self._files[name], 200, {"Content-Type": TYPES[Path(name).suffix]}


def _load_page() -> dict[str, bytes]:
    """The page's files by the path under which they are asked for; nothing else can be asked for."""
    found = (path for path in STATIC.rglob("*") if path.suffix in TYPES)
    return {path.relative_to(STATIC).as_posix(): path.read_bytes() for path in found}


def _member(request: Request, name: str, kind: type[T]) -> T | None:
    try:
        body = json.loads(request.body or b"")
    except ValueError:
        return None
    value = body.get(name) if isinstance(body, dict) else None
    return value if isinstance(value, kind) else None
