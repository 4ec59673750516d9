"""What was scanned decides what it is. Codes are invented or from public tests. Runs on CPython and MicroPython."""

import unittest

from firmware.trace import AHM, DIGITS_20, GS1, MA, PRODUCT_CODE
from firmware.visit import IDENTITY_NUMBER, INSURANCE_CODE, TECHNICIAN, UNKNOWN, what_is

BOX = b"81000170622758698313"
MA_DEVICE = b"MA.156.M0.100761.21234561.Sx00008.M220117.L20220117.D20220118.E220130.V220117.C3"
AHM_DEVICE = b"MF6901234BN24A7*SN0001*MD240101ED270101"
# What stands in the symbol, its kind and, when it is of no use, why.
CODES = (
    (b"4243669509084040896099330000", INSURANCE_CODE, ""),
    (b"4243754826492874240001130000", INSURANCE_CODE, ""),
    (b"opc3669509084040896099330000", INSURANCE_CODE, ""),
    (b"11010519491231002X", IDENTITY_NUMBER, ""),
    (b"11010519491231002x", IDENTITY_NUMBER, ""),
    (b"830000199201300022", IDENTITY_NUMBER, ""),
    (b"911124198108030024", IDENTITY_NUMBER, ""),
    (BOX, DIGITS_20, ""),
    (b"01020000000000151728022910LT8628\x1d2188592782", GS1, ""),
    (b"(01)06901234567892(11)141231(17)150707(10)A213B1(21)1234", GS1, ""),
    (b"010697283164180311250623\x1d10LT4F250671J\x1d21250671N869803EDU17", GS1, ""),
    (b"(01)06972831641063(11)250805(17)270204(10)LT48250770N(21)250770QF32450CAA59", GS1, ""),
    (b"010703206980498815210526100329", GS1, "trace.no_serial"),
    (b"0107032069804988100329\x1d15210526", GS1, "trace.no_serial"),
    (b"0107032069804988100329\x1d\x1d15210526\x1d", GS1, "trace.no_serial"),
    (b"010703206980498810032915210526", GS1, "trace.ambiguous"),
    (b"01020000000000151728022910LT86282188592782", GS1, "trace.ambiguous"),
    (b"0107032069804987", GS1, "trace.bad_check_digit"),
    (b"\x1d01123456789012312", GS1, "trace.not_a_code"),
    (b"\x1d0112345678901234", GS1, "trace.bad_check_digit"),
    (b"\x1d01A2345678901231", GS1, "trace.not_a_code"),
    (b"(01)06972831641803(11)241220(11)301220(10)LT8J381085F", GS1, "trace.not_a_code"),
    (MA_DEVICE, MA, ""),
    (b"MA.156.M0.100350.01004YA10017.SLMSAGAAAC.M210628.LAY21062803.E220628.V220627.C3", MA, ""),
    (b"MA.156.M0.100204.13351764", MA, "trace.no_serial"),
    (b"MA.156.M0.100204", MA, "trace.not_a_code"),
    (b"MA.CHINA", MA, "trace.not_a_code"),
    (AHM_DEVICE, AHM, ""),
    (b"MF6901234*BA24A7", AHM, "trace.no_serial"),
    (b"MF12345678901234SN1", AHM, "trace.not_a_code"),
    (b"6901234567892", PRODUCT_CODE, "trace.product_code"),
    (b"96385074", PRODUCT_CODE, "trace.product_code"),
    (b"036000291452", PRODUCT_CODE, "trace.product_code"),
    (b"16901234567899", PRODUCT_CODE, "trace.product_code"),
    (b"CYT:self-test", TECHNICIAN, ""),
    (b"CYT:", TECHNICIAN, ""),
    (b"cyt:self-test", UNKNOWN, "trace.not_a_code"),
    (b"81000170622758", UNKNOWN, "trace.too_short"),
    (b"71000170622758698313", UNKNOWN, "trace.not_a_code"),
    (b"110105194912310021", UNKNOWN, "trace.too_short"),
    (b"610104620927690", UNKNOWN, "trace.too_short"),
    (b"4253669509084040896099330000", UNKNOWN, "trace.not_a_code"),
    (b"https://example.invalid/p?81000170622758698313", UNKNOWN, "trace.not_a_code"),
    ("张三".encode(), UNKNOWN, "trace.not_a_code"),
    (b"ABC", UNKNOWN, "trace.not_a_code"),
    (b"MFG-1", UNKNOWN, "trace.not_a_code"),
    (b"", UNKNOWN, "trace.not_a_code"),
    (b" \r\n", UNKNOWN, "trace.not_a_code"),
    (b"8" * 5000, UNKNOWN, "trace.not_a_code"),
)


class WhatIsTest(unittest.TestCase):
    def test_tells_every_kind(self) -> None:
        for data, kind, code in CODES:
            scanned = what_is(data)
            self.assertEqual((data, scanned.kind, scanned.code), (data, kind, code))
            self.assertEqual(scanned.person is not None, kind in (INSURANCE_CODE, IDENTITY_NUMBER))
            self.assertEqual(scanned.box is not None, kind in (DIGITS_20, GS1, MA, AHM) and not code)

    def test_plain_symbols_and_blanks_change_nothing(self) -> None:
        for data, kind, code in CODES[:4] + CODES[7:9]:
            for front in (b"]Q1", b"]C0", b"]d1", b"]z0", b" "):
                scanned = what_is(front + data + b"\r\n")
                self.assertEqual((scanned.kind, scanned.code), (kind, code))
                self.assertEqual(scanned.symbol.encode(), front.strip())

    def test_a_gs1_symbol_is_never_a_person(self) -> None:
        for front in (b"]d2", b"]Q3", b"]C1", b"]e0", b"]J1"):
            for data in (b"4243754826492874240001130000", b"11010519491231002X", BOX, b"CYT:self-test"):
                scanned = what_is(front + data)
                self.assertEqual((scanned.person, scanned.box), (None, None))
            self.assertEqual(what_is(front + b"01020000000000152188592782").kind, GS1)

    def test_a_retail_symbol_is_a_commodity_whatever_its_digits(self) -> None:
        for data in (
            b"]E06901234567892",
            b"]E06901234567890",
            b"]E496385074",
            b"]E3036000291452" + b"12",
            b"]E0" + BOX,
        ):
            scanned = what_is(data)
            self.assertEqual((scanned.kind, scanned.code), (PRODUCT_CODE, "trace.product_code"))

    def test_refuses_broken_symbols(self) -> None:
        for data in (b"]C101123123123123^10ABC", b"]X", b"]XX", b"]d2", b"]", b"]E0"):
            scanned = what_is(data)
            self.assertEqual((scanned.person, scanned.box), (None, None))
            self.assertTrue(scanned.code != "")

    def test_says_in_words_what_it_is(self) -> None:
        self.assertEqual(what_is(BOX).words(), "a trace code of 20 digits (码上放心)")
        self.assertEqual(
            what_is(b"010703206980498810032915210526").words(),
            "a GS1 code: a separator (FNC1) is missing: set the scanner to send it",
        )
        self.assertEqual(what_is(b"ABC").words(), "nothing that this counter knows")
        for data, _, _ in CODES:
            self.assertFalse("\n" in what_is(data).words())

    def test_shows_nothing_of_a_person(self) -> None:
        for data in (b"11010519491231002X", b"4243754826492874240001130000"):
            shown = repr(what_is(data)) + what_is(data).words()
            self.assertFalse("1949" in shown or "4243" in shown)


if __name__ == "__main__":
    unittest.main()
