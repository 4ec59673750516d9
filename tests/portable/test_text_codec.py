"""Codes with and without tails in one stream. Runs on CPython and MicroPython."""

import unittest

from hal.drivers import text_codec as codec

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

TAILS = b"\r\n\t"


def seen(items: "list[Any]") -> "list[Any]":
    return [item.data if isinstance(item, codec.Code) else item.reason for item in items]


def ended(decoder: codec.TextDecoder) -> "bytes | None":
    code = decoder.end()
    return None if code is None else code.data


class Stream(unittest.TestCase):
    def setUp(self) -> None:
        self.decoder = codec.TextDecoder(TAILS)

    def test_tails_and_empty_records(self) -> None:
        self.assertEqual(seen(self.decoder.feed(b"\r\nA\r\nB\tC\n\n\rD\r")), [b"A", b"B", b"C", b"D"])

    def test_a_tab_is_text_where_it_is_no_tail(self) -> None:
        self.assertEqual(seen(codec.TextDecoder().feed(b"A\tB\r\nC\r")), [b"A\tB", b"C"])

    def test_controls_spoil_a_code_but_separators_do_not(self) -> None:
        self.assertEqual(seen(self.decoder.feed(b"A\x1dB\rC\x00D\rE\r")), [b"A\x1dB", "control", b"E"])

    def test_a_code_has_a_greatest_length(self) -> None:
        longest = b"7" * codec.LONGEST_CODE
        self.assertEqual(seen(self.decoder.feed(longest + b"\r" + longest + b"7\rE\r")), [longest, "too_long", b"E"])

    def test_silence_ends_a_code_only_where_no_tails_are_sent(self) -> None:
        self.decoder.feed(b"A")
        self.assertTrue(self.decoder.unfinished())
        self.assertEqual(ended(self.decoder), b"A")
        self.assertFalse(self.decoder.unfinished())
        self.assertEqual(seen(self.decoder.feed(b"B\rC")), [b"B"])
        self.assertTrue(self.decoder.tailed)
        self.assertEqual(ended(self.decoder), None)
        self.decoder.feed(b"D")
        self.assertEqual(ended(self.decoder), b"D")

    def test_silence_after_noise(self) -> None:
        self.decoder.feed(b"A\x00B")
        self.assertEqual(ended(self.decoder), None)
        self.assertEqual(seen(self.decoder.feed(b"C\r")), [b"C"])

    def test_repr_shows_no_code(self) -> None:
        self.assertEqual(repr(self.decoder.feed(b"4243754826\r")[0]), "Code(10 bytes)")
        self.assertEqual(repr(self.decoder.feed(b"\x00\r")[0]), "BadInput(control)")


if __name__ == "__main__":
    unittest.main()
