"""Certificates for the platform's server and its clients, made in a folder of the simulator: an authority, good ones,
and those with a flaw. The keys are for this computer only.

    ca.pem            the authority, which a client has to trust
    server.pem        the server's chain and key; server-expired.pem, ... are those of the fault platform.certificate
    client.pem        a client's certificate, client-key.pem its key; client-stranger.pem and its key are of an
                      authority that the server does not know
"""

import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from simulator.own_files import write_own

HOSTS = ("localhost", "127.0.0.1")
OTHER_HOSTS = ("another.example",)
VALID = timedelta(days=365)
GOOD = ""
TLS = "tls"  # their folder in the run folder
FLAWS = ("expired", "not_yet", "other_name", "untrusted")

_Key = ec.EllipticCurvePrivateKey


class Authority:
    """An authority and what it issues."""

    def __init__(self, name: str, now: datetime) -> None:
        self._now = now
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name(name)
        constraints = x509.BasicConstraints(ca=True, path_length=0)
        builder = self._builder(self._name, self._key.public_key(), now - VALID, now + 2 * VALID)
        usage = x509.KeyUsage(
            digital_signature=False,
            content_commitment=False,
            key_encipherment=False,
            data_encipherment=False,
            key_agreement=False,
            key_cert_sign=True,
            crl_sign=True,
            encipher_only=False,
            decipher_only=False,
        )
        builder = builder.add_extension(constraints, critical=True).add_extension(usage, critical=True)
        self.certificate = self._signed(builder, self._key.public_key())

    def server(self, hosts: tuple[str, ...], begins: datetime, ends: datetime) -> tuple[bytes, bytes]:
        """Certificate and key, as PEM, of a server with these names."""
        return self._issued("insurance platform", hosts, ExtendedKeyUsageOID.SERVER_AUTH, begins, ends)

    def client(self, name: str) -> tuple[bytes, bytes]:
        """Certificate and key, as PEM, of a client."""
        return self._issued(name, (), ExtendedKeyUsageOID.CLIENT_AUTH, self._now - VALID, self._now + VALID)

    def _issued(
        self, name: str, hosts: tuple[str, ...], purpose: x509.ObjectIdentifier, begins: datetime, ends: datetime
    ) -> tuple[bytes, bytes]:
        key = ec.generate_private_key(ec.SECP256R1())
        builder = self._builder(_name(name), key.public_key(), begins, ends)
        builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
        if hosts:
            builder = builder.add_extension(
                x509.SubjectAlternativeName([_host(host) for host in hosts]), critical=False
            )
        return self._signed(builder, key.public_key()), _key_pem(key)

    def _builder(
        self, name: x509.Name, public: ec.EllipticCurvePublicKey, begins: datetime, ends: datetime
    ) -> x509.CertificateBuilder:
        builder = x509.CertificateBuilder().subject_name(name).issuer_name(self._name).public_key(public)
        builder = builder.serial_number(x509.random_serial_number())
        return builder.not_valid_before(begins).not_valid_after(ends)

    def _signed(self, builder: x509.CertificateBuilder, public: ec.EllipticCurvePublicKey) -> bytes:
        """The certificate as PEM, with the identifiers by which strict clients find its issuer."""
        own = x509.SubjectKeyIdentifier.from_public_key(public)
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        builder = builder.add_extension(own, critical=False).add_extension(issuer, critical=False)
        return builder.sign(self._key, hashes.SHA256()).public_bytes(Encoding.PEM)


def make_certificates(folder: Path, now: datetime | None = None) -> None:
    """Make all of them, unless the folder has them already."""
    now = now or datetime.now(UTC)
    if (folder / "server.pem").exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    authority, stranger = Authority("Simulated authority", now), Authority("Unknown authority", now)
    day = timedelta(days=1)
    servers: dict[str, tuple[bytes, bytes]] = {
        "expired": authority.server(HOSTS, now - VALID, now - day),
        "not_yet": authority.server(HOSTS, now + 30 * day, now + VALID),
        "other_name": authority.server(OTHER_HOSTS, now - day, now + VALID),
        "untrusted": stranger.server(HOSTS, now - day, now + VALID),
        GOOD: authority.server(HOSTS, now - day, now + VALID),
    }
    (folder / "ca.pem").write_bytes(authority.certificate)
    for name, issuer in (("client", authority), ("client-stranger", stranger)):
        certificate, key = issuer.client("terminal")
        (folder / f"{name}.pem").write_bytes(certificate)
        write_own(folder / f"{name}-key.pem", key)
    for flaw, (certificate, key) in servers.items():
        write_own(_server_file(folder, flaw), certificate + key)


def server_context(folder: Path, flaw: Callable[[], str], clients: bool = False) -> ssl.SSLContext:
    """TLS for a server with the certificates of `folder`: each new connection sees the one with the `flaw` that is
    wanted then, "" for none. With `clients` the other side has to show a certificate of the authority, too."""
    contexts = {name: _context(folder, name, clients) for name in (GOOD, *FLAWS)}

    def choose(connection: ssl.SSLSocket | ssl.SSLObject, _name: str | None, _context: ssl.SSLContext) -> None:
        connection.context = contexts[flaw()]

    contexts[GOOD].sni_callback = choose
    return contexts[GOOD]


def _context(folder: Path, flaw: str, clients: bool) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(_server_file(folder, flaw))
    if clients:
        context.load_verify_locations(folder / "ca.pem")
        context.verify_mode = ssl.CERT_REQUIRED
    return context


def _server_file(folder: Path, flaw: str) -> Path:
    return folder / (f"server-{flaw}.pem" if flaw else "server.pem")


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _host(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _key_pem(key: _Key) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
