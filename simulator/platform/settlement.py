"""Settlement of an outpatient: dry run (2206, 2206A), settlement (2207, 2207A), cancellation (2208).

Source: NHSA interface specification, transactions 2206 to 2208. The identities of the amounts hold in every answer:
medfee = fund + person + institution; person = account + cash; medfee = own pay + over limit + first share + in scope.
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from functools import reduce
from operator import add
from typing import Any

from .benefits import Benefit, Shares, Split, settle
from .entitlements import book, release, used
from .envelope import Request, Row
from .identity import personal
from .ledger import EFFECTIVE, REFUND, REFUNDED, REVERSED, Fee, Settlement, Visit
from .money import to_yuan
from .office import Office
from .people import NORMAL, Person
from .refusal import Refused
from .registration import new_number

_CLEARING_TYPES = {"12": "12", "13": "13", "1301": "13", "14": "14", "9901": "15"}  # clr_type by med_type
_OUTPATIENT = "11"
_CLEARING_WAY = "1"  # 按项目
_CLEARING_OFFICE = "999999"
_PARTS = ("fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt")
_NO_FUNDS = ("cvlserv_pay", "hifes_pay", "hifmi_pay", "hifob_pay", "oth_pay")
_NO_ACCOUNT, _OWN_ACCOUNT, _FAMILY_ACCOUNT = "0", "1", "2"


@dataclass(frozen=True, slots=True)
class Bill:
    """A bill as it would be settled now."""

    person: Person
    visit: Visit
    fees: list[Fee]
    benefit: Benefit
    rate: Decimal
    shares: Shares
    payer: Person


def preview(office: Office, request: Request) -> dict[str, Any]:
    """2206: what 2207 would answer now, without number and time; changes nothing."""
    bill = _bill(office, request)
    settlement = _settlement(office, request, bill, "")
    members = _members(settlement) | {"setl_time": None, "setl_id": None, "clr_way": None, "clr_optins": None}
    return _answer(office, request, bill.person, settlement, members)


def settle_visit(office: Office, request: Request) -> dict[str, Any]:
    """2207: settles one batch of fees. The four totals of the request must be the sums of what 2204 answered.

    Trace codes may come along in the node drug_trac_info (seen in one province); each names a fee row of the batch.
    """
    bill = _bill(office, request)
    row = request.row()
    for name in _PARTS:
        if row.fen(name) != getattr(bill.shares, name):
            raise Refused(f"FSI-{name}与费用明细合计不一致")
    traced = request.rows("drug_trac_info")
    if any(code.text("feedetl_sn") not in {fee.feedetl_sn for fee in bill.fees} for code in traced):
        raise Refused("FSI-溯源码节点(drug_trac_info)的费用明细流水号(feedetl_sn)不在该收费批次中")
    settlement = _settlement(office, request, bill, new_number(office, request))
    settlement.codes = [code.text("drug_trac_codg") for code in traced]
    settlement.invono = row.text("invono")
    office.ledger.settlements[settlement.setl_id] = settlement
    book(office.ledger, settlement)
    for fee in bill.fees:
        fee.setl_id = settlement.setl_id
    return _answer(office, request, bill.person, settlement, _members(settlement))


def _bill(office: Office, request: Request) -> Bill:
    row = request.row()
    visit = office.visit(request, row)
    person = office.bearer(request, row)
    benefit = _benefit(office, request, row, visit, person)
    payer = _payer(office, row, person)
    fees = office.ledger.fees_of(visit.mdtrt_id, row.text("chrg_bchno"))
    if not fees:
        raise Refused("FSI-未查询到该收费批次(chrg_bchno)的费用明细，请先上传(2204)")
    if any(fee.setl_id for fee in fees):
        raise Refused("FSI-该收费批次(chrg_bchno)已结算，不能重复结算")
    total = reduce(add, (fee.split for fee in fees), Split())
    if row.fen("medfee_sumamt") != total.total:
        raise Refused("FSI-医疗费总额(medfee_sumamt)与费用明细合计不一致")
    shares = settle(
        total,
        benefit,
        used(office.ledger, person.psn_no, visit.insutype, benefit.pool, request.time),
        office.balance(payer) if benefit.account and row.text("acct_used_flag") != _NO_ACCOUNT else 0,
        rate=benefit.rate_at(office.level(request.fixmedins_code)),
        aid=office.rules.aid(person.standing(request.today)),
        of_family=payer is not person,
    )
    return Bill(person, visit, fees, benefit, benefit.rate_at(office.level(request.fixmedins_code)), shares, payer)


def _benefit(office: Office, request: Request, row: Row, visit: Visit, person: Person) -> Benefit:
    """What holds for this visit, or `Refused`."""
    if row.text("insutype") != visit.insutype:
        raise Refused("FSI-险种类型(insutype)与就诊登记不一致")
    if not visit.med_type or row.text("med_type") != visit.med_type:
        raise Refused("FSI-医疗类别(med_type)与就诊信息不一致，请先上传就诊信息(2203)")
    insured = person.insurance(visit.insutype)
    benefit = office.rules.benefit(visit.insutype, visit.med_type)
    if benefit is None or insured is None or insured.psn_insu_stas != NORMAL:
        raise Refused("FSI-该人员不享受该险种(insutype)待遇")
    if benefit.needs_filing and not person.filed(visit.dise_codg, request.today):
        raise Refused("FSI-该人员无此病种(dise_codg)的门诊慢特病备案，不享受待遇")
    return benefit


def _payer(office: Office, row: Row, person: Person) -> Person:
    """Whose account is asked to pay: the person's own, or that of the relative who shares it (共济)."""
    flag = row.text("acct_used_flag")
    if flag not in (_NO_ACCOUNT, _OWN_ACCOUNT, _FAMILY_ACCOUNT):
        raise Refused("FSI-个人账户使用标志(acct_used_flag)不支持")
    relative = office.people.by_number(person.family) if flag == _FAMILY_ACCOUNT else person
    if relative is None:
        raise Refused("FSI-该人员无家庭共济账户，不能使用共济个人账户")
    return relative


