"""The ledger: consistent in any order of settling and undoing, and the same after a restart."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from simulator.platform import LedgerBroken
from tests.simulator.platform.counter import LI_FANG, Counter

FIRST_BALANCE = 137_363
YEAR_LIMIT = 200_000


class AnyOrder(RuleBasedStateMachine):
    """An employee's visits are settled, cancelled and reversed in any order, with messages sent twice and too late."""

    visits = Bundle("visits")
    bills = Bundle("bills")

    def __init__(self) -> None:
        super().__init__()
        self.counter = Counter()
        self.effective: dict[str, dict[str, Any]] = {}
        self.barred: set[str] = set()

    @initialize()
    def begin(self) -> None:
        self.counter.sign_in()

    @rule(target=visits, count=st.integers(1, 60))
    def visit(self, count: int) -> tuple[str, list[dict[str, Any]]]:
        mdtrt_id = self.counter.visit(LI_FANG)
        drug = ("XA07BCX900P001010199903", str(count), "13.80")
        return mdtrt_id, self.counter.charge(LI_FANG, mdtrt_id, drug)

    @rule(target=bills, visit=visits, account=st.sampled_from("01"), lost=st.booleans())
    def settle(self, visit: tuple[str, list[dict[str, Any]]], account: str, lost: bool) -> dict[str, Any]:
        mdtrt_id, rows = visit
        msgid = self.counter.msgid()
        if lost:
            assert "未找到原交易" in self.counter.refusal("2601", self.counter.lost(msgid, LI_FANG))
            self.barred.add(msgid)
        bill = self.counter.bill(LI_FANG, mdtrt_id, rows, account)
        answer = self.counter.say("2207", bill, msgid)
        settled = any(known["mdtrt_id"] == mdtrt_id for known in self.effective.values())
        assert (answer["infcode"] == 0) is not (lost or settled)
        if answer["infcode"] != 0:
            return {"psn_no": LI_FANG[0], "setl_id": "none", "mdtrt_id": mdtrt_id, "medins_setl_id": msgid}
        setlinfo: dict[str, Any] = answer["output"]["setlinfo"]
        self.effective[setlinfo["setl_id"]] = setlinfo
        return setlinfo

    @rule(bill=bills)
    def cancel(self, bill: dict[str, Any]) -> None:
        answer = self.counter.say("2208", self.counter.named(bill))
        assert (answer["infcode"] == 0) is (self.effective.pop(bill["setl_id"], None) is not None)

    @rule(bill=bills)
    def reverse(self, bill: dict[str, Any]) -> None:
        answer = self.counter.say("2601", self.counter.lost(bill["medins_setl_id"], LI_FANG))
        assert (answer["infcode"] == 0) is (self.effective.pop(bill["setl_id"], None) is not None)

    @invariant()
    def the_ledger_is_what_is_effective(self) -> None:
        bills = self.counter.platform.effective_settlements()
        assert {bill["setl_id"] for bill in bills} == set(self.effective)
        assert len({bill["mdtrt_id"] for bill in bills}) == len(bills)
        assert sum(bill["shares"]["fund_pay_sumamt"] for bill in bills) <= YEAR_LIMIT

    @invariant()
    def the_balance_is_what_was_not_spent(self) -> None:
        if not self.counter.sign_no:
            return
        card = {"mdtrt_cert_type": "02", "mdtrt_cert_no": LI_FANG[1], "begntime": ""}
        (insured,) = self.counter.ask("1101", {"data": card})["insuinfo"]
        spent = sum(bill["shares"]["acct_pay"] for bill in self.counter.platform.effective_settlements())
        assert int(insured["balc"] * 100) == FIRST_BALANCE - spent


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)


def test_a_restart_keeps_everything(tmp_path: Path) -> None:
    counter = Counter(keep=tmp_path)
    counter.sign_in()
    msgid = counter.msgid()
    setlinfo = counter.settled(LI_FANG, account="1", msgid=msgid)
    counter.ask("3505", counter.sale(setlinfo, ["81000170622758698313"]))
    late = counter.msgid()
    assert "未找到原交易" in counter.refusal("2601", counter.lost(late, LI_FANG))
    before, messages = counter.platform.effective_settlements(), list(counter.platform.messages)
    counter.restart()
    assert counter.platform.effective_settlements() == before
    assert counter.platform.messages == messages
    assert "已销售" in counter.refusal("3505", counter.sale(setlinfo, ["81000170622758698313"]))
    assert "冲正" in counter.refusal("2201", counter.registration(LI_FANG), late)
    assert "重复" in counter.refusal("2201", counter.registration(LI_FANG), msgid)
    assert str(counter.settled(LI_FANG, account="1")["balc"]) == "1358.51"
    assert counter.platform.messages[-1]["n"] == messages[-1]["n"] + 7


def test_a_torn_last_message_is_dropped(tmp_path: Path) -> None:
    counter = Counter(keep=tmp_path)
    counter.sign_in()
    counter.sign_in()
    file = tmp_path / "messages.jsonl"
    file.write_bytes(file.read_bytes()[:-10])
    counter.restart()
    assert [message["n"] for message in counter.platform.messages] == [1]
    counter.sign_in()
    assert [json.loads(line)["n"] for line in file.read_text(encoding="utf-8").splitlines()] == [1, 2]


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"serial": 1, "sign_ins": {"1": {}}}'])
def test_a_ledger_that_is_not_one_is_refused_by_name(tmp_path: Path, content: str) -> None:
    (tmp_path / "ledger.json").write_text(content, encoding="utf-8")
    with pytest.raises(LedgerBroken, match=r"ledger\.json"):
        Counter(keep=tmp_path)


def test_messages_are_json_and_say_what_happened(counter: Counter) -> None:
    counter.settled(LI_FANG)
    counter.refusal("2601", counter.lost(counter.msgid()))
    json.dumps(counter.platform.messages)
    json.dumps(counter.platform.effective_settlements())
    told = [(message["infno"], message["infcode"]) for message in counter.platform.messages]
    assert told == [("9001", 0), ("2201", 0), ("2203", 0), ("2204", 0), ("2207", 0), ("2601", -1)]
    assert counter.platform.messages[-2]["answer"]["output"]["setlinfo"]["medfee_sumamt"] == "25.20"
