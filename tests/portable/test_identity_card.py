"""The text blocks of the four identity cards. The people are invented. Runs on CPython and MicroPython."""

import unittest

from firmware.identity import (
    CITIZEN,
    FEMALE,
    FOREIGNER_2017,
    FOREIGNER_2023,
    HMT_PERMIT,
    MALE,
    UNKNOWN_SEX,
    IdentityError,
    read_card,
    read_newest_address,
)
from tests.portable import cards
from tests.portable.cards import changed, field

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

EVERY_CARD = (cards.CITIZEN, cards.HMT_PERMIT, cards.FOREIGNER_2017, cards.FOREIGNER_2023)
NUMBER = "11010519491231002X"
_PLACES = {
    "name": (0, 30),
    "sex": (30, 2),
    "nation": (32, 4),
    "birth": (36, 16),
    "number": (122, 36),
    "start": (188, 16),
    "end": (204, 16),
    "layout": (248, 2),
}


def code_of(call: "Callable[..., Any]", *args: "Any") -> str:
    """The code of the IdentityError that `call` raises, or "" when it raises none."""
    try:
        call(*args)
    except IdentityError as error:
        return error.code
    return ""


def card(**changes: str) -> bytes:
    """The citizen's sample card with some fields replaced."""
    fields = [(_PLACES[name][0], _PLACES[name][1], changes[name]) for name in sorted(changes)]
    return changed(cards.CITIZEN, *fields)


class CitizenTest(unittest.TestCase):
    def test_reads_every_field_of_the_published_sample(self) -> None:
        person = read_card(cards.CITIZEN)
        self.assertEqual((person.kind, person.name, person.english_name), (CITIZEN, "张三", ""))
        self.assertEqual((person.sex, person.nation_code, person.nation), (MALE, "01", "汉"))
        self.assertEqual((person.birth, person.number), ("1949-12-31", NUMBER))
        self.assertEqual((person.address, person.authority), ("某省某市某县某镇某村一组1号", "某市公安局某分局"))
        self.assertEqual((person.valid_from, person.valid_until), ("2006-01-01", None))
        self.assertEqual((person.nationality, person.permit_number, person.issue_count), ("", "", ""))

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

    def test_reads_a_name_that_fills_its_field(self) -> None:
        name = "买买提江·阿卜杜热合曼江麦麦提明"[:15]
        self.assertEqual(read_card(card(name=name)).name, name)

    def test_takes_a_withdrawn_region_and_an_old_number(self) -> None:
        self.assertEqual(read_card(card(number="441282198101011230")).number, "441282198101011230")
        self.assertEqual(read_card(card(number="610104620927690")).number, "610104196209276908")

    def test_joins_the_halves_of_a_rare_character(self) -> None:
        self.assertEqual(read_card(b"\x40\xd8\x0b\xdc" + cards.CITIZEN[4:]).name, "\U0002000b")

    def test_refuses_half_of_a_rare_character(self) -> None:
        for halves in (b"\x40\xd8\x20\x00", b"\x0b\xdc\x20\x00", b"\x40\xd8\x40\xd8"):
            self.assertEqual(code_of(read_card, halves + cards.CITIZEN[4:]), "card.unreadable")
        last = cards.CITIZEN[:28] + b"\x40\xd8" + cards.CITIZEN[30:]
        self.assertEqual(code_of(read_card, last), "card.unreadable")

    def test_refuses_a_bad_number(self) -> None:
        for number in ("110105194912310021", "", "11010519490231002X", "USA110080010101"):
            self.assertEqual(code_of(read_card, card(number=number)), "card.bad_number")

    def test_serves_a_card_that_names_no_nation(self) -> None:
        person = read_card(card(nation=""))
        self.assertEqual((person.kind, person.name, person.nation_code, person.nation), (CITIZEN, "张三", "", ""))

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


