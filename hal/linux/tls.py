"""TLS to the platform: whom it trusts, what it shows of itself, and what went wrong when it cannot be used.

The server's certificate and name are always verified; no setting switches that off.
"""

import ssl
from dataclasses import dataclass
from pathlib import Path

from hal.config import Section
from hal.errors import ConfigError
from hal.linux.keys import refuse_exposed

# What OpenSSL says of a server's certificate (x509_vfy.h, X509_V_ERR_...).
_VERIFY_CODES = {
    9: "http.certificate_not_yet",
    10: "http.certificate_expired",
    62: "http.certificate_other_name",
    64: "http.certificate_other_name",  # of an address
}
# What a server says of ours (RFC 8446, section 6.2, in OpenSSL's words).
_TURNED_DOWN = frozenset(
    {
        "SSLV3_ALERT_BAD_CERTIFICATE",
        "SSLV3_ALERT_UNSUPPORTED_CERTIFICATE",
        "SSLV3_ALERT_CERTIFICATE_REVOKED",
        "SSLV3_ALERT_CERTIFICATE_EXPIRED",
        "SSLV3_ALERT_CERTIFICATE_UNKNOWN",
        "TLSV1_ALERT_UNKNOWN_CA",
        "TLSV1_ALERT_ACCESS_DENIED",
        "TLSV13_ALERT_CERTIFICATE_REQUIRED",
    }
)
_NO_AGREEMENT = "SSLV3_ALERT_HANDSHAKE_FAILURE"
_MISSED = "NO CERTIFICATE SHOWN"


@dataclass(frozen=True)
class TlsSettings:
    """Files of `[platform]`: the only CA that is trusted (None: those of the system), and the terminal's own
    certificate with its key (both or none)."""

    ca_file: Path | None = None
    certificate_file: Path | None = None
    certificate_key_file: Path | None = None


def tls_settings(platform: Section, *, is_https: bool) -> TlsSettings:
    """The keys of the table `[platform]` that are about TLS, all optional. `ConfigError` names the key."""
    keys = ("ca_file", "certificate_file", "certificate_key_file")
    files = {key: Path(platform.text(key)) for key in keys if platform.has(key)}
    for key in files:
        if not is_https:
            raise platform.wrong(key, "is for a platform whose url begins with https")
    if len(files.keys() & set(keys[1:])) == 1:
        missing = next(key for key in keys[1:] if key not in files)
        raise ConfigError("config.missing", f"{platform.at(missing)} is missing: a certificate and its key go together")
    return TlsSettings(**files)


def tls_context(settings: TlsSettings) -> ssl.SSLContext:
    """How connections to the platform are made. `ConfigError` names the file that cannot be used."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # verifies certificate and name, TLS 1.2 or later
    context.sslobject_class = _Greeting
    # A server that wants our certificate asks in its greeting, or never: one that turned it down later would have read
    # a request by then, and nobody could say what became of it.
    context.options |= ssl.OP_NO_RENEGOTIATION
    context.post_handshake_auth = False
    if settings.ca_file is None:
        context.load_default_certs()
    else:
        _trust_only(context, settings.ca_file)
    if settings.certificate_file is not None and settings.certificate_key_file is not None:
        _show(context, settings.certificate_file, settings.certificate_key_file)
    return context


def connect_code(error: BaseException) -> str:
    """The code of `NotConnected` (`hal.ports.HttpClient`) for what `create_connection` raised."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return _VERIFY_CODES.get(error.verify_code, "http.certificate_untrusted")
    if isinstance(error, ssl.SSLError) and certificate_turned_down(error):
        return "http.own_certificate"
    return "http.not_connected"


def cause_of(error: BaseException) -> str:
    """What went wrong, for the technician: the kind of the error, and the reason that OpenSSL gives."""
    reason = getattr(error, "verify_message", None) or getattr(error, "reason", None)
    return type(error).__name__ + (f" {reason}" if isinstance(reason, str) else "")


def certificate_turned_down(error: ssl.SSLError) -> bool:
    """Whether the server does not take our certificate, or misses one."""
    return error.reason in _TURNED_DOWN or _MISSED in error.args


class _Greeting(ssl.SSLObject):
    """Tells two causes of one alert apart: before TLS 1.3 a server says `handshake_failure` when it has no cipher in
    common with us, and also when it misses our certificate; in the latter case the cipher is agreed on already."""

    def do_handshake(self) -> None:
        """As always; the error says whether a certificate is missed."""
        try:
            super().do_handshake()
        except ssl.SSLError as error:
            if error.reason == _NO_AGREEMENT and self.cipher() is not None:
                error.args = (*error.args, _MISSED)
            raise


def _trust_only(context: ssl.SSLContext, file: Path) -> None:
    try:
        context.load_verify_locations(file)
    except ssl.SSLError:
        raise ConfigError("tls.wrong_ca", f"{file} must have one or more certificates in PEM form") from None
    except OSError as error:
        raise ConfigError("tls.unreadable", f"cannot read {file}: {error.strerror}") from None
    # What stands in the file is trusted as it is, also when it is not the last of its chain.
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN


def _show(context: ssl.SSLContext, certificate: Path, key: Path) -> None:
    def password() -> str:
        raise ConfigError("tls.wrong_key", f"{key} is encrypted; nobody is there to type its password at every start")

    try:
        refuse_exposed(key)
        context.load_cert_chain(certificate, key, password)
    except ssl.SSLError as error:
        cause = f"{certificate} and {key} must be a certificate and its private key in PEM form: {error.reason}"
        raise ConfigError("tls.wrong_key", cause) from None
    except OSError as error:
        raise ConfigError("tls.unreadable", f"cannot read {certificate} or {key}: {error.strerror}") from None
