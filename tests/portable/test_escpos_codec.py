"""ESC/POS jobs as bytes. Runs on CPython and MicroPython."""

import unittest
from binascii import unhexlify

from hal.drivers import escpos_codec as codec
from hal.drivers import escpos_symbols as symbols
from hal.ports import CENTRE, RIGHT, PrintBarcode, PrintCut, PrintFeed, PrintLine, PrintQr, PrintRule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from hal.ports import PrintElement

START = b"\x1b@\x1c&"


def profile(**different: "Any") -> "dict[str, Any]":
    """A 58 mm printer."""
    made: "dict[str, Any]" = {"columns": 32, "dots": 384, "code_set": "gb18030", "qr": "command", "cutter": True}
    made.update(different)
    return made


def encoded(*job: "PrintElement", **different: "Any") -> "list[bytes]":
    """The pieces of a job, without the start."""
    pieces = codec.encode_job(list(job), profile(**different), small_qr)
    assert pieces[0].startswith(START)
    pieces[0] = pieces[0][len(START) :]
    return pieces


def small_qr(text: str) -> "list[bytes]":
    """Stands for the drawing of a QR code: as many rows and modules as `text` has characters."""
    return [bytes([(row + at) % 2 for at in range(len(text))]) for row in range(len(text))]


class Lines(unittest.TestCase):
    def test_a_line(self) -> None:
        self.assertEqual(encoded(PrintLine("药", 2, True, CENTRE)), [b"\x1d!\x11\x1bE\x01\x1ba\x01\xd2\xa9\n"])
        self.assertEqual(encoded(PrintLine("A")), [b"A\n"])
        self.assertEqual(encoded(PrintLine("A", 1, False, RIGHT)), [b"\x1ba\x02A\n"])
        self.assertEqual(codec.encode_job([PrintLine("A")], profile()), [START + b"A\n"])

    def test_status_is_called_back_where_it_comes_unasked(self) -> None:
        job: "list[PrintElement]" = [PrintLine("A")]
        self.assertEqual(codec.encode_job(job, profile(), None, True), [b"\x1b@\x1da\x00\x1c&A\n"])

    def test_sizes(self) -> None:
        for scale in range(2, 9):
            want = b"\x1d!" + bytes([(scale - 1) * 16 + scale - 1]) + b"A\n"
            self.assertEqual(encoded(PrintLine("A", scale)), [want])

    def test_a_style_is_commanded_when_it_changes(self) -> None:
        job: "list[PrintElement]" = [
            PrintLine("A", 2),
            PrintLine("B", 2, True),
            PrintLine("C", 2, True),
            PrintLine("D"),
            PrintLine("E"),
        ]
        want = [b"\x1d!\x11A\n", b"\x1bE\x01B\n", b"C\n", b"\x1d!\x00\x1bE\x00D\n", b"E\n"]
        self.assertEqual(encoded(*job), want)
        self.assertEqual(encoded(*job), want)  # each job begins anew

    def test_a_rule_is_as_wide_as_the_paper_and_plain(self) -> None:
        self.assertEqual(encoded(PrintRule()), [b"-" * 32 + b"\n"])
        self.assertEqual(encoded(PrintRule(), columns=48), [b"-" * 48 + b"\n"])
        pieces = encoded(PrintLine("A", 2, True, CENTRE), PrintRule(), PrintLine("B", 1, False, CENTRE))
        self.assertEqual(pieces[1:], [b"\x1d!\x00\x1bE\x00" + b"-" * 32 + b"\n", b"B\n"])

    def test_feed_and_cut(self) -> None:
        self.assertEqual(encoded(PrintFeed(3), PrintCut()), [b"\x1bd\x03", b"\x1dVB\x18"])
        self.assertEqual(encoded(PrintFeed(3), PrintCut(), cutter=False), [b"\x1bd\x03", b"\x1bd\x04"])

    def test_nothing_in_a_text_becomes_a_command(self) -> None:
        text = "a\x1b@\x10\x04\x01\x1dV\x00\nb\tc\x7f\x85\x9b\u2028d"
        self.assertEqual(encoded(PrintLine(text)), [b"a@V b c  d\n"])

    def test_both_yen_signs(self) -> None:
        self.assertEqual(encoded(PrintLine("\u00a51 \uffe52")), [b"\xa3\xa41 \xa3\xa42\n"])

    def test_code_sets(self) -> None:
        title = PrintLine("医保结算单")
        rare = PrintLine("\u3400\U00020000\ue000A")
        self.assertEqual(encoded(title), [unhexlify("D2BDB1A3BDE1CBE3B5A5") + b"\n"])
        self.assertEqual(encoded(title, code_set="gbk"), [unhexlify("D2BDB1A3BDE1CBE3B5A5") + b"\n"])
        self.assertEqual(encoded(rare)[0][:8], unhexlify("8139EE3995328236"))
        self.assertEqual(encoded(rare, code_set="gbk"), [b"\xa1\xfe\xa1\xfe\xa1\xfeA\n"])

    def test_what_cannot_be_printed_is_refused(self) -> None:
        bad: "list[Any]" = [
            PrintLine("x", 0),
            PrintLine("x", 9),
            PrintLine("x", 1, False, "middle"),
            PrintFeed(256),
            PrintFeed(-1),
            PrintQr(""),
            PrintBarcode(""),
            PrintBarcode("x" * 21),
            PrintBarcode("药"),
        ]
        bad.extend([PrintQr("药"), PrintQr("a\nb"), PrintQr("x" * 1126), "text"])
        for item in bad:
            with self.assertRaises(codec.JobRefused):
                codec.encode_job([item], profile())
        with self.assertRaises(codec.JobRefused):
            codec.encode_job([], profile())
        with self.assertRaises(codec.JobRefused):
            codec.encode_job([PrintQr("x" * 190)], profile(qr="image"), small_qr)

    def test_requests(self) -> None:
        self.assertEqual(codec.status_request(4), b"\x10\x04\x04")
        self.assertEqual(codec.PROOF_REQUEST, b"\x1d\x72\x01")
        self.assertEqual(codec.named_request(b"aB 9"), unhexlify("1D284806003030") + b"aB 9")
        self.assertEqual(len(codec.named_request(b"aB 9")), codec.NAMED_REQUEST_SIZE)
        self.assertEqual(codec.identity_request(codec.MAKER), b"\x1d\x49\x42")
        self.assertEqual(codec.identity_request(codec.MODEL), b"\x1d\x49\x43")
        self.assertEqual(codec.RETRY, b"\x10\x05\x01")


