"""What is this box: trace codes as scanners send them. Codes are invented or from public tests. Runs on MicroPython."""

import unittest

from firmware.trace import AHM, DIGITS_20, GS1, MA, TraceCode, TraceError, matches, read_box_code, read_elements

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

BOX = b"81000170622758698313"
GS1_BOX = b"01020000000000151728022910LT8628\x1d2188592782"
GTIN = "07032069804988"


def code_of(call: "Callable[..., Any]", *args: "Any") -> str:
    """The code of the TraceError that `call` raises, or "" when it raises none."""
    try:
        call(*args)
    except TraceError as error:
        return error.code
    return ""


class TwentyDigitsTest(unittest.TestCase):
    def test_reads_a_code(self) -> None:
        box = read_box_code(BOX)
        self.assertEqual(box.family, DIGITS_20)
        self.assertEqual(box.code, "81000170622758698313")
        self.assertEqual(box.key, "81000170622758698313")
        self.assertEqual(box.prefix7, "8100017")
        self.assertEqual((box.gtin, box.lot, box.expires, box.serial), (None, None, None, None))

    def test_is_the_same_however_it_came(self) -> None:
        for data in (b"]C0" + BOX, b"]Q1" + BOX, b"]d1" + BOX, b" " + BOX + b"\r\n"):
            self.assertEqual(read_box_code(data).key, "81000170622758698313")

    def test_refuses_digits_that_are_no_trace_code(self) -> None:
        self.assertEqual(code_of(read_box_code, BOX[:19]), "trace.too_short")
        self.assertEqual(code_of(read_box_code, b"8"), "trace.too_short")
        self.assertEqual(code_of(read_box_code, BOX + b"1"), "trace.not_a_code")
        self.assertEqual(code_of(read_box_code, BOX + BOX), "trace.not_a_code")
        self.assertEqual(code_of(read_box_code, b"71000170622758698313"), "trace.not_a_code")
        self.assertEqual(code_of(read_box_code, b"4243754826492874240001130000"), "trace.not_a_code")

    def test_knows_product_codes(self) -> None:
        for data in (
            b"6901234567892",
            b"]E06901234567892",
            b"]E06901234567890",
            b"06972831641803",
            b"]E496385074",
            b"036000291452",
        ):
            self.assertEqual(code_of(read_box_code, data), "trace.product_code")
        self.assertEqual(code_of(read_box_code, b"6901234567890"), "trace.too_short")

    def test_refuses_everything_else(self) -> None:
        for data in (
            b"",
            b" \r\n",
            b"]",
            b"]X",
            b"]XX",
            b"]d2",
            b"\x1d",
            b"]d2\x1d\x1d",
            b"ABC",
            b"8100017062275869831A",
            b"https://example.invalid/81000170622758698313",
            b"\x00" * 20,
            b"\xb8" * 20,
            "８１０００１７０６２２７５８６９８３１３".encode(),
            BOX + b" " + BOX,
            b"8" * 5000,
        ):
            self.assertEqual(code_of(read_box_code, data), "trace.not_a_code")

    def test_repeats_nothing_of_what_was_scanned(self) -> None:
        for data in (b"4243754826492874240001130000", b"11010519491231002X", b"]d2ZHANGSAN"):
            try:
                read_box_code(data)
                self.assertTrue(False)
            except TraceError as error:
                self.assertFalse("4243" in str(error) or "1101" in str(error) or "ZH" in str(error))


