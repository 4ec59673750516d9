"""The gateways: the vectors of the interface's notes, a whole message through each scheme, and what each refuses."""

import asyncio
import base64
import hashlib
import hmac
import json
import shutil
import subprocess
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, padding
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hmac import HMAC

from simulator.platform import Keys, Platform, sm2
from simulator.platform.gateways import APP_ID, SCHEMES, open_gateway
from simulator.platform.gateways.headers import hunan_signature, x_ca_signature
from simulator.platform.gateways.sm2_cainfo import signed_text as cainfo_text
from simulator.platform.gateways.sm2_sm4 import encrypted, message_key, signed_text
from tests.simulator.platform.counter import BEIJING, DATA, NOON, PATHS, SECRET, Counter

OWN = bytes([0x11]) * 32
PLATFORMS = bytes([0x22]) * 32
KEYS = Keys(platform=PLATFORMS, institution=sm2.public_of(OWN))
ACCOUNT = "TESTPAAS0001"
ONE_PATH = "/fsi/api/rsfComIfsService/callService"
PEM_HEAD = "3041020100301306072a8648ce3d020106082a811ccf5501822d042730250201010420"  # PKCS #8 around an SM2 key

# ---- vectors


def test_the_vector_of_hunan() -> None:
    values = {"_api_access_key": "AKTEST0001", "_api_name": "1101", "_api_timestamp": "1721789415123"}
    assert hunan_signature("SKTEST-secret-0001", values | {"_api_version": "1.0.0"}) == "Bx4Zypi7Hx2pJJNq05xeOMGzf6Y="


def test_the_vector_of_x_ca() -> None:
    body = '{"infno":"9001","input":{"signIn":{"opter_no":"测试"}}}'.encode()
    wanted = "1642747662:C3E1560365DE25E3F6BB870CCB231917EFC40F93C89CFEEF80550B48FF3CD50F"
    assert x_ca_signature("1642747662", "SECTEST0001", body) == wanted


def test_the_text_that_cainfo_signs() -> None:
    envelope: dict[str, Any] = {
        "sign_no": None,
        "msgid": "H99999900001202401010830000001",
        "input": {"data": {}},
        "cainfo": "X",
    }
    envelope |= {"mdtrtarea_admvs": "999900", "insuplc_admdvs": "", "infver": "V1.0", "infno": "9001"}
    wanted = (
        "infno=9001&infver=V1.0&insuplc_admdvs=&mdtrtarea_admvs=999900&msgid=H99999900001202401010830000001&sign_no="
    )
    assert cainfo_text(envelope) == wanted


def test_the_vector_of_sm2_and_sm4() -> None:
    secret = "TESTSECRET000000abcdefghijklmnop"
    data = {"idNo": "000000190001010000", "idType": "01", "userName": "测试甲"}
    outer = {"appId": APP_ID, "data": data, "encType": "SM4", "signType": "SM2", "timestamp": "20240101120000"}
    text = signed_text(outer | {"version": "2.0.1", "extra": "x", "signData": "y"}, secret)
    inner = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    assert text == (
        f"appId={APP_ID}&data={inner}&encType=SM4&signType=SM2&timestamp=20240101120000&version=2.0.1&key={secret}"
    )
    assert message_key(APP_ID, secret) == b"49402A7451716C12"
    assert encrypted(b"49402A7451716C12", inner.encode()) == (
        "4CB281BD679FD113FE9131916175A4D7F66ED9322BEC6F7341B41982183D833C8D655D5C4B59B0B6AB0F888A14189CFF"
        "EFED329B8BA5C1CC8A9CFE35F61F4AA83E5FE242FB704BD519939EC5A3050C97"
    )
    sign_data = "nE4fF002UK+HpfYx4R2DwTgFskUVSyAA44Qr9S86ArDHlCJubwlry341FqOWwPtANxVcB0hr/OI0B/Wwa7buUQ=="
    assert sm2.verify(sm2.public_of(OWN), text.encode(), base64.b64decode(sign_data))


def test_what_is_signed_has_texts_only_and_nothing_empty() -> None:
    data = {"b": {"z": 1, "a": True, "n": None}, "a": [{"y": "", "x": 2}, ""], "c": [], "d": "", "e": {}}
    assert signed_text({"data": data}, "S") == 'data={"a":[{"x":"2"}],"b":{"a":"true","z":"1"},"e":{}}&key=S'


def test_the_example_of_the_standard() -> None:
    private = bytes.fromhex("3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8")
    nonce = 0x59276E27D506861A16680F3AD9C02DCCEF3CC1FA3CDBE4CE6D54B80DEAC1BC21
    signature = sm2.sign(private, b"message digest", nonce=nonce)
    assert sm2.public_of(private).hex().upper().startswith("09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF3")
    assert signature.hex().upper() == (
        "F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3"
        "B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA"
    )