class QrCodes(unittest.TestCase):
    def test_by_command(self) -> None:
        before = "1B6101" + "1D286B0300314306" + "1D286B0300314531" + "1D286B0600315030"
        want = unhexlify(before) + b"ABC" + unhexlify("1D286B0300315130")
        self.assertEqual(encoded(PrintQr("ABC")), [want])

    def test_it_leaves_the_printer_centred(self) -> None:
        pieces = encoded(PrintQr("A"), PrintQr("B"), PrintLine("C", 1, False, CENTRE), PrintLine("D"))
        self.assertEqual([piece.count(b"\x1ba") for piece in pieces], [1, 0, 0, 1])
        self.assertEqual(pieces[2:], [b"C\n", b"\x1ba\x00D\n"])

    def test_a_long_one_gets_smaller_modules(self) -> None:
        for size, dots, module in ((213, 384, 6), (214, 384, 4), (505, 384, 3), (505, 576, 4), (1125, 192, 1)):
            self.assertTrue(b"\x1d(k\x03\x001C" + bytes([module]) in encoded(PrintQr("x" * size), dots=dots)[0])
        self.assertTrue(b"\x1d(k\x2f\x011P0xx" in encoded(PrintQr("x" * 300))[0])

    def test_as_a_picture_in_strips(self) -> None:
        pieces = encoded(PrintQr("abc"), PrintLine("A", 1, False, CENTRE), qr="image")
        head = unhexlify("1D76300302000400")  # doubled both ways, 2 bytes wide, 4 dots high
        odd, even = unhexlify("0F00") * 4, unhexlify("F0F0") * 4
        self.assertEqual(pieces, [b"\x1ba\x01" + head + odd, head + even, head + odd, b"A\n"])

    def test_modules_as_large_as_the_paper_allows(self) -> None:
        for modules, dots, mode, wide, high in (
            (25, 384, 3, 4, 4),
            (57, 384, 3, 2, 2),
            (57, 576, 3, 4, 4),
            (125, 384, 2, 2, 1),
        ):
            strips = symbols.qr_strips([bytes([1]) * modules] * modules, dots)
            self.assertEqual(len(strips), modules)
            size = (modules * wide + 7) // 8
            self.assertEqual(strips[0][:8], b"\x1dv0" + bytes([mode, size, 0, high, 0]))
            self.assertEqual(len(strips[0]), 8 + size * high)
        self.assertEqual(symbols.qr_strips([b"\x01" * 125] * 125, 192), [])