class Gs1BoxTest(unittest.TestCase):
    def test_reads_a_box(self) -> None:
        box = read_box_code(b"]d2" + GS1_BOX)
        self.assertEqual(box.family, GS1)
        self.assertEqual(box.code, "01020000000000151728022910LT86282188592782")
        self.assertEqual(box.key, "01020000000000152188592782")
        self.assertEqual(box.prefix7, None)
        self.assertEqual(box.gtin, "02000000000015")
        self.assertEqual(box.lot, "LT8628")
        self.assertEqual(box.expires, "2028-02-29")
        self.assertEqual(box.serial, "88592782")
        self.assertEqual(repr(box), "TraceCode(gs1, ...2782)")

    def test_is_the_same_box_however_it_came(self) -> None:
        for data in (
            GS1_BOX,
            b"]Q3" + GS1_BOX,
            b"]C1" + GS1_BOX,
            b"]Q1" + GS1_BOX,
            b"\x1d" + GS1_BOX + b"\x1d",
            b"01020000000000152188592782\x1d1728022910LT8628",
            b"(01)02000000000015(17)280229(10)LT8628(21)88592782",
        ):
            box = read_box_code(data)
            self.assertEqual(box.key, "01020000000000152188592782")
            self.assertEqual((box.expires, box.lot), ("2028-02-29", "LT8628"))

    def test_takes_another_separator(self) -> None:
        box = read_box_code(b"01020000000000151728022910LT8628|2188592782", b"|")
        self.assertEqual((box.lot, box.serial), ("LT8628", "88592782"))

    def test_reads_real_labels(self) -> None:
        box = read_box_code(b"010697283164180311250623\x1d10LT4F250671J\x1d21250671N869803EDU17")
        self.assertEqual((box.gtin, box.lot, box.serial), ("06972831641803", "LT4F250671J", "250671N869803EDU17"))
        box = read_box_code(b"(01)06972831641063(11)250805(17)270204(10)LT48250770N(21)250770QF32450CAA59")
        self.assertEqual((box.gtin, box.expires, box.serial), ("06972831641063", "2027-02-04", "250770QF32450CAA59"))
        box = read_box_code(b"(01)06901234567892(11)141231(17)150707(10)A213B1(21)1234")
        self.assertEqual((box.lot, box.expires, box.serial), ("A213B1", "2015-07-07", "1234"))

    def test_wants_a_serial(self) -> None:
        for data in (
            b"010703206980498815210526100329",
            b"0107032069804988100329\x1d15210526",
            b"0107032069804988",
            b"]Q3011231231231233310ABC123\x1d99TESTING",
            b"]d2011231231231233310ABC123\x1d99TESTING\x1d",
            b"]C100000000000000000000",
            b"]C102070320698049883712",
            b"(01)07032069804988(10)0329",
        ):
            self.assertEqual(code_of(read_box_code, data), "trace.no_serial")

    def test_wants_the_product_of_a_serial(self) -> None:
        self.assertEqual(code_of(read_box_code, b"]d217280229211234"), "trace.not_a_code")
        self.assertEqual(code_of(read_box_code, b"]d20107032069804988211234\x1d2355678"), "trace.not_a_code")

    def test_refuses_a_wrong_check_digit(self) -> None:
        for data in (
            b"0107032069804987",
            b"\x1d0112345678901234",
            b"(01)07032069804987(21)1",
            b"]C100000000000000000001",
        ):
            self.assertEqual(code_of(read_box_code, data), "trace.bad_check_digit")

    def test_refuses_broken_messages(self) -> None:
        for data in (
            b"\x1d01123456789012312",  # AI 2 and no more
            b"\x1d01A2345678901231",
            b"]C101123123123123^10ABC",
            b"]d201070320698049",
            b"]d20107032069804988555",
            b"]d2010703206980498821",
            b"]d2010703206980498810\x1d211",
            b"]d20107032069804988211\x1d30A",
            b"]C0ABC",
            b"(01)07032069804988(21",
            b"(01)07032069804988 21",
            b"(01",
            b"()",
            b"(01)(21)1",
            b"(55)1",
            b"(01)07032069804988(21)123456789012345678901",
        ):
            self.assertEqual(code_of(read_box_code, data), "trace.not_a_code")

    def test_refuses_a_field_with_two_values(self) -> None:
        self.assertEqual(
            code_of(read_box_code, b"(01)06972831641803(11)241220(11)301220(10)LT8J381085F"), "trace.not_a_code"
        )
        box = read_box_code(b"0107032069804988211\x1d0107032069804988")
        self.assertEqual(box.serial, "1")

    def test_keeps_brackets_inside_a_value(self) -> None:
        self.assertEqual(read_box_code(b"(01)07032069804988(21)A(B)C(10)(5)").serial, "A(B)C")
        self.assertEqual(read_box_code(b"]d20107032069804988\x1d21A(10)B\x1d").serial, "A(10)B")

    def test_takes_separators_between_brackets_for_nothing(self) -> None:
        box = read_box_code(b"(01)07032069804988(10)A\x1d(21)B\x1d")
        self.assertEqual((box.lot, box.serial), ("A", "B"))


class LostSeparatorTest(unittest.TestCase):
    def test_names_a_lot_that_swallowed_the_rest(self) -> None:
        for data in (
            b"010703206980498810032915210526",
            b"01020000000000151728022910LT86282188592782",
            b"]d201020000000000151728022910LT86282188592782",
        ):
            self.assertEqual(code_of(read_box_code, data), "trace.ambiguous")

    def test_names_a_serial_that_swallowed_the_expiry(self) -> None:
        self.assertEqual(code_of(read_box_code, b"0102000000000015218859278217280229"), "trace.ambiguous")
        self.assertEqual(code_of(read_box_code, b"01020000000000152188591728022910LT"), "trace.ambiguous")

    def test_names_a_field_that_runs_past_its_length(self) -> None:
        self.assertEqual(code_of(read_box_code, b"]d2" + b"1022222222222222222222aaa"), "trace.ambiguous")
        self.assertEqual(code_of(read_box_code, b"010703206980498821123456789012345678901"), "trace.ambiguous")

    def test_leaves_honest_serials_alone(self) -> None:
        for data in (
            b"010200000000001517280229218821728022",
            b"0102000000000015172802292117280229",  # the expiry is there, so the serial may look like one
            b"01020000000000152117280229",  # a serial that is nothing but such digits
            b"010200000000001521A17289929",  # no such month
            b"010200000000001521A17280229B",
            b"010200000000001521A17280229\x1d",  # this reader does send separators
        ):
            self.assertEqual(code_of(read_box_code, data), "")


