"""What stands on the paper: characters, columns, styles, QR codes, pictures; and how the strip is drawn."""

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.clock import VirtualClock
from simulator.devices import Cut, Gap, Paper, PrintedImage, PrintedLine, Printer
from simulator.devices.escpos import Command, next_token
from simulator.devices.typesetter import HEAD_TO_CUTTER

SVG = "{http://www.w3.org/2000/svg}"


def printed(data: bytes, *, knows_all: bool = True) -> Paper:
    """The paper after `data`; no command in it may be unknown."""
    printer = Printer(VirtualClock())
    printer.receive(data)
    if knows_all:
        assert printer.unknown == []
    return printer.paper


def drawn(paper: Paper) -> ET.Element:
    """The picture of the strip."""
    return ET.fromstring(paper.svg())


def qr_job(payload: bytes, module: int = 4, level: int = 0x31) -> bytes:
    store = (len(payload) + 3).to_bytes(2, "little")
    return (
        b"\x1d(k\x04\x001A2\x00\x1d(k\x03\x001C" + bytes((module,)) + b"\x1d(k\x03\x001E" + bytes((level,)) +
        b"\x1d(k" + store + b"1P0" + payload + b"\x1d(k\x03\x001Q0"
    )  # fmt: skip


def test_chinese_is_on_after_power_up_and_after_initialising() -> None:
    title = bytes.fromhex("D2BDB1A3BDE1CBE3B5A5")
    assert printed(title + b"\n\x1c.\x1b@" + title + b"\n").text() == "医保结算单\n医保结算单\n"


def test_four_byte_characters_and_the_wide_yuan_sign() -> None:
    paper = printed(bytes.fromhex("8139EE39 95328236 A3A4") + b"12.60\n")
    assert paper.lines[0].text == "\u3400\U00020000￥12.60"
    assert paper.lines[0].width == 2 + 2 + 2 + 5


def test_with_chinese_off_every_byte_is_a_character() -> None:
    line = printed(b"\x1c.\xd2\xbd\n\x1c&\xd2\xbd\n").lines
    assert (len(line[0].text), line[1].text) == (2, "医")


def test_a_broken_character_does_not_swallow_the_next_one() -> None:
    assert printed(b"\x81 ok\n\xffok\n").lines[0].text == "\ufffd ok"


def test_a_full_line_is_32_columns_and_the_line_feed_behind_it_makes_no_empty_one() -> None:
    assert [line.text for line in printed(b"x" * 32 + b"\n" + b"y\n").lines] == ["x" * 32, "y"]
    assert [line.text for line in printed(b"x" * 33 + b"\n").lines] == ["x" * 32, "x"]


def test_a_chinese_character_that_does_not_fit_starts_the_next_line() -> None:
    assert [line.text for line in printed(b"x" * 31 + "药\n".encode("gb18030")).lines] == ["x" * 31, "药"]
    assert printed(("药" * 16 + "\n").encode("gb18030")).lines[0].width == 32


def test_double_size_is_double_wide_too() -> None:
    paper = printed(b"\x1d!\x11" + "医保结算单据".encode("gb18030") + b"12345678\n")
    assert [(line.text, line.width) for line in paper.lines] == [("医保结算单据1234", 32), ("5678", 8)]
    assert [line.scale for line in paper.lines] == [2, 2]


@pytest.mark.parametrize(
    ("command", "latin", "chinese"),
    [
        (b"\x1d!\x00", (1, 1), (1, 1)),
        (b"\x1d!\x01", (1, 2), (1, 2)),
        (b"\x1d!\x10", (2, 1), (2, 1)),
        (b"\x1d!\x77", (8, 8), (8, 8)),
        (b"\x1d!\x36", (4, 7), (4, 7)),
        (b"\x1d!\x11\x1d!\x08", (2, 2), (2, 2)),
        (b"\x1b!\x30", (2, 2), (1, 1)),
        (b"\x1c!\x0c", (1, 1), (2, 2)),
        (b"\x1c!\x04", (1, 1), (2, 1)),
        (b"\x1cW\x01", (1, 1), (2, 2)),
        (b"\x1c!\x0c\x1d!\x00", (1, 1), (1, 1)),
    ],
)
def test_which_command_makes_what_larger(command: bytes, latin: tuple[int, int], chinese: tuple[int, int]) -> None:
    styles = [glyph.style for glyph in printed(command + b"a\xd2\xbd\n").lines[0].glyphs]
    assert [(style.wide, style.high) for style in styles] == [latin, chinese]


