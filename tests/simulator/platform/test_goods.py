"""Stock of the institutions: 3501 to 3507 with their A forms, 3512, 3592B."""

from decimal import Decimal
from typing import Any

import pytest

from tests.simulator.platform.counter import ASPIRIN, INSTITUTION, Counter

BOX = "81000170622758698313"
OTHER_BOX = "81000172305304190614"
LOT = "L439563"

WHAT = {"med_list_codg": ASPIRIN, "fixmedins_hilist_id": "aspirin", "fixmedins_hilist_name": "阿司匹林肠溶片"}
DATES = {"manu_date": "2026-03-01", "expy_end": "2028-02-29"}


def change(kind: str, cnt: str, number: str) -> dict[str, Any]:
    """One row of 3502."""
    fields = {"inv_chg_type": kind, "fixmedins_bchno": number, "pric": "1.000000", "cnt": cnt, "rx_flag": "0"}
    return WHAT | fields | {"inv_chg_time": "2026-03-02 12:00:00"}


def purchase(counter: Counter, cnt: str, number: str) -> dict[str, Any]:
    """One row of 3503 and 3504."""
    fields = {"spler_name": "示例医药", "manu_lotnum": LOT, "prodentp_name": "示例制药", "aprvno": "国药准字H00000000"}
    fields |= {"purc_retn_cnt": cnt, "rx_flag": "0", "purc_retn_stoin_time": counter.time(), "fixmedins_bchno": number}
    return WHAT | DATES | fields | {"purc_retn_opter_name": "测试员", "purc_invo_no": "F1", "finl_trns_pric": "1.00"}


def counted(cnt: str, number: str, *codes: str) -> dict[str, Any]:
    """One row of 3501."""
    fields = {"rx_flag": "0", "invdate": "2026-03-02", "inv_cnt": cnt, "manu_lotnum": LOT, "fixmedins_bchno": number}
    return WHAT | DATES | fields | {"drugtracinfo": [{"drug_trac_codg": code} for code in codes]}


def left(counter: Counter) -> Decimal:
    """What is left of the one lot."""
    (level,) = counter.platform.stock(INSTITUTION)
    assert level.lot == LOT
    return level.left


def came_in(counter: Counter, **filters: str) -> list[str]:
    """The codes that 3512 finds."""
    asked = {"fixmedins_code": INSTITUTION, "begndate": "2026-03-02", "enddate": "2026-03-02"} | filters
    return [row["drugTracCodg"] for row in counter.ask("3512", {"data": asked})["output"]]


def test_stock_follows_what_is_uploaded(counter: Counter) -> None:
    counter.ask("3501", {"invinfo": counted("10", "N1")})
    counter.ask("3502", {"invinfo": change("106", "10", "N1")})
    assert left(counter) == 10
    counter.ask("3503", {"purcinfo": purchase(counter, "5", "N2")})
    counter.ask("3504", {"purcinfo": purchase(counter, "2", "N2")})
    counter.ask("3502", {"invinfo": change("105", "1.5", "N2")})
    assert left(counter) == Decimal("11.5")
    sale = counter.sale(counter.settled(), [BOX])
    counter.ask("3505", sale)
    assert left(counter) == Decimal("10.5")
    counter.ask("3506", sale)
    assert left(counter) == Decimal("11.5")
    assert counter.platform.stock(INSTITUTION)[0].counted == 10
    assert counter.platform.stock("H99999900002") == []


@pytest.mark.parametrize(
    ("kind", "sign"),
    [("101", 1), ("102", -1), ("103", 1), ("104", -1), ("107", -1), ("108", 0), ("109", 0), ("110", 1)],
)
def test_every_kind_of_change_has_its_direction(counter: Counter, kind: str, sign: int) -> None:
    counter.ask("3501", {"invinfo": counted("10", "N1")})
    counter.ask("3502", {"invinfo": change(kind, "3", "N1")})
    assert left(counter) == sign * 3


def test_a_number_is_taken_once_for_each_kind_of_data(counter: Counter) -> None:
    counter.ask("3501", {"invinfo": counted("10", "N1")})
    assert "批次流水号已存在" in counter.refusal("3501", {"invinfo": counted("10", "N1")})
    counter.ask("3502", {"invinfo": change("106", "10", "N1")})
    assert "批次流水号已存在" in counter.refusal("3502", {"invinfo": change("106", "10", "N1")})


