"""GM65 commands, replies and codes in one stream. Runs on CPython and MicroPython."""

import unittest
from binascii import unhexlify

from hal.drivers import gm65_codec as codec
from hal.drivers import text_codec

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

ACK = unhexlify("02000001003331")
ZONE_IS_3E = unhexlify("020000013EE4AC")


def seen(items: "list[Any]") -> "list[Any]":
    out: "list[Any]" = []
    for item in items:
        if isinstance(item, text_codec.Code):
            out.append(item.data)
        elif isinstance(item, codec.Reply):
            out.append((item.done, item.data))
        else:
            out.append(item.reason)
    return out


class Commands(unittest.TestCase):
    def test_the_frames_of_the_manual(self) -> None:
        self.assertEqual(codec.read_zone(0x000A), unhexlify("7E000701000A01EE8A"))
        self.assertEqual(codec.write_zone(0x000A, 0x3E), unhexlify("7E000801000A3E4CCF"))
        self.assertEqual(codec.TRIGGER, unhexlify("7E000801000201ABCD"))
        self.assertEqual(codec.STOP[:7], unhexlify("7E000801000200"))
        self.assertEqual(codec.crc(unhexlify("0901000000")), unhexlify("DEC8"))

    def test_speeds(self) -> None:
        self.assertEqual(codec.read_zone(codec.ZONE_BAUD, 2), unhexlify("7E000701002A02D80F"))
        self.assertEqual(codec.write_baud(115200)[:-2], unhexlify("7E000802002A1A00"))
        self.assertEqual(codec.write_baud(9600)[6:8], unhexlify("3901"))
        self.assertEqual(codec.write_baud(57600)[6:8], unhexlify("3400"))

    def test_the_reset(self) -> None:
        self.assertEqual(codec.RESET[:-2], unhexlify("7E00080100D955"))


class Stream(unittest.TestCase):
    def setUp(self) -> None:
        self.decoder = codec.StreamDecoder()

    def test_replies(self) -> None:
        self.assertEqual(seen(self.decoder.feed(ACK + ZONE_IS_3E)), [(True, b"\x00"), (True, b"\x3e")])

    def test_a_refusal(self) -> None:
        body = b"\x01\x00"
        self.assertEqual(seen(self.decoder.feed(b"\x02\x00" + body + codec.crc(body))), [(False, b"")])

    def test_ack_and_code_split_anywhere(self) -> None:
        stream = ACK + b"81000171234567890123\r" + ACK + b"0106901234567892\x1d2112345\r"
        want = [(True, b"\x00"), b"81000171234567890123", (True, b"\x00"), b"0106901234567892\x1d2112345"]
        for cut in range(len(stream)):
            self.decoder = codec.StreamDecoder()
            found = self.decoder.feed(stream[:cut])
            found.extend(self.decoder.feed(stream[cut:]))
            self.assertEqual(seen(found), want)
            self.assertFalse(self.decoder.unfinished())

    def test_a_reply_may_contain_the_tail(self) -> None:
        body = b"\x00\x01\x0d"
        self.assertEqual(seen(self.decoder.feed(b"\x02\x00" + body + codec.crc(body))), [(True, b"\x0d")])

    def test_line_feeds_and_empty_records(self) -> None:
        self.assertEqual(seen(self.decoder.feed(b"\r\nA\r\nB\r\n\r")), [b"A", b"B"])

    def test_a_torn_reply_takes_the_code_behind_it_along(self) -> None:
        self.assertEqual(seen(self.decoder.feed(ACK[:4] + b"12345\rNEXT\r")), ["reply", b"NEXT"])
        self.assertEqual(seen(self.decoder.feed(ACK[:6] + b"\x00" + b"12345\rNEXT\r")), ["reply", b"NEXT"])
        self.assertEqual(seen(self.decoder.feed(ACK[2:] + b"12345\rNEXT\r")), ["control", b"NEXT"])
        self.assertEqual(seen(self.decoder.feed(b"\x02\rNEXT\r")), ["reply", b"NEXT"])

    def test_a_code_has_a_greatest_length(self) -> None:
        longest = b"7" * text_codec.LONGEST_CODE
        self.assertEqual(seen(self.decoder.feed(longest + b"\r")), [longest])
        self.assertEqual(seen(self.decoder.feed(longest + b"7\rNEXT\r")), ["too_long", b"NEXT"])

    def test_a_code_without_its_tail_does_not_swallow_the_reply_behind_it(self) -> None:
        self.assertEqual(seen(self.decoder.feed(b"123" + ACK)), ["control", (True, b"\x00")])
        self.assertTrue(self.decoder.unfinished())
        self.assertEqual(seen(self.decoder.feed(b"456\rNEXT\r")), [b"NEXT"])

    def test_a_damaged_length_swallows_no_codes(self) -> None:
        self.assertEqual(seen(self.decoder.feed(b"\x02\x00\x00\xff\x00\x33\x31\rNEXT\r")), ["reply", b"NEXT"])

    def test_reset(self) -> None:
        self.decoder.feed(b"123")
        self.assertTrue(self.decoder.unfinished())
        self.decoder.reset()
        self.assertEqual(seen(self.decoder.feed(b"456\r")), [b"456"])

    def test_repr_shows_no_code(self) -> None:
        self.assertEqual(repr(self.decoder.feed(b"4243754826\r")[0]), "Code(10 bytes)")


if __name__ == "__main__":
    unittest.main()