def _settlement(office: Office, request: Request, bill: Bill, setl_id: str) -> Settlement:
    row = request.row()
    own = bill.shares.acct_pay if bill.payer is bill.person else 0
    return Settlement(
        setl_id=setl_id,
        msgid=request.msgid,
        fixmedins_code=request.fixmedins_code,
        mdtrt_id=bill.visit.mdtrt_id,
        psn_no=bill.person.psn_no,
        insutype=bill.visit.insutype,
        med_type=bill.visit.med_type,
        mdtrt_cert_type=row.text("mdtrt_cert_type"),
        chrg_bchno=row.text("chrg_bchno"),
        setl_time=request.time,
        opter_name=request.opter_name,
        rate=str(bill.rate),
        balance=office.balance(bill.person) - own,
        shares=bill.shares,
        pool=bill.benefit.pool,
        payer=bill.payer.psn_no,
        hosp_lv=office.level(request.fixmedins_code),
    )


def clearing_type(med_type: str) -> str:
    """clr_type, under which totals are compared (3201), for a kind of visit."""
    return _CLEARING_TYPES.get(med_type, _OUTPATIENT)


def amounts(settlement: Settlement) -> dict[str, Any]:
    """The amounts that 2207, 2208 and 5203 have under the same names."""
    shares = settlement.shares
    parts = {name: to_yuan(getattr(shares, name)) for name in _PARTS}
    return {
        **parts,
        **dict.fromkeys(_NO_FUNDS, to_yuan(0)),
        "medfee_sumamt": to_yuan(shares.medfee_sumamt),
        "act_pay_dedc": to_yuan(shares.act_pay_dedc),
        "hifp_pay": to_yuan(shares.hifp_pay),
        "maf_pay": to_yuan(shares.maf_pay),
        "pool_prop_selfpay": Row({"rate": settlement.rate}).number("rate"),
        "fund_pay_sumamt": to_yuan(shares.fund_pay_sumamt),
        "acct_pay": to_yuan(shares.acct_pay),
        "acct_mulaid_pay": to_yuan(shares.acct_mulaid_pay),
        "balc": to_yuan(settlement.balance),
    }


