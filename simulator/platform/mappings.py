"""An institution's own codes and the national catalogue: upload (3301), withdrawal (3302), review.

Source: NHSA interface specification. That the authority reviews mappings is stated; how and when is not: here a mapping
waits until somebody reviews (`review`), and one to a code that the insurance does not know is turned down then.
"""

from .envelope import Request, Row
from .ledger import APPROVED, TURNED_DOWN, WAITING, Mapping
from .office import Office
from .refusal import Refused

_WAITING = "待审核"
_UNKNOWN = "审核不通过：医疗目录编码不存在"


def upload_mappings(office: Office, request: Request) -> None:
    """3301: one mapping or a list of them; one that was there is replaced and waits for review again."""
    data = request.input["data"]
    rows = [Row(fields) for fields in (data if isinstance(data, list) else [data])]
    for row in rows:
        if row.text("begndate") > row.text("enddate"):
            raise Refused("FSI-开始日期(begndate)晚于结束日期(enddate)")
    for row in rows:
        mapping = Mapping(request.fixmedins_code, WAITING, request.today, row.texts(), _WAITING)
        office.ledger.mappings[_key(request.fixmedins_code, row)] = mapping


def withdraw_mapping(office: Office, request: Request) -> None:
    """3302: takes a mapping away, approved or not."""
    row = request.row()
    mapping = office.ledger.mappings.get(_key(row.text("fixmedins_code"), row))
    if mapping is None or row.text("fixmedins_code") != request.fixmedins_code:
        raise Refused("FSI-未查询到目录对照信息")
    if mapping.sent["med_list_codg"] != row.text("med_list_codg"):
        raise Refused("FSI-医疗目录编码(med_list_codg)与目录对照信息不一致")
    del office.ledger.mappings[_key(row.text("fixmedins_code"), row)]


def review(office: Office, today: str) -> int:
    """Decide on every mapping that waits; how many that were."""
    waiting = [mapping for mapping in office.ledger.mappings.values() if mapping.state == WAITING]
    for mapping in waiting:
        known = mapping.sent["med_list_codg"] in office.drugs
        mapping.state, mapping.memo = (APPROVED, "") if known else (TURNED_DOWN, _UNKNOWN)
        mapping.day = today
    return len(waiting)


def _key(institution: str, row: Row) -> str:
    return f"{institution}/{row.text('list_type')}/{row.text('fixmedins_hilist_id')}"
