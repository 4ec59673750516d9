"""The ledger: consistent in any order of settling and undoing, and the same after a restart."""

import json
import sqlite3
from collections import Counter as Counts
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from simulator.platform import LedgerBroken
from simulator.platform.keeping import FILE, MESSAGES_KEPT, Keeping, read
from simulator.platform.ledger import Ledger
from tests.simulator.platform.counter import LI_FANG, WU_JIU, ZHOU_BA, Counter, Person

FIRST_BALANCE = 137_363
YEAR_LIMIT = {"310": 200_000, "390": 50_000}
AID_LIMIT = 30_000


class AnyOrder(RuleBasedStateMachine):
    """Visits of an employee, of another one who shares the account, and of a person with medical aid are settled,
    cancelled and reversed in any order, with messages sent twice and too late, over the turn of a year."""

    visits = Bundle("visits")
    bills = Bundle("bills")

    def __init__(self) -> None:
        super().__init__()
        self.counter = Counter()
        self.effective: dict[str, dict[str, Any]] = {}

    @initialize()
    def begin(self) -> None:
        self.counter.sign_in()

    @rule()
    def a_new_year(self) -> None:
        self.counter.clock.now += 200 * 86400
        self.counter.sign_in()

    @rule(target=visits, count=st.integers(1, 60), person=st.sampled_from((LI_FANG, WU_JIU, ZHOU_BA)))
    def visit(self, count: int, person: Person) -> tuple[Person, str, list[dict[str, Any]]]:
        mdtrt_id = self.counter.visit(person)
        drug = ("XA07BCX900P001010199903", str(count), "13.80")
        return person, mdtrt_id, self.counter.charge(person, mdtrt_id, drug)

    @rule(target=bills, visit=visits, account=st.sampled_from("01"), lost=st.booleans())
    def settle(self, visit: tuple[Person, str, list[dict[str, Any]]], account: str, lost: bool) -> dict[str, Any]:
        person, mdtrt_id, rows = visit
        msgid = self.counter.msgid()
        if lost:
            assert "未找到原交易" in self.counter.refusal("2601", self.counter.lost(msgid, person))
        if person is WU_JIU:
            account = str(2 * int(account))  # not the own account, but that of the family
        bill = self.counter.bill(person, mdtrt_id, rows, account)
        answer = self.counter.say("2207", bill, msgid)
        settled = any(known["mdtrt_id"] == mdtrt_id for known in self.effective.values())
        assert (answer["infcode"] == 0) is not (lost or settled)
        if answer["infcode"] != 0:
            return {"psn_no": person[0], "setl_id": "none", "mdtrt_id": mdtrt_id, "medins_setl_id": msgid}
        setlinfo: dict[str, Any] = answer["output"]["setlinfo"]
        self.effective[setlinfo["setl_id"]] = setlinfo
        return setlinfo

    @rule(bill=bills)
    def cancel(self, bill: dict[str, Any]) -> None:
        answer = self.counter.say("2208", self.counter.named(bill))
        assert (answer["infcode"] == 0) is (self.effective.pop(bill["setl_id"], None) is not None)

    @rule(bill=bills)
    def reverse(self, bill: dict[str, Any]) -> None:
        lost = {"psn_no": bill["psn_no"], "omsgid": bill["medins_setl_id"], "oinfno": "2207"}
        answer = self.counter.say("2601", {"data": lost})
        assert (answer["infcode"] == 0) is (self.effective.pop(bill["setl_id"], None) is not None)

    @invariant()
    def the_ledger_is_what_is_effective(self) -> None:
        bills = self.counter.platform.effective_settlements()
        assert {bill["setl_id"] for bill in bills} == set(self.effective)
        assert len({bill["mdtrt_id"] for bill in bills}) == len(bills)

    @invariant()
    def what_is_used_up_is_the_sum_of_what_is_effective(self) -> None:
        sums: dict[tuple[str, str], Counts[str]] = {}
        for bill in self.counter.platform.effective_settlements():
            year = sums.setdefault((bill["psn_no"], f"{bill['insutype']}/{bill['setl_time'][:4]}/"), Counts())
            shares = bill["shares"]
            year["deductible"] += shares["act_pay_dedc"]
            year["fund"] += shares["fund_pay_sumamt"] - shares["maf_pay"]
            year["aid"] += shares["maf_pay"]
        for account in self.counter.platform.accounts():
            for year, used in account["years"].items():
                assert used == {name: sums.get((account["psn_no"], year), Counts())[name] for name in used}
                assert used["fund"] <= YEAR_LIMIT[year[:3]]
                assert used["aid"] <= AID_LIMIT

    @invariant()
    def the_balance_is_what_was_not_spent(self) -> None:
        if not self.counter.sign_no:
            return
        card = {"mdtrt_cert_type": "02", "mdtrt_cert_no": LI_FANG[1], "begntime": ""}
        (insured,) = self.counter.ask("1101", {"data": card})["insuinfo"]
        bills = self.counter.platform.effective_settlements()
        spent = sum(bill["shares"]["acct_pay"] for bill in bills if bill["payer"] == LI_FANG[0])
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


@pytest.mark.parametrize(
    "row",
    [
        ("visit", "1", "{}"),
        ("visit", "1", "[]"),
        ("visit", "1", "{"),
        ("fee", "1", '{"split": 1}'),
        ("no-such", "1", "1"),
    ],
)
def test_a_ledger_that_is_not_one_is_refused_by_name(tmp_path: Path, row: tuple[str, str, str]) -> None:
    Counter(keep=tmp_path).sign_in()
    with closing(sqlite3.connect(tmp_path / FILE)) as database, database:
        database.execute("INSERT INTO rows (kind, key, value) VALUES (?, ?, ?)", row)
    with pytest.raises(LedgerBroken, match=FILE):
        Counter(keep=tmp_path)


def test_a_file_that_is_no_ledger_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"nothing of the kind" * 100)
    with pytest.raises(LedgerBroken, match=FILE):
        Counter(keep=tmp_path)


def test_only_so_many_messages_are_kept(tmp_path: Path) -> None:
    keeping = Keeping(tmp_path)
    for n in (1, 2, MESSAGES_KEPT + 1):
        keeping.save(Ledger(), {"n": n})
    keeping.close()
    assert [message["n"] for message in read(tmp_path)[1]] == [2, MESSAGES_KEPT + 1]


def test_messages_are_json_and_say_what_happened(counter: Counter) -> None:
    counter.settled(LI_FANG)
    counter.refusal("2601", counter.lost(counter.msgid()))
    json.dumps(counter.platform.messages)
    json.dumps(counter.platform.effective_settlements())
    told = [(message["infno"], message["infcode"]) for message in counter.platform.messages]
    assert told == [("9001", 0), ("2201", 0), ("2203", 0), ("2204", 0), ("2207", 0), ("2601", -1)]
    assert counter.platform.messages[-2]["answer"]["output"]["setlinfo"]["medfee_sumamt"] == "25.20"
