"""Sums (3201) and single bills (3202): equal only when both sides have the same."""

import asyncio
import io
import json
import zipfile
from typing import Any

import pytest

from tests.simulator.platform.counter import INSTITUTION, LI_FANG, PATHS, ZHANG_SAN, Counter

DAY = "2026-03-02"
COLUMNS = ("psn_no", "mdtrt_id", "setl_id", "msgid", "stmt_rslt", "refd_setl_flag", "memo")
Bill = dict[str, Any]


def totals(counter: Counter, bills: list[Bill], **changed: str) -> tuple[str, str]:
    """Result and description of 3201 for these bills."""
    fields = {"insutype": "390", "clr_type": "11", "setl_optins": "999900", "stmt_begndate": DAY, "stmt_enddate": DAY}
    for name in ("medfee_sumamt", "fund_pay_sumamt", "acct_pay"):
        fields[name] = str(sum(bill[name] for bill in bills))
    answer = counter.ask("3201", {"data": fields | {"fixmedins_setl_cnt": str(len(bills))} | changed})["stmtinfo"]
    return answer["stmt_rslt"], answer["stmt_rslt_dscr"]


def line(bill: Bill, refund: bool = False, **changed: str) -> str:
    """A row of the upload file."""
    names = ("setl_id", "mdtrt_id", "psn_no", "medfee_sumamt", "fund_pay_sumamt", "acct_pay")
    return "\t".join([*(changed.get(name, str(bill[name])) for name in names), str(int(refund))])


