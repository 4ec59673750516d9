"""The day end with real processes: terminal and platform over HTTP, and what either of them has lost."""

import shutil
from typing import Any

import pytest

from simulator.http_events import Refused
from simulator.launch import Counter
from tests.counter.conftest import MORNING, Play
from tests.counter.test_serving import UP_TO_PRICE

SETTLED = UP_TO_PRICE + "press settle\nexpect step done\nexpect uploads 0\npress finish\ncard remove\n"
pytestmark = pytest.mark.usefixtures("one_day")
TODAY = {"begin": "", "end": ""}


def reconciled(counter: Counter, details: bool = False) -> dict[str, Any]:
    """The day end of today, done."""
    counter.press("api/day-end/start", {**TODAY, "details": details})
    return settled_down(counter)


def settled_down(counter: Counter) -> dict[str, Any]:
    """The view when nothing moves any more."""
    counter.wait_terminal(lambda state: not state["day_end"]["running"], "the end of the day end")
    return look(counter)


def look(counter: Counter) -> dict[str, Any]:
    view: dict[str, Any] = counter.client.look("api/day-end?begin=&end=")
    return view


def sent(counter: Counter) -> list[str]:
    return [message["infno"] for message in counter.platform_messages()]


def test_a_day_that_agrees_bill_by_bill_and_on_paper(counter: Counter, play: Play) -> None:
    play(
        SETTLED
        + UP_TO_PRICE.replace("aspirin-1", "aspirin-2").replace("zhang-san", "li-fang")
        + "press settle\nexpect step done\npress cancel"
    )
    play("expect step cancelled\npress finish\nexpect uploads 0")
    view = reconciled(counter, details=True)
    assert (view["state"], view["verdict"], view["differences"]) == ("done", "equal", [])
    assert (view["sums"]["count"], view["sums"]["refunds"], view["sums"]["total_fen"]) == (3, 1, 1260)
    assert [infno for infno in sent(counter) if infno in {"9101", "3202", "9102", "9002"}] == [
        "9101",
        "3202",
        "9102",
        "9002",
    ]
    counter.press("api/day-end/print", TODAY)
    for text in ("日终对账单", "对账结果：平", f"第 {view['head']['sequence']} 条"):
        play(f"expect receipt contains {text}")  # it comes line by line


def test_a_terminal_that_lost_its_records_finds_the_bill_and_reverses_it(counter: Counter, play: Play) -> None:
    play(SETTLED)
    counter.stop_terminal()
    shutil.rmtree(counter.state_dir)
    counter.start_terminal()
    play(MORNING)
    view = reconciled(counter)
    [difference] = view["differences"]
    assert (view["verdict"], difference["kind"], difference["actions"]) == ("unequal", "there", ["reverse", "note"])
    counter.press("api/operators/create", {"name": "李护士", "pin": "847362", "role": "doctor"})
    play("fault network.cut_after 2601\nsign in 李护士 847362")
    with pytest.raises(Refused) as caught:
        counter.press("api/day-end/reverse", {"id": difference["id"]})
    assert caught.value.code == "operator.not_allowed"
    play("sign in 韦医生 283746")
    counter.press("api/day-end/reverse", {"id": difference["id"]})
    counter.wait_bench(lambda _: "2601" in sent(counter), "the reversal")
    counter.kill_terminal()  # its answer never came, and now the power goes
    play("cable in")
    counter.start_terminal()
    play("sign in 韦医生 283746")
    [difference] = settled_down(counter)["differences"]
    assert difference["state"] in {"reversed", "gone"}
    assert counter.settlements() == []
    assert (reconciled(counter)["verdict"], sent(counter).count("2601")) == ("equal", 2)


def test_a_platform_that_lost_its_records(counter: Counter, play: Play) -> None:
    play(SETTLED)
    counter.stop_simulator()
    shutil.rmtree(counter.keep)
    counter.start_simulator()
    view = reconciled(counter)
    [difference] = view["differences"]
    assert (view["verdict"], difference["kind"], difference["actions"]) == ("unequal", "here", ["ask", "note"])
    counter.press("api/day-end/ask", {"id": difference["id"]})
    [difference] = settled_down(counter)["differences"]
    assert difference["state"] == "missing"
    counter.press("api/day-end/note", {"id": difference["id"], "reason": "已交乡镇医保窗口办"})
    view = look(counter)
    assert (view["verdict"], view["differences"][0]["reason"]) == ("explained", "已交乡镇医保窗口办")


def test_killed_in_the_middle_it_goes_on_by_itself(counter: Counter, play: Play) -> None:
    play(SETTLED + "fault network.cut_before 3202")
    counter.press("api/day-end/start", {**TODAY, "details": True})
    counter.wait_terminal(lambda state: state["network"]["state"] == "offline", "the cut")
    assert look(counter)["state"] == "running"
    counter.kill_terminal()
    play("cable in")
    counter.start_terminal()
    play("sign in 韦医生 283746")
    view = settled_down(counter)
    assert (view["state"], view["verdict"]) == ("done", "equal")