class BarCodes(unittest.TestCase):
    def test_digits_go_in_pairs(self) -> None:
        want = unhexlify("1D6850" + "1D7702" + "1D4802" + "1D6B490D") + b"{C\x14\x1a\x01\x01{B-{C\x00\x07"
        self.assertEqual(encoded(PrintBarcode("20260101-0007")), [b"\x1ba\x01" + want])
        trace = encoded(PrintBarcode("81000171234567890123"))[0]
        self.assertTrue(trace.endswith(b"\x1dkI\x0c{C" + bytes([81, 0, 1, 71, 23, 45, 67, 89, 1, 23])))

    def test_code_sets(self) -> None:
        for text, want in (
            ("A", b"{BA"),
            ("123", b"{B123"),
            ("1234", b"{C\x0c\x22"),
            ("12345", b"{C\x0c\x22{B5"),
            ("A1234", b"{BA{C\x0c\x22"),
            ("A1234B", b"{BA1234B"),
            ("A123456B", b"{BA{C\x0c\x22\x38{BB"),
            ("a{b", b"{Ba{{b"),
        ):
            self.assertTrue(symbols.bar_code(text, 576).endswith(b"\x1dkI" + bytes([len(want)]) + want))

    def test_bars_as_wide_as_the_paper_allows(self) -> None:
        self.assertTrue(b"\x1dw\x03" in symbols.bar_code("1234", 384))
        self.assertTrue(b"\x1dw\x02" in symbols.bar_code("20260101-0007", 384))
        self.assertTrue(b"\x1dw\x03" in symbols.bar_code("20260101-0007", 576))

    def test_one_that_is_too_wide_stands_there_as_text(self) -> None:
        self.assertEqual(encoded(PrintBarcode("ABCDEFGHIJKLMN")), [b"\x1ba\x01ABCDEFGHIJKLMN\n"])
        self.assertTrue(b"\x1dk" in encoded(PrintBarcode("ABCDEFGHIJKLMN"), dots=576)[0])

    def test_no_real_time_command_stands_in_it(self) -> None:
        for text in ("160401", "2016040100", "A160501B", "162001", "16041604160416041604"):
            drawn = symbols.bar_code(text, 576)
            self.assertTrue(b"\x1dk" in drawn)
            for command in (b"\x10\x04", b"\x10\x05", b"\x10\x14"):
                self.assertFalse(command in drawn)


class Groups(unittest.TestCase):
    def test_each_no_longer_than_the_line_can_bring_in_time(self) -> None:
        pieces = [bytes([65 + number % 26]) * 30 for number in range(40)]
        groups = codec.grouped(pieces, 189, 1950, 1300)  # half as fast again: a third of what went before
        self.assertEqual([len(group) for group in groups][:12], [30] * 6 + [60, 60, 90, 120, 150, 180])
        self.assertEqual(b"".join(groups), b"".join(pieces))

    def test_a_fast_line_has_few_groups_and_a_slow_one_many(self) -> None:
        pieces = [bytes([65 + number % 26]) * 30 for number in range(20)]
        self.assertEqual([len(group) for group in codec.grouped(pieces, 189, 11520, 1300)], [30, 150, 180, 180, 60])
        self.assertEqual([len(group) for group in codec.grouped(pieces, 189, 0, 1300)], [30, 180, 180, 180, 30])
        for line_bytes_s in (960, 1300):
            self.assertEqual(codec.grouped(pieces, 189, line_bytes_s, 1300), pieces)

    def test_a_long_piece_and_a_strip_of_a_picture_stand_alone(self) -> None:
        groups = codec.grouped([b"a" * 90, b"b" * 20, b"c" * 1000, b"d", b"e"], 125, 0, 1300)
        self.assertEqual(groups, [b"a" * 90, b"b" * 20, b"c" * 1000, b"de"])
        strip = b"\x1dv0\x03\x01\x00\x01\x00\xff"
        self.assertEqual(
            codec.grouped([b"a", b"b", strip, strip, b"c", b"d"], 125, 0, 9), [b"a", b"b", strip, strip, b"cd"]
        )

    def test_a_piece_is_never_cut(self) -> None:
        job: "list[PrintElement]" = [PrintLine("药" * 15), PrintQr("x" * 200), PrintFeed(29), PrintCut()]
        pieces = codec.encode_job(job * 9, profile())
        for largest in (1, 50, 125, 10000):
            ends: "set[int]" = set()
            size = 0
            for piece in pieces:
                size += len(piece)
                ends.add(size)
            size = 0
            for group in codec.grouped(pieces, largest, 11520, 1300):
                size += len(group)
                self.assertTrue(size in ends)
            self.assertEqual(b"".join(codec.grouped(pieces, largest, 11520, 1300)), b"".join(pieces))


if __name__ == "__main__":
    unittest.main()
