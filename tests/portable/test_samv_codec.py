"""SAM-V frames: the documents' own examples, damage, and resynchronisation. Runs on CPython and MicroPython."""

import unittest
from binascii import unhexlify

from hal.drivers import samv_codec as codec
from hal.drivers import samv_status as status
from hal.errors import DeviceError

CARD_CODES = ["card.not_genuine", "card.wrong_type", "card.unreadable", "card.unreadable"]

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


def fingerprint_reply(fingerprint: bytes) -> bytes:
    return reply(0x90, unhexlify("01000400") + len(fingerprint).to_bytes(2, "big") + CITIZEN + PHOTO + fingerprint)


def seen(items: "list[Any]") -> "list[Any]":
    return [(item.sw3, item.data) if isinstance(item, codec.Frame) else item.reason for item in items]


class Commands(unittest.TestCase):
    def test_the_frames_of_the_documents(self) -> None:
        self.assertEqual(codec.RESET_SAM, unhexlify("AAAAAA9669000310FFEC"))
        self.assertEqual(codec.SAM_STATUS, unhexlify("AAAAAA9669000311FFED"))
        self.assertEqual(codec.READ_SAM_NUMBER, unhexlify("AAAAAA9669000312FFEE"))
        self.assertEqual(codec.FIND_CARD, unhexlify("AAAAAA96690003200122"))
        self.assertEqual(codec.SELECT_CARD, unhexlify("AAAAAA96690003200221"))
        self.assertEqual(codec.READ_TEXT_AND_PHOTO, unhexlify("AAAAAA96690003300132"))
        self.assertEqual(codec.READ_NEWEST_ADDRESS, unhexlify("AAAAAA96690003300330"))
        self.assertEqual(codec.READ_WITH_FINGERPRINT, unhexlify("AAAAAA96690003301023"))
        self.assertEqual(codec.command(0x61, 0xFF, b"\x50"), unhexlify("AAAAAA9669000461FF50CA"))

    def test_the_speeds(self) -> None:
        ends = [codec.change_baud(baud)[5:] for baud in (115200, 57600, 38400, 19200, 9600)]
        self.assertEqual(ends, [unhexlify("0003" + end) for end in ("600063", "600162", "600261", "600360", "600467")])


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
        for sw3, check in ((0x81, 0x85), (0x41, 0x45), (0x31, 0x35), (0x90, 0x94), (0x91, 0x95)):
            plain = unhexlify("AAAAAA966900040000") + bytes([sw3, check])
            self.assertEqual(seen(self.decoder.feed(plain)), [(sw3, b"")])

    def test_a_whole_card(self) -> None:
        frame = card_reply()
        self.assertEqual((len(frame), frame[-1], len(CITIZEN)), (1295, 0x10, 256))
        data = seen(self.decoder.feed(frame))[0][1]
        self.assertEqual(codec.card_blocks(data, False), (CITIZEN, PHOTO, b""))

    def test_a_whole_card_with_its_fingerprint(self) -> None:
        for size, total, check in ((0, 1297, 0x12), (512, 1809, 0x12), (1024, 2321, 0x1A)):
            frame = fingerprint_reply(bytes(size))
            self.assertEqual((len(frame), frame[-1]), (total, check))
            data = seen(self.decoder.feed(frame))[0][1]
            self.assertEqual(codec.card_blocks(data, True), (CITIZEN, PHOTO, bytes(size)))

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

    def test_the_time_out_reply_of_a_front_end_does_not_eat_into_the_next_frame(self) -> None:
        for rest in ("", "05", "0505", "0500"):
            gave_up = unhexlify("AAAAAA9669000505050505"[:20] + rest)
            self.assertEqual(seen(self.decoder.feed(gave_up + NO_CARD)), ["gave up", (0x80, b"")])
            pieces = [self.decoder.feed(bytes([byte])) for byte in gave_up + NO_CARD]
            self.assertEqual(seen([item for items in pieces for item in items]), ["gave up", (0x80, b"")])

    def test_what_is_unfinished(self) -> None:
        self.assertFalse(self.decoder.unfinished())
        self.decoder.feed(b"\x00\x00\x00\x00\x00\x00" + codec.PREAMBLE[:4])
        self.assertFalse(self.decoder.unfinished())
        self.decoder.feed(FIND_OK[4:8])
        self.assertTrue(self.decoder.unfinished())
        self.decoder.feed(FIND_OK[8:])
        self.assertFalse(self.decoder.unfinished())

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
                codec.card_blocks(bad, False)

    def test_other_lengths_with_a_fingerprint_are_refused(self) -> None:
        good = fingerprint_reply(bytes(512))[10:-1]
        odd = fingerprint_reply(bytes(100))[10:-1]
        for bad in (b"", b"\x01", good[:6], good[:-1], good + b"\x00", odd, card_reply()[10:-1]):
            with self.assertRaises(DeviceError):
                codec.card_blocks(bad, True)
        with self.assertRaises(DeviceError):
            codec.card_blocks(good, False)

    def test_the_number_of_a_module(self) -> None:
        data = unhexlify("05000300A63A340187D6120079384E05")
        self.assertEqual(codec.sam_number(data), "05.03-20200102-0001234567-0089012345")
        self.assertEqual(codec.sam_number(b"\xff" * 16), "65535.65535-4294967295-4294967295-4294967295")
        self.assertEqual(codec.sam_number(bytes(16)), "00.00-0-0000000000-0000000000")


