"""Who is this: numbers and codes. The people are invented or published samples. Runs on MicroPython, too."""

import unittest

from firmware.identity import (
    CITIZEN,
    FEMALE,
    FOREIGNER_2017,
    FOREIGNER_2023,
    HMT_PERMIT,
    MALE,
    IdentityError,
    IdentityNumber,
    InsuranceCode,
    age_on,
    birth_of,
    check_number,
    document_of,
    is_insurance_code,
    is_number,
    mask,
    read_person_code,
    sex_of,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

NUMBER = "11010519491231002X"
VALID_NUMBERS = (
    "360426199101010071",
    "44011320141005001X",
    "440308199901101512",
    "110101199003078670",
    "11010519491231002X",
    "440524188001010014",
    "44040119580101000X",
    "140120197901010008",
    "441282198101011230",
    "500154199301135886",
    "411082198901010002",
    "810000199408230021",
    "830000199201300022",
    "990426199112010074",
    "911124198108030024",  # foreigner, card of 2023: region digits are place and country
    "911000084198001013",  # the same; where its date of birth stands is not official
)
INVALID_NUMBERS = (
    "111111199901101512",
    "440308199902301512",
    "440308199901101513",
    "11010119900307867X",
    "44030819990110",
    "11010519491231002",
    "1101051949123100XX",
    "11010519491231 A02X",
    "110105194912310021",
    "000000000000000000",
    "",
    "1" * 500,
)


def code_of(call: "Callable[..., Any]", *args: "Any") -> str:
    """The code of the IdentityError that `call` raises, or "" when it raises none."""
    try:
        call(*args)
    except IdentityError as error:
        return error.code
    return ""


class IdentityNumberTest(unittest.TestCase):
    def test_takes_the_published_samples(self) -> None:
        for number in VALID_NUMBERS:
            self.assertEqual(check_number(number), number)

    def test_refuses_the_wrong_ones(self) -> None:
        for number in INVALID_NUMBERS:
            self.assertEqual(code_of(check_number, number), "identity.bad_number")

    def test_takes_what_people_type(self) -> None:
        self.assertEqual(check_number("110105 19491231 002x"), NUMBER)
        self.assertEqual(check_number("１１０１０５１９４９１２３１００２ｘ"), NUMBER)
        self.assertEqual(check_number("\u3000110105194912310 02Ｘ "), NUMBER)

    def test_refuses_digits_of_other_scripts(self) -> None:
        self.assertEqual(code_of(check_number, "11010519491231002\u0661"), "identity.bad_number")
        self.assertEqual(code_of(check_number, "1101051949123\u00b9002X"), "identity.bad_number")

    def test_upgrades_fifteen_digits(self) -> None:
        self.assertEqual(check_number("610104620927690"), "610104196209276908")
        self.assertEqual(code_of(check_number, "610104620230690"), "identity.bad_number")

    def test_takes_the_number_of_a_foreigner_of_2017(self) -> None:
        self.assertEqual(check_number("USA110080010101"), "USA110080010101")
        self.assertEqual(check_number("usa 1100 8001 0101"), "USA110080010101")
        for number in ("US1110080010101", "USA11008001010", "USA1100800101011", "USA11008001010A", "ÜSA110080010101"):
            self.assertEqual(code_of(check_number, number), "identity.bad_number")

    def test_tells_whose_number_it_is(self) -> None:
        for number, document in (
            (NUMBER, CITIZEN),
            ("810000199408230021", HMT_PERMIT),
            ("820000199001010010", HMT_PERMIT),
            ("830000199201300022", HMT_PERMIT),
            ("USA110080010101", FOREIGNER_2017),
            ("911124198108030024", FOREIGNER_2023),
            ("", CITIZEN),
            ("610104620927690", CITIZEN),
        ):
            self.assertEqual(document_of(number), document)

    def test_knows_which_numbers_tell_birth_and_sex(self) -> None:
        self.assertTrue(is_number(NUMBER) and is_number("911124198108030024"))
        for text in ("911000084198001013", "USA110080010101", "610104620927690", NUMBER.lower(), "E12345678", ""):
            self.assertFalse(is_number(text))

    def test_says_nothing_personal_when_it_refuses(self) -> None:
        try:
            check_number("440308199901101513")
            self.assertTrue(False)
        except IdentityError as error:
            self.assertFalse("4403" in str(error))
            self.assertEqual(error.cause, "check character")

    def test_tells_birth_and_sex(self) -> None:
        self.assertEqual(birth_of(NUMBER), "1949-12-31")
        self.assertEqual(sex_of(NUMBER), FEMALE)
        self.assertEqual(sex_of("440308199901101512"), MALE)

    def test_counts_completed_years(self) -> None:
        self.assertEqual(age_on("1949-12-31", (2026, 12, 30)), 76)
        self.assertEqual(age_on("19491231", (2026, 12, 31)), 77)
        self.assertEqual(age_on(birth_of(NUMBER), "20270101"), 77)
        self.assertEqual(age_on("1880-01-01", "2026-06-01"), 146)
        self.assertEqual(age_on("2014-10-05", (1970, 1, 1)), 0)

    def test_counts_a_leap_day_on_the_first_of_march(self) -> None:
        self.assertEqual(age_on("2000-02-29", (2026, 2, 28)), 25)
        self.assertEqual(age_on("2000-02-29", (2026, 3, 1)), 26)

    def test_wants_a_real_day(self) -> None:
        for day in ("20260230", "2026-1-1", "", (2026, 13, 1)):
            try:
                age_on("1949-12-31", day)
                self.assertTrue(False)
            except ValueError as error:
                self.assertEqual(str(error), "not a day")

    def test_masks(self) -> None:
        self.assertEqual(mask(NUMBER), "110105********002X")
        self.assertEqual(mask("1234567890"), "**********")
        self.assertEqual(mask("12345678901"), "123456*8901")
        self.assertEqual(mask("USA110080010101"), "USA110*******01")
        self.assertEqual(mask("610104620927690"), "610104*******90")
        self.assertEqual(mask(""), "")


class PersonCodeTest(unittest.TestCase):
    def test_knows_insurance_codes(self) -> None:
        for code in ("4243669509084040896099330000", "4243754826492874240001130000", "opc3669509084040896099330000"):
            self.assertTrue(is_insurance_code(code))

    def test_refuses_what_only_looks_like_one(self) -> None:
        for code in (
            "4253669509084040896099330000",  # another mark
            "424366950908404089609933000",  # 27
            "42436695090840408960993300000",  # 29
            "4243669509084040896099330001",  # extension
            "4243669509084040896099030000",  # no such region
            "424366950908404089609933000\u0660",
            "OPC3669509084040896099330000",
            "",
        ):
            self.assertFalse(is_insurance_code(code))

    def test_reads_an_insurance_code(self) -> None:
        person = read_person_code(b"4243754826492874240001130000")
        self.assertTrue(isinstance(person, InsuranceCode))
        self.assertEqual(person.code, "4243754826492874240001130000")  # type: ignore[union-attr]
        self.assertEqual(repr(person), "InsuranceCode(*)")

    def test_reads_an_identity_number(self) -> None:
        person = read_person_code(b"11010519491231002x")
        self.assertTrue(isinstance(person, IdentityNumber))
        self.assertEqual(person.number, NUMBER)  # type: ignore[union-attr]
        self.assertEqual(repr(person), "IdentityNumber(110105********002X)")

    def test_leaves_everything_else_alone(self) -> None:
        for data in (
            b"",
            b"81000170622758698313",
            b"]Q14243754826492874240001130000",
            b"610104620927690",
            b"610104  620927 690",  # 18 characters with its blanks
            b"USA110080010101",
            b"911000084198001013",
            b"110105194912310021",
            b"6901234567892",
            b"https://example.invalid/4243754826492874240001130000",
            b"\xff\xfe4243754826492874240001",
            "张三".encode(),
        ):
            self.assertTrue(read_person_code(data) is None)


if __name__ == "__main__":
    unittest.main()