@pytest.mark.parametrize(
    ("infno", "node", "row", "words"),
    [
        ("3501", "invinfo", counted("-1", "N1"), "inv_cnt"),
        ("3502", "invinfo", change("112", "1", "N1"), "inv_chg_type"),
        ("3502", "invinfo", change("101", "0", "N1"), "cnt"),
        ("3501", "invinfo", counted("1", "N1") | {"med_list_codg": "XNOBODY"}, "med_list_codg"),
        ("3507", "data", {"fixmedins_bchno": "N1", "inv_data_type": "5"}, "inv_data_type"),
        ("3507", "data", {"fixmedins_bchno": "N1", "inv_data_type": "1"}, "未查询到"),
        ("3507", "data", {"fixmedins_bchno": "N1", "inv_data_type": "4"}, "未查询到"),
    ],
)
def test_what_is_refused(counter: Counter, infno: str, node: str, row: dict[str, Any], words: str) -> None:
    assert words in counter.refusal(infno, {node: row})


def test_no_more_goes_back_to_the_supplier_than_came(counter: Counter) -> None:
    assert "未查询到" in counter.refusal("3504", {"purcinfo": purchase(counter, "1", "N1")})
    counter.ask("3503", {"purcinfo": purchase(counter, "5", "N1")})
    counter.ask("3504", {"purcinfo": purchase(counter, "3", "N1")})
    answer = counter.ask("3503A", {"purcinfoDetail": [purchase(counter, "4", "N2")]})
    (row,) = answer["purcinfoErrDetail"]
    own = purchase(counter, "5", "R2") | {"medins_prod_purc_no": row["medins_prod_purc_no"]}
    assert "超过采购数量" in counter.refusal("3504", {"purcinfo": own})
    counter.ask("3504", {"purcinfo": own | {"purc_retn_cnt": "4"}})
    assert left(counter) == 2


def test_what_is_deleted_was_never_there(counter: Counter) -> None:
    counter.ask("3503", {"purcinfo": purchase(counter, "5", "N1")})
    counter.ask("3504", {"purcinfo": purchase(counter, "3", "N1")})
    gone = {"data": {"fixmedins_bchno": "N1", "inv_data_type": "3"}}
    counter.ask("3507", gone)
    assert left(counter) == 5
    counter.ask("3504", {"purcinfo": purchase(counter, "5", "N1")})
    counter.ask("3507", gone)
    counter.ask("3507", gone)
    assert counter.platform.stock(INSTITUTION) == []
    counter.ask("3503", {"purcinfo": purchase(counter, "5", "N1")})


def test_a_deleted_sale_frees_its_codes_and_its_number(counter: Counter) -> None:
    sale = counter.sale(counter.settled(), [BOX])
    gone = {"data": {"fixmedins_bchno": sale["selinfo"]["fixmedins_bchno"], "inv_data_type": "4"}}
    counter.ask("3505", sale)
    counter.ask("3507", gone)
    counter.ask("3505", sale)
    counter.ask("3506", sale)
    counter.ask("3507", gone)  # the return
    assert "已销售" in counter.refusal("3505", counter.sale(counter.settled(), [BOX]))
    counter.ask("3507", gone)  # the sale
    counter.ask("3505", counter.sale(counter.settled(), [BOX]))


