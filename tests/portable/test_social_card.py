"""What a social security card says. The people are invented or published samples. Runs on MicroPython, too."""

import unittest
from binascii import unhexlify

from firmware.identity import FEMALE, MALE, UNKNOWN_SEX, IdentityError, SocialCard, read_social_card

FIELDS = {
    0x01: unhexlify("11010599000000000000000000ABCDEF"),
    0x02: b"3",
    0x03: b"3.00",
    0x04: unhexlify("110105000000000000000000"),
    0x05: unhexlify("20200101"),
    0x06: unhexlify("20300101"),
    0x07: b"A00000001",
    0x08: b"11010519491231002X",
    0x09: "张三".encode(),
    0x0A: b"1",
    0x0B: b"\x01",
    0x0C: unhexlify("110105"),
    0x0D: unhexlify("19491231"),
}


def card(changes: "dict[int, bytes | None]") -> SocialCard:
    """The card with fields that are different, or missing."""
    fields = dict(FIELDS)
    for tag in changes:
        value = changes[tag]
        if value is None:
            del fields[tag]
        else:
            fields[tag] = value
    return read_social_card(fields)


def code_of(changes: "dict[int, bytes | None]") -> str:
    """The code of the error, or "" when there is none."""
    try:
        card(changes)
    except IdentityError as error:
        return error.code
    return ""


class SocialCards(unittest.TestCase):
    def test_a_card_of_the_third_generation(self) -> None:
        found = card({})
        self.assertEqual((found.name, found.identity_number), ("张三", "11010519491231002X"))
        self.assertEqual((found.card_number, found.card_id), ("A00000001", "11010599000000000000000000ABCDEF"))
        self.assertEqual((found.region, found.version), ("110105", "3.00"))
        self.assertEqual((found.sex, found.birth, found.valid_until), (MALE, "1949-12-31", "2030-01-01"))

    def test_a_card_that_has_expired(self) -> None:
        found = card({})
        self.assertFalse(found.expired("2030-01-01"))
        self.assertTrue(found.expired((2030, 1, 2)))
        self.assertFalse(card({0x06: None}).expired("2099-01-01"))

    def test_a_number_that_is_no_identity_number(self) -> None:
        for number in (b"11010519491231002Y", b"P1234567\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00", b"\xff" * 18, None):
            self.assertEqual(card({0x08: number}).identity_number, "")
        self.assertEqual(card({0x08: b"11010519491231002x"}).identity_number, "11010519491231002X")

    def test_what_a_card_need_not_tell(self) -> None:
        found = card(dict.fromkeys((0x02, 0x03, 0x04, 0x05, 0x06, 0x0A, 0x0B, 0x0C, 0x0D)))
        self.assertEqual((found.sex, found.birth, found.valid_until, found.version), (UNKNOWN_SEX, "", "", ""))
        found = card({0x0A: b"9", 0x0D: b"\x19\x90\x02\x30", 0x06: b"\xff\xff\xff\xff", 0x03: b"\x00\xff\x01\x02"})
        self.assertEqual((found.sex, found.birth, found.valid_until, found.version), (UNKNOWN_SEX, "", "", ""))
        self.assertEqual(card({0x0A: b"2"}).sex, FEMALE)
        self.assertEqual(card({0x01: b"\xab" * 16}).region, "")

    def test_what_it_must_tell(self) -> None:
        for tag in (0x01, 0x07, 0x09):
            for value in (None, b"", b" ", b"\x00"):
                self.assertEqual(code_of({tag: value}), "card.unreadable")
        for name in (b"\xff", "张\ufffd".encode(), b"A\x07B", b"A" * 51):
            self.assertEqual(code_of({0x09: name}), "card.unreadable")
        for card_id in (b"\x11" * 15, b"\x11" * 17):
            self.assertEqual(code_of({0x01: card_id}), "card.unreadable")
        self.assertEqual(code_of({0x07: b"A\x000000001"}), "card.unreadable")
        self.assertEqual(code_of({}), "")

    def test_nothing_personal_is_shown(self) -> None:
        self.assertEqual(repr(card({})), "SocialCard(*)")


if __name__ == "__main__":
    unittest.main()
