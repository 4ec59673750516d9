"""A visit at the platform: registration, fees, settlement, and the way back."""

from decimal import Decimal

import pytest

from simulator.platform.tables import load
from tests.simulator.platform.counter import ASPIRIN, LI_FANG, SMECTITE, ZHANG_SAN, ZHAO_LIU, Counter

OWN_PAY = "XJ01CAA040A001010102699"
PRICE_LIMITED = "XA11GAW043A013010100002"
LIMITED_USE = "ZA12CAD0073010100142"
PARTS = ("fulamt_ownpay_amt", "overlmt_amt", "preselfpay_amt", "inscp_scp_amt")


def test_a_residents_visit_from_registration_to_settlement(counter: Counter) -> None:
    mdtrt_id = counter.visit()
    rows = counter.charge(ZHANG_SAN, mdtrt_id, (ASPIRIN, "2", "12.60"), (SMECTITE, "1", "13.80"))
    bill = counter.bill(ZHANG_SAN, mdtrt_id, rows)
    preview = counter.ask("2206", bill)["setlinfo"]
    assert (preview["setl_id"], preview["setl_time"], preview["clr_way"]) == (None, None, None)
    assert counter.platform.effective_settlements() == []
    output = counter.ask("2207", bill)
    setlinfo = output["setlinfo"]
    # 25.20 all in scope, 13.80 with 1.38 first share: 37.62 in scope, 85 % of it 31.977
    amounts = {name: str(setlinfo[name]) for name in ("preselfpay_amt", "inscp_scp_amt", "hifp_pay", "psn_cash_pay")}
    assert amounts == {
        "preselfpay_amt": "1.38",
        "inscp_scp_amt": "37.62",
        "hifp_pay": "31.98",
        "psn_cash_pay": "7.02",
    }
    assert setlinfo["psn_cash_pay"] == preview["psn_cash_pay"]
    assert setlinfo["medins_setl_id"] == counter.platform.messages[-1]["msgid"]
    assert [(line["fund_pay_type"], str(line["fund_payamt"])) for line in output["setldetail"]] == [("390100", "31.98")]
    (kept,) = counter.platform.effective_settlements()
    assert (kept["setl_id"], kept["shares"]["fund_pay_sumamt"]) == (setlinfo["setl_id"], 3198)


def test_the_account_pays_an_employees_own_share(counter: Counter) -> None:
    setlinfo = counter.settled(LI_FANG, account="1")
    assert (str(setlinfo["hifp_pay"]), str(setlinfo["acct_pay"]), str(setlinfo["psn_cash_pay"])) == (
        "17.64",
        "7.56",
        "0.00",
    )
    assert str(setlinfo["balc"]) == "1366.07"
    assert str(counter.settled(LI_FANG, account="0")["psn_cash_pay"]) == "7.56"


def test_the_fund_stops_at_the_ceiling_of_the_year_and_begins_again(counter: Counter) -> None:
    mdtrt_id = counter.visit()
    rows = counter.charge(ZHANG_SAN, mdtrt_id, (ASPIRIN, "47", "12.60"))  # 592.20, 85 % is 503.37
    assert str(counter.ask("2207", counter.bill(ZHANG_SAN, mdtrt_id, rows))["setlinfo"]["hifp_pay"]) == "500.00"
    assert str(counter.settled()["hifp_pay"]) == "0.00"
    counter.clock.now += 366 * 86400
    counter.sign_in()
    assert str(counter.settled()["hifp_pay"]) == "21.42"


def test_a_paused_insurance_is_refused_with_its_reason(counter: Counter) -> None:
    assert "暂停参保" in counter.refusal("2201", counter.registration(ZHAO_LIU))


