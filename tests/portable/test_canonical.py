"""The same JSON bytes on every board. Runs on CPython and MicroPython."""

import json
import unittest

from firmware.canonical import dumps


class Canonical(unittest.TestCase):
    def test_values(self) -> None:
        self.assertEqual(dumps(None), b"null")
        self.assertEqual(dumps(True), b"true")
        self.assertEqual(dumps(False), b"false")
        self.assertEqual(dumps(-12345678901234567890), b"-12345678901234567890")
        self.assertEqual(dumps([]), b"[]")
        self.assertEqual(dumps({}), b"{}")
        self.assertEqual(dumps(""), b'""')

    def test_keys_are_sorted_and_nothing_is_padded(self) -> None:
        value = {"b": [1, "x", None], "a": {"z": True, "y": []}, "": 0}
        self.assertEqual(dumps(value), b'{"":0,"a":{"y":[],"z":true},"b":[1,"x",null]}')

    def test_keys_of_other_scripts_are_in_the_order_of_their_code_points(self) -> None:
        self.assertEqual(dumps({"医": 1, "a": 2, "保": 3}), '{"a":2,"保":3,"医":1}'.encode())

    def test_text_is_utf_8_on_both_interpreters(self) -> None:
        self.assertEqual(dumps("医保 é \U0001f48a"), '"医保 é \U0001f48a"'.encode())
        self.assertEqual(dumps("\x7f"), b'"\x7f"')

    def test_escapes_are_the_same_on_both_interpreters(self) -> None:
        self.assertEqual(dumps('a"b\\c/d'), b'"a\\"b\\\\c/d"')
        self.assertEqual(dumps("\n\r\t\b\f"), b'"\\n\\r\\t\\b\\f"')
        self.assertEqual(dumps("\x00\x01\x1f"), b'"\\u0000\\u0001\\u001f"')
        self.assertEqual(dumps({'"': 1}), b'{"\\"":1}')

    def test_half_a_surrogate_pair_of_a_hostile_sender_can_be_kept(self) -> None:
        hostile = json.loads('"\\ud800"')
        self.assertEqual(dumps(hostile), b'"\\ud800"')
        self.assertEqual(dumps("\uff01" + hostile), '"\uff01\\ud800"'.encode())

    def test_what_was_written_can_be_read(self) -> None:
        value = {"n": -1, "s": '\x1f"\\医\n', "l": [[{}], []], "t": True}
        self.assertEqual(json.loads(dumps(value).decode()), value)

    def test_floats_and_strangers_are_refused(self) -> None:
        for value in (1.5, (1,), b"x", {1: "number as key"}, {"a": [0.0]}, object()):
            try:
                dumps(value)
            except TypeError:
                continue
            self.fail(str(value))
