"""ESC/POS jobs and answers. Runs on CPython and MicroPython."""

import unittest
from binascii import unhexlify

from hal.drivers import escpos_codec as codec
from hal.drivers import escpos_status as answers
from hal.ports import CENTRE, NO, UNKNOWN, YES, PrintCut, PrintFeed, PrintLine, PrintQr

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Job = list[PrintLine | PrintQr | PrintFeed | PrintCut]

START = b"\x1b@\x1da\x00\x1c&"


def seen(items: "list[answers.RealTime | answers.Automatic | answers.Buffered]") -> "list[tuple[str, int | bytes]]":
    """Kind and value of each of `items`."""
    out: "list[tuple[str, int | bytes]]" = []
    for item in items:
        if isinstance(item, answers.RealTime):
            out.append(("real time", item.value))
        elif isinstance(item, answers.Buffered):
            out.append(("buffered", item.value))
        else:
            out.append(("automatic", item.data))
    return out


class Jobs(unittest.TestCase):
    def test_a_line(self) -> None:
        self.assertEqual(
            codec.encode_job([PrintLine("药", 2, True, CENTRE)]), [START + b"\x1d!\x11\x1bE\x01\x1ba\x01\xd2\xa9\n"]
        )
        self.assertEqual(codec.encode_job([PrintLine("A")]), [START + b"A\n"])

    def test_a_style_is_commanded_when_it_changes(self) -> None:
        job: "Job" = [
            PrintLine("A", 2),
            PrintLine("B", 2, True),
            PrintLine("C", 2, True),
            PrintLine("D"),
            PrintLine("E"),
        ]
        want = [START + b"\x1d!\x11A\n", b"\x1bE\x01B\n", b"C\n", b"\x1d!\x00\x1bE\x00D\n", b"E\n"]
        self.assertEqual(codec.encode_job(job), want)
        self.assertEqual(codec.encode_job(job), want)  # each job begins anew

    def test_a_qr_code_leaves_the_printer_centred(self) -> None:
        pieces = codec.encode_job([PrintQr("A"), PrintQr("B"), PrintLine("C", 1, False, CENTRE), PrintLine("D")])
        self.assertEqual([piece.count(b"\x1ba") for piece in pieces], [1, 0, 0, 1])
        self.assertEqual(pieces[2:], [b"C\n", b"\x1ba\x00D\n"])

    def test_feed_and_cut(self) -> None:
        self.assertEqual(codec.encode_job([PrintFeed(3), PrintCut()]), [START + b"\x1bd\x03", b"\x1dVB\x00"])

    def test_a_qr_code(self) -> None:
        before = "1B6101" + "1D286B040031413200" + "1D286B0300314306" + "1D286B0300314531" + "1D286B0600315030"
        want = unhexlify(before) + b"ABC" + unhexlify("1D286B0300315130")
        self.assertEqual(codec.encode_job([PrintQr("ABC")]), [START + want])

    def test_a_long_qr_code_gets_smaller_modules(self) -> None:
        data = codec.encode_job([PrintQr("x" * 300)])[0]
        self.assertTrue(b"\x1d(k\x03\x001C\x04" in data)
        self.assertTrue(b"\x1d(k\x2f\x011P0xx" in data)

    def test_nothing_in_a_text_becomes_a_command(self) -> None:
        text = "a\x1b@\x10\x04\x01\x1dV\x00\nb\tc\x7f\x85\x9b\u2028d"
        self.assertEqual(codec.encode_job([PrintLine(text)]), [START + b"a@V b c  d\n"])

    def test_yen(self) -> None:
        self.assertEqual(codec.encode_job([PrintLine("\u00a51")]), [START + b"\xa3\xa41\n"])

    def test_what_cannot_be_printed_is_refused(self) -> None:
        bad: "list[Any]" = [
            PrintLine("x", 3),
            PrintLine("x", 1, False, "middle"),
            PrintFeed(256),
            PrintFeed(-1),
            PrintQr(""),
        ]
        bad.extend([PrintQr("药"), PrintQr("a\nb"), PrintQr("x" * 1126), "text"])
        for item in bad:
            with self.assertRaises(codec.JobRefused):
                codec.encode_job([item])
        with self.assertRaises(codec.JobRefused):
            codec.encode_job([])

    def test_requests(self) -> None:
        self.assertEqual(codec.status_request(answers.PAPER), b"\x10\x04\x04")
        self.assertEqual(codec.PROOF_REQUEST, b"\x1d\x72\x01")


