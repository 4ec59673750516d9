"""The keys of `[platform]`: what is refused when the config is read, and that the files they name are looked at."""

import base64
from pathlib import Path

import pytest

from hal.config import Section
from hal.errors import ConfigError
from hal.linux.national import SystemNationalCiphers
from hal.linux.platform_settings import PlatformSettings, platform_settings, secrets_of
from hal.linux.tls import TlsSettings, tls_context
from tests.hal.certificates import Authority

# GM/T 0003.5, the key pair of the example.
PRIVATE = "3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8"
X = "09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
Y = "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13"
NATIONAL = SystemNationalCiphers()


def table(**more: object) -> Section:
    values: dict[str, object] = {
        "url": "https://10.1.2.3:8443/fsi/api",
        "secret_file": "secret",
        "connect_ms": 1500,
        "look_up_ms": 1500,
        "settle_ms": 15000,
    }
    return Section({**values, **more}, "platform")


def read(**more: object) -> PlatformSettings:
    return platform_settings(table(**more))


def test_everything_about_keys_is_optional() -> None:
    settings = read()
    assert (settings.tls, settings.sign_key_file, settings.values["platform_key"]) == (TlsSettings(), None, b"")


def test_files_are_named_and_not_opened() -> None:
    settings = read(ca_file="ca", certificate_file="c", certificate_key_file="k", sign_key_file="s")
    assert settings.tls == TlsSettings(Path("ca"), Path("c"), Path("k"))
    assert settings.sign_key_file == Path("s")


@pytest.mark.parametrize(
    "written",
    [
        X + Y,
        (X + Y).upper(),
        "04" + X + Y,
        base64.b64encode(bytes.fromhex(X + Y)).decode(),
        base64.b64encode(bytes.fromhex("04" + X + Y)).decode(),
    ],
)
def test_the_platforms_key_in_each_of_its_forms(written: str, tmp_path: Path) -> None:
    settings = read(platform_key=written, secret_file=str(private(tmp_path, "secret")))
    assert settings.values["platform_key"] == bytes.fromhex(X + Y)
    assert secrets_of(settings, NATIONAL) == {"secret": "secret", "sign_key": b""}


@pytest.mark.parametrize(
    ("keys", "sentence"),
    [
        ({"platform_key": X}, "config.wrong: platform.platform_key must be the platform's public key of SM2"),
        ({"platform_key": "05" + X + Y}, "platform.platform_key must be the platform's public key"),
        ({"platform_key": "04" + X + Y + "00"}, "platform.platform_key must be the platform's public key"),
        ({"platform_key": "x" * 128}, "platform.platform_key must be the platform's public key"),
        ({"platform_key": "=" * 88}, "platform.platform_key must be the platform's public key"),
        ({"certificate_file": "c"}, "config.missing: platform.certificate_key_file is missing"),
        ({"certificate_key_file": "k"}, "config.missing: platform.certificate_file is missing"),
        (
            {"ca_file": "c", "url": "http://10.1.2.3/fsi"},
            "platform.ca_file is for a platform whose url begins with https",
        ),
        ({"verify": False}, "config.unknown_key: platform.verify is not a key of the terminal"),
        ({"ca_file": ""}, "platform.ca_file must be a text"),
        ({"url": "https://10.1.2.3/fsi/"}, "platform.url must be like"),
    ],
)
def test_what_is_wrong_is_named(keys: dict[str, object], sentence: str) -> None:
    with pytest.raises(ConfigError) as wrong:
        read(**keys)
    assert sentence in str(wrong.value)


def private(folder: Path, text: str, mode: int = 0o600) -> Path:
    file = folder / "private"
    file.write_text(text, "utf-8")
    file.chmod(mode)
    return file


def secrets(folder: Path, sign_key: Path, platform_key: str = X + Y) -> bytes:
    secret = folder / "secret"
    secret.touch(0o600)
    secret.write_text("TOKENTEST0001\n", "ascii")
    settings = read(secret_file=str(secret), sign_key_file=str(sign_key), platform_key=platform_key)
    found: bytes = secrets_of(settings, NATIONAL)["sign_key"]
    return found


