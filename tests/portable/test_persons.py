"""What a person may expect, and what his documents say. Runs on CPython and MicroPython."""

from firmware.insurance import Outpatient
from firmware.insurance.entitlements import CHRONIC, FAMILY_DOCTOR, MED_TYPES, ORDINARY
from tests.portable.insurance_line import Line, answer, trouble
from tests.portable.test_outpatient import PERSON

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Json = dict[str, Any]

PRESSURE = {"code": "M03900", "name": "高血压"}


class Expectations(Line):
    async def setUp(self) -> None:  # type: ignore[override]
        await self.begin_signed_in()
        self.outpatient = Outpatient(self.client, self.board.clinic)

    def asked(self) -> "Json":
        """What the last message asked."""
        sent = self.sent(-1)
        self.assertEqual(sent["insuplc_admdvs"], "999901")
        data: "Json" = sent["input"]["data"]
        self.assertEqual(data["psn_no"], PERSON["number"])
        return data

    async def test_entitlements(self) -> None:
        row = {"psn_no": PERSON["number"], "trt_chk_type": "01", "fund_pay_type": "390100", "begndate": "2026-01-01"}
        yes = dict(row, trt_enjymnt_flag="1", enddate="2026-12-31 00:00:00")
        no = dict(row, trt_enjymnt_flag=0, trt_chk_rslt="未备案\n该病种")
        self.script(answer({"trtinfo": [yes, no, {}]}))
        found = await self.outpatient.entitlements(PERSON, CHRONIC, 1638180592, PRESSURE)
        self.assertEqual([row["entitled"] for row in found], ["yes", "no", "unknown"])
        self.assertEqual(
            (found[0]["fund"], found[0]["ends"], found[1]["reason"]), ("390100", "2026-12-31", "未备案 该病种")
        )
        asked = self.asked()
        self.assertEqual(
            (asked["med_type"], asked["dise_codg"], asked["fixmedins_code"]), ("14", "M03900", "H99999900001")
        )
        self.script(answer({"trtinfo": None}))
        self.assertEqual(await self.outpatient.entitlements(PERSON, ORDINARY, 1638180592), [])
        self.assertFalse("dise_codg" in self.asked())

    async def test_nobody_without_whom_nothing_can_be_registered(self) -> None:
        base = {"psn_no": "1", "psn_name": "测试甲", "certno": "11010519491231002X"}
        row = {"insutype": "390", "psn_type": "1560", "insuplc_admdvs": "999901"}
        shown = {"kind": "insurance_code", "number": "T" * 38}
        for name in ("psn_no", "psn_name", "certno", "insutype", "psn_type", "insuplc_admdvs"):
            of_base, of_row = dict(base), dict(row)
            of_base[name] = of_row[name] = ""
            self.script(answer({"baseinfo": of_base, "insuinfo": [of_row]}))
            self.assertEqual((await trouble(self.outpatient.person(shown)))[1], "insurance.bad_answer")
        self.script(answer({"baseinfo": dict(base, certno=""), "insuinfo": [row]}))
        person = await self.outpatient.person(dict(shown, identity_number="11010519491231002X"))
        self.assertEqual(person["identity_number"], "11010519491231002X")  # what he showed

    async def test_a_reversal_names_the_number_of_the_province(self) -> None:
        self.board.province["gateway"]["numbers"] = {"2207": "2207A"}
        self.script(answer(None))
        await self.outpatient.reverse(PERSON, "2207", "2")
        self.assertEqual(self.asked()["oinfno"], "2207A")

    async def test_what_was_used(self) -> None:
        row = {"insutype": "390", "year": 2026, "cum_ym": "202609", "cum_type_code": "F0000701", "cum": "378.20"}
        self.script(answer({"cuminfo": [row]}))
        want = {"insurance": "390", "year": "2026", "month": "202609", "kind": "F0000701", "hundredths": 37820}
        self.assertEqual(await self.outpatient.used_this_year(PERSON), [want])
        self.assertEqual(self.asked()["cum_ym"], "")

    async def test_filed_diseases(self) -> None:
        row = {
            "begndate": "2020-10-01",
            "enddate": "2120-11-01",
            "opsp_dise_name": "高血压",
            "opsp_dise_code": "M03900",
        }
        self.script(answer({"feedetail": [dict(row, exp_content=None)]}))
        want = {"code": "M03900", "name": "高血压", "begins": "2020-10-01", "ends": "2120-11-01"}
        self.assertEqual(await self.outpatient.chronic_filings(PERSON), [want])
        self.script(answer({"feedetail": [dict(row, opsp_dise_code=None)]}))
        got = await trouble(self.outpatient.chronic_filings(PERSON))
        self.assertEqual(got, ("InsuranceError", "insurance.bad_answer", None))

    async def test_drugs_for_them(self) -> None:
        row = {
            "medins_list_name": "硝苯地平控释片",
            "spec": "30mg*7片",
            "cnt": "2",
            "pric": "12.345",
            "med_list_codg": "X2",
        }
        self.script(answer({"feedetail": dict(row, fee_ocur_time="2021-11-29 18:09:52", fixmedins_name="测试卫生院")}))
        drug = (await self.outpatient.chronic_drugs(PERSON, 1638180592))[0]
        self.assertEqual((drug["quantity"], drug["price"], drug["at_s"]), (20000, 12345000, 1638180592))
        self.assertEqual((drug["name"], drug["institution_name"]), ("硝苯地平控释片", "测试卫生院"))
        self.assertEqual(
            (self.asked()["begntime"], self.asked()["endtime"]), ("2020-11-28 18:09:52", "2021-11-29 18:09:52")
        )

    async def test_where_signed_up(self) -> None:
        row = {
            "fixmedins_code": "H99999900001",
            "fixmedins_name": "测试村卫生室",
            "fix_srt_no": "1",
            "begndate": "2026-01-01",
        }
        self.script(answer({"psnfixmedin": [row]}))
        found = await self.outpatient.designated(PERSON, FAMILY_DOCTOR)
        self.assertEqual((found[0]["institution"], found[0]["order"], found[0]["ends"]), ("H99999900001", "1", ""))
        self.assertEqual(self.asked()["biz_appy_type"], "05")

    async def test_kinds_of_visits(self) -> None:
        self.assertEqual([MED_TYPES[kind] for kind in ("ordinary", "chronic", "two_diseases")], ["11", "14", "9901"])
