"""What is on file for a person: whether a benefit may be enjoyed (2001), chronic diseases (5301), chosen institutions
(5302). Source: NHSA interface specification."""

from typing import Any

from .envelope import Request
from .office import Office
from .people import NORMAL
from .refusal import Refused
from .registration import STANDING

_FUND_CHECK = "01"  # trt_chk_type 基金项检查


def benefit_check(office: Office, request: Request) -> dict[str, Any]:
    """2001: one row for the fund that would pay; trt_enjymnt_flag 0 comes with the reason in trt_chk_rslt."""
    row = request.row()
    person = office.person(request, row)
    insutype, med_type = row.text("insutype"), row.text("med_type")
    insured, benefit = person.insurance(insutype), office.rules.benefit(insutype, med_type)
    if insured is None or benefit is None:
        raise Refused("FSI-险种类型(insutype)与参保信息不一致")
    reason = ""
    if insured.psn_insu_stas != NORMAL:
        reason = f"参保状态为{STANDING.get(insured.psn_insu_stas, '异常')}"
    elif request.fixmedins_code not in office.institutions:
        reason = "该机构不是定点医药机构"
    elif benefit.needs_filing and not _has_filing(office, request):
        reason = "未查询到该病种的门诊慢特病备案"
    year = row.text("begntime")[:4]
    checked = request.transaction.output("trtinfo").fill(
        psn_no=person.psn_no,
        trt_chk_type=_FUND_CHECK,
        fund_pay_type=benefit.fund_pay_type,
        trt_enjymnt_flag="0" if reason else "1",
        begndate=f"{year}-01-01",
        enddate=f"{year}-12-31",
        trt_chk_rslt=reason or None,
    )
    return {"trtinfo": [checked]}


def _has_filing(office: Office, request: Request) -> bool:
    row = request.row()
    person = office.person(request, row)
    disease = row.text("dise_codg")
    return person.filed(disease, request.today) if disease else bool(person.filings)


def chronic_diseases(office: Office, request: Request) -> dict[str, Any]:
    """5301: the chronic diseases on file; an empty list when there is none."""
    person = office.person(request, request.row())
    table = request.transaction.output("feedetail")
    rows = [
        table.fill(
            opsp_dise_code=one.opsp_dise_code,
            opsp_dise_name=one.opsp_dise_name,
            begndate=one.begins,
            enddate=one.ends or None,
        )
        for one in person.filings
    ]
    return {"feedetail": rows}


def designated(office: Office, request: Request) -> dict[str, Any]:
    """5302: the institutions that a person has chosen for a purpose (biz_appy_type)."""
    row = request.row()
    person = office.person(request, row)
    table = request.transaction.output("psnfixmedin")
    chosen = [code for purpose, code in person.designated if purpose == row.text("biz_appy_type")]
    rows = [
        table.fill(
            psn_no=person.psn_no,
            insutype=person.insurances[0].insutype,
            fix_srt_no=str(place),
            fixmedins_code=code,
            fixmedins_name=office.institutions[code].fixmedins_name,
            begndate=f"{request.today[:4]}-01-01",
        )
        for place, code in enumerate(chosen, 1)
    ]
    return {"psnfixmedin": rows}


def accounts(office: Office) -> list[dict[str, Any]]:
    """What the bench shows of everybody: account and sums of the year, in fen."""
    ledger = office.ledger
    return [
        {
            "psn_no": person.psn_no,
            "name": person.psn_name,
            "balance": ledger.balances.get(person.psn_no, person.first_balance),
            "years": {key.partition("/")[2]: ledger.years[key].as_json() for key in ledger.years_of(person.psn_no)},
        }
        for person in office.people.everybody()
    ]
