"""Who pays what at the platform: filings, medical aid, the family's account, levels, limits of a day and of a year."""

import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.simulator.platform.counter import (
    ASPIRIN,
    DATA,
    LI_FANG,
    WU_JIU,
    ZHANG_SAN,
    ZHAO_LIU,
    ZHOU_BA,
    Counter,
    Person,
)

HYPERTENSION = "M03900"
FUNDS = ("hifp_pay", "cvlserv_pay", "hifes_pay", "hifmi_pay", "hifob_pay", "maf_pay", "oth_pay", "hifdm_pay")
PARTS = ("fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt")


def settled(
    counter: Counter, person: Person, amount: str, account: str = "0", med_type: str = "11", disease: str = ""
) -> dict[str, Any]:
    """The `output` of a settled visit with one drug in scope."""
    mdtrt_id = counter.ask("2201", counter.registration(person))["data"]["mdtrt_id"]
    more = {"med_type": med_type} | ({"dise_codg": disease, "dise_name": "高血压"} if disease else {})
    counter.ask("2203", counter.diagnosis(person, mdtrt_id, **more))
    rows = counter.charge(person, mdtrt_id, (ASPIRIN, "1", amount))
    bill = counter.bill(person, mdtrt_id, rows, account, med_type=med_type)
    output: dict[str, Any] = counter.ask("2207", bill)
    add_up(output["setlinfo"])
    return output


def add_up(bill: dict[str, Any]) -> None:
    """The identities of the amounts."""
    assert bill["medfee_sumamt"] == bill["fund_pay_sumamt"] + bill["psn_part_amt"] + bill["hosp_part_amt"]
    assert bill["psn_part_amt"] == bill["acct_pay"] + bill["psn_cash_pay"]
    assert bill["medfee_sumamt"] == sum(bill[name] for name in PARTS)
    assert bill["fund_pay_sumamt"] == sum(bill[name] for name in FUNDS)
    assert 0 <= bill["acct_mulaid_pay"] <= bill["acct_pay"]


def told(output: dict[str, Any]) -> dict[str, str]:
    """Fund by its number, and what it paid."""
    return {line["fund_pay_type"]: str(line["fund_payamt"]) for line in output["setldetail"]}


def test_medical_aid_pays_half_of_what_is_left_of_the_scope(counter: Counter) -> None:
    output = settled(counter, ZHOU_BA, "100.00")
    assert told(output) == {"390100": "85.00", "610100": "7.50"}
    bill = output["setlinfo"]
    assert (str(bill["maf_pay"]), str(bill["fund_pay_sumamt"]), str(bill["psn_cash_pay"])) == ("7.50", "92.50", "7.50")


def test_medical_aid_has_a_ceiling_of_the_year(counter: Counter) -> None:
    first = settled(counter, ZHOU_BA, "1000.00")["setlinfo"]  # the fund stops at 500: half of the other 500 is 250
    assert (str(first["hifp_pay"]), str(first["maf_pay"])) == ("500.00", "250.00")
    second = settled(counter, ZHOU_BA, "200.00")["setlinfo"]
    assert (str(second["hifp_pay"]), str(second["maf_pay"]), str(second["psn_cash_pay"])) == ("0.00", "50.00", "150.00")


def test_a_chronic_disease_is_paid_from_its_own_ceiling_when_it_is_on_file(counter: Counter) -> None:
    settled(counter, ZHANG_SAN, "1000.00")
    chronic = settled(counter, ZHANG_SAN, "100.00", med_type="14", disease=HYPERTENSION)["setlinfo"]
    assert (str(chronic["hifp_pay"]), chronic["clr_type"]) == ("85.00", "14")
    mdtrt_id = counter.visit(ZHANG_SAN)
    counter.ask("2203", counter.diagnosis(ZHANG_SAN, mdtrt_id, med_type="14", dise_codg="M01600"))
    rows = counter.charge(ZHANG_SAN, mdtrt_id)
    assert "备案" in counter.refusal("2206", counter.bill(ZHANG_SAN, mdtrt_id, rows, med_type="14"))


def test_the_account_pays_what_it_has(counter: Counter) -> None:
    bill = settled(counter, WU_JIU, "100.00", account="1")["setlinfo"]
    assert (str(bill["acct_pay"]), str(bill["psn_cash_pay"]), str(bill["balc"])) == ("10.00", "20.00", "0.00")


def test_the_familys_account_pays_and_its_owner_has_less(counter: Counter) -> None:
    output = settled(counter, WU_JIU, "100.00", account="2")
    bill = output["setlinfo"]
    assert (str(bill["acct_pay"]), str(bill["acct_mulaid_pay"]), str(bill["balc"])) == ("30.00", "30.00", "10.00")
    assert told(output) == {"310100": "70.00", "310200": "30.00"}
    assert str(settled(counter, LI_FANG, "10.00", account="1")["setlinfo"]["balc"]) == "1340.63"
    mdtrt_id = counter.visit(LI_FANG)
    nobody = counter.bill(LI_FANG, mdtrt_id, counter.charge(LI_FANG, mdtrt_id), "2")
    assert "共济" in counter.refusal("2206", nobody)


