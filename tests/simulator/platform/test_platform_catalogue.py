"""Catalogues, files, mappings and the queries by page."""

import io
import json
import re
import zipfile
from typing import Any

import pytest

from tests.simulator.platform.counter import ASPIRIN, INSTITUTION, PATHS, SMECTITE, Counter

WESTERN = re.compile(r"X[A-Z]\d{2}[A-Z]{2}[A-Z]\d{3}[A-Z]\d{3}\d{9}")
CHINESE = re.compile(r"Z[A-Z]\d{2}[A-Z]{2}[A-Z]\d{4}\d{9}")
LIMITED = "XA11GAW043A013010100002"


def offered(counter: Counter, infno: str, ver: str = "0") -> dict[str, Any]:
    """The answer of a download's first half."""
    output: dict[str, Any] = counter.ask(infno, {"data": {"ver": ver}})
    return output


def fetched(counter: Counter, file: dict[str, Any], owner: str = "plc") -> bytes:
    """The body of 9102."""
    asked = {"file_qury_no": file["file_qury_no"], "filename": file["filename"], "fixmedins_code": owner}
    body = json.dumps(counter.envelope("9102", {"fsDownloadIn": asked})).encode()
    status, answer = counter.post("/fsi/api/" + PATHS["9102"], body)
    assert status == 200
    return answer


