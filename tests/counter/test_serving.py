"""Serving patients: card, insurance code, typed number, several visits, cancelling."""

from datetime import date, datetime
from pathlib import Path

import pytest

from simulator.http_events import Refused
from simulator.launch import Counter
from simulator.player import Player
from simulator.scenario import read_scenario
from tests.counter.conftest import CHINA, MORNING, PATIENCE_MS, Play, statements

SCENARIOS = sorted((Path(__file__).parents[2] / "simulator" / "scenarios").glob("*.txt"))

BOARDS = sorted((Path(__file__).parents[2] / "board_configs").glob("*.toml"))

UP_TO_PRICE = """
card lay zhang-san
choose diagnosis J00.x00
choose drugs aspirin x1
scan aspirin-1
expect step confirm
"""


def today() -> date:
    return datetime.now(CHINA).date()


def age_on(day: date) -> int:
    """Of 李芳, who was born on 7 March 1990."""
    return day.year - 1990 - ((day.month, day.day) < (3, 7))


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda path: path.stem)
def test_every_shipped_scenario_plays(counter: Counter, scenario: Path) -> None:
    Player(counter, lambda _: None).play(read_scenario(scenario))


@pytest.mark.parametrize("board", BOARDS, ids=lambda path: path.stem)
def test_every_shipped_board_serves_a_patient(tmp_path: Path, board: Path) -> None:
    """The same firmware with each board file; only ports and addresses are those of the simulator."""
    with Counter(tmp_path, patience_ms=PATIENCE_MS, board=board.name) as counter:
        play = Player(counter, lambda _: None).play
        play(statements(MORNING + UP_TO_PRICE + "press settle\nexpect step done\nexpect uploads 0"))


def test_what_the_card_says_appears(counter: Counter, play: Play) -> None:
    age_before = age_on(today())  # her birthday may begin meanwhile
    play("card lay li-fang\nexpect patient 李芳")  # as the card says, before the platform has said anything
    known = counter.wait_terminal(lambda state: state["visit"]["patient"]["insured"] == "yes", "the insurance")
    patient = known["visit"]["patient"]
    assert patient["identity_number"] == "110101********8662"
    assert (patient["sex"], patient["age"]) in [("female", age) for age in (age_before, age_on(today()))]
    assert (patient["insurance"], patient["insured"], patient["balance_fen"]) == ("310", "yes", 137363)


def test_typed_identity_number(play: Play) -> None:
    play("""
    type number 11010519491231002x
    expect patient 张三
    choose diagnosis R05.x00
    choose drugs child-cough-syrup x1
    press known
    scan child-cough-syrup-2
    expect step confirm
    press known
    press settle
    expect step done
    expect settlements 1
    expect uploads 0
    """)


def test_an_expired_card_is_a_warning_and_the_patient_is_served(counter: Counter, play: Play) -> None:
    play("card lay wei-ming\nexpect patient 韦明\nexpect notice card.expired")
    assert counter.terminal["notice"]["kind"] == "warning"
    play("""
    choose diagnosis J00.x00
    choose drugs aspirin x1
    scan aspirin-1
    press settle
    expect step done
    expect settlements 1
    expect uploads 0
    """)


def test_a_card_that_was_laid_before_the_sign_in_is_served_after_it(counter: Counter) -> None:
    counter.bench("card lay zhang-san")
    counter.wait_terminal(lambda state: state["devices"]["card_reader"]["state"] == "ready", "the reader")
    counter.client.sign_in("韦医生", "283746")
    counter.wait_terminal(lambda state: state["visit"] is not None, "the visit")


def test_another_card_waits_until_the_visit_is_over(play: Play) -> None:
    play("""
    card lay zhang-san
    expect patient 张三
    card remove
    card lay li-fang
    expect notice visit.another_open
    expect patient 张三
    press set-aside  # her card still lies there: she is next
    expect patient 李芳
    expect kept 1
    """)


def test_changing_the_lines_after_the_price_prices_anew(play: Play) -> None:
    play(UP_TO_PRICE)
    play("""
    expect own 1.89
    choose drugs aspirin x2
    expect step dispense
    scan aspirin-2
    expect step confirm
    expect own 3.78
    expect platform 2205 x1
    press settle
    expect step done
    expect settlements 1
    expect uploads 0
    """)


def test_cancelling_before_the_settlement_releases_the_boxes(play: Play) -> None:
    play(UP_TO_PRICE)
    play("""
    press cancel
    expect step cancelled
    expect platform 2205 x1
    expect platform 2202 x1
    card remove
    press finish
    """)
    play(UP_TO_PRICE)
    play("press settle\nexpect step done\nexpect settlements 1\nexpect uploads 0")


def test_cancelling_a_settled_visit_undoes_it_in_order(counter: Counter, play: Play) -> None:
    play(UP_TO_PRICE)
    play("""
    press settle
    expect step done
    expect uploads 0
    press cancel
    expect step cancelled
    expect settlements 0
    expect platform 3506 x1
    expect uploads 0
    """)
    undone = [m["infno"] for m in counter.platform_messages() if m["infno"] in ("2208", "2205", "2202")]
    assert undone == ["2208", "2205", "2202"]
    play("card remove\npress finish")
    play(UP_TO_PRICE)
    play("press settle\nexpect step done\nexpect settlements 1\nexpect uploads 0")


def test_a_second_press_on_an_old_screen_does_nothing(counter: Counter, play: Play) -> None:
    play(UP_TO_PRICE)
    visit = counter.terminal["visit"]
    body = {"version": visit["version"], "own_fen": visit["preview"]["own_fen"]}
    counter.press("api/visit/settle", body)
    with pytest.raises(Refused, match=r"visit\.(moved_on|busy|not_now)"):
        counter.press("api/visit/settle", body)
    play("expect step done\nexpect settlements 1\nexpect platform 2207 x1")
