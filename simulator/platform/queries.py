"""Queries: visits of a person (5201) and one settlement (5203). Source: NHSA interface specification."""

from typing import Any

from .envelope import Request
from .identity import personal
from .ledger import REFUND, REFUNDED, Visit
from .money import to_yuan
from .office import Office
from .people import Person
from .settlement import CLEARING_TYPE, amounts, details, find_settlement

_PAID_AT_INSTITUTION = "2"


def visits(office: Office, request: Request) -> dict[str, Any]:
    """5201: the institution's visits of a person in a span of time, of one kind of visit.

    A visit has no kind before 2203 has told it; the document does not say whether such a one is listed. It is, here.
    """
    row = request.row()
    person = office.person(request, row)
    found = [
        visit
        for visit in office.ledger.visits.values()
        if (visit.psn_no, visit.fixmedins_code) == (person.psn_no, request.fixmedins_code)
        and row.text("begntime") <= visit.begntime <= row.text("endtime")
        and visit.med_type in ("", row.text("med_type"))
        and row.text("mdtrt_id") in ("", visit.mdtrt_id)
        and not visit.cancelled
    ]
    return {"mdtrtinfo": [_visit(office, request, person, visit) for visit in found]}


def _visit(office: Office, request: Request, person: Person, visit: Visit) -> dict[str, Any]:
    return request.transaction.output("mdtrtinfo").fill(
        **personal(person, request),
        mdtrt_id=visit.mdtrt_id,
        insutype=visit.insutype,
        psn_type=person.psn_type,
        cvlserv_flag="0",
        insu_optins=office.region,
        begntime=visit.begntime,
        endtime=visit.begntime,
        mdtrt_cert_type=visit.mdtrt_cert_type,
        med_type=visit.med_type,
        ipt_otp_no=visit.ipt_otp_no,
        atddr_no=visit.atddr_no,
        chfpdr_name=visit.dr_name,
        main_cond_dscr=visit.main_cond_dscr or None,
        otp_diag_info="；".join(visit.diagnoses.values())[:200] or None,
    )


def settlement(office: Office, request: Request) -> dict[str, Any]:
    """5203: one bill. refd_setl_flag is 1 for a refund and for the bill it refunded; a reversed bill is not found."""
    person = office.person(request, request.row())
    bill = find_settlement(office, request)
    day = bill.setl_time[:10]
    setlinfo = request.transaction.output("setlinfo").fill(
        **personal(person, request),
        **amounts(bill),
        setl_id=bill.setl_id,
        mdtrt_id=bill.mdtrt_id,
        insutype=bill.insutype,
        psn_type=person.psn_type,
        cvlserv_flag="0",
        insu_optins=office.region,
        pay_loc=_PAID_AT_INSTITUTION,
        fixmedins_code=bill.fixmedins_code,
        fixmedins_name=request.fixmedins_name,
        begndate=day,
        enddate=day,
        setl_time=bill.setl_time,
        mdtrt_cert_type=bill.mdtrt_cert_type,
        med_type=bill.med_type,
        clr_type=CLEARING_TYPE,
        psn_pay=to_yuan(bill.shares.psn_part_amt),
        cash_payamt=to_yuan(bill.shares.psn_cash_pay),
        medins_setl_id=bill.msgid,
        refd_setl_flag="1" if bill.state in (REFUNDED, REFUND) else "0",
        year=day[:4],
        opter_name=bill.opter_name,
        opt_time=bill.setl_time,
    )
    return {"setlinfo": setlinfo, "setldetail": details(request, office.benefits[bill.insutype], bill)}
