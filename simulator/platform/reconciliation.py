"""Comparing bills: sums of a period (3201), single bills by a file (3202).

Source: NHSA interface specification, transactions 3201 and 3202 with the columns of their files. A file is a ZIP with
one TXT: UTF-8, a row a line, columns by TAB, `null` for what is empty. What counts is the bill's setl_time. A
refunded bill has two rows, its own and the negative one of the refund; one that 2601 reversed has none.
"""

import base64
import io
import zipfile
import zlib
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any

from .envelope import Request, Row
from .files import store, zipped
from .ledger import REFUND, REVERSED, Settlement
from .money import to_yuan
from .office import Office
from .refusal import Refused
from .settlement import clearing_type

EQUAL, UNEQUAL = "0", "1"
_COLUMNS = ("setl_id", "mdtrt_id", "psn_no", "medfee_sumamt", "fund_pay_sumamt", "acct_pay", "refd_setl_flag")
_AMOUNTS = {"medfee_sumamt": "医疗费总额", "fund_pay_sumamt": "基金支付总额", "acct_pay": "个人账户支出"}
_WHOSE = {"mdtrt_id": "就诊ID", "psn_no": "人员编号", "refd_setl_flag": "退费结算标志"}
_EMPTY = "null"
_RESULT, _RESULT_FILE = "result.txt", "result.zip"
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_MOST_BYTES = 16 * 1024 * 1024  # of a file that was unpacked
_Line = dict[str, str]


def totals(office: Office, request: Request) -> dict[str, Any]:
    """3201: equal only when the number of bills and all sums agree."""
    row = request.row()
    bills = _bills(office, request, row)
    differing = _differing(row, bills, "acct_pay")
    table = request.transaction.output("stmtinfo")
    answer = table.fill(
        setl_optins=row.text("setl_optins"),
        stmt_rslt=UNEQUAL if differing else EQUAL,
        stmt_rslt_dscr=f"对账不平：{'；'.join(differing)}" if differing else "对账平",
    )
    return {"stmtinfo": answer}


def details(office: Office, request: Request) -> dict[str, Any]:
    """3202: a file with a row for every bill that either side knows. `Refused` when the file cannot be read, or has
    not as many rows as the message says."""
    row = request.row()
    bills = {bill.setl_id: bill for bill in _bills(office, request, row)}
    lines = _read(_uploaded(office, request, row.text("file_qury_no")))
    if len(lines) != row.number("fixmedins_setl_cnt"):
        raise Refused("FSI-对账明细文件的笔数与结算笔数(fixmedins_setl_cnt)不一致")
    rows: list[tuple[str, ...]] = []
    seen: set[str] = set()
    for line in lines:
        number = line["setl_id"]
        bill = bills.get(number)
        flaws = ["重复"] if number in seen else _flaws(line, bill)
        seen.add(number)
        rows.append(_result(line, bill.msgid if bill else "", flaws))
    rows += [
        _result(_line(bill) | {"setl_id": "", "mdtrt_id": ""}, bill.msgid, ["医药机构无此结算信息"])
        for number, bill in bills.items()
        if number not in seen
    ]
    content = "".join("\t".join(value or _EMPTY for value in columns) + "\n" for columns in rows)
    number, until = store(office, request, _RESULT_FILE, zipped(_RESULT, content))
    kept = {"file_qury_no": number, "filename": _RESULT_FILE, "dld_endtime": until}
    return {"fileinfo": request.transaction.output("fileinfo").fill(**kept)}


def _uploaded(office: Office, request: Request, number: str) -> bytes:
    file = office.ledger.files.get(number)
    if file is None or file.fixmedins_code != request.fixmedins_code or file.until <= request.now.timestamp():
        raise Refused("FSI-文件查询号(file_qury_no)不存在或已过期")
    return base64.b64decode(file.content)


