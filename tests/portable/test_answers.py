"""Answers read member by member: the right type and size, or the name of the field. Runs on CPython and MicroPython."""

import unittest

from firmware.canonical import dumps
from firmware.insurance import InsuranceError
from firmware.insurance.answers import Row, node, node_rows
from firmware.insurance.evidence import MOST, evidence

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

SECRET = "测试甲11010519491231002X"


class Reading(unittest.TestCase):
    def read(self, value: "Any") -> Row:
        return Row("2207", {"x": value})

    def refused(self, call: "Callable[[], Any]", field: str = "x") -> None:
        try:
            call()
        except InsuranceError as error:
            self.assertEqual((error.code, error.cause), ("insurance.bad_answer", "2207 " + field))
            self.assertEqual(error.params, {"infno": "2207", "field": field})
            self.assertFalse(SECRET in str(error))
            return
        self.fail("accepted")

    def all_refused(self, name: str, values: "list[Any]", *more: int) -> None:
        for value in values:
            self.refused(lambda: getattr(self.read(value), name)("x", *more))  # noqa: B023  # called at once

    def test_words(self) -> None:
        for value, want in (
            (None, ""),
            ("", ""),
            ("医保", "医保"),
            (300178725, "300178725"),
            (-1, "-1"),
            ("a b", "a b"),
        ):
            self.assertEqual(self.read(value).word("x", 9), want)
        self.assertEqual(Row("2207", {}).word("x", 9), "")
        self.assertEqual(self.read("x" * 9).word("x", 9), "x" * 9)
        self.all_refused("word", ["x" * 10, 10**9, 10**50, True, [], {}, ["x"], "a\nb", "a\x00", "\x1b@", SECRET], 9)

    def test_half_a_surrogate_pair_is_no_word_and_a_whole_one_is(self) -> None:
        self.refused(lambda: self.read(chr(0xD800) + "x").word("x", 9))
        self.assertEqual(self.read("𠮷").word("x", 9), "𠮷")

    def test_what_must_be_there(self) -> None:
        self.assertEqual(self.read("7").needed("x", 1), "7")
        self.all_refused("needed", [None, "", [], "77"], 1)
        self.refused(lambda: Row("2207", {}).needed("x", 1))

    def test_notes_are_one_line(self) -> None:
        self.assertEqual(self.read(" 不予支付\r\n原因：\t 无 ").note("x"), "不予支付 原因： 无")
        self.assertEqual(self.read(None).note("x"), "")
        self.assertEqual(self.read(" \n").note("x"), "")
        self.all_refused("note", ["x" * 4001, {}, "a\x00b"])

    def test_amounts(self) -> None:
        for value, want in (
            (None, 0),
            ("", 0),
            (0, 0),
            (12, 1200),
            ("-25.1", -2510),
            ("99999999999999.99", 10**16 - 1),
        ):
            self.assertEqual(self.read(value).amount("x"), want)
        bad = ["1.001", "1e99", "x", True, [], {}, "1,00", "100000000000000.00", 10**14, -(10**14), 10**60, SECRET]
        self.all_refused("amount", bad)

    def test_numbers(self) -> None:
        for value, want in ((None, 0), ("0.85", 8500), (1, 10000), ("1.0000", 10000), ("-0.05", -500)):
            self.assertEqual(self.read(value).number("x", 4), want)
        self.all_refused("number", ["0.00001", "x", True, [], "9" * 17, "9" * 40], 4)

    def test_flags(self) -> None:
        self.assertEqual(
            [self.read(value).flag("x") for value in (None, "", "0", 0, "1", 1)],
            ["unknown"] * 2 + ["no"] * 2 + ["yes"] * 2,
        )
        self.all_refused("flag", ["2", "01", True, [], -1])

    def test_days(self) -> None:
        for value in ("2024-02-29", "2024-02-29 00:00:00", "2024-02-29T08:00:00", "20240229", 20240229):
            self.assertEqual(self.read(value).day("x"), "2024-02-29")
        self.assertEqual(self.read(None).day("x"), "")
        self.assertEqual(self.read("9999-12-31").day("x"), "9999-12-31")
        self.all_refused(
            "day", ["2023-02-29", "2024-13-01", "24-2-29", "2024-02-29x", "x", 1, [], "2024/02/29", "²024-02-29"]
        )

    def test_moments(self) -> None:
        for value in (
            "2021-11-29 18:09:52",
            "2021-11-2918:09:52",
            "2021-11-29T18:09:52",
            "2021-11-29 18:09:52.0",
            "2021-11-29 18:09:52.123",
        ):
            self.assertEqual(self.read(value).moment("x"), 1638180592)
        self.assertEqual(self.read("2021-11-29").moment("x"), 1638115200)
        self.assertEqual(self.read("").moment("x"), 0)
        bad = [
            "2021-11-29 18:09",
            "2021-11-29 25:00:00",
            "2021-11-29 18:09:52x",
            "soon",
            1638180592,
            [],
            "2021-11-29 18:09:5²",
        ]
        self.all_refused("moment", bad)

    def test_nodes(self) -> None:
        row = {"a": 1}
        good: "list[Any]" = [{"n": row}, {"n": [row]}]
        for output in good:
            self.assertEqual(node("2207", output, "n").members, row)
        outputs: "list[Any]" = [{}, {"n": None}, {"n": []}, {"n": [row, row]}, {"n": "x"}, {"n": [None]}, {"n": 3}]
        for output in outputs:
            self.refused(lambda: node("2207", output, "n"), "n")  # noqa: B023  # called at once

    def test_rows_of_nodes(self) -> None:
        empty: "list[Any]" = [{}, {"n": None}, {"n": ""}, {"n": []}]
        for output in empty:
            self.assertEqual(node_rows("2207", output, "n"), [])
        self.assertEqual(
            [row.members for row in node_rows("2207", {"n": [{"a": 1}, {"b": 2}]}, "n")], [{"a": 1}, {"b": 2}]
        )
        bad: "list[Any]" = [[{}, None], ["x"], "x", 3, True, [{}] * 1001]
        for value in bad:
            self.refused(lambda: node_rows("2207", {"n": value}, "n"), "n")  # noqa: B023  # called at once


