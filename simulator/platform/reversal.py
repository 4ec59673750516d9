"""Reversal (2601, 冲正): undoes a settlement whose answer was lost, named by the msgid of the lost message.

Source: NHSA interface specification, transaction 2601; the refusal after a 2208 has the words of a real answer. That an
unknown msgid is barred from then on, and that a bill already reversed counts as not found, are assumptions.
"""

from .envelope import Request
from .ledger import EFFECTIVE, REVERSED
from .office import Office
from .refusal import Refused

_FAILED = "FSI-调用业务基础子系统冲正失败:"
_REFUNDED = _FAILED + (
    "冲正的结算信息退费结算标志不为未退费，不能办理冲正交易[iptPsnSetlMgtBO_4412][outpatientSettleBO_40]"
)
_REVERSIBLE = "2207"


def reverse(office: Office, request: Request) -> None:
    """2601: once, by omsgid and psn_no. An omsgid that never came is remembered and refused if it comes late."""
    row = request.row()
    person = office.person(request, row)
    if row.text("oinfno") != _REVERSIBLE:
        raise Refused(_FAILED + "该交易不支持冲正")
    omsgid = row.text("omsgid")
    if not omsgid.startswith(request.fixmedins_code):
        raise Refused(_FAILED + "原发送方报文ID(omsgid)不正确")
    bills = office.ledger.settlements.values()
    found = next((bill for bill in bills if bill.msgid == omsgid and not bill.refund_of), None)
    if found is None:
        office.ledger.barred_msgids.add(omsgid)
        raise Refused(_FAILED + f"未找到原交易[{omsgid}]")
    if found.psn_no != person.psn_no:
        raise Refused(_FAILED + "人员编号(psn_no)与原交易不一致")
    if found.state == REVERSED:
        raise Refused(_FAILED + f"未找到原交易[{omsgid}]，该结算已冲正")
    if found.state != EFFECTIVE:
        raise Refused(_REFUNDED)
    office.ledger.release(found)
    found.state = REVERSED