class ElementsTest(unittest.TestCase):
    def test_splits_the_published_messages(self) -> None:
        best = [("01", GTIN), ("15", "210526"), ("10", "0329")]
        self.assertEqual(read_elements(b"010703206980498815210526100329"), best)
        self.assertEqual(read_elements(b"010703206980498815210526\x1d100329"), best)
        lot = [("01", GTIN), ("10", "0329"), ("15", "210526")]
        self.assertEqual(read_elements(b"0107032069804988100329\x1d15210526"), lot)
        self.assertEqual(read_elements(b"0107032069804988100329\x1d\x1d15210526\x1d"), lot)
        self.assertEqual(read_elements(b"0107032069804988100329|15210526", b"|"), lot)
        tested = [("01", "12312312312333"), ("10", "ABC123"), ("99", "TESTING")]
        self.assertEqual(read_elements(b"]Q3011231231231233310ABC123\x1d99TESTING"), tested)
        self.assertEqual(read_elements(b"]d2011231231231233310ABC123\x1d99TESTING\x1d"), tested)

    def test_accepts_the_check_digits_of_real_products(self) -> None:
        for gtin in ("06972831641803", "06972831641063", "06972621148642", "06975573321040", "06975486453029"):
            self.assertEqual(read_elements(("01" + gtin).encode()), [("01", gtin)])

    def test_tells_what_a_carton_contains(self) -> None:
        carton = read_elements(b"]C102070320698049881728022937120")
        self.assertEqual(carton, [("02", GTIN), ("17", "280229"), ("37", "120")])

    def test_knows_the_other_identifiers_of_a_product(self) -> None:
        for message, pairs in (
            (b"]d203070320698049882112", [("03", GTIN), ("21", "12")]),
            (b"]d28006070320698049880102\x1d2112", [("8006", GTIN + "0102"), ("21", "12")]),
            (b"]d28026070320698049880102\x1d3012", [("8026", GTIN + "0102"), ("30", "12")]),
            (b"]d2800307032069804988AB-1\x1d240X", [("8003", GTIN + "AB-1"), ("240", "X")]),
        ):
            self.assertEqual(read_elements(message), pairs)
        self.assertEqual(code_of(read_elements, b"]d280060703206980498801022112"), "trace.ambiguous")
        for wrong in (b"]d28006070320698049870102", b"]d20307032069804987", b"]d2800307032069804987AB"):
            self.assertEqual(code_of(read_elements, wrong), "trace.bad_check_digit")
        for wrong in (
            b"]d2800607032069804988010",
            b"]d280060703206980498801A2",
            b"]d280030703206980498",
            b"]d2800317032069804985",
        ):
            self.assertEqual(code_of(read_elements, wrong), "trace.not_a_code")

    def test_refuses_dates_that_are_none(self) -> None:
        for element in (b"15000000", b"15200001", b"15201301", b"15200230", b"15990229", b"11120230", b"17280132"):
            self.assertEqual(code_of(read_elements, b"]d2" + element), "trace.not_a_code")


class DatesTest(unittest.TestCase):
    def expires(self, yymmdd: str, this_year: int = 2026) -> "str | None":
        """What a box with this AI 17 says."""
        data = "]d20107032069804988211\x1d17" + yymmdd
        return read_box_code(data.encode(), b"\x1d", this_year).expires

    def test_day_nought_is_the_last_of_the_month(self) -> None:
        self.assertEqual(self.expires("200200"), "2020-02-29")
        self.assertEqual(self.expires("210200"), "2021-02-28")
        self.assertEqual(self.expires("211200"), "2021-12-31")
        self.assertEqual(self.expires("270400"), "2027-04-30")

    def test_places_two_digits_in_the_hundred_years_around(self) -> None:
        self.assertEqual(self.expires("760101"), "2076-01-01")
        self.assertEqual(self.expires("770101"), "1977-01-01")
        self.assertEqual(self.expires("000101"), "2000-01-01")
        self.assertEqual(self.expires("100101", 2060), "2110-01-01")
        self.assertEqual(self.expires("110101", 2060), "2011-01-01")
        self.assertEqual(self.expires("490101", 1999), "2049-01-01")

    def test_takes_an_expiry_to_the_minute(self) -> None:
        self.assertEqual(read_box_code(b"]d20107032069804988211\x1d70032802281200").expires, "2028-02-28")