@pytest.mark.parametrize(
    ("drug", "cnt", "pric", "approval", "parts"),
    [
        (OWN_PAY, "10", "120", "1", ("1200.00", "0.00", "0.00", "0.00")),
        (PRICE_LIMITED, "1", "4.52", "0", ("0.00", "0.00", "0.23", "4.29")),
        (PRICE_LIMITED, "2", "5.02", "0", ("0.00", "1.00", "0.45", "8.59")),
        (LIMITED_USE, "1", "10.00", "1", ("0.00", "0.00", "1.00", "9.00")),
        (LIMITED_USE, "1", "10.00", "0", ("10.00", "0.00", "0.00", "0.00")),
        (ASPIRIN, "1", "12.60", "2", ("12.60", "0.00", "0.00", "0.00")),
        (ASPIRIN, "3", "3.333333", "0", ("0.00", "0.00", "0.00", "10.00")),
    ],
)
def test_the_split_of_a_row(
    counter: Counter, drug: str, cnt: str, pric: str, approval: str, parts: tuple[str, ...]
) -> None:
    fee = counter.fee(ZHANG_SAN, counter.visit(), drug, cnt, pric, hosp_appr_flag=approval)
    if drug == ASPIRIN and cnt == "3":
        fee["det_item_fee_sumamt"] = "10.00"
    (row,) = counter.ask("2204", {"feedetail": [fee]})["result"]
    assert tuple(str(row[name]) for name in PARTS) == parts
    assert row["det_item_fee_sumamt"] == sum((row[name] for name in PARTS), Decimal(0))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"det_item_fee_sumamt": "25.21"}, "不等于数量乘以单价"),
        ({"med_list_codg": "XB01ACA056A012030199999"}, "不存在"),
        ({"cnt": "0", "det_item_fee_sumamt": "0.00"}, "数量"),
        ({"psn_no": LI_FANG[0]}, "未查询到就诊信息"),
        ({"mdtrt_id": "1"}, "未查询到就诊信息"),
        ({"feedetl_sn": "A1"}, "feedetl_sn"),
    ],
)
def test_fees_that_do_not_fit_are_refused_as_a_whole(counter: Counter, changed: dict[str, str], words: str) -> None:
    mdtrt_id = counter.visit()
    good = counter.fee(ZHANG_SAN, mdtrt_id, ASPIRIN, "1", "12.60")
    bad = counter.fee(ZHANG_SAN, mdtrt_id, ASPIRIN, "2", "12.60", **changed)
    assert words in counter.refusal("2204", {"feedetail": [good, bad]})
    assert len(counter.ask("2204", {"feedetail": [good]})["result"]) == 1


def test_row_numbers_and_batches_are_unique_in_a_visit(counter: Counter) -> None:
    mdtrt_id = counter.visit()
    fee = counter.fee(ZHANG_SAN, mdtrt_id, ASPIRIN, "1", "12.60")
    assert "重复" in counter.refusal("2204", {"feedetail": [fee, fee]})
    counter.ask("2204", {"feedetail": [fee]})
    assert "重复" in counter.refusal("2204", {"feedetail": [fee | {"chrg_bchno": "B2"}]})
    assert "已上传" in counter.refusal("2204", {"feedetail": [fee | {"feedetl_sn": "99"}]})
    counter.ask("2205", {"data": {"mdtrt_id": mdtrt_id, "chrg_bchno": "0000", "psn_no": ZHANG_SAN[0]}})
    counter.ask("2204", {"feedetail": [fee]})


@pytest.mark.parametrize("name", ["medfee_sumamt", "inscp_scp_amt", "preselfpay_amt"])
def test_totals_must_be_the_sums_of_the_rows(counter: Counter, name: str) -> None:
    mdtrt_id = counter.visit()
    rows = counter.charge(ZHANG_SAN, mdtrt_id)
    assert name in counter.refusal("2207", counter.bill(ZHANG_SAN, mdtrt_id, rows, **{name: "25.19"}))
    assert counter.platform.effective_settlements() == []


def test_a_batch_is_settled_once_and_only_with_fees(counter: Counter) -> None:
    mdtrt_id = counter.visit()
    empty = counter.bill(ZHANG_SAN, mdtrt_id, [])
    assert "费用明细" in counter.refusal("2207", empty)
    rows = counter.charge(ZHANG_SAN, mdtrt_id)
    counter.ask("2207", counter.bill(ZHANG_SAN, mdtrt_id, rows))
    assert "已结算" in counter.refusal("2207", counter.bill(ZHANG_SAN, mdtrt_id, rows))


def test_a_cancellation_is_a_second_bill_with_negative_amounts(counter: Counter) -> None:
    setlinfo = counter.settled(LI_FANG, account="1")
    refund = counter.ask("2208", counter.named(setlinfo))["setlinfo"]
    assert refund["setl_id"] != setlinfo["setl_id"]
    for name in ("medfee_sumamt", "inscp_scp_amt", "hifp_pay", "fund_pay_sumamt", "acct_pay", "psn_cash_pay"):
        assert refund[name] == -setlinfo[name]
    assert (refund["psn_part_amt"], refund["hosp_part_amt"], refund["acct_mulaid_pay"]) == (None, None, None)
    assert str(refund["balc"]) == "1373.63"
    assert "已退费" in counter.refusal("2208", counter.named(setlinfo))
    assert counter.platform.effective_settlements() == []
    assert counter.ask("5203", counter.named(setlinfo))["setlinfo"]["refd_setl_flag"] == "1"