class Groups(unittest.TestCase):
    def test_small_ones_first_and_none_too_long(self) -> None:
        pieces = [bytes([65 + number % 26]) * 30 for number in range(40)]
        groups = codec.grouped(pieces, 125)
        self.assertEqual([len(group) for group in groups], [30] * 6 + [60, 60, 90, 120] + [120] * 5 + [90])
        self.assertEqual(b"".join(groups), b"".join(pieces))

    def test_a_long_piece_stands_alone(self) -> None:
        groups = codec.grouped([b"a" * 90, b"b" * 20, b"c" * 1000, b"d", b"e"], 125)
        self.assertEqual(groups, [b"a" * 90, b"b" * 20, b"c" * 1000, b"de"])

    def test_a_piece_is_never_cut(self) -> None:
        pieces = codec.encode_job([PrintLine("药" * 15), PrintQr("x" * 200), PrintFeed(29), PrintCut()] * 9)
        for largest in (1, 50, 125, 10000):
            ends: "set[int]" = set()
            size = 0
            for piece in pieces:
                size += len(piece)
                ends.add(size)
            size = 0
            for group in codec.grouped(pieces, largest):
                size += len(group)
                self.assertTrue(size in ends)
            self.assertEqual(b"".join(codec.grouped(pieces, largest)), b"".join(pieces))


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

    def test_flow_control_blocks_and_noise_are_dropped(self) -> None:
        noise = b"\x11\x13\xff\x80\x21\x61" + b"\x5fMaker\x01\x0200\x00"
        self.assertEqual(seen(self.decoder.feed(noise + b"\x12")), [("real time", 0x12)])

    def test_a_block_without_end_ends(self) -> None:
        self.decoder.feed(b"\x5f" + b"A" * 100)
        self.assertEqual(seen(self.decoder.feed(b"\x12")), [("real time", 0x12)])

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
        self.assertEqual(answers.status_of(0x1A, 0x16, None, 0x12).trouble(), "printer.cover_open")
        self.assertEqual(answers.status_of(0x1A, 0x32, None, 0x12).trouble(), "printer.paper_out")
        self.assertEqual(answers.status_of(0x12, 0x12, None, 0x72).trouble(), "printer.paper_out")
        self.assertEqual(answers.status_of(0x1A, 0x52, None, 0x12).trouble(), "printer.error")
        self.assertEqual(answers.status_of(0x1A, 0x12, 0x52, 0x12).trouble(), "printer.error")
        self.assertEqual(answers.status_of(0x1A, 0x12, 0x12, 0x12).trouble(), "printer.offline")
        self.assertEqual(answers.status_of(0x12, 0x12, None, 0x1E).paper_low, YES)

    def test_silence_is_unknown(self) -> None:
        status = answers.status_of(None, None, None, None)
        self.assertEqual((status.online, status.paper, status.cover_open), (UNKNOWN, UNKNOWN, UNKNOWN))
        self.assertEqual(answers.status_of(0x12, 0x12, None, None).paper, UNKNOWN)
        self.assertEqual(status.trouble(), "")

    def test_when_to_ask_for_the_cause_of_an_error(self) -> None:
        self.assertFalse(answers.needs_error_cause(0x12, 0x12))
        self.assertFalse(answers.needs_error_cause(0x1A, 0x16))
        self.assertFalse(answers.needs_error_cause(0x1A, 0x32))
        self.assertTrue(answers.needs_error_cause(0x1A, 0x12))
        self.assertTrue(answers.needs_error_cause(0x12, 0x52))


if __name__ == "__main__":
    unittest.main()
