"""What can have happened to a request: real sockets, and servers that do what servers do on a bad day."""

import asyncio
import socket
import threading
import time
from collections.abc import AsyncIterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hal.errors import NoAnswer, NotConnected
from hal.linux.http import MOST_LINES, KeptHttp
from hal.linux.http_answer import MOST_BYTES
from hal.ports import HttpAnswer
from simulator.processes import held_port
from tests.hal.scripted_server import PATIENCE_S, Peer, Script, ScriptedServer, echo, wait_until_spoilt

CONNECT_MS = 60_000
ANSWER_MS = 60_000
SHORT_MS = 250


@pytest.fixture
async def client() -> AsyncIterator[KeptHttp]:
    http = KeptHttp()
    yield http
    http.close()


async def post(
    client: KeptHttp,
    server: ScriptedServer,
    body: bytes = b"{}",
    connect_ms: int = CONNECT_MS,
    answer_ms: int = ANSWER_MS,
) -> HttpAnswer:
    headers = [("Content-Type", "application/json"), ("x-tif-nonce", "abc")]
    return await client.post(server.url, headers, body, connect_ms, answer_ms)


async def test_request_and_answer_arrive_as_they_were_sent(client: KeptHttp) -> None:
    def script(peer: Peer) -> None:
        peer.request()
        peer.answer("答".encode(), "200 OK", "X-Sign: 7")

    with ScriptedServer(script) as server:
        answer = await post(client, server, '{"a":"问"}'.encode())
    assert (answer.status, answer.body, answer.headers["x-sign"]) == (200, "答".encode(), "7")
    assert server.bodies == ['{"a":"问"}'.encode()]
    assert server.heads[0].split(b"\r\n")[0] == b"POST /api/act HTTP/1.1"
    assert b"Host: 127.0.0.1:%d" % server.port in server.heads[0].split(b"\r\n")
    assert b"x-tif-nonce: abc" in server.heads[0].split(b"\r\n")


@pytest.mark.parametrize("status", ["400 Bad Request", "502 Bad Gateway", "302 Found"])
async def test_an_error_of_the_server_is_an_answer(client: KeptHttp, status: str) -> None:
    def script(peer: Peer) -> None:
        peer.request()
        peer.answer(b"<html>", status)

    with ScriptedServer(script) as server:
        answer = await post(client, server)
    assert (answer.status, answer.body) == (int(status[:3]), b"<html>")


async def test_a_chunked_answer_is_put_together(client: KeptHttp) -> None:
    def script(peer: Peer) -> None:
        peer.request()
        peer.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
        echo(peer)

    with ScriptedServer(script) as server:
        assert (await post(client, server)).body == b"abcde"
        assert (await post(client, server, b"next")).body == b"next"
        client.close()
    assert server.connections == 1


def _nothing(peer: Peer) -> None:
    peer.request()


