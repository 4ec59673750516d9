"""Certificates made in a test, and TLS servers that show them."""

import datetime as dt
import ipaddress
import ssl
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

ADDRESS = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
_PEM = serialization.Encoding.PEM


@dataclass(frozen=True)
class Party:
    """Somebody with a certificate and its key in a file each."""

    certificate: Path
    key: Path


class Authority:
    """A CA that certifies keys; its own certificate is in `file`."""

    def __init__(self, folder: Path, name: str = "ca") -> None:
        self._folder = folder
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self._key = ec.generate_private_key(ec.SECP256R1())
        self.file = folder / f"{name}.pem"
        self.file.write_bytes(self._certificate(self._name, self._key.public_key(), -1, 1, None).public_bytes(_PEM))

    def party(self, name: str, begins_days: int = -1, ends_days: int = 1, to: x509.GeneralName = ADDRESS) -> Party:
        """A new key for `to`, valid for those days from now."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        made = self._certificate(subject, key.public_key(), begins_days, ends_days, to)
        files = Party(self._folder / f"{name}.pem", self._folder / f"{name}.key")
        files.certificate.write_bytes(made.public_bytes(_PEM))
        files.key.touch(0o600)
        private = serialization.PrivateFormat.PKCS8
        files.key.write_bytes(key.private_bytes(_PEM, private, serialization.NoEncryption()))
        return files

    def _certificate(
        self, subject: x509.Name, key: ec.EllipticCurvePublicKey, begins: int, ends: int, to: x509.GeneralName | None
    ) -> x509.Certificate:
        now = dt.datetime.now(dt.UTC)
        builder = (
            x509.CertificateBuilder(self._name, subject, key, x509.random_serial_number())
            .not_valid_before(now + dt.timedelta(days=begins))
            .not_valid_after(now + dt.timedelta(days=ends))
            .add_extension(x509.BasicConstraints(ca=to is None, path_length=None), critical=True)
        )
        if to is not None:
            builder = builder.add_extension(x509.SubjectAlternativeName([to]), critical=False)
        return builder.sign(self._key, hashes.SHA256())


def serving(party: Party, clients: Authority | None = None) -> ssl.SSLContext:
    """A server with that certificate; with `clients`, it wants one that `clients` made."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(party.certificate, party.key)
    if clients is not None:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(clients.file)
    return context
