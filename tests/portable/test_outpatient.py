"""The transactions of an outpatient visit in the words of the counter. Runs on CPython and MicroPython."""

from firmware.insurance import IDENTITY_CARD, INSURANCE_CODE, Outpatient
from firmware.insurance.charges import unit_price
from firmware.insurance.entitlements import CHRONIC, TWO_DISEASES
from tests.portable.insurance_line import DONE, Line, answer, trouble

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Json = dict[str, Any]

PERSON = {
    "number": "99999900000000000000000001",
    "name": "测试甲",
    "identity_number": "11010519491231002X",
    "identity_kind": "01",
    "insurance": "390",
    "group": "1560",
    "region": "999901",
}
FEVER = {"code": "R50.900", "name": "发热"}
CARD = {
    "kind": IDENTITY_CARD,
    "number": "11010519491231002X",
    "name": "测试甲",
    "identity_number": "11010519491231002X",
}
BILL = {
    "batch": "V1-1",
    "prescription": "V1",
    "diagnosis": "J00.x00",
    "at_s": 1638180592,
    "total_fen": 452,
    "split": {"full_own_fen": 0, "over_limit_fen": 0, "first_share_fen": 23, "in_scope_fen": 429},
}
SETTLEMENT = {
    "medfee_sumamt": "4.52",
    "preselfpay_amt": "0.23",
    "inscp_scp_amt": "4.29",
    "fund_pay_sumamt": 0,
    "psn_part_amt": "4.52",
    "acct_pay": "4.52",
    "psn_cash_pay": 0,
    "setl_time": "2021-11-29 18:09:52",
    "setl_id": "400125241",
}


