"""Who is this: cards, numbers and codes. The people are invented or published samples. Runs on MicroPython, too."""

import unittest
from binascii import unhexlify

from firmware.identity import (
    FEMALE,
    MALE,
    UNKNOWN_SEX,
    IdentityError,
    IdentityNumber,
    InsuranceCode,
    age_on,
    birth_of,
    check_number,
    is_insurance_code,
    mask,
    read_card,
    read_person_code,
    sex_of,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

NUMBER = "11010519491231002X"
CITIZEN_HEX = (
    "205F094E20002000200020002000200020002000200020002000200020003100"
    "3000310031003900340039003100320033003100D0670177D067025ED067BF53"
    "D0674795D0675167004EC47E3100F75320002000200020002000200020002000"
    "2000200020002000200020002000200020002000200020002000310031003000"
    "310030003500310039003400390031003200330031003000300032005800D067"
    "025E6C51895B405CD0670652405C200020002000200020002000200032003000"
    "3000360030003100300031007F951F67"
)
CITIZEN = unhexlify(CITIZEN_HEX) + b"\x20\x00" * 24
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
)
INVALID_NUMBERS = (
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


def card(**changes: str) -> bytes:
    """The sample card with some fields replaced: name, sex, nation, birth, number, start, end, layout."""
    places = {
        "name": (0, 30),
        "sex": (30, 2),
        "nation": (32, 4),
        "birth": (36, 16),
        "number": (122, 36),
        "start": (188, 16),
        "end": (204, 16),
        "layout": (248, 2),
    }
    block = bytearray(CITIZEN)
    for field, text in changes.items():
        start, length = places[field]
        raw = b""
        for char in text:
            raw += bytes([ord(char) & 0xFF, ord(char) >> 8])
        while len(raw) < length:
            raw += b"\x20\x00"
        block[start : start + length] = raw
    return bytes(block)


class CitizenCardTest(unittest.TestCase):
    def test_reads_every_field_of_the_published_sample(self) -> None:
        self.assertEqual(len(CITIZEN), 256)
        person = read_card(CITIZEN)
        self.assertEqual(person.name, "张三")
        self.assertEqual(person.sex, MALE)
        self.assertEqual(person.nation_code, "01")
        self.assertEqual(person.nation, "汉")
        self.assertEqual(person.birth, "1949-12-31")
        self.assertEqual(person.address, "某省某市某县某镇某村一组1号")
        self.assertEqual(person.number, NUMBER)
        self.assertEqual(person.authority, "某市公安局某分局")
        self.assertEqual(person.valid_from, "2006-01-01")
        self.assertEqual(person.valid_until, None)

    def test_shows_nobody_in_the_log(self) -> None:
        shown = repr(read_card(CITIZEN))
        self.assertFalse("张" in shown or "1101" in shown)

    def test_names_the_nations_of_the_standard(self) -> None:
        names = {"02": "蒙古", "08": "壮", "10": "朝鲜", "11": "满", "19": "黎", "20": "傈僳", "31": "达斡尔"}
        names.update({"46": "德昂", "56": "基诺", "97": "其他", "98": "外国血统中国籍人士", "57": "", "00": ""})
        for code, name in names.items():
            self.assertEqual(read_card(card(nation=code)).nation, name)

    def test_knows_the_sexes_of_the_standard(self) -> None:
        self.assertEqual(read_card(card(sex="2")).sex, FEMALE)
        self.assertEqual(read_card(card(sex="0")).sex, UNKNOWN_SEX)
        self.assertEqual(read_card(card(sex="9")).sex, UNKNOWN_SEX)
        self.assertEqual(code_of(read_card, card(sex="3")), "card.unreadable")

    def test_expires_after_its_last_day(self) -> None:
        person = read_card(card(end="20260101"))
        self.assertEqual(person.valid_until, "2026-01-01")
        self.assertFalse(person.expired((2026, 1, 1)))
        self.assertFalse(person.expired("20251231"))
        self.assertTrue(person.expired((2026, 1, 2)))
        self.assertTrue(person.expired("2026-01-02"))

    def test_a_long_term_card_never_expires(self) -> None:
        self.assertFalse(read_card(CITIZEN).expired((2199, 12, 31)))

    def test_takes_a_withdrawn_region(self) -> None:
        self.assertEqual(read_card(card(number="441282198101011230")).number, "441282198101011230")

    def test_refuses_the_other_layouts(self) -> None:
        for layout in "IJY":
            self.assertEqual(code_of(read_card, card(layout=layout)), "card.wrong_type")

    def test_refuses_a_bad_number(self) -> None:
        for number in ("110105194912310021", "110105491231002", "", "11010519490231002X"):
            self.assertEqual(code_of(read_card, card(number=number)), "card.bad_number")

    def test_refuses_what_is_torn(self) -> None:
        for block in (b"", CITIZEN[:255], CITIZEN + b" ", bytes(256), b"\xff" * 256, b"\x20\x00" * 128):
            self.assertEqual(code_of(read_card, block), "card.unreadable")

    def test_refuses_fields_that_make_no_sense(self) -> None:
        for block in (
            card(name=""),
            card(name="张\x00三"),
            card(nation="0"),
            card(nation="壮"),
            card(birth="19490231"),
            card(start=""),
            card(end="2026010"),
            card(end="无"),
            card(layout="\x01"),
        ):
            self.assertEqual(code_of(read_card, block), "card.unreadable")

    def test_joins_the_halves_of_a_rare_character(self) -> None:
        self.assertEqual(read_card(b"\x40\xd8\x0b\xdc" + CITIZEN[4:]).name, "\U0002000b")

    def test_refuses_half_of_a_rare_character(self) -> None:
        for halves in (b"\x40\xd8\x20\x00", b"\x0b\xdc\x20\x00", b"\x40\xd8\x40\xd8"):
            self.assertEqual(code_of(read_card, halves + CITIZEN[4:]), "card.unreadable")
        last = CITIZEN[:28] + b"\x40\xd8" + CITIZEN[30:]
        self.assertEqual(code_of(read_card, last), "card.unreadable")


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
        self.assertEqual(age_on(NUMBER, (2026, 12, 30)), 76)
        self.assertEqual(age_on(NUMBER, (2026, 12, 31)), 77)
        self.assertEqual(age_on(NUMBER, "20270101"), 77)
        self.assertEqual(age_on("440524188001010014", "2026-06-01"), 146)
        self.assertEqual(age_on("44011320141005001X", (1970, 1, 1)), 0)

    def test_counts_a_leap_day_on_the_first_of_march(self) -> None:
        number = "110101200002290018"
        self.assertEqual(age_on(number, (2026, 2, 28)), 25)
        self.assertEqual(age_on(number, (2026, 3, 1)), 26)

    def test_wants_a_real_day(self) -> None:
        for day in ("20260230", "2026-1-1", "", (2026, 13, 1)):
            try:
                age_on(NUMBER, day)
                self.assertTrue(False)
            except ValueError as error:
                self.assertEqual(str(error), "not a day")

    def test_masks(self) -> None:
        self.assertEqual(mask(NUMBER), "110105********002X")
        self.assertEqual(mask("1234567890"), "**********")
        self.assertEqual(mask("12345678901"), "123456*8901")
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

    def test_reads_an_insurance_code_from_the_scanner(self) -> None:
        for prefix in (b"", b"]Q1", b" "):
            person = read_person_code(prefix + b"4243754826492874240001130000\r")
            self.assertTrue(isinstance(person, InsuranceCode))
            self.assertEqual(person.code, "4243754826492874240001130000")  # type: ignore[union-attr]
            self.assertEqual(repr(person), "InsuranceCode(*)")

    def test_reads_an_identity_number_from_the_scanner(self) -> None:
        person = read_person_code(b"]C011010519491231002x")
        self.assertTrue(isinstance(person, IdentityNumber))
        self.assertEqual(person.number, NUMBER)  # type: ignore[union-attr]
        self.assertEqual(repr(person), "IdentityNumber(110105********002X)")

    def test_leaves_everything_else_alone(self) -> None:
        for data in (
            b"",
            b"]",
            b"]Q1",
            b"81000170622758698313",
            b"]d24243754826492874240001130000",  # a GS1 message that begins with AI 424
            b"]C111010519491231002X",
            b"610104620927690",
            b"110105194912310021",
            b"6901234567892",
            b"https://example.invalid/4243754826492874240001130000",
            b"\xff\xfe4243754826492874240001",
            "张三".encode(),
        ):
            self.assertTrue(read_person_code(data) is None)


if __name__ == "__main__":
    unittest.main()
