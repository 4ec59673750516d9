"""The printer as a machine: status, paper, cover, buffer, speed, power."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.simulator.devices.printer_desk import ASK_PAPER, JOB, STATUS
from tests.simulator.devices.printer_desk import PrinterDesk as Desk

INIT = b"\x1b@"


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_the_documented_status_bytes(desk: Desk) -> None:
    assert desk.status() == "12121212"
    desk.printer.open_cover()
    assert desk.status() == "1A161212"
    desk.printer.close_cover()
    desk.printer.load_paper(300)
    assert desk.status() == "1212121E"
    desk.printer.load_paper(0)
    assert desk.status() == "1A32127E"
    desk.printer.load_paper()
    assert desk.status() == "12121212"


def test_a_status_question_is_answered_at_once_and_gs_r_in_its_turn() -> None:
    desk = Desk(lines_per_second=10)
    assert desk.ask(JOB + ASK_PAPER + STATUS + b"\x01") == b"\x12"
    desk.clock.advance(0.95)
    assert desk.ask() == b""
    desk.clock.advance(0.1)
    assert desk.ask() == b"\x00"
    assert desk.lines()[-1] == "line 10"


def test_gs_r_says_that_paper_is_near_its_end_and_nothing_when_it_has_ended(desk: Desk) -> None:
    desk.printer.load_paper(300)
    assert desk.ask(ASK_PAPER) == b"\x03"
    assert desk.ask(b"\x1dr\x02") == b"\x00"
    desk.printer.load_paper(0)
    assert desk.ask(ASK_PAPER) == b""
    desk.printer.load_paper()
    assert desk.ask() == b"\x00"


def test_status_in_pieces_and_inside_other_data(desk: Desk) -> None:
    assert desk.ask(b"\x10") + desk.ask(b"\x04") + desk.ask(b"\x04") == b"\x12"
    assert desk.ask(b"\x1dv0\x00\x01\x00\x03\x00\x10\x04\x01") == b"\x12"
    assert desk.ask(STATUS + b"\x05") == b""
    assert desk.printer.unknown == []


def test_automatic_status_comes_once_and_with_every_change(desk: Desk) -> None:
    assert desk.ask(b"\x1da\xff") == bytes.fromhex("1000000F")
    assert desk.ask(JOB) == b""
    desk.printer.open_cover()
    assert desk.ask() == bytes.fromhex("3800000F")
    desk.printer.load_paper(0)
    assert desk.ask() == bytes.fromhex("38000F0F")
    desk.printer.load_paper()
    desk.printer.close_cover()
    assert desk.ask() == bytes.fromhex("3800000F1000000F")
    desk.ask(b"\x1da\x00")
    desk.printer.open_cover()
    assert desk.ask() == b""


def test_paper_that_ends_in_the_middle_holds_the_job_until_there_is_more(desk: Desk) -> None:
    desk.fault("printer.paper_out_after", 3)
    assert desk.ask(JOB + ASK_PAPER) == b""
    assert desk.lines() == ["line 1", "line 2", "line 3"]
    assert (desk.printer.online, desk.status()) == (False, "1A32127E")
    desk.printer.open_cover()
    desk.printer.load_paper()
    assert len(desk.lines()) == 3
    desk.printer.close_cover()
    assert desk.lines() == [f"line {number}" for number in range(1, 11)]
    assert desk.ask() == b"\x00"


def test_the_roll_gets_shorter_and_ends_by_itself(desk: Desk) -> None:
    desk.printer.load_paper(20)
    desk.ask(JOB)
    assert len(desk.lines()) == 6  # 3.75 mm each
    assert desk.printer.paper_mm == 0


def test_a_cheap_board_forgets_the_rest(desk: Desk) -> None:
    desk.fault("printer.forgets")
    desk.fault("printer.paper_out_after", 3)
    desk.ask(JOB + ASK_PAPER)
    desk.printer.load_paper()
    assert desk.lines() == ["line 1", "line 2", "line 3"]
    assert desk.ask(b"next\n") == b""
    assert desk.lines()[-1] == "next"


def test_the_input_buffer_is_finite_and_really_overruns() -> None:
    desk = Desk(lines_per_second=10, buffer=64)
    desk.ask(b"first\n" + b"x" * 31 + b"\n" + b"y" * 100)
    assert desk.printer.waiting == 64
    assert desk.printer.overruns == 32 + 100 - 64  # the first line has gone to the mechanism
    desk.clock.advance(10)
    assert desk.printer.waiting == 0
    assert desk.lines()[0] == "first"


def test_what_can_be_printed_at_once_does_not_overrun(desk: Desk) -> None:
    desk.ask(b"x\n" * 3000)
    assert (desk.printer.overruns, desk.printer.paper.count) == (0, 3000)


def test_a_status_question_is_heard_with_a_full_buffer() -> None:
    desk = Desk(lines_per_second=1, buffer=16)
    desk.ask(b"x\n" * 40)
    assert desk.ask(STATUS + b"\x04") == b"\x12"


def test_the_speed_is_that_of_the_mechanism() -> None:
    desk = Desk(lines_per_second=20)
    desk.ask(JOB)
    desk.clock.advance(0.26)
    assert len(desk.lines()) == 6
    desk.clock.advance(0.25)
    assert len(desk.lines()) == 10


def test_power_off_loses_everything_that_is_not_on_paper() -> None:
    desk = Desk(lines_per_second=20)
    desk.ask(b"\x1c." + b"\x1da\xff" + JOB)
    desk.clock.advance(0.11)
    desk.ask()
    desk.printer.power_off()
    assert desk.ask(STATUS + b"\x01" + b"lost\n") == b""
    desk.clock.advance(5)
    assert desk.lines() == ["line 1", "line 2", "line 3"]
    desk.printer.power_on()
    desk.printer.open_cover()
    desk.printer.close_cover()
    assert desk.ask("好\n".encode("gb18030")) == b""
    assert desk.lines()[-1] == "好"


def test_without_its_cable_it_prints_what_it_has_and_hears_nothing() -> None:
    desk = Desk(lines_per_second=20)
    desk.ask(JOB)
    desk.printer.unplug()
    assert desk.ask(STATUS + b"\x01" + b"lost\n") == b""
    desk.clock.advance(5)
    desk.printer.plug()
    assert desk.lines() == [f"line {number}" for number in range(1, 11)]
    assert desk.ask(STATUS + b"\x01") == b"\x12"


def test_a_silent_printer_prints(desk: Desk) -> None:
    desk.fault("printer.silent")
    assert desk.ask(JOB + ASK_PAPER + STATUS + b"\x01") == b""
    assert len(desk.lines()) == 10


def test_it_says_who_it_is(desk: Desk) -> None:
    answer = desk.ask(b"\x1dIB") + desk.ask(b"\x1dIC")
    assert answer.count(b"_") == 2
    assert answer.endswith(b"\0")


def test_a_printer_without_a_cutter_does_not_cut() -> None:
    without, with_cutter = Desk(cutter=False), Desk()
    for desk in (without, with_cutter):
        desk.ask(b"text\n\x1dV\x42\x10")
    assert (without.printer.paper.cuts, with_cutter.printer.paper.cuts) == (0, 1)


def test_initialising_ends_the_automatic_status(desk: Desk) -> None:
    desk.ask(b"\x1da\xff" + INIT)
    desk.printer.open_cover()
    assert desk.ask() == b""


def test_swallowed_data_leaves_the_next_text_alone(desk: Desk) -> None:
    height = 3000
    desk.ask(b"\x1dv0\x00\x30\x00" + height.to_bytes(2, "little"))
    for _ in range(height):
        desk.ask(b"\xff" * 48)
    desk.ask(b"after\n")
    assert desk.lines() == ["after"]


PIECES = st.one_of(
    st.binary(max_size=24),
    st.sampled_from([b"\x1b@", b"\x1d(k", b"\x1dv0\x00", b"\x1c.", b"\x1dk", b"\x1b*\x21", b"\x1d!\x77", b"\x1bD"]),
)


@given(st.lists(PIECES, max_size=30), st.booleans())
def test_no_bytes_break_it_and_pieces_do_not_matter(pieces: list[bytes], broken_up: bool) -> None:
    whole, bits = Desk(), Desk()
    data = b"".join(pieces)
    whole.ask(data)
    for piece in pieces if broken_up else [data[at : at + 1] for at in range(len(data))]:
        bits.ask(piece)
    assert bits.printer.paper.svg() == whole.printer.paper.svg()
    assert bits.printer.paper.text() == whole.printer.paper.text()
    assert bits.printer.unknown == whole.printer.unknown