def _members(settlement: Settlement) -> dict[str, Any]:
    return {
        **amounts(settlement),
        "hifdm_pay": to_yuan(0),
        "setl_id": settlement.setl_id,
        "mdtrt_id": settlement.mdtrt_id,
        "medins_setl_id": settlement.msgid,
        "setl_time": settlement.setl_time,
        "insutype": settlement.insutype,
        "mdtrt_cert_type": settlement.mdtrt_cert_type,
        "med_type": settlement.med_type,
        "psn_part_amt": to_yuan(settlement.shares.psn_part_amt),
        "psn_cash_pay": to_yuan(settlement.shares.psn_cash_pay),
        "hosp_part_amt": to_yuan(0),
        "clr_type": clearing_type(settlement.med_type),
        "clr_way": _CLEARING_WAY,
        "clr_optins": _CLEARING_OFFICE,
    }


def insured_as(person: Person, insutype: str) -> dict[str, Any]:
    """The members that tell how somebody is insured."""
    insured = person.insurance(insutype)
    return {"psn_type": insured.psn_type if insured else None, "cvlserv_flag": person.cvlserv_flag}


def _answer(
    office: Office, request: Request, person: Person, settlement: Settlement, members: dict[str, Any]
) -> dict[str, Any]:
    table = request.transaction.output("setlinfo")
    whose = personal(person, request) | insured_as(person, settlement.insutype)
    return {"setlinfo": table.fill(**whose | members), "setldetail": details(office, request, settlement)}


def details(office: Office, request: Request, settlement: Settlement) -> list[dict[str, Any]]:
    """`setldetail`: a line for the fund, for medical aid and for the account, where they paid; because of the account,
    the sum is not fund_pay_sumamt."""
    table, shares = request.transaction.output("setldetail"), settlement.shares
    benefit = office.rules.benefit(settlement.insutype, settlement.med_type)
    if benefit is None:
        return []
    lines = [
        (benefit.fund_pay_type, benefit.fund_pay_type_name, shares.hifp_pay),
        *((aid.fund_pay_type, aid.fund_pay_type_name, shares.maf_pay) for aid in office.rules.aids[:1]),
        (benefit.account_pay_type, benefit.account_pay_type_name, shares.acct_pay),
    ]
    return [
        table.fill(
            fund_pay_type=kind,
            fund_pay_type_name=name,
            fund_payamt=to_yuan(paid),
            inscp_scp_amt=to_yuan(shares.inscp_scp_amt),
        )
        for kind, name, paid in lines
        if paid
    ]


def find_settlement(office: Office, request: Request) -> Settlement:
    """The institution's own bill that setl_id, mdtrt_id and psn_no name; `Refused` for none or a reversed one."""
    row = request.row()
    found = office.ledger.settlements.get(row.text("setl_id"))
    if (
        found is None
        or found.state == REVERSED
        or found.fixmedins_code != request.fixmedins_code
        or (found.mdtrt_id, found.psn_no) != (row.text("mdtrt_id"), row.text("psn_no"))
    ):
        raise Refused("FSI-未查询到结算信息")
    return found


def cancel_settlement(office: Office, request: Request) -> dict[str, Any]:
    """2208: a second bill with negative amounts; the fees are unsettled again. Once, and always the whole bill.

    Three amounts are null, as real answers have them: psn_part_amt, hosp_part_amt, acct_mulaid_pay.
    """
    person = office.person(request, request.row())
    original = find_settlement(office, request)
    if original.state != EFFECTIVE:
        raise Refused("FSI-该结算已退费，不能重复撤销结算")
    release(office.ledger, original)
    original.state = REFUNDED
    refund = replace(
        original,
        setl_id=new_number(office, request),
        msgid=request.msgid,
        setl_time=request.time,
        opter_name=request.opter_name,
        balance=office.balance(person),
        shares=-original.shares,
        state=REFUND,
        refund_of=original.setl_id,
    )
    office.ledger.settlements[refund.setl_id] = refund
    nulls = dict.fromkeys(("psn_part_amt", "hosp_part_amt", "acct_mulaid_pay"))
    return _answer(office, request, person, refund, _members(refund) | nulls)
