"""The layout model, and what a receipt printer makes of it. Runs on CPython and MicroPython."""

import unittest

from firmware.documents.layout import (
    A4,
    SLIP,
    Barcode,
    Column,
    Cut,
    Document,
    Feed,
    Fields,
    Heading,
    Note,
    Pair,
    Qr,
    Rule,
    Table,
    Text,
    printable,
)
from firmware.documents.slip import slip_of
from firmware.text import columns
from hal.ports import CENTRE, RIGHT, PrintBarcode, PrintCut, PrintFeed, PrintLine, PrintQr, PrintRule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firmware.documents.layout import Block
    from hal.ports import PrintElement

DRUGS = Table(
    [Column("药品", 2), Column("数量", 1, CENTRE), Column("金额", 1, RIGHT)],
    [["阿司匹林肠溶片100mg", "2", "25.20"], ["蒙脱石散", "1"], ["葡萄糖", "10", "1.00", "没有这一栏"]],
)
ODD = "甲\x00乙\x1b@\x1d\u202e丙\u2066\ufeff\ud800\uffff\U000e0041丁\u0085戊\n己\x7f"


def slip(block: "Block", width: int = 32) -> "list[PrintElement]":
    return slip_of(Document("题", "卫生室", SLIP, [], [block]), width)[2:]


def lines(block: "Block", width: int = 32) -> "list[str]":
    return ["---" if isinstance(item, PrintRule) else getattr(item, "text", "") for item in slip(block, width)]


class Printable(unittest.TestCase):
    def test_what_no_printer_should_get(self) -> None:
        self.assertEqual(printable(ODD), "甲乙@ 丙丁 戊 己")

    def test_everything_else_stays(self) -> None:
        text = "阿司匹林肠溶片 100mg×30片 ￥12.60 (é) 𠀀 ~<&>\"'"
        self.assertEqual(printable(text), text)

    def test_every_block_takes_it_out(self) -> None:
        clean = "甲乙@ 丙丁 戊 己"
        document = Document(ODD, ODD, SLIP, [ODD], [])
        self.assertEqual((document.title, document.subtitle, document.marks), (clean, clean, [clean]))
        pair = Pair(ODD, ODD)
        table = Table([Column(ODD, 1)], [[ODD]])
        found = [Heading(ODD).text, Text(ODD).text, Note(ODD).text, pair.label, pair.value, Qr(ODD).data]
        found += [Barcode(ODD).data, table.columns[0].title, table.rows[0][0], Fields([(ODD, 3)]).fields[0][0]]
        self.assertEqual(found, [clean] * 10)

    def test_nobody_reads_names_in_a_log(self) -> None:
        self.assertFalse("张三" in repr(Document("张三", "张三", A4, [], [Text("张三")])))


class Slip(unittest.TestCase):
    def test_the_head(self) -> None:
        head = slip_of(Document("结算单", "卫生室", SLIP, ["重打", "样式未经核实"], []), 32)
        shown = [(item.text, item.scale, item.bold, item.align) for item in head if isinstance(item, PrintLine)]
        wanted = [("结算单", 2), ("卫生室", 1), ("【重打】", 2), ("（样式未经核实）", 1)]
        self.assertEqual(shown, [(text, scale, scale == 1, CENTRE) for text, scale in wanted])

    def test_one_block_is_one_element(self) -> None:
        pairs: "list[tuple[Block, type]]" = [
            (Rule(), PrintRule),
            (Qr("A"), PrintQr),
            (Barcode("B"), PrintBarcode),
            (Feed(3), PrintFeed),
            (Cut(), PrintCut),
            (Text("字", RIGHT), PrintLine),
        ]
        for block, kind in pairs:
            made = slip(block)
            self.assertEqual((len(made), isinstance(made[0], kind)), (1, True))
        self.assertEqual(getattr(slip(Text("字", RIGHT))[0], "align", ""), RIGHT)

    def test_a_code_that_no_printer_can_draw_is_text(self) -> None:
        blocks: "list[Qr | Barcode]" = [Qr("结算1"), Qr("1" * 201), Barcode("2" * 21), Barcode("é"), Qr("")]
        for block in blocks:
            self.assertEqual("".join(lines(block)), block.data)
            self.assertTrue(all(isinstance(item, PrintLine) and item.align == CENTRE for item in slip(block)))
        self.assertTrue(isinstance(slip(Qr("1" * 200))[0], PrintQr))

    def test_a_pair_that_is_too_long_goes_on_below(self) -> None:
        self.assertEqual(lines(Pair("姓名", "abcdefghijkl"), 16), ["姓名 abcdefghijk", "l"])
        self.assertEqual(lines(Pair("姓名", "abcdefghijk"), 16), ["姓名 abcdefghijk"])

    def test_a_table(self) -> None:
        self.assertEqual(
            lines(DRUGS),
            [
                "药品             数量       金额",
                "---",
                "阿司匹林肠溶片1    2       25.20",
                "00mg",
                "蒙脱石散           1",
                "葡萄糖            10        1.00",
            ],
        )
        head = slip(DRUGS)[0]
        self.assertTrue(isinstance(head, PrintLine) and head.bold)

    def test_a_table_too_wide_for_the_paper_becomes_a_list(self) -> None:
        wide = Table([Column("甲栏", 1)] + [Column("乙栏", 1) for _ in range(7)], [["1"] * 8, ["2"] * 8])
        rows = lines(wide)
        self.assertEqual(
            (len(rows), rows[0], rows[8], rows[9]), (17, "甲栏" + " " * 27 + "1", "---", rows[0][:-1] + "2")
        )

    def test_an_empty_table(self) -> None:
        self.assertEqual(len(lines(Table([Column("甲", 1), Column("乙", 1)], []))), 2)

    def test_fields_side_by_side_and_below_each_other(self) -> None:
        fields = Fields([("签名", 10), ("手印", 6), ("日期", 40)])
        self.assertEqual(lines(fields), ["", "签名：__________ 手印：______", "", "日期：" + "_" * 26])

    def test_no_line_is_longer_than_the_paper(self) -> None:
        blocks: "list[Block]" = [DRUGS, Fields([("很长的一个栏目名称" * 3, 50)]), Pair("字" * 30, "值" * 30, True)]
        blocks += [Heading("题" * 40, 2), Text("x" * 99), Note("注" * 77)]
        for width in (8, 16, 32, 42, 48):
            for item in slip_of(Document("题" * 30, "卫" * 30, SLIP, ["重打"], blocks), width):
                if isinstance(item, PrintLine):
                    self.assertTrue(columns(item.text) * item.scale <= width, item.text)
