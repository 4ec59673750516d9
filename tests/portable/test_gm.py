"""SM2, SM3 and SM4 in plain Python against the standards' own examples. Runs on CPython and MicroPython."""

import unittest
from binascii import hexlify, unhexlify

from hal.errors import DeviceError
from hal.esp32.national import ProvedCiphers
from hal.gm import GmCiphers, self_test
from hal.gm.curve import N
from hal.gm.known_answer import MESSAGE, PRIVATE, PUBLIC, SIGNATURE, USER
from hal.gm.sm3 import Sm3

SM4_KEY = unhexlify("0123456789abcdeffedcba9876543210")
# k for PRIVATE and MESSAGE is what RFC 6979 makes of them; OpenSSL and an independent RFC 6979 agree (tests/gm).
OWN_SIGNATURE = (
    "24858ee71d63e687feefe41f5af80a59f0791eb1dabc2bbe71daf0e57f06c367"
    "3d15550de52785a435004c937256ac715c0e04176ac57062c6722fa692f7a491"
)


class Hashes(unittest.TestCase):
    def test_the_examples_of_gb_t_32905_annex_a(self) -> None:
        ciphers = GmCiphers()
        self.assertEqual(
            hexlify(ciphers.sm3(b"abc")), b"66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
        )
        self.assertEqual(
            hexlify(ciphers.sm3(b"abcd" * 16)), b"debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"
        )

    def test_piece_by_piece_is_the_same(self) -> None:
        text = bytes(range(200))
        for cut in (0, 1, 63, 64, 65, 128, 199):
            digest = Sm3(text[:cut])
            digest.update(text[cut:])
            self.assertEqual(digest.digest(), Sm3(text).digest())

    def test_an_hmac_with_a_key_longer_than_a_block_hashes_the_key_first(self) -> None:
        ciphers = GmCiphers()
        self.assertEqual(ciphers.hmac_sm3(b"k" * 65, b"text"), ciphers.hmac_sm3(ciphers.sm3(b"k" * 65), b"text"))
        self.assertTrue(ciphers.hmac_sm3(b"k" * 64, b"text") != ciphers.hmac_sm3(ciphers.sm3(b"k" * 64), b"text"))


