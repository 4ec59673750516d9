"""The same over TLS: whom it trusts, what it shows, what it says when that fails, and that a connection is kept."""

import asyncio
import contextlib
import os
import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509

from hal.errors import NoAnswer, NotConnected
from hal.linux.http import KeptHttp
from hal.linux.tls import TlsSettings, tls_context
from tests.hal.certificates import Authority, Party, serving
from tests.hal.scripted_server import PATIENCE_S, Peer, ScriptedServer, echo, wait_until_spoilt

LIMIT_MS = 60_000
VERSIONS = [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="module")
def platform(authority: Authority) -> Party:
    return authority.party("platform")


@pytest.fixture
def server_tls(platform: Party) -> ssl.SSLContext:
    return serving(platform)


@pytest.fixture
def trusting(authority: Authority) -> KeptHttp:
    return KeptHttp(tls_context(TlsSettings(authority.file)))


async def ask(tls: ssl.SSLContext, settings: TlsSettings, script: Callable[[Peer], None] = echo) -> list[bytes]:
    """Send one request to a server; the bodies that it read. What went wrong is raised."""
    client = KeptHttp(tls_context(settings))
    try:
        with ScriptedServer(script, tls) as server:
            await client.post(server.url, [], b"{}", LIMIT_MS, LIMIT_MS)
            client.close()
            return server.bodies
    finally:
        client.close()


async def test_a_connection_is_kept(server_tls: ssl.SSLContext, trusting: KeptHttp) -> None:
    with ScriptedServer(echo, server_tls) as server:
        for number in range(3):
            body = b"%d" % number
            assert (await trusting.post(server.url, [], body, LIMIT_MS, LIMIT_MS)).body == body
        trusting.close()
    assert server.connections == 1


async def test_a_connection_that_the_server_closed_is_not_used(server_tls: ssl.SSLContext, trusting: KeptHttp) -> None:
    def script(peer: Peer) -> None:
        peer.answer(peer.request())

    with ScriptedServer(script, server_tls) as server:
        for _ in range(2):
            await trusting.post(server.url, [], b"{}", LIMIT_MS, LIMIT_MS)
            server.wait_for_close()
            wait_until_spoilt(trusting)
        trusting.close()
    assert server.connections == 2


async def refusal(tls: ssl.SSLContext, settings: TlsSettings) -> str:
    """The code by which the connection fails; nothing was read there."""
    client = KeptHttp(tls_context(settings))
    with ScriptedServer(echo, tls) as server:
        with pytest.raises(NotConnected) as refused:
            await client.post(server.url, [], b"{}", LIMIT_MS, LIMIT_MS)
        client.close()
    assert server.bodies == []
    return refused.value.code


async def test_nothing_is_sent_to_a_server_that_is_not_trusted(
    authority: Authority, server_tls: ssl.SSLContext, tmp_path: Path
) -> None:
    assert await refusal(server_tls, TlsSettings()) == "http.certificate_untrusted"  # none of the system's
    other = Authority(tmp_path, "other")
    assert await refusal(server_tls, TlsSettings(other.file)) == "http.certificate_untrusted"  # not the pinned one
    assert await ask(server_tls, TlsSettings(authority.file)) == [b"{}"]


async def test_the_certificate_itself_may_be_pinned(server_tls: ssl.SSLContext, platform: Party) -> None:
    assert await ask(server_tls, TlsSettings(platform.certificate)) == [b"{}"]


@pytest.mark.parametrize(
    ("begins", "ends", "code"),
    [(-9, -2, "http.certificate_expired"), (2, 9, "http.certificate_not_yet")],
)
async def test_a_certificate_of_another_time(authority: Authority, begins: int, ends: int, code: str) -> None:
    odd = authority.party("odd", begins, ends)
    assert await refusal(serving(odd), TlsSettings(authority.file)) == code


@pytest.mark.parametrize("to", [x509.DNSName("platform.invalid"), x509.DNSName("127.0.0.1")])
async def test_a_certificate_of_somebody_else(authority: Authority, to: x509.GeneralName) -> None:
    other = authority.party("somebody", to=to)
    assert await refusal(serving(other), TlsSettings(authority.file)) == "http.certificate_other_name"


async def test_the_terminal_shows_its_certificate(authority: Authority, platform: Party) -> None:
    own = authority.party("terminal")
    settings = TlsSettings(authority.file, own.certificate, own.key)
    assert await ask(serving(platform, clients=authority), settings) == [b"{}"]


