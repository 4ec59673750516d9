"""The network goes and comes: nothing is lost, nothing is charged twice, the ledger of the platform proves it."""

import pytest

from simulator.launch import Counter
from tests.counter.conftest import Play
from tests.counter.test_serving import UP_TO_PRICE

SETTLED_ONCE = """
expect step done
expect settlements 1
expect uploads 0
"""


def test_pulled_before_the_settlement_the_draft_is_kept_and_continued(play: Play) -> None:
    play("""
    card lay zhang-san
    choose diagnosis J00.x00
    expect patient 张三
    cable out
    choose drugs aspirin x1
    scan aspirin-1
    expect step price
    expect notice insurance.not_connected  # the audit found the kept connection silent; a new one is refused at once
    expect network offline
    press set-aside
    expect kept 1
    cable in
    resume first
    press price
    expect step confirm
    press settle
    """)
    play(SETTLED_ONCE)


def test_the_doctor_sees_that_the_network_has_gone_before_it_is_needed(play: Play) -> None:
    play("""
    expect network online
    cable out
    expect network offline
    cable in
    expect network online
    """)


def test_a_card_without_a_network_opens_a_draft(play: Play) -> None:
    play("""
    cable out
    card lay zhang-san
    expect patient 张三
    expect notice insurance.not_connected
    choose diagnosis J00.x00
    choose drugs aspirin x1
    scan aspirin-1
    expect step price
    expect notice insurance.not_connected
    cable in
    press price
    expect step confirm
    press settle
    """)
    play(SETTLED_ONCE)


@pytest.mark.parametrize("when", ["cut_before", "cut_after"])
def test_pulled_during_the_settlement_it_is_settled_once(counter: Counter, play: Play, when: str) -> None:
    play(UP_TO_PRICE)
    play(f"""
    fault network.{when} 2207
    press settle
    expect step settling
    expect notice insurance.no_answer
    cable in
    """)
    play(SETTLED_ONCE)
    infnos = [message["infno"] for message in counter.platform_messages()]
    assert "2601" in infnos, "the outcome was not asked for"
    assert infnos.index("2601") < len(infnos) - 1 - infnos[::-1].index("2207"), "settled again before it was known"


def test_the_next_patient_is_served_while_the_outcome_is_unknown(play: Play) -> None:
    play(UP_TO_PRICE)
    play("""
    fault network.cut_after 2207
    press settle
    expect step settling
    press set-aside
    expect no visit
    card remove
    card lay li-fang
    expect patient 李芳
    cable in
    expect settlements 1
    """)


def test_pulled_after_the_settlement_the_uploads_wait_and_leave(play: Play) -> None:
    play(UP_TO_PRICE)
    play("""
    fault network.cut_before 3505
    press settle
    expect step done
    expect uploads 1
    expect settlements 1
    cable in
    expect uploads 0
    expect platform 3505 x1
    """)


def test_an_upload_whose_answer_was_lost_is_asked_for_not_repeated(play: Play) -> None:
    play(UP_TO_PRICE)
    play("""
    fault network.cut_after 3505
    press settle
    expect step done
    expect uploads 1
    cable in
    expect uploads 0
    expect platform 3505 x1
    """)


@pytest.mark.parametrize("when", ["cut_before", "cut_after"])
def test_pulled_while_registering_there_is_one_registration(play: Play, when: str) -> None:
    play(f"""
    fault network.{when} 2201
    card lay zhang-san
    expect patient 张三
    expect network offline
    cable in
    choose diagnosis J00.x00
    choose drugs aspirin x1
    scan aspirin-1
    expect step confirm
    press settle
    """)
    play(SETTLED_ONCE)
    play("expect platform 2201 x1")


@pytest.mark.parametrize("when", ["cut_before", "cut_after"])
def test_pulled_while_sending_fees_they_are_there_once(play: Play, when: str) -> None:
    play(f"""
    fault network.{when} 2204
    card lay zhang-san
    choose diagnosis J00.x00
    choose drugs aspirin x1
    scan aspirin-1
    expect notice insurance.no_answer
    expect step price
    cable in
    press price
    expect step confirm
    expect own 1.89
    press settle
    """)
    play(SETTLED_ONCE)


def test_the_platform_says_no(counter: Counter, play: Play) -> None:
    play(UP_TO_PRICE)
    play("""
    fault platform.refuse 2207 该参保人待遇已冻结，请联系参保地医保局
    press settle
    expect notice insurance.refused
    expect step confirm
    """)
    assert counter.terminal["notice"]["params"]["platform"] == "该参保人待遇已冻结，请联系参保地医保局"
    play("press settle\nexpect step done\nexpect settlements 1")


def test_somebody_whom_the_platform_does_not_know(counter: Counter, play: Play) -> None:
    play("card lay sun-qi\nexpect notice insurance.refused\nexpect no visit\nexpect kept 0")
    assert counter.terminal["notice"]["params"]["platform"]


def test_a_refused_upload_is_set_apart_and_shown(counter: Counter, play: Play) -> None:
    play(UP_TO_PRICE)
    play("fault platform.refuse 3505 该追溯码已被使用\npress settle\nexpect step done\nexpect uploads 1")
    counter.wait_terminal(lambda state: state["outbox"]["quarantined"] == 1, "the refused upload")


def test_sums_that_do_not_add_up_are_not_shown_as_a_price(play: Play) -> None:
    play("""
    fault platform.wrong_sums 2206
    card lay zhang-san
    choose diagnosis J00.x00
    choose drugs aspirin x1
    scan aspirin-1
    expect notice insurance.wrong_sums
    expect step price
    fault clear
    press price
    expect step confirm
    """)
