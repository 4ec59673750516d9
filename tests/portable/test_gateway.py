"""Gateway signatures: the vectors of each scheme, and what an answer cannot be. Runs on CPython and MicroPython.

No province publishes a signature with its key, so all vectors are our own, made from the descriptions. That of SM2 and
SM4 was verified with OpenSSL. That of Hunan is in tests/insurance: it needs SHA-1, which MicroPython has on the ESP32
but not in the build of the tests.
"""

import json
import unittest
from binascii import a2b_base64, b2a_base64, hexlify, unhexlify

from firmware.insurance import UnknownOutcome, Unreachable
from firmware.insurance.gateway import open_gateway
from firmware.insurance.gateway.keys import USER, as_der
from firmware.insurance.gateway.sign_text import sign_text
from firmware.insurance.gateway.sm2_cainfo import string_to_sign
from hal.gm import GmCiphers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from firmware.insurance.gateway import Gateway

    Json = dict[str, Any]

JSON = "application/json; charset=utf-8"
SIGN_KEY = b"\x11" * 32
PUBLIC_KEY = unhexlify(  # of SIGN_KEY; the platform of the tests signs with it, too
    "852611f744af045689dcfbf4c0437730d2d2de332ab7f0fc02769c5fab8a8943"
    "7d9384f19ab882ed668a28936db92475aa79aef8690ee36f6fb77c69b9b571f8"
)
APP_ID = "TESTAPPID0000000TESTAPPID0000000"
APP_SECRET = "TESTSECRET000000abcdefghijklmnop"
MESSAGE_KEY = b"49402A7451716C12"
DATA = '{"idNo":"000000190001010000","idType":"01","userName":"测试甲"}'
ENC_DATA = (
    "4CB281BD679FD113FE9131916175A4D7F66ED9322BEC6F7341B41982183D833C8D655D5C4B59B0B6AB0F888A14189CFF"
    "EFED329B8BA5C1CC8A9CFE35F61F4AA83E5FE242FB704BD519939EC5A3050C97"
)
SIGN_DATA = "nE4fF002UK+HpfYx4R2DwTgFskUVSyAA44Qr9S86ArDHlCJubwlry341FqOWwPtANxVcB0hr/OI0B/Wwa7buUQ=="
NOON = 1704081600  # 20240101120000 in China

HEADER: "Json" = {
    "infno": "1101",
    "infver": "V1.0",
    "insuplc_admdvs": None,
    "mdtrtarea_admvs": "999900",
    "msgid": "H99999900001202401010830000001",
    "sign_no": "",
    "cainfo": "",
}
SIGNED = "infno=1101&infver=V1.0&insuplc_admdvs=&mdtrtarea_admvs=999900&msgid=H99999900001202401010830000001&sign_no="


def gateway(scheme: str, account: str, secret: str, **more: "Any") -> "Gateway":
    """A gateway with both keys, or what `more` says of them."""
    settings = {"scheme": scheme, "account": account, "content_type": JSON, "interface_version": "2.0.1"}
    settings["signature"] = more.get("signature", "raw")
    platform = {
        "secret": secret,
        "sign_key": more.get("sign_key", SIGN_KEY),
        "platform_key": more.get("platform_key", PUBLIC_KEY),
    }
    return open_gateway(settings, platform, GmCiphers())


def sealed(scheme: str, account: str, secret: str, now_s: int, nonce: str, body: bytes) -> "list[tuple[str, str]]":
    """The headers of a message 1101."""
    headers, sent = gateway(scheme, account, secret).seal("1101", body, now_s, nonce)
    assert sent == body
    return headers


class Headers(unittest.TestCase):
    def test_a_known_signature_of_x_tif(self) -> None:
        self.assertEqual(
            sealed("x-tif", "TESTPAAS0001", "TOKENTEST0001", 1700000000, "abc123", b"{}"),
            [
                ("Content-Type", JSON),
                ("x-tif-paasid", "TESTPAAS0001"),
                ("x-tif-timestamp", "1700000000"),
                ("x-tif-nonce", "abc123"),
                ("x-tif-signature", "935d93053848ca11a4e2db8c5a4d26fbe13e77983283fad4dd7e6e5b5d82420f"),
            ],
        )

    def test_what_the_signature_of_x_tif_covers(self) -> None:
        def signature(secret: str, now_s: int, nonce: str, body: bytes) -> str:
            return sealed("x-tif", "A", secret, now_s, nonce, body)[-1][1]

        first = signature("S", 1, "n", b"")
        self.assertEqual(signature("S", 1, "n", b"other"), first)  # the body is not covered
        for other in (signature("T", 1, "n", b""), signature("S", 2, "n", b""), signature("S", 1, "m", b"")):
            self.assertNotEqual(other, first)

    def test_a_known_signature_of_zhejiang(self) -> None:
        body = '{"infno":"9001","input":{"signIn":{"opter_no":"测试"}}}'.encode()
        self.assertEqual(
            sealed("x-ca", "KEYTEST0001", "SECTEST0001", 1642747662, "", body),
            [
                ("Content-Type", JSON),
                ("x-ca-key", "KEYTEST0001"),
                ("x-ca-signature", "1642747662:C3E1560365DE25E3F6BB870CCB231917EFC40F93C89CFEEF80550B48FF3CD50F"),
            ],
        )

    def test_no_signature_at_a_front_process(self) -> None:
        plain = gateway("plain", "A", "")
        header: "Json" = {"cainfo": ""}
        plain.fill(header)
        self.assertEqual(header, {"cainfo": ""})
        self.assertEqual(plain.seal("1101", b"{}", 1, "n"), ([("Content-Type", JSON)], b"{}"))
        self.assertEqual(plain.open(b"anything"), b"anything")

    def test_nothing_leaves_without_a_secret(self) -> None:
        for scheme in ("hunan", "x-tif", "x-ca", "sm2-sm4"):
            with self.assertRaises(Unreachable) as refused:
                gateway(scheme, APP_ID, "").seal("1101", b"{}", 1, "n")
            self.assertEqual(refused.exception.code, "insurance.no_key")