def turning_down(tls: ssl.SSLContext) -> Callable[[Peer], None]:
    """Greet, and read on after saying no: a connection that is closed at once may lose its last words."""

    def script(peer: Peer) -> None:
        with (
            tls.wrap_socket(peer.sock, server_side=True, do_handshake_on_connect=False) as greeted,
            socket.socket(fileno=os.dup(greeted.fileno())) as plain,
            contextlib.suppress(ssl.SSLError),
        ):
            try:
                greeted.do_handshake()
                peer.server.bodies.append(greeted.recv(1))
            finally:
                plain.settimeout(PATIENCE_S)
                while plain.recv(65536):
                    pass

    return script


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("shown", ["none", "other", "expired"])
async def test_a_server_that_does_not_take_our_certificate_has_read_nothing(
    authority: Authority, platform: Party, tmp_path: Path, version: ssl.TLSVersion, shown: str
) -> None:
    tls = serving(platform, clients=authority)
    tls.minimum_version = tls.maximum_version = version
    settings = TlsSettings(authority.file)
    if shown != "none":
        maker = Authority(tmp_path, "other") if shown == "other" else authority
        own = maker.party("late", -9, -2) if shown == "expired" else maker.party("terminal")
        settings = replace(settings, certificate_file=own.certificate, certificate_key_file=own.key)
    client = KeptHttp(tls_context(settings))
    with ScriptedServer(turning_down(tls)) as server:
        with pytest.raises(NotConnected, match=r"^http.own_certificate: SSLError .*ALERT"):
            await client.post(f"https://127.0.0.1:{server.port}/", [], b"{}", LIMIT_MS, LIMIT_MS)
        client.close()
    assert server.bodies == []


async def test_servers_without_a_cipher_in_common_do_not_speak_of_certificates(
    authority: Authority, server_tls: ssl.SSLContext
) -> None:
    server_tls.maximum_version = ssl.TLSVersion.TLSv1_2
    server_tls.set_ciphers("ECDHE-RSA-AES128-GCM-SHA256")  # its key is none of RSA
    client = KeptHttp(tls_context(TlsSettings(authority.file)))
    with ScriptedServer(echo, server_tls) as server:
        with pytest.raises(NotConnected, match=r"^http.not_connected: SSLError SSLV3_ALERT_HANDSHAKE_FAILURE"):
            await client.post(server.url, [], b"{}", LIMIT_MS, LIMIT_MS)
        client.close()


async def test_a_connection_that_breaks_after_the_greeting_leaves_the_outcome_unknown(
    server_tls: ssl.SSLContext, trusting: KeptHttp
) -> None:
    with ScriptedServer(lambda peer: peer.sock.close(), server_tls) as server:
        with pytest.raises(NoAnswer, match=r"http\.hung_up"):
            await trusting.post(server.url, [], b"{}", LIMIT_MS, LIMIT_MS)
        trusting.close()


async def test_only_a_new_connection_is_hung_up(server_tls: ssl.SSLContext, trusting: KeptHttp) -> None:
    def script(peer: Peer) -> None:
        peer.answer(peer.request())
        peer.request()

    with ScriptedServer(script, server_tls) as server:
        await trusting.post(server.url, [], b"{}", LIMIT_MS, LIMIT_MS)
        with pytest.raises(NoAnswer, match=r"http\.no_answer"):
            await trusting.post(server.url, [], b"{}", LIMIT_MS, LIMIT_MS)
        trusting.close()


@pytest.mark.parametrize("is_cut", [False, True])
async def test_an_answer_that_ends_with_its_connection_must_end_with_a_word(
    server_tls: ssl.SSLContext, trusting: KeptHttp, is_cut: bool
) -> None:
    def script(peer: Peer) -> None:
        peer.request()
        peer.send(b"HTTP/1.1 200 OK\r\n\r\nall of it")
        assert isinstance(peer.sock, ssl.SSLSocket)
        if is_cut:
            peer.sock.shutdown(socket.SHUT_WR)
        else:
            peer.sock.unwrap()

    with ScriptedServer(script, server_tls) as server:
        try:
            answer = await trusting.post(server.url, [], b"{}", LIMIT_MS, LIMIT_MS)
            assert (answer.body, is_cut) == (b"all of it", False)
        except NoAnswer:
            assert is_cut
        trusting.close()


async def test_a_server_that_never_greets_means_that_nothing_was_sent(trusting: KeptHttp) -> None:
    with ScriptedServer(Peer.wait_for_end) as server:
        with pytest.raises(NotConnected, match=r"http\.not_connected: TimeoutError"):
            await trusting.post(f"https://127.0.0.1:{server.port}/", [], b"{}", 200, LIMIT_MS)
        await asyncio.to_thread(server.wait_for_close)
        trusting.close()


async def test_a_request_whose_caller_went_while_it_connected_is_never_sent(
    server_tls: ssl.SSLContext, trusting: KeptHttp
) -> None:
    gone = threading.Event()

    def script(peer: Peer) -> None:
        peer.server.came.release()
        gone.wait(PATIENCE_S)
        with server_tls.wrap_socket(peer.sock, server_side=True) as peer.sock:
            peer.request()

    with ScriptedServer(script) as server:
        url = f"https://127.0.0.1:{server.port}/"
        asked = asyncio.create_task(trusting.post(url, [], b"{}", LIMIT_MS, LIMIT_MS))
        await asyncio.to_thread(server.wait_for_request)  # the connection is there, its greeting is not
        asked.cancel()
        await asyncio.wait([asked])
        gone.set()
        await asyncio.to_thread(server.wait_for_close)
        trusting.close()
    assert server.bodies == []
