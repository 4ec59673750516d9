"""Faults by name."""

import asyncio
import json

import pytest

from simulator.platform import LineCut, UnknownFault
from tests.simulator.platform.counter import NOON, PATHS, ZHANG_SAN, Counter

BY_CARD = {"data": {"mdtrt_cert_type": "02", "mdtrt_cert_no": ZHANG_SAN[1], "begntime": ""}}


def test_refuse_hits_the_next_transaction_of_that_number_once(counter: Counter) -> None:
    counter.platform.fault("platform.refuse", "1101", "系统", "维护中")
    assert counter.platform.active_faults() == ["platform.refuse 1101 系统 维护中"]
    counter.visit()
    assert counter.refusal("1101", BY_CARD) == "系统 维护中"
    assert counter.say("1101", BY_CARD)["infcode"] == 0


def test_gateway_502_hits_the_next_n_and_nothing_is_done(counter: Counter) -> None:
    counter.platform.fault("platform.gateway_502", 2)
    body = json.dumps(counter.envelope("2201", counter.registration(ZHANG_SAN))).encode()
    for _ in range(2):
        status, page = counter.post("/fsi/api/" + PATHS["2201"], body)
        assert status == 502
        assert page.startswith(b"<html>")
    assert len(counter.platform.messages) == 1
    assert json.loads(counter.post("/fsi/api/" + PATHS["2201"], body)[1])["infcode"] == 0
    counter.platform.fault("platform.gateway_502")  # without a number: the next one
    assert [counter.post("/fsi/api/" + PATHS["2201"], body)[0] for _ in range(2)] == [502, 200]


def test_slow_waits_before_the_work(counter: Counter) -> None:
    counter.platform.fault("platform.slow", "2500")
    counter.visit()
    assert counter.slept == [2.5, 2.5]
    counter.platform.clear("platform.slow")
    counter.visit()
    assert counter.slept == [2.5, 2.5]


def test_clock_skew_makes_an_honest_clock_look_wrong(counter: Counter) -> None:
    counter.platform.fault("platform.clock_skew", "-301")
    status, answer = counter.post("/fsi/api/" + PATHS["1101"], b"{}")
    assert (status, json.loads(answer)["message"]) == (401, "签名时间戳超时!")
    assert counter.post("/fsi/api/" + PATHS["1101"], b"{}", counter.headers(at=NOON - 301))[0] == 200
    counter.platform.clear()
    assert counter.say("1101", BY_CARD)["infcode"] == 0


def test_wrong_sums_are_wrong_in_the_answer_alone(counter: Counter) -> None:
    mdtrt_id = counter.visit()
    bill = counter.bill(ZHANG_SAN, mdtrt_id, counter.charge(ZHANG_SAN, mdtrt_id))
    counter.platform.fault("platform.wrong_sums", "2206")
    wrong, right = (counter.ask("2206", bill)["setlinfo"] for _ in range(2))
    assert wrong["fund_pay_sumamt"] + wrong["psn_part_amt"] != wrong["medfee_sumamt"]
    assert right["fund_pay_sumamt"] + right["psn_part_amt"] == right["medfee_sumamt"]
    counter.platform.fault("platform.wrong_sums", "2204")
    (row,) = counter.charge(ZHANG_SAN, counter.visit())
    assert row["inscp_scp_amt"] == row["det_item_fee_sumamt"] + 1


@pytest.mark.parametrize(("name", "done"), [("network.cut_before", 0), ("network.cut_after", 1)])
def test_the_line_is_cut_before_or_after_the_work(counter: Counter, name: str, done: int) -> None:
    counter.platform.fault(name, "2207")
    with pytest.raises(LineCut):
        counter.settled()
    assert len(counter.platform.effective_settlements()) == done
    counter.settled()
    assert len(counter.platform.effective_settlements()) == done + 1


@pytest.mark.parametrize(
    "fault",
    [
        ("platform.fire",),
        ("platform.refuse", "2207"),
        ("platform.slow", "soon"),
        ("network.cut_after",),
        ("network.cut_after", "2207", "2601"),
    ],
)
def test_a_fault_that_does_not_exist_is_an_error(counter: Counter, fault: tuple[str, ...]) -> None:
    with pytest.raises(UnknownFault, match=fault[0]):
        counter.platform.fault(*fault)


def test_listeners_hear_of_messages_and_faults(counter: Counter) -> None:
    heard: list[int] = []
    counter.platform.on_change(lambda: heard.append(len(counter.platform.messages)))
    counter.platform.fault("platform.slow", 1)
    counter.say("1101", BY_CARD)
    assert heard == [1, 2]


def test_a_reversal_overtakes_a_slow_settlement(counter: Counter) -> None:
    mdtrt_id = counter.visit()
    bill = counter.bill(ZHANG_SAN, mdtrt_id, counter.charge(ZHANG_SAN, mdtrt_id))
    msgid = counter.msgid()
    slow = json.dumps(counter.envelope("2207", bill, msgid)).encode()
    reversal = json.dumps(counter.envelope("2601", counter.lost(msgid))).encode()

    async def overtaking() -> list[tuple[int, dict[str, str], bytes]]:
        counter.pause = go = asyncio.Event()
        counter.platform.fault("platform.slow", 1)
        first = asyncio.ensure_future(counter.platform.handle("/fsi/api/" + PATHS["2207"], counter.headers(), slow))
        await asyncio.sleep(0)
        counter.platform.clear()
        second = await counter.platform.handle("/fsi/api/" + PATHS["2601"], counter.headers(), reversal)
        go.set()
        return [await first, second]

    answers = [json.loads(body)["err_msg"] for _, _, body in asyncio.run(overtaking())]
    assert "冲正" in answers[0]
    assert "未找到原交易" in answers[1]
    assert counter.platform.effective_settlements() == []


def test_out_of_service_until_it_is_cleared(counter: Counter) -> None:
    counter.platform.fault("platform.out_of_service", "1101")
    body = json.dumps(counter.envelope("1101", BY_CARD)).encode()
    assert [counter.post("/fsi/api/" + PATHS["1101"], body)[0] for _ in range(3)] == [503] * 3
    counter.visit()
    counter.platform.clear("platform.out_of_service")
    assert counter.say("1101", BY_CARD)["infcode"] == 0
