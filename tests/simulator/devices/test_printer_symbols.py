"""Bar codes of the printer's own, and symbols that the host has drawn: what stands on the paper can be read."""

import xml.etree.ElementTree as ET

import pytest
import qrcode

from simulator.devices import PrintedFrame, PrintedImage
from simulator.devices.barcode_bars import code39, code128, ean
from tests.simulator.devices.printer_desk import PrinterDesk

NUMBER = b"{BNo.{C\x0c\x22\x38"  # the example of HPRT's manual: "No. 123456"


def printed(data: bytes) -> PrinterDesk:
    desk = PrinterDesk()
    desk.ask(data)
    return desk


def gs_k(system: int, data: bytes) -> bytes:
    """The form with a length."""
    return b"\x1dk" + bytes((system, len(data))) + data


def runs(bars: bytes) -> str:
    """The widths of bars and spaces."""
    widths, last = [0], 1
    for module in bars:
        if module != last:
            widths.append(0)
        widths[-1] += 1
        last = module
    return "".join(map(str, widths))


def test_code_128_of_the_manual() -> None:
    made = code128(NUMBER)
    assert made is not None
    bars, text = made
    assert text == "No.123456"
    # Start B, N o ., code C, 12 34 56, check (104 + 46 + 158 + 42 + 396 + 60 + 204 + 392) % 103 = 63, stop.
    expected = "211214 113321 134111 122231 113141 112232 131123 331121 111224 2331112".replace(" ", "")
    assert runs(bars) == expected
    assert len(bars) == 9 * 11 + 13


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"{Aab", None),
        (b"{AAB\x01", "AB\x01"),
        (b"{B{Sab", None),
        (b"{B{SAb", "Ab"),
        (b"{A{SaB", "aB"),
        (b"{Bab{{c", "ab{c"),
        (b"{C\x00\x63{1\x05", "0099\x1d05"),
        (b"{C\x64", None),
        (b"{C{4\x01", None),
        (b"{C{{", None),
        (b"{B{1{2{3{4a", "\x1da"),
        (b"{B{9", None),
        (b"{B{", None),
        (b"{Ba{S", None),
        (b"{Ba{S{A", None),
        (b"{B", None),
        (b"{B\x80", None),
        (b"ABC", None),
        (b"", None),
    ],
)
def test_what_code_128_can_say(data: bytes, text: str | None) -> None:
    made = code128(data)
    assert (made[1] if made else None) == text


def test_ean_13_computes_or_checks_its_check_digit() -> None:
    made = ean(b"690123456789", 13)
    assert made is not None
    assert (made[1], len(made[0])) == ("6901234567892", 95)
    assert ean(b"6901234567892", 13) == made
    assert ean(b"6901234567893", 13) is None
    assert ean(b"69012345678", 13) is None
    assert ean("６９０１２３４".encode(), 8) is None
    # 6 is LGGGLL: 9 0 1 2 3 4, then 5 6 7 8 9 2.
    assert runs(made[0]) == (
        "111" "3112" "1123" "1222" "2212" "1411" "1132" "11111" "1231" "1114" "1312" "1213" "3112" "2122" "111"
    )  # fmt: skip


def test_ean_8_and_code_39() -> None:
    eight = ean(b"9031101", 8)
    assert eight is not None
    assert (eight[1], len(eight[0])) == ("90311017", 67)
    narrow = code39(b"*A1*")
    assert narrow is not None
    assert narrow[1] == "A1"
    assert runs(narrow[0]) == "121121211121111211212112111121121121211"
    assert code39(b"a") is None
    assert code39(b"A*B") is None


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (b"\x1dk\x02690123456789\x00", ("EAN13", "6901234567892")),
        (gs_k(67, b"6901234567892"), ("EAN13", "6901234567892")),
        (gs_k(68, b"9031101"), ("EAN8", "90311017")),
        (b"\x1dk\x0001234567890\x00", ("UPC-A", "0012345678905")),
        (b"\x1dk\x04ABC-1\x00", ("CODE39", "ABC-1")),
        (b"\x1dw\x02" + gs_k(73, NUMBER), ("CODE128", "No.123456")),
        (gs_k(70, b"1234"), ("ITF", "1234")),
        (gs_k(72, b"CODE93"), ("CODE93", "CODE93")),
    ],
)
def test_bar_codes_stand_on_the_paper(command: bytes, said: tuple[str, str]) -> None:
    desk = printed(b"line" + command + b"next\n")
    assert desk.printer.paper.barcodes == [said]
    assert desk.printer.paper.text() == f"line\n[{said[0]} {said[1]}]\nnext\n"
    assert (desk.printer.unknown, desk.printer.paper.qr_codes) == ([], [])
    ET.fromstring(desk.printer.paper.svg())


