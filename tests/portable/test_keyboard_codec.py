"""From key events to codes. Runs on CPython and MicroPython; tests/drivers has the whole keyboard."""

import struct
import unittest

from hal.drivers.keyboard_codec import KeyDecoder
from hal.drivers.text_codec import Code

ENTER, SHIFT, CTRL, ALT = 28, 42, 29, 56
KEYPAD = (82, 79, 80, 81, 75, 76, 77, 71, 72, 73)
SYN = (0, 0, 0)
SYN_DROPPED = (0, 3, 0)


def press(code: int, *held: int) -> "list[tuple[int, int, int]]":
    down = [(1, key, 1) for key in held] + [(1, code, 1), (1, code, 0)]
    return down + [(1, key, 0) for key in held] + [SYN]


def alt(number: str) -> "list[tuple[int, int, int]]":
    events = [(1, ALT, 1)]
    for digit in number:
        events.extend(press(KEYPAD[int(digit)]))
    return events + [(1, ALT, 0), SYN]


def read(events: "list[tuple[int, int, int]]", piece: int = 24) -> "list[bytes]":
    data = b"".join([struct.pack("<qqHHi", 1, 2, kind, code, value) for kind, code, value in events])
    decoder = KeyDecoder()
    found: "list[bytes]" = []
    for at in range(0, len(data), piece):
        for item in decoder.feed(data[at : at + piece]):
            if isinstance(item, Code):
                found.append(item.data)
    return found


class Keys(unittest.TestCase):
    def test_keys_with_and_without_modifiers(self) -> None:
        events = press(2) + press(30) + press(30, SHIFT) + press(27, CTRL) + press(5, SHIFT) + press(ENTER)
        for piece in (1, 7, 24, 1000):
            self.assertEqual(read(events, piece), [b"1aA\x1d$"])

    def test_numbers_with_alt(self) -> None:
        self.assertEqual(read(alt("083") + alt("029") + alt("35760") + press(96)), ["S\x1d记".encode()])

    def test_what_cannot_be_told(self) -> None:
        for bad in (press(59), alt("55296"), alt("12345678"), [SYN_DROPPED, SYN]):
            self.assertEqual(read(press(2) + bad + press(3) + press(ENTER) + press(4) + press(ENTER)), [b"3"])


if __name__ == "__main__":
    unittest.main()
