"""Sales and returns that an office brings on behalf of a clinic: the transaction without its envelope.

No document says how an office books what came on a stick; that it is the same transaction with the same fields is an
assumption. Whose clinic it is, is known by the registration (mdtrt_sn) that the sale names.
"""

from datetime import datetime
from typing import Any

from .envelope import Request
from .office import Office
from .refusal import Refused
from .tables import FieldFlaw, Transaction

_TAKEN = ("3505", "3506")
_CLERK = "医保窗口"


def request_of(
    transaction: Transaction | None, office: Office, region: str, content: dict[str, Any], now: datetime
) -> Request:
    """The request that the clinic would have sent, with its fields checked, or `Refused`."""
    if transaction is None or transaction.infno not in _TAKEN:
        raise Refused("FSI-该交易不能由窗口代办")
    try:
        transaction.check(content)
    except FieldFlaw as flaw:
        raise Refused(f"FSI-交易报文不正确：{flaw}") from None
    visit = office.ledger.visits.get(str(content["selinfo"].get("mdtrt_sn")))
    if visit is None:
        raise Refused("FSI-未查询到就诊信息，无法确定定点医药机构")
    return Request(
        transaction=transaction,
        msgid="",
        fixmedins_code=visit.fixmedins_code,
        fixmedins_name="",
        insuplc_admdvs=region,
        opter_name=_CLERK,
        sign_no="",
        input=content,
        now=now,
    )
