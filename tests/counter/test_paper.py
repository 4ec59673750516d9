"""Paper: the record is safe before the first byte, and no second copy comes out without being asked for and marked."""

from simulator.launch import Counter
from tests.counter.conftest import Play
from tests.counter.test_serving import UP_TO_PRICE


def test_paper_out_before_the_receipt(play: Play) -> None:
    play(UP_TO_PRICE)
    play("""
    paper left 0
    expect device printer fault printer.paper_out
    press settle
    expect settlements 1
    expect step receipt
    expect receipt is failed
    cover open
    paper load
    cover close
    expect device printer ready
    press print
    expect step done
    expect receipt contains 张三
    """)


def test_a_printer_that_forgot_the_rest_leads_to_a_question(counter: Counter, play: Play) -> None:
    play(UP_TO_PRICE)
    play("""
    fault printer.forgets
    fault printer.paper_out_after 6
    press settle
    expect device printer fault printer.paper_out
    expect settlements 1
    cover open
    paper load
    cover close
    expect receipt is unsure
    expect notice printer.no_proof
    fault clear
    press reprint
    expect step done
    expect receipt contains 【重打】
    """)
    assert counter.paper_text().count("[QR") == 1  # what lacks its middle lacks its end, too


def test_it_came_out_after_all(counter: Counter, play: Play) -> None:
    play(UP_TO_PRICE)
    play("""
    fault printer.forgets
    fault printer.paper_out_after 6
    press settle
    expect device printer fault printer.paper_out
    cover open
    paper load
    cover close
    expect receipt is unsure
    press came-out
    expect step done
    """)
    assert "重打" not in counter.paper_text()


def test_a_copy_is_marked(play: Play) -> None:
    play(UP_TO_PRICE)
    play("press settle\nexpect step done\npress reprint\nexpect receipt contains 【重打】\nexpect step done")


def test_a_silent_printer_does_not_hold_the_visit(play: Play) -> None:
    play(UP_TO_PRICE)
    play("""
    printer unplug
    expect device printer silent printer.silent
    press settle
    expect settlements 1
    expect receipt is failed
    printer plug
    expect device printer ready
    press print
    expect step done
    expect receipt contains 张三
    expect uploads 0
    """)


def test_a_printer_that_is_gone_leaves_the_office_printer(counter: Counter, play: Play) -> None:
    play(UP_TO_PRICE)
    play("""
    printer power off
    expect device printer silent
    press settle
    expect receipt is failed
    press office
    expect receipt is unsure
    press came-out
    expect step done
    """)
    assert counter.paper_text() == ""