def packed(*lines: str) -> bytes:
    """The upload file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("detail.txt", "".join(text + "\n" for text in lines))
    return out.getvalue()


def uploaded(counter: Counter, content: bytes) -> str:
    """9101 as a form; the file_qury_no."""
    node = {"fsUploadIn": {"in": "", "filename": "detail.zip", "fixmedins_code": INSTITUTION}}
    message = json.dumps(counter.envelope("9101", node), ensure_ascii=False).encode()
    body = b'--B\r\nContent-Disposition: form-data; name="jsonStr"\r\n\r\n' + message
    body += b'\r\n--B\r\nContent-Disposition: form-data; name="file"; filename="a.zip"\r\n'
    body += b"Content-Type: application/zip\r\n\r\n" + content + b"\r\n--B--\r\n"
    headers = counter.headers() | {"content-type": "multipart/form-data; boundary=B"}
    answer = json.loads(counter.post("/fsi/api/" + PATHS["9101"], body, headers)[1])
    assert answer["infcode"] == 0, answer["err_msg"]
    number: str = answer["output"]["file_qury_no"]
    return number


def asked(counter: Counter, content: bytes, count: int) -> dict[str, Any]:
    """The input of 3202."""
    fields = {"setl_optins": "999900", "file_qury_no": uploaded(counter, content), "clr_type": "11"}
    fields |= {"stmt_begndate": DAY, "stmt_enddate": DAY, "medfee_sumamt": "0", "fund_pay_sumamt": "0"}
    return {"data": fields | {"cash_payamt": "0", "fixmedins_setl_cnt": str(count)}}


def details(counter: Counter, *lines: str) -> list[dict[str, str]]:
    """The rows of the result file."""
    info = counter.ask("3202", asked(counter, packed(*lines), len(lines)))["fileinfo"]
    node = {name: info[name] for name in ("file_qury_no", "filename")} | {"fixmedins_code": INSTITUTION}
    body = json.dumps(counter.envelope("9102", {"fsDownloadIn": node})).encode()
    handled = counter.platform.handle("/fsi/api/" + PATHS["9102"], counter.headers(), body)
    status, headers, content = asyncio.run(handled)
    assert (status, headers["content-type"]) == (200, "application/octet-stream")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        text = archive.read("result.txt").decode("utf-8")
    return [dict(zip(COLUMNS, row.split("\t"), strict=False)) for row in text.splitlines()]


def refunded(counter: Counter, bill: Bill) -> Bill:
    """The negative bill of a 2208."""
    refund: Bill = counter.ask("2208", counter.named(bill))["setlinfo"]
    return refund


def test_sums_agree_and_differ(counter: Counter) -> None:
    bills = [counter.settled(), counter.settled()]
    assert totals(counter, bills) == ("0", "对账平")
    result, words = totals(counter, bills[:1])
    assert result == "1"
    assert "笔数：医药机构1，中心2" in words
    assert totals(counter, bills, fund_pay_sumamt="0.01")[0] == "1"
    assert totals(counter, bills, acct_pay="0.01")[0] == "1"


def test_a_refunded_bill_counts_twice_and_a_reversed_one_not_at_all(counter: Counter) -> None:
    bill, msgid = counter.settled(), counter.msgid()
    refund = refunded(counter, bill)
    counter.settled(msgid=msgid)
    counter.ask("2601", counter.lost(msgid))
    assert totals(counter, [bill, refund])[0] == "0"
    assert totals(counter, [])[0] == "1"
    assert totals(counter, [bill], refd_setl_flag="0")[0] == "0"
    assert totals(counter, [refund], refd_setl_flag="1")[0] == "0"


def test_groups_and_days_are_apart(counter: Counter) -> None:
    bill = counter.settled()
    employee = counter.settled(LI_FANG)
    assert totals(counter, [bill])[0] == "0"
    assert totals(counter, [employee], insutype="310")[0] == "0"
    assert totals(counter, [], clr_type="14")[0] == "0"
    assert totals(counter, [], stmt_begndate="2026-03-03", stmt_enddate="2026-03-04")[0] == "0"
    wrong = {"insutype": "390", "clr_type": "11", "setl_optins": "999900", "stmt_begndate": "2026-03-03"}
    wrong |= {"stmt_enddate": DAY, "medfee_sumamt": "0", "fund_pay_sumamt": "0", "acct_pay": "0"}
    assert "不能晚于" in counter.refusal("3201", {"data": wrong | {"fixmedins_setl_cnt": "0"}})


def test_every_bill_of_either_side_has_a_row(counter: Counter) -> None:
    good, wrong, unsent = (counter.settled() for _ in range(3))
    refund = refunded(counter, good)
    never = good | {"setl_id": "NOBODY"}
    rows = details(
        counter,
        line(good),
        line(refund, refund=True),
        line(wrong, fund_pay_sumamt="9.99"),
        line(never),
    )
    assert [row["stmt_rslt"] for row in rows] == ["0", "0", "1", "1", "1"]
    assert "基金支付总额不一致" in rows[2]["memo"]
    assert rows[3] | {"memo": "中心无此结算信息", "msgid": "null"} == rows[3]
    assert rows[1]["refd_setl_flag"] == "1"
    assert (rows[4]["setl_id"], rows[4]["mdtrt_id"], rows[4]["memo"]) == ("null", "null", "医药机构无此结算信息")
    assert rows[4]["msgid"] == unsent["medins_setl_id"]
    assert rows[4]["psn_no"] == ZHANG_SAN[0]


def test_the_msgid_of_a_centre_only_bill_reverses_it(counter: Counter) -> None:
    counter.settled()
    (row,) = details(counter)
    counter.ask("2601", counter.lost(row["msgid"]))
    assert details(counter) == []


def test_a_bill_that_comes_twice_or_under_another_name(counter: Counter) -> None:
    bill = counter.settled()
    rows = details(counter, line(bill), line(bill))
    assert [row["memo"] for row in rows] == ["null", "重复"]
    (row,) = details(counter, line(bill, mdtrt_id="X", refund=True))
    assert row["memo"] == "就诊ID不一致；退费结算标志不一致"


@pytest.mark.parametrize(
    "content",
    [b"", b"PK", packed("a\tb"), packed("1\t2\t3\tx\t5\t6\t0"), packed("1\t2\t3\tnan\t5\t6\t0"), packed("null\t" * 7)],
)
def test_a_file_that_cannot_be_read(counter: Counter, content: bytes) -> None:
    assert "文件" in counter.refusal("3202", asked(counter, content or b"\x00", 1))


def test_a_file_with_other_rows_than_it_says(counter: Counter) -> None:
    assert "笔数" in counter.refusal("3202", asked(counter, packed(line(counter.settled())), 2))
    content = asked(counter, packed(), 0)
    content["data"]["file_qury_no"] = "M00/00/00/nobody"
    assert "file_qury_no" in counter.refusal("3202", content)
