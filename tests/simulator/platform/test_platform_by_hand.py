"""Sales and returns that come from the office at the window and not by line."""

from typing import Any

import pytest

from tests.simulator.platform.counter import Counter
from tests.simulator.platform.test_platform_sales import BOX, OTHER_BOX, sold

REGION = "999900"


def booked(counter: Counter) -> list[tuple[Any, Any]]:
    messages = counter.platform.messages
    return [(row["infno"], row["infcode"]) for row in messages if row["infno"] in ("3505", "3506")]


def test_a_sale_and_its_return(counter: Counter) -> None:
    sale = counter.sale(counter.settled(), [BOX])
    assert counter.platform.book("3505", REGION, sale) == ""
    assert sold(counter) == [BOX]
    assert counter.platform.book("3506", REGION, sale) == ""
    assert sold(counter) == []
    assert booked(counter) == [("3505", 0), ("3506", 0)]


def test_what_the_line_has_brought_counts_as_done(counter: Counter) -> None:
    sale = counter.sale(counter.settled(), [BOX])
    counter.ask("3505", sale)
    assert counter.platform.book("3505", REGION, sale) == ""
    assert booked(counter) == [("3505", 0)]
    assert sold(counter) == [BOX]


def test_what_the_office_has_brought_is_not_taken_by_line_again(counter: Counter) -> None:
    sale = counter.sale(counter.settled(), [BOX])
    counter.platform.book("3505", REGION, sale)
    assert "流水号已存在" in counter.refusal("3505", sale)


@pytest.mark.parametrize(
    ("infno", "changes", "sentence"),
    [
        ("3505", {"mdtrt_sn": "1"}, "未查询到就诊信息"),
        ("3505", {"setl_id": "1"}, "结算ID(setl_id)不存在"),
        ("3505", {"trdn_flag": "7"}, "拆零标志"),
        ("3505", {"sel_retn_cnt": "many"}, "应为数值型"),
        ("3506", {}, "未查询到对应的商品销售信息"),
        ("2207", {}, "不能由窗口代办"),
        ("9999", {}, "不能由窗口代办"),
    ],
)
def test_what_is_refused_by_line_is_refused_at_the_window(
    counter: Counter, infno: str, changes: dict[str, str], sentence: str
) -> None:
    sale = counter.sale(counter.settled(), [BOX])
    sale["selinfo"] |= changes
    assert sentence in counter.platform.book(infno, REGION, sale)
    assert sold(counter) == []


def test_the_window_can_be_told_to_refuse_too(counter: Counter) -> None:
    sale = counter.sale(counter.settled(), [OTHER_BOX])
    counter.platform.fault("platform.refuse", "3505", "系统维护中")
    assert counter.platform.book("3505", REGION, sale) == "系统维护中"
    assert counter.platform.book("3505", REGION, sale) == ""
