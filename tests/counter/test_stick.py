"""The line is down for good: what waits goes to the office on a stick, and its answers come back."""

import json
from pathlib import Path
from typing import Any

import pytest

from simulator.http_events import Refused
from simulator.launch import Counter
from simulator.small_stick import NoSmallStick, SmallStick
from tests.counter.conftest import Play

SENTENCES: dict[str, str] = json.loads(
    (Path(__file__).parents[2] / "firmware/console/static/locale/zh-CN.json").read_text("utf-8")
)
DOWN = "fault platform.out_of_service 3505\n"
ZHANG_SAN = """
card lay zhang-san
choose diagnosis J00.x00
choose drugs aspirin x1
scan aspirin-1
press settle
expect step done
press finish
card remove
"""
LI_FANG = """
card lay li-fang
choose diagnosis J00.x00
choose drugs aspirin x1, amoxicillin x1
scan aspirin-2
scan amoxicillin-1
press settle
expect step done
press finish
card remove
"""
TO_THE_OFFICE = "stick out\noffice takes in\nstick in\n"


@pytest.fixture
def waiting(play: Play) -> Play:
    """Three messages of two visits wait: first the platform's service was down, now the line is."""
    play(DOWN + ZHANG_SAN + LI_FANG + "expect uploads 3\ncable out\nexpect network offline")
    return play


def carried(counter: Counter, way: str) -> Any:
    """What the answer to `export` or `import` says; or the code and the doctor's sentence when it is refused."""
    try:
        answer = counter.press(f"api/outbox/{way}", {})
    except Refused as refused:
        return refused.code, SENTENCES[f"error.{refused.code}"]
    answer.pop("ok")
    return answer


def each_row_is_there_once(counter: Counter) -> bool:
    sales = [row for row in counter.platform_messages() if row["infno"] == "3505" and str(row["infcode"]) == "0"]
    rows = [row["request"]["input"]["selinfo"]["fixmedins_bchno"] for row in sales]
    return len(rows) == len(set(rows)) == 3


def test_what_waits_is_told_with_number_amount_and_age(counter: Counter, waiting: Play) -> None:
    outbox = counter.wait_terminal(lambda state: state["outbox"]["oldest_s"] > 0, "the age")["outbox"]
    assert (outbox["waiting"], outbox["quarantined"], outbox["level"]) == (3, 0, 0)
    assert outbox["amount_fen"] == 1260 + 1260 + 980
    waiting("cable in\nfault clear\nexpect uploads 0")
    assert each_row_is_there_once(counter)


def test_everything_goes_by_stick_and_the_line_never_comes_back(counter: Counter, waiting: Play) -> None:
    counter.press("api/operators/create", {"name": "李护士", "pin": "847362", "role": "doctor"})
    waiting("sign in 李护士 847362\nstick in")
    assert carried(counter, "export") == {"parcels": 1, "messages": 3}
    waiting("expect uploads 3\n" + TO_THE_OFFICE + "expect uploads 3")
    assert carried(counter, "import") == {"parcels": 1, "acknowledged": 3, "refused": 0}
    assert carried(counter, "import") == {"parcels": 0, "acknowledged": 0, "refused": 0}
    waiting("expect uploads 0\nexpect network offline")
    assert (counter.terminal["outbox"]["amount_fen"], counter.terminal["outbox"]["oldest_s"]) == (0, 0)
    assert each_row_is_there_once(counter)


def test_the_line_comes_back_while_the_stick_is_in_town(counter: Counter, waiting: Play) -> None:
    """The office has decided a part when the terminal can send again: it asks, and sends what is not there."""
    waiting("stick in\npress export\nfault office.first_half 1\nstick out\noffice takes in\nexpect platform 3505 x2")
    waiting("fault clear\ncable in\nexpect uploads 0\nexpect platform 3505 x3\nstick in")
    assert each_row_is_there_once(counter)
    assert carried(counter, "import")["refused"] == 0
    waiting(TO_THE_OFFICE + "press import\nexpect uploads 0")
    assert each_row_is_there_once(counter)


