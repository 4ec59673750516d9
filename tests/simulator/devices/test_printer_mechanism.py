"""Cutter, motor and head: what makes them stop, and what it takes to go on (DLE ENQ)."""

import pytest

from simulator.clock import VirtualClock
from simulator.devices.printer_head import COOL_ENOUGH_C, ROOM_C, TOO_HOT_C, PrintHead
from tests.simulator.devices.printer_desk import ASK_PAPER, CLEAR, CUT, JOB, JOB_LINES, RETRY, PrinterDesk

BLACK = b"\x1dv0\x00\x30\x00\xe8\x03" + b"\xff" * 48_000  # 384 by 1000 dots


@pytest.fixture
def desk() -> PrinterDesk:
    return PrinterDesk()


def test_a_jammed_cutter_waits_for_a_hand_and_for_the_host(desk: PrinterDesk) -> None:
    desk.fault("printer.cutter_jams", 1)
    assert desk.ask(JOB + CUT + b"after\n" + ASK_PAPER) == b""
    assert (desk.lines(), desk.printer.paper.cuts, desk.printer.jam) == (JOB_LINES, 0, "cutter")
    assert desk.status() == "1A521A12"
    desk.ask(RETRY)
    assert desk.status() == "1A521A12"  # nobody has freed it
    desk.printer.clear_jam()
    assert desk.status() == "1A521A12"  # nobody has asked for recovery
    assert desk.ask(RETRY) == b"\x00"
    assert desk.status() == "12121212"
    assert (desk.lines(), desk.printer.paper.cuts) == ([*JOB_LINES, "after"], 1)


def test_recovery_with_clearing_loses_what_was_to_come(desk: PrinterDesk) -> None:
    desk.fault("printer.cutter_jams", 1)
    desk.ask(JOB + CUT + b"lost\n" + ASK_PAPER + b"\x1dv0\x00\x30\x00\x10")
    desk.printer.clear_jam()
    assert desk.ask(b"lost" + CLEAR + b"next\n") == b""
    assert (desk.lines(), desk.printer.paper.cuts) == ([*JOB_LINES, "next"], 0)
    assert (desk.status(), desk.printer.unknown) == ("12121212", [])


def test_clearing_with_the_jam_still_there_clears_and_stays_in_error(desk: PrinterDesk) -> None:
    desk.fault("printer.cutter_jams", 1)
    desk.ask(JOB + CUT + b"lost\n" + CLEAR)
    assert desk.printer.waiting == 0
    assert desk.status() == "1A521A12"
    desk.printer.clear_jam()
    desk.ask(RETRY + b"next\n")
    assert desk.lines() == [*JOB_LINES, "next"]


def test_recovery_does_nothing_without_an_error_that_it_could_end(desk: PrinterDesk) -> None:
    desk.fault("printer.paper_out_after", 3)
    desk.ask(JOB + CLEAR)
    desk.printer.load_paper()
    assert desk.lines() == JOB_LINES


def test_switching_off_and_on_ends_a_jam_that_has_been_freed_and_no_other(desk: PrinterDesk) -> None:
    desk.fault("printer.cutter_jams", 1)
    desk.ask(JOB + CUT)
    desk.printer.power_off()
    desk.printer.power_on()
    assert desk.status() == "1A521A12"
    desk.printer.clear_jam()
    desk.printer.power_off()
    desk.printer.power_on()
    assert desk.status() == "12121212"
    assert desk.printer.paper.cuts == 0


def test_stuck_paper_is_a_mechanical_error_and_the_line_comes_when_it_is_freed(desk: PrinterDesk) -> None:
    desk.ask(b"first\n")
    desk.fault("printer.motor_jams", 1)
    desk.ask(JOB)
    assert (desk.lines(), desk.status()) == (["first"], "1A521612")
    desk.printer.clear_jam()
    desk.ask(RETRY)
    assert (desk.lines(), desk.status()) == (["first", *JOB_LINES], "12121212")


def test_a_broken_printer_needs_to_be_switched_off_and_on(desk: PrinterDesk) -> None:
    desk.fault("printer.breaks", 1)
    desk.ask(JOB + RETRY + CLEAR)
    assert (desk.lines(), desk.status()) == ([], "1A523212")
    desk.printer.power_on()
    assert desk.status() == "1A523212"
    desk.printer.power_off()
    desk.printer.power_on()
    desk.ask(b"next\n")
    assert (desk.lines(), desk.status()) == (["next"], "12121212")


def test_a_printer_without_a_cutter_cannot_jam_there() -> None:
    desk = PrinterDesk("58mm-plain")
    desk.fault("printer.cutter_jams", 1)
    desk.ask(JOB + CUT)
    assert (desk.status(), desk.lines()) == ("12121212", JOB_LINES)


def test_large_black_pictures_overheat_the_head_and_time_cools_it() -> None:
    desk = PrinterDesk(lines_per_second=18)
    assert desk.printer.temperature == ROOM_C
    desk.ask(BLACK)
    desk.wait(2)
    assert desk.printer.online
    desk.ask(BLACK)
    desk.ask(b"after\n" + ASK_PAPER)
    desk.wait(2)
    assert desk.status() == "1A525212"
    assert desk.printer.temperature >= COOL_ENOUGH_C
    assert desk.lines() == []
    assert desk.wait(30) == b"\x00"
    assert (desk.status(), desk.lines()) == ("12121212", ["after"])


def test_a_day_of_receipts_does_not_overheat_it() -> None:
    desk = PrinterDesk(lines_per_second=18)
    for _ in range(30):
        desk.ask(b"x" * 31 + b"\n")
        for _ in range(39):
            desk.ask(b"x" * 31 + b"\n")
            desk.wait(0.06)
        desk.wait(30)
        assert desk.printer.temperature < TOO_HOT_C
    assert desk.printer.online


def test_the_head_cools_towards_the_room() -> None:
    clock = VirtualClock()
    times: list[float] = []
    head = PrintHead(clock, lambda: times.append(clock.now()))
    head.heat_to(69)
    assert not head.too_hot
    head.heat_to(72)
    assert head.too_hot
    clock.advance(4)
    head.heat_to(72)
    clock.advance(8)
    assert (head.too_hot, times) == (True, [])
    clock.advance(2)
    assert (head.too_hot, len(times)) == (False, 1)
    clock.advance(300)
    assert head.temperature == pytest.approx(ROOM_C, abs=0.1)


def test_a_cover_opened_in_the_middle_of_a_line_is_an_error_where_the_printer_says_so() -> None:
    answers = []
    for kind in ("58mm", "80mm"):
        desk = PrinterDesk(kind, lines_per_second=10)
        desk.ask(JOB)
        desk.printer.open_cover()
        answers.append(desk.status())
        desk.printer.close_cover()
        assert desk.status() == "12121212"
        desk.wait(5)
        assert desk.lines() == JOB_LINES
    assert answers == ["1A161212", "1A565212"]