@pytest.mark.parametrize(("institution", "rate"), [("H99999900101", "0.7500"), ("H99999900201", "0.6500")])
def test_the_rate_is_that_of_the_institutions_level(institution: str, rate: str) -> None:
    counter = Counter(institution=institution)
    counter.sign_in()
    bill = settled(counter, ZHANG_SAN, "100.00")["setlinfo"]
    assert (str(bill["pool_prop_selfpay"]), bill["hifp_pay"]) == (rate, Decimal(rate) * 100)


def test_a_limit_of_the_day_and_a_deductible_of_the_year(tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(DATA, data)
    rules = (data / "benefits.toml").read_text("utf-8")
    rules = rules.replace('deductible = "0.00"', 'day_limit = "70.00"\ndeductible = "10.00"', 1)
    (data / "benefits.toml").write_text(rules, "utf-8")
    counter = Counter(data=data)
    counter.sign_in()
    first = settled(counter, ZHANG_SAN, "40.00")["setlinfo"]  # 10 by the patient, 85 % of 30
    assert (str(first["act_pay_dedc"]), str(first["hifp_pay"])) == ("10.00", "25.50")
    second = settled(counter, ZHANG_SAN, "60.00")["setlinfo"]  # 40 are left of the day
    assert (str(second["act_pay_dedc"]), str(second["hifp_pay"])) == ("0.00", "34.00")
    counter.ask("2208", counter.named(first))
    third = settled(counter, ZHANG_SAN, "40.00")["setlinfo"]  # what was cancelled can be used again
    assert (str(third["act_pay_dedc"]), str(third["hifp_pay"])) == ("10.00", "25.50")
    counter.clock.now += 86400
    counter.sign_in()
    assert str(settled(counter, ZHANG_SAN, "60.00")["setlinfo"]["hifp_pay"]) == "51.00"


@pytest.mark.parametrize(
    ("person", "insutype", "med_type", "disease", "reason"),
    [
        (ZHANG_SAN, "390", "11", "", None),
        (ZHANG_SAN, "390", "14", HYPERTENSION, None),
        (ZHANG_SAN, "390", "14", "M01600", "未查询到该病种的门诊慢特病备案"),
        (ZHAO_LIU, "390", "11", "", "参保状态为暂停参保"),
        (WU_JIU, "390", "11", "", "参保状态为终止参保"),
    ],
)
def test_benefits_are_checked_before_the_visit(
    counter: Counter, person: Person, insutype: str, med_type: str, disease: str, reason: str | None
) -> None:
    asked = {
        "psn_no": person[0],
        "insutype": insutype,
        "fixmedins_code": "H99999900001",
        "med_type": med_type,
        "begntime": counter.time(),
        "dise_codg": disease,
    }
    (row,) = counter.ask("2001", {"data": asked})["trtinfo"]
    assert (row["trt_enjymnt_flag"], row["trt_chk_rslt"]) == ("0" if reason else "1", reason)


def test_sums_of_a_year_are_told_by_month(counter: Counter) -> None:
    settled(counter, ZHOU_BA, "100.00")
    cancelled = settled(counter, ZHOU_BA, "50.00")["setlinfo"]
    counter.ask("2208", counter.named(cancelled))
    counter.clock.now += 31 * 86400
    counter.sign_in()
    settled(counter, ZHOU_BA, "20.00")

    def sums(**asked: str) -> dict[str, str]:
        rows = counter.ask("5206", {"data": {"psn_no": ZHOU_BA[0]} | asked})["cuminfo"]
        return {row["cum_type_code"]: str(row["cum"]) for row in rows}

    assert sums(cum_ym="202603")["FUND"] == "85.00"
    assert {"FUND": "102.00", "AID": "9.00", "CASH": "9.00", "INSCP": "120.00"}.items() <= sums().items()
    assert sums(cum_ym="202512")["FUND"] == "0.00"


def test_a_refund_is_a_second_row_and_the_first_is_marked(counter: Counter) -> None:
    bill = settled(counter, ZHOU_BA, "100.00")["setlinfo"]
    output = counter.ask("2208", counter.named(bill))
    assert told(output) == {"390100": "-85.00", "610100": "-7.50"}
    for each in (bill, output["setlinfo"]):
        found = counter.ask("5203", counter.named(each))["setlinfo"]
        assert (found["refd_setl_flag"], found["fund_pay_sumamt"]) == ("1", each["fund_pay_sumamt"])
        assert found["psn_pay"] == found["acct_pay"] + found["cash_payamt"]
