"""A certificate in words: whose it is, who issued it, until when. It is looked at, not trusted."""

import asyncio
import contextlib
import ssl
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509

from hal.errors import ConfigError, NotConnected
from hal.linux.tls import cause_of, certificate_turned_down, tls_context
from tools.probe.platform_line import Line

Facts = list[tuple[str, str]]
_ALERT_S = 0.5  # within which a server turns a certificate down


async def server_certificate(line: Line) -> tuple[Facts, int]:
    """What the server of a line shows, and the days that are left; nothing without TLS or without a connection. Nothing
    is sent over this connection. `NotConnected` `http.own_certificate` when it does not take ours."""
    parts = urlsplit(str(line.platform["url"]))
    if parts.scheme != "https":
        return [], 0
    looking = tls_context(line.settings.tls)
    looking.check_hostname = False
    looking.verify_mode = ssl.CERT_NONE
    try:
        async with asyncio.timeout(line.platform["connect_ms"] / 1000):
            host, port = parts.hostname or "", parts.port or 443
            reader, writer = await asyncio.open_connection(host, port, ssl=looking, server_hostname=host)
    except (OSError, UnicodeError):  # what is wrong, the first request says
        return [], 0
    shown = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    turned_down = await _turned_down(reader)
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
    if turned_down:
        raise NotConnected("http.own_certificate", turned_down)
    try:
        return _facts(x509.load_der_x509_certificate(shown))
    except ValueError:  # OpenSSL takes what this library does not
        return [], 0


async def _turned_down(reader: asyncio.StreamReader) -> str:
    """Why the server does not take our certificate, or "". With TLS 1.3 it says so only after the client has gone on;
    some say nothing and close the connection, which no server does to a client that it still waits for."""
    try:
        async with asyncio.timeout(_ALERT_S):
            return "" if await reader.read(1) else "closed after the greeting"
    except TimeoutError:  # that is what a good server does
        return ""
    except OSError as error:
        known = isinstance(error, ssl.SSLError) and not certificate_turned_down(error)
        return "" if known else cause_of(error)


def own_certificate(file: Path | None) -> tuple[Facts, int]:
    """What the terminal shows of itself, and the days that are left; nothing when it shows none. `ConfigError`."""
    if file is None:
        return [], 0
    try:
        return _facts(x509.load_pem_x509_certificate(file.read_bytes()))
    except (OSError, ValueError) as error:
        raise ConfigError("tls.unreadable", f"cannot read {file}: {type(error).__name__}") from None


def _facts(certificate: x509.Certificate) -> tuple[Facts, int]:
    begins, ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    days = (ends - datetime.now(UTC)).days
    facts = [
        ("name", certificate.subject.rfc4514_string()),
        ("also", ", ".join(_names(certificate)) or "no other name"),
        ("issuer", certificate.issuer.rfc4514_string()),
        ("valid", f"{begins:%Y-%m-%d} to {ends:%Y-%m-%d}"),
        ("days left", str(days)),
    ]
    return facts, days


def _names(certificate: x509.Certificate) -> list[str]:
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, ValueError):
        return []
    return [str(name.value) for name in names]
