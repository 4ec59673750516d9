"""Gateways with the ciphers of Linux, and Hunan's vector, whose SHA-1 MicroPython has on the ESP32 only."""

import base64
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from hypothesis import given
from hypothesis import strategies as st

from firmware.insurance import UnknownOutcome
from firmware.insurance.gateway import SCHEMES, Gateway, open_gateway
from firmware.insurance.gateway.headers import hunan_signature
from firmware.insurance.gateway.keys import USER
from firmware.insurance.gateway.sign_text import sign_text
from firmware.insurance.gateway.sm2_cainfo import string_to_sign
from hal.gm import GmCiphers
from hal.linux.national import SystemNationalCiphers
from hal.province import SCHEMES as OFFERED
from tests.portable.test_gateway import APP_ID, APP_SECRET, HEADER, MESSAGE_KEY, PUBLIC_KEY, SIGN_KEY

LINUX = SystemNationalCiphers()
PORTABLE = GmCiphers()

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=4), inside, max_size=3),
    max_leaves=12,
)
messages = st.dictionaries(st.text(max_size=6), values, max_size=4)


def gateway(scheme: str, national: Any = LINUX, signature: str = "raw") -> Gateway:
    """A gateway with both keys."""
    settings = {"scheme": scheme, "account": APP_ID, "content_type": "x", "interface_version": "2.0.1"}
    platform = {"secret": APP_SECRET, "sign_key": SIGN_KEY, "platform_key": PUBLIC_KEY}
    return open_gateway({**settings, "signature": signature}, platform, national)


def answered(data: Any, ciphers: Any = PORTABLE) -> dict[str, Any]:
    """An answer as the platform signs and encrypts it."""
    text = sign_text({"code": 0, "encType": "SM4", "data": data}, APP_SECRET)
    sealed = ciphers.sm4_ecb(MESSAGE_KEY, json.dumps(data, ensure_ascii=False).encode())
    signature = base64.b64encode(ciphers.sm2_sign(SIGN_KEY, USER, text)).decode()
    return {"code": 0, "encType": "SM4", "encData": sealed.hex(), "signData": signature}


def test_a_known_signature_of_hunan() -> None:
    known = [
        ("_api_access_key", "AKTEST0001"),
        ("_api_name", "1101"),
        ("_api_timestamp", "1721789415123"),
        ("_api_version", "1.0.0"),
    ]
    assert hunan_signature(b"SKTEST-secret-0001", known) == "Bx4Zypi7Hx2pJJNq05xeOMGzf6Y="


def test_the_headers_of_hunan() -> None:
    headers, body = gateway("hunan").seal("1101", b"{}", 1721789415, "n")
    names = ["_api_access_key", "_api_name", "_api_timestamp", "_api_version", "_api_signature"]
    assert [name for name, _ in headers] == ["Content-Type", *names]
    assert dict(headers)["_api_timestamp"] == "1721789415000"
    assert dict(headers)["_api_signature"] == hunan_signature(APP_SECRET.encode(), headers[1:5])
    assert body == b"{}"


def test_a_profile_can_name_every_scheme() -> None:
    assert sorted(OFFERED) == sorted(SCHEMES)


@given(st.dictionaries(st.text(st.characters(max_codepoint=0x4E20, exclude_categories=["Cs"]), max_size=5), st.text()))
def test_a_letter_changed_anywhere_in_the_header_shows_in_cainfo(more: dict[str, str]) -> None:
    header = {**HEADER, "sign_no": "680003", "input": {}, "cainfo": ""} | {"x" + name: "v" for name in more}
    gateway("sm2-cainfo").fill(header)
    signature = bytes.fromhex(header["cainfo"])
    assert PORTABLE.sm2_verify(PUBLIC_KEY, USER, string_to_sign(header).encode(), signature)
    header["sign_no"] = "680004"
    assert not PORTABLE.sm2_verify(PUBLIC_KEY, USER, string_to_sign(header).encode(), signature)


def test_der_in_cainfo_is_what_openssl_reads() -> None:
    for _ in range(20):  # OpenSSL's numbers are random: one in two has a first bit that DER must cover
        header = dict(HEADER)
        gateway("sm2-cainfo", signature="der").fill(header)
        r, s = decode_dss_signature(bytes.fromhex(header["cainfo"]))
        signature = r.to_bytes(32, "big") + s.to_bytes(32, "big")
        assert PORTABLE.sm2_verify(PUBLIC_KEY, USER, string_to_sign(HEADER).encode(), signature)


@given(messages)
def test_any_answer_that_is_signed_opens_on_both_boards(data: dict[str, Any]) -> None:
    body = json.dumps(answered(data, LINUX)).encode()
    for national in (LINUX, PORTABLE):
        assert json.loads(gateway("sm2-sm4", national).open(body)) == data


@given(messages, messages)
def test_no_signature_fits_other_data(data: dict[str, Any], other: dict[str, Any]) -> None:
    mixed = {**answered(data), "encData": answered(other)["encData"]}
    texts = [sign_text({"data": each}, "") for each in (data, other)]
    if texts[0] == texts[1]:
        assert json.loads(gateway("sm2-sm4").open(json.dumps(mixed).encode())) == other
    else:
        with pytest.raises(UnknownOutcome):
            gateway("sm2-sm4").open(json.dumps(mixed).encode())


@given(st.binary() | st.builds(lambda value: json.dumps(value).encode(), values))
def test_whatever_comes_is_a_clear_error(body: bytes) -> None:
    with pytest.raises(UnknownOutcome) as refused:
        gateway("sm2-sm4").open(body)
    assert refused.value.code == "insurance.bad_answer"


@given(st.sampled_from(["encData", "signData"]), values)
def test_whatever_stands_in_what_is_sealed_is_a_clear_error(name: str, value: Any) -> None:
    with pytest.raises(UnknownOutcome):
        gateway("sm2-sm4").open(json.dumps(answered({}) | {name: value}).encode())


@given(st.sampled_from(["code", "extra", "new"]), values)
def test_a_member_is_signed_or_changes_nothing(name: str, value: Any) -> None:
    data = {"infcode": 0, "output": {"balc": "12.30"}}
    message = answered(data)
    changed = message | {name: value}
    if sign_text(changed, "") == sign_text(message, ""):
        assert json.loads(gateway("sm2-sm4").open(json.dumps(changed).encode())) == data
    else:
        with pytest.raises(UnknownOutcome):
            gateway("sm2-sm4").open(json.dumps(changed).encode())


def test_an_answer_nested_deeper_than_python_goes_is_a_clear_error() -> None:
    for depth in (500, 900, 1_000, 100_000):
        body = json.dumps(answered({})).encode()[:-1] + b', "x": ' + b"[" * depth + b"1" + b"]" * depth + b"}"
        with pytest.raises(UnknownOutcome):
            gateway("sm2-sm4").open(body)
