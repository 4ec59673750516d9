"""SM2 by the system's libcrypto: beside the `openssl` command, beside plain Python, and with keys that are none."""

import gc
import re
import subprocess
import weakref
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from hypothesis import given
from hypothesis import strategies as st

from hal.errors import DeviceError
from hal.gm import GmCiphers, curve
from hal.gm.known_answer import MESSAGE, PRIVATE, PUBLIC, SIGNATURE, USER
from hal.linux.libcrypto import Libcrypto
from hal.linux.national import SystemNationalCiphers
from hal.ports import NationalCiphers

LINUX = SystemNationalCiphers()
PORTABLE = GmCiphers()
DISTID = "1234567812345678"
both = pytest.mark.parametrize("ciphers", [LINUX, PORTABLE], ids=["libcrypto", "portable"])

privates = st.integers(1, curve.N - 2).map(lambda number: number.to_bytes(32, "big"))


def public_of(private: bytes) -> bytes:
    x, y = curve.affine(curve.base_multiple(int.from_bytes(private, "big")))
    return x.to_bytes(32, "big") + y.to_bytes(32, "big")


@dataclass
class OpensslKey:
    """A key that the `openssl` command made, with its files, and its numbers as the command prints them."""

    folder: Path

    def __post_init__(self) -> None:
        self._run("genpkey", "-algorithm", "SM2", "-out", "key.pem")
        self._run("pkey", "-in", "key.pem", "-pubout", "-out", "public.pem")
        text = self._run("pkey", "-in", "key.pem", "-noout", "-text").decode()
        private, public = re.findall(r"(?:priv|pub):((?:\s+[0-9a-f:]+\n)+)", text)
        self.private = bytes.fromhex("".join(private.replace(":", "").split())).rjust(32, b"\0")[-32:]
        self.public = bytes.fromhex("".join(public.replace(":", "").split()))[1:]

    def sign(self, message: bytes, user: str) -> bytes:
        (self.folder / "message").write_bytes(message)
        self._run("dgst", "-sm3", "-sign", "key.pem", "-sigopt", f"distid:{user}", "-out", "signature", "message")
        r, s = decode_dss_signature((self.folder / "signature").read_bytes())
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    def verifies(self, message: bytes, user: str, signature: bytes) -> bool:
        r, s = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
        (self.folder / "message").write_bytes(message)
        (self.folder / "signature").write_bytes(encode_dss_signature(r, s))
        options = ("-verify", "public.pem", "-sigopt", f"distid:{user}", "-signature", "signature", "message")
        command = ["openssl", "dgst", "-sm3", *options]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, check=False)
        return done.returncode == 0 and done.stdout.startswith(b"Verified OK")

    def _run(self, *arguments: str) -> bytes:
        command = ["openssl", *arguments]
        return subprocess.run(command, cwd=self.folder, capture_output=True, check=True).stdout


@pytest.fixture
def openssl(tmp_path: Path) -> OpensslKey:
    return OpensslKey(tmp_path)


@both
@pytest.mark.parametrize("user", [DISTID, "ALICE123@YAHOO.COM"])
def test_openssl_verifies_what_we_sign(ciphers: NationalCiphers, openssl: OpensslKey, user: str) -> None:
    for message in (b"", "测试甲".encode(), bytes(5000)):
        signature = ciphers.sm2_sign(openssl.private, user.encode(), message)
        assert openssl.verifies(message, user, signature)
        assert not openssl.verifies(message + b"!", user, signature)
        assert not openssl.verifies(message, user + "!", signature)


@both
@pytest.mark.parametrize("user", [DISTID, "ALICE123@YAHOO.COM"])
def test_we_verify_what_openssl_signs(ciphers: NationalCiphers, openssl: OpensslKey, user: str) -> None:
    for message in (b"", "测试甲".encode(), bytes(5000)):
        signature = openssl.sign(message, user)
        assert ciphers.sm2_verify(openssl.public, user.encode(), message, signature)
        assert not ciphers.sm2_verify(openssl.public, user.encode(), message + b"!", signature)
        assert not ciphers.sm2_verify(openssl.public, user.encode() + b"!", message, signature)


@given(privates, st.binary(max_size=40), st.binary(max_size=300))
def test_both_verify_what_either_signs(private: bytes, user: bytes, message: bytes) -> None:
    public = public_of(private)
    for signer in (LINUX, PORTABLE):
        signature = signer.sm2_sign(private, user, message)
        for verifier in (LINUX, PORTABLE):
            assert verifier.sm2_verify(public, user, message, signature)


@given(privates, st.binary(max_size=80), st.integers(0, 511))
def test_neither_takes_a_signature_with_a_bit_changed(private: bytes, message: bytes, bit: int) -> None:
    signature = PORTABLE.sm2_sign(private, USER, message)
    changed = (int.from_bytes(signature, "big") ^ 1 << bit).to_bytes(64, "big")
    for verifier in (LINUX, PORTABLE):
        assert not verifier.sm2_verify(public_of(private), USER, message, changed)


@given(st.binary(min_size=64, max_size=64), st.binary(min_size=64, max_size=64))
def test_both_say_the_same_of_any_key_and_signature(public: bytes, signature: bytes) -> None:
    def said(verifier: NationalCiphers, key: bytes) -> object:
        try:
            return verifier.sm2_verify(key, USER, MESSAGE, signature)
        except DeviceError as error:
            return error.code

    assert said(LINUX, public) == said(PORTABLE, public)
    assert said(LINUX, PUBLIC) is said(PORTABLE, PUBLIC) is False