def _bills(office: Office, request: Request, row: Row) -> list[Settlement]:
    """The bills of the group and the days that the message names. What fixmedins_refd_setl_flag selects, the document
    does not say; it is not looked at."""
    if row.text("stmt_begndate") > row.text("stmt_enddate"):
        raise Refused("FSI-对账开始日期不能晚于对账结束日期")
    return [
        bill
        for bill in office.ledger.settlements.values()
        if bill.state != REVERSED
        and bill.fixmedins_code == request.fixmedins_code
        and row.text("insutype") in ("", bill.insutype)
        and row.text("clr_type") in ("", clearing_type(bill.med_type))
        and row.text("refd_setl_flag") in ("", _flag(bill))
        and row.text("stmt_begndate") <= bill.setl_time[:10] <= row.text("stmt_enddate")
    ]


def _differing(row: Row, bills: Iterable[Settlement], *more: str) -> list[str]:
    """In which sums the message and the ledger differ, in words."""
    own: dict[str, Decimal] = {"fixmedins_setl_cnt": Decimal(0)}
    for bill in bills:
        own["fixmedins_setl_cnt"] += 1
        for name in _AMOUNTS:
            own[name] = own.get(name, Decimal(0)) + to_yuan(getattr(bill.shares, name))
    names = {"fixmedins_setl_cnt": "笔数", "medfee_sumamt": "医疗费总额", "fund_pay_sumamt": "基金支付总额"}
    names |= {name: _AMOUNTS[name] for name in more}
    return [
        f"{words}：医药机构{row.number(name)}，中心{own.get(name, Decimal(0))}"
        for name, words in names.items()
        if row.number(name) != own.get(name, Decimal(0))
    ]


def _flag(bill: Settlement) -> str:
    return "1" if bill.state == REFUND else "0"


def _line(bill: Settlement) -> _Line:
    """The bill as the institution should have sent it."""
    amounts = {name: str(to_yuan(getattr(bill.shares, name))) for name in _AMOUNTS}
    whose = {"setl_id": bill.setl_id, "mdtrt_id": bill.mdtrt_id, "psn_no": bill.psn_no}
    return whose | amounts | {"refd_setl_flag": _flag(bill)}


def _flaws(line: _Line, bill: Settlement | None) -> list[str]:
    if bill is None:
        return ["中心无此结算信息"]
    own = _line(bill)
    flaws = [f"{words}不一致" for name, words in _WHOSE.items() if line[name] != own[name]]
    differing = [name for name in _AMOUNTS if Decimal(line[name]) != Decimal(own[name])]
    return flaws + [f"{_AMOUNTS[name]}不一致，中心为{own[name]}" for name in differing]


def _result(line: _Line, msgid: str, flaws: list[str]) -> tuple[str, ...]:
    """One row of the result file, in the order of its columns."""
    result = UNEQUAL if flaws else EQUAL
    whose = line["psn_no"], line["mdtrt_id"], line["setl_id"], msgid
    return (*whose, result, line["refd_setl_flag"], "；".join(flaws), *(line[name] for name in _AMOUNTS))


def _read(packed: bytes) -> list[_Line]:
    """The rows of an uploaded file, or `Refused`."""
    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            (member,) = archive.infolist()
            if member.compress_type not in _METHODS:
                raise ValueError("another method")
            if member.file_size > _MOST_BYTES:
                raise Refused("FSI-对账明细文件过大")
            text = archive.read(member).decode("utf-8")
    except (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, RuntimeError, EOFError):
        raise Refused("FSI-对账明细文件不正确：应为只含一个UTF-8文本文件的ZIP") from None
    return [_row(number, line) for number, line in enumerate(text.splitlines(), 1)]


def _row(number: int, text: str) -> _Line:
    values = text.split("\t")
    if len(values) != len(_COLUMNS):
        raise Refused(f"FSI-对账明细文件第{number}行应有{len(_COLUMNS)}列")
    line = dict(zip(_COLUMNS, values, strict=True))
    try:
        exact = all(Decimal(line[name]).is_finite() for name in _AMOUNTS)
    except InvalidOperation:
        exact = False
    if not exact or _EMPTY in values or "" in values:
        raise Refused(f"FSI-对账明细文件第{number}行有空值或金额不正确")
    return line