def table(content: bytes) -> list[list[str]]:
    """The rows of the one file in a ZIP."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        (name,) = archive.namelist()
        text = archive.read(name).decode("utf-8")
    return [line.split("\t") for line in text.split("\r\n")[:-1]]


def download(counter: Counter, infno: str, ver: str = "0") -> list[list[str]]:
    """Both halves of a download; the rows, as many as were announced."""
    file = offered(counter, infno, ver)
    rows = table(fetched(counter, file))
    assert len(rows) == file["data_cnt"]
    return rows


@pytest.mark.parametrize(
    ("infno", "columns", "row"),
    [
        ("1301", 97, {1: ASPIRIN, 4: "阿司匹林肠溶片", 11: "片", 79: "1", 92: "甲", 2: "null"}),
        ("1302", 33, {2: "甘草", 14: "1", 25: "甲"}),
        ("1305", 20, {1: "001102000030000", 10: "急诊诊查费", 7: "1"}),
        ("1307", 24, {11: "J00.x00", 12: "急性鼻咽炎[感冒]", 7: "J00", 19: "1"}),
        ("1309", 16, {1: "M03900", 15: "高血压", 4: "999900", 6: "1"}),
    ],
)
def test_a_catalogue_has_its_columns_in_their_places(
    counter: Counter, infno: str, columns: int, row: dict[int, str]
) -> None:
    rows = download(counter, infno)
    assert {len(each) for each in rows} == {columns}
    assert {place: rows[0][place - 1] for place in row} == row


@pytest.mark.parametrize("infno", ["1303", "1306", "1308", "1310", "1311", "1313", "1314", "1315"])
def test_a_catalogue_whose_columns_are_not_public_is_empty(counter: Counter, infno: str) -> None:
    assert download(counter, infno) == []


def test_a_new_version_is_asked_for_alone_and_outlives_a_restart(tmp_path: Any) -> None:
    counter = Counter(keep=tmp_path)
    counter.sign_in()
    before = {row[10]: row for row in download(counter, "1307")}
    first = max(row[22] for row in before.values())
    assert download(counter, "1307", first) == []
    version = counter.platform.publish("1307", 3)
    counter.restart()
    changed = download(counter, "1307", first)
    assert {row[22] for row in changed} == {version}
    assert sorted(row[18] for row in changed) == ["0"] * 3 + ["1"] * 3
    assert all((row[10] in before) == (row[18] == "0") for row in changed)
    assert len(download(counter, "1307")) == len(before) + 3
    offer = offered(counter, "1307", version)
    second = counter.platform.publish("1307", 1)
    assert table(fetched(counter, offer)) == []  # it was made before
    assert second > version
    assert {row[22] for row in download(counter, "1307", version)} == {second}
    with pytest.raises(KeyError):
        counter.platform.publish("1308")


def test_full_catalogues_have_the_size_and_the_codes_of_real_ones() -> None:
    counter = Counter(full=True)
    counter.sign_in()
    drugs = [row[0] for row in download(counter, "1301")]
    assert (len(drugs), len(set(drugs))) == (14_014, 14_014)
    assert all(WESTERN.fullmatch(code) or CHINESE.fullmatch(code) for code in drugs)
    codes = [row[10] for row in download(counter, "1307")]
    assert (len(codes), len(set(codes))) == (33_000, 33_000)
    assert all(re.fullmatch(r"[A-Z]\d\d\.[\dx]\d\d(x\d{3})?", code) for code in codes)
    mdtrt_id = counter.visit()
    person = ("99999900000000000000000001", "11010519491231002X", "390")
    counter.charge(person, mdtrt_id, (drugs[-1], "1", "10.00"))


def test_a_file_is_fetched_until_its_time_by_whom_it_is_for(counter: Counter) -> None:
    file = offered(counter, "1307")
    assert fetched(counter, file) == fetched(counter, file)
    assert "fixmedins_code" in json.loads(fetched(counter, file, INSTITUTION))["err_msg"]
    assert "文件不存在" in json.loads(fetched(counter, file | {"filename": "x"}))["err_msg"]
    assert file["dld_end_time"] == "2026-03-09 12:00:00"
    counter.clock.now += 8 * 86400
    counter.sign_in()
    assert "截止时间" in json.loads(fetched(counter, file))["err_msg"]


def upload(counter: Counter, content: bytes, owner: str = INSTITUTION) -> dict[str, Any]:
    """The answer to 9101 as a form."""
    fields = {"filename": "bills.zip", "fixmedins_code": owner}
    message = json.dumps(counter.envelope("9101", {"fsUploadIn": fields})).encode()
    body = (
        b'--limit\r\nContent-Disposition: form-data; name="jsonStr"\r\n\r\n' + message + b"\r\n--limit\r\n"
        b'Content-Disposition: form-data; name="file"; filename="bills.zip"\r\n'
        b"Content-Type: application/octet-stream\r\n\r\n" + content + b"\r\n--limit--\r\n"
    )
    headers = counter.headers() | {"content-type": "multipart/form-data; boundary=limit"}
    answer: dict[str, Any] = json.loads(counter.post("/fsi/api/" + PATHS["9101"], body, headers)[1])
    return answer


@pytest.mark.parametrize("content", [b"PK\x03\x04 \r\n\r\n\n\r", bytes(range(256)) * 40], ids=["lines", "bytes"])
def test_a_file_beside_the_message_comes_back_as_it_was(counter: Counter, content: bytes) -> None:
    output = upload(counter, content)["output"]
    assert fetched(counter, output, INSTITUTION) == content
    counter.institution = "H99999900002"
    counter.sign_in()
    assert "不一致" in json.loads(fetched(counter, output, INSTITUTION))["err_msg"]


def test_a_file_inside_the_message(counter: Counter) -> None:
    fields = {"filename": "a.zip", "fixmedins_code": INSTITUTION}
    for inside in (list(b"PK\x05\x06"), "UEsFBg=="):
        output = counter.ask("9101", {"fsUploadIn": fields | {"in": inside}})
        assert fetched(counter, output, INSTITUTION) == b"PK\x05\x06"
    assert "不能为空" in counter.refusal("9101", {"fsUploadIn": fields})
    for wrong in ([256], ["a"], "?", "Zg"):
        assert "(in)不正确" in counter.refusal("9101", {"fsUploadIn": fields | {"in": wrong}})
    assert "fixmedins_code" in upload(counter, b"PK", "H99999900002")["err_msg"]


def page(counter: Counter, infno: str, number: int = 1, size: int = 5, **more: Any) -> dict[str, Any]:
    """One page."""
    asked = {"updt_time": "2000-01-01", "page_num": str(number), "page_size": str(size)} | more
    output: dict[str, Any] = counter.ask(infno, {"data": asked})
    return output


def test_pages_add_up_to_all_rows(counter: Counter) -> None:
    first = page(counter, "1312")
    assert (first["pageNum"], first["pageSize"], first["size"], first["startRow"]) == (1, 5, 5, 1)
    assert (first["firstPage"], first["lastPage"]) == (True, False)
    pages = [page(counter, "1312", number) for number in range(1, first["pages"] + 1)]
    codes = [row["hilist_code"] for each in pages for row in each["data"]]
    assert len(set(codes)) == len(codes) == first["recordCounts"]
    assert pages[-1]["lastPage"] is True
    beyond = page(counter, "1312", first["pages"] + 1)
    assert (beyond["data"], beyond["lastPage"], beyond["startRow"]) == ([], True, 0)
    for number, size in ((0, 5), (1, 0), (1, 9999)):
        asked = {"updt_time": "2000-01-01", "page_num": str(number), "page_size": str(size)}
        assert "page_num" in counter.refusal("1312", {"data": asked})


@pytest.mark.parametrize(
    ("infno", "asked", "members"),
    [
        ("1304", {}, None),
        ("1312", {"hilist_name": "蒙脱石"}, {"hilist_code": SMECTITE, "chrgitm_lv": "02"}),
        ("1312", {"pinyin": "mts"}, {"hilist_code": SMECTITE}),
        ("1312", {"updt_time": "2030-01-01"}, None),
        ("1316", {"med_list_codg": ASPIRIN}, {"hilist_code": ASPIRIN}),
        ("1318", {"hilist_code": LIMITED}, {"hilist_pric_uplmt_amt": "4.520000"}),
        ("1318", {"hilist_code": ASPIRIN}, None),
        ("1319", {"hilist_code": LIMITED, "selfpay_prop_psn_type": "390"}, {"selfpay_prop": "0.0500"}),
    ],
)
def test_what_is_asked_for_is_found(
    counter: Counter, infno: str, asked: dict[str, Any], members: dict[str, str] | None
) -> None:
    rows = page(counter, infno, **asked)["data"]
    assert len(rows) == (1 if members else 0)
    if members:
        assert {name: str(rows[0][name]) for name in members} == members


def mapping(own: str, code: str, **changed: str) -> dict[str, str]:
    """One row of 3301."""
    return {
        "fixmedins_hilist_id": own,
        "fixmedins_hilist_name": "测试药",
        "list_type": "101",
        "med_list_codg": code,
        "begndate": "2026-03-01",
        "enddate": "2099-12-31",
    } | changed


def states(counter: Counter) -> dict[str, tuple[str, str | None]]:
    """Own code -> vali_flag and memo, as 1317 tells them."""
    rows = page(counter, "1317", fixmedins_code=INSTITUTION)["data"]
    return {row["medins_list_codg"]: (row["vali_flag"], row["memo"]) for row in rows}


def test_mappings_wait_for_review_and_can_be_withdrawn(counter: Counter) -> None:
    counter.ask("3301", {"data": [mapping("a", ASPIRIN), mapping("b", "NOSUCH")]})
    counter.ask("3301", {"data": mapping("c", SMECTITE)})
    assert states(counter) == dict.fromkeys("abc", ("0", "待审核"))
    assert counter.platform.review() == 3
    assert states(counter) == {"a": ("1", None), "b": ("0", "审核不通过：医疗目录编码不存在"), "c": ("1", None)}
    named = {"fixmedins_code": INSTITUTION, "fixmedins_hilist_id": "a", "list_type": "101", "med_list_codg": SMECTITE}
    assert "不一致" in counter.refusal("3302", {"data": named})
    counter.ask("3302", {"data": named | {"med_list_codg": ASPIRIN}})
    assert "未查询到" in counter.refusal("3302", {"data": named | {"med_list_codg": ASPIRIN}})
    counter.ask("3301", {"data": mapping("c", ASPIRIN)})
    assert states(counter)["c"] == ("0", "待审核")
    assert "晚于" in counter.refusal("3301", {"data": mapping("d", ASPIRIN, begndate="2100-01-01")})
    assert counter.platform.review() == 1