@pytest.mark.parametrize(
    "command",
    [
        gs_k(67, b"123"),
        gs_k(73, b"abc"),
        gs_k(73, b"{B" + b"x" * 60),
        gs_k(90, b"x"),
        b"\x1dk\x04\x00",
        b"\x1dk\x04" + b"A" * 300 + b"\x00",
    ],
)
def test_what_fits_neither_symbology_nor_paper_is_not_printed_and_is_told(command: bytes) -> None:
    desk = printed(command + b"next\n")
    assert (desk.printer.paper.text(), desk.printer.unknown) == ("next\n", [command[:3]])


def test_height_module_and_text_of_a_bar_code() -> None:
    desk = printed(b"\x1dh\x50\x1dw\x02\x1dH\x03\x1ba\x01" + gs_k(73, b"{BAB{11"))
    above, image, below = desk.printer.paper
    assert isinstance(image, PrintedImage)
    assert (image.height, image.dot_wide, image.align) == (0x50, 2, "centre")
    assert desk.lines() == ["AB 1", "AB 1"]
    assert desk.printer.paper.barcodes == [("CODE128", "AB\x1d1")]
    assert desk.printer.paper.text().splitlines()[1] == "[CODE128 AB␝1]"
    assert above == below


def test_values_out_of_range_change_nothing_and_initialising_everything() -> None:
    desk = printed(b"\x1dh\x00\x1dw\x07\x1dH\x09" + gs_k(68, b"9031101") + b"\x1dH2\x1b@" + gs_k(68, b"9031101"))
    images = [item for item in desk.printer.paper if isinstance(item, PrintedImage)]
    assert [(image.height, image.width) for image in images] == [(162, 67 * 3)] * 2
    assert desk.lines() == []


def test_the_text_stands_in_the_middle_below_the_bars() -> None:
    desk = printed(b"\x1dH2" + gs_k(68, b"9031101"))
    assert desk.lines() == ["    90311017"]  # 201 dots are 16 columns


def test_a_frame_stands_for_what_is_not_drawn() -> None:
    paper = printed(gs_k(72, b"<&\x01>")).printer.paper
    frame = next(item for item in paper if isinstance(item, PrintedFrame))
    assert (frame.symbology, frame.height, frame.width) == ("CODE93", 162, 6 * 33)
    assert "CODE93 <&\ufffd>" in "".join(ET.fromstring(paper.svg()).itertext())


@pytest.mark.parametrize("rows_in_a_strip", [1000, 24, 7])
@pytest.mark.parametrize("module", [3, 5])
def test_a_qr_code_drawn_by_the_host_can_be_read_from_the_paper(rows_in_a_strip: int, module: int) -> None:
    code = qrcode.QRCode(border=0)
    code.add_data("20260101-0007|210000202601010000123456")
    code.make()
    matrix = [bytes(map(bool, row)) for row in code.get_matrix()]
    side = len(matrix) * module
    rows = [b"".join(bytes((point,)) * module for point in row) for row in matrix for _ in range(module)]
    wide = (side + 7) // 8
    raster = [int("".join(map(str, row)).ljust(wide * 8, "0"), 2).to_bytes(wide) for row in rows]
    desk = PrinterDesk("58mm-plain")
    desk.ask(b"\x1ba\x01")
    for start in range(0, side, rows_in_a_strip):
        strip = raster[start : start + rows_in_a_strip]
        size = wide.to_bytes(2, "little") + len(strip).to_bytes(2, "little")
        desk.ask(b"\x1dv0\x00" + size + b"".join(strip))
    (image,) = desk.printer.paper
    assert isinstance(image, PrintedImage)
    seen = [image.rows[y * module + 1][module // 2 : side : module] for y in range(len(matrix))]
    assert (seen, image.align, desk.printer.unknown) == (matrix, "centre", [])
    assert desk.printer.paper.text() == "[image]\n"


def test_pictures_of_different_kinds_do_not_run_together() -> None:
    desk = printed(
        b"\x1dv0\x00\x01\x00\x01\x00\xff\x1dv0\x03\x01\x00\x01\x00\xff\x1ba\x01\x1dv0\x03\x01\x00\x01\x00\xff"
    )
    assert len(list(desk.printer.paper)) == 3
    desk.ask(b"\x1dv0\x03\x02\x00\x01\x00\xff\xff")
    assert len(list(desk.printer.paper)) == 4
