"""Files over real sockets: bounded memory, silence, cuts, full disks, and what becomes of the connection."""

import asyncio
import hashlib
import threading
import tracemalloc
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from hal.errors import NoAnswer, StoreError
from hal.linux.http import KeptHttp
from hal.linux.http_answer import MOST_BYTES
from hal.linux.tls import TlsSettings, tls_context
from hal.ports import HttpAnswer
from tests.hal.certificates import Authority, serving
from tests.hal.scripted_server import PATIENCE_S, Peer, Script, ScriptedServer

LIMIT_MS = 60_000
SHORT_MS = 250
MOST = 64 * 1024 * 1024
FILE = b"Content-Type: Application/Octet-Stream;charset=UTF-8\r\n"
HEAD = b"HTTP/1.1 200 OK\r\n" + FILE
Sink = Callable[[bytes], None]


@pytest.fixture
async def client() -> AsyncIterator[KeptHttp]:
    http = KeptHttp()
    yield http
    http.close()


async def fetch(
    client: KeptHttp, server: ScriptedServer, sink: Sink, most: int = MOST, silence_ms: int = LIMIT_MS
) -> HttpAnswer:
    return await client.download(server.url, [], b"{}", LIMIT_MS, silence_ms, sink, most)


def sized(peer: Peer) -> None:
    while peer.request():
        peer.send(HEAD + b"Content-Length: 200000\r\n\r\n" + b"PK" * 100_000)


def chunked(peer: Peer) -> None:
    while peer.request():
        peer.send(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
        peer.send(b"%x\r\n%s\r\n" % (199_999, b"PK" * 99_999 + b"P") + b"1\r\nK\r\n0\r\n\r\n")


def until_the_end(peer: Peer) -> None:
    if peer.request():
        peer.send(HEAD + b"\r\n" + b"PK" * 100_000)


@pytest.mark.parametrize(("script", "connections"), [(sized, 1), (chunked, 1), (until_the_end, 2)])
async def test_a_file_comes_in_pieces(client: KeptHttp, script: Script, connections: int) -> None:
    with ScriptedServer(script) as server:
        for _ in range(2):
            pieces: list[bytes] = []
            answer = await fetch(client, server, pieces.append)
            assert (answer.status, answer.body) == (200, b"")
            assert b"".join(pieces) == b"PK" * 100_000
            assert max(map(len, pieces)) <= 16 * 1024
        client.close()
    assert server.connections == connections


async def test_the_memory_does_not_grow_with_the_file(client: KeptHttp) -> None:
    size = 16 * 1024 * 1024  # more than an answer may have, and than the sockets hold

    def script(peer: Peer) -> None:
        peer.request()
        peer.send(HEAD + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % size)
        for _ in range(16):
            peer.send(bytes(1024 * 1024))
        peer.send(b"\r\n0\r\n\r\n")

    digest = hashlib.sha256()
    whole = hashlib.sha256(bytes(size)).digest()
    tracemalloc.start()
    try:
        with ScriptedServer(script) as server:
            await fetch(client, server, digest.update)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert digest.digest() == whole
    assert peak < 3 * 1024 * 1024, peak  # one of them is the server's piece


async def test_a_file_over_tls(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    client = KeptHttp(tls_context(TlsSettings(authority.file)))
    with ScriptedServer(sized, serving(authority.party("platform"))) as server:
        for _ in range(2):
            got = bytearray()
            await fetch(client, server, got.extend)
            assert got == b"PK" * 100_000
        client.close()
    assert server.connections == 1


def no_file(head: bytes, body: bytes) -> Script:
    def script(peer: Peer) -> None:
        while peer.request():
            peer.send(head + b"Content-Length: %d\r\n\r\n" % len(body) + body)

    return script


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n",
        b"HTTP/1.1 200 OK\r\n",
        b"HTTP/1.1 404 Not Found\r\n" + FILE,  # a refusal is no file
    ],
)
async def test_anything_else_is_an_answer(client: KeptHttp, head: bytes) -> None:
    pieces: list[bytes] = []
    with ScriptedServer(no_file(head, b'{"infcode":-1}')) as server:
        answer = await fetch(client, server, pieces.append)
        client.close()
    assert (answer.body, pieces) == (b'{"infcode":-1}', [])


async def test_an_ordinary_answer_keeps_its_limit(client: KeptHttp) -> None:
    with ScriptedServer(no_file(b"HTTP/1.1 200 OK\r\n", bytes(MOST_BYTES + 1))) as server:
        with pytest.raises(NoAnswer, match=r"http\.too_large"):
            await fetch(client, server, _nowhere)
        with pytest.raises(NoAnswer, match=r"http\.too_large"):
            await post(client, server)
        for _ in range(2):
            await asyncio.to_thread(server.wait_for_close)
    with ScriptedServer(no_file(HEAD, b"PK")) as server:  # and nobody's file lands in an answer by surprise
        assert (await post(client, server)).body == b"PK"
        client.close()


