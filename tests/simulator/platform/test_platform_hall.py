"""Sign-out, institutions, the A forms, filings and queries of the platform."""

from typing import Any

import pytest

from tests.simulator.platform.counter import (
    ASPIRIN,
    INSTITUTION,
    LI_FANG,
    WU_JIU,
    ZHANG_SAN,
    ZHANG_SAN_QR,
    ZHOU_BA,
    Counter,
)

BOX = "81000170622758698313"


def test_after_the_sign_out_everything_is_refused_until_the_next_sign_in(counter: Counter) -> None:
    first = counter.sign_no
    counter.sign_in()
    output = counter.ask("9002", {"signOut": {"sign_no": counter.sign_no, "opter_no": "0001"}})
    assert output == {"signoutoutb": {"sign_time": "2026-03-02 12:00:00"}}
    for sign_no in (first, counter.sign_no):
        counter.sign_no = sign_no
        assert "签到" in counter.refusal("2201", counter.registration(ZHANG_SAN))
        assert "签到" in counter.refusal("9002", {"signOut": {"sign_no": sign_no, "opter_no": "0001"}})
    counter.sign_in()
    counter.visit()


def test_one_institutions_sign_out_leaves_the_others_alone() -> None:
    counter = Counter()
    counter.sign_in()
    mine, counter.institution = counter.sign_no, "H99999900002"
    counter.sign_in()
    counter.ask("9002", {"signOut": {"sign_no": counter.sign_no, "opter_no": "0001"}})
    counter.institution, counter.sign_no = INSTITUTION, mine
    counter.visit()


def test_a_sign_out_names_the_sign_no_of_its_envelope(counter: Counter) -> None:
    assert "不一致" in counter.refusal("9002", {"signOut": {"sign_no": "1", "opter_no": "0001"}})


def test_an_institution_without_a_contract_does_not_sign_in() -> None:
    stranger = Counter(institution="H99999999999")
    sign_in = {"signIn": {"opter_no": "0001", "mac": "02-00-00-00-00-01", "ip": "10.0.0.2"}}
    assert "fixmedins_code" in stranger.refusal("9001", sign_in)


@pytest.mark.parametrize(
    ("asked", "codes"),
    [
        ({"fixmedins_type": "1", "fixmedins_code": INSTITUTION}, [INSTITUTION]),
        ({"fixmedins_type": "1", "fixmedins_name": "村卫生室"}, [INSTITUTION, "H99999900002"]),
        ({"fixmedins_type": "2", "fixmedins_name": "药房"}, ["P99999900001"]),
    ],
)
def test_institutions_are_found_by_code_or_name(counter: Counter, asked: dict[str, str], codes: list[str]) -> None:
    found = counter.ask("1201", {"medinsinfo": asked})["medinsinfo"]
    assert [row["fixmedins_code"] for row in found] == codes
    assert all(len(row["hosp_lv"]) == 2 for row in found)


@pytest.mark.parametrize(
    "asked", [{"fixmedins_type": "2", "fixmedins_code": INSTITUTION}, {"fixmedins_type": "1"}], ids=["none", "nothing"]
)
def test_no_institution_is_a_refusal(counter: Counter, asked: dict[str, str]) -> None:
    assert "定点医药机构" in counter.refusal("1201", {"medinsinfo": asked})


def test_6101_and_1162_are_one_service(counter: Counter) -> None:
    fields = {
        "orgId": INSTITUTION,
        "businessType": "01301",
        "businessInfo": ZHANG_SAN_QR,
        "operatorId": "0001",
        "operatorName": "测试员",
        "officeId": "A02",
        "officeName": "全科医疗科",
    }
    for infno in ("6101", "1162"):
        assert counter.say(infno, {"InData": fields})["data"]["userName"] == "张三"
    assert counter.say("1162", {"InData": fields | {"businessInfo": "1"}})["code"] == 500159


def test_a_person_with_two_insurances_and_a_standing(counter: Counter) -> None:
    worker = {"data": {"mdtrt_cert_type": "02", "mdtrt_cert_no": WU_JIU[1], "begntime": ""}}
    insured = counter.ask("1101", worker)["insuinfo"]
    assert [(row["insutype"], row["psn_insu_stas"], str(row["balc"])) for row in insured] == [
        ("310", "1", "10.00"),
        ("390", "4", "0.00"),
    ]
    poor = {"data": {"mdtrt_cert_type": "02", "mdtrt_cert_no": ZHOU_BA[1], "begntime": ""}}
    assert [row["psn_idet_type"] for row in counter.ask("1101", poor)["idetinfo"]] == ["2303"]