class OtherLayoutsTest(unittest.TestCase):
    def test_reads_a_residence_permit(self) -> None:
        person = read_card(cards.HMT_PERMIT)
        self.assertEqual((person.kind, person.name, person.sex), (HMT_PERMIT, "李四", FEMALE))
        self.assertEqual((person.number, person.birth), ("810000199001010019", "1990-01-01"))
        self.assertEqual((person.permit_number, person.issue_count), ("H12345678", "01"))
        self.assertEqual((person.address, person.authority), ("某省某市某区某路2号", "某市公安局"))
        self.assertEqual((person.valid_from, person.valid_until), ("2024-01-01", "2029-01-01"))
        self.assertEqual((person.nation_code, person.nation), ("", ""))
        taiwan = read_card(changed(cards.HMT_PERMIT, (122, 36, "830000199201300022"), (220, 18, "12345678")))
        self.assertEqual((taiwan.number, taiwan.permit_number), ("830000199201300022", "12345678"))

    def test_reads_a_foreigners_card_of_2017(self) -> None:
        person = read_card(cards.FOREIGNER_2017)
        self.assertEqual((person.kind, person.name, person.english_name), (FOREIGNER_2017, "史密斯", "SMITH,JOHN"))
        self.assertEqual((person.number, person.nationality), ("USA110080010101", "USA"))
        self.assertEqual((person.sex, person.birth), (MALE, "1980-01-01"))
        self.assertEqual((person.valid_from, person.valid_until), ("2018-01-01", "2028-01-01"))
        self.assertEqual((person.authority, person.address), ("1500", ""))

    def test_reads_a_foreigners_card_of_2023(self) -> None:
        person = read_card(cards.FOREIGNER_2023)
        self.assertEqual((person.kind, person.name, person.english_name), (FOREIGNER_2023, "史密斯", "SMITH JOHN"))
        self.assertEqual((person.number, person.nationality), ("911000084198001013", "840"))
        self.assertEqual((person.sex, person.birth, person.issue_count), (MALE, "1980-01-01", "01"))
        self.assertEqual((person.valid_from, person.valid_until), ("2024-01-01", "2034-01-01"))

    def test_joins_the_two_parts_of_an_english_name(self) -> None:
        name = "MONTGOMERY-SMYTHE JONATHAN ALEXANDER MAXIMILIAN"[:46]
        for text in (name, name[:34] + " " + name[35:], name[:35]):
            block = changed(cards.FOREIGNER_2023, (52, 70, text[:35]), (220, 22, text[35:]))
            self.assertEqual(read_card(block).english_name, text)

    def test_a_foreigner_without_a_chinese_name_goes_by_the_english_one(self) -> None:
        self.assertEqual(read_card(changed(cards.FOREIGNER_2017, (158, 30, ""))).name, "SMITH,JOHN")
        self.assertEqual(read_card(changed(cards.FOREIGNER_2023, (0, 30, ""))).name, "SMITH JOHN")
        nameless = changed(cards.FOREIGNER_2023, (0, 30, ""), (52, 70, ""))
        self.assertEqual(code_of(read_card, nameless), "card.unreadable")

    def test_refuses_the_number_of_another_card(self) -> None:
        for block in (
            changed(cards.FOREIGNER_2023, (122, 36, NUMBER)),
            changed(cards.FOREIGNER_2023, (122, 36, "911000084198001014")),
            changed(cards.FOREIGNER_2023, (122, 36, "USA110080010101")),
            changed(cards.FOREIGNER_2017, (122, 30, "110105491231002")),
            changed(cards.FOREIGNER_2017, (122, 30, "USA1100800101")),
            changed(cards.HMT_PERMIT, (122, 36, "810000199001010018")),
        ):
            self.assertEqual(code_of(read_card, block), "card.bad_number")

    def test_refuses_a_layout_that_nobody_has_published(self) -> None:
        for layout in "AKZ":
            self.assertEqual(code_of(read_card, card(layout=layout)), "card.wrong_type")


class EveryCardTest(unittest.TestCase):
    def test_shows_nobody_in_the_log(self) -> None:
        for block in EVERY_CARD:
            person = read_card(block)
            self.assertEqual(repr(person), "IdentityCard(" + person.kind + ", *)")

    def test_expires_after_its_last_day(self) -> None:
        for block in EVERY_CARD:
            person = read_card(changed(block, (204, 16, "20260101")))
            self.assertEqual(person.valid_until, "2026-01-01")
            self.assertFalse(person.expired((2026, 1, 1)) or person.expired("20251231"))
            self.assertTrue(person.expired((2026, 1, 2)) and person.expired("2026-01-02"))

    def test_a_long_term_card_never_expires(self) -> None:
        for block in EVERY_CARD:
            person = read_card(changed(block, (204, 16, "长期")))
            self.assertEqual((person.valid_until, person.expired((2199, 12, 31))), (None, False))

    def test_refuses_what_is_torn(self) -> None:
        for block in EVERY_CARD:
            for torn in (block[:255], block + b" ", block[1:] + b"\x20"):
                self.assertEqual(code_of(read_card, torn), "card.unreadable")
        for block in (b"", bytes(256), b"\xff" * 256, cards.BLANK * 128):
            self.assertEqual(code_of(read_card, block), "card.unreadable")


class NewestAddressTest(unittest.TestCase):
    def test_reads_an_address(self) -> None:
        self.assertEqual(read_newest_address(field("某省某市某县新村9号", 70)), "某省某市某县新村9号")
        self.assertEqual(read_newest_address(field("新" * 35, 70)), "新" * 35)
        self.assertEqual(read_newest_address(b""), "")

    def test_refuses_what_is_torn(self) -> None:
        for block in (b" ", field("某", 70)[:-2], field("某", 72), b"\x00" * 70):
            self.assertEqual(code_of(read_newest_address, block), "card.unreadable")


if __name__ == "__main__":
    unittest.main()
