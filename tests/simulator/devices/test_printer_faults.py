"""Every fault of the printer, and that none is without a test."""

from pathlib import Path

import pytest

from simulator.devices.printer_faults import PRINTER_FAULTS
from tests.simulator.devices.printer_desk import ASK_PAPER, CUT, JOB, JOB_LINES, STATUS, PrinterDesk

TITLE = "医保结算单\n".encode("gb18030")


@pytest.fixture
def desk() -> PrinterDesk:
    return PrinterDesk()


def test_every_fault_has_a_name_of_its_own_and_a_test_here() -> None:
    names = [name for name, *_ in PRINTER_FAULTS]
    assert len(set(names)) == len(names)
    tests = "".join(path.read_text("utf-8") for path in Path(__file__).parent.glob("test_*printer*.py"))
    assert [name for name in names if f'"printer.{name}"' not in tests] == []


def test_forgets_at_loading_keeps_the_job_until_paper_comes(desk: PrinterDesk) -> None:
    desk.fault("printer.forgets_at_loading")
    desk.fault("printer.paper_out_after", 3)
    desk.ask(JOB + b"half a line")
    assert desk.printer.waiting > 0
    desk.printer.load_paper()
    assert desk.ask(b"next\n" + ASK_PAPER) == b"\x00"
    assert desk.lines() == [*JOB_LINES[:3], "next"]


def test_paper_put_in_before_the_roll_ends_makes_it_forget_nothing(desk: PrinterDesk) -> None:
    desk.fault("printer.forgets_at_loading")
    desk.fault("printer.reprints")
    desk.printer.open_cover()
    desk.ask(JOB)
    desk.printer.load_paper()
    desk.printer.close_cover()
    assert desk.lines() == JOB_LINES


def test_reprints_the_last_lines_and_goes_on(desk: PrinterDesk) -> None:
    desk.fault("printer.reprints")
    desk.fault("printer.paper_out_after", 5)
    desk.ask(JOB + ASK_PAPER)
    desk.printer.load_paper()
    assert desk.lines() == [*JOB_LINES[:5], *JOB_LINES[2:]]
    assert desk.ask() == b"\x00"


def test_overheats_and_goes_on_by_itself(desk: PrinterDesk) -> None:
    desk.fault("printer.overheats", 1)
    desk.ask(JOB)
    assert (desk.lines(), desk.status()) == (JOB_LINES[:1], "1A525212")
    desk.wait(8)
    assert len(desk.lines()) == 1
    desk.wait(2)
    assert (desk.lines(), desk.status()) == (JOB_LINES, "12121212")


def test_stalls_without_saying_why(desk: PrinterDesk) -> None:
    desk.ask(b"first\n")
    desk.fault("printer.stalls", 5)
    assert desk.ask(JOB + ASK_PAPER) == b""
    assert (desk.lines(), desk.status()) == (["first"], "12121212")
    desk.wait(4.9)
    assert desk.lines() == ["first"]
    assert desk.wait(0.2) == b"\x00"
    assert desk.lines() == ["first", *JOB_LINES]


def test_a_stalled_printer_overruns() -> None:
    desk = PrinterDesk("58mm-plain")
    desk.fault("printer.stalls")
    desk.ask(b"x\n" * 1000)
    assert desk.printer.overruns == 2000 - 512 - 2
    desk.printer.faults.clear("stalls")
    desk.wait(1)
    assert len(desk.lines()) == 257


def test_near_end_stuck_says_so_of_a_new_roll(desk: PrinterDesk) -> None:
    desk.fault("printer.near_end_stuck")
    desk.printer.load_paper()
    assert desk.status() == "1212121E"
    assert desk.ask(ASK_PAPER) == b"\x03"


def test_automatic_status_needs_no_command_and_does_not_end(desk: PrinterDesk) -> None:
    desk.fault("printer.automatic_status")
    desk.printer.open_cover()
    assert desk.ask() == bytes.fromhex("3800000F")
    desk.printer.close_cover()
    assert desk.ask(b"\x1b@\x1da\x00") == bytes.fromhex("1000000F")
    desk.printer.load_paper(0)
    assert desk.ask() == bytes.fromhex("18000F0F")
    desk.printer.power_off()
    desk.printer.power_on()
    assert desk.ask() == bytes.fromhex("18000F0F")


