"""The platform's audit (3101, 3102) in the words of the counter. Runs on CPython and MicroPython."""

from firmware.insurance import AUDIT_BEFORE, AUDIT_DURING, Audits
from tests.portable.insurance_line import Line, answer, trouble

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Json = dict[str, Any]

PROFILE = {"before": True, "during": True, "scene": "1", "system": ""}


def prescribed(drug: str, code: str, quantity: int, approval: str = "approved") -> "Json":
    return {
        "drug": drug,
        "name": "阿司匹林肠溶片",
        "specification": "100mg×30片",
        "unit": "盒",
        "grade": "01",
        "national_code": code,
        "price_fen": 1260,
        "quantity": quantity,
        "approval": approval,
    }


def case() -> "Json":
    return {
        "person": {
            "number": "99999900000000000000000001",
            "name": "测试甲",
            "insurance": "390",
            "region": "999901",
        },
        "sex": "female",
        "birth": "1949-12-31",
        "registration": "R1",
        "number": "20260921a1b2000012",
        "at_s": 1790000000,
        "diagnosis": {"code": "I10.x00x002", "name": "高血压"},
        "lines": [
            prescribed("aspirin", "XB01ACA056A012030101554", 2),
            prescribed("a-very-long-name-of-a-drug", "ZA06BBX0548010100038", 1, "refused"),
        ],
        "amounts": {"total_fen": 3780, "full_own_fen": 1260, "own_fen": 1638, "fund_fen": 2142},
    }


def row(**changes: "Any") -> "Json":
    found: "Json" = {
        "jr_id": "J1",
        "rule_name": "限二级及以上医疗机构",
        "vola_cont": "该药品限二级及以上\n医疗机构使用",
        "vola_evid": None,
        "judge_result_detail_dtos": [{"rx_id": "20260921a1b2000012-2"}, {"rx_id": "of another visit"}, {"rx_id": None}],
        "vola_amt": "12.60",
        "sev_deg": "1",
    }
    found.update(changes)
    return found


class Audit(Line):
    async def setUp(self) -> None:  # type: ignore[override]
        await self.begin_signed_in()
        self.audits = Audits(self.client, self.board.clinic, PROFILE)

    async def found(self, result: "Any") -> "list[Json]":
        self.script(answer({"result": result}))
        return await self.audits.ask(AUDIT_DURING, case())

    async def test_the_question(self) -> None:
        self.script(answer({"result": []}))
        self.assertEqual(await self.audits.ask(AUDIT_BEFORE, case()), [])
        sent = self.sent(-1)
        self.assertEqual((sent["infno"], sent["insuplc_admdvs"]), ("3101", "999901"))
        data = sent["input"]["data"]
        self.assertEqual(sorted(data), ["patient_dtos", "trig_scen"])
        patient = data["patient_dtos"][0]
        self.assertEqual((patient["gend"], patient["brdy"], patient["curr_mdtrt_id"]), ("2", "1949-12-31", "R1"))
        visit = patient["fsi_encounter_dtos"][0]
        amounts = [visit[name] for name in ("medfee_sumamt", "ownpay_amt", "selfpay_amt", "hifp_payamt")]
        self.assertEqual(amounts, ["37.80", "12.60", "3.78", "21.42"])
        self.assertEqual((visit["medins_lv"], visit["out_setl_flag"], visit["adm_date"]), ("11", "0", "2026-09-21"))
        self.assertEqual(visit["fsi_diagnose_dtos"][0]["dise_codg"], "I10.x00x002")
        orders = visit["fsi_order_dtos"]
        self.assertEqual([order["chrg_type"] for order in orders], ["09", "11"])
        self.assertEqual([order["ownpay_amt"] for order in orders], ["0.00", "12.60"])
        self.assertEqual(orders[0]["hilist_code"], "XB01ACA056A012030101554")  # 23 characters
        self.assertEqual([order["hosplist_code"] for order in orders], ["aspirin", "a-very-long-name-of-"])
        self.assertEqual([order["rx_id"] for order in orders], ["20260921a1b2000012-1", "20260921a1b2000012-2"])

    async def test_what_provinces_want_besides(self) -> None:
        profile = dict(PROFILE)
        profile["system"] = "his"
        self.script(answer({}))
        await Audits(self.client, self.board.clinic, profile).ask(AUDIT_DURING, case())
        self.assertEqual((self.sent(-1)["infno"], self.sent(-1)["input"]["data"]["syscode"]), ("3102", "his"))

    async def test_somebody_from_another_city(self) -> None:
        asked = case()
        asked["person"]["region"] = "450100"
        asked["sex"] = "unknown"
        self.script(answer({"result": None}))
        await self.audits.ask(AUDIT_DURING, asked)
        patient = self.sent(-1)["input"]["data"]["patient_dtos"][0]
        self.assertEqual((patient["gend"], patient["fsi_encounter_dtos"][0]["out_setl_flag"]), ("0", "1"))

    async def test_a_finding(self) -> None:
        self.assertEqual(
            await self.found([row()]),
            [
                {
                    "reference": "J1",
                    "rule": "限二级及以上医疗机构",
                    "sentence": "该药品限二级及以上 医疗机构使用",
                    "basis": "",
                    "severity": 1,
                    "fen": 1260,
                    "lines": [1],
                }
            ],
        )

    async def test_how_bad_it_is(self) -> None:
        for degree, severity in (("1", 1), (1, 1), ("01", 1), ("2", 2), ("3", 3), (None, 2), ("9", 2)):
            self.assertEqual([each["severity"] for each in await self.found([row(sev_deg=degree)])], [severity])

    async def test_no_words_and_no_amount(self) -> None:
        found = await self.found(row(vola_cont=None, vola_amt="some", judge_result_detail_dtos=None))
        self.assertEqual((found[0]["sentence"], found[0]["fen"], found[0]["lines"]), ("限二级及以上医疗机构", 0, []))
        self.assertEqual((await self.found([row(vola_amt="-1.00")]))[0]["fen"], 0)

    async def test_long_words_are_cut(self) -> None:
        found = (await self.found([row(vola_cont="违" * 3000, rule_name="规" * 900)]))[0]
        self.assertEqual((len(found["sentence"]), len(found["rule"])), (500, 200))

    async def test_nonsense(self) -> None:
        nonsense: "list[Any]" = ["x", 7, ["x"], [row()] * 51, [row(judge_result_detail_dtos="x")], [row(rule_name={})]]
        for result in nonsense:
            self.script(answer({"result": result}))
            said = await trouble(self.audits.ask(AUDIT_DURING, case()))
            self.assertEqual(said[1], "insurance.bad_answer")

    async def test_a_person_whose_birth_nobody_knows(self) -> None:
        asked = case()
        asked["birth"] = ""
        said = await trouble(self.audits.ask(AUDIT_DURING, asked))
        self.assertEqual(said, ("InsuranceError", "insurance.bad_message", None))
