"""GB 18030 without a codec. Runs on CPython and MicroPython."""

import unittest
from binascii import unhexlify

from hal.drivers.gb18030 import encode, encode_gbk


class Encode(unittest.TestCase):
    def test_ascii(self) -> None:
        self.assertEqual(encode("CNY 12.60"), b"CNY 12.60")
        self.assertEqual(encode(""), b"")

    def test_two_bytes(self) -> None:
        self.assertEqual(encode("医保结算单"), unhexlify("D2BDB1A3BDE1CBE3B5A5"))
        self.assertEqual(encode("\uffe5"), unhexlify("A3A4"))
        self.assertEqual(encode("\u4e00\u9fa5"), unhexlify("D2BBFD9B"))

    def test_four_bytes(self) -> None:
        self.assertEqual(encode("\u0080"), unhexlify("81308130"))
        self.assertEqual(encode("\u00a5"), unhexlify("81308436"))
        self.assertEqual(encode("\u3400"), unhexlify("8139EE39"))
        self.assertEqual(encode("\uffff"), unhexlify("8431A439"))

    def test_supplementary_planes(self) -> None:
        self.assertEqual(encode("\U00010000"), unhexlify("90308130"))
        self.assertEqual(encode("\U00020000"), unhexlify("95328236"))
        self.assertEqual(encode("\U0010ffff"), unhexlify("E3329A35"))

    def test_gbk_has_a_mark_for_what_it_lacks(self) -> None:
        self.assertEqual(encode_gbk("医保A\uffe5"), unhexlify("D2BDB1A341A3A4"))
        for lacking in ("\u3400", "\u00a5", "\U00020000", "\ue000", "\u0080"):
            self.assertEqual(encode_gbk("a" + lacking + "b"), unhexlify("61A1FE62"))


if __name__ == "__main__":
    unittest.main()