def test_openssl_and_this_sm2_believe_each_other(tmp_path: Path) -> None:
    key, text, signature = tmp_path / "key.der", tmp_path / "text", tmp_path / "signature"
    key.write_bytes(bytes.fromhex(PEM_HEAD) + OWN)
    text.write_bytes("测试".encode())
    options = ["-rawin", "-digest", "sm3", "-inkey", str(key), "-keyform", "DER", "-in", str(text)]
    options += ["-pkeyopt", "distid:1234567812345678"]
    openssl = str(shutil.which("openssl"))
    signed = subprocess.run([openssl, "pkeyutl", "-sign", *options], check=True, capture_output=True).stdout
    assert sm2.verify(sm2.public_of(OWN), text.read_bytes(), signed)
    assert not sm2.verify(sm2.public_of(OWN), text.read_bytes() + b"!", signed)
    own = sm2.sign(OWN, text.read_bytes())
    signature.write_bytes(encode_dss_signature(int.from_bytes(own[:32], "big"), int.from_bytes(own[32:], "big")))
    found = subprocess.run(
        [openssl, "pkeyutl", "-verify", *options, "-sigfile", str(signature)], check=False, capture_output=True
    )
    assert b"Signature Verified Successfully" in found.stdout


@pytest.mark.parametrize("signature", [b"", bytes(64), b"\xff" * 64, b"\x30\x06\x02\x01", bytes(63)])
def test_what_is_no_signature_is_none(signature: bytes) -> None:
    assert not sm2.verify(sm2.public_of(OWN), b"", signature)
    assert not sm2.verify(bytes(64), b"", sm2.sign(OWN, b""))


# ---- a whole message through each scheme; signed here by hand

Sealed = tuple[dict[str, str], bytes]


def hunan(body: bytes, at: float, secret: str, account: str) -> Sealed:
    values = f"_api_access_key={account}&_api_name=9001&_api_timestamp={int(at)}000&_api_version=1.0.0"
    digest = hmac.new(secret.encode(), values.encode(), hashlib.sha1).digest()
    headers = dict(pair.split("=", 1) for pair in values.split("&"))
    return headers | {"_api_signature": base64.b64encode(digest).decode()}, body


def x_tif(body: bytes, at: float, secret: str, account: str) -> Sealed:
    stamp, nonce = str(int(at)), f"n{secret[:4]}{account[:4]}"
    digest = hashlib.sha256((stamp + secret + nonce + stamp).encode()).hexdigest()
    headers = {"x-tif-paasid": account, "x-tif-timestamp": stamp, "x-tif-nonce": nonce}
    return headers | {"x-tif-signature": digest}, body


def x_ca(body: bytes, at: float, secret: str, account: str) -> Sealed:
    code = HMAC(secret.encode(), hashes.SM3())
    code.update(f"{int(at)}\n".encode() + body)
    return {"x-ca-key": account, "x-ca-signature": f"{int(at)}:{code.finalize().hex().upper()}"}, body


def in_cainfo(body: bytes, _at: float, secret: str, _account: str) -> Sealed:
    """With another secret, the key is another."""
    document = json.loads(body)
    names = sorted(set(document) - {"cainfo", "input"})
    text = "&".join(f"{name}={document[name]}" for name in names)
    key = OWN if secret == SECRET else PLATFORMS
    document["cainfo"] = sm2.sign(key, text.encode()).hex().upper()
    return {}, json.dumps(document).encode()


def wrapped(body: bytes, at: float, secret: str, account: str) -> Sealed:
    stamp = datetime.fromtimestamp(at, BEIJING).strftime("%Y%m%d%H%M%S")
    outer = {"appId": account, "data": json.loads(body), "encType": "SM4", "signType": "SM2", "timestamp": stamp}
    outer["version"] = "2.0.1"
    signature = sm2.sign(OWN, signed_text(outer, secret).encode())
    del outer["data"]
    padder = padding.PKCS7(128).padder()
    cipher = Cipher(algorithms.SM4(message_key(account, secret)), modes.ECB()).encryptor()  # noqa: S305
    sealed = cipher.update(padder.update(body) + padder.finalize())
    outer |= {"encData": sealed.hex().upper(), "signData": base64.b64encode(signature).decode()}
    return {}, json.dumps(outer).encode()


def plain(body: bytes, _at: float, _secret: str, _account: str) -> Sealed:
    return {}, body


SEALS: dict[str, Callable[[bytes, float, str, str], Sealed]] = {
    "hunan": hunan,
    "x-tif": x_tif,
    "x-ca": x_ca,
    "sm2-cainfo": in_cainfo,
    "sm2-sm4": wrapped,
    "plain": plain,
}


def account_of(scheme: str) -> str:
    return APP_ID if scheme == "sm2-sm4" else ACCOUNT


