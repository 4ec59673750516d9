"""Cards that cannot be read and boxes that must not leave: each with its sentence, and nothing hangs."""

import pytest

from simulator.launch import Counter
from tests.counter.conftest import Play

SERVED_AFTER_ALL = """
card remove
card lay zhang-san
expect patient 张三
"""


@pytest.mark.parametrize(
    ("fault", "notice"),
    [
        ("reader.wrong_card_type 1", "card.wrong_type"),
        ("reader.read_fails 1", "card.unreadable"),
    ],
)
def test_a_card_that_cannot_be_read_is_said_and_read_the_next_time(play: Play, fault: str, notice: str) -> None:
    play(f"fault {fault}\ncard lay zhang-san\nexpect notice {notice}\nfault clear")
    play(SERVED_AFTER_ALL)


@pytest.mark.parametrize("fault", ["reader.bad_checksum", "reader.half_answer"])
def test_a_reader_that_answers_rubbish_is_said_and_asked_until_it_is_well(play: Play, fault: str) -> None:
    play(f"fault {fault}\ncard lay zhang-san\nexpect device card_reader silent reader.silent\nfault clear")
    play("expect patient 张三")


def test_noise_on_the_line_does_not_disturb(play: Play) -> None:
    play("fault reader.noise 5\ncard lay zhang-san\nexpect patient 张三")


def test_a_silent_reader_is_shown_and_asked_again(play: Play) -> None:
    play("""
    fault reader.silent
    expect device card_reader silent reader.silent
    fault clear reader.silent
    expect device card_reader ready
    card lay zhang-san
    expect patient 张三
    """)


def test_an_unplugged_scanner_is_shown_and_found_again(play: Play) -> None:
    play("""
    card lay zhang-san
    choose diagnosis J00.x00
    choose drugs aspirin x1
    expect step dispense
    scanner unplug
    expect device scanner silent scanner.silent
    scanner plug
    expect device scanner ready
    scan aspirin-1
    expect step confirm
    """)


def test_a_box_is_dispensed_once(play: Play) -> None:
    play("""
    card lay zhang-san
    choose diagnosis J00.x00
    choose drugs aspirin x1
    scan aspirin-1
    press settle
    expect step done
    card remove
    press finish
    card lay li-fang
    choose diagnosis J00.x00
    choose drugs aspirin x1
    scan aspirin-1
    expect notice trace.already_dispensed
    expect scanned 0
    scan aspirin-2
    expect step confirm
    """)


def test_a_box_reserved_by_a_kept_visit_is_not_free(play: Play) -> None:
    play("""
    card lay zhang-san
    choose diagnosis J00.x00
    choose drugs aspirin x2
    scan aspirin-1
    expect scanned 1
    press set-aside
    card remove
    card lay li-fang
    choose diagnosis J00.x00
    choose drugs aspirin x1
    scan aspirin-1
    expect notice trace.already_dispensed
    expect scanned 0
    """)


def test_a_box_when_nobody_is_there(counter: Counter, play: Play) -> None:
    play("press scan\nscan aspirin-1\nexpect notice trace.not_now\nexpect no visit")
