"""HTTP spoken by hand over a socket, so that a test may also say what no client library would."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import Any

JSON = "application/json"
PATIENCE_S = 60  # a net for what does not come at all


@dataclass(frozen=True)
class Reply:
    """`headers` have lower-case names."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """The code of an error of the API."""
        return str(self.json()["error"]["code"])


class Browser:
    """One screen: remembers its cookie."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookie = ""

    async def raw(self, head: str, body: bytes = b"") -> Reply:
        """Send `head` (lines without the empty one) and `body`, and read the whole answer."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(head.replace("\n", "\r\n").encode("latin-1") + b"\r\n\r\n" + body)
            await writer.drain()
            return _parsed(await asyncio.wait_for(reader.read(), PATIENCE_S))
        finally:
            writer.close()

    async def get(self, path: str) -> Reply:
        return await self.raw(f"GET {path} HTTP/1.0\nHost: 127.0.0.1{self._cookie_line()}")

    async def post(self, path: str, body: Any = None, content_type: str | None = JSON) -> Reply:
        """`body` as JSON, or bytes as they are."""
        sent = body if isinstance(body, bytes) else json.dumps({} if body is None else body).encode()
        head = f"POST {path} HTTP/1.0\nHost: 127.0.0.1\nContent-Length: {len(sent)}{self._cookie_line()}"
        if content_type is not None:
            head += f"\nContent-Type: {content_type}"
        reply = await self.raw(head, sent)
        if "set-cookie" in reply.headers:
            self.cookie = reply.headers["set-cookie"].partition(";")[0]
        return reply

    def _cookie_line(self) -> str:
        return f"\nCookie: {self.cookie}" if self.cookie else ""


class Events:
    """An open event stream."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def open(cls, browser: Browser) -> tuple[Events, dict[str, str]]:
        """The stream and the headers of its answer."""
        reader, writer = await asyncio.open_connection("127.0.0.1", browser.port)
        writer.write(f"GET /api/events HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {browser.cookie}\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        return cls(reader, writer), _headers(head)

    async def next(self) -> Any:
        """The state of the next event."""
        while True:
            block = await asyncio.wait_for(self._reader.readuntil(b"\n\n"), PATIENCE_S)
            if not block.startswith(b":"):
                name, data = block.decode().strip().split("\n")
                assert name == "event: state"
                return json.loads(data.removeprefix("data: "))

    def close(self) -> None:
        self._writer.close()


def _parsed(answer: bytes) -> Reply:
    head, _, body = answer.partition(b"\r\n\r\n")
    return Reply(int(head.split(b" ", 2)[1]), _headers(head), body)


def _headers(head: bytes) -> dict[str, str]:
    lines = head.decode("latin-1").strip().split("\r\n")[1:]
    return {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