class Transactions(Line):
    async def setUp(self) -> None:  # type: ignore[override]
        await self.begin_signed_in()
        self.outpatient = Outpatient(self.client, self.board.clinic)

    def last(self) -> "Json":
        return self.sent(-1)

    async def test_person(self) -> None:
        base = {
            "psn_no": "1" * 26,
            "psn_cert_type": "01",
            "certno": "11010519491231002X",
            "psn_name": "测试甲",
            "gend": "2",
            "brdy": "1949-12-31 00:00:00",
            "age": "76.0",
        }
        paused = {"insuplc_admdvs": "999902", "insutype": "310", "psn_type": "1101", "psn_insu_stas": "2", "balc": 0}
        valid = {
            "insuplc_admdvs": "999901",
            "insutype": "390",
            "psn_type": "1560",
            "psn_insu_stas": "1",
            "balc": "200.5",
        }
        self.script(answer({"baseinfo": base, "insuinfo": [paused, valid, paused], "idetinfo": []}))
        person = await self.outpatient.person(CARD)
        self.assertEqual(
            person,
            {
                "number": "1" * 26,
                "name": "测试甲",
                "identity_number": "11010519491231002X",
                "identity_kind": "01",
                "sex": "2",
                "birth": "1949-12-31",
                "age": "76",
                "insurance": "390",
                "group": "1560",
                "insured": "yes",
                "region": "999901",
                "balance_fen": 20050,
            },
        )
        self.assertEqual(self.last()["input"]["data"]["mdtrt_cert_type"], "02")
        least = {"psn_no": "1", "psn_name": "测试甲", "certno": "11010519491231002X"}
        self.script(answer({"baseinfo": least, "insuinfo": paused}))
        person = await self.outpatient.person({"kind": INSURANCE_CODE, "number": "T" * 38})
        self.assertEqual((person["insured"], person["insurance"], person["identity_kind"]), ("no", "310", "01"))
        self.assertEqual(self.last()["input"]["data"]["mdtrt_cert_type"], "01")

    async def test_a_person_that_is_none(self) -> None:
        outputs: "tuple[Json, ...]" = (
            {},
            {"baseinfo": {}, "insuinfo": [{}]},
            {"baseinfo": {"psn_no": "1"}, "insuinfo": []},
            {"baseinfo": [], "insuinfo": [{}]},
            {"baseinfo": {"psn_no": "1"}, "insuinfo": [{"balc": "x"}]},
            {"baseinfo": {"psn_no": "1", "age": "-1"}, "insuinfo": [{}]},
            {"baseinfo": {"psn_no": "1", "certno": "110105199001010010"}, "insuinfo": [{}]},
        )
        for output in outputs:
            self.script(answer(output))
            got = await trouble(self.outpatient.person(CARD))
            self.assertEqual(got, ("InsuranceError", "insurance.bad_answer", None))

    async def test_the_insurance_that_pays_a_visit(self) -> None:
        base = {"psn_no": "1", "certno": "11010519491231002X", "psn_name": "测试甲"}
        row = {"insuplc_admdvs": "999901", "psn_type": "1101", "psn_insu_stas": "1", "balc": 0}
        maternity, civil, employees = [dict(row, insutype=kind) for kind in ("510", "320", "310")]
        for insurances, want in (
            ([maternity, civil, employees], "310"),
            ([maternity, dict(employees, psn_insu_stas="2")], "510"),
            ([dict(maternity, psn_insu_stas="2"), dict(employees, psn_insu_stas="4")], "310"),
            ([dict(row, insutype="340")], "340"),
            ([employees, dict(row, insutype="390")], "310"),
        ):
            self.script(answer({"baseinfo": base, "insuinfo": insurances}))
            self.assertEqual((await self.outpatient.person(CARD))["insurance"], want)
        self.script(answer({"baseinfo": base, "insuinfo": [employees]}))
        person = await self.outpatient.person(dict(CARD, identity_number="11010519491231002x", region="330100"))
        self.assertEqual((person["insurance"], self.last()["insuplc_admdvs"]), ("310", "330100"))

    async def test_register(self) -> None:
        self.script(answer({"data": {"mdtrt_id": 300178725}}))
        registration = await self.outpatient.register(PERSON, CARD, "V1", 1638180592, "M1")
        self.assertEqual(registration, "300178725")
        sent = self.last()
        self.assertEqual((sent["msgid"], sent["insuplc_admdvs"]), ("M1", "999901"))
        self.assertEqual(
            (sent["input"]["data"]["ipt_otp_no"], sent["input"]["data"]["begntime"]), ("V1", "2021-11-29 18:09:52")
        )
        answers: "tuple[Any, ...]" = (None, {}, {"data": {}}, {"data": []}, {"data": {"mdtrt_id": None}})
        for useless in answers:
            self.script(answer(useless))
            got = await trouble(self.outpatient.register(PERSON, CARD, "V1", 1638180592, "M1"))
            self.assertEqual(got, ("UnknownOutcome", "insurance.bad_answer", None))
        echoed = {"mdtrt_id": "R1", "psn_no": PERSON["number"], "ipt_otp_no": "V1"}
        for other, ours in (({}, True), ({"psn_no": "2"}, False), ({"ipt_otp_no": "V2"}, False)):
            self.script(answer({"data": dict(echoed, **other)}))
            got = await trouble(self.outpatient.register(PERSON, CARD, "V1", 1638180592, "M1"))
            self.assertEqual(got[0], "" if ours else "UnknownOutcome")

    async def test_a_chronic_visit(self) -> None:
        pressure = {"code": "M03900", "name": "高血压"}
        self.script(DONE, answer({"mdtrtinfo": []}), answer({"setlinfo": SETTLEMENT}))
        await self.outpatient.upload_diagnosis(PERSON, "R1", FEVER, None, 1638180592, CHRONIC, pressure)
        visit = self.last()["input"]["mdtrtinfo"]
        self.assertEqual((visit["med_type"], visit["dise_codg"], visit["dise_name"]), ("14", "M03900", "高血压"))
        self.assertEqual(self.last()["input"]["diseinfo"][0]["diag_code"], "R50.900")
        await self.outpatient.find_registration(PERSON, "V1", 1638180592, 1638180592, CHRONIC)
        self.assertEqual(self.last()["input"]["data"]["med_type"], "14")
        await self.outpatient.preview(PERSON, CARD, "R1", dict(BILL, kind=TWO_DISEASES))
        self.assertEqual(self.last()["input"]["data"]["med_type"], "9901")

    async def test_find_registration(self) -> None:
        visits = [{"ipt_otp_no": "V0", "mdtrt_id": "a"}, {"ipt_otp_no": "V1", "mdtrt_id": "b"}]
        self.script(answer({"mdtrtinfo": visits}), answer({"mdtrtinfo": visits[0]}), answer(None))
        found = []
        for _ in range(3):
            found.append(await self.outpatient.find_registration(PERSON, "V1", 1638180592, 1638180592))  # noqa: PERF401
        self.assertEqual(found, ["b", "", ""])
        data = self.last()["input"]["data"]
        self.assertEqual((data["begntime"], data["endtime"]), ("2021-11-28 18:09:52", "2021-11-30 18:09:52"))

    async def test_small_ones(self) -> None:
        self.script(DONE, DONE, DONE, DONE)
        await self.outpatient.unregister(PERSON, "R1", "V1")
        await self.outpatient.upload_diagnosis(PERSON, "R1", {"code": "J00.x00", "name": "感冒"}, FEVER, 1638180592)
        await self.outpatient.remove_fees(PERSON, "R1")
        await self.outpatient.reverse(PERSON, "2207", "M1")
        self.assertEqual(self.numbers()[2:], ["2202", "2203", "2205", "2601"])
        told = [(row["diag_code"], row["vali_flag"]) for row in self.sent(3)["input"]["diseinfo"]]
        self.assertEqual(told, [("J00.x00", "1"), ("R50.900", "0")])
        self.assertEqual(self.sent(4)["input"]["data"]["chrg_bchno"], "0000")
        self.assertEqual(self.sent(5)["input"]["data"]["omsgid"], "M1")
        self.assertEqual(self.board.http.requests[-1].answer_ms, 15000)

    async def test_fees(self) -> None:
        row = {"det_item_fee_sumamt": "4.52", "preselfpay_amt": "0.23", "inscp_scp_amt": "4.29"}
        self.script(answer({"result": [row]}))
        fee = {"sequence": "1", "code": "X1", "own_code": "a", "quantity": 1, "price_fen": 452, "amount_fen": 452}
        split = await self.outpatient.upload_fees(PERSON, "R1", BILL, [fee], "M1")
        self.assertEqual((split["first_share_fen"], split["in_scope_fen"]), (23, 429))
        sent = self.last()["input"]["feedetail"][0]
        self.assertEqual((sent["pric"], sent["cnt"], sent["det_item_fee_sumamt"]), ("4.52", "1", "4.52"))

    async def test_fees_of_other_rows_than_were_sent(self) -> None:
        row = {"det_item_fee_sumamt": "2.26", "inscp_scp_amt": "2.26"}
        fee = {"sequence": "1", "code": "X1", "own_code": "a", "quantity": 1, "price_fen": 226, "amount_fen": 226}
        fees = [fee, dict(fee, sequence="2")]
        for numbers, right in ((("2", 1), True), (("1", "1"), False), (("1", "3"), False), (("1",), False)):
            self.script(answer({"result": [dict(row, feedetl_sn=number) for number in numbers]}))
            got = await trouble(self.outpatient.upload_fees(PERSON, "R1", BILL, fees, "M1"))
            self.assertEqual(got[1], "" if right else "insurance.wrong_sums")

    async def test_doses_and_prices_of_a_split_pack(self) -> None:
        row = {"det_item_fee_sumamt": "1.00", "inscp_scp_amt": "1.00"}
        self.script(answer({"result": [row]}))
        fee = {"sequence": "1", "code": "X1", "own_code": "a", "quantity": 3, "price_fen": 33, "amount_fen": 100}
        fee["dose"] = {"single": "1片", "frequency": "每日三次", "days": 7, "way": "口服"}
        await self.outpatient.upload_fees(PERSON, "R1", BILL, [dict(fee, approval="refused")], "M1")
        sent = self.last()["input"]["feedetail"][0]
        self.assertEqual((sent["pric"], sent["cnt"], sent["hosp_appr_flag"]), ("0.333333", "3", "2"))
        self.assertEqual((sent["sin_dos_dscr"], sent["used_frqu_dscr"]), ("1片", "每日三次"))
        self.assertEqual((sent["prd_days"], sent["medc_way_dscr"]), ("7", "口服"))

    def test_prices_of_one_are_rounded_half_up(self) -> None:
        told = [unit_price(0, quantity, fen) for quantity, fen in ((3, 200), (7, 100), (64, 1), (1000000, 50))]
        self.assertEqual(told, ["0.666667", "0.142857", "0.000156", "0.000001"])
        self.assertEqual(unit_price(452, 3, 1356), "4.52")

    async def test_preview(self) -> None:
        self.script(answer({"setlinfo": SETTLEMENT}))
        self.assertEqual((await self.outpatient.preview(PERSON, CARD, "R1", BILL))["own_fen"], 452)
        self.assertEqual(self.last()["input"]["data"]["acct_used_flag"], "0")
        self.script(answer({"setlinfo": dict(SETTLEMENT, acct_pay="4.51")}))
        got = await trouble(self.outpatient.preview(PERSON, CARD, "R1", BILL))
        self.assertEqual(got, ("InsuranceError", "insurance.wrong_sums", None))

    async def test_settle(self) -> None:
        self.script(answer({"setlinfo": SETTLEMENT}))
        employee = dict(PERSON, insurance="310")
        settlement = await self.outpatient.settle(employee, CARD, "R1", BILL, "M1")
        self.assertEqual((settlement["settlement"], settlement["settled_at"]), ("400125241", 1638180592))
        data = self.last()["input"]["data"]
        self.assertEqual(
            (data["preselfpay_amt"], data["inscp_scp_amt"], data["medfee_sumamt"]), ("0.23", "4.29", "4.52")
        )
        self.assertEqual(data["acct_used_flag"], "1")

    async def test_what_the_platform_said_is_kept(self) -> None:
        fund = {"fund_pay_type": "310200", "fund_payamt": "4.52"}
        self.script(answer({"setlinfo": dict(SETTLEMENT, new_in_2027=1), "setldetail": [fund]}))
        kept = (await self.outpatient.settle(PERSON, CARD, "R1", BILL, "M1"))["answer"]
        self.assertEqual((kept["setlinfo"]["new_in_2027"], kept["setlinfo"]["acct_pay"]), ("1", "4.52"))
        self.assertEqual(kept["setldetail"], [fund])

    async def test_trace_codes_where_the_province_wants_them(self) -> None:
        codes = [{"sequence": "1", "code": "81000171234567890123", "split": False}]
        codes.append({"sequence": "2", "code": "81000171234567890124", "split": True})
        for wanted, bill, want in (
            (True, dict(BILL, codes=codes), ["0", "1"]),
            (True, BILL, []),
            (False, dict(BILL, codes=codes), []),
        ):
            self.script(answer({"setlinfo": SETTLEMENT}))
            await Outpatient(self.client, self.board.clinic, wanted).settle(PERSON, CARD, "R1", bill, "M1")
            rows = self.last()["input"].get("drug_trac_info", [])
            self.assertEqual([row["trdn_flag"] for row in rows], want)

    async def test_the_answer_to_another_message(self) -> None:
        other = answer({"setlinfo": dict(SETTLEMENT, medins_setl_id="M0")})
        self.script(other, other, other)
        got = await trouble(self.outpatient.settle(PERSON, CARD, "R1", BILL, "M1"))
        self.assertEqual(got, ("UnknownOutcome", "insurance.bad_answer", None))
        got = await trouble(self.outpatient.cancel_settlement(PERSON, "R1", "S1", "M2"))
        self.assertEqual(got, ("UnknownOutcome", "insurance.bad_answer", None))
        got = await trouble(self.outpatient.preview(PERSON, CARD, "R1", BILL))
        self.assertEqual(got, ("InsuranceError", "insurance.bad_answer", None))
        ours: "dict[str, Any]" = dict(SETTLEMENT, medins_setl_id="M1", mdtrt_id="R1", psn_no=PERSON["number"])
        self.script(answer({"setlinfo": ours}))
        self.assertTrue((await self.outpatient.settle(PERSON, CARD, "R1", BILL, "M1"))["agree"])
        for name in ("mdtrt_id", "psn_no"):
            foreign = dict(ours)
            foreign[name] = "2"
            self.script(answer({"setlinfo": foreign}))
            got = await trouble(self.outpatient.settle(PERSON, CARD, "R1", BILL, "M1"))
            self.assertEqual(got, ("UnknownOutcome", "insurance.bad_answer", None))

    async def test_cancel(self) -> None:
        back = {"medfee_sumamt": "-4.52", "acct_pay": "-4.52", "psn_part_amt": None, "medins_setl_id": "M2"}
        self.script(answer({"setlinfo": SETTLEMENT}), answer({"setlinfo": dict(back, setl_id="400125242")}), DONE)
        settled = await self.outpatient.settle(PERSON, CARD, "R1", BILL, "M1")
        refund = await self.outpatient.cancel_settlement(PERSON, "R1", "400125241", "M2", settled)
        self.assertEqual((refund["settlement"], refund["agree"]), ("400125242", True))
        self.assertEqual((self.last()["infno"], self.last()["msgid"]), ("2208", "M2"))
        self.assertFalse((await self.outpatient.cancel_settlement(PERSON, "R1", "400125241", "M2", settled))["agree"])

    async def test_a_settlement_that_cannot_be_read_is_unknown(self) -> None:
        for change in ({"setl_id": None}, {"medfee_sumamt": "x"}, {"setl_id": "1" * 31}, {"psn_cash_pay": "-1"}):
            self.script(answer({"setlinfo": dict(SETTLEMENT, **change)}))
            got = await trouble(self.outpatient.settle(PERSON, CARD, "R1", BILL, "M1"))
            self.assertEqual(got, ("UnknownOutcome", "insurance.bad_answer", None))
        self.script(answer(None))
        self.assertEqual((await trouble(self.outpatient.settle(PERSON, CARD, "R1", BILL, "M1")))[0], "UnknownOutcome")

    async def test_an_odd_time_does_not_undo_a_settlement(self) -> None:
        for odd in ("2026-13-21 22:13:20", "soon", None):
            self.script(answer({"setlinfo": dict(SETTLEMENT, setl_time=odd)}))
            settlement = await self.outpatient.settle(PERSON, CARD, "R1", BILL, "M1")
            self.assertEqual(settlement["settled_at"], 0)

    async def test_settlement_of(self) -> None:
        info = dict(SETTLEMENT, psn_pay="4.52", cash_payamt="0.00", refd_setl_flag="0", medins_setl_id="M1")
        self.script(answer({"setlinfo": info}), answer({"setlinfo": dict(info, setl_id="400125249")}))
        found = await self.outpatient.settlement_of(PERSON, "R1", "400125241")
        self.assertEqual((found["agree"], found["own_fen"], found["cancelled"]), (True, 452, "no"))
        self.assertEqual((found["msgid"], found["settled_at"]), ("M1", 1638180592))
        got = await trouble(self.outpatient.settlement_of(PERSON, "R1", "400125241"))
        self.assertEqual(got, ("InsuranceError", "insurance.bad_answer", None))

    async def test_fees_of(self) -> None:
        fee = {"setl_id": "S1", "feedetl_sn": 1, "medins_list_codg": "aspirin", "medins_list_name": "阿司匹林肠溶片"}
        fee.update({"cnt": "2.0000", "pric": "2.260000", "det_item_fee_sumamt": "4.52", "chrgitm_lv": "01"})
        split = {"fulamt_ownpay_amt": "0", "overlmt_amt": "0", "preselfpay_amt": "0.45", "inscp_scp_amt": "4.07"}
        self.script(answer([dict(fee, **split), dict(fee, feedetl_sn="2", medins_list_name=None, hilist_name="甲")]))
        fees = await self.outpatient.fees_of(PERSON, "R1", "S1")
        asked = self.sent(-1)["input"]["data"]
        self.assertEqual((asked["psn_no"], asked["setl_id"], asked["mdtrt_id"]), (PERSON["number"], "S1", "R1"))
        self.assertEqual((fees[0]["sequence"], fees[0]["quantity"], fees[0]["price"]), ("1", 20000, 2260000))
        self.assertEqual((fees[0]["amount_fen"], fees[0]["first_share_fen"], fees[0]["agree"]), (452, 45, True))
        self.assertEqual((fees[1]["name"], fees[1]["in_scope_fen"], fees[1]["agree"]), ("甲", 0, True))
        for output, count, agree in (
            ([dict(fee, **dict(split, overlmt_amt="0.01"))], 1, False),
            ({"data": [fee]}, 1, True),
            (fee, 1, True),
            (None, 0, True),
        ):
            self.script(answer(output))
            found = await self.outpatient.fees_of(PERSON, "R1", "S1")
            self.assertEqual([each["agree"] for each in found], [agree] * count)

    async def test_fees_of_that_are_none(self) -> None:
        for output in (
            [{"setl_id": "S1"}],
            [{"setl_id": "S2", "feedetl_sn": "1"}],
            ["x"],
            {"file_qury_no": "M00/00/00/1", "filename": "fees.zip"},
        ):
            self.script(answer(output))
            got = await trouble(self.outpatient.fees_of(PERSON, "R1", "S1"))
            self.assertEqual(got, ("InsuranceError", "insurance.bad_answer", None))

    async def test_a_long_diagnosis_is_cut(self) -> None:
        self.script(DONE)
        await self.outpatient.upload_diagnosis(PERSON, "R1", dict(FEVER, name="热" * 200), None, 1638180592)
        self.assertEqual(self.last()["input"]["diseinfo"][0]["diag_name"], "热" * 100)

    async def test_is_cancelled(self) -> None:
        flags = []
        for flag in ("1", 1, "0", None):
            self.script(answer({"setlinfo": {"refd_setl_flag": flag}}))
            flags.append(await self.outpatient.is_cancelled(PERSON, "R1", "S1"))
        self.assertEqual(flags, [True, True, False, False])
        self.script(answer(None))
        got = await trouble(self.outpatient.is_cancelled(PERSON, "R1", "S1"))
        self.assertEqual(got, ("InsuranceError", "insurance.bad_answer", None))
