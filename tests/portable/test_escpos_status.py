"""What ESC/POS printers answer. Runs on CPython and MicroPython."""

import unittest
from binascii import unhexlify

from hal.drivers import escpos_status as answers
from hal.drivers.escpos_words import status_in_words
from hal.ports import NO, UNKNOWN, YES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hal.drivers.escpos_status import Reply


def seen(items: "list[Reply]") -> "list[tuple[str, int | bytes]]":
    """Kind and value of each of `items`."""
    out: "list[tuple[str, int | bytes]]" = []
    for item in items:
        if isinstance(item, answers.RealTime):
            out.append(("real time", item.value))
        elif isinstance(item, answers.Buffered):
            out.append(("buffered", item.value))
        elif isinstance(item, answers.Block):
            out.append(("block", item.data))
        else:
            out.append(("automatic", item.data))
    return out


class Answers(unittest.TestCase):
    def setUp(self) -> None:
        self.decoder = answers.ReplyDecoder()

    def test_three_kinds_in_one_stream(self) -> None:
        stream = unhexlify("12" + "1400000F" + "00" + "1A" + "1020000F" + "03")
        want = [("real time", 0x12), ("automatic", b"\x14\x00\x00\x0f"), ("buffered", 0)]
        want.extend([("real time", 0x1A), ("automatic", b"\x10\x20\x00\x0f"), ("buffered", 3)])
        self.assertEqual(seen(self.decoder.feed(stream)), want)
        found = []
        for byte in stream:
            found.extend(self.decoder.feed(bytes([byte])))
        self.assertEqual(seen(found), want)

    def test_real_time_between_the_bytes_of_automatic_status(self) -> None:
        found = self.decoder.feed(unhexlify("140012000F"))
        self.assertEqual(seen(found), [("real time", 0x12), ("automatic", b"\x14\x00\x00\x0f")])

    def test_samples_of_automatic_status(self) -> None:
        samples = ("1400000F", "3800000F", "1800000C", "18080000", "1840000F", "1000030F")
        for sample in samples:
            self.assertEqual(seen(self.decoder.feed(unhexlify(sample))), [("automatic", unhexlify(sample))])
        self.assertEqual(repr(self.decoder.feed(unhexlify(samples[0]))), "[Automatic(1400000f)]")

    def test_flow_control_and_noise_are_dropped(self) -> None:
        noise = b"\x11\x13\xff\x80\x21\x61\x01\x02\x04\x0d"
        self.assertEqual(seen(self.decoder.feed(noise + b"\x12\x11\x00")), [("real time", 0x12), ("buffered", 0)])

    def test_only_what_gs_r_can_answer_is_a_proof(self) -> None:
        found = self.decoder.feed(bytes(range(0x10)))
        self.assertEqual(seen(found), [("buffered", 0), ("buffered", 3), ("buffered", 12), ("buffered", 15)])
        ends = [item.paper_end for item in found if isinstance(item, answers.Buffered)]
        self.assertEqual(ends, [False, False, True, True])

    def test_blocks(self) -> None:
        maker, name = self.decoder.feed(b"\x5fACME 58\x00\x37\x22abCD\x00")
        assert isinstance(maker, answers.Block)
        assert isinstance(name, answers.Block)
        self.assertEqual((maker.text(), maker.name()), ("ACME 58", b""))
        self.assertEqual((name.text(), name.name()), ("", b"abCD"))
        self.assertEqual(repr(name), "Block(372261624344)")

    def test_a_name_has_four_characters(self) -> None:
        for block in (b"\x37\x22abc\x00", b"\x37\x22abcde\x00", b"\x37\x21abcd\x00", b"\x3d\x22abcd\x00"):
            (item,) = self.decoder.feed(block)
            assert isinstance(item, answers.Block)
            self.assertEqual(item.name(), b"")

    def test_a_name_cut_into_single_bytes(self) -> None:
        found = []
        for byte in b"\x37\x22wxyz\x00":
            found.extend(self.decoder.feed(bytes([byte])))
        self.assertEqual(seen(found), [("block", b"\x37\x22wxyz")])

    def test_real_time_and_flow_control_within_a_block(self) -> None:
        found = self.decoder.feed(b"\x37\x22ab\x12\x13cd\x00")
        self.assertEqual(seen(found), [("real time", 0x12), ("block", b"\x37\x22abcd")])

    def test_a_block_that_breaks_off(self) -> None:
        self.assertEqual(seen(self.decoder.feed(b"\x5fMa\x14\x00\x00\x0f")), [("automatic", b"\x14\x00\x00\x0f")])
        self.assertEqual(seen(self.decoder.feed(b"\x5fMa\xffb\x00")), [("buffered", 0)])

    def test_a_block_without_end_ends(self) -> None:
        self.decoder.feed(b"\x5f" + b"A" * 100)
        self.assertEqual(seen(self.decoder.feed(b"\x12\x00")), [("real time", 0x12), ("buffered", 0)])

    def test_reset(self) -> None:
        self.decoder.feed(b"\x14\x00")
        self.decoder.reset()
        self.assertEqual(seen(self.decoder.feed(b"\x00")), [("buffered", 0)])