class Blocks(unittest.TestCase):
    def test_the_example_of_gb_t_32907_annex_a(self) -> None:
        sealed = GmCiphers().sm4_ecb(SM4_KEY, SM4_KEY)
        self.assertEqual(hexlify(sealed[:16]), b"681edf34d206965e86b3e94f536e4246")

    def test_any_length_comes_back(self) -> None:
        ciphers = GmCiphers()
        for size in (0, 1, 15, 16, 17, 33):
            sealed = ciphers.sm4_ecb(SM4_KEY, bytes(size))
            self.assertEqual(len(sealed), size // 16 * 16 + 16)
            self.assertEqual(ciphers.sm4_ecb_open(SM4_KEY, sealed), bytes(size))

    def test_what_was_not_sealed_so_does_not_open(self) -> None:
        ciphers = GmCiphers()
        sealed = ciphers.sm4_ecb(SM4_KEY, b"text")
        for broken in (b"", sealed[:-1], sealed + b"\x00", sealed[:-1] + bytes([sealed[-1] ^ 1])):
            with self.assertRaises(DeviceError):
                ciphers.sm4_ecb_open(SM4_KEY, broken)


class Signatures(unittest.TestCase):
    def test_the_example_of_gm_t_0003_5(self) -> None:
        ciphers = GmCiphers()
        self.assertTrue(ciphers.sm2_verify(PUBLIC, USER, MESSAGE, SIGNATURE))
        for place in (0, 31, 32, 63):
            broken = SIGNATURE[:place] + bytes([SIGNATURE[place] ^ 1]) + SIGNATURE[place + 1 :]
            self.assertFalse(ciphers.sm2_verify(PUBLIC, USER, MESSAGE, broken))
        self.assertFalse(ciphers.sm2_verify(PUBLIC, USER[:-1], MESSAGE, SIGNATURE))
        self.assertFalse(ciphers.sm2_verify(PUBLIC, USER, MESSAGE + b"!", SIGNATURE))

    def test_a_signature_verifies_and_is_the_same_each_time(self) -> None:
        ciphers = GmCiphers()
        signature = ciphers.sm2_sign(PRIVATE, USER, MESSAGE)
        self.assertTrue(ciphers.sm2_verify(PUBLIC, USER, MESSAGE, signature))
        self.assertEqual(GmCiphers().sm2_sign(PRIVATE, USER, MESSAGE), signature)
        self.assertTrue(ciphers.sm2_sign(PRIVATE, USER, MESSAGE + b"!")[:32] != signature[:32])
        self.assertEqual(hexlify(signature).decode(), OWN_SIGNATURE)

    def test_another_key_between_does_no_harm(self) -> None:
        ciphers = GmCiphers()
        first = ciphers.sm2_sign(PRIVATE, USER, MESSAGE)
        self.assertTrue(ciphers.sm2_sign(bytes(31) + b"\x01", USER, MESSAGE) != first)
        self.assertEqual(ciphers.sm2_sign(PRIVATE, USER, MESSAGE), first)

    def test_what_is_no_private_key(self) -> None:
        for number in (0, N - 1, N, 2**256 - 1):
            with self.assertRaises(DeviceError) as refused:
                GmCiphers().sm2_sign(number.to_bytes(32, "big"), USER, MESSAGE)
            self.assertEqual(refused.exception.code, "national.bad_key")
        for short in (b"", PRIVATE[:-1], PRIVATE + b"\x00"):
            with self.assertRaises(DeviceError):
                GmCiphers().sm2_sign(short, USER, MESSAGE)
        for number in (1, N - 2):
            self.assertEqual(len(GmCiphers().sm2_sign(number.to_bytes(32, "big"), USER, MESSAGE)), 64)

    def test_what_is_no_public_key(self) -> None:
        off = PUBLIC[:-1] + bytes([PUBLIC[-1] ^ 1])
        for wrong in (b"", bytes(64), b"\xff" * 64, off, PUBLIC[:-1], b"\x04" + PUBLIC):
            with self.assertRaises(DeviceError) as refused:
                GmCiphers().sm2_verify(wrong, USER, MESSAGE, SIGNATURE)
            self.assertEqual(refused.exception.code, "national.bad_key")

    def test_what_is_no_signature(self) -> None:
        r, s = SIGNATURE[:32], SIGNATURE[32:]
        zero, order = bytes(32), N.to_bytes(32, "big")
        minus_r = (N - int.from_bytes(r, "big")).to_bytes(32, "big")  # r + s = 0
        for wrong in (b"", r, SIGNATURE + b"\x00", zero + s, r + zero, order + s, r + order, r + minus_r):
            self.assertFalse(GmCiphers().sm2_verify(PUBLIC, USER, MESSAGE, wrong))

    def test_no_error_tells_a_key(self) -> None:
        secret = N.to_bytes(32, "big")
        with self.assertRaises(DeviceError) as refused:
            GmCiphers().sm2_sign(secret, USER, MESSAGE)
        self.assertEqual(str(refused.exception), "national.bad_key: SM2 private: its range")


class Proved(unittest.TestCase):
    """The ciphers of the ESP32 prove themselves once, before they are used."""

    def test_they_sign_when_they_are_right(self) -> None:
        ciphers = ProvedCiphers()
        self.assertTrue(ciphers.sm2_verify(PUBLIC, USER, b"text", ciphers.sm2_sign(PRIVATE, USER, b"text")))

    def test_they_do_not_when_they_are_wrong(self) -> None:
        right = GmCiphers()

        def always(_public: bytes, _user: bytes, _data: bytes, _signature: bytes) -> bool:
            return True

        def never(_public: bytes, _user: bytes, _data: bytes, _signature: bytes) -> bool:
            return False

        def wrong(_private: bytes, _user: bytes, _data: bytes) -> bytes:
            return bytes(64)

        def refuse(_private: bytes, _user: bytes, _data: bytes) -> bytes:
            raise DeviceError("national.bad_key", "SM2")

        for sign, verify in (
            (right.sm2_sign, always),
            (right.sm2_sign, never),
            (wrong, right.sm2_verify),
            (refuse, right.sm2_verify),
        ):
            with self.assertRaises(DeviceError) as refused:
                self_test(sign, verify)
            self.assertEqual(refused.exception.code, "national.self_test")
