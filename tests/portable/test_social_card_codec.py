"""Commands and answers of the social security card, byte by byte. Runs on MicroPython, too."""

import unittest
from binascii import unhexlify

from hal.drivers import social_card_codec as codec
from hal.drivers.gb18030 import encode
from hal.drivers.gb18030_decode import decode
from hal.errors import DeviceError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

SELECT = unhexlify("00A404000F7378312E73682EC9E7BBE1B1A3D5CF")


def code_of(call: "Callable[..., Any]", *args: "Any") -> str:
    """The code of the DeviceError that `call` raises, or "" when it raises none."""
    try:
        call(*args)
    except DeviceError as error:
        return error.code
    return ""


def played(command: bytes, responses: "list[str]") -> "tuple[list[bytes], codec.Exchange]":
    """All commands that are sent when a card gives `responses`, and the exchange."""
    exchange = codec.Exchange(command)
    sent = []
    for response in responses:
        sent.append(exchange.command)
        exchange.feed(unhexlify(response))
    return sent, exchange


class Commands(unittest.TestCase):
    def test_as_they_are_published(self) -> None:
        self.assertEqual(codec.SELECT_APPLICATION, SELECT)
        self.assertEqual(codec.select_file(b"\xef\x05"), unhexlify("00A4020002EF05"))
        self.assertEqual(codec.select_file(b"\xef\x06", 0x00), unhexlify("00A4000002EF06"))
        self.assertEqual(codec.read_record(0x07, 9), unhexlify("00B207000B"))
        self.assertEqual(codec.read_record(0x4E, 0), unhexlify("00B24E0000"))

    def test_the_records_of_both_files(self) -> None:
        tags = [[tag for tag, _ in records] for _, records in codec.FILES]
        self.assertEqual(tags, [[1, 2, 3, 4, 5, 6, 7], [8, 9, 0x4E, 0x0A, 0x0B, 0x0C, 0x0D]])


class Exchanges(unittest.TestCase):
    def test_an_answer_at_once(self) -> None:
        sent, exchange = played(codec.read_record(0x0A, 1), ["0A01319000"])
        self.assertEqual((sent, exchange.command), ([unhexlify("00B20A0003")], b""))
        self.assertEqual(codec.value_of(0x0A, exchange), b"1")

    def test_data_that_is_fetched_later_and_in_pieces(self) -> None:
        sent, exchange = played(codec.read_record(0x0A, 1), ["6102", "0A016101", "319000"])
        self.assertEqual(sent[1:], [unhexlify("00C0000002"), unhexlify("00C0000001")])
        self.assertEqual(codec.value_of(0x0A, exchange), b"1")
        sent, exchange = played(SELECT, ["6114", "6F" + "00" * 19 + "9000"])
        self.assertEqual((sent[1], exchange.status), (unhexlify("00C0000014"), codec.OK))

    def test_another_length(self) -> None:
        sent, exchange = played(codec.read_record(0x4E, 0), ["6C16", "4E14" + "20" * 20 + "9000"])
        self.assertEqual(sent[1], unhexlify("00B24E0016"))
        self.assertEqual(codec.value_of(0x4E, exchange), b" " * 20)
        sent, exchange = played(codec.read_record(0x0A, 1), ["6700", "0A01319000"])
        self.assertEqual(sent[1], unhexlify("00B20A0000"))
        sent, exchange = played(codec.read_record(0x0A, 1), ["6700", "6700"])
        self.assertEqual((exchange.command, exchange.status), (b"", 0x6700))

    def test_a_select_keeps_its_data_when_a_length_is_asked_for(self) -> None:
        sent, exchange = played(SELECT, ["6C14", "9000"])
        self.assertEqual(sent[1], SELECT + b"\x14")
        self.assertEqual(exchange.status, codec.OK)
        sent, exchange = played(codec.select_file(b"\xef\x05"), ["6700"])
        self.assertEqual(exchange.command, b"")

    def test_what_has_no_end_is_given_up(self) -> None:
        for response in ("6110", "00" * 200 + "61FF", "6C10"):
            exchange = codec.Exchange(codec.read_record(0x09, 30))
            count = 0
            while count < 100 and not code_of(exchange.feed, unhexlify(response)):
                count += 1
            self.assertTrue(count < 10)

    def test_a_torn_response(self) -> None:
        for response in (b"", b"\x90"):
            self.assertEqual(code_of(codec.Exchange(SELECT).feed, response), "card.unreadable")


