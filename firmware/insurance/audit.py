"""The platform's audit of a visit, before it is priced (3101) and before it is settled (3102), in the words of the
counter. It changes nothing on the platform and may be repeated or left out.

Source: national interface, 3101 and 3102 (one table). Hunan's notes of 2022: `hilist_type` takes the values of
`list_type` and `medins_lv` those of `hosp_lv`. No public source has the lists of `drord_bhvr`, `drord_dr_profttl` and
`matn_stas`: the values below are assumed, and a province that minds says so in a refusal, which holds nobody up.
"""

from firmware import clock as civil
from firmware.insurance.answers import Row, node_rows
from firmware.insurance.errors import InsuranceError
from firmware.insurance.persons import is_from_elsewhere
from firmware.money import to_yuan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from firmware.insurance.client import InsuranceClient

    Json = dict[str, Any]

AUDIT_BEFORE = "3101"
AUDIT_DURING = "3102"
_DESIGNATED = "1"  # fixmedins_type 定点医疗机构: a code of medins_type (D600) has more than the three characters
_NO_LEVEL = "11"  # hosp_lv 无等级
_OUTPATIENT = "1"  # med_mdtrt_type
_ORDINARY = "11"  # med_type
_ONLINE = "2"  # reim_flag 联网报销
_MEDICINE = "101"  # list_type 西药中成药
_CHARGES = {"X": "09", "Z": "11"}  # med_chrgitm_type by the first letter of the national code: 西药费, 中成药费
_OTHER_CHARGE = "14"
_NOT_PREGNANT = "0"  # matn_stas; assumed
_ORDINARY_ORDER = "0"  # drord_bhvr; assumed
_PHYSICIAN = "234"  # drord_dr_profttl: 医师 of GB/T 8561; assumed to be that list
_SEXES = {"male": "1", "female": "2"}
_MOST_FINDINGS = 50
_MOST_DETAILS = 100
_SEVERITIES = {"1": 1, "2": 2, "3": 3}  # sev_deg 明确违规, 高度可疑, 轻度可疑
_UNKNOWN_SEVERITY = 2
_SELF_PAID = "refused"  # `approval` of a line
_ID = 50
_RULE = 200
_CONTENT = 500


