"""Amounts: 分 inside, decimals outside. Runs on CPython and MicroPython."""

import unittest

from firmware.money import MoneyError, from_decimal, from_yuan, share, to_yuan

JUNK = (
    "",
    "-",
    ".",
    "1.",
    ".5",
    "--1",
    "+1",
    "1..2",
    "1.2.3",
    "1,5",
    "1e3",
    "0x10",
    " 1",
    "1 ",
    "1_0",
    "NaN",
    "None",
    "-.5",
    "1-",
    "\u0661",  # digit one of another script
    "\uff11\uff12",  # full-width digits, as a Chinese input method types them
    "1.\uff15",
    "1" * 17,
    "9" * 4000,
)


class Money(unittest.TestCase):
    def refused(self, text: str, places: int = 2) -> None:
        try:
            from_decimal(text, places)
        except MoneyError as error:
            self.assertEqual(error.code, "insurance.bad_answer")
            return
        self.fail("accepted " + text[:20])

    def test_to_yuan(self) -> None:
        for fen, text in ((0, "0.00"), (1, "0.01"), (99, "0.99"), (378, "3.78"), (-5, "-0.05"), (-2510, "-25.10")):
            self.assertEqual(to_yuan(fen), text)
        self.assertEqual(to_yuan(10**18), "1" + "0" * 16 + ".00")

    def test_from_yuan(self) -> None:
        for text, fen in (("3.78", 378), ("3.780000", 378), ("12", 1200), ("0.1", 10), ("-25.1", -2510), ("-0", 0)):
            self.assertEqual(from_yuan(text), fen)
        self.assertEqual(from_yuan("99999999.000000"), 9999999900)

    def test_finer_than_a_fen_is_refused(self) -> None:
        for text in ("0.001", "3.789", "0.0000001"):
            try:
                from_yuan(text)
            except MoneyError:
                continue
            self.fail(text)

    def test_there_and_back(self) -> None:
        for fen in list(range(-250, 251)) + [10**9 + 7, -(10**12) - 1, 10**17 + 1]:
            self.assertEqual(from_yuan(to_yuan(fen)), fen)

    def test_junk_is_refused(self) -> None:
        for text in JUNK:
            self.refused(text)

    def test_places(self) -> None:
        self.assertEqual(from_decimal("1.5", 4), 15000)
        self.assertEqual(from_decimal("1.500", 1), 15)  # zeros beyond what is asked for say nothing
        self.assertEqual(from_decimal("7.0", 0), 7)
        self.refused("1.23", 1)
        self.refused("1.05", 1)
        self.assertEqual(from_decimal("1" * 16, 2), int("1" * 16 + "00"))

    def test_a_share_is_rounded_half_up(self) -> None:
        self.assertEqual(share(452, 50), 23)  # 5 % of 4.52 is 0.226: published as 0.23
        self.assertEqual(share(10, 50), 1)  # 0.5
        self.assertEqual(share(9, 50), 0)
        self.assertEqual(share(2520, 850), 2142)
        self.assertEqual(share(2520, 1000), 2520)
        self.assertEqual(share(2520, 0), 0)
