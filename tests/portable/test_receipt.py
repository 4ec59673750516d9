"""The receipt on receipt printers. Runs on CPython and MicroPython."""

import unittest

from firmware.documents import receipt_of, slip_of
from firmware.text import columns
from hal.ports import CENTRE, RIGHT, PrintCut, PrintLine, PrintQr, PrintRule
from tests.portable.sample_profiles import clinic

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from hal.ports import PrintElement

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


def slip(record: "Json", verified: bool = True, width: int = 32) -> "list[PrintElement]":
    return slip_of(receipt_of(record, clinic(), verified), width)


def texts(record: "Json", verified: bool = True, width: int = 32) -> "list[str]":
    return [item.text for item in slip(record, verified, width) if isinstance(item, PrintLine)]


def drawn(elements: "list[PrintElement]", width: int) -> "list[str]":
    """The slip as somebody sees it: `|` at the edges of the paper, what is larger than one line with its scale."""
    rows = []
    for item in elements:
        if isinstance(item, PrintLine):
            room = width // item.scale - columns(item.text)
            left = room // 2 if item.align == CENTRE else (room if item.align == RIGHT else 0)
            mark = ("*" if item.bold else "") + ("x" + str(item.scale) if item.scale > 1 else "")
            rows.append("|" + " " * left + item.text + " " * (room - left) + "|" + mark)
        elif isinstance(item, PrintRule):
            rows.append("|" + "-" * width + "|")
        else:
            rows.append(type(item).__name__)
    return rows


NARROW = [
    "|   医保结算单   |x2",
    "|          测试村卫生室          |*",
    "|    【重打】    |x2",
    "|     （示例数据 未经核实）      |*",
    "|--------------------------------|",
    "|单号          20260921a1b2000012|",
    "|时间         2021-11-29 18:09:52|",
    "|姓名                      测试甲|",
    "|险种        城乡居民基本医疗保险|",
    "|诊断 急性鼻咽炎[感冒]           |",
    "|--------------------------------|",
    "|阿司匹林肠溶片 100mg×30片      |",
    "|  2盒 × 12.60             25.20|",
    "|  追溯码 81000171234567890123   |",
    "|  追溯码 81000171234567890124   |",
    "|--------------------------------|",
    "|医疗费总额                 25.20|",
    "|基金支付                   21.42|",
    "|现金支付                    3.78|",
    "|个人负担    3.78|x2",
    "|--------------------------------|",
    "|结算编号 400125241              |",
    "|医生                    测试医生|",
    "PrintFeed",
    "PrintQr",
    "PrintCut",
]
WIDE = [
    "|       医保结算单       |x2",
    "|                  测试村卫生室                  |*",
    "|------------------------------------------------|",
    "|单号                          20260921a1b2000012|",
    "|时间                         2021-11-29 18:09:52|",
    "|姓名                                      测试甲|",
    "|险种                        城乡居民基本医疗保险|",
    "|诊断 急性鼻咽炎[感冒]                           |",
    "|------------------------------------------------|",
    "|阿司匹林肠溶片 100mg×30片                      |",
    "|  2盒 × 12.60                             25.20|",
    "|  追溯码 81000171234567890123                   |",
    "|  追溯码 81000171234567890124                   |",
    "|------------------------------------------------|",
    "|医疗费总额                                 25.20|",
    "|基金支付                                   21.42|",
    "|现金支付                                    3.78|",
    "|个人负担            3.78|x2",
    "|------------------------------------------------|",
    "|结算编号 400125241                              |",
    "|医生                                    测试医生|",
    "PrintFeed",
    "PrintQr",
    "PrintCut",
]


class Receipt(unittest.TestCase):
    def test_a_marked_copy_on_58_millimetres(self) -> None:
        self.assertEqual(drawn(slip(visit(receipt={"copies": 1}), False), 32), NARROW)

    def test_the_first_on_80_millimetres(self) -> None:
        self.assertEqual(drawn(slip(visit(), True, 48), 48), WIDE)

    def test_the_end(self) -> None:
        qr, cut = slip(visit())[-2:]
        self.assertTrue(isinstance(qr, PrintQr) and isinstance(cut, PrintCut))
        self.assertEqual(getattr(qr, "data", ""), "20260921a1b2000012|400125241")

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
        endless = visit(number="9" * 30, person={"name": "阿卜杜" * 20, "insurance": "x" * 50})
        for width in (16, 32, 42, 48):
            for item in slip(visit(), False, width) + slip(endless, False, width):
                if isinstance(item, PrintLine):
                    self.assertTrue(columns(item.text) * item.scale <= width, item.text)

    def test_a_long_name_is_not_cut(self) -> None:
        name = "阿卜杜热合曼·买买提艾力·吐尔逊江"
        self.assertTrue(name in "".join(texts(visit(person={"name": name, "insurance": "390"}))))
