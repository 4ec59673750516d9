"""The receipt as lines. Runs on CPython and MicroPython."""

import unittest

from firmware.documents import receipt_of
from firmware.text import columns
from hal.ports import CENTRE, PrintCut, PrintFeed, PrintLine, PrintQr
from tests.portable.doubles import clinic

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Json = dict[str, Any]


def visit(**changes: "Any") -> "Json":
    record: "Json" = {
        "number": "20260921a1b2000012",
        "person": {"name": "测试甲", "insurance": "390"},
        "diagnosis": {"code": "J00.x00", "name": "急性鼻咽炎[感冒]"},
        "lines": [
            {
                "name": "阿司匹林肠溶片",
                "specification": "100mg×30片",
                "unit": "盒",
                "price_fen": 1260,
                "quantity": 2,
                "boxes": [{"code": "81000171234567890123"}, {"code": "81000171234567890124"}],
            }
        ],
        "settlement": {
            "settlement": "400125241",
            "settled_at": 1638180592,
            "total_fen": 2520,
            "fund_fen": 2142,
            "own_fen": 378,
            "account_fen": 0,
            "cash_fen": 378,
        },
        "receipt": {"copies": 0},
    }
    record.update(changes)
    return record


def texts(record: "Json", verified: bool = True, width: int = 32) -> "list[str]":
    return [item.text for item in receipt_of(record, clinic(), verified, width) if isinstance(item, PrintLine)]


class Receipt(unittest.TestCase):
    def test_what_the_patient_reads(self) -> None:
        lines = texts(visit())
        for wanted in (
            "医保结算单",
            "测试村卫生室",
            "单号          20260921a1b2000012",
            "时间         2021-11-29 18:09:52",
            "姓名                      测试甲",
            "险种        城乡居民基本医疗保险",
            "诊断 急性鼻咽炎[感冒]",
            "  2盒 × 12.60             25.20",
            "  追溯码 81000171234567890123",
            "  追溯码 81000171234567890124",
            "医疗费总额                 25.20",
            "基金支付                   21.42",
            "现金支付                    3.78",
            "个人负担    3.78",
            "结算编号 400125241",
            "医生                    测试医生",
        ):
            self.assertTrue(wanted in lines, wanted + " is missing")
        self.assertFalse(any("个人账户" in line or "重打" in line or "未经核实" in line for line in lines))

    def test_the_share_of_the_patient_is_large(self) -> None:
        large = [
            item for item in receipt_of(visit(), clinic(), True, 32) if isinstance(item, PrintLine) and item.scale == 2
        ]
        self.assertEqual([item.text for item in large], ["医保结算单", "个人负担    3.78"])
        self.assertEqual(large[0].align, CENTRE)

    def test_the_end(self) -> None:
        qr, feed, cut = receipt_of(visit(), clinic(), True, 32)[-3:]
        self.assertTrue(isinstance(qr, PrintQr) and isinstance(feed, PrintFeed) and isinstance(cut, PrintCut))
        self.assertEqual(getattr(qr, "data", ""), "20260921a1b2000012|400125241")

    def test_a_copy_is_marked(self) -> None:
        self.assertTrue("【重打】" in texts(visit(receipt={"copies": 1})))

    def test_data_that_nobody_checked_is_marked(self) -> None:
        self.assertTrue("（示例数据 未经核实）" in texts(visit(), False))

    def test_the_personal_account(self) -> None:
        settlement = dict(visit()["settlement"])
        settlement.update({"account_fen": 378, "cash_fen": 0})
        lines = texts(visit(settlement=settlement))
        self.assertTrue("个人账户支付                3.78" in lines)
        self.assertTrue("现金支付                    0.00" in lines)

    def test_an_insurance_without_a_name(self) -> None:
        lines = texts(visit(person={"name": "测试甲", "insurance": "510"}))
        self.assertTrue("险种                         510" in lines)

    def test_it_fits_every_paper(self) -> None:
        for width in (32, 42, 48):
            for item in receipt_of(visit(), clinic(), False, width):
                if isinstance(item, PrintLine):
                    self.assertTrue(columns(item.text) * item.scale <= width, item.text)
