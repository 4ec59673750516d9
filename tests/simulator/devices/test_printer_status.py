"""What the printer says of itself, bit by bit as documented, and what it says by itself."""

from itertools import product

import pytest

from simulator.devices.printer_status import PrinterState
from tests.simulator.devices.printer_desk import CUT, JOB, STATUS, PrinterDesk

FLAGS = list(PrinterState.__dataclass_fields__)
# What is so, and the answers to DLE EOT 1 to 4 and GS a, as in the documents.
DOCUMENTED = [
    ((), "12121212", "1000000F"),
    (("drawer_high",), "16121212", "1400000F"),
    (("cover_open",), "1A161212", "3800000F"),
    (("paper_end", "near_end"), "1A32127E", "18000F0F"),
    (("paper_end",), "1A321272", "18000C0F"),
    (("near_end",), "1212121E", "1000030F"),
    (("waiting",), "3A121212", "1801000F"),
    (("button",), "52121212", "1002000F"),
    (("button", "feeding"), "5A1A1212", "5802000F"),
    (("mechanical_error",), "1A521612", "1804000F"),
    (("cutter_error",), "1A521A12", "1808000F"),
    (("unrecoverable",), "1A523212", "1820000F"),
    (("recoverable",), "1A525212", "1840000F"),
]


def state(*flags: str) -> PrinterState:
    return PrinterState(**dict.fromkeys(flags, True))


def real_time(what: PrinterState) -> str:
    return b"".join(what.real_time(which) for which in (1, 2, 3, 4)).hex().upper()


@pytest.mark.parametrize(("flags", "answers", "automatic"), DOCUMENTED)
def test_every_documented_bit(flags: tuple[str, ...], answers: str, automatic: str) -> None:
    assert real_time(state(*flags)) == answers
    assert state(*flags).automatic() == bytes.fromhex(automatic)


def test_every_answer_has_the_fixed_bits_that_tell_it_apart() -> None:
    for values in product((False, True), repeat=len(FLAGS)):
        what = PrinterState(**dict(zip(FLAGS, values, strict=True)))
        assert all(byte & 0x93 == 0x12 for byte in bytes.fromhex(real_time(what)))
        first, *rest = what.automatic()
        assert first & 0x93 == 0x10
        assert all(byte & 0x90 == 0 for byte in (*rest, *what.in_order(1), *what.in_order(2)))


@pytest.mark.parametrize(
    ("choice", "wakes"),
    [
        (0x01, {"drawer_high"}),
        (0x02, {"cover_open", "paper_end", "waiting", "feeding", *FLAGS[3:7]}),
        (0x04, set(FLAGS[3:7])),
        (0x08, {"paper_end", "near_end"}),
        (0x40, {"button", "feeding"}),
        (0xFF, set(FLAGS)),
        (0x00, set()),
    ],
)
def test_which_changes_are_watched(choice: int, wakes: set[str]) -> None:
    quiet = state().watched(choice)
    assert {flag for flag in FLAGS if state(flag).watched(choice) != quiet} == wakes


def test_only_the_watched_changes_are_reported() -> None:
    desk = PrinterDesk()
    assert desk.ask(b"\x1da\x08") == bytes.fromhex("1000000F")
    desk.printer.open_cover()
    assert desk.ask() == b""
    desk.printer.load_paper(300)
    assert desk.ask() == bytes.fromhex("3800030F")


def test_the_feed_button_moves_paper_while_it_is_down() -> None:
    desk = PrinterDesk()
    desk.printer.press_feed()
    desk.printer.press_feed()
    assert desk.status() == "5A1A1212"
    assert desk.ask(JOB) == b""
    assert desk.lines() == []
    desk.wait(1)
    assert desk.status() == "12121212"
    assert [item.height for item in desk.printer.paper][:2] == [30, 30]
    assert len(desk.lines()) == 10


def test_the_feed_button_without_paper_and_switched_off() -> None:
    desk = PrinterDesk()
    desk.printer.load_paper(0)
    desk.printer.press_feed()
    assert desk.status() == "5A32127E"
    desk.wait(1)
    desk.printer.load_paper()
    desk.printer.power_off()
    desk.printer.press_feed()
    desk.printer.power_on()
    assert desk.status() == "12121212"
    assert list(desk.printer.paper) == []


def test_the_panel_can_be_locked() -> None:
    desk = PrinterDesk()
    desk.ask(b"\x1bc5\x01")
    desk.printer.press_feed()
    assert desk.status() == "12121212"
    desk.ask(b"\x1bc5\x00")
    desk.printer.press_feed()
    assert desk.status() == "5A1A1212"


def test_the_drawer_pin() -> None:
    desk = PrinterDesk()
    desk.printer.body.drawer_high = True
    assert desk.status() == "16121212"
    assert desk.ask(b"\x1dr\x02") == b"\x01"


def test_after_new_paper_it_waits_as_told_or_until_it_is_hurried() -> None:
    desk = PrinterDesk()
    desk.ask(b"\x1dz0\x02\x04")
    desk.fault("printer.paper_out_after", 1)
    desk.ask(JOB)
    desk.printer.load_paper()
    assert desk.status() == "3A121212"
    desk.wait(2.9)
    assert len(desk.lines()) == 1
    desk.wait(0.2)
    assert (desk.status(), len(desk.lines())) == ("12121212", 10)
    desk.printer.load_paper(0)
    desk.ask(JOB)
    desk.printer.load_paper()
    assert desk.status() == "3A121212"
    desk.ask(b"\x10\x05\x00")
    assert (desk.status(), len(desk.lines())) == ("12121212", 20)


def test_switching_off_ends_the_wait_for_new_paper() -> None:
    desk = PrinterDesk()
    desk.ask(b"\x1dz0\xff\xff")
    desk.printer.load_paper(0)
    desk.printer.load_paper()
    assert desk.status() == "3A121212"
    desk.printer.power_off()
    desk.printer.power_on()
    assert desk.status() == "12121212"
    desk.printer.load_paper(0)
    desk.printer.load_paper()
    assert desk.status() == "12121212"


def test_other_questions_are_not_answered() -> None:
    assert PrinterDesk().ask(b"\x1dr\x03\x1dIZ\x10\x04\x08") == b""


def test_a_status_question_in_the_middle_of_an_error_is_answered() -> None:
    desk = PrinterDesk()
    desk.fault("printer.cutter_jams")
    assert desk.ask(JOB + CUT + STATUS + b"\x03") == b"\x1a"
