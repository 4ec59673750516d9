"""What a person may expect before anything is sold: funds that would pay (2001), what was used this year (5206), filed
chronic diseases (5301), the drugs dispensed for them (5205), and where the person is signed up (5302).

A visit is of one kind: `ordinary`, `chronic` (a filed chronic or special disease) or `two_diseases` (high blood
pressure and diabetes, 两病). Source: national interface, these transactions and code lists med_type, biz_appy_type.
"""

from firmware import clock as civil
from firmware.insurance.answers import ID, NAME, Row, node_rows

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Json = dict[str, Any]

ORDINARY = "ordinary"
CHRONIC = "chronic"
TWO_DISEASES = "two_diseases"
MED_TYPES = {ORDINARY: "11", CHRONIC: "14", TWO_DISEASES: "9901"}

FAMILY_DOCTOR = "family_doctor"
CHRONIC_CARE = "chronic_care"
USUAL_INSTITUTION = "usual_institution"
# biz_appy_type, from one province's dictionary.
_SIGNED_UP_FOR = {CHRONIC_CARE: "01", USUAL_INSTITUTION: "03", FAMILY_DOCTOR: "05"}
_CODE = 10
_LONG_CODE = 50
_MOST = 500  # rows: what a person has in some years
_REASON = 2000  # due are 500; other sentences of platforms are longer than they should be


def entitlement_question(person: "Json", institution: str, kind: str, at_s: int, disease: "Json | None") -> "Json":
    """The input of 2001 for a visit of `kind` that begins at `at_s`; `disease` `{"code", "name"}` is the filed one."""
    data = {
        "psn_no": person["number"],
        "insutype": person["insurance"],
        "fixmedins_code": institution,
        "med_type": MED_TYPES[kind],
        "begntime": civil.stamp(at_s),
    }
    if disease is not None:
        data["dise_codg"] = disease["code"]
        data["dise_name"] = disease["name"]
    return {"data": data}


def entitlements_of(output: "Json") -> "list[Json]":
    """The checks of a 2001 answer: `fund` and `check` (codes), `entitled` (`yes`, `no`, `unknown`), `begins`, `ends`,
    `reason` (the platform's words)."""
    return [
        {
            "fund": row.word("fund_pay_type", _CODE),
            "check": row.word("trt_chk_type", _CODE),
            "entitled": row.flag("trt_enjymnt_flag"),
            "begins": row.day("begndate"),
            "ends": row.day("enddate"),
            "reason": row.note("trt_chk_rslt", _REASON),
        }
        for row in node_rows("2001", output, "trtinfo", _MOST)
    ]


def used_question(person: "Json", month: str) -> "Json":
    """The input of 5206; `month` `yyyyMM`, or "" for all that there is."""
    return {"data": {"psn_no": person["number"], "cum_ym": month}}


def used_of(output: "Json") -> "list[Json]":
    """What has accumulated, as a 5206 answer says it: `insurance`, `year`, `month` (`yyyyMM`), `kind` (the code as it
    came; no public list says what the codes mean), `hundredths` (the value: 分, where it is money)."""
    return [
        {
            "insurance": row.word("insutype", _CODE),
            "year": row.word("year", 4),
            "month": row.word("cum_ym", 6),
            "kind": row.word("cum_type_code", _CODE),
            "hundredths": row.amount("cum"),
        }
        for row in node_rows("5206", output, "cuminfo", _MOST)
    ]


def filings_question(person: "Json") -> "Json":
    """The input of 5301."""
    return {"data": {"psn_no": person["number"]}}


def filings_of(output: "Json") -> "list[Json]":
    """The filed diseases of a 5301 answer: `code`, `name`, `begins`, `ends` ("" without an end)."""
    return [
        {
            "code": row.needed("opsp_dise_code", ID),
            "name": row.word("opsp_dise_name", 300),
            "begins": row.day("begndate"),
            "ends": row.day("enddate"),
        }
        for row in node_rows("5301", output, "feedetail", _MOST)
    ]


def drugs_question(person: "Json", since_s: int, until_s: int) -> "Json":
    """The input of 5205."""
    data = {"psn_no": person["number"], "begntime": civil.stamp(since_s), "endtime": civil.stamp(until_s)}
    return {"data": data}


def drugs_of(output: "Json") -> "list[Json]":
    """The drugs of a 5205 answer: `name`, `specification`, `form`, `national_code`, `insurance_code`, `at_s`,
    `quantity` in 1/10000 and `price` in 1/1000000 yuan (as fine as the platform sends them), `institution`,
    `institution_name`."""
    return [_drug(row) for row in node_rows("5205", output, "feedetail", _MOST)]


def _drug(row: Row) -> "Json":
    return {
        "name": row.word("medins_list_name", NAME) or row.word("hilist_name", NAME),
        "specification": row.word("spec", NAME),
        "form": row.word("dosform_name", NAME),
        "national_code": row.word("med_list_codg", _LONG_CODE),
        "insurance_code": row.word("hilist_code", _LONG_CODE),
        "at_s": row.moment("fee_ocur_time"),
        "quantity": row.number("cnt", 4),
        "price": row.number("pric", 6),
        "institution": row.word("fixmedins_code", ID),
        "institution_name": row.word("fixmedins_name", NAME),
    }


def designated_question(person: "Json", purpose: str) -> "Json":
    """The input of 5302; `purpose` `family_doctor`, `chronic_care` or `usual_institution`."""
    return {"data": {"psn_no": person["number"], "biz_appy_type": _SIGNED_UP_FOR[purpose]}}


def designated_of(output: "Json") -> "list[Json]":
    """The institutions of a 5302 answer: `institution`, `name`, `order`, `begins`, `ends`, `note`."""
    return [
        {
            "institution": row.word("fixmedins_code", ID),
            "name": row.word("fixmedins_name", NAME),
            "order": row.word("fix_srt_no", _CODE),
            "begins": row.day("begndate"),
            "ends": row.day("enddate"),
            "note": row.note("memo"),
        }
        for row in node_rows("5302", output, "psnfixmedin", _MOST)
    ]