class Evidence(unittest.TestCase):
    def kept(self, info: "Any", details: "Any" = None) -> "Any":
        kept = evidence("2207", {"setlinfo": info, "setldetail": details})
        self.assertTrue(len(dumps(kept)) <= MOST)
        return kept

    def test_everything_is_kept_as_texts(self) -> None:
        info = {"setl_id": 7, "acct_pay": "-25.10", "balc": None, "new_in_2027": {"b": [1], "a": True}, "flag": False}
        kept = self.kept([info], {"fund_pay_type": "310200", "fund_payamt": 4})
        want = {"setl_id": "7", "acct_pay": "-25.10", "balc": "", "new_in_2027": '{"a":true,"b":[1]}', "flag": "false"}
        self.assertEqual(kept["setlinfo"], want)
        self.assertEqual(kept["setldetail"], [{"fund_pay_type": "310200", "fund_payamt": "4"}])

    def test_nothing_to_keep(self) -> None:
        for value in (None, [], "x", 3, [None]):
            self.assertEqual(self.kept(value, value), {"setlinfo": {}, "setldetail": []})

    def test_what_the_table_does_not_know_goes_first(self) -> None:
        info = {"a_unknown": "医" * 3000, "medfee_sumamt": "4.52", "exp_content": "医" * 4000, "b_unknown": "x"}
        kept = self.kept(info, [{"fund_payamt": "4.52", "other": "y" * 9000}])
        self.assertEqual(sorted(kept["setlinfo"]), ["b_unknown", "exp_content", "medfee_sumamt"])
        self.assertEqual(kept["setldetail"], [{"fund_payamt": "4.52"}])

    def test_names_without_end_are_none(self) -> None:
        self.assertEqual(self.kept({"n" * 64: "1", "n" * 65: "2"})["setlinfo"], {"n" * 64: "1"})

    def test_huge_answers(self) -> None:
        self.kept({"setl_id": "1" * 100000}, [{"fund_payamt": "1"}] * 5000)
        self.kept({str(number): '\x01"\\' * 9 for number in range(2000)}, [{"n" * 5000: 1}])
        self.kept({"setl_proc_info" + str(number): "\n" for number in range(9000)}, [{"x": chr(0xD800) * 3000}] * 50)

    def test_deep_nesting_is_left_out(self) -> None:
        deep: "Any" = []
        for _ in range(5000):
            deep = [deep]
        self.assertEqual(self.kept({"deep": deep, "setl_id": "7"})["setlinfo"]["setl_id"], "7")
