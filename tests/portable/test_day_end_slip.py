"""The slip of a day end on receipt printers. Runs on CPython and MicroPython."""

import unittest

from firmware.documents import day_end_slip_of, slip_of
from firmware.text import columns
from hal.ports import PrintLine, PrintQr
from tests.portable.sample_profiles import clinic

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Json = dict[str, Any]

LINK = "3f9a01bc77de20aa" + "0" * 48
SUMS = {"total_fen": 123456, "fund_fen": 100000, "account_fen": 3456, "cash_fen": 20000, "count": 12, "refunds": 1}


def difference(kind: str, state: str = "", **changes: "Any") -> "Json":
    shown: "Json" = {"kind": kind, "state": state, "settlement": "00125241", "msgid": "H99999900001202609211200009999"}
    shown.update({"here": {"total_fen": 2520}, "there": None})
    shown.update(changes)
    return shown


def day_end(verdict: str, differences: "list[Json]", **changes: "Any") -> "Json":
    group = {"insurance": "390", "refund": False, "count": 11, "total_fen": 123456}
    refund = {"insurance": "310", "refund": True, "count": 1, "total_fen": -1000}
    nothing = {"insurance": "310", "refund": False, "count": 0, "total_fen": 0}
    view: "Json" = {"begin": "2026-09-21", "end": "2026-09-21", "finished_at": 1790000000, "sums": SUMS}
    view.update({"groups": [group, refund, nothing], "verdict": verdict, "differences": differences, "more": 0})
    view.update({"unsent": 3, "held": 1, "head": {"sequence": 1234, "link": LINK}})
    view.update(changes)
    return view


def texts(view: "Json", copies: int = 0, width: int = 32) -> "list[str]":
    return [
        item.text
        for item in slip_of(day_end_slip_of(view, copies, clinic(), True), width)
        if isinstance(item, PrintLine)
    ]


class Slip(unittest.TestCase):
    def test_a_day_that_agrees(self) -> None:
        lines = texts(day_end("equal", []))
        self.assertEqual(lines[:2], ["日终对账单", "测试村卫生室"])
        for line in (
            "日期                  2026-09-21",
            "笔数                          12",
            "其中退费                       1",
        ):
            self.assertTrue(line in lines, line)
        for words in (
            "对账结果：平",
            "现金支付  200.00",
            "居民结算 11 笔           1234.56",
            "职工退费 1 笔             -10.00",
        ):
            self.assertTrue(words in lines, words)
        self.assertTrue("未上传                         3" in lines and "退回                           1" in lines)
        self.assertTrue("账本                  第 1234 条" in lines and "3f9a 01bc 77de 20aa" in lines)
        self.assertTrue("【重打】" not in lines)

    def test_the_whole_head_is_in_the_code(self) -> None:
        elements = slip_of(day_end_slip_of(day_end("equal", []), 0, clinic(), True), 32)
        self.assertEqual([item.data for item in elements if isinstance(item, PrintQr)], ["1234|" + LINK])

    def test_what_differs(self) -> None:
        there = difference("there", "reversing", settlement="", here=None, there={"total_fen": 990})
        lines = texts(day_end("unequal", [difference("here"), there]))
        self.assertTrue("对账结果：不平" in lines)
        self.assertTrue("只有本机有                 25.20" in lines and "  00125241                未处理" in lines)
        self.assertTrue("只有医保有                  9.90" in lines and "  报文 00009999         正在冲正" in lines)

    def test_each_verdict_kind_and_state_has_words(self) -> None:
        for verdict in ("equal", "unequal", "explained", "unexplained", "not_compared"):
            self.assertTrue(len(texts(day_end(verdict, []))) > 10)
        for kind in ("amounts", "here", "there", "undone", "other_day"):
            for state in ("", "asking", "confirmed", "missing", "reversing", "reversed", "gone", "refused", "noted"):
                self.assertTrue(len(texts(day_end("unequal", [difference(kind, state)]))) > 10)

    def test_a_bad_day_is_not_a_metre_of_paper(self) -> None:
        lines = texts(day_end("unequal", [difference("here")] * 200, more=50))
        self.assertTrue("还有 220 笔，请看屏幕" in lines)
        self.assertTrue(len(lines) < 100)

    def test_a_month_and_a_copy(self) -> None:
        lines = texts(day_end("equal", [], begin="2026-09-01", end="2026-09-30"), 1)
        self.assertTrue("【重打】" in lines and "日期         2026-09-01 至 09-30" in lines, lines)

    def test_no_line_is_wider_than_the_paper(self) -> None:
        view = day_end("unexplained", [difference("other_day", "confirmed", settlement="9" * 8)])
        for width in (24, 32, 42, 48):
            for item in slip_of(day_end_slip_of(view, 1, clinic(), False), width):
                if isinstance(item, PrintLine):
                    self.assertTrue(columns(item.text) * item.scale <= width, item.text)
