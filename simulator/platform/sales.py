"""Sales of drugs with their trace codes: sale (3505), return (3506), query (3513).

Source: NHSA interface specification, transactions 3505, 3506 and 3513 and their A forms. trdn_flag 0 is a whole
package, whose code may be sold once; 1 is a split one, whose code comes again with every sale out of it.
"""

from decimal import Decimal
from typing import Any

from .envelope import Request, Row
from .goods import SERIAL_KNOWN, known_drug
from .goods_ledger import SaleReturn
from .ledger import EFFECTIVE, Sale
from .office import Office
from .refusal import Refused

_TAIL = 4  # digits of a trace code that a refusal names
_INSURED = ("setl_id", "rxno", "psn_no")
_INSURED_MANY = ("prsc_dr_no", "phar_no")  # of the A form alone


def sell(office: Office, request: Request, row: Row) -> str:
    """3505: one drug of one visit with the codes of the packages handed out."""
    known_drug(office, row)
    if row.number("sel_retn_cnt") <= 0 or row.text("trdn_flag") not in ("0", "1"):
        raise Refused("FSI-销售数量(sel_retn_cnt)或拆零标志(trdn_flag)不正确")
    if _sale_of(office, request, row.text("fixmedins_bchno")) is not None:
        raise Refused(SERIAL_KNOWN)
    if row.text("hi_feesetl_type") in ("1", "2") or _settlement_type(row) == "1" or row.text("setl_id"):
        _check_insured(office, request, row)
    codes = [code.text("drug_trac_codg") for code in row.rows("drugtracinfo")]
    _check_codes(office, codes, row.text("trdn_flag"))
    sale = _sale(request, row, codes)
    sale.serial = f"{office.ledger.next_serial():020d}"
    office.ledger.add_sale(sale)
    return sale.serial


def _settlement_type(row: Row) -> str:
    """就诊结算类型, which the document writes in capitals and many others do not."""
    return row.text("MDTRT_SETL_TYPE") or row.text("mdtrt_setl_type")


def _check_insured(office: Office, request: Request, row: Row) -> None:
    for name in _INSURED + (_INSURED_MANY if request.transaction.infno == "3505A" else ()):
        if not row.text(name):
            raise Refused(f"FSI-医保结算的销售，{name}不能为空")
    office.person(request, row)
    bill = office.ledger.settlements.get(row.text("setl_id"))
    if bill is None or bill.state != EFFECTIVE or bill.fixmedins_code != request.fixmedins_code:
        raise Refused("FSI-结算ID(setl_id)不存在或已退费")
    if (bill.psn_no, bill.mdtrt_id) != (row.text("psn_no"), row.text("mdtrt_sn")):
        raise Refused("FSI-人员编号(psn_no)或就医流水号(mdtrt_sn)与结算信息不一致")


def _check_codes(office: Office, codes: list[str], trdn_flag: str) -> None:
    for place, code in enumerate(codes):
        sold = office.ledger.sold(code)
        if "0" in sold or (sold and trdn_flag == "0") or code in codes[:place]:
            raise Refused(f"FSI-药品追溯码已销售，尾号{code[-_TAIL:]}")


def _sale(request: Request, row: Row, codes: list[str]) -> Sale:
    return Sale(
        fixmedins_code=request.fixmedins_code,
        fixmedins_bchno=row.text("fixmedins_bchno"),
        med_list_codg=row.text("med_list_codg"),
        medins_list_codg=row.text("fixmedins_hilist_id"),
        medins_list_name=row.text("fixmedins_hilist_name"),
        mdtrt_sn=row.text("mdtrt_sn"),
        setl_id=row.text("setl_id"),
        psn_no=row.text("psn_no"),
        trdn_flag=row.text("trdn_flag"),
        mdtrt_setl_type=_settlement_type(row) or ("1" if row.text("setl_id") else "2"),
        cnt=row.text("sel_retn_cnt"),
        codes=codes,
        opter_name=row.text("sel_retn_opter_name"),
        sold_at=request.time,
        lot=row.text("manu_lotnum"),
    )