@both
def test_the_example_of_gm_t_0003_5(ciphers: NationalCiphers) -> None:
    assert public_of(PRIVATE) == PUBLIC
    assert ciphers.sm2_verify(PUBLIC, USER, MESSAGE, SIGNATURE)
    assert not ciphers.sm2_verify(PUBLIC, USER, MESSAGE[:-1], SIGNATURE)


@both
@pytest.mark.parametrize("number", [0, curve.N - 1, curve.N, curve.N + 1, 2**256 - 1])
def test_a_number_that_is_no_private_key(ciphers: NationalCiphers, number: int) -> None:
    with pytest.raises(DeviceError) as refused:
        ciphers.sm2_sign(number.to_bytes(32, "big"), USER, MESSAGE)
    assert refused.value.code == "national.bad_key"


@both
@pytest.mark.parametrize("number", [1, 2, curve.N - 2])
def test_the_first_and_the_last_private_key(ciphers: NationalCiphers, number: int) -> None:
    private = number.to_bytes(32, "big")
    assert PORTABLE.sm2_verify(public_of(private), USER, MESSAGE, ciphers.sm2_sign(private, USER, MESSAGE))


@both
@pytest.mark.parametrize("wrong", [b"", PRIVATE[1:], PRIVATE + b"\0", b"\0" + PRIVATE])
def test_a_private_key_of_another_length(ciphers: NationalCiphers, wrong: bytes) -> None:
    with pytest.raises(DeviceError) as refused:
        ciphers.sm2_sign(wrong, USER, MESSAGE)
    assert refused.value.code == "national.bad_key"


OFF_CURVE = PUBLIC[:-1] + bytes([PUBLIC[-1] ^ 1])
BEYOND = (int.from_bytes(PUBLIC[:32], "big") + curve.P).to_bytes(33, "big")[1:] + PUBLIC[32:]


@both
@pytest.mark.parametrize(
    "wrong", [b"", bytes(64), b"\xff" * 64, OFF_CURVE, BEYOND, PUBLIC[1:], b"\4" + PUBLIC, PUBLIC[32:] + PUBLIC[:32]]
)
def test_what_is_no_public_key(ciphers: NationalCiphers, wrong: bytes) -> None:
    with pytest.raises(DeviceError) as refused:
        ciphers.sm2_verify(wrong, USER, MESSAGE, SIGNATURE)
    assert refused.value.code == "national.bad_key"


@both
def test_a_signature_of_the_point_at_infinity(ciphers: NationalCiphers) -> None:
    # s G + (r + s) P = 0 for s = -r d / (1 + d)
    r, d = 12345, int.from_bytes(PRIVATE, "big")
    s = -r * d * pow(1 + d, -1, curve.N) % curve.N
    assert not ciphers.sm2_verify(PUBLIC, USER, MESSAGE, r.to_bytes(32, "big") + s.to_bytes(32, "big"))


@both
def test_no_error_shows_a_key(ciphers: NationalCiphers) -> None:
    secret = bytes.fromhex("deadbeefcafe") * 6
    with pytest.raises(DeviceError) as refused:
        ciphers.sm2_sign(secret, USER, MESSAGE)
    shown = f"{refused.value!r} {refused.value} {vars(refused.value)}"
    assert "deadbeef" not in shown
    assert repr(secret)[2:8] not in shown


def test_a_user_id_that_is_too_long_is_an_error_and_not_a_crash() -> None:
    with pytest.raises(DeviceError):
        Libcrypto().sign(PRIVATE, bytes(8192), MESSAGE)
    assert not Libcrypto().verify(PUBLIC, bytes(8192), MESSAGE, SIGNATURE)


def test_keys_are_kept_but_not_for_ever() -> None:
    library = Libcrypto()
    private = [number.to_bytes(32, "big") for number in range(1, 20)]
    library.sign(private[0], USER, MESSAGE)
    (first,) = library._keys.values()
    kept = weakref.ref(first)
    assert kept() is first
    library.sign(private[0], USER, MESSAGE)
    assert list(library._keys.values()) == [first]
    del first
    for other in private[1:]:
        library.sign(other, USER, MESSAGE)
    gc.collect()
    assert len(library._keys) == 8
    assert kept() is None
    assert PORTABLE.sm2_verify(public_of(private[0]), USER, MESSAGE, library.sign(private[0], USER, MESSAGE))


def test_a_system_without_the_library() -> None:
    with pytest.raises(DeviceError, match=r"national.self_test: this system has none of libcrypto.so.99"):
        Libcrypto(("libcrypto.so.99",))


def test_a_library_without_sm2() -> None:
    with pytest.raises(DeviceError, match=r"national.self_test: .* has no SM2"):
        Libcrypto(("libcrypto.so.99", "libc.so.6"))


def test_the_library_proves_itself_once_before_its_first_use(monkeypatch: pytest.MonkeyPatch) -> None:
    tested: list[bytes] = []

    class Watched(Libcrypto):
        def sign(self, private: bytes, user: bytes, data: bytes) -> bytes:
            tested.append(data)
            return super().sign(private, user, data)

    monkeypatch.setattr("hal.linux.national.Libcrypto", Watched)
    ciphers = SystemNationalCiphers()
    ciphers.sm3(b"")
    assert tested == []
    for text in (b"first", b"second"):
        ciphers.sm2_sign(PRIVATE, USER, text)
    assert tested == [MESSAGE, b"first", b"second"]


def test_a_library_that_fails_its_test_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Libcrypto, "verify", lambda *_: False)
    ciphers = SystemNationalCiphers()
    for _ in range(2):
        with pytest.raises(DeviceError) as refused:
            ciphers.sm2_sign(PRIVATE, USER, MESSAGE)
        assert refused.value.code == "national.self_test"
