"""Gateway signatures. Runs on CPython and MicroPython."""

import unittest

from firmware.insurance.gateway import open_gateway

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

JSON = "application/json; charset=utf-8"


def sealed(scheme: str, account: str, secret: str, now_s: int, nonce: str, body: bytes) -> "list[tuple[str, str]]":
    """The headers of a message 1101."""
    platform: "dict[str, Any]" = {"secret": secret, "sign_key": b"", "platform_key": b""}
    national: "Any" = None
    gateway = open_gateway({"scheme": scheme, "account": account, "content_type": JSON}, platform, national)
    headers, sent = gateway.seal("1101", body, now_s, nonce)
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

    def test_no_signature_at_a_front_process(self) -> None:
        self.assertEqual(sealed("plain", "A", "S", 1, "n", b"{}"), [("Content-Type", JSON)])