class Audits:
    """Asks the platform what it has against a visit."""

    def __init__(self, client: "InsuranceClient", clinic: "Json", profile: "Json") -> None:
        """`profile` is `audit` of the province's profile: `scene`, `system`."""
        self._client = client
        self._institution = clinic["institution"]
        self._doctor = clinic["doctor"]
        self._scene = profile["scene"]
        self._system = profile["system"]

    async def ask(self, infno: str, case: "Json") -> "list[Json]":
        """3101 or 3102: the findings, `{"reference", "rule", "sentence", "basis", "severity", "fen", "lines"}`; `lines`
        are places in `case["lines"]`, none when the whole visit is meant.

        `case`: `person`, `sex` (male, female, unknown), `birth`, `registration`, `number`, `at_s`, `diagnosis`, `lines`
        (as in a visit's record), and `amounts`, of which `total_fen` must be there. Raises the errors of
        `InsuranceClient.call`; `insurance.bad_answer` for findings that cannot be read.
        """
        data: "Json" = {"patient_dtos": [self._patient(case)], "trig_scen": self._scene}
        if self._system:
            data["syscode"] = self._system
        output = await self._client.call(infno, {"data": data}, case["person"]["region"])
        return [_finding(row, infno, case) for row in node_rows(infno, output, "result", _MOST_FINDINGS)]

    def _patient(self, case: "Json") -> "Json":
        person = case["person"]
        return {
            "patn_id": person["number"],
            "patn_name": person["name"][:_ID],
            "gend": _SEXES.get(case["sex"], "0"),
            "brdy": case["birth"],
            "poolarea": person["region"],
            "curr_mdtrt_id": case["registration"],
            "fsi_encounter_dtos": [self._encounter(case)],
        }

    def _encounter(self, case: "Json") -> "Json":
        today = civil.date(case["at_s"])
        amounts = case["amounts"]
        region = self._institution["region"]
        encounter = {
            "mdtrt_id": case["registration"],
            "medins_id": self._institution["code"],
            "medins_name": self._institution["name"],
            "medins_admdvs": region,
            "medins_type": _DESIGNATED,
            "medins_lv": _NO_LEVEL,
            "adm_date": today,
            "dscg_date": today,
            "dscg_main_dise_codg": case["diagnosis"]["code"],
            "dscg_main_dise_name": case["diagnosis"]["name"][:_ID],
            "fsi_diagnose_dtos": [_diagnosis(case, today)],
            "dr_codg": self._doctor["code"],
            "med_mdtrt_type": _OUTPATIENT,
            "med_type": _ORDINARY,
            "fsi_order_dtos": [self._order(case, place, today) for place in range(len(case["lines"]))],
            "matn_stas": _NOT_PREGNANT,
            "medfee_sumamt": to_yuan(amounts["total_fen"]),
            "ownpay_amt": to_yuan(amounts.get("full_own_fen", 0)),
            "selfpay_amt": to_yuan(amounts.get("own_fen", 0) - amounts.get("full_own_fen", 0)),
            "acct_payamt": to_yuan(amounts.get("account_fen", 0)),
            "ma_amt": to_yuan(amounts.get("medical_aid_fen", 0)),
            "hifp_payamt": to_yuan(amounts.get("pooled_fen", amounts.get("fund_fen", 0))),
            "setl_totlnum": "0",
            "insutype": case["person"]["insurance"],
            "reim_flag": _ONLINE,
            "out_setl_flag": "1" if is_from_elsewhere(case["person"]["region"], region) else "0",
        }
        for side in ("adm", "dscg"):
            encounter[side + "_dept_codg"] = self._institution["department_code"]
            encounter[side + "_dept_name"] = self._institution["department_name"]
        return encounter

    def _order(self, case: "Json", place: int, today: str) -> "Json":
        line = case["lines"][place]
        amount_fen = line["quantity"] * line["price_fen"]
        return {
            "rx_id": _order_id(case, place),
            "rxno": case["number"],
            "long_drord_flag": "0",
            "hilist_type": _MEDICINE,
            "chrg_type": _CHARGES.get(line["national_code"][:1], _OTHER_CHARGE),
            "drord_bhvr": _ORDINARY_ORDER,
            "hilist_code": line["national_code"],
            "hilist_name": line["name"][:_ID],
            "hilist_lv": line["grade"],
            "hilist_pric": to_yuan(line["price_fen"]),
            "hosplist_code": line["drug"][:20],
            "hosplist_name": line["name"][:_ID],
            "cnt": str(line["quantity"]),
            "pric": to_yuan(line["price_fen"]),
            "sumamt": to_yuan(amount_fen),
            "ownpay_amt": to_yuan(amount_fen if line["approval"] == _SELF_PAID else 0),
            "selfpay_amt": "0.00",  # the platform tells it for the whole bill only
            "spec": line["specification"],
            "spec_unt": line["unit"],
            "drord_begn_date": today,
            "drord_dept_codg": self._institution["department_code"],
            "drord_dept_name": self._institution["department_name"],
            "drord_dr_codg": self._doctor["code"],
            "drord_dr_name": self._doctor["name"],
            "drord_dr_profttl": _PHYSICIAN,
            "curr_drord_flag": "1",
        }


def _diagnosis(case: "Json", today: str) -> "Json":
    return {
        "dise_id": case["diagnosis"]["code"],
        "inout_dise_type": "1",
        "maindise_flag": "1",
        "dias_srt_no": "1",
        "dise_codg": case["diagnosis"]["code"],
        "dise_name": case["diagnosis"]["name"],
        "dise_date": today,
    }


def _order_id(case: "Json", place: int) -> str:
    return str(case["number"]) + "-" + str(place + 1)


def _finding(row: Row, infno: str, case: "Json") -> "Json":
    """A finding. One without a degree that is known counts as very doubtful, and an amount that is none as unsaid: the
    words are what matters."""
    details = node_rows(infno, row.members, "judge_result_detail_dtos", _MOST_DETAILS)
    orders = [detail.word("rx_id", _ID) for detail in details]
    lines = [place for place in range(len(case["lines"])) if _order_id(case, place) in orders]
    try:
        fen = max(0, row.amount("vola_amt"))
    except InsuranceError:
        fen = 0
    rule = row.note("rule_name")[:_RULE]
    return {
        "reference": row.word("jr_id", _ID),
        "rule": rule,
        "sentence": row.note("vola_cont")[:_CONTENT] or rule,
        "basis": row.note("vola_evid")[:_CONTENT],
        "severity": _SEVERITIES.get(row.word("sev_deg", _ID).lstrip("0"), _UNKNOWN_SEVERITY),
        "fen": fen,
        "lines": lines,
    }
