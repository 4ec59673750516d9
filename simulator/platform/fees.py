"""Fee details of a visit: upload (2204) and withdrawal (2205)."""

from decimal import Decimal
from typing import Any

from .benefits import Split, split_row
from .envelope import Request, Row
from .ledger import Fee, Visit
from .money import EXACT, to_yuan
from .office import Office
from .refusal import Refused

ALL_BATCHES = "0000"
_ROUNDING = Decimal("0.005")
_ALL = Decimal("1.0000")


def upload_fees(office: Office, request: Request) -> dict[str, Any]:
    """2204: all rows or none; answers the price split of every row."""
    rows = request.rows("feedetail")
    visits = {row.text("mdtrt_id"): office.visit(request, row) for row in rows}
    _check_batches(office, rows)
    for visit in visits.values():
        _check_numbers(office, visit, [row for row in rows if row.text("mdtrt_id") == visit.mdtrt_id])
    splits = [_split(office, row) for row in rows]
    for row, split in zip(rows, splits, strict=True):
        fee = Fee(row.text("mdtrt_id"), row.text("feedetl_sn"), row.text("chrg_bchno"), split, "", row.texts())
        office.ledger.fees[fee.key] = fee
    return {"result": [_result(office, request, row, split) for row, split in zip(rows, splits, strict=True)]}


def _check_batches(office: Office, rows: list[Row]) -> None:
    diseases: dict[tuple[str, str], str] = {}
    for row in rows:
        batch = (row.text("mdtrt_id"), row.text("chrg_bchno"))
        if batch[1] == ALL_BATCHES:
            raise Refused("FSI-收费批次号(chrg_bchno)不能为0000")
        if diseases.setdefault(batch, row.text("dise_codg")) != row.text("dise_codg"):
            raise Refused("FSI-同一收费批次的病种编码(dise_codg)应一致")
        if office.ledger.fees_of(*batch):
            raise Refused("FSI-该收费批次(chrg_bchno)的费用明细已上传")


def _check_numbers(office: Office, visit: Visit, rows: list[Row]) -> None:
    if not visit.med_type:
        raise Refused("FSI-未上传门诊就诊信息(2203)")
    known = {fee.feedetl_sn for fee in office.ledger.fees_of(visit.mdtrt_id)}
    numbers = [row.text("feedetl_sn") for row in rows]
    if len(set(numbers)) != len(numbers) or known & set(numbers):
        raise Refused("FSI-费用明细流水号(feedetl_sn)重复")


def _split(office: Office, row: Row) -> Split:
    drug = office.drugs.get(row.text("med_list_codg"))
    if drug is None:
        raise Refused("FSI-医疗目录编码(med_list_codg)在医保目录中不存在")
    cnt, pric, amount = row.number("cnt"), row.number("pric"), row.number("det_item_fee_sumamt")
    if cnt <= 0 or pric < 0:
        raise Refused("FSI-数量(cnt)或单价(pric)不正确")
    if abs(EXACT.subtract(EXACT.multiply(cnt, pric), amount)) > _ROUNDING:
        raise Refused("FSI-明细项目费用总额(det_item_fee_sumamt)不等于数量乘以单价")
    return split_row(drug, row.fen("det_item_fee_sumamt"), cnt, pric, row.text("hosp_appr_flag"))


def _result(office: Office, request: Request, row: Row, split: Split) -> dict[str, Any]:
    drug = office.drugs[row.text("med_list_codg")]
    return request.transaction.output("result").fill(
        feedetl_sn=row.text("feedetl_sn"),
        det_item_fee_sumamt=to_yuan(split.total),
        cnt=row.number("cnt"),
        pric=row.number("pric"),
        pric_uplmt_amt=drug.pric_uplmt_amt,
        selfpay_prop=_ALL if drug.paid_by_patient(row.text("hosp_appr_flag")) else drug.selfpay_prop,
        fulamt_ownpay_amt=to_yuan(split.fulamt_ownpay_amt),
        overlmt_amt=to_yuan(split.overlmt_amt),
        preselfpay_amt=to_yuan(split.preselfpay_amt),
        inscp_scp_amt=to_yuan(split.inscp_scp_amt),
        chrgitm_lv=drug.chrgitm_lv,
        med_chrgitm_type=drug.med_chrgitm_type,
        lmt_used_flag=drug.lmt_used_flag,
    )


def withdraw_fees(office: Office, request: Request) -> None:
    """2205: removes one batch, or with "0000" everything unsettled (also when there is nothing). Settled rows stay."""
    row = request.row()
    visit = office.visit(request, row)
    batch = row.text("chrg_bchno")
    fees = office.ledger.fees_of(visit.mdtrt_id, None if batch == ALL_BATCHES else batch)
    if batch != ALL_BATCHES and not fees:
        raise Refused("FSI-未查询到该收费批次(chrg_bchno)的费用明细")
    if batch != ALL_BATCHES and any(fee.setl_id for fee in fees):
        raise Refused("FSI-费用明细已结算，不能撤销")
    for fee in fees:
        if not fee.setl_id:
            office.ledger.forget_fee(fee)
