"""Reversal (2601, 冲正): undoes a settlement or its cancellation whose answer was lost, named by that message's msgid.

Source: NHSA interface specification, transaction 2601; the refusal after a 2208 has the words of a real answer. One
edition names 2207 (and the in-patient ones), client programs 2207A and 2208 as well. That an unknown msgid is barred
from then on, and that what is already reversed counts as not found, are assumptions.
"""

from .entitlements import book, release
from .envelope import Request
from .ledger import EFFECTIVE, REFUNDED, REVERSED, Ledger, Settlement
from .office import Office
from .refusal import Refused

_FAILED = "FSI-调用业务基础子系统冲正失败:"
_REFUNDED = _FAILED + (
    "冲正的结算信息退费结算标志不为未退费，不能办理冲正交易[iptPsnSetlMgtBO_4412][outpatientSettleBO_40]"
)
_SETTLEMENTS = ("2207", "2207A")
_CANCELLATION = "2208"


def reverse(office: Office, request: Request) -> None:
    """2601: once, by omsgid and psn_no. An omsgid that never came is remembered and refused if it comes late."""
    row = request.row()
    person = office.person(request, row)
    oinfno = row.text("oinfno")
    if oinfno not in (*_SETTLEMENTS, _CANCELLATION):
        raise Refused(_FAILED + "该交易不支持冲正")
    omsgid = row.text("omsgid")
    if not omsgid.startswith(request.fixmedins_code):
        raise Refused(_FAILED + "原发送方报文ID(omsgid)不正确")
    found = office.ledger.bill_of(omsgid)
    if found is None or bool(found.refund_of) != (oinfno == _CANCELLATION):
        if omsgid not in office.ledger.used_msgids:
            office.ledger.barred_msgids.add(omsgid)
        raise Refused(_FAILED + f"未找到原交易[{omsgid}]")
    if found.psn_no != person.psn_no:
        raise Refused(_FAILED + "人员编号(psn_no)与原交易不一致")
    if found.state == REVERSED:
        raise Refused(_FAILED + f"未找到原交易[{omsgid}]，该结算已冲正")
    if oinfno == _CANCELLATION:
        _take_up_again(office.ledger, found)
    elif found.state == EFFECTIVE:
        release(office.ledger, found)
    else:
        raise Refused(_REFUNDED)
    found.state = REVERSED


def _take_up_again(ledger: Ledger, refund: Settlement) -> None:
    """Make the bill that a 2208 cancelled effective again, or `Refused` when its fees, its visit or the money that came
    back to the account have gone another way since."""
    bill = ledger.settlements[refund.refund_of]
    fees = ledger.fees_of(bill.mdtrt_id, bill.chrg_bchno)
    total = sum(fee.split.total for fee in fees)
    if bill.state != REFUNDED or any(fee.setl_id for fee in fees) or total != bill.shares.medfee_sumamt:
        raise Refused(_FAILED + "撤销结算后费用明细已变更，不能办理冲正交易")
    if ledger.visits[bill.mdtrt_id].cancelled:
        raise Refused(_FAILED + "撤销结算后挂号已撤销，不能办理冲正交易")
    if ledger.balances[bill.payer] < bill.shares.acct_pay:
        raise Refused(_FAILED + "撤销结算后个人账户余额不足，不能办理冲正交易")
    book(ledger, bill)
    bill.state = EFFECTIVE
    for fee in fees:
        fee.setl_id = bill.setl_id
