"""`kill -9` at every step: the terminal comes back at that step, with nothing lost and nothing doubled."""

from typing import Any

import pytest

from simulator.launch import Counter
from tests.counter.conftest import Play
from tests.counter.stubborn_doctor import press
from tests.counter.test_serving import UP_TO_PRICE

AGAIN = """
terminal kill
terminal start
sign in 韦医生 283746
"""


def test_at_each_step_of_the_visit(counter: Counter, play: Play) -> None:
    play("card lay zhang-san\nexpect step diagnose\nexpect patient 张三")
    play(AGAIN + "expect step diagnose\nexpect patient 张三\nchoose diagnosis J00.x00\nexpect step prescribe")
    play(AGAIN + "expect step prescribe\nchoose drugs aspirin x2\nexpect step dispense")
    play(AGAIN + "expect step dispense\nexpect scanned 0\nscan aspirin-1\nexpect scanned 1")
    play(AGAIN + "expect step dispense\nexpect scanned 1\nscan aspirin-2\nexpect step confirm\nexpect own 3.78")
    play(AGAIN + "expect step confirm\nexpect own 3.78\npress settle\nexpect step done\nexpect uploads 0")
    play(AGAIN + "expect step done\nexpect receipt is printed\nexpect settlements 1\nexpect platform 2201 x1")
    play("expect platform 3505 x1")
    assert counter.paper_text().count("医保结算单") == 1


@pytest.mark.parametrize("when", ["cut_before", "cut_after"])
@pytest.mark.parametrize("infno", ["1101", "2201", "2203", "2204", "2206", "2207", "3505"])
def test_between_a_message_and_its_answer(counter: Counter, play: Play, infno: str, when: str) -> None:
    """The plug is pulled while the message is on its way; afterwards the visit is finished by hand from where it
    stands."""
    play(f"fault network.{when} {infno}\ncard lay zhang-san")
    finish(counter, play, until_cut=True)
    play("terminal kill\ncable in\nterminal start\nsign in 韦医生 283746")
    if counter.terminal["visit"] is None:  # killed before the visit was opened; the reader has told of this card
        play("card remove\ncard lay zhang-san")
    finish(counter, play, until_cut=False)
    play("expect step done\nexpect settlements 1\nexpect uploads 0\nexpect platform 2201 x1")
    play("expect platform 3505 x1")


def finish(counter: Counter, play: Play, until_cut: bool) -> None:
    """Take the visit forward step by step: to its end, or until the cable has been pulled."""
    actions = {
        "diagnose": "choose diagnosis J00.x00",
        "prescribe": "choose drugs aspirin x1",
        "dispense": "press scan\nscan aspirin-1",
    }
    for _ in range(12):
        state = counter.wait_terminal(
            lambda state: cut(counter) or (state["visit"] is not None and not state["busy"]), "the next step"
        )
        if until_cut and cut(counter):
            return
        step = state["visit"]["step"]
        if step == "receipt" and state["visit"]["receipt"]["state"] == "unsure":
            play("press came-out")  # the plug went while the receipt was being printed: the doctor was asked
            continue
        if step == "done" and not until_cut:
            return
        if step in actions:
            play(actions[step])
        elif step == "price":
            press(counter, "price", state["visit"], {})
        elif step == "confirm":
            press(counter, "settle", state["visit"], {"own_fen": state["visit"]["preview"]["own_fen"]})
        else:
            counter.wait_bench(lambda world: cut(counter) or not until_cut, "the cable to be pulled")
            continue
        wait_for_the_end_of(step, counter, until_cut)


def wait_for_the_end_of(step: str, counter: Counter, until_cut: bool) -> None:
    def over(state: dict[str, Any]) -> bool:
        return (until_cut and cut(counter)) or (state["visit"] is not None and state["visit"]["step"] != step)

    counter.wait_terminal(over, f"the end of {step}")


def cut(counter: Counter) -> bool:
    """Whether the cable lies on the floor."""
    return bool(counter.world["network"]["cable"] == "out")


def test_while_the_receipt_is_being_printed(play: Play) -> None:
    play(UP_TO_PRICE)
    play("fault printer.paper_out_after 6\npress settle\nexpect device printer fault printer.paper_out")
    play(AGAIN)
    play("""
    expect step receipt
    expect receipt is unsure
    expect settlements 1
    fault clear
    cover open
    paper load
    cover close
    expect device printer ready
    press reprint
    expect step done
    expect receipt contains 【重打】
    expect uploads 0
    """)


def test_while_a_cancellation_is_on_its_way(play: Play) -> None:
    play(UP_TO_PRICE)
    play("press settle\nexpect step done\nexpect uploads 0\nfault network.cut_after 2208\npress cancel")
    play("expect network offline\nterminal kill\ncable in\nterminal start\nsign in 韦医生 283746")
    play("expect step cancelled\nexpect settlements 0\nexpect platform 2208 x1\nexpect uploads 0")