def test_bold_underline_and_alignment() -> None:
    lines = printed(b"\x1bE\x01\x1ba\x01bold\n\x1bE\x00\x1ba2\x1b-\x01right\n\x1b-\x00mid\x1ba\x00dle\n").lines
    assert [(line.bold, line.align) for line in lines] == [(True, "centre"), (False, "right"), (False, "right")]
    assert [line.glyphs[0].style.underline for line in lines] == [False, True, False]


def test_feeding() -> None:
    assert [line.text for line in printed(b"a\x1bd\x03b\n").lines] == ["a", "", "", "b"]
    assert [type(item) for item in printed(b"a\x1bJ\x40\x1bJ\x08")] == [PrintedLine, Gap, Gap]
    assert sum(item.height for item in printed(b"a\x1bJ\x40")) == 0x40
    assert sum(item.height for item in printed(b"a\n")) == 30
    assert sum(item.height for item in printed(b"\x1b3\x50a\n\x1b2a\n\x1d!\x11a\n")) == 80 + 30 + 48


def test_tabs_go_to_every_eighth_column() -> None:
    assert printed(b"a\tb\t\tc\n").lines[0].text == "a       b               c"


@pytest.mark.parametrize(
    ("command", "full"),
    [(b"\x1dV\x00", True), (b"\x1dV0", True), (b"\x1dV\x01", False), (b"\x1dVA\x03", True), (b"\x1dVB\x03", False),
     (b"\x1bi", False), (b"\x1bm", False)],
)  # fmt: skip
def test_cuts(command: bytes, full: bool) -> None:
    paper = printed(b"a\n" + command + b"b\n")
    assert [item for item in paper if isinstance(item, Cut)] == [Cut(full)]
    assert [line.text for line in paper.lines] == ["a", "b"]
    assert printed(b"a" + command + b"b\n").cuts == 0


@pytest.mark.parametrize(
    ("command", "feeds"),
    [(b"\x1dV\x01", []), (b"\x1dVB\x18", [24, HEAD_TO_CUTTER]), (b"\x1dVg\x18", [24])],
)  # fmt: skip
def test_a_sheet_begins_with_what_was_fed_to_the_cutter(command: bytes, feeds: list[int]) -> None:
    paper = printed(b"a\n" + command + b"b\n")
    assert [item.height for item in paper if isinstance(item, Gap)] == feeds


def test_a_qr_code_is_drawn_from_what_was_stored() -> None:
    paper = printed(b"\x1ba\x01" + qr_job(b"CYT1|0012|2520"))
    image = next(item for item in paper if isinstance(item, PrintedImage))
    assert paper.qr_codes == ["CYT1|0012|2520"]
    assert (len(image.rows), image.dot_wide, image.align) == (21, 4, "centre")
    finder = [bytes((1, 1, 1, 1, 1, 1, 1, 0)), bytes((1, 0, 0, 0, 0, 0, 1, 0)), bytes((1, 0, 1, 1, 1, 0, 1, 0))]
    assert [row[:8] for row in image.rows[:3]] == finder
    assert paper.text() == "[QR CYT1|0012|2520]\n"


def test_a_qr_code_that_cannot_be_drawn_is_not_printed_and_is_told() -> None:
    for job in (b"\x1d(k\x03\x001Q0", qr_job(b"x" * 3000), qr_job(b"x" * 500, module=16), b"\x1d(k\x03\x000Q0"):
        printer = Printer(VirtualClock())
        printer.receive(job + b"on\n")
        assert (printer.paper.text(), len(printer.unknown)) == ("on\n", 1)


def test_a_raster_picture_takes_its_height() -> None:
    paper = printed(b"\x1dv0\x03\x02\x00\x02\x00\x80\x01\xff\x00\n")
    image = next(item for item in paper if isinstance(item, PrintedImage))
    assert image.rows == (bytes((1, *[0] * 14, 1)), bytes([1] * 8 + [0] * 8))
    assert (image.width, image.height, image.payload) == (32, 4, None)