class DeviceTest(unittest.TestCase):
    def test_reads_an_ma_code(self) -> None:
        data = b"MA.156.M0.100761.21234561.Sx00008.M220117.L20220117.D20220118.E300130.V300129.C3"
        box = read_box_code(b"]Q1" + data)
        self.assertEqual((box.family, box.code), (MA, data.decode()))
        self.assertEqual((box.device_id, box.serial, box.lot), ("MA.156.M0.100761.21234561", "x00008", "20220117"))
        self.assertEqual(box.expires, "2030-01-29")  # the last day on which it is valid
        self.assertEqual((box.gtin, box.prefix7), (None, None))
        self.assertEqual(repr(box), "TraceCode(ma, ...9.C3)")

    def test_reads_an_ahm_code(self) -> None:
        box = read_box_code(b"MF6901234BN24A7*SN0001*MD240101ED270100PL1")
        self.assertEqual((box.family, box.device_id, box.serial, box.lot), (AHM, "MF6901234", "0001", "24A7"))
        self.assertEqual(box.expires, "2027-01-31")
        self.assertEqual(read_box_code(b"MF6901234*SN0001*BA24A7*BD270131").expires, "2027-01-31")

    def test_the_key_is_of_the_one_device(self) -> None:
        for one, other in (
            (b"MA.156.M0.100761.21234561.S7.L1", b"MA.156.M0.100761.21234561.L1.E300130.S7"),
            (b"MF6901234SN7*BN1", b"MF6901234*BN1*SN7"),
        ):
            self.assertEqual(read_box_code(one).key, read_box_code(other).key)
        keys = [
            read_box_code(data).key
            for data in (
                b"MA.156.M0.100761.21234561.S7",
                b"MA.156.M0.100761.21234561.S8",
                b"MF6901234SN7",
                b"MF6901SN7",
            )
        ]
        self.assertEqual(len(set(keys)), 4)

    def test_wants_a_serial(self) -> None:
        for data in (b"MA.156.M0.100204.13351764", b"MA.156.M0.100204.13351764.L1", b"MF6901234", b"MF6901234BN1"):
            self.assertEqual(code_of(read_box_code, data), "trace.no_serial")

    def test_refuses_what_only_begins_like_one(self) -> None:
        for data in (
            b"MA.",
            b"MA.156.M0.100761.2123456.S7",  # product code too short
            b"MA.156.M0.100761.2123456123456.S7",
            b"MA.156.M0.100761.2123-561.S7",
            b"MA.15.M0.100761.21234561.S7",
            b"MA.156.M1.100761.21234561.S7",
            b"MA.156.M0.10076A.21234561.S7",
            b"MA.156.M0.100761.21234561.S",
            b"MA.156.M0.100761.21234561..S7",
            b"MA.156.M0.100761.21234561.S7.S8",
            b"MA.156.M0.100761.21234561.S12.34",  # a dot within the serial: read as 12, it would be another device
            b"MA.156.M0.100761.21234561.S12.x4",
            b"MA.156.M0.100761.21234561.S7.E301332",
            b"MA.156.M0.100761.21234561.S7.E30",
            b"MF6901234SN7*XX1",
            b"MF6901234SN",
            b"MF6901234SN7*SN8",
            b"MF6901234SN7*ED3001",
            b"MF6901234SN7*ED301332",
            b"MF12345678901234SN7",
            b"MF6901234\x1dSN7",
        ):
            self.assertEqual(code_of(read_box_code, data), "trace.not_a_code")


class MatchTest(unittest.TestCase):
    def test_twenty_digits_go_by_their_prefix(self) -> None:
        box = read_box_code(BOX)
        self.assertTrue(matches(box, ["8100024", "8100017"], []))
        self.assertFalse(matches(box, ["8100024"], ["02000000000015"]))
        self.assertFalse(matches(box, [], []))

    def test_gs1_goes_by_its_product(self) -> None:
        box = read_box_code(GS1_BOX)
        self.assertTrue(matches(box, [], ["02000000000015"]))
        self.assertTrue(matches(box, [], ["2000000000015"]))
        self.assertFalse(matches(box, ["8100017", "0102000"], ["02000000000022"]))

    def test_a_device_goes_by_its_identifier(self) -> None:
        box = read_box_code(b"MA.156.M0.100761.21234561.S7")
        self.assertTrue(matches(box, [], [], ["MF6901234", "MA.156.M0.100761.21234561"]))
        self.assertFalse(matches(box, ["8100017"], ["02000000000015"], ["MA.156.M0.100761.21234562"]))
        self.assertFalse(matches(box, [], []))

    def test_a_carton_is_not_its_box(self) -> None:
        carton = TraceCode(GS1, "", "", gtin="12000000000012")
        self.assertFalse(matches(carton, [], ["02000000000012", "2000000000012"]))


if __name__ == "__main__":
    unittest.main()
