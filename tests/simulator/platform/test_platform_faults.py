"""Faults by name."""

import asyncio
import json

import pytest

from simulator.platform import LineCut, Silent, UnknownFault
from simulator.platform.fuzzer import fuzzed, torn
from simulator.platform.json_text import dumps
from simulator.platform.tables import load
from tests.simulator.platform.counter import LI_FANG, NOON, PATHS, ZHANG_SAN, Counter

TABLES = load()
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


@pytest.mark.parametrize(("name", "done"), [("platform.silent_before", 0), ("platform.silent_after", 1)])
def test_silence_before_or_after_the_work(counter: Counter, name: str, done: int) -> None:
    counter.platform.fault(name, "2207")
    with pytest.raises(Silent):
        counter.settled()
    assert len(counter.platform.effective_settlements()) == done
    counter.settled()
    assert len(counter.platform.effective_settlements()) == done + 1


def test_the_answer_before_comes_again(counter: Counter) -> None:
    counter.platform.fault("platform.duplicate_answer", "2207")
    first = counter.settled()  # there was none before it
    again = counter.settled(LI_FANG)
    assert again["setl_id"] == first["setl_id"]
    assert again["medins_setl_id"] == first["medins_setl_id"]
    assert len(counter.platform.effective_settlements()) == 2
    assert counter.settled()["setl_id"] != first["setl_id"]


@pytest.mark.parametrize(("kind", "begins"), [("html", "<html>"), ("text", "系统升级维护中")])
def test_maintenance_answers_with_words_until_it_is_cleared(counter: Counter, kind: str, begins: str) -> None:
    counter.platform.fault("platform.maintenance", kind)
    for _ in range(2):
        status, answer = counter.post("/fsi/api/" + PATHS["1101"], b"{}")
        assert status == 200
        assert answer.decode().startswith(begins)
        assert "系统升级维护中" in answer.decode()
    counter.platform.clear("platform.maintenance")
    assert counter.say("1101", BY_CARD)["infcode"] == 0


def test_maintenance_in_gbk(counter: Counter) -> None:
    counter.platform.fault("platform.maintenance", "gbk")
    status, answer = counter.post("/fsi/api/" + PATHS["1101"], b"{}")
    assert status == 200
    assert "系统升级维护中" in answer.decode("gbk")


def test_an_honest_signature_is_called_expired(counter: Counter) -> None:
    counter.platform.fault("platform.expired_signature", 2)
    answers = [counter.post("/fsi/api/" + PATHS["1101"], b"{}") for _ in range(3)]
    assert [status for status, _ in answers] == [401, 401, 200]
    assert json.loads(answers[0][1]) == {"code": 401, "message": "签名时间戳超时!"}


def test_a_certificate_has_the_flaw_that_is_wanted(counter: Counter) -> None:
    assert counter.platform.certificate_flaw() == ""
    counter.platform.fault("platform.certificate", "expired")
    assert counter.platform.certificate_flaw() == "expired"
    with pytest.raises(UnknownFault, match="other_name"):
        counter.platform.fault("platform.certificate", "torn")


def spoilt(counter: Counter, seed: int) -> bytes:
    """The answer to 1101, spoilt by that seed."""
    counter.platform.fault("platform.fuzz", "1101", seed)
    body = json.dumps(counter.envelope("1101", BY_CARD, "H99999900001202603021200009999")).encode()
    status, answer = counter.post("/fsi/api/" + PATHS["1101"], body)
    assert status == 200
    return answer


def test_a_seed_spoils_the_answer_in_the_same_way_each_time(counter: Counter) -> None:
    seeds = range(60)
    once = [len(spoilt(counter, seed)) for seed in seeds]
    assert once == [len(spoilt(counter, seed)) for seed in seeds]
    assert len(set(once)) > 40
    assert counter.say("1101", BY_CARD)["infcode"] == 0


def test_seeds_reach_every_kind_of_damage(counter: Counter) -> None:
    found = set()
    for seed in range(300):
        answer = spoilt(counter, seed)
        try:
            document = json.loads(answer)
        except (ValueError, RecursionError):
            found.add("torn")
            continue
        output = document.get("output") if isinstance(document, dict) else None
        found.add(type(output).__name__)
        found.add("huge" if len(answer) > 50_000 else "small")
        if isinstance(output, dict):
            person = output.get("baseinfo")
            found |= {"no person"} if person is None else {f"person {type(person).__name__}"}
    assert found >= {"torn", "dict", "list", "NoneType", "huge", "small", "no person", "person list", "person dict"}


@pytest.mark.parametrize("infno", sorted(TABLES.by_infno))
def test_the_answers_of_all_transactions_can_be_spoilt(infno: str) -> None:
    transaction = TABLES.by_infno[infno]
    output = {node.name: [node.fill()] if node.many else node.fill() for node in transaction.outputs}
    right = {"output": output, "infcode": 0, "err_msg": "success"}
    for seed in range(25):
        answer = fuzzed(TABLES, infno, right, seed)
        assert torn(dumps(answer).encode(), infno, seed) == torn(dumps(answer).encode(), infno, seed)
    assert right["infcode"] == 0