def test_the_way_back_is_2208_then_2205_then_2202(counter: Counter) -> None:
    setlinfo = counter.settled()
    visit = {"psn_no": ZHANG_SAN[0], "mdtrt_id": setlinfo["mdtrt_id"]}
    registration, fees = {"data": visit | {"ipt_otp_no": "V1"}}, {"data": visit | {"chrg_bchno": "B1"}}
    assert "2208" in counter.refusal("2202", registration)
    assert "已结算" in counter.refusal("2205", fees)
    counter.ask("2208", counter.named(setlinfo))
    assert "2205" in counter.refusal("2202", registration)
    counter.ask("2205", fees)
    counter.ask("2202", registration)
    assert "已撤销" in counter.refusal("2202", registration)


def test_a_visit_is_found_by_time_and_kind(counter: Counter) -> None:
    mdtrt_id = counter.visit()
    counter.ask("2203", counter.diagnosis(ZHANG_SAN, mdtrt_id, "J00.x00", vali_flag="0"))
    span = {"psn_no": ZHANG_SAN[0], "begntime": "2026-03-02 00:00:00", "endtime": "2026-03-02 23:59:59"}
    (found,) = counter.ask("5201", {"data": span | {"med_type": "11"}})["mdtrtinfo"]
    assert (found["mdtrt_id"], found["otp_diag_info"]) == (mdtrt_id, None)
    assert counter.ask("5201", {"data": span | {"med_type": "14"}})["mdtrtinfo"] == []


def test_the_same_msgid_does_not_change_anything_twice(counter: Counter) -> None:
    msgid = counter.msgid()
    counter.ask("2201", counter.registration(ZHANG_SAN), msgid)
    assert "重复" in counter.refusal("2201", counter.registration(ZHANG_SAN), msgid)


def test_every_answer_fills_its_table(counter: Counter) -> None:
    setlinfo = counter.settled(LI_FANG, account="1")
    counter.ask("3505", counter.sale(setlinfo, ["81000170622758698313"]))
    sold = {"data": {"fixmedins_code": "H99999900001", "psn_no": LI_FANG[0]}}
    span = {"psn_no": LI_FANG[0], "begntime": "2026-03-02 00:00:00", "endtime": "2026-03-02 23:59:59"}
    outputs = {
        "5203": counter.ask("5203", counter.named(setlinfo)),
        "5201": counter.ask("5201", {"data": span | {"med_type": "11"}}),
        "3513": counter.ask("3513", sold),
        "2207": {"setlinfo": setlinfo},
        "1101": counter.ask("1101", {"data": {"mdtrt_cert_type": "02", "mdtrt_cert_no": LI_FANG[1], "begntime": ""}}),
        "5202": counter.ask("5202", {"data": {"mdtrt_id": setlinfo["mdtrt_id"], "psn_no": LI_FANG[0]}}),
        "5204": {"": counter.ask("5204", counter.named(setlinfo))},
        "5206": counter.ask("5206", {"data": {"psn_no": LI_FANG[0]}}),
        "5301": counter.ask("5301", {"data": {"psn_no": ZHANG_SAN[0]}}),
    }
    outputs["1101"].pop("idetinfo")
    for infno in ("1312", "1316", "1318", "1319"):
        page = {"updt_time": "2000-01-01", "page_num": "1", "page_size": "100"}
        outputs[infno] = {"data": counter.ask(infno, {"data": page})["data"]}
    outputs["2208"] = counter.ask("2208", counter.named(setlinfo))
    free = {"2208": {"psn_part_amt", "hosp_part_amt", "acct_mulaid_pay"}, "setldetail": {"crt_payb_lmt_amt"}}
    for infno, output in outputs.items():
        for name, node in output.items():
            rows = node if isinstance(node, list) else [node]
            assert rows
            allowed = free.get(infno, set()) | free.get(name, set())
            for field in load().by_infno[infno].output(name).fields:
                for row in rows:
                    if row[field.name] is not None or field.name not in allowed:
                        assert field.flaw(row[field.name]) == "", (infno, field.name)
