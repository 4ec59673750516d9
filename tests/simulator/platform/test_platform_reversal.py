"""Reversal (2601): what was lost, what never came, what comes late."""

from tests.simulator.platform.counter import LI_FANG, ZHANG_SAN, Counter

REFUNDED = "冲正的结算信息退费结算标志不为未退费，不能办理冲正交易[iptPsnSetlMgtBO_4412][outpatientSettleBO_40]"


def test_a_settlement_is_reversed_once_and_its_fees_can_be_settled_again(counter: Counter) -> None:
    msgid = counter.msgid()
    setlinfo = counter.settled(LI_FANG, account="1", msgid=msgid)
    assert counter.ask("2601", counter.lost(msgid, LI_FANG)) is None
    assert counter.platform.effective_settlements() == []
    assert "未查询到结算信息" in counter.refusal("5203", counter.named(setlinfo))
    assert "未找到原交易" in counter.refusal("2601", counter.lost(msgid, LI_FANG))
    rows = [{"det_item_fee_sumamt": 25.20, "fulamt_ownpay_amt": 0, "overlmt_amt": 0, "preselfpay_amt": 0}]
    again = counter.bill(LI_FANG, setlinfo["mdtrt_id"], [rows[0] | {"inscp_scp_amt": 25.20}], "1")
    assert str(counter.ask("2207", again)["setlinfo"]["balc"]) == "1366.07"


def test_after_a_cancellation_nothing_is_reversed(counter: Counter) -> None:
    msgid = counter.msgid()
    counter.ask("2208", counter.named(counter.settled(msgid=msgid)))
    assert counter.refusal("2601", counter.lost(msgid)).endswith(REFUNDED)


def test_a_message_that_was_asked_for_before_it_came_is_refused_when_it_comes(counter: Counter) -> None:
    msgid = counter.msgid()
    assert "未找到原交易" in counter.refusal("2601", counter.lost(msgid))
    mdtrt_id = counter.visit()
    rows = counter.charge(ZHANG_SAN, mdtrt_id)
    bill = counter.bill(ZHANG_SAN, mdtrt_id, rows)
    assert "冲正" in counter.refusal("2207", bill, msgid)
    assert counter.platform.effective_settlements() == []
    counter.ask("2207", bill)


def test_only_settlements_of_this_person_and_institution(counter: Counter) -> None:
    msgid = counter.msgid()
    counter.settled(msgid=msgid)
    assert "psn_no" in counter.refusal("2601", counter.lost(msgid, LI_FANG))
    assert "不支持" in counter.refusal("2601", {"data": counter.lost(msgid)["data"] | {"oinfno": "2203"}})
    assert "omsgid" in counter.refusal("2601", counter.lost("P" + msgid[1:]))
    assert len(counter.platform.effective_settlements()) == 1


def test_a_cancellation_is_reversed_and_the_bill_stands_again(counter: Counter) -> None:
    setlinfo = counter.settled(LI_FANG, account="1")
    msgid = counter.msgid()
    counter.ask("2208", counter.named(setlinfo), msgid)
    lost = {"data": counter.lost(msgid, LI_FANG)["data"] | {"oinfno": "2208"}}
    assert "未找到原交易" in counter.refusal("2601", counter.lost(msgid, LI_FANG))  # it was no settlement
    counter.ask("2601", lost)
    (bill,) = counter.platform.effective_settlements()
    assert (bill["setl_id"], bill["balance"]) == (setlinfo["setl_id"], 136_607)
    assert "已结算" in counter.refusal(
        "2205", {"data": {"psn_no": LI_FANG[0], "mdtrt_id": setlinfo["mdtrt_id"], "chrg_bchno": "B1"}}
    )
    assert "已冲正" in counter.refusal("2601", lost)
    counter.ask("2208", counter.named(setlinfo))


def test_a_cancellation_stays_when_its_fees_have_gone(counter: Counter) -> None:
    setlinfo = counter.settled()
    msgid = counter.msgid()
    counter.ask("2208", counter.named(setlinfo), msgid)
    counter.ask("2205", {"data": {"psn_no": ZHANG_SAN[0], "mdtrt_id": setlinfo["mdtrt_id"], "chrg_bchno": "B1"}})
    lost = {"data": counter.lost(msgid)["data"] | {"oinfno": "2208"}}
    assert "费用明细已变更" in counter.refusal("2601", lost)
    assert counter.platform.effective_settlements() == []
