"""Messages held against their field tables. Runs on CPython and MicroPython."""

import unittest

from firmware.insurance import InsuranceError, tables
from firmware.insurance.schema import check, check_envelope, check_row, parsed, table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

TABLE = parsed(
    "示例 2+ -\n> data\ncode C6!§ 甲\nnote C10 乙\ncount N8.4! 丙\nwhole N2? 丁\nday D 戊\nmoment DT! 己\nrows L! 庚"
)
DATA = TABLE.request["data"]


def row(**changes: "Any") -> "dict[str, Any]":
    good: "dict[str, Any]" = {
        "code": "123456",
        "count": "1.5",
        "moment": "2026-09-21 22:13:20",
        "rows": [{"drug_trac_codg": "8"}],
    }
    good.update(changes)
    return good


class Rows(unittest.TestCase):
    def refused(self, field: str, value: "dict[str, Any]") -> None:
        try:
            check_row(TABLE, DATA, value)
        except InsuranceError as error:
            self.assertEqual((error.code, error.params), ("insurance.bad_message", {"field": field}))
            return
        self.fail("accepted " + field)

    def test_what_fits(self) -> None:
        check_row(TABLE, DATA, row())
        check_row(TABLE, DATA, row(note="", whole="12", day="2026-09-21"))
        check_row(TABLE, DATA, row(note=None, whole=None, day=None))
        check_row(TABLE, DATA, row(code="医保医保医保", count="-1.5000", whole="7.0"))

    def test_what_is_missing(self) -> None:
        for field in ("code", "count", "moment", "rows"):
            self.refused(field, row(**{field: ""}))
            self.refused(field, row(**{field: None}))
            without = row()
            del without[field]
            self.refused(field, without)

    def test_what_is_too_long(self) -> None:
        self.refused("code", row(code="1234567"))
        self.refused("note", row(note="x" * 11))
        self.refused("count", row(count="1.00001"))
        self.refused("count", row(count="12345.0"))
        self.refused("whole", row(whole="1.5"))

    def test_what_is_of_another_type(self) -> None:
        for field, value in (
            ("code", 123456),
            ("note", 1.5),
            ("count", 1),
            ("count", "x"),
            ("count", "1e2"),
            ("day", "2026-9-21"),
            ("day", "2026-09-21 22:13:20"),
            ("day", "2026-9-2111"),
            ("moment", "2026-09-2122:13:20"),
            ("moment", "2026-09-21"),
            ("moment", 20260921),
            ("rows", {}),
            ("rows", []),
            ("rows", "8"),
        ):
            self.refused(field, row(**{field: value}))

    def test_what_the_table_does_not_know(self) -> None:
        self.refused("surprise", row(surprise=""))

    def test_every_table_can_be_read_and_asks_for_something(self) -> None:
        for infno in tables.numbers():
            found = table(infno)
            self.assertTrue(found.known in ("1", "2+"), infno)
            self.assertTrue(len(tables.path(infno)) > 5, infno)
            for name in sorted(found.request):
                try:
                    check_row(found, found.request[name], {})
                except InsuranceError as error:
                    self.assertEqual(error.code, "insurance.bad_message")
                    continue
                self.assertTrue(name == "data" and infno in ("3101", "3102"), infno + " " + name)

    def test_a_table_may_take_the_fields_of_another(self) -> None:
        preview = table("2206").answer["setlinfo"]
        self.assertEqual(len(preview.fields), len(table("2207").answer["setlinfo"].fields))
        self.assertEqual(table("3505").request["selinfo"].fields["finl_trns_pric"][4], False)
        self.assertEqual(table("3505A").request["selinfoDetail"].fields["finl_trns_pric"][4], True)

    def test_envelope_of_a_published_message(self) -> None:
        # The request 1101 of the provincial specification, identities replaced.
        check_envelope(
            {
                "infno": "1101",
                "msgid": "H9999990000120210927092003361",
                "mdtrtarea_admvs": "999900",
                "insuplc_admdvs": "999900",
                "recer_sys_code": "99",
                "dev_no": "null",
                "dev_safe_info": "null",
                "cainfo": "null",
                "signtype": "SM2",
                "infver": "1.0.0",
                "opter_type": "1",
                "opter": "0053",
                "opter_name": "测试员",
                "inf_time": "2021-09-27 09:20:03",
                "fixmedins_code": "H99999900001",
                "fixmedins_name": "测试村卫生室",
                "sign_no": "null",
                "input": {"data": {}},
            },
        )


class Messages(unittest.TestCase):
    def refused(self, infno: str, payload: "dict[str, Any]", field: str) -> None:
        try:
            check(infno, payload)
        except InsuranceError as error:
            self.assertEqual(error.params, {"field": field})
            return
        self.fail("accepted")

    def test_nodes(self) -> None:
        reversal = {"psn_no": "1", "omsgid": "2", "oinfno": "2207"}
        check("2601", {"data": reversal})
        self.refused("2601", {"data": [reversal, reversal]}, "data")
        self.refused("2601", {"data": reversal, "more": {}}, "more")
        self.refused("2601", {}, "row")
        self.refused("2601", {"data": None}, "row")
        self.refused("2601", {"data": []}, "data")
        self.refused("2601", {"data": "x"}, "row")
        self.refused("2601", {"data": {"psn_no": "1", "omsgid": "2"}}, "oinfno")

    def test_a_message_with_two_nodes_needs_both(self) -> None:
        visit = {
            "mdtrt_id": "1",
            "psn_no": "2",
            "med_type": "11",
            "begntime": "2026-09-21 22:13:20",
            "dise_codg": "J00.x00",
            "dise_name": "急性鼻咽炎[感冒]",
        }
        self.refused("2203", {"mdtrtinfo": visit}, "diseinfo")