def test_rows_of_an_a_form_stand_for_themselves(counter: Counter) -> None:
    setlinfo = counter.settled()
    rows = [counter.sale(setlinfo, codes)["selinfo"] for codes in ([BOX], [BOX], [OTHER_BOX])]
    more = {"finl_trns_pric": "1.00", "drug_prod_barc": "NDPB999", "prsc_dr_no": "D1", "phar_no": "Y1"}
    rows = [
        row | more | {"drugtracinfo": [{"drug_trac_codg": code}]}
        for row, code in zip(rows, (BOX, BOX, OTHER_BOX), strict=True)
    ]
    found = counter.ask("3505A", {"selinfoDetail": rows})["selinfoDetail"]
    assert [row["retRslt"] for row in found] == ["1", "0", "1"]
    assert "已销售" in found[1]["msgRslt"]
    assert found[0]["medins_prod_sel_no"]
    assert found[0]["fixmedins_bchno"] == rows[0]["fixmedins_bchno"]
    without_doctor = counter.sale(setlinfo, [])["selinfo"] | more | {"prsc_dr_no": ""}
    without_doctor["drugtracinfo"] = [{"drug_trac_codg": "81000170000000000001"}]
    (refused,) = counter.ask("3505A", {"selinfoDetail": [without_doctor]})["selinfoDetail"]
    assert "prsc_dr_no" in refused["msgRslt"]
    back = [{name: rows[0][name] for name in counter.sale(setlinfo, [])["selinfo"]}]
    assert counter.ask("3506A", {"selinfoDetail": back})["selinfoErrDetail"][0]["retRslt"] == "1"
    gone = {"goodDetail": [{"fixmedins_bchno": "X", "inv_data_type": "4"}]}
    assert counter.ask("3507A", gone)["goodErrDetail"][0]["retRslt"] == "0"


def test_the_a_forms_of_stock(counter: Counter) -> None:
    rows = [counted("1", number, BOX) | {"pric": "1.00"} for number in ("N1", "N1")]
    found = counter.ask("3501A", {"invinfoDetail": rows})["invinfoErrDetail"]
    assert [row["retRslt"] for row in found] == ["1", "0"]
    changed = change("106", "1", "N1") | {"drugtracinfo": [{"drug_trac_codg": OTHER_BOX}]}
    assert counter.ask("3502A", {"invinfoDetail": [changed]})["invinfoErrDetail"][0]["inv_chg_type"] == "106"
    counter.ask("3503A", {"purcinfoDetail": [purchase(counter, "5", "N2")]})
    assert counter.ask("3504A", {"purcinfoDetail": [purchase(counter, "9", "N2")]})["purcinfoErrDetail"][0][
        "msgRslt"
    ].startswith("FSI-退货数量")
    assert came_in(counter) == [BOX, OTHER_BOX]


def test_a_row_of_an_a_form_without_codes_is_refused_as_a_whole(counter: Counter) -> None:
    row = counter.sale(counter.settled(), [])["selinfo"] | {"finl_trns_pric": "1.00", "drug_prod_barc": "NDPB999"}
    assert "drugtracinfo" in counter.refusal("3505A", {"selinfoDetail": [row | {"drugtracinfo": []}]})


def test_either_spelling_of_the_settlement_type(counter: Counter) -> None:
    sale = counter.sale(counter.settled(), [BOX], mdtrt_setl_type="2", setl_id="", hi_feesetl_type="0")
    del sale["selinfo"]["MDTRT_SETL_TYPE"]
    counter.ask("3505", sale)
    (row,) = counter.ask("3513", {"data": {"fixmedins_code": INSTITUTION}})["output"]
    assert row["mdtrtSetlType"] == "2"


def test_codes_that_came_in_by_filter(counter: Counter) -> None:
    counter.ask("3501", {"invinfo": counted("2", "N1", BOX, OTHER_BOX)})
    assert came_in(counter) == [BOX, OTHER_BOX]
    assert came_in(counter, drug_trac_codg=BOX, fixmedins_bchno="N1") == [BOX]
    assert came_in(counter, fixmedins_bchno="N2") == []
    assert came_in(counter, begndate="2026-03-03", enddate="2026-03-04") == []
    asked = {"fixmedins_code": "H99999900002", "begndate": "2026-03-02", "enddate": "2026-03-02"}
    assert "本机构" in counter.refusal("3512", {"data": asked})


def test_a_code_for_a_box_without_one_is_new_each_time_and_sold_once(counter: Counter) -> None:
    asked = {"data": WHAT | {"fixmedins_bchno": "N1"}}
    codes = [counter.ask("3592B", asked)["result"][0]["drug_trac_codg"] for _ in range(2)]
    assert len(set(codes)) == 2
    assert all(len(code) == 20 and code.isdigit() for code in codes)
    counter.ask("3505", counter.sale(counter.settled(), codes[:1]))
    assert "已销售" in counter.refusal("3505", counter.sale(counter.settled(), codes[:1]))
