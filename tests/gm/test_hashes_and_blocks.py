"""SM3, its HMAC and SM4 in plain Python beside `cryptography`."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hal.errors import DeviceError
from hal.gm import GmCiphers
from hal.linux.national import SystemNationalCiphers
from hal.ports import NationalCiphers

LINUX = SystemNationalCiphers()
PORTABLE = GmCiphers()
KEY = bytes.fromhex("0123456789abcdeffedcba9876543210")
keys = st.binary(min_size=16, max_size=16)


def said(ciphers: NationalCiphers, key: bytes, sealed: bytes) -> bytes | str:
    try:
        return ciphers.sm4_ecb_open(key, sealed)
    except DeviceError as error:
        return error.code


@pytest.mark.parametrize("ciphers", [LINUX, PORTABLE], ids=["linux", "portable"])
def test_the_examples_of_the_standards(ciphers: NationalCiphers) -> None:
    abc = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert ciphers.sm3(b"abc").hex() == abc  # GB/T 32905-2016, A.1
    assert ciphers.sm4_ecb(KEY, KEY)[:16].hex() == "681edf34d206965e86b3e94f536e4246"  # GB/T 32907-2016, A.1


@given(st.binary(max_size=400))
def test_digests_are_the_same(data: bytes) -> None:
    assert PORTABLE.sm3(data) == LINUX.sm3(data)


@given(st.binary(max_size=140), st.binary(max_size=200))
def test_hmacs_are_the_same(key: bytes, data: bytes) -> None:
    assert PORTABLE.hmac_sm3(key, data) == LINUX.hmac_sm3(key, data)


@given(keys, st.binary(max_size=100))
def test_one_opens_what_the_other_seals(key: bytes, data: bytes) -> None:
    sealed = PORTABLE.sm4_ecb(key, data)
    assert sealed == LINUX.sm4_ecb(key, data)
    assert PORTABLE.sm4_ecb_open(key, sealed) == LINUX.sm4_ecb_open(key, sealed) == data


@given(keys, st.binary(max_size=50))
def test_both_say_the_same_of_anything_sealed(key: bytes, sealed: bytes) -> None:
    assert said(PORTABLE, key, sealed) == said(LINUX, key, sealed)


@given(keys, st.integers(0, 255), st.integers(0, 255))
def test_both_say_the_same_of_any_padding(key: bytes, last: int, before: int) -> None:
    sealed = LINUX.sm4_ecb(key, bytes(14) + bytes([before, last]))[:16]
    expected = bytes(14) + bytes([before]) if last == 1 else "national.bad_padding"
    expected = bytes(14) if before == last == 2 else expected
    assert said(PORTABLE, key, sealed) == said(LINUX, key, sealed) == expected