class Records(unittest.TestCase):
    def test_refusals(self) -> None:
        read = codec.read_record(0x4E, 0)
        for status in ("6A82", "6A83", "6A88"):
            self.assertEqual(codec.value_of(0x4E, played(read, [status])[1]), None)
        for status in ("6982", "6F00", "6700", "1234", "0000"):
            self.assertEqual(code_of(codec.value_of, 0x4E, played(read, [status, status])[1]), "card.unreadable")

    def test_another_record_or_a_torn_one(self) -> None:
        read = codec.read_record(0x0A, 1)
        for answer in ("0B0131", "0A0231", "0A0131FF", "0A", "", "0A00FF"):
            exchange = played(read, [answer + "9000"])[1]
            self.assertEqual(code_of(codec.value_of, 0x0A, exchange), "card.unreadable", answer)
        self.assertEqual(codec.value_of(0x0A, played(read, ["0A01316282"])[1]), b"1")
        self.assertEqual(codec.value_of(0x0A, played(read, ["0A009000"])[1]), b"")

    def test_what_kind_of_card_it_is(self) -> None:
        self.assertEqual(code_of(codec.check_application, codec.OK), "")
        for status in (0x6A82, 0x6A81, 0x6D00, 0x6E00):
            self.assertEqual(code_of(codec.check_application, status), "card.wrong_type")
        for status in (0x6283, 0x6F00, 0x6985):
            self.assertEqual(code_of(codec.check_application, status), "card.unreadable")
        self.assertEqual(code_of(codec.check_file, codec.OK), "")
        self.assertEqual(code_of(codec.check_file, 0x6A82), "card.unreadable")

    def test_meanings(self) -> None:
        self.assertEqual(codec.meaning(0x6982), "asks for a PIN")
        self.assertEqual(codec.meaning(0x9999), "undocumented status 9999")


class Names(unittest.TestCase):
    def test_padding_goes(self) -> None:
        for padding in (b"\x00", b"\x20"):
            name = unhexlify("D5C5C8FD") + padding * 26
            self.assertEqual(codec.with_name_in_utf8({9: name, 8: b"1 "}), {9: "张三".encode(), 8: b"1 "})

    def test_names_whose_last_character_shares_a_byte_with_a_blank(self) -> None:
        for name in ("张一", "䀀", "一"):
            code = encode(" \u3000" + name + "\u3000 ") + b"\x00"
            self.assertEqual(codec.with_name_in_utf8({9: code}), {9: name.encode()})
        self.assertEqual(codec.with_name_in_utf8({9: encode("\u3000 \u3000")}), {9: b""})

    def test_a_character_cut_in_two(self) -> None:
        whole = unhexlify("B0A2") * 16  # 阿
        fields = {0x09: b"A" + whole[:29], 0x4E: whole[29:] + b"\x00" * 17}
        self.assertEqual(codec.with_name_in_utf8(fields), {0x09: ("A" + "阿" * 16).encode()})

    def test_no_name_and_a_broken_one(self) -> None:
        self.assertEqual(codec.with_name_in_utf8({0x4E: b"A"}), {})
        self.assertEqual(codec.with_name_in_utf8({0x09: b"\xff\xd5"}), {0x09: "\ufffd\ufffd".encode()})


class Digests(unittest.TestCase):
    def test_every_difference_shows(self) -> None:
        several: "list[dict[int, bytes]]" = [{}, {7: b""}, {7: b"A"}, {8: b"A"}, {7: b"A", 8: b""}, {7: b"A 8 0 "}]
        digests = [codec.digest_of(fields) for fields in several]
        self.assertEqual(len(set(digests)), len(several))
        self.assertEqual(codec.digest_of({8: b"2", 7: b"1"}), codec.digest_of({7: b"1", 8: b"2"}))


class Decode(unittest.TestCase):
    def test_all_lengths_of_codes(self) -> None:
        self.assertEqual(decode(b"Zhang \xd5\xc5"), "Zhang 张")
        self.assertEqual(decode(unhexlify("A1A48139EE3995328236")), "\u00b7\u3400\U00020000")
        self.assertEqual(decode(unhexlify("E3329A35")), "\U0010ffff")

    def test_what_is_no_code(self) -> None:
        self.assertEqual(decode(unhexlify("80FF41E3329A36D5")), "\ufffd\ufffdA\ufffd2\ufffd6\ufffd")
        self.assertEqual(decode(b""), "")


if __name__ == "__main__":
    unittest.main()