def _sale_of(office: Office, request: Request, serial: str) -> Sale | None:
    return office.ledger.sales.get(f"{request.fixmedins_code}/{serial}")


def take_back(office: Office, request: Request, row: Row) -> str:
    """3506: the codes may be sold again.

    The document does not say whether fixmedins_bchno is the sale's or one of the return's own: either is taken. The
    sale is found by it, or else by visit (mdtrt_sn) and codes. Without codes all of the sale's codes come back.
    """
    serial = row.text("fixmedins_bchno")
    if f"{request.fixmedins_code}/{serial}" in office.ledger.returns:
        raise Refused(SERIAL_KNOWN)
    codes = [code.text("drug_trac_codg") for code in row.rows("drugtracinfo")]
    sale = _sale_of(office, request, serial) or _sale_with(office, request, row.text("mdtrt_sn"), codes)
    if sale is None or (sale.mdtrt_sn, sale.med_list_codg) != (row.text("mdtrt_sn"), row.text("med_list_codg")):
        raise Refused("FSI-未查询到对应的商品销售信息")
    if len(set(codes)) != len(codes) or not set(codes) <= set(sale.out):
        raise Refused("FSI-药品追溯码未销售或已退货")
    count = Decimal(sale.returned_cnt) + row.number("sel_retn_cnt")
    if row.number("sel_retn_cnt") <= 0 or count > Decimal(sale.cnt):
        raise Refused("FSI-退货数量(sel_retn_cnt)超过销售数量")
    back = SaleReturn(f"{sale.fixmedins_code}/{sale.fixmedins_bchno}", row.text("sel_retn_cnt"), codes or sale.out)
    office.ledger.returns[f"{request.fixmedins_code}/{serial}"] = back
    sale.returned_cnt = str(count)
    sale.returned += back.codes
    return sale.serial


def _sale_with(office: Office, request: Request, mdtrt_sn: str, codes: list[str]) -> Sale | None:
    own = (sale for sale in office.ledger.sales.values() if sale.fixmedins_code == request.fixmedins_code)
    return next((sale for sale in own if sale.mdtrt_sn == mdtrt_sn and codes and set(codes) <= set(sale.out)), None)


def query_sold(office: Office, request: Request) -> dict[str, Any]:
    """3513: one row per code that is sold and not returned, by any mix of the filters that are kept here."""
    row = request.row()
    if row.text("fixmedins_code") != request.fixmedins_code:
        raise Refused("FSI-只能查询本机构的销售追溯信息")
    rows = [
        _traced(request, sale, code)
        for sale in office.ledger.sales.values()
        if sale.fixmedins_code == request.fixmedins_code and _matches(row, sale)
        for code in sale.out
        if row.text("drug_trac_codg") in ("", code)
    ]
    return {"output": rows}


def _matches(row: Row, sale: Sale) -> bool:
    kept = {
        "fixmedins_bchno": sale.fixmedins_bchno,
        "med_list_codg": sale.med_list_codg,
        "medins_list_codg": sale.medins_list_codg,
        "mdtrt_id": sale.mdtrt_sn,
        "psn_no": sale.psn_no,
    }
    day = sale.sold_at[:10]
    in_time = (row.text("begndate") or day) <= day <= (row.text("enddate") or day)
    return in_time and all(row.text(name) in ("", value) for name, value in kept.items())


def _traced(request: Request, sale: Sale, code: str) -> dict[str, Any]:
    return request.transaction.output("output").fill(
        fixmedinsCode=sale.fixmedins_code,
        medListCodg=sale.med_list_codg,
        medinsListCodg=sale.medins_list_codg,
        medinsListName=sale.medins_list_name,
        fixmedinsBchno=sale.fixmedins_bchno,
        mdtrtId=sale.mdtrt_sn,
        mdtrtSetlType=sale.mdtrt_setl_type,
        drugTracCodg=code,
        psnNo=sale.psn_no or None,
        trdnFlag=sale.trdn_flag,
        opterName=sale.opter_name,
        crteTime=sale.sold_at,
        updtTime=sale.sold_at,
    )
