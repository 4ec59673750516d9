"""The sealing suites: published vectors, the examples of the page, and nothing altered that opens."""

import re
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher as BlockMode
from cryptography.hazmat.primitives.ciphers.algorithms import AES, SM4
from cryptography.hazmat.primitives.ciphers.modes import ECB
from hypothesis import given
from hypothesis import strategies as st

from hal.errors import SealBroken
from hal.esp32 import cipher as esp32
from hal.linux.cipher import SUITES, AesCtrHmacCipher, AesGcmCipher, Sm4GcmCipher, ciphers, sm4_gcm
from hal.ports import Cipher

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "sealed-records.md").read_text("utf-8")


def ecb_of(key: bytes) -> "esp32.Ecb":
    return BlockMode(AES(key), ECB()).encryptor().update  # noqa: S305 -- single blocks are what suite 3 is made of


ALL: list[Cipher] = [AesGcmCipher(), Sm4GcmCipher(), AesCtrHmacCipher(), esp32.AesCtrHmacCipher(ecb_of)]
every_suite = pytest.mark.parametrize("cipher", ALL, ids=lambda cipher: f"{type(cipher).__module__}-{cipher.suite}")

keys = st.binary(min_size=32, max_size=32)
nonces = st.binary(min_size=12, max_size=12)
plains = st.binary(max_size=3000)
names = st.binary(max_size=80)


def test_suite_1_is_aes_256_gcm() -> None:
    # NIST CAVP gcmEncryptExtIV256.rsp: 256-bit key, 96-bit IV, 128-bit plaintext and AAD, 128-bit tag, count 0.
    key = bytes.fromhex("92e11dcdaa866f5ce790fd24501f92509aacf4cb8b1339d50c9c1240935dd08b")
    sealed = AesGcmCipher().seal(
        key,
        bytes.fromhex("ac93a1a6145299bde902f21a"),
        bytes.fromhex("2d71bcfa914e4ac045b2aa60955fad24"),
        bytes.fromhex("1e0889016f67601c8ebea4943bc23ad6"),
    )
    assert sealed.hex() == "8995ae2e6df3dbf96fac7b7137bae67feca5aa77d51d4a0a14d9c51e1da474ab"


def test_suite_2_is_sm4_gcm() -> None:
    # RFC 8998, appendix A.1
    sealed = sm4_gcm(
        SM4(bytes.fromhex("0123456789abcdeffedcba9876543210")),
        bytes.fromhex("00001234567800000000abcd"),
        b"".join(bytes([byte]) * 8 for byte in bytes.fromhex("aabbccddeeffeeaa")),
        bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2"),
    )
    assert sealed.hex() == (
        "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735"
        "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d"
        "83de3541e4c2b58177e065a9bf7b62ec"
    )


@every_suite
def test_the_example_of_the_page(cipher: Cipher) -> None:
    (written,) = re.findall(rf"^\| {cipher.suite} \| `([0-9a-f]{{100,}})` \|$", PAGE, re.MULTILINE)
    label = bytes([2, cipher.suite, 0, 3, 12]) + b"000000000001"
    nonce = bytes(range(0x40, 0x4C))
    sealed = cipher.seal(bytes(range(32)), nonce, '{"a":1,"name":"张三"}'.encode(), label + b"r/visit/000000000001")
    assert (label + nonce + sealed).hex() == written


@every_suite
@given(key=keys, nonce=nonces, plain=plains, name=names)
def test_what_is_sealed_opens_and_is_16_bytes_longer(
    cipher: Cipher, key: bytes, nonce: bytes, plain: bytes, name: bytes
) -> None:
    sealed = cipher.seal(key, nonce, plain, name)
    assert len(sealed) == len(plain) + 16
    assert cipher.open(key, nonce, sealed, name) == plain


@every_suite
@given(key=keys, nonce=nonces, plain=st.binary(max_size=60), name=names, data=st.data())
def test_one_bit_flipped_anywhere_and_it_does_not_open(
    cipher: Cipher, key: bytes, nonce: bytes, plain: bytes, name: bytes, data: st.DataObject
) -> None:
    parts = [key, nonce, cipher.seal(key, nonce, plain, name), name]
    part = data.draw(st.sampled_from([index for index in range(4) if parts[index]]))
    bit = data.draw(st.integers(0, 8 * len(parts[part]) - 1))
    flipped = bytearray(parts[part])
    flipped[bit // 8] ^= 1 << bit % 8
    parts[part] = bytes(flipped)
    with pytest.raises(SealBroken) as broken:
        cipher.open(parts[0], parts[1], parts[2], parts[3])
    assert str(broken.value) == "vault.unreadable"


@every_suite
@given(nonce=st.binary(max_size=20), sealed=st.binary(max_size=40), name=names)
def test_rubbish_of_any_length_does_not_open(cipher: Cipher, nonce: bytes, sealed: bytes, name: bytes) -> None:
    with pytest.raises(SealBroken):
        cipher.open(bytes(32), nonce, sealed, name)


@every_suite
@given(key=keys, nonce=nonces, plain=plains, name=names, other=names)
def test_a_record_opens_under_its_own_name_only(
    cipher: Cipher, key: bytes, nonce: bytes, plain: bytes, name: bytes, other: bytes
) -> None:
    sealed = cipher.seal(key, nonce, plain, name)
    if other != name:
        with pytest.raises(SealBroken):
            cipher.open(key, nonce, sealed, other)


@every_suite
def test_the_border_between_nonce_and_name_is_fixed(cipher: Cipher) -> None:
    """What suite 3 authenticates can be cut in two ways, if a nonce may be longer than 12 bytes."""
    key, nonce = bytes(32), bytes(12)
    sealed = cipher.seal(key, nonce, b"plain", b"\0\0\0\1x")
    with pytest.raises(SealBroken):
        cipher.open(key, nonce + b"\0\0\0\5", sealed, b"x")


@given(key=keys, nonce=nonces, plain=plains, name=names)
def test_both_boards_make_the_same_of_suite_3(key: bytes, nonce: bytes, plain: bytes, name: bytes) -> None:
    assert ALL[2].seal(key, nonce, plain, name) == ALL[3].seal(key, nonce, plain, name)


@pytest.mark.parametrize("suite", SUITES)
def test_the_suite_of_the_config_seals_and_all_of_them_open(suite: str) -> None:
    assert type(ciphers(suite)[0]) is SUITES[suite]
    assert sorted(cipher.suite for cipher in ciphers(suite)) == [1, 2, 3]