class Status(unittest.TestCase):
    def test_well(self) -> None:
        status = answers.status_of(0x12, 0x12, None, 0x12)
        self.assertEqual((status.online, status.paper, status.paper_low), (YES, YES, NO))
        self.assertEqual((status.cover_open, status.error, status.trouble()), (NO, NO, ""))

    def test_troubles(self) -> None:
        for printer, offline, error, paper, code in (
            (0x1A, 0x16, 0x12, 0x12, "cover_open"),
            (0x1A, 0x32, 0x12, 0x72, "paper_out"),
            (0x1A, 0x32, None, 0x7E, "paper_out"),
            (0x12, 0x12, None, 0x72, "paper_out"),
            (0x1A, 0x52, 0x1A, 0x12, "cutter"),
            (0x1A, 0x52, 0x52, 0x12, "overheated"),
            (0x1A, 0x56, 0x52, 0x12, "cover_open"),
            (0x1A, 0x52, 0x32, 0x12, "error"),
            (0x1A, 0x52, 0x16, 0x12, "error"),
            (0x1A, 0x52, None, 0x12, "error"),
            (0x1A, 0x12, 0x12, 0x12, "offline"),
        ):
            self.assertEqual(answers.status_of(printer, offline, error, paper).trouble(), "printer." + code)
        for printer, offline, error, paper in ((0x16, 0x12, 0x12, 0x12), (0x12, 0x1A, 0x12, 0x1E)):
            self.assertEqual(answers.status_of(printer, offline, error, paper).trouble(), "")

    def test_paper(self) -> None:
        for value, paper, low in ((0x12, YES, NO), (0x1E, YES, YES), (0x7E, NO, YES), (0x72, NO, NO)):
            status = answers.status_of(0x12, 0x12, 0x12, value)
            self.assertEqual((status.paper, status.paper_low), (paper, low))

    def test_causes_of_an_error(self) -> None:
        for value, error, cutter, hot in (
            (0x12, NO, NO, NO),
            (0x16, YES, NO, NO),
            (0x1A, YES, YES, NO),
            (0x32, YES, NO, NO),
            (0x52, YES, NO, YES),
        ):
            status = answers.status_of(0x12, 0x12, value, 0x12)
            self.assertEqual((status.error, status.cutter_error, status.overheated), (error, cutter, hot))
        self.assertEqual(answers.status_of(0x1A, 0x56, 0x52, 0x12).overheated, UNKNOWN)

    def test_silence_is_unknown(self) -> None:
        status = answers.status_of(None, None, None, None)
        self.assertEqual((status.online, status.paper, status.cover_open), (UNKNOWN, UNKNOWN, UNKNOWN))
        self.assertEqual(answers.status_of(0x12, 0x12, None, None).paper, UNKNOWN)
        self.assertEqual(status.trouble(), "")


class Words(unittest.TestCase):
    def test_each_bit(self) -> None:
        found = []
        for kind in (1, 2, 3, 4):
            for value in (0x12, 0x16, 0x1A, 0x32, 0x52, 0x1E, 0x72, 0x7E):
                for words, answer in status_in_words({kind: value}):
                    if answer == YES and words not in found:
                        found.append(words)
        self.assertEqual(sorted(found), sorted([words for words, _ in status_in_words({})]))
        for words in ("offline", "cover open", "cutter error", "paper near its end"):
            self.assertTrue(words in found)

    def test_yes_no_and_unknown(self) -> None:
        facts = status_in_words({1: 0x1A, 2: 0x12})
        self.assertEqual([answer for _, answer in facts], [NO, YES, NO, NO] + [NO] * 4 + [UNKNOWN] * 6)


if __name__ == "__main__":
    unittest.main()