async def post(client: KeptHttp, server: ScriptedServer) -> HttpAnswer:
    return await client.post(server.url, [], b"{}", LIMIT_MS, LIMIT_MS)


def _nowhere(_piece: bytes) -> None:
    raise AssertionError("a file")


@pytest.mark.parametrize("script", [sized, chunked, until_the_end])
async def test_a_file_that_is_too_long_is_given_up(client: KeptHttp, script: Script) -> None:
    got = bytearray()
    with ScriptedServer(script) as server:
        with pytest.raises(NoAnswer, match=r"http\.too_large"):
            await fetch(client, server, got.extend, most=199_999)
        await asyncio.to_thread(server.wait_for_close)
        assert len(got) <= 199_999
        got.clear()
        await fetch(client, server, got.extend, most=200_000)
        client.close()
    assert len(got) == 200_000


@pytest.mark.parametrize("framing", [b"Content-Length: 100\r\n", b"Transfer-Encoding: chunked\r\n"])
async def test_a_file_that_is_cut_off_is_none(client: KeptHttp, framing: bytes) -> None:
    def script(peer: Peer) -> None:
        peer.request()
        peer.send(HEAD + framing + b"\r\n" + (b"40\r\nPK" if b"chunked" in framing else b"PK"))

    got = bytearray()
    with ScriptedServer(script) as server:
        for _ in range(2):
            with pytest.raises(NoAnswer, match=r"http\.no_answer"):
                await fetch(client, server, got.extend)
    assert got == b"PKPK"
    assert server.connections == 2


async def test_silence_ends_a_download_and_slowness_does_not(client: KeptHttp, monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock of the loop goes on by hand: nine tenths of the limit behind each piece, and once two tenths more."""
    loop, pieces, asked_for = asyncio.get_running_loop(), 6, threading.Semaphore(0)
    got, now_s = bytearray(), loop.time()
    monkeypatch.setattr(loop, "time", lambda: now_s)

    def script(peer: Peer) -> None:
        peer.request()
        peer.send(HEAD + b"Content-Length: 100\r\n\r\n")
        for _ in range(pieces):
            peer.send(b"x")
            assert asked_for.acquire(timeout=PATIENCE_S)
        peer.wait_for_end()

    def sink(piece: bytes) -> None:
        got.extend(piece)
        loop.call_soon(wait, 0.9)  # when it waits for the next one

    def wait(limits: float) -> None:
        nonlocal now_s
        now_s += limits * SHORT_MS / 1000
        asked_for.release()
        if len(got) == pieces and limits > 0.5:
            loop.call_soon(wait, 0.2)

    with ScriptedServer(script) as server, pytest.raises(NoAnswer, match="TimeoutError"):
        await fetch(client, server, sink, silence_ms=SHORT_MS)
    assert got == b"x" * pieces


def _silent(peer: Peer) -> None:
    peer.request()
    peer.wait_for_end()


async def test_a_head_that_does_not_come_ends_it_too(client: KeptHttp) -> None:
    with ScriptedServer(_silent) as server, pytest.raises(NoAnswer, match="TimeoutError"):
        await fetch(client, server, _nowhere, silence_ms=SHORT_MS)


@pytest.mark.parametrize("script", [sized, chunked, until_the_end])
async def test_a_full_disk_ends_it(client: KeptHttp, script: Script) -> None:
    def full(_piece: bytes) -> None:
        raise StoreError("files.full", "no room")

    with ScriptedServer(script) as server:
        with pytest.raises(StoreError, match=r"files\.full"):
            await fetch(client, server, full)
        await asyncio.to_thread(server.wait_for_close)  # what is still to come is nobody's answer
        got = bytearray()
        await fetch(client, server, got.extend)
        client.close()
    assert len(got) == 200_000
    assert server.connections == 2


async def test_a_full_disk_at_the_last_piece_leaves_a_connection_that_is_whole(client: KeptHttp) -> None:
    def full(_piece: bytes) -> None:
        raise StoreError("files.full", "no room")

    with ScriptedServer(no_file(HEAD, b"PK")) as server:
        with pytest.raises(StoreError, match=r"files\.full"):
            await fetch(client, server, full)
        got = bytearray()
        await fetch(client, server, got.extend)
        client.close()
    assert got == b"PK"
    assert server.connections == 1


async def test_a_caller_who_does_not_wait_ends_it(client: KeptHttp) -> None:
    came = asyncio.Event()

    def sink(_piece: bytes) -> None:
        came.set()

    def script(peer: Peer) -> None:
        peer.request()
        peer.send(HEAD + b"Content-Length: 100\r\n\r\nPK")
        peer.wait_for_end()

    with ScriptedServer(script) as server:
        asked = asyncio.create_task(fetch(client, server, sink))
        await came.wait()
        asked.cancel()
        await asyncio.wait([asked])
        await asyncio.to_thread(server.wait_for_close)