@pytest.mark.parametrize(
    "command",
    [
        "1B7400", "1B5200", "1B3220", "1B331E", "1B4D00", "1B2101", "1B2D00", "1B6338FF", "1B6333FF", "1B7000193C",
        "1B2A010300414243", "1B2A210100414243", "1B2A2001 00414243", "1B44081018 00", "1B5C4100", "1B244100",
        "1C2D01", "1C5301 02", "1C32FEA1" + "41" * 72, "1D4C0000", "1D578001", "1D680A", "1D7703", "1D4802", "1D6600",
        "1D2A0101 4142434445464748", "1D7A304142", "1D5E010101", "1005 02", "1014 010101",
        "1014 0801 0314010602 08", "1B40", "1B3D01",
    ],
)  # fmt: skip
def test_commands_without_effect_have_their_documented_length(command: str) -> None:
    printer = Printer(VirtualClock())
    printer.receive(bytes.fromhex(command) + b"next\n")
    assert printer.paper.text().strip() == "next"
    assert printer.unknown == []


@pytest.mark.parametrize("command", ["1D6B02 4142434400", "1D6B4905 4142434445", "1D284806003030 41424344"])
def test_what_it_cannot_do_has_its_documented_length_and_is_told(command: str) -> None:
    printer = Printer(VirtualClock())
    printer.receive(bytes.fromhex(command) + b"next\n")
    assert printer.paper.text() == "next\n"
    assert printer.unknown[0][:2] == bytes.fromhex(command)[:2]


def test_unknown_commands_are_told_and_the_list_does_not_grow_for_ever() -> None:
    printer = Printer(VirtualClock())
    printer.receive(b"\x1b\x01\x1dZ\x07a\n")
    assert printer.unknown == [b"\x1b\x01", b"\x1dZ", b"\x07"]
    printer.receive(b"\x07" * 1000)
    assert len(printer.unknown) == 100


@given(st.binary(max_size=40), st.booleans())
def test_a_token_is_never_longer_than_what_is_there(data: bytes, chinese: bool) -> None:
    token, size = next_token(data, chinese=chinese)
    assert 0 <= size <= len(data)
    assert size or token is None
    if isinstance(token, Command):
        assert data.startswith(token.name + token.parameters)


def test_the_picture_is_xml_on_a_grid_with_everything_escaped() -> None:
    paper = printed("<b>&药\x7f a\n".encode("gb18030") + qr_job(b"<&>") + b"\x1dV\x00")
    root = drawn(paper)
    assert root.get("width") == str(32 * 12 + 80)
    cells = {cell.text: int(cell.get("x", "")) for cell in root.iter(SVG + "tspan")}
    assert (cells["<"], cells["药"], cells["a"]) == (0, 4 * 12, 8 * 12)
    assert len(list(root.iter(SVG + "path"))) == 2


def test_the_picture_aligns_and_scales() -> None:
    paper = printed(b"\x1ba\x01\x1d!\x11" + "药\n".encode("gb18030") + b"\x1ba\x02\x1d!\x00ab\n")
    places = [text.get("transform") for text in drawn(paper).iter(SVG + "text")]
    assert places == ["translate(208 40) scale(2 2)", "translate(400 88) scale(1 1)"]


def test_blanks_are_underlined_too() -> None:
    paths = [path.get("d") for path in drawn(printed(b"\x1b-\x01" + b" " * 10 + b"\n")).iter(SVG + "path")]
    assert paths == ["M0 22h120v2h-120z"]


def test_cuts_and_gaps_in_text_and_picture() -> None:
    paper = printed(b"a\n\x1bJ\x40\x1dV\x00")
    assert paper.text() == "a\n" + "- " * 16 + "\n"
    assert [path.get("d") for path in drawn(paper).iter(SVG + "path")] == ["M0 134H464"]


def test_only_so_much_paper_is_kept() -> None:
    paper = printed(b"x\n" * 1500)
    assert (len(paper.lines), paper.count) == (1000, 1500)
