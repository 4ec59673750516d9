"""Who may do what away from the patient, with the real terminal: doctor, supervisor, technician."""

import json
from pathlib import Path
from typing import Any

import pytest

from simulator.http_events import Refused
from simulator.launch import Counter
from tests.counter.conftest import Play
from tests.counter.test_serving import UP_TO_PRICE

SENTENCES: dict[str, str] = json.loads(
    (Path(__file__).parents[2] / "firmware/console/static/locale/zh-CN.json").read_text("utf-8")
)
REFUSAL = "该追溯码已被其他机构核销"


@pytest.fixture
def people(counter: Counter, play: Play) -> Play:
    """The supervisor who set the terminal up has added a doctor and a technician."""
    for name, pin, role in (("李护士", "847362", "doctor"), ("维修小陈", "950318", "technician")):
        counter.press("api/operators/create", {"name": name, "pin": pin, "role": role})
    return play


def refused(counter: Counter, path: str, body: dict[str, Any] | None = None) -> tuple[int, str]:
    """How a press (or, without a body, a look) is refused."""
    with pytest.raises(Refused) as caught:
        counter.client.look(path) if body is None else counter.press(path, body)
    return caught.value.status, caught.value.code


def held(counter: Counter) -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = counter.client.look("api/outbox/held")["messages"]
    return messages


def test_a_refused_message_is_shown_tried_again_and_released(counter: Counter, people: Play) -> None:
    people(UP_TO_PRICE + f"fault platform.refuse 3505 {REFUSAL}\npress settle\nexpect step done")
    counter.wait_terminal(lambda state: state["outbox"]["quarantined"] == 1, "the refused message")
    people("sign in 李护士 847362")
    [message] = held(counter)
    assert (message["refusal"], message["infno"], message["amount_fen"]) == (REFUSAL, "3505", 1260)
    done_elsewhere = {"id": message["id"], "reason": "已在医保网上补录"}
    assert refused(counter, "api/outbox/release", done_elsewhere) == (403, "operator.not_allowed")
    people(f"fault platform.refuse 3505 {REFUSAL}")
    counter.press("api/outbox/retry", {"id": message["id"]})
    counter.wait_terminal(lambda _: bool(held(counter)), "the second refusal")
    people("expect uploads 1\nsign in 韦医生 283746")
    assert refused(counter, "api/outbox/release", {**done_elsewhere, "reason": " "}) == (422, "outbox.no_reason")
    counter.press("api/outbox/release", done_elsewhere)
    people("expect uploads 0\nexpect platform 3505 x0")
    assert held(counter) == []
    assert refused(counter, "api/outbox/retry", {"id": message["id"]}) == (422, "outbox.not_held")
    people("terminal kill\nterminal start\nsign in 韦医生 283746\nexpect uploads 0\nexpect platform 3505 x0")
    assert counter.client.look("api/report")["records"]["outbox.done"] == 1


def test_tried_again_it_may_be_accepted(counter: Counter, people: Play) -> None:
    people(UP_TO_PRICE + f"fault platform.refuse 3505 {REFUSAL}\npress settle\nexpect step done")
    counter.wait_terminal(lambda state: state["outbox"]["quarantined"] == 1, "the refused message")
    people("sign in 李护士 847362")
    counter.press("api/outbox/retry", {"id": held(counter)[0]["id"]})
    people("expect uploads 0\nexpect platform 3505 x1")


def test_a_technician_sees_no_patient(counter: Counter, people: Play) -> None:
    people("card lay zhang-san\nexpect patient 张三\npress set-aside\nexpect kept 1\ncard remove")
    people("card lay li-fang\nexpect patient 李芳\nsign in 维修小陈 950318")
    shown = counter.client.look("api/state")
    assert (shown["visit"], shown["kept"], shown["notice"], shown["busy"]) == (None, [], None, "")
    assert shown["operator"]["rights"] == ["carry", "report", "rotate", "reset_pin"]
    assert not any(name in json.dumps(shown, ensure_ascii=False) for name in ("张三", "李芳", "110101"))
    for path, body in (
        ("api/outbox/held", None),
        ("api/visit/resume", {"id": "000001"}),
        ("api/visit/identity-number", {"number": "11010519491231002X"}),
        ("api/operators/create", {"name": "某人", "pin": "736251", "role": "doctor"}),
    ):
        assert refused(counter, path, body) == (403, "operator.not_allowed")
    people("sign in 李护士 847362\nexpect patient 李芳\nexpect kept 1")


def test_the_report_tells_the_level_of_the_keys_as_it_is(counter: Counter, people: Play) -> None:
    people("sign in 维修小陈 950318")
    report = counter.client.look("api/report")
    assert report["key_store"] == {"level": 0, "kind": "file"}
    assert "谁拿到卡，谁就能读出全部记录" in SENTENCES["level.0"]
    assert (report["stick"], report["unsent"], report["held"], report["rotating"]) == ("missing", 0, 0, False)
    assert len(report["device"]) == 64