class WhatAnswersWhat(unittest.TestCase):
    COMMANDS = (
        codec.FIND_CARD,
        codec.SELECT_CARD,
        codec.READ_TEXT_AND_PHOTO,
        codec.READ_WITH_FINGERPRINT,
        codec.READ_NEWEST_ADDRESS,
        codec.READ_SAM_NUMBER,
        codec.SAM_STATUS,
    )

    def answered(self, sw3: int, size: int) -> "list[int]":
        frame = codec.Frame(0, 0, sw3, bytes(size))
        return [at for at, command in enumerate(self.COMMANDS) if codec.answers(command, frame)]

    def test_replies_are_told_apart_by_their_shape(self) -> None:
        self.assertEqual(self.answered(0x9F, 4), [0])
        self.assertEqual(self.answered(0x90, 8), [1, 4, 6])
        self.assertEqual(self.answered(0x90, 1284), [2, 3])
        self.assertEqual(self.answered(0x90, 70), [4])
        self.assertEqual(self.answered(0x90, 16), [4, 5])

    def test_a_refusal_answers_anything(self) -> None:
        for sw3 in (0x10, 0x21, 0x41, 0x60, 0x80, 0x91):
            self.assertEqual(len(self.answered(sw3, 0)), len(self.COMMANDS))


class Statuses(unittest.TestCase):
    def test_in_words(self) -> None:
        self.assertEqual(status.meaning(0x41), "reading failed")
        self.assertEqual(status.meaning(0x07), "undocumented status 07")
        self.assertEqual(codec.Frame(0x69, 0x82, 0x41, b"").words(), "reading failed (69 82 41)")

    def test_what_they_mean_for_the_work(self) -> None:
        self.assertEqual([sw3 for sw3 in range(256) if status.is_fault(sw3)], [0x60, 0x66])
        self.assertEqual([sw3 for sw3 in range(256) if status.is_garbled(sw3)], [0x10, 0x11])
        self.assertEqual([status.card_code(sw3) for sw3 in (0x33, 0x40, 0x80, 0x07)], CARD_CODES)
        self.assertEqual([status.find_code(sw3) for sw3 in (0x33, 0x40, 0x80, 0x07)], CARD_CODES[:2] + ["", ""])


if __name__ == "__main__":
    unittest.main()
