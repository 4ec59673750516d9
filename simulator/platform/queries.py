"""Queries of what has happened: visits (5201), diagnoses (5202), a settlement (5203), its fees (5204), drugs for
chronic diseases (5205), accumulated amounts (5206). Source: NHSA interface specification."""

from decimal import Decimal
from typing import Any

from .entitlements import cumulated
from .envelope import Request, Row
from .identity import personal
from .ledger import EFFECTIVE, REFUND, REFUNDED, Fee, Settlement, Visit
from .money import to_yuan
from .office import Office
from .people import Person
from .settlement import amounts, clearing_type, details, find_settlement, insured_as

_PAID_AT_INSTITUTION = "2"
_CHRONIC = ("14", "9901")


def visits(office: Office, request: Request) -> dict[str, Any]:
    """5201: the institution's visits of a person in a span of time, of one kind of visit.

    A visit has no kind before 2203 has told it; the document does not say whether such a one is listed. It is, here.
    """
    row = request.row()
    person = office.person(request, row)
    found = [
        visit
        for visit in office.ledger.visits_of(person.psn_no)
        if visit.fixmedins_code == request.fixmedins_code
        and row.text("begntime") <= visit.begntime <= row.text("endtime")
        and visit.med_type in ("", row.text("med_type"))
        and row.text("mdtrt_id") in ("", visit.mdtrt_id)
        and not visit.cancelled
    ]
    return {"mdtrtinfo": [_visit(office, request, person, visit) for visit in found]}


def _visit(office: Office, request: Request, person: Person, visit: Visit) -> dict[str, Any]:
    return request.transaction.output("mdtrtinfo").fill(
        **personal(person, request),
        **insured_as(person, visit.insutype),
        mdtrt_id=visit.mdtrt_id,
        insutype=visit.insutype,
        insu_optins=office.region,
        begntime=visit.begntime,
        endtime=visit.begntime,
        mdtrt_cert_type=visit.mdtrt_cert_type,
        med_type=visit.med_type,
        ipt_otp_no=visit.ipt_otp_no,
        atddr_no=visit.atddr_no,
        chfpdr_name=visit.dr_name,
        main_cond_dscr=visit.main_cond_dscr or None,
        dise_codg=visit.dise_codg or None,
        dise_name=visit.dise_name or None,
        otp_diag_info="；".join(visit.diagnoses.values())[:200] or None,
    )


def diagnoses(office: Office, request: Request) -> dict[str, Any]:
    """5202: the valid diagnoses of a visit."""
    visit = office.visit(request, request.row())
    table = request.transaction.output("diseinfo")
    rows = [
        table.fill(
            diag_info_id=f"{place}",
            mdtrt_id=visit.mdtrt_id,
            psn_no=visit.psn_no,
            inout_diag_type="1",
            diag_type="1",
            maindiag_flag="1" if place == 1 else "0",
            diag_srt_no=place,
            diag_code=code,
            diag_name=name,
            diag_dept="全科医疗科",
            dise_dor_no=visit.atddr_no,
            dise_dor_name=visit.dr_name,
            diag_time=visit.begntime,
        )
        for place, (code, name) in enumerate(visit.diagnoses.items(), 1)
    ]
    return {"diseinfo": rows}


def settlement(office: Office, request: Request) -> dict[str, Any]:
    """5203: one bill. refd_setl_flag is 1 for a refund and for the bill it refunded; a reversed bill is not found."""
    person = office.person(request, request.row())
    bill = find_settlement(office, request)
    day = bill.setl_time[:10]
    visit = office.ledger.visits[bill.mdtrt_id]
    setlinfo = request.transaction.output("setlinfo").fill(
        **personal(person, request),
        **insured_as(person, bill.insutype),
        **amounts(bill),
        setl_id=bill.setl_id,
        mdtrt_id=bill.mdtrt_id,
        insutype=bill.insutype,
        insu_optins=office.region,
        pay_loc=_PAID_AT_INSTITUTION,
        fixmedins_code=bill.fixmedins_code,
        fixmedins_name=request.fixmedins_name,
        hosp_lv=bill.hosp_lv or None,
        begndate=day,
        enddate=day,
        setl_time=bill.setl_time,
        mdtrt_cert_type=bill.mdtrt_cert_type,
        med_type=bill.med_type,
        clr_type=clearing_type(bill.med_type),
        psn_pay=to_yuan(bill.shares.psn_part_amt),
        cash_payamt=to_yuan(bill.shares.psn_cash_pay),
        medins_setl_id=bill.msgid,
        refd_setl_flag="1" if bill.state in (REFUNDED, REFUND) else "0",
        year=day[:4],
        dise_codg=visit.dise_codg or None,
        dise_name=visit.dise_name or None,
        invono=bill.invono or None,
        opter_name=bill.opter_name,
        opt_time=bill.setl_time,
    )
    return {"setlinfo": setlinfo, "setldetail": details(office, request, bill)}