class Cainfo(unittest.TestCase):
    def test_what_is_signed(self) -> None:
        header = dict(HEADER)
        header["input"] = {"data": {}}
        self.assertEqual(string_to_sign(header), SIGNED)

    def test_r_and_s_or_der(self) -> None:
        raw, der = dict(HEADER), dict(HEADER)
        gateway("sm2-cainfo", "A", "").fill(raw)
        gateway("sm2-cainfo", "A", "", signature="der").fill(der)
        self.assertEqual((len(raw["cainfo"]), raw["cainfo"]), (128, raw["cainfo"].upper()))
        signature = unhexlify(raw["cainfo"])
        self.assertTrue(GmCiphers().sm2_verify(PUBLIC_KEY, USER, SIGNED.encode(), signature))
        self.assertEqual(der["cainfo"], hexlify(as_der(signature)).decode().upper())

    def test_integers_of_der_are_as_short_as_they_can_be_and_never_negative(self) -> None:
        for number, expected in (
            (b"\x00" * 32, "020100"),
            (b"\x00" * 31 + b"\x7f", "02017f"),
            (b"\x00" * 31 + b"\x80", "02020080"),
            (b"\xff" * 32, "022100" + "ff" * 32),
        ):
            written = hexlify(as_der(number + b"\x00" * 31 + b"\x01")).decode()
            self.assertEqual(written[4:], expected + "020101")
            self.assertEqual(written[:4], "30" + f"{len(expected) // 2 + 3:02x}")

    def test_no_key_or_none(self) -> None:
        for key in (b"", bytes(32), b"\xff" * 32, b"\x11" * 31):
            with self.assertRaises(Unreachable) as refused:
                gateway("sm2-cainfo", "A", "", sign_key=key).fill(dict(HEADER))
            self.assertEqual(refused.exception.code, "insurance.no_key")

    def test_body_and_answers_stay_as_they_are(self) -> None:
        cainfo = gateway("sm2-cainfo", "A", "", platform_key=b"")
        self.assertEqual(cainfo.seal("1101", b"{}", 1, "n"), ([("Content-Type", JSON)], b"{}"))
        self.assertEqual(cainfo.open(b"{}"), b"{}")


class SignText(unittest.TestCase):
    def test_the_known_text(self) -> None:
        message: "Json" = {"appId": APP_ID, "data": json.loads(DATA), "encType": "SM4", "signType": "SM2"}
        message["timestamp"], message["version"] = "20240101120000", "2.0.1"
        known = "appId=" + APP_ID + "&data=" + DATA + "&encType=SM4&signType=SM2&timestamp=20240101120000"
        known += "&version=2.0.1&key=" + APP_SECRET
        self.assertEqual(sign_text(message, APP_SECRET).decode(), known)
        message["signData"] = message["encData"] = message["extra"] = "left out"
        self.assertEqual(sign_text(message, APP_SECRET).decode(), known)
        self.assertTrue(GmCiphers().sm2_verify(PUBLIC_KEY, USER, known.encode(), a2b_base64(SIGN_DATA.encode())))

    def test_inside_names_are_sorted_scalars_are_texts_and_nothing_is_empty(self) -> None:
        message: "Json" = {
            "b": 1,
            "a": True,
            "n": None,
            "e": "",
            "l": [],
            "o": {},
            "z": [3, None, "", [], {"y": False, "x": None}],
        }
        message["d"] = {"b": {"d": "药", "c": 2, "a": [], "e": ""}, "a": [True, {"b": "1.50", "a": 0}]}
        expected = (
            'a=true&b=1&d={"a":["true",{"a":"0","b":"1.50"}],"b":{"c":"2","d":"药"}}&o={}&z=["3",{"y":"false"}]&key=S'
        )
        self.assertEqual(sign_text(message, "S").decode(), expected)


