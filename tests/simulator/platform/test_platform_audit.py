"""The audit before and during a visit (3101, 3102)."""

from typing import Any

import pytest

from tests.simulator.platform.counter import ASPIRIN, INSTITUTION, Counter

FOR_WOMEN, FOR_CHILDREN, IN_HOSPITALS = "ZD01BAY0318010100281", "XN02BEX085N001010100269", "ZA12CAD0073010100142"
AMOXICILLIN = "XJ01CAA040A001010405611"


def order(code: str, cnt: str = "1", **changed: str) -> dict[str, str]:
    """One prescribed drug."""
    fields = {
        "rx_id": f"{code}-{cnt}",
        "rxno": "R1",
        "long_drord_flag": "0",
        "hilist_type": "101",
        "chrg_type": "09",
        "drord_bhvr": "0",
        "hilist_code": code,
        "hilist_name": "测试药",
        "hilist_lv": "01",
        "hilist_pric": "10.00",
        "hosplist_code": "own",
        "hosplist_name": "测试药",
        "cnt": cnt,
        "pric": "10.00",
        "sumamt": "10.00",
        "ownpay_amt": "0.00",
        "selfpay_amt": "0.00",
        "spec": "1",
        "spec_unt": "盒",
        "drord_begn_date": "2026-03-02",
        "drord_dept_codg": "A02",
        "drord_dept_name": "全科医疗科",
        "drord_dr_codg": "D999900000001",
        "drord_dr_name": "测试医生",
        "drord_dr_profttl": "234",
        "curr_drord_flag": "1",
    }
    return fields | changed


def asked(*orders: dict[str, str], gend: str = "2", brdy: str = "1990-03-07", **changed: Any) -> dict[str, Any]:
    """The input of 3101 and 3102 for one visit."""
    visit = {
        "mdtrt_id": "1",
        "medins_id": INSTITUTION,
        "medins_name": "测试村卫生室",
        "medins_admdvs": "999900",
        "medins_type": "1",
        "medins_lv": "11",
        "adm_date": "2026-03-02",
        "dscg_date": "2026-03-02",
        "dscg_main_dise_codg": "J00.x00",
        "dscg_main_dise_name": "感冒",
        "dr_codg": "D999900000001",
        "adm_dept_codg": "A02",
        "adm_dept_name": "全科医疗科",
        "dscg_dept_codg": "A02",
        "dscg_dept_name": "全科医疗科",
        "med_mdtrt_type": "1",
        "med_type": "11",
        "matn_stas": "0",
        "medfee_sumamt": "10.00",
        "ownpay_amt": "0.00",
        "selfpay_amt": "0.00",
        "setl_totlnum": "0",
        "insutype": "390",
        "reim_flag": "2",
        "out_setl_flag": "0",
        "fsi_diagnose_dtos": [
            {
                "dise_id": "1",
                "inout_dise_type": "1",
                "maindise_flag": "1",
                "dias_srt_no": "1",
                "dise_codg": "J00.x00",
                "dise_name": "感冒",
                "dise_date": "2026-03-02",
            }
        ],
        "fsi_order_dtos": list(orders),
    }
    patient = {
        "patn_id": "P1",
        "patn_name": "测试甲",
        "gend": gend,
        "brdy": brdy,
        "poolarea": "999900",
        "curr_mdtrt_id": "1",
        "fsi_encounter_dtos": [visit],
    }
    return {"data": {"patient_dtos": [patient], "trig_scen": "1"} | changed}


@pytest.mark.parametrize("infno", ["3101", "3102"])
def test_nothing_found_is_an_empty_list(counter: Counter, infno: str) -> None:
    assert counter.ask(infno, asked(order(ASPIRIN), order(FOR_WOMEN))) == {"result": []}


@pytest.mark.parametrize(
    ("orders", "gend", "brdy", "severity", "words"),
    [
        ([order(FOR_WOMEN)], "1", "1990-03-07", "1", "限女性"),
        ([order(FOR_CHILDREN)], "1", "2008-03-02", "2", "限0至17岁"),
        ([order(IN_HOSPITALS)], "1", "1990-03-07", "1", "二级"),
        ([order(AMOXICILLIN, "11")], "1", "1990-03-07", "2", "超过10"),
        ([order(ASPIRIN), order(ASPIRIN, "2")], "1", "1990-03-07", "3", "重复开具2次"),
    ],
    ids=["sex", "age", "level", "quantity", "twice"],
)
def test_each_rule(
    counter: Counter, orders: list[dict[str, str]], gend: str, brdy: str, severity: str, words: str
) -> None:
    (found,) = counter.ask("3101", asked(*orders, gend=gend, brdy=brdy))["result"]
    assert (found["sev_deg"], found["patn_id"], found["mdtrt_id"]) == (severity, "P1", "1")
    assert words in found["vola_cont"]
    details = found["judge_result_detail_dtos"]
    assert [detail["rx_id"] for detail in details] == [order["rx_id"] for order in orders]
    assert found["vola_amt"] == sum(detail["vola_amt"] for detail in details)


def test_a_child_of_seventeen_may_have_it_on_the_day_before_the_birthday(counter: Counter) -> None:
    assert counter.ask("3101", asked(order(FOR_CHILDREN), brdy="2008-03-03")) == {"result": []}


def test_rules_can_be_chosen_and_former_orders_do_not_count(counter: Counter) -> None:
    both = (order(FOR_WOMEN), order(IN_HOSPITALS))
    chosen = counter.ask("3101", asked(*both, gend="1", trig_scen="", rule_ids=["R0003"]))["result"]
    assert [row["rule_id"] for row in chosen] == ["R0003"]
    assert counter.ask("3101", asked(order(IN_HOSPITALS, curr_drord_flag="0"))) == {"result": []}
    assert "trig_scen" in counter.refusal("3101", asked(*both, trig_scen=""))


def test_fields_deep_inside_are_checked(counter: Counter) -> None:
    assert "fsi_order_dtos.cnt" in counter.refusal("3101", asked(order(ASPIRIN, "many")))
    broken = asked(order(ASPIRIN))
    del broken["data"]["patient_dtos"][0]["fsi_encounter_dtos"][0]["fsi_diagnose_dtos"]
    assert "fsi_diagnose_dtos" in counter.refusal("3102", broken)