@pytest.mark.parametrize(
    "written", [PRIVATE, PRIVATE.upper() + "\n", base64.b64encode(bytes.fromhex(PRIVATE)).decode()]
)
def test_the_private_key_in_each_of_its_forms(tmp_path: Path, written: str) -> None:
    assert secrets(tmp_path, private(tmp_path, written)) == bytes.fromhex(PRIVATE)


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("", "private must have one line of ASCII text, the private key of SM2"),
        (PRIVATE[:-2], "private must have one line: a private key of SM2, 32 bytes as 64 hex digits or Base64"),
        (PRIVATE + "00", "must have one line: a private key of SM2"),
        ("g" * 64, "must have one line: a private key of SM2"),
        ("-----BEGIN PRIVATE KEY-----\nMIGH\n", "must have one line of ASCII text"),
        ("0" * 64, "has no number that is a private key of SM2"),
        ("f" * 64, "has no number that is a private key of SM2"),
    ],
)
def test_a_private_key_that_is_none(tmp_path: Path, written: str, sentence: str) -> None:
    with pytest.raises(ConfigError, match=r"^secret\.wrong") as wrong:
        secrets(tmp_path, private(tmp_path, written))
    assert sentence in str(wrong.value)
    assert PRIVATE[:16] not in str(wrong.value)


def test_a_private_key_that_others_can_read(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"secret\.exposed: others can read .*private; close it with: chmod 600"):
        secrets(tmp_path, private(tmp_path, PRIVATE, 0o640))


def test_a_private_key_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"secret\.missing: .*; the private key of SM2 belongs there"):
        secrets(tmp_path, tmp_path / "nowhere")


def test_a_public_key_off_the_curve(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"config\.wrong: platform\.platform_key is no point of the curve of SM2"):
        secrets(tmp_path, private(tmp_path, PRIVATE), platform_key=X + X)


def test_a_ca_file_has_certificates(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    trusted = tls_context(TlsSettings(authority.file)).get_ca_certs()
    assert len(trusted) == 1  # and none of the system's
    with pytest.raises(ConfigError, match=r"tls\.unreadable: cannot read .*nowhere: No such file"):
        tls_context(TlsSettings(tmp_path / "nowhere"))
    for text in ("", "no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"):
        with pytest.raises(ConfigError, match=r"tls\.wrong_ca: .*private must have one or more certificates in PEM"):
            tls_context(TlsSettings(private(tmp_path, text)))


def test_the_terminals_certificate_and_its_key_fit(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    own, other = authority.party("own"), authority.party("other")
    tls_context(TlsSettings(None, own.certificate, own.key))
    with pytest.raises(ConfigError, match=r"tls\.wrong_key: .*own\.pem and .*other\.key must be a certificate and its"):
        tls_context(TlsSettings(None, own.certificate, other.key))
    with pytest.raises(ConfigError, match=r"tls\.wrong_key"):
        tls_context(TlsSettings(None, private(tmp_path, "nothing"), own.key))
    with pytest.raises(ConfigError, match=r"tls\.unreadable: cannot read .*own\.pem or .*nowhere"):
        tls_context(TlsSettings(None, own.certificate, tmp_path / "nowhere"))
    own.key.chmod(0o644)
    with pytest.raises(ConfigError, match=r"secret\.exposed"):
        tls_context(TlsSettings(None, own.certificate, own.key))


def test_a_key_with_a_password_is_refused_and_asks_nobody(tmp_path: Path) -> None:
    from cryptography.hazmat.primitives import serialization

    own = Authority(tmp_path).party("own")
    key = serialization.load_pem_private_key(own.key.read_bytes(), None)
    kept = serialization.BestAvailableEncryption(b"password")
    own.key.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, kept))
    with pytest.raises(ConfigError, match=r"tls\.wrong_key: .*own\.key is encrypted; nobody is there"):
        tls_context(TlsSettings(None, own.certificate, own.key))
