"""JSON of platforms: no amount ever passes through a float. Runs on CPython and MicroPython."""

import unittest

from firmware.insurance import UnknownOutcome
from firmware.insurance.wire import fen, loads, text
from firmware.money import MoneyError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Loads(unittest.TestCase):
    def refused(self, body: "bytes | str") -> None:
        try:
            loads(body)
        except UnknownOutcome as error:
            self.assertEqual(error.code, "insurance.bad_answer")
            return
        self.fail("accepted")

    def test_decimals_are_texts_and_integers_stay(self) -> None:
        self.assertEqual(loads(b'{"a":0.1,"b":-25.10,"c":1E+2,"d":2e-3,"e":7,"f":-0}')["b"], "-25.10")
        self.assertEqual(loads(b"[0.1,-25.10,1E+2,2e-3,7,-7]"), ["0.1", "-25.10", "1E+2", "2e-3", 7, -7])
        self.assertEqual(loads(b"99999999.000000"), "99999999.000000")
        self.assertEqual(loads(b"12345678901234567890"), 12345678901234567890)

    def test_what_stands_in_texts_stays(self) -> None:
        self.assertEqual(loads(b'{"1.5":"2.5 \\"3.5\\" \\\\","x":1.5}'), {"1.5": '2.5 "3.5" \\', "x": "1.5"})
        self.assertEqual(loads('["医保 1.5",1.5,true,false,null]'.encode()), ["医保 1.5", "1.5", True, False, None])
        self.assertEqual(loads(b'["\\u533b",{"a":[]}]'), ["医", {"a": []}])

    def test_a_text_is_taken_as_well(self) -> None:
        self.assertEqual(loads('{"ecToken":"医","n":1.5}'), {"ecToken": "医", "n": "1.5"})

    def test_what_is_no_json(self) -> None:
        for body in (b"", b"{", b'{"a":1.5', b'"open', b'"open\\', b"<html>", b"\xff\xfe", b'{"a":\xb2\xe2}'):
            self.refused(body)

    def test_no_number_is_a_float(self) -> None:
        for body in (b"[NaN]", b"[Infinity]", b"[-Infinity]"):
            self.refused(body)

    def test_half_a_surrogate_pair_does_no_harm(self) -> None:
        self.assertEqual(type(loads(b'["\\ud800"]')), list)
        self.refused(loads(b'["\\ud800"]')[0])

    def test_deep_nesting_does_no_harm(self) -> None:
        deep = b"[" * 5000
        try:
            value = loads(deep + b"]" * 5000)
        except UnknownOutcome:
            value = []  # what CPython makes of it
        self.assertEqual(type(value), list)
        self.refused(deep)

    def test_huge_numbers_do_no_harm(self) -> None:
        for body in (b"9" * 4000, b"9" * 6000, b"1" + b"0" * 4000 + b".0", b"1e999999999", b"-" + b"9" * 20):
            try:
                amount = fen(loads(body))
            except (MoneyError, UnknownOutcome):
                continue
            self.fail(str(amount)[:9])


class Members(unittest.TestCase):
    def test_fen(self) -> None:
        for value, want in ((None, 0), ("", 0), (0, 0), (12, 1200), (-3, -300), ("3.78", 378), ("-25.1", -2510)):
            self.assertEqual(fen(value), want)
        amounts: "tuple[Any, ...]" = (True, False, [], {}, "1e", "1e-3", "1e99", "1e2e1", "x", "3.789", [1])
        for bad in amounts:
            try:
                fen(bad)
            except MoneyError:
                continue
            self.fail(str(bad))

    def test_numbers_as_java_writes_them(self) -> None:
        for value, want in (("0E-10", 0), ("1.0E7", 10**9), ("1e2", 10000), ("-2.5E-1", -25), ("12E+0", 1200)):
            self.assertEqual(fen(loads(value)), want)

    def test_text(self) -> None:
        self.assertEqual([text(None), text(""), text("x"), text(0), text(-1)], ["", "", "x", "0", "-1"])
