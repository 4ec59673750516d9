"""Settlement of an outpatient: dry run (2206), settlement (2207), cancellation (2208).

Source: NHSA interface specification, transactions 2206 to 2208. The identities of the amounts hold in every answer:
medfee = fund + person + institution; person = account + cash; medfee = own pay + over limit + first share + in scope.
"""

from dataclasses import dataclass, replace
from functools import reduce
from operator import add
from typing import Any

from .benefits import Benefit, Shares, Split, settle
from .envelope import Request, Row
from .identity import personal
from .ledger import EFFECTIVE, REFUND, REFUNDED, REVERSED, Fee, Settlement, Visit
from .money import to_yuan
from .office import Office
from .people import Person
from .refusal import Refused
from .registration import new_number

CLEARING_TYPE = "11"  # 门诊
_CLEARING_WAY = "1"  # 按项目
_CLEARING_OFFICE = "999999"
_PARTS = ("fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt")
_NO_FUNDS = ("cvlserv_pay", "hifes_pay", "hifmi_pay", "hifob_pay", "maf_pay", "oth_pay")


@dataclass(frozen=True, slots=True)
class Bill:
    """A bill as it would be settled now."""

    person: Person
    visit: Visit
    fees: list[Fee]
    benefit: Benefit
    shares: Shares


def preview(office: Office, request: Request) -> dict[str, Any]:
    """2206: what 2207 would answer now, without number and time; changes nothing."""
    bill = _bill(office, request)
    balance = office.balance(bill.person) - bill.shares.acct_pay
    settlement = _settlement(request, bill, "", balance)
    members = _members(settlement) | {"setl_time": None, "setl_id": None, "clr_way": None, "clr_optins": None}
    return _answer(request, bill.person, bill.benefit, settlement, members)


def settle_visit(office: Office, request: Request) -> dict[str, Any]:
    """2207: settles one batch of fees. The four totals of the request must be the sums of what 2204 answered."""
    bill = _bill(office, request)
    row = request.row()
    for name in _PARTS:
        if row.fen(name) != getattr(bill.shares, name):
            raise Refused(f"FSI-{name}与费用明细合计不一致")
    balance = office.balance(bill.person) - bill.shares.acct_pay
    settlement = _settlement(request, bill, new_number(office, request), balance)
    office.ledger.settlements[settlement.setl_id] = settlement
    office.ledger.book(settlement, 1)
    for fee in bill.fees:
        fee.setl_id = settlement.setl_id
    return _answer(request, bill.person, bill.benefit, settlement, _members(settlement))


def _bill(office: Office, request: Request) -> Bill:
    row = request.row()
    visit = office.visit(request, row)
    person = office.bearer(request, row)
    benefit = office.benefits.get(visit.insutype)
    if benefit is None or row.text("insutype") != visit.insutype:
        raise Refused("FSI-险种类型(insutype)与就诊登记不一致")
    if row.text("med_type") != visit.med_type:
        raise Refused("FSI-医疗类别(med_type)与就诊信息不一致，请先上传就诊信息(2203)")
    if row.text("acct_used_flag") not in ("0", "1"):
        raise Refused("FSI-个人账户使用标志(acct_used_flag)不支持")
    fees = office.ledger.fees_of(visit.mdtrt_id, row.text("chrg_bchno"))
    if not fees:
        raise Refused("FSI-未查询到该收费批次(chrg_bchno)的费用明细，请先上传(2204)")
    if any(fee.setl_id for fee in fees):
        raise Refused("FSI-该收费批次(chrg_bchno)已结算，不能重复结算")
    year = office.ledger.year(person.psn_no, visit.insutype, request.time)
    account = office.balance(person) if benefit.account and row.text("acct_used_flag") == "1" else 0
    total = reduce(add, (fee.split for fee in fees), Split())
    if row.fen("medfee_sumamt") != total.total:
        raise Refused("FSI-医疗费总额(medfee_sumamt)与费用明细合计不一致")
    return Bill(person, visit, fees, benefit, settle(total, benefit, year.deductible, year.fund, account))


def _settlement(request: Request, bill: Bill, setl_id: str, balance: int) -> Settlement:
    row = request.row()
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
        rate=str(bill.benefit.rate),
        balance=balance,
        shares=bill.shares,
    )


def amounts(settlement: Settlement) -> dict[str, Any]:
    """The amounts that 2207, 2208 and 5203 have under the same names."""
    shares = settlement.shares
    parts = {name: to_yuan(getattr(shares, name)) for name in _PARTS}
    return {
        **parts,
        **dict.fromkeys(_NO_FUNDS, to_yuan(0)),
        "medfee_sumamt": to_yuan(shares.medfee_sumamt),
        "act_pay_dedc": to_yuan(shares.act_pay_dedc),
        "hifp_pay": to_yuan(shares.fund_pay_sumamt),
        "pool_prop_selfpay": Row({"rate": settlement.rate}).number("rate"),
        "fund_pay_sumamt": to_yuan(shares.fund_pay_sumamt),
        "acct_pay": to_yuan(shares.acct_pay),
        "acct_mulaid_pay": to_yuan(0),
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
        "cvlserv_flag": "0",
        "psn_part_amt": to_yuan(settlement.shares.psn_part_amt),
        "psn_cash_pay": to_yuan(settlement.shares.psn_cash_pay),
        "hosp_part_amt": to_yuan(0),
        "clr_type": CLEARING_TYPE,
        "clr_way": _CLEARING_WAY,
        "clr_optins": _CLEARING_OFFICE,
    }


def _answer(
    request: Request, person: Person, benefit: Benefit, settlement: Settlement, members: dict[str, Any]
) -> dict[str, Any]:
    table = request.transaction.output("setlinfo")
    setlinfo = table.fill(**personal(person, request) | members, psn_type=person.psn_type)
    return {"setlinfo": setlinfo, "setldetail": details(request, benefit, settlement)}


def details(request: Request, benefit: Benefit, settlement: Settlement) -> list[dict[str, Any]]:
    """`setldetail`: a line for the fund and one for the account, where they paid; the sum is not fund_pay_sumamt."""
    table, shares = request.transaction.output("setldetail"), settlement.shares
    lines = [
        (benefit.fund_pay_type, benefit.fund_pay_type_name, shares.fund_pay_sumamt),
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
    office.ledger.release(original)
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
    return _answer(request, person, office.benefits[refund.insutype], refund, _members(refund) | nulls)