def answer(data: bytes, **more: "Any") -> "Json":
    """An answer of the platform as it should be."""
    ciphers = GmCiphers()
    message: "Json" = {"appId": APP_ID, "code": 0, "message": "成功", "success": True, "encType": "SM4"}
    message["data"] = json.loads(data)
    text = sign_text(message, APP_SECRET)
    message["data"] = None
    message["encData"] = hexlify(ciphers.sm4_ecb(MESSAGE_KEY, data)).decode().upper()
    message["signData"] = b2a_base64(ciphers.sm2_sign(SIGN_KEY, USER, text)).decode().strip()
    message.update(more)
    return message


class Application(unittest.TestCase):
    def opened(self, message: "Any") -> bytes:
        return gateway("sm2-sm4", APP_ID, APP_SECRET).open(json.dumps(message).encode())

    def test_the_known_message(self) -> None:
        headers, body = gateway("sm2-sm4", APP_ID, APP_SECRET).seal("1101", DATA.encode(), NOON, "n")
        self.assertEqual(headers, [("Content-Type", JSON)])
        sent = json.loads(body)
        signature = a2b_base64(sent.pop("signData").encode())
        self.assertEqual(
            sent,
            {
                "appId": APP_ID,
                "encData": ENC_DATA,
                "encType": "SM4",
                "signType": "SM2",
                "timestamp": "20240101120000",
                "version": "2.0.1",
            },
        )
        sent["data"] = json.loads(DATA)
        self.assertTrue(GmCiphers().sm2_verify(PUBLIC_KEY, USER, sign_text(sent, APP_SECRET), signature))

    def test_an_answer(self) -> None:
        self.assertEqual(self.opened(answer(DATA.encode())), DATA.encode())
        amounts = b'{"infcode": 0, "output": {"setlinfo": {"medfee_sumamt": "37.80", "balc": null}}}'
        self.assertEqual(self.opened(answer(amounts)), amounts)

    def test_the_platforms_answer_of_another_channel_or_altered(self) -> None:
        good = answer(DATA.encode())
        other = answer(b"{}")
        signature = a2b_base64(good["signData"].encode())
        altered = b2a_base64(signature[:-1] + bytes([signature[-1] ^ 1])).decode().strip()
        hostile: "list[Json]" = [
            {"encData": other["encData"]},
            {"signData": other["signData"]},
            {"signData": altered},
            {"signData": ""},
            {"signData": None},
            {"signData": 7},
            {"signData": "药"},
            {"signData": b2a_base64(as_der(signature)).decode().strip()},
            {"code": 1},
            {"more": "x"},
            {"encData": None},
            {"encData": ""},
            {"encData": 12},
            {"encData": ["4C"]},
            {"encData": "XY" * 16},
            {"encData": "药" * 32},
            {"encData": good["encData"][:-1]},
            {"encData": good["encData"][:-2]},
            {"encData": good["encData"][:-32]},
            {"encData": hexlify(GmCiphers().sm4_ecb(MESSAGE_KEY, b"no JSON")).decode()},
            {"encData": hexlify(GmCiphers().sm4_ecb(b"another key.....", DATA.encode())).decode()},
        ]
        for changes in hostile:
            with self.assertRaises(UnknownOutcome) as refused:
                self.opened(answer(DATA.encode(), **changes))
            self.assertEqual(refused.exception.code, "insurance.bad_answer")

    def test_what_is_no_message(self) -> None:
        deep = b"[" * 400 + b"]" * 400
        for body in (b"", b"\xff", b"[]", b"7", b"null", b"{}", b'"x"', b'{"code":401}', b'{"x":' + deep + b"}"):
            with self.assertRaises(UnknownOutcome) as refused:
                gateway("sm2-sm4", APP_ID, APP_SECRET).open(body)
            self.assertEqual(refused.exception.code, "insurance.bad_answer")

    def test_a_key_that_only_the_answer_needs_is_missed_before_sending(self) -> None:
        wrong: "list[Json]" = [{"platform_key": key} for key in (b"", bytes(64), b"\x01" * 64, PUBLIC_KEY[:-1])]
        wrong += [{"sign_key": key} for key in (b"", bytes(32))]
        for keys in wrong:
            with self.assertRaises(Unreachable) as refused:
                gateway("sm2-sm4", APP_ID, APP_SECRET, **keys).seal("1101", b"{}", 1, "n")
            self.assertEqual(refused.exception.code, "insurance.no_key")
        with self.assertRaises(Unreachable):
            gateway("sm2-sm4", "FIFTEENLETTERS0", APP_SECRET).seal("1101", b"{}", 1, "n")
        gateway("sm2-sm4", APP_ID[:16], APP_SECRET).seal("1101", b"{}", 1, "n")
