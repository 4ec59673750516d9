"""Columns on paper. Runs on CPython and MicroPython."""

import unittest

from firmware.text import columns, half_width, is_wide, spread, wrap


class Text(unittest.TestCase):
    def test_columns(self) -> None:
        self.assertEqual(columns(""), 0)
        self.assertEqual(columns("abc"), 3)
        self.assertEqual(columns("金额 3.78"), 9)
        self.assertFalse(is_wide(0x7F))
        self.assertTrue(is_wide(0x80))

    def test_spread(self) -> None:
        self.assertEqual(spread("合计", "3.78", 10), "合计  3.78")
        self.assertEqual(spread("合计", "3.78", 4), "合计 3.78")  # too long for the line, and still apart

    def test_wrap(self) -> None:
        self.assertEqual(wrap("", 4), [""])
        self.assertEqual(wrap("abcd", 4), ["abcd"])
        self.assertEqual(wrap("abcde", 4), ["abcd", "e"])
        self.assertEqual(wrap("a医保b", 4), ["a医", "保b"])

    def test_wrap_loses_nothing_and_fits(self) -> None:
        text = "阿司匹林肠溶片 100mg×30片 (Bayer) 追溯码81000171234567890123"
        for width in range(2, 40):
            lines = wrap(text, width)
            self.assertEqual("".join(lines), text)
            self.assertTrue(max([columns(line) for line in lines]) <= width)

    def test_half_width(self) -> None:
        self.assertEqual(half_width("１１０１０５Ｘ\u3000！～a医"), "110105X !~a医")
        self.assertEqual(half_width(""), "")