def test_answer_lost_after_cut_loses_the_proof_and_nothing_before_the_cut(desk: PrinterDesk) -> None:
    desk.fault("printer.answer_lost_after_cut", 2)
    assert desk.ask(JOB + ASK_PAPER) == b"\x00"
    assert desk.ask(CUT + ASK_PAPER) == b""
    assert desk.ask(STATUS + b"\x01") == b""
    assert desk.ask(STATUS + b"\x01") == b"\x12"
    assert desk.ask(CUT + ASK_PAPER) == b"\x00"
    assert desk.printer.paper.cuts == 2


def test_answer_lost_after_cut_also_where_paper_is_torn_off_by_hand() -> None:
    desk = PrinterDesk("58mm-plain")
    desk.fault("printer.answer_lost_after_cut")
    assert desk.ask(JOB + CUT + ASK_PAPER) == b""
    assert desk.ask(STATUS + b"\x01") == b""
    desk.printer.faults.clear("answer_lost_after_cut")
    assert desk.ask(STATUS + b"\x01") == b"\x12"


def test_answers_wrong_is_nonsense_and_the_same_for_a_seed() -> None:
    heard = []
    for seed in (1, 1, 2):
        desk = PrinterDesk(seed=seed)
        desk.fault("printer.answers_wrong", 50)
        heard.append(desk.ask((STATUS + b"\x01") * 50))
        assert desk.status() == "12121212"
        assert desk.ask(b"\x1dIB").endswith(b"\0")
    assert heard[0] == heard[1] != heard[2]
    assert len(set(heard[0])) > 20


def test_slow_status_takes_its_time_and_keeps_the_order(desk: PrinterDesk) -> None:
    desk.fault("printer.slow_status")
    assert desk.ask(STATUS + b"\x01" + STATUS + b"\x04" + ASK_PAPER) == b""
    assert desk.wait(0.45) == b"\x12"
    desk.printer.faults.clear("slow_status")
    assert desk.ask(STATUS + b"\x02") == b""
    assert desk.wait(10) == b"\x12\x00\x12"
    assert desk.ask(STATUS + b"\x02") == b"\x12"


def test_a_slow_printer_keeps_only_so_many_questions(desk: PrinterDesk) -> None:
    desk.fault("printer.slow_status")
    desk.ask((STATUS + b"\x01") * 100)
    assert len(desk.wait(60)) == 8
    desk.ask(STATUS + b"\x01")
    desk.printer.power_off()
    assert desk.wait(1) == b""


def test_loses_chinese_at_initialising_until_it_is_switched_on(desk: PrinterDesk) -> None:
    desk.fault("printer.loses_chinese")
    desk.ask(TITLE + b"\x1b@" + TITLE + b"\x1b@\x1c&" + TITLE)
    good, bad, again = desk.lines()
    assert good == again == "医保结算单"
    assert len(bad) == 10


def test_flow_control_says_when_to_stop_and_when_to_go_on() -> None:
    desk = PrinterDesk("58mm-plain", lines_per_second=10)
    desk.fault("printer.flow_control")
    assert desk.ask(JOB) == b""
    assert desk.ask(b"x" * 307) == b""
    assert desk.ask(b"x" * 100 + STATUS + b"\x01") == b"\x13\x12"
    assert desk.wait(10) == b"\x11"
    assert desk.ask(b"x" * 500) == b"\x13"
    desk.printer.power_off()
    desk.printer.power_on()
    assert desk.wait(10) == b""
    assert desk.printer.overruns == 0


def test_restarts_lose_what_is_not_on_paper() -> None:
    desk = PrinterDesk(lines_per_second=20)
    desk.fault("printer.restarts", 1)
    assert desk.ask(JOB + STATUS + b"\x01") == b""
    desk.wait(5)
    assert desk.lines() == JOB_LINES[:1]
    assert desk.status() == "12121212"


def test_a_printer_that_is_off_does_not_start_by_itself(desk: PrinterDesk) -> None:
    desk.printer.power_off()
    desk.fault("printer.restarts", 1)
    desk.ask(JOB)
    assert not desk.printer.powered


def test_a_small_buffer_overruns_sooner() -> None:
    desk = PrinterDesk(lines_per_second=1)
    desk.fault("printer.small_buffer", 64)
    desk.ask(b"first\n" + b"x" * 100)
    assert (desk.printer.waiting, desk.printer.overruns) == (64, 36)
    assert desk.ask(STATUS + b"\x01") == b"\x12"
