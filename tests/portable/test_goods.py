"""What is uploaded about the shelf, and what the platform knows of trace codes. Runs on CPython and MicroPython."""

import unittest

from firmware.insurance import InsuranceError, goods, trace_codes
from firmware.insurance.schema import check

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Json = dict[str, Any]

CODES = ["81000171234567890123", "81000171234567890124"]
LINE = {
    "row_number": "2026-17",
    "drug": "aspirin",
    "name": "阿司匹林肠溶片",
    "national_code": "XB01ACA056A002010100001",
    "prescription_only": False,
    "batch": {"lot": "L1", "made": "2026-03-01", "expires": "2027-03-31"},
    "codes": CODES,
    "price_fen": 1260,
    "quantity": 2,
    "counted": 43,
    "day": "2026-09-21",
    "at_s": 1638180592,
    "by": "测试医生",
    "change": "missing",
    "supplier": "测试医药公司",
    "maker": "测试制药厂",
    "approval": "国药准字H00000000",
    "invoice_number": "00000001",
}


class Messages(unittest.TestCase):
    def fits(self, infno: str, message: "Json") -> "Json":
        """The first row of a message that fits its table."""
        check(infno, message)
        self.assertEqual(len(message), 1)
        for name in message:
            first: "Json" = message[name][0] if type(message[name]) is list else message[name]
        return first

    def has(self, row: "Json", **want: "Any") -> None:
        for name in sorted(want):
            self.assertEqual((name, row.get(name)), (name, want[name]))

    def test_a_stock_take(self) -> None:
        row = self.fits("3501", goods.stock_take(LINE))
        self.has(row, inv_cnt="43", invdate="2026-09-21", rx_flag="0", manu_lotnum="L1", fixmedins_bchno="2026-17")
        self.assertEqual([code["drug_trac_codg"] for code in row["drugtracinfo"]], CODES)
        self.assertFalse("memo" in row)
        many = goods.stock_takes([LINE, dict(LINE, note="破损")])
        self.has(self.fits("3501A", many), pric="12.60")
        self.assertEqual(many["invinfoDetail"][1]["memo"], "破损")

    def test_each_change_of_stock(self) -> None:
        for change in sorted(goods.CHANGES):
            self.has(
                self.fits("3502", goods.stock_change(dict(LINE, change=change))), inv_chg_type=goods.CHANGES[change]
            )
        self.has(goods.stock_change(LINE)["invinfo"], inv_chg_type="104", trdn_flag="0", cnt="2", pric="12.60")
        self.has(goods.stock_change(dict(LINE, split=True))["invinfo"], trdn_flag="1")
        self.has(self.fits("3502A", goods.stock_changes([LINE])), trac_codg_pac_hery="1")
        self.has(self.fits("3502A", goods.stock_changes([dict(LINE, pack="carton")])), trac_codg_pac_hery="3")

    def test_a_purchase_and_its_return(self) -> None:
        row = self.fits("3503", goods.purchase(dict(LINE, delivery_note="T-1", gift=True)))
        self.has(
            row,
            dynt_no="T-1",
            prod_geay_flag="1",
            purc_retn_cnt="2",
            finl_trns_pric="12.60",
            prodentp_name="测试制药厂",
        )
        self.has(self.fits("3503A", goods.purchases([LINE, LINE])), prod_geay_flag="0", aprvno="国药准字H00000000")
        row = self.fits("3504", goods.purchase_return(dict(LINE, purchase_number="P1")))
        self.has(row, purc_invo_no="00000001", medins_prod_purc_no="P1", spler_name="测试医药公司")
        self.fits("3504A", goods.purchase_returns([LINE]))

    def test_a_purchase_return_needs_its_invoice(self) -> None:
        line = dict(LINE)
        del line["invoice_number"]
        try:
            check("3504", goods.purchase_return(line))
        except InsuranceError as error:
            self.assertEqual(error.params, {"field": "purc_invo_no"})
            return
        self.fail("accepted")

    def test_a_deletion(self) -> None:
        self.has(self.fits("3507", goods.removal("2026-17", "sale")), inv_data_type="4", fixmedins_bchno="2026-17")
        self.has(self.fits("3507A", goods.removals(["a", "b"], "stock_take")), inv_data_type="1", fixmedins_bchno="a")

    def test_a_drug_without_a_national_code(self) -> None:
        self.has(goods.stock_take(dict(LINE, national_code=""))["invinfo"], med_list_codg="NMLC999")


class Results(unittest.TestCase):
    def test_of_each_row(self) -> None:
        rows = [
            {"fixmedins_bchno": "a", "retRslt": "1", "msgRslt": "受理成功", "medins_prod_purc_no": "P1"},
            {"fixmedins_bchno": "b", "retRslt": 0, "msgRslt": "批号\n为空"},
            {"fixmedins_bchno": "c"},
        ]
        found = goods.results_of("3503A", {"purcinfoDetail": rows})
        self.assertEqual([row["taken"] for row in found], [True, False, False])
        self.assertEqual([row["number"] for row in found], ["P1", "", ""])
        self.assertEqual(found[1]["sentence"], "批号 为空")
        self.assertEqual(goods.results_of("3501A", {}), [])

    def test_the_rows_of_a_message(self) -> None:
        self.assertEqual(len(goods.rows_of("3503A", goods.purchases([LINE, LINE]))), 2)
        self.assertEqual(goods.rows_of("3503", goods.purchase(LINE)), [])


class TraceCodes(unittest.TestCase):
    BOX = {
        "fixmedinsBchno": "2026-17",
        "medinsListCodg": "aspirin",
        "medinsListName": "阿司匹林肠溶片",
        "medListCodg": "XB01ACA056A002010100001",
        "drugTracCodg": CODES[0],
    }

    def test_what_came_in(self) -> None:
        question = trace_codes.received_question("H99999900001", "2026-09-01", "2026-09-21", code=CODES[0])
        check("3512", question)
        self.assertEqual((question["data"]["drug_trac_codg"], question["data"]["enddate"]), (CODES[0], "2026-09-21"))
        found = trace_codes.received_of({"output": [dict(self.BOX, valiFlag="1")]})
        self.assertEqual((found[0]["code"], found[0]["valid"], found[0]["drug"]), (CODES[0], "yes", "aspirin"))

    def test_what_was_sold(self) -> None:
        check("3513", trace_codes.sold_question("H99999900001", "2026-17"))
        more = {"mdtrtId": "R1", "trdnFlag": 0, "updtTime": "2021-11-29 18:09:52", "rid": "9"}
        found = trace_codes.sold_of({"output": dict(self.BOX, **more)})[0]
        self.assertEqual((found["registration"], found["split"], found["changed_s"]), ("R1", "no", 1638180592))
        self.assertTrue(trace_codes.is_listed({"output": [self.BOX]}, "2026-17"))
        self.assertFalse(trace_codes.is_listed({"output": [self.BOX]}, "2026-1"))
        self.assertFalse(trace_codes.is_listed({}, ""))

    def test_a_code_for_a_drug_without_one(self) -> None:
        check("3592B", trace_codes.virtual_code_question(LINE))
        row = {"fixmedins_hilist_id": "aspirin", "drug_trac_codg": "V" * 20}
        self.assertEqual(trace_codes.virtual_codes_of({"result": row}), [{"drug": "aspirin", "code": "V" * 20}])
        try:
            trace_codes.virtual_codes_of({"result": {"drug_trac_codg": ""}})
        except InsuranceError as error:
            self.assertEqual(error.cause, "3592B drug_trac_codg")
            return
        self.fail("accepted")
