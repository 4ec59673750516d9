"""The table `[platform]` of a board config: where the insurance platform is, and what secrets and keys go with it."""

import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from hal.config import Section
from hal.errors import ConfigError, DeviceError
from hal.linux.keys import read_secret
from hal.linux.tls import TlsSettings, tls_settings
from hal.ports import NationalCiphers

_PRIVATE = 32
_PUBLIC = 64
_UNCOMPRESSED = b"\x04"  # before x and y of a point
HOST = re.compile(r"[A-Za-z0-9.:-]+")


@dataclass(frozen=True)
class PlatformSettings:
    """The files that belong to the platform; `values` (all but the secrets) are those of `hal.ports.Board.platform`."""

    values: dict[str, Any]
    secret_file: Path
    sign_key_file: Path | None
    tls: TlsSettings


def platform_settings(platform: Section) -> PlatformSettings:
    """The table, without a look into its files. `ConfigError` names the key that is wrong."""
    url = platform.text("url")
    if not _is_platform_url(url):
        raise platform.wrong("url", 'must be like "https://host:port/path", without a slash at the end')
    settings = PlatformSettings(
        values={
            "url": url,
            "connect_ms": platform.number("connect_ms", 100, 60_000),
            "look_up_ms": platform.number("look_up_ms", 100, 60_000),
            "settle_ms": platform.number("settle_ms", 100, 60_000),
            "platform_key": _platform_key(platform),
        },
        secret_file=Path(platform.text("secret_file")),
        sign_key_file=Path(platform.text("sign_key_file")) if platform.has("sign_key_file") else None,
        tls=tls_settings(platform, is_https=url.startswith("https:")),
    )
    platform.done()
    return settings


def secrets_of(settings: PlatformSettings, national: NationalCiphers) -> dict[str, Any]:
    """`secret` and `sign_key` of `hal.ports.Board.platform`, read from their files; the keys are tried. `ConfigError`
    names the file or key that cannot be used."""
    secret = read_secret(settings.secret_file)
    sign_key, platform_key = b"", settings.values["platform_key"]
    if settings.sign_key_file is not None:
        sign_key = _sign_key(settings.sign_key_file)
        wrong = ConfigError("secret.wrong", f"{settings.sign_key_file} has no number that is a private key of SM2")
        _tried(lambda: national.sm2_sign(sign_key, b"", b""), wrong)
    if platform_key:
        wrong = ConfigError("config.wrong", "platform.platform_key is no point of the curve of SM2")
        _tried(lambda: national.sm2_verify(platform_key, b"", b"", bytes(_PUBLIC)), wrong)
    return {"secret": secret, "sign_key": sign_key}


def _platform_key(platform: Section) -> bytes:
    if not platform.has("platform_key"):
        return b""
    key = _bytes_of(platform.text("platform_key"))
    point = key[1:] if len(key) == _PUBLIC + 1 and key.startswith(_UNCOMPRESSED) else key
    if len(point) != _PUBLIC:
        forms = "must be the platform's public key of SM2: 64 bytes, or 65 that begin with 04, as hex digits or Base64"
        raise platform.wrong("platform_key", forms)
    return point


def _sign_key(file: Path) -> bytes:
    key = _bytes_of(read_secret(file, "the private key of SM2"))
    if len(key) != _PRIVATE:
        cause = f"{file} must have one line: a private key of SM2, 32 bytes as 64 hex digits or Base64"
        raise ConfigError("secret.wrong", cause)
    return key


def _bytes_of(text: str) -> bytes:
    """The bytes that hex digits or Base64 stand for; b"" when it is neither. No key of these lengths is both."""
    try:
        return bytes.fromhex(text) if len(text) in {2 * _PRIVATE, 2 * _PUBLIC, 2 * _PUBLIC + 2} else _base64(text)
    except ValueError:
        return b""


def _base64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        return b""


def _tried(use: Callable[[], object], wrong: ConfigError) -> None:
    try:
        use()
    except DeviceError:
        raise wrong from None


def _is_platform_url(url: str) -> bool:
    try:
        parts = urlsplit(url)
        port = parts.port  # raises ValueError for a number that is no port
    except ValueError:
        return False
    has_more = any((parts.query, parts.fragment, parts.username, parts.password))
    is_address = parts.scheme in {"http", "https"} and port != 0 and HOST.fullmatch(parts.hostname or "")
    return bool(is_address) and not has_more and url.isascii() and " " not in url and not url.endswith("/")
