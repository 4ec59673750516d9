"""The kinds of printer: width, characters, QR codes, buffer, speed; and the process id of those that have it."""

import pytest

from simulator.clock import VirtualClock
from simulator.devices import PrintedImage, make_printer
from simulator.devices.printer_kinds import KINDS
from tests.simulator.devices.printer_desk import (
    ASK_PAPER,
    CLEAR,
    CUT,
    JOB,
    JOB_LINES,
    STATUS,
    PrinterDesk,
)

QR = b"\x1d(k\x04\x001A2\x00\x1d(k\x05\x001P0ab\x1d(k\x03\x001Q0"


def process_id(number: bytes) -> bytes:
    """GS ( H, function 48."""
    return b"\x1d(H\x06\x0000" + number


def proof(number: bytes) -> bytes:
    """The answer to it."""
    return b"\x37\x22" + number + b"\x00"


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_prints_and_says_who_it_is_if_it_can(kind: str) -> None:
    printer = make_printer(VirtualClock(), kind)
    heard = bytearray()
    printer.attach(heard.extend)
    printer.receive("药\n".encode("gbk") + b"\x1dIC")
    assert printer.paper.text() == "药\n"
    assert bytes(heard) == (b"" if kind == "58mm-mute" else b"_" + printer.kind.model.encode() + b"\0")


def test_there_is_no_other_kind() -> None:
    with pytest.raises(KeyError):
        make_printer(VirtualClock(), "112mm")


def test_the_wide_one_has_48_columns_on_576_dots() -> None:
    desk = PrinterDesk("80mm")
    desk.ask(b"x" * 48 + b"\n" + ("药" * 25).encode("gb18030") + b"\n")
    desk.ask(b"\x1dv0\x00\x48\x00\x01\x00" + b"\xff" * 72)
    assert desk.lines() == ["x" * 48, "药" * 24, "药"]
    assert [item.width for item in desk.printer.paper if isinstance(item, PrintedImage)] == [576]
    narrow = PrinterDesk()
    narrow.ask(b"\x1dv0\x00\x48\x00\x01\x00" + b"\xff" * 72)
    assert narrow.printer.unknown == [b"\x1dv"]


def test_an_old_one_prints_rubbish_for_four_byte_characters_and_goes_on() -> None:
    desk = PrinterDesk("58mm-plain")
    desk.ask("医㐀保￥\n".encode("gb18030"))
    line = desk.lines()[0]
    assert line[0] == "医"
    assert line[-2:] == "保￥"
    assert "㐀" not in line
    assert "9" in line  # a byte of the four that is a digit


def test_an_old_one_knows_no_qr_codes_and_swallows_them() -> None:
    desk = PrinterDesk("58mm-plain")
    desk.ask(QR + b"next\n")
    assert (desk.printer.paper.text(), len(desk.printer.unknown)) == ("next\n", 3)
    new = PrinterDesk("58mm")
    new.ask(QR + b"next\n")
    assert (new.printer.paper.text(), new.printer.unknown) == ("[QR ab]\nnext\n", [])


def test_an_old_one_has_a_small_buffer_no_cutter_and_no_sensor_for_the_end_of_the_roll() -> None:
    desk = PrinterDesk("58mm-plain", lines_per_second=1)
    desk.printer.load_paper(300)
    assert desk.status() == "12121212"
    desk.printer.open_cover()
    assert desk.status() == "1A361272"  # the roll has moved off the sensor
    desk.ask(b"x" * 1000)
    assert (desk.printer.waiting, desk.printer.overruns) == (512, 12 + 488)  # the questions lie in it, too
    assert PrinterDesk("58mm-plain").ask(CUT + ASK_PAPER) == b"\x00"


def test_how_fast_they_are() -> None:
    seconds = {}
    for kind in ("58mm", "80mm", "58mm-plain"):
        desk = PrinterDesk(kind, lines_per_second=10)
        desk.ask(JOB + ASK_PAPER)
        while not desk.wait(0.05):
            pass
        seconds[kind] = desk.clock.now()
    assert seconds["80mm"] == pytest.approx(0.5, abs=0.06)
    assert seconds["58mm"] == pytest.approx(1.0, abs=0.06)
    assert seconds["58mm-plain"] == pytest.approx(1.67, abs=0.06)


def test_a_high_picture_and_a_cut_take_longer_than_a_line() -> None:
    desk = PrinterDesk(lines_per_second=10)
    desk.ask(b"\x1dv0\x00\x01\x00\x2c\x01" + b"\x00" * 300 + ASK_PAPER)
    assert desk.wait(0.95) == b""
    assert desk.wait(0.1) == b"\x00"
    desk.ask(CUT + ASK_PAPER)
    assert desk.wait(0.15) == b""
    assert desk.wait(0.1) == b"\x00"


def test_a_mute_one_prints_and_reports_nothing() -> None:
    desk = PrinterDesk("58mm-mute")
    assert desk.ask(b"\x1da\xff" + JOB + ASK_PAPER + STATUS + b"\x01\x1dIB") == b""
    desk.printer.open_cover()
    assert (desk.ask(), desk.lines()) == (b"", JOB_LINES)


def test_a_process_id_comes_when_all_before_it_is_printed() -> None:
    desk = PrinterDesk("80mm", lines_per_second=5)
    desk.ask(JOB + CUT + process_id(b"0001"))
    assert desk.wait(1.15) == b""
    assert desk.wait(0.1) == proof(b"0001")
    assert (desk.printer.unknown, desk.printer.paper.cuts) == ([], 1)


def test_a_process_id_waits_for_paper() -> None:
    desk = PrinterDesk("80mm")
    desk.fault("printer.paper_out_after", 2)
    assert desk.ask(JOB + process_id(b"A~ 9")) == b""
    desk.printer.load_paper()
    assert desk.ask() == proof(b"A~ 9")


def test_cleared_data_sends_no_process_id() -> None:
    desk = PrinterDesk("80mm")
    desk.fault("printer.cutter_jams", 1)
    desk.ask(JOB + CUT + process_id(b"0001"))
    desk.printer.clear_jam()
    assert desk.ask(CLEAR) == b""
    assert desk.ask(process_id(b"0002")) == proof(b"0002")


def test_only_the_newest_pending_process_id_is_sent() -> None:
    desk = PrinterDesk("80mm")
    desk.fault("printer.slow_status")
    desk.ask(process_id(b"0001") + ASK_PAPER + process_id(b"0002") + process_id(b"0003"))
    assert desk.wait(5) == b"\x00" + proof(b"0003")


@pytest.mark.parametrize("wrong", [b"\x1d(H\x06\x0000\x1fabc", b"\x1d(H\x05\x0000abc", b"\x1d(H\x03\x00101"])
def test_other_process_id_commands_are_swallowed(wrong: bytes) -> None:
    desk = PrinterDesk("80mm")
    assert desk.ask(wrong + b"next\n") == b""
    assert (desk.lines(), desk.printer.unknown) == (["next"], [])


def test_most_printers_do_not_know_the_process_id() -> None:
    desk = PrinterDesk("58mm")
    assert desk.ask(process_id(b"0001") + b"next\n") == b""
    assert (desk.lines(), desk.printer.unknown) == (["next"], [b"\x1d(H00"])
