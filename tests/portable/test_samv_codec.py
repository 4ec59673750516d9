"""SAM-V frames: the documents' own examples, damage, and resynchronisation. Runs on CPython and MicroPython."""

import unittest
from binascii import unhexlify

from hal.drivers import samv_codec as codec
from hal.errors import DeviceError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

FIND_OK = unhexlify("AAAAAA96690008" + "00009F0000000097")
NO_CARD = unhexlify("AAAAAA96690004" + "00008084")
CITIZEN = unhexlify(  # an invented person
    "205F094E200020002000200020002000200020002000200020002000200031003000310031003900340039003100320033003100"
    "D0670177D067025ED067BF53D0674795D0675167004EC47E3100F753200020002000200020002000200020002000200020002000"
    "20002000200020002000200020002000200031003100300031003000350031003900340039003100320033003100300030003200"
    "5800D067025E6C51895B405CD0670652405C2000200020002000200020002000320030003000360030003100300031007F951F67"
    "200020002000200020002000200020002000200020002000200020002000200020002000200020002000200020002000"
)
PHOTO = unhexlify("574C66007E00320000FF85") + bytes(1013)


def reply(sw3: int, data: bytes = b"") -> bytes:
    body = (len(data) + 4).to_bytes(2, "big") + bytes([0, 0, sw3]) + data
    check = 0
    for byte in body:
        check ^= byte
    return codec.PREAMBLE + body + bytes([check])


def card_reply() -> bytes:
    return reply(0x90, unhexlify("01000400") + CITIZEN + PHOTO)


def seen(items: "list[Any]") -> "list[Any]":
    return [(item.sw3, item.data) if isinstance(item, codec.Frame) else item.reason for item in items]


class Commands(unittest.TestCase):
    def test_the_frames_of_the_documents(self) -> None:
        self.assertEqual(codec.command(0x10, 0xFF), unhexlify("AAAAAA9669000310FFEC"))
        self.assertEqual(codec.SAM_STATUS, unhexlify("AAAAAA9669000311FFED"))
        self.assertEqual(codec.command(0x12, 0xFF), unhexlify("AAAAAA9669000312FFEE"))
        self.assertEqual(codec.FIND_CARD, unhexlify("AAAAAA96690003200122"))
        self.assertEqual(codec.SELECT_CARD, unhexlify("AAAAAA96690003200221"))
        self.assertEqual(codec.READ_TEXT_AND_PHOTO, unhexlify("AAAAAA96690003300132"))
        self.assertEqual(codec.READ_NEWEST_ADDRESS, unhexlify("AAAAAA96690003300330"))
        self.assertEqual(codec.command(0x61, 0xFF, b"\x50"), unhexlify("AAAAAA9669000461FF50CA"))


class Replies(unittest.TestCase):
    def setUp(self) -> None:
        self.decoder = codec.FrameDecoder()

    def test_the_frames_of_the_documents(self) -> None:
        self.assertEqual(seen(self.decoder.feed(FIND_OK)), [(0x9F, bytes(4))])
        self.assertEqual(seen(self.decoder.feed(NO_CARD)), [(0x80, b"")])
        select = unhexlify("AAAAAA9669000C00009000000000000000009C")
        self.assertEqual(seen(self.decoder.feed(select)), [(0x90, bytes(8))])
        number = unhexlify("AAAAAA9669001400009005000300A63A340187D6120079384E0562")
        self.assertEqual(seen(self.decoder.feed(number)), [(0x90, number[10:26])])

    def test_a_whole_card(self) -> None:
        frame = card_reply()
        self.assertEqual((len(frame), frame[-1], len(CITIZEN)), (1295, 0x10, 256))
        data = seen(self.decoder.feed(frame))[0][1]
        self.assertEqual(codec.text_and_photo(data), (CITIZEN, PHOTO))

    def test_byte_by_byte_and_merged(self) -> None:
        found: "list[Any]" = []
        for byte in FIND_OK + card_reply() + NO_CARD:
            found.extend(self.decoder.feed(bytes([byte])))
        self.assertEqual([item[0] for item in seen(found)], [0x9F, 0x90, 0x80])
        self.assertEqual([item[0] for item in seen(self.decoder.feed(FIND_OK + NO_CARD))], [0x9F, 0x80])

    def test_noise_and_a_longer_preamble(self) -> None:
        self.assertEqual(seen(self.decoder.feed(b"\x00\x69\x96\xaa\xaa\xaa\xaa" + NO_CARD)), [(0x80, b"")])

    def test_a_wrong_check_and_the_next_frame(self) -> None:
        broken = FIND_OK[:-1] + b"\x00"
        self.assertEqual(seen(self.decoder.feed(broken + NO_CARD)), ["checksum", (0x80, b"")])

    def test_lengths_that_no_reply_has(self) -> None:
        for length in ("0000", "0003", "090B", "FFFF"):
            head = codec.PREAMBLE + unhexlify(length)
            self.assertEqual(seen(self.decoder.feed(head + NO_CARD)), ["length", (0x80, b"")])

    def test_a_torn_card_does_not_swallow_the_next_frame_for_ever(self) -> None:
        items = self.decoder.feed(card_reply()[:700] + NO_CARD)
        self.assertEqual(items, [])
        items = self.decoder.feed(bytes(1300))
        self.assertEqual(seen(items), ["checksum", (0x80, b"")])

    def test_memory_is_bounded(self) -> None:
        for chunk in (codec.PREAMBLE + b"\x09\x0a", b"\xaa" * 64, bytes(64)):
            for _ in range(100):
                self.decoder.feed(chunk)
                self.assertTrue(len(self.decoder) <= codec.LONGEST + 7)

    def test_repr_shows_nothing_of_the_card(self) -> None:
        item = self.decoder.feed(card_reply())[0]
        self.assertEqual(repr(item), "Frame(90, 1284 bytes)")


class CardData(unittest.TestCase):
    def test_other_lengths_are_refused(self) -> None:
        good = card_reply()[10:-1]
        for bad in (b"", good[:-1], good + b"\x00", unhexlify("04000100") + good[4:], good[4:]):
            with self.assertRaises(DeviceError):
                codec.text_and_photo(bad)

    def test_meanings(self) -> None:
        self.assertEqual(codec.meaning(0x41), "reading failed")
        self.assertEqual(codec.meaning(0x23), "undocumented status 23")
        self.assertEqual([sw3 for sw3 in range(256) if codec.is_fault(sw3)], [0x60, 0x66])


if __name__ == "__main__":
    unittest.main()
