"""Sales with trace codes (3505), returns (3506) and the query of what was sold (3513)."""

from typing import Any

import pytest

from tests.simulator.platform.counter import ASPIRIN, INSTITUTION, LI_FANG, SMECTITE, Counter

BOX = "81000170622758698313"
OTHER_BOX = "81000172305304190614"


def sold(counter: Counter, **filters: str) -> list[Any]:
    """The codes that 3513 finds."""
    output = counter.ask("3513", {"data": {"fixmedins_code": INSTITUTION} | filters})
    return [row["drugTracCodg"] for row in output["output"]]


def test_a_box_is_sold_once_and_again_after_its_return(counter: Counter) -> None:
    setlinfo = counter.settled()
    sale = counter.sale(setlinfo, [BOX, OTHER_BOX])
    counter.ask("3505", sale)
    assert sold(counter, mdtrt_id=setlinfo["mdtrt_id"]) == [BOX, OTHER_BOX]
    refusal = counter.refusal("3505", counter.sale(setlinfo, [BOX]))
    assert "尾号8313" in refusal
    assert BOX not in refusal
    counter.ask("3506", counter.sale(setlinfo, [BOX]))
    assert sold(counter, drug_trac_codg=BOX) == []
    assert sold(counter) == [OTHER_BOX]
    counter.ask("3505", counter.sale(setlinfo, [BOX]))


def test_the_serial_number_of_a_sale_is_unique(counter: Counter) -> None:
    setlinfo = counter.settled()
    counter.ask("3505", counter.sale(setlinfo, [BOX], fixmedins_bchno="S1"))
    assert "流水号已存在" in counter.refusal("3505", counter.sale(setlinfo, [OTHER_BOX], fixmedins_bchno="S1"))
    assert sold(counter, fixmedins_bchno="S1") == [BOX]


def test_a_return_names_the_sale_by_its_serial_number_and_is_taken_once(counter: Counter) -> None:
    setlinfo = counter.settled()
    sale = counter.sale(setlinfo, [BOX], fixmedins_bchno="S1")
    counter.ask("3505", sale)
    counter.ask("3506", counter.sale(setlinfo, [], fixmedins_bchno="S1"))
    assert sold(counter) == []
    assert "流水号已存在" in counter.refusal("3506", counter.sale(setlinfo, [], fixmedins_bchno="S1"))
    assert "未查询到" in counter.refusal("3506", counter.sale(setlinfo, [BOX]))


def test_a_split_package_comes_again_but_not_after_a_whole_one(counter: Counter) -> None:
    setlinfo = counter.settled()
    counter.ask("3505", counter.sale(setlinfo, [BOX], trdn_flag="1"))
    counter.ask("3505", counter.sale(setlinfo, [BOX], trdn_flag="1"))
    assert "已销售" in counter.refusal("3505", counter.sale(setlinfo, [BOX]))
    counter.ask("3505", counter.sale(setlinfo, [OTHER_BOX]))
    assert "已销售" in counter.refusal("3505", counter.sale(setlinfo, [OTHER_BOX], trdn_flag="1"))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"setl_id": "1"}, "setl_id"),
        ({"setl_id": ""}, "setl_id"),
        ({"rxno": ""}, "rxno"),
        ({"psn_no": LI_FANG[0]}, "不一致"),
        ({"mdtrt_sn": "1"}, "不一致"),
        ({"med_list_codg": "X"}, "不存在"),
        ({"sel_retn_cnt": "0"}, "sel_retn_cnt"),
        ({"manu_lotnum": ""}, "manu_lotnum"),
    ],
)
def test_a_sale_that_does_not_fit_is_refused(counter: Counter, changed: dict[str, str], words: str) -> None:
    assert words in counter.refusal("3505", counter.sale(counter.settled(), [BOX], **changed))
    assert sold(counter) == []


def test_no_sale_without_codes_or_twice_with_the_same(counter: Counter) -> None:
    setlinfo = counter.settled()
    assert "drugtracinfo" in counter.refusal("3505", counter.sale(setlinfo, []))
    assert "已销售" in counter.refusal("3505", counter.sale(setlinfo, [BOX, BOX]))


def test_no_sale_on_a_refunded_bill_but_its_goods_come_back(counter: Counter) -> None:
    setlinfo = counter.settled()
    counter.ask("3505", counter.sale(setlinfo, [BOX]))
    counter.ask("2208", counter.named(setlinfo))
    assert "已退费" in counter.refusal("3505", counter.sale(setlinfo, [OTHER_BOX]))
    counter.ask("3506", counter.sale(setlinfo, [BOX]))


def test_a_return_cannot_be_more_or_something_else_than_the_sale(counter: Counter) -> None:
    setlinfo = counter.settled()
    counter.ask("3505", counter.sale(setlinfo, [BOX], fixmedins_bchno="S1"))
    back = {"fixmedins_bchno": "S1"}
    assert "sel_retn_cnt" in counter.refusal("3506", counter.sale(setlinfo, [BOX], sel_retn_cnt="2", **back))
    assert "未查询到" in counter.refusal("3506", counter.sale(setlinfo, [BOX], med_list_codg=SMECTITE, **back))
    assert "追溯码" in counter.refusal("3506", counter.sale(setlinfo, [OTHER_BOX], **back))
    assert sold(counter, med_list_codg=ASPIRIN, begndate="2026-03-02", enddate="2026-03-02") == [BOX]


def test_a_self_pay_sale_needs_no_settlement(counter: Counter) -> None:
    nobody = {"setl_id": "", "mdtrt_id": "V000001", "psn_no": ""}
    counter.ask("3505", counter.sale(nobody, [BOX], hi_feesetl_type="0", MDTRT_SETL_TYPE="2", rxno=""))
    assert sold(counter) == [BOX]