def test_the_a_forms_do_the_same_and_are_reversed_under_their_own_number(counter: Counter) -> None:
    mdtrt_id = counter.ask("2201", counter.registration(ZHANG_SAN))["data"]["mdtrt_id"]
    visit = counter.diagnosis(ZHANG_SAN, mdtrt_id, matn_type="", geso_val="")
    assert counter.ask("2203A", visit) is None
    rows = counter.charge(ZHANG_SAN, mdtrt_id)
    bill = counter.bill(ZHANG_SAN, mdtrt_id, rows)
    assert counter.ask("2206A", bill)["setlinfo"]["setl_id"] is None
    msgid = counter.msgid()
    assert str(counter.ask("2207A", bill, msgid)["setlinfo"]["hifp_pay"]) == "21.42"
    counter.ask("2601", {"data": {"psn_no": ZHANG_SAN[0], "omsgid": msgid, "oinfno": "2207A"}})
    assert counter.platform.effective_settlements() == []


def test_trace_codes_may_come_with_the_settlement(counter: Counter) -> None:
    mdtrt_id = counter.visit()
    rows = counter.charge(ZHANG_SAN, mdtrt_id)
    bill = counter.bill(ZHANG_SAN, mdtrt_id, rows)
    code = {"feedetl_sn": rows[0]["feedetl_sn"], "drug_trac_codg": BOX, "trdn_flag": "0"}
    wrong = bill | {"drug_trac_info": [code | {"feedetl_sn": "99999"}]}
    assert "feedetl_sn" in counter.refusal("2207", wrong)
    assert "trdn_flag" in counter.refusal("2207", bill | {"drug_trac_info": [code | {"trdn_flag": ""}]})
    counter.ask("2207", bill | {"drug_trac_info": [code]})
    (settled,) = counter.platform.effective_settlements()
    assert settled["codes"] == [BOX]


def test_fields_and_nodes_that_no_table_has_are_tolerated(counter: Counter) -> None:
    registration = counter.registration(ZHANG_SAN, unheard_of="1")
    mdtrt_id = counter.ask("2201", registration | {"extra": [1, {"a": None}]})["data"]["mdtrt_id"]
    kind = counter.diagnosis(ZHANG_SAN, mdtrt_id)
    kind["diseinfo"][0]["unheard_of"] = {"deep": []}
    counter.ask("2203", kind)
    rows = counter.charge(ZHANG_SAN, mdtrt_id)
    counter.ask("2207", counter.bill(ZHANG_SAN, mdtrt_id, rows, mdtrt_mode="0", mid_setl_flag="0"))


def test_fees_and_diagnoses_of_a_bill(counter: Counter) -> None:
    setlinfo = counter.settled()
    (fee,) = counter.ask("5204", counter.named(setlinfo))
    assert (fee["setl_id"], fee["med_list_codg"], str(fee["cnt"]), str(fee["pric"])) == (
        setlinfo["setl_id"],
        ASPIRIN,
        "2",
        "12.60",
    )
    assert fee["det_item_fee_sumamt"] == sum(
        fee[name] for name in ("fulamt_ownpay_amt", "overlmt_amt", "preselfpay_amt", "inscp_scp_amt")
    )
    visit = {"data": {"psn_no": ZHANG_SAN[0], "mdtrt_id": setlinfo["mdtrt_id"]}}
    (disease,) = counter.ask("5202", visit)["diseinfo"]
    assert (disease["diag_code"], disease["maindiag_flag"]) == ("J00.x00", "1")
    assert "未查询到结算信息" in counter.refusal("5204", {"data": counter.named(setlinfo)["data"] | {"setl_id": "1"}})


def test_drugs_for_chronic_diseases_are_told_while_their_bill_stands(counter: Counter) -> None:
    counter.settled(ZHOU_BA)
    mdtrt_id = counter.ask("2201", counter.registration(ZHOU_BA))["data"]["mdtrt_id"]
    counter.ask("2203", counter.diagnosis(ZHOU_BA, mdtrt_id, med_type="14", dise_codg="M03900"))
    bill = counter.bill(ZHOU_BA, mdtrt_id, counter.charge(ZHOU_BA, mdtrt_id), med_type="14")
    setlinfo = counter.ask("2207", bill)["setlinfo"]
    asked = {"data": {"psn_no": ZHOU_BA[0], "begntime": "2026-01-01 00:00:00"}}

    def drugs() -> list[Any]:
        return [(row["hilist_code"], row["med_type"]) for row in counter.ask("5205", asked)["feedetail"]]

    assert drugs() == [(ASPIRIN, "14")]
    counter.ask("2208", counter.named(setlinfo))
    assert drugs() == []


def test_filings_and_chosen_institutions(counter: Counter) -> None:
    filed = counter.ask("5301", {"data": {"psn_no": ZHOU_BA[0]}})["feedetail"]
    assert [(row["opsp_dise_code"], row["enddate"]) for row in filed] == [("M03900", "2120-11-01"), ("M01600", None)]
    assert counter.ask("5301", {"data": {"psn_no": LI_FANG[0]}}) == {"feedetail": []}
    (chosen,) = counter.ask("5302", {"data": {"psn_no": ZHOU_BA[0], "biz_appy_type": "05"}})["psnfixmedin"]
    assert (chosen["fixmedins_code"], chosen["fixmedins_name"]) == (INSTITUTION, "测试村卫生室")
    assert counter.ask("5302", {"data": {"psn_no": LI_FANG[0], "biz_appy_type": "05"}}) == {"psnfixmedin": []}