def fee_details(office: Office, request: Request) -> list[dict[str, Any]]:
    """5204: the fee rows of a bill, directly as `output`. A refunded bill's rows are told as long as they are there."""
    office.person(request, request.row())
    bill = find_settlement(office, request)
    fees = office.ledger.fees_of(bill.mdtrt_id, bill.chrg_bchno)
    return [_fee(office, request, bill, fee) for fee in fees]


def _fee(office: Office, request: Request, bill: Settlement, fee: Fee) -> dict[str, Any]:
    """A fee row as 5204 and 5205 have it: what was sent under the same name, the split, what the catalogue says."""
    table = request.transaction.outputs[0]
    names = {field.name for field in table.fields}
    sent, split = fee.sent, fee.split
    numbers: dict[str, Any] = {name: Row(sent).number(name) for name in ("cnt", "pric", "prd_days") if name in sent}
    members: dict[str, Any] = {
        **sent,
        **numbers,
        **_in_catalogue(office, sent["med_list_codg"]),
        "setl_id": bill.setl_id,
        "psn_no": bill.psn_no,
        "fixmedins_code": bill.fixmedins_code,
        "fixmedins_name": _name_of(office, bill.fixmedins_code),
        "rx_drord_no": sent.get("rxno"),
        "med_type": bill.med_type,
        "det_item_fee_sumamt": to_yuan(split.total),
        "fulamt_ownpay_amt": to_yuan(split.fulamt_ownpay_amt),
        "overlmt_amt": to_yuan(split.overlmt_amt),
        "preselfpay_amt": to_yuan(split.preselfpay_amt),
        "inscp_scp_amt": to_yuan(split.inscp_scp_amt),
    }
    return table.fill(**{name: value for name, value in members.items() if name in names})


def _in_catalogue(office: Office, code: str) -> dict[str, Any]:
    drug = office.drugs[code]
    article = office.catalogues.article(code)
    return {
        "pric_uplmt_amt": drug.pric_uplmt_amt,
        "selfpay_prop": Decimal(1) if drug.chrgitm_lv == "03" else drug.selfpay_prop,
        "chrgitm_lv": drug.chrgitm_lv,
        "hilist_code": code,
        "hilist_name": drug.name,
        "list_type": "101",
        "medins_list_name": drug.name,
        "med_chrgitm_type": drug.med_chrgitm_type,
        "prodname": drug.name,
        "spec": article.spec,
        "dosform_name": article.form,
        "lmt_used_flag": drug.lmt_used_flag,
    }


def _name_of(office: Office, code: str) -> str:
    known = office.institutions.get(code)
    return known.fixmedins_name if known else code


def chronic_drugs(office: Office, request: Request) -> dict[str, Any]:
    """5205: what was settled for chronic diseases (med_type 14 and 9901) in a span of time, at any institution."""
    row = request.row()
    person = office.person(request, row)
    bills = [
        bill
        for bill in office.ledger.bills_of_person(person.psn_no)
        if bill.state == EFFECTIVE
        and bill.med_type in _CHRONIC
        and row.text("begntime") <= bill.setl_time <= (row.text("endtime") or "9999")
    ]
    rows = [
        _fee(office, request, bill, fee)
        for bill in bills
        for fee in office.ledger.fees_of(bill.mdtrt_id, bill.chrg_bchno)
    ]
    return {"feedetail": rows}


def accumulated(office: Office, request: Request) -> dict[str, Any]:
    """5206: the sums of a year's effective bills, up to and including the month cum_ym (yyyyMM; this month without).

    What cum_type_code may be is provincial and not public: the codes here are this platform's own.
    """
    row = request.row()
    person = office.person(request, row)
    month = row.text("cum_ym") or request.now.strftime("%Y%m")
    begin, end = month[:4], f"{month[:4]}-{month[4:]}"
    table = request.transaction.output("cuminfo")
    rows = []
    for insured in person.insurances:
        bills = [
            bill
            for bill in office.ledger.bills_of_person(person.psn_no)
            if bill.state == EFFECTIVE
            and bill.insutype == insured.insutype
            and begin <= bill.setl_time[:4]
            and bill.setl_time[:7] <= end
        ]
        rows += [
            table.fill(insutype=insured.insutype, year=begin, cum_ym=month, cum_type_code=code, cum=to_yuan(fen))
            for code, fen in cumulated(bills).items()
        ]
    return {"cuminfo": rows}
