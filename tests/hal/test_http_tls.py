"""The same over TLS: whom it trusts, and that a connection is kept there, too."""

import asyncio
import datetime as dt
import ipaddress
import ssl
import threading
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from hal.errors import NotConnected
from hal.linux.http import KeptHttp
from tests.hal.scripted_server import PATIENCE_S, Peer, ScriptedServer, echo

LIMIT_MS = 5000


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 that signs itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "platform")])
    now = dt.datetime.now(dt.UTC)
    addresses = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(addresses, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file = tmp_path_factory.mktemp("tls") / "platform.pem"
    file.write_bytes(private + made.public_bytes(pem))
    return file


@pytest.fixture
def server_tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture
def trusting(certificate: Path) -> KeptHttp:
    return KeptHttp(ssl.create_default_context(cafile=certificate))


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
        trusting.close()
    assert server.connections == 2


async def test_nothing_is_sent_to_a_server_that_is_not_trusted(server_tls: ssl.SSLContext) -> None:
    strict = KeptHttp()
    with ScriptedServer(echo, server_tls) as server:
        with pytest.raises(NotConnected, match="SSLCertVerificationError"):
            await strict.post(server.url, [], b"{}", LIMIT_MS, LIMIT_MS)
        strict.close()
    assert server.bodies == []


async def test_a_server_that_never_greets_means_that_nothing_was_sent(trusting: KeptHttp) -> None:
    with ScriptedServer(Peer.wait_for_end) as server:
        with pytest.raises(NotConnected):
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