def _half_a_body(peer: Peer) -> None:
    peer.request()
    peer.send(b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"infcode":0')


def _half_a_chunk(peer: Peer) -> None:
    peer.request()
    peer.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n30\r\nabc")


def _missing_last_chunk(peer: Peer) -> None:
    peer.request()
    peer.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")


def _half_a_head(peer: Peer) -> None:
    peer.request()
    peer.send(b"HTTP/1.1 200 OK\r\nContent-Le")


def _no_http(peer: Peer) -> None:
    peer.request()
    peer.send(b"SSH-2.0-OpenSSH_9.2\r\n")


def _too_big(peer: Peer) -> None:
    peer.request()
    peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n")
    while peer.send(b"x" * MOST_BYTES):
        pass


@pytest.mark.parametrize(
    "script", [_nothing, _half_a_body, _half_a_chunk, _missing_last_chunk, _half_a_head, _no_http, _too_big]
)
async def test_an_answer_that_is_not_whole_leaves_the_outcome_unknown(client: KeptHttp, script: Script) -> None:
    with ScriptedServer(script) as server:
        for _ in range(2):  # the broken connection is ended and not used again
            with pytest.raises(NoAnswer):
                await post(client, server)
            await asyncio.to_thread(server.wait_for_close)
    assert server.connections == 2


def _silence(peer: Peer) -> None:
    peer.request()
    peer.wait_for_end()


def _dripping_head(peer: Peer) -> None:
    peer.request()
    peer.drip(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 5000)


def _dripping_body(peer: Peer) -> None:
    peer.request()
    peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n")
    peer.drip(b"x" * 5000)


def _endless_continue(peer: Peer) -> None:
    peer.request()
    while peer.send(b"HTTP/1.1 100 Continue\r\n\r\n"):
        pass


@pytest.mark.parametrize("script", [_silence, _dripping_head, _dripping_body, _endless_continue])
async def test_the_time_limit_holds_however_slowly_the_answer_comes(client: KeptHttp, script: Script) -> None:
    with ScriptedServer(script) as server:
        began = time.monotonic()
        with pytest.raises(NoAnswer, match="TimeoutError"):
            await post(client, server, answer_ms=SHORT_MS)
        assert time.monotonic() - began >= SHORT_MS / 1000


async def test_a_refused_connection_means_that_nothing_was_sent(client: KeptHttp) -> None:
    with pytest.raises(NotConnected):
        await client.post(f"http://127.0.0.1:{held_port(client)}/", [], b"{}", CONNECT_MS, ANSWER_MS)


async def test_an_unknown_name_means_that_nothing_was_sent(client: KeptHttp) -> None:
    with pytest.raises(NotConnected):
        await client.post("http://no-such-host.invalid/", [], b"{}", 2000, ANSWER_MS)


async def test_a_server_that_does_not_accept_means_that_nothing_was_sent(client: KeptHttp) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        waiting = [socket.socket() for _ in range(3)]  # they fill the queue, so that the next one is left hanging
        for sock in waiting:
            sock.setblocking(False)
            sock.connect_ex(listener.getsockname())
        with pytest.raises(NotConnected):
            await client.post(f"http://127.0.0.1:{listener.getsockname()[1]}/", [], b"{}", SHORT_MS, ANSWER_MS)
        for sock in waiting:
            sock.close()


async def test_a_request_that_had_no_turn_in_time_is_never_sent(client: KeptHttp) -> None:
    go = threading.Event()

    def script(peer: Peer) -> None:
        while body := peer.request():
            assert go.wait(PATIENCE_S)
            peer.answer(body)

    with ScriptedServer(script) as server:
        busy = [asyncio.create_task(post(client, server, b"slow")) for _ in range(MOST_LINES)]
        for _ in busy:
            await asyncio.to_thread(server.wait_for_request)
        with pytest.raises(NotConnected):
            await post(client, server, b"late", connect_ms=50)
        cancelled = asyncio.create_task(post(client, server, b"cancelled"))
        await asyncio.sleep(0)  # it waits for its turn
        cancelled.cancel()
        go.set()
        assert [answer.body for answer in await asyncio.gather(*busy)] == [b"slow"] * MOST_LINES
        assert (await post(client, server, b"last")).body == b"last"  # there is a turn again, and neither takes it
        client.close()
    assert cancelled.cancelled()
    assert server.bodies == [b"slow"] * MOST_LINES + [b"last"]


async def test_a_connection_is_kept_and_used_again(client: KeptHttp) -> None:
    with ScriptedServer(echo) as server:
        for number in range(5):
            assert (await post(client, server, b"%d" % number)).body == b"%d" % number
        client.close()
    assert server.connections == 1


async def test_a_connection_that_the_server_closed_meanwhile_is_not_used(client: KeptHttp) -> None:
    def script(peer: Peer) -> None:
        peer.answer(peer.request())

    with ScriptedServer(script) as server:
        for number in range(3):
            assert (await post(client, server, b"%d" % number)).body == b"%d" % number
            await asyncio.to_thread(server.wait_for_close)
            wait_until_spoilt(client)
    assert server.connections == 3


async def test_a_connection_with_more_than_its_answer_is_not_used(client: KeptHttp) -> None:
    def script(peer: Peer) -> None:
        peer.answer(peer.request())
        peer.server.ended.wait(0.05)  # so that it does not come with the answer
        peer.send(b"HTTP/1.1 408 Request Timeout\r\n\r\n")
        peer.server.left.release()
        peer.wait_for_end()

    with ScriptedServer(script) as server:
        assert (await post(client, server, b"one")).body == b"one"
        await asyncio.to_thread(server.wait_for_close)
        wait_until_spoilt(client)
        assert (await post(client, server, b"two")).body == b"two"
        client.close()
    assert server.connections == 2


async def test_a_connection_that_the_server_wants_to_close_is_not_kept(client: KeptHttp) -> None:
    def script(peer: Peer) -> None:
        peer.answer(peer.request(), "200 OK", "Connection: close")
        peer.wait_for_end()

    with ScriptedServer(script) as server:
        await post(client, server)
        await post(client, server)
    assert server.connections == 2


async def test_a_connection_that_was_quiet_for_long_is_not_used() -> None:
    client = KeptHttp(idle_s=0.0)
    with ScriptedServer(echo) as server:
        await post(client, server)
        await post(client, server)
        client.close()
    assert server.connections == 2


async def test_requests_at_the_same_time_get_their_own_answers_over_few_connections(client: KeptHttp) -> None:
    with ScriptedServer(echo) as server:
        bodies = [b"%d" % number for number in range(200)]
        answers = await asyncio.gather(*(post(client, server, body) for body in bodies))
        client.close()
    assert [answer.body for answer in answers] == bodies
    assert server.connections <= MOST_LINES


@pytest.mark.parametrize("header", [("x-tif-paasid", "a\r\nx: y"), ("x\n", "y"), ("x", "中")])
async def test_a_header_cannot_bring_in_another(client: KeptHttp, header: tuple[str, str]) -> None:
    with ScriptedServer(echo) as server, pytest.raises(ValueError, match=r"header|ascii"):
        await client.post(server.url, [header], b"{}", CONNECT_MS, ANSWER_MS)
    assert server.heads == []


@settings(max_examples=60, deadline=None)
@given(
    st.binary(max_size=200),
    st.sampled_from([b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"]),
)
def test_whatever_a_server_says_is_an_answer_or_none(noise: bytes, begin: bytes) -> None:
    def script(peer: Peer) -> None:
        peer.request()
        peer.send(begin + noise)

    async def ask() -> None:
        client = KeptHttp()
        try:
            await post(client, server)
        except NoAnswer:
            pass
        finally:
            client.close()

    with ScriptedServer(script) as server:
        asyncio.run(ask())


async def test_closing_ends_everything(client: KeptHttp) -> None:
    with ScriptedServer(_silence) as server:
        asked = asyncio.create_task(post(client, server))
        await asyncio.to_thread(server.wait_for_request)
        client.close()
        server.wait_for_close()  # at once, without a turn of the loop
        with pytest.raises(NoAnswer):
            await asked
        with pytest.raises(NotConnected):
            await post(client, server, b"later")
    assert server.bodies == [b"{}"]


async def test_a_caller_who_does_not_wait_ends_the_connection(client: KeptHttp) -> None:
    with ScriptedServer(_silence) as server:
        asked = asyncio.create_task(post(client, server))
        await asyncio.to_thread(server.wait_for_request)
        asked.cancel()
        await asyncio.wait([asked])
        await asyncio.to_thread(server.wait_for_close)
        for _ in range(MOST_LINES + 1):  # and has kept nobody's turn
            with pytest.raises(NoAnswer):
                await post(client, server, answer_ms=20)


async def test_a_shorter_limit_holds_on_a_kept_connection(client: KeptHttp) -> None:
    def script(peer: Peer) -> None:
        peer.answer(peer.request())
        _silence(peer)

    with ScriptedServer(script) as server:
        await post(client, server, answer_ms=60_000)
        began = time.monotonic()
        with pytest.raises(NoAnswer, match="TimeoutError"):
            await post(client, server, answer_ms=SHORT_MS)
        assert time.monotonic() - began >= SHORT_MS / 1000
    assert server.connections == 1


async def test_a_name_that_nobody_finds_holds_up_no_more_than_one_thread(
    client: KeptHttp, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A resolver whose servers are silent takes half a minute, and cannot be called off."""
    asked: list[str] = []
    begun, answered = threading.Event(), threading.Event()

    def silent(host: str, _port: int, **_more: object) -> list[object]:
        asked.append(host)
        begun.set()
        answered.wait(PATIENCE_S)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", silent)
    for _ in range(3):
        with pytest.raises(NotConnected, match="TimeoutError"):
            await client.post("http://platform.invalid/", [], b"{}", 20, ANSWER_MS)
    assert not await client.reachable("http://platform.invalid/", 20)
    assert begun.wait(PATIENCE_S)
    answered.set()
    assert asked == ["platform.invalid"]


async def test_a_server_that_takes_connections_is_reachable(client: KeptHttp) -> None:
    with ScriptedServer(echo) as server:
        assert await client.reachable(server.url, CONNECT_MS)
    assert not await client.reachable(f"http://127.0.0.1:{held_port(client)}/", CONNECT_MS)
