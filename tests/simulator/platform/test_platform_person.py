"""Person information (1101) and the e-voucher (6101)."""

from decimal import Decimal
from typing import Any

import pytest

from simulator.platform.identity import TOKEN_LIFE_S
from tests.simulator.platform.counter import INSTITUTION, LI_FANG, ZHANG_SAN, ZHANG_SAN_QR, Counter


def by(kind: str, number: str, **more: str) -> dict[str, Any]:
    """The input of 1101."""
    return {"data": {"mdtrt_cert_type": kind, "mdtrt_cert_no": number, "begntime": ""} | more}


def qr(code: str) -> dict[str, Any]:
    """The input of 6101."""
    fields = {
        "orgId": INSTITUTION,
        "businessType": "01101",
        "businessInfo": code,
        "operatorId": "0001",
        "operatorName": "测试员",
        "officeId": "A02",
        "officeName": "全科医疗科",
    }
    return {"InData": fields}


def test_an_employee_by_identity_number(counter: Counter) -> None:
    output = counter.ask("1101", by("02", LI_FANG[1], psn_name="李芳", certno=LI_FANG[1]))
    assert output["baseinfo"] == {
        "psn_no": LI_FANG[0],
        "psn_cert_type": "01",
        "certno": LI_FANG[1],
        "psn_name": "李芳",
        "gend": "2",
        "naty": "08",
        "brdy": "1990-03-07",
        "age": Decimal("35.0"),
        "exp_content": None,
    }
    (insured,) = output["insuinfo"]
    assert (insured["insutype"], insured["psn_insu_stas"], insured["balc"]) == ("310", "1", Decimal("1373.63"))
    assert insured["insuplc_admdvs"] == "999900"
    assert output["idetinfo"] == []


@pytest.mark.parametrize("number", ["440524188001010014", "000000190001010000"])
def test_an_unknown_person_is_a_refusal(counter: Counter, number: str) -> None:
    assert "该参保人的基本信息为空" in counter.refusal("1101", by("02", number))


def test_another_name_on_the_card_is_a_refusal(counter: Counter) -> None:
    assert "psn_name" in counter.refusal("1101", by("02", LI_FANG[1], psn_name="张三"))


def test_a_social_security_card_needs_its_recognition_code(counter: Counter) -> None:
    number, recognition_code = "A00000002", "45102100000000000000000000000002"
    assert "card_sn" in counter.refusal("1101", by("03", number))
    assert "基本信息为空" in counter.refusal("1101", by("03", number, card_sn=recognition_code[:-1] + "3"))
    assert counter.ask("1101", by("03", number, card_sn=recognition_code))["baseinfo"]["psn_no"] == LI_FANG[0]


@pytest.mark.parametrize(
    ("number", "document"),
    [(LI_FANG[1], "01"), ("810000199001010019", "17"), ("USA110080010101", "07"), ("911000084198001013", "07")],
)
def test_everybody_has_a_document_of_the_right_kind(counter: Counter, number: str, document: str) -> None:
    base = counter.ask("1101", by("02", number, psn_cert_type=document, certno=number))["baseinfo"]
    assert (base["psn_cert_type"], base["certno"]) == (document, number)
    assert "psn_cert_type" in counter.refusal("1101", by("02", number, psn_cert_type="08", certno=number))


def test_a_qr_code_gives_a_token_that_stands_for_the_person_until_it_expires(counter: Counter) -> None:
    answer = counter.say("6101", qr(ZHANG_SAN_QR))
    assert (answer["code"], answer["type"], answer["message"]) == (0, "success", "成功")
    data = answer["data"]
    assert (data["userName"], data["idNo"], data["idType"]) == ("张三", ZHANG_SAN[1], "01")
    assert (data["insuOrg"], data["ecQrCode"], len(data["ecToken"])) == ("999900", ZHANG_SAN_QR, 40)
    token = by("01", data["ecToken"])
    assert counter.ask("1101", token)["baseinfo"]["psn_no"] == ZHANG_SAN[0]
    counter.clock.now += TOKEN_LIFE_S
    assert "ecToken" in counter.refusal("1101", token)


def test_another_qr_code_is_refused_without_an_envelope(counter: Counter) -> None:
    answer = counter.say("6101", qr("6901234567892"))
    assert answer == {"message": "请使用医保电子凭证二维码", "success": False, "code": 500159}


def test_a_registration_with_somebody_elses_token_is_refused(counter: Counter) -> None:
    token = counter.say("6101", qr(ZHANG_SAN_QR))["data"]["ecToken"]
    stolen = counter.registration(LI_FANG, mdtrt_cert_type="01", mdtrt_cert_no=token)
    assert "不一致" in counter.refusal("2201", stolen)