def post(
    scheme: str, sealed: Callable[[bytes], Sealed], path: str = "/fsi/api/" + PATHS["9001"]
) -> tuple[int, dict[str, Any]]:
    """Status and answer of a sign-in."""
    platform = Platform(DATA, None, SECRET, clock=lambda: NOON, scheme=scheme, keys=KEYS)
    message = Counter().envelope("9001", {"signIn": {"opter_no": "1", "mac": "0", "ip": "127.0.0.1"}})
    headers, body = sealed(json.dumps(message, ensure_ascii=False).encode())
    status, _, answer = asyncio.run(platform.handle(path, headers, body))
    document: dict[str, Any] = json.loads(answer)
    return status, document


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("path", ["/fsi/api/" + PATHS["9001"], "/ebus/rio_fsi/fsi/api/" + PATHS["9001"], ONE_PATH])
def test_a_sign_in_passes(scheme: str, path: str) -> None:
    status, answer = post(scheme, lambda body: SEALS[scheme](body, NOON, SECRET, account_of(scheme)), path)
    if scheme == "sm2-sm4":
        answer = opened(answer)
    assert (status, answer["infcode"]) == (200, 0)
    assert answer["output"]["signinoutb"]["sign_no"]


def opened(outer: dict[str, Any]) -> dict[str, Any]:
    """What an encrypted answer says; its signature is the platform's."""
    cipher = Cipher(algorithms.SM4(message_key(APP_ID, SECRET)), modes.ECB()).decryptor()  # noqa: S305
    unpadder = padding.PKCS7(128).unpadder()
    inner = unpadder.update(cipher.update(bytes.fromhex(outer["encData"]))) + unpadder.finalize()
    document: dict[str, Any] = json.loads(inner)
    signed = signed_text(outer | {"data": document}, SECRET).encode()
    assert sm2.verify(sm2.public_of(PLATFORMS), signed, base64.b64decode(outer["signData"]))
    return document


@pytest.mark.parametrize("scheme", [name for name in SCHEMES if name != "plain"])
def test_a_wrong_secret_or_key(scheme: str) -> None:
    status, answer = post(scheme, lambda body: SEALS[scheme](body, NOON, "WRONG", account_of(scheme)))
    assert (status, answer["code"]) == (401, 401)
    assert answer["message"] in ("签名不一致!", "报文解密失败!")


@pytest.mark.parametrize("scheme", ["hunan", "x-tif", "x-ca", "sm2-sm4"])
def test_an_unknown_account(scheme: str) -> None:
    status, answer = post(scheme, lambda body: SEALS[scheme](body, NOON, SECRET, "SOMEBODY00000000"))
    assert (status, answer["message"]) == (401, "非法用户!")


@pytest.mark.parametrize(
    ("scheme", "window"), [("hunan", 1800), ("sm2-sm4", 1800), ("x-tif", 300), ("x-ca", 300)], ids=str
)
@pytest.mark.parametrize("side", [-1, 1])
def test_the_window_of_time(scheme: str, window: int, side: int) -> None:
    def at(off_s: int) -> tuple[int, dict[str, Any]]:
        return post(scheme, lambda body: SEALS[scheme](body, NOON + off_s, SECRET, account_of(scheme)))

    assert at(side * window)[0] == 200
    assert at(side * (window + 1)) == (401, {"code": 401, "message": "签名时间戳超时!"})


@pytest.mark.parametrize("scheme", [name for name in SCHEMES if name != "plain"])
def test_without_any_signature(scheme: str) -> None:
    status, answer = post(scheme, lambda body: ({}, body))
    assert (status, answer["code"]) == (401, 401)


def test_x_ca_covers_the_body() -> None:
    def changed(body: bytes) -> Sealed:
        headers, _ = x_ca(body, NOON, SECRET, ACCOUNT)
        return headers, body.replace(b"9001", b"9002", 1)

    assert post("x-ca", changed) == (401, {"code": 401, "message": "签名不一致!"})


def test_der_in_cainfo_is_taken_too() -> None:
    def der(body: bytes) -> Sealed:
        document = json.loads(in_cainfo(body, NOON, SECRET, "")[1])
        raw = bytes.fromhex(document["cainfo"])
        numbers = (int.from_bytes(half, "big") for half in (raw[:32], raw[32:]))
        document["cainfo"] = encode_dss_signature(*numbers).hex().upper()
        return {}, json.dumps(document).encode()

    assert post("sm2-cainfo", der)[1]["infcode"] == 0


@pytest.mark.parametrize(
    "changed",
    [{"timestamp": "20261399000000"}, {"encData": "00"}, {"encData": "zz"}, {"signData": "?"}, {"version": ""}],
)
def test_what_was_wrapped_wrongly(changed: dict[str, str]) -> None:
    def wrong(body: bytes) -> Sealed:
        headers, outer = wrapped(body, NOON, SECRET, APP_ID)
        return headers, json.dumps(json.loads(outer) | changed).encode()

    assert post("sm2-sm4", wrong)[0] == 401


def test_a_path_or_number_that_nobody_knows() -> None:
    for path in ("/fsi/api/nobody/here", "/", "/hss-call-service-interface/x"):
        status, answer = post("plain", lambda body: ({}, body), path)
        assert (status, answer["infcode"], answer["type"]) == (200, -1, "error")
    status, answer = post("plain", lambda body: ({}, body.replace(b"9001", b"9999", 1)), ONE_PATH)
    assert "未知交易编号" in answer["err_msg"]


def test_sm2_needs_keys() -> None:
    with pytest.raises(ValueError, match="SM2 keys"):
        open_gateway("sm2-sm4", "", SECRET)
