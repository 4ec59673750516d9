"""GM67 packets in a stream. Runs on CPython and MicroPython."""

import unittest
from binascii import unhexlify

from hal.drivers import gm67_codec as codec

ACK = unhexlify("04D00000FF2C")


def decoded(data: bytes) -> bytes:
    body = bytes([len(data) + 4, 0xF3, 0x00, 0x00]) + data
    return body + codec.checksum(body)


def texts(packets: "list[codec.Packet]") -> "list[bytes]":
    return [packet.text() if packet.is_code() else bytes([packet.opcode]) for packet in packets]


class Commands(unittest.TestCase):
    def test_the_known_packets(self) -> None:
        self.assertEqual(codec.START, unhexlify("04E40400FF14"))
        self.assertEqual(codec.STOP, unhexlify("04E50400FF13"))
        self.assertEqual(codec.SET_UP[0], unhexlify("07C60408008A08FE95"))
        self.assertEqual(codec.ACKNOWLEDGE, unhexlify("04D00400FF28"))

    def test_the_sum_of_nothing_but_zeros(self) -> None:
        self.assertEqual(codec.checksum(b"\x00\x00"), b"\x00\x00")


class Packets(unittest.TestCase):
    def setUp(self) -> None:
        self.decoder = codec.PacketDecoder()

    def test_cut_anywhere(self) -> None:
        stream = ACK + decoded(b"\xf1hello") + decoded(b"\x0b6901234567892")
        for cut in range(len(stream)):
            self.decoder = codec.PacketDecoder()
            found = self.decoder.feed(stream[:cut])
            found.extend(self.decoder.feed(stream[cut:]))
            self.assertEqual(texts(found), [b"\xd0", b"]Q1hello", b"]E06901234567892"])
            self.assertFalse(self.decoder.unfinished())

    def test_kinds(self) -> None:
        for kind, want in ((0xF1, b"]Q1x"), (0x03, b"]C0x"), (0x0B, b"]E0x"), (0xF2, b"]d1x"), (0xF0, b"]L0x")):
            self.assertEqual(texts(self.decoder.feed(decoded(bytes([kind]) + b"x"))), [want])
        self.assertEqual(texts(self.decoder.feed(decoded(b"\x77x"))), [b"x"])
        self.assertEqual(texts(self.decoder.feed(decoded(b""))), [b""])

    def test_both_long_forms(self) -> None:
        data = b"\xf1" + b"7" * 300
        with_opcode = b"\xff\xf4" + (len(data) + 7).to_bytes(2, "big") + b"\xf4\x00\x00" + data
        without = b"\xff" + (len(data) + 6).to_bytes(2, "big") + b"\xf4\x00\x00" + data
        for body in (with_opcode, without):
            for cut in (1, 2, 3, 4, 5, 6, 200):
                packet = body + codec.checksum(body)
                self.assertEqual(self.decoder.feed(packet[:cut]), [])
                self.assertEqual(texts(self.decoder.feed(packet[cut:] + ACK)), [b"]Q1" + b"7" * 300, b"\xd0"])

    def test_sent_again(self) -> None:
        body = bytes([6, 0xF3, 0x00, 0x01]) + b"\xf1x"
        (packet,) = self.decoder.feed(body + codec.checksum(body))
        self.assertTrue(packet.again)

    def test_noise_before_and_between(self) -> None:
        noise = b"\x00\x00\x55\xaa\xd0\x13\x03\xff"
        self.assertEqual(texts(self.decoder.feed(noise + ACK + noise[:-1] + ACK)), [b"\xd0", b"\xd0"])

    def test_a_packet_behind_a_torn_one_is_found_when_the_line_is_quiet(self) -> None:
        torn = decoded(b"\xf1" + b"1" * 100)
        self.assertEqual(self.decoder.feed(torn[:20] + ACK), [])
        self.assertEqual(texts(self.decoder.flush()), [b"\xd0"])
        self.assertFalse(self.decoder.unfinished())

    def test_a_length_that_no_code_has_is_noise(self) -> None:
        self.assertEqual(texts(self.decoder.feed(b"\xff\xf4\x40\x00\xf4\x00\x00" + ACK)), [b"\xd0"])

    def test_repr_shows_no_code(self) -> None:
        self.assertEqual(repr(self.decoder.feed(decoded(b"\xf1secret"))[0]), "Packet(F3, 7 bytes)")


if __name__ == "__main__":
    unittest.main()