def test_an_answer_in_two_parts(counter: Counter, waiting: Play) -> None:
    waiting("stick in\npress export\nfault office.first_half 1\n" + TO_THE_OFFICE)
    assert carried(counter, "import") == {"parcels": 1, "acknowledged": 2, "refused": 0}
    waiting("expect uploads 1\n" + TO_THE_OFFICE)
    assert carried(counter, "import") == {"parcels": 1, "acknowledged": 1, "refused": 0}
    waiting("expect uploads 0")


def test_what_the_office_refuses_is_held_with_its_sentence(counter: Counter, waiting: Play) -> None:
    waiting("stick in\npress export\nfault platform.refuse 3505 药品追溯码已被其他机构核销\n" + TO_THE_OFFICE)
    assert carried(counter, "import") == {"parcels": 1, "acknowledged": 2, "refused": 1}
    waiting("expect uploads 1")
    [held] = counter.client.look("api/outbox/held")["messages"]
    assert held["refusal"] == "药品追溯码已被其他机构核销"


@pytest.mark.parametrize("fault", ["stick.torn", "office.other_keys"])
def test_an_answer_that_is_not_the_offices_changes_nothing(counter: Counter, waiting: Play, fault: str) -> None:
    waiting(f"stick in\npress export\nfault {fault} 1\n" + TO_THE_OFFICE)
    code, sentence = carried(counter, "import")
    assert code == "parcel.foreign"
    assert "没有用它" in sentence
    waiting("expect uploads 3\n" + TO_THE_OFFICE + "press import\nexpect uploads 0")
    assert each_row_is_there_once(counter)


def test_a_parcel_that_has_suffered_on_the_way_is_written_again(counter: Counter, waiting: Play) -> None:
    waiting("stick in\npress export\nfault stick.worn 1\n" + TO_THE_OFFICE)
    assert counter.world["stick"]["office"]["unopened"] == 1
    code, sentence = carried(counter, "import")
    assert code == "parcel.nothing"
    assert "没有新的回执" in sentence
    waiting("press export\n" + TO_THE_OFFICE + "press import\nexpect uploads 0")
    assert each_row_is_there_once(counter)


def test_without_a_stick_and_with_nothing_to_carry(counter: Counter, play: Play) -> None:
    code, sentence = carried(counter, "export")
    assert code == "stick.missing"
    assert "请插好U盘" in sentence
    assert carried(counter, "import")[0] == "stick.missing"
    assert counter.client.look("api/report")["stick"] == "missing"
    play("stick in")
    assert counter.client.look("api/report")["stick"] == "ready"
    assert carried(counter, "export")[0] == carried(counter, "import")[0] == "parcel.nothing"


@pytest.mark.parametrize(
    ("fault", "code", "words"),
    [("stick.full", "stick.full", "U盘满了"), ("stick.read_only", "stick.failed", "U盘写不进去")],
)
def test_a_stick_that_takes_nothing(counter: Counter, waiting: Play, fault: str, code: str, words: str) -> None:
    try:
        SmallStick().close()
    except NoSmallStick as error:
        pytest.skip(f"a full stick was NOT tested: {error}")
    waiting(f"stick in\nfault {fault}")
    told, sentence = carried(counter, "export")
    assert told == code
    assert words in sentence
    assert "没上传的都还在终端里" in sentence
    waiting(f"expect uploads 3\nfault clear {fault}\npress export\n" + TO_THE_OFFICE + "press import\nexpect uploads 0")
    assert each_row_is_there_once(counter)


def test_killed_between_export_and_answer(counter: Counter, waiting: Play) -> None:
    waiting("stick in\npress export\nterminal kill\nstick out\noffice takes in\nterminal start\nstick in")
    waiting("sign in 韦医生 283746\nexpect uploads 3\npress import\nexpect uploads 0")
    assert each_row_is_there_once(counter)


def test_the_office_can_be_told_who_this_terminal_is(counter: Counter, waiting: Play) -> None:
    """The key on the technicians' page is the one in the head of the parcels (docs/parcels.md)."""
    waiting("stick in\npress export")
    parcel = counter.run_dir / "stick" / "cyt-00000001.cyp"
    assert counter.client.look("api/report")["device"] == parcel.read_bytes()[5:37].hex()
