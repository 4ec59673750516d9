"""Registration of a visit (2201), its cancellation (2202) and the upload of visit and diagnoses (2203)."""

from typing import Any

from .envelope import Request
from .ledger import EFFECTIVE, Visit
from .office import Office
from .people import NORMAL
from .refusal import Refused

STANDING = {"0": "未参保", "2": "暂停参保", "3": "无效参保", "4": "终止参保"}


def new_number(office: Office, request: Request) -> str:
    """A platform number of thirty digits (mdtrt_id, setl_id): region, milliseconds, serial."""
    milliseconds = int(request.now.timestamp() * 1000)
    return f"{office.region}{milliseconds:013d}{office.ledger.next_serial():011d}"


def register(office: Office, request: Request) -> dict[str, Any]:
    """2201: opens a visit for an insured person whose credential was presented; answers its mdtrt_id."""
    row = request.row()
    person = office.bearer(request, row)
    insured = person.insurance(row.text("insutype"))
    if insured is None:
        raise Refused("FSI-险种类型(insutype)与参保信息不一致")
    if insured.psn_insu_stas != NORMAL:
        raise Refused(f"FSI-该人员参保状态为{STANDING.get(insured.psn_insu_stas, '异常')}，不能办理医保就诊登记")
    visit = Visit(
        mdtrt_id=new_number(office, request),
        fixmedins_code=request.fixmedins_code,
        psn_no=person.psn_no,
        insutype=insured.insutype,
        ipt_otp_no=row.text("ipt_otp_no"),
        begntime=row.text("begntime"),
        mdtrt_cert_type=row.text("mdtrt_cert_type"),
        atddr_no=row.text("atddr_no"),
        dr_name=row.text("dr_name"),
    )
    office.ledger.visits[visit.mdtrt_id] = visit
    table = request.transaction.output("data")
    return {"data": table.fill(mdtrt_id=visit.mdtrt_id, psn_no=visit.psn_no, ipt_otp_no=visit.ipt_otp_no)}


def cancel_registration(office: Office, request: Request) -> None:
    """2202: possible when nothing of the visit is settled and no fee is left (order of undoing: 2208, 2205, 2202)."""
    visit = office.visit(request, request.row())
    if any(bill.state == EFFECTIVE for bill in office.ledger.bills_of_visit(visit.mdtrt_id)):
        raise Refused("FSI-该就诊已结算，不能撤销挂号，请先撤销结算(2208)")
    if office.ledger.fees_of(visit.mdtrt_id):
        raise Refused("FSI-该就诊存在费用明细，不能撤销挂号，请先撤销费用明细(2205)")
    visit.cancelled = True


def upload_visit(office: Office, request: Request) -> None:
    """2203, 2203A: sets the kind of visit and its diagnoses; sent again, it replaces the former. vali_flag 0 takes one
    out. Diagnoses are not looked up: whether a platform checks them against its catalogue is provincial."""
    row = request.row("mdtrtinfo")
    visit = office.visit(request, row)
    if visit.med_type not in ("", row.text("med_type")) and office.ledger.fees_of(visit.mdtrt_id):
        raise Refused("FSI-一次就诊只能有一种医疗类别(med_type)")
    diagnoses = dict(visit.diagnoses)
    for diagnosis in request.rows("diseinfo"):
        if diagnosis.text("vali_flag") == "1":
            diagnoses[diagnosis.text("diag_code")] = diagnosis.text("diag_name")
        else:
            diagnoses.pop(diagnosis.text("diag_code"), None)
    visit.med_type = row.text("med_type")
    visit.main_cond_dscr = row.text("main_cond_dscr")
    visit.dise_codg, visit.dise_name = row.text("dise_codg"), row.text("dise_name")
    visit.diagnoses = diagnoses
