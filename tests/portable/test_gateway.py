"""Gateway signatures. Runs on CPython and MicroPython."""

import unittest

from firmware.insurance.gateway import SCHEMES, x_tif


class XTif(unittest.TestCase):
    def test_a_known_signature(self) -> None:
        headers = x_tif("TESTPAAS0001", "TOKENTEST0001", 1700000000, "abc123", b"{}")
        self.assertEqual(
            headers,
            [
                ("Content-Type", "application/json; charset=utf-8"),
                ("x-tif-paasid", "TESTPAAS0001"),
                ("x-tif-timestamp", "1700000000"),
                ("x-tif-nonce", "abc123"),
                ("x-tif-signature", "935d93053848ca11a4e2db8c5a4d26fbe13e77983283fad4dd7e6e5b5d82420f"),
            ],
        )

    def test_what_the_signature_covers(self) -> None:
        def signature(secret: str, now_s: int, nonce: str, body: bytes) -> str:
            return x_tif("A", secret, now_s, nonce, body)[-1][1]

        first = signature("S", 1, "n", b"")
        self.assertEqual(signature("S", 1, "n", b"other"), first)  # the body is not covered
        for other in (signature("T", 1, "n", b""), signature("S", 2, "n", b""), signature("S", 1, "m", b"")):
            self.assertNotEqual(other, first)

    def test_schemes(self) -> None:
        self.assertTrue(SCHEMES["x-tif"] is x_tif)
