"""The local checks of a prescription. Runs on CPython and MicroPython."""

import unittest

from firmware.policy import local_findings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Json = dict[str, Any]

DANSHEN = "ZA12CAD0073010100142"
QIANJIN = "ZD02AAF0202010105046"
ASPIRIN = "XB01ACA056A012030101554"
ASPIRIN_OF_BAYER = "XB01ACA056A012020279489"
SYRUP = "ZA06BBX0548010100038"


def line(name: str, code: str, quantity: int = 1, self_paid: bool = False) -> "Json":
    return {"drug": name, "name": name, "code": code, "quantity": quantity, "self_paid": self_paid}


def limit(kind: str, codes: "list[str]", names: "list[str]", **parameters: "Any") -> "Json":
    row: "Json" = {"id": kind, "severity": 2, "sentence": "请看看", "source": "自拟", "verified": False}
    row["codes"] = codes
    row["names"] = names
    row.update(parameters)
    return row


class Limits(unittest.TestCase):
    def check(self, row: "Json", lines: "list[Json]", **case: "Any") -> "list[tuple[str, list[int], Json]]":
        """(kind, lines, params) of what is found."""
        asked: "Json" = {"sex": "female", "age": 46, "lines": lines, "earlier": []}
        asked.update(case)
        return [(each["kind"], each["lines"], each["params"]) for each in local_findings([row], asked)]

    def test_a_drug_of_a_higher_level(self) -> None:
        row = limit("level", ["ZA12CAD0073"], ["喜炎平注射液"], least_level=2)
        lines = [line("阿司匹林", ASPIRIN), line("丹参注射液", DANSHEN), line("喜炎平注射液", "synthetic")]
        self.assertEqual(self.check(row, lines), [("level", [1], {"level": 2}), ("level", [2], {"level": 2})])
        paid = [line("丹参注射液", DANSHEN, 1, True)]
        self.assertEqual(self.check(row, paid), [])  # the rule is about what the fund pays

    def test_only_a_certain_one_of_the_fund_blocks(self) -> None:
        case = {"sex": "male", "age": 46, "lines": [line("安宫牛黄丸", "ZA07AAA0061010100166")], "earlier": []}
        place = limit("place", [], ["安宫牛黄丸"], places=["emergency", "inpatient"])
        for severity, blocks in ((1, True), (2, False), (3, False)):
            place["severity"] = severity
            self.assertEqual([each["blocks"] for each in local_findings([place], case)], [blocks])
        sex = limit("sex", [], ["安宫牛黄丸"], sex="female", severity=1)
        self.assertEqual([each["blocks"] for each in local_findings([sex], case)], [False])
        place["places"] = ["outpatient"]
        self.assertEqual(local_findings([place], case), [])

    def test_sex(self) -> None:
        row = limit("sex", ["ZD02AAF0202"], [], sex="female")
        lines = [line("妇科千金片", QIANJIN)]
        self.assertEqual(self.check(row, lines, sex="male"), [("sex", [0], {})])
        self.assertEqual(self.check(row, lines, sex="female"), [])
        self.assertEqual(self.check(row, lines, sex="unknown"), [])

    def test_age(self) -> None:
        row = limit("age", [], ["小儿"], least_years=2, most_years=17)
        lines = [line("小儿止咳糖浆", SYRUP), line("止咳小儿", SYRUP)]
        for age, found in ((1, 1), (2, 0), (17, 0), (18, 1)):
            self.assertEqual(len(self.check(row, lines, age=age)), found)
        self.assertEqual(self.check(row, lines, age=76), [("age", [0], {"age": 76})])
        self.assertEqual(self.check(row, lines, age=None), [])

    def test_quantity(self) -> None:
        row = limit("quantity", ["XB01"], [], most_boxes=3)
        self.assertEqual(self.check(row, [line("a", ASPIRIN, 3)]), [])
        self.assertEqual(self.check(row, [line("a", ASPIRIN, 4)]), [("quantity", [0], {"most": 3})])

    def test_days_of_supply(self) -> None:
        row = limit("supply", ["XB01ACA056"], [], box_days=30, most_days=84)
        self.assertEqual(self.check(row, [line("a", ASPIRIN, 2)]), [])
        self.assertEqual(self.check(row, [line("a", ASPIRIN, 3)]), [("supply", [0], {"days": 90, "most": 84})])

    def test_the_same_drug_before_it_is_used_up(self) -> None:
        row = limit("supply", ["XB01ACA056"], [], box_days=30, most_days=84)
        lines = [line("a", ASPIRIN)]
        repeat: "list[tuple[str, list[int], Json]]" = [("repeat", [0], {"days": 1})]
        for days_ago, found in ((29, repeat), (30, []), (90, [])):
            earlier = [{"days_ago": days_ago, "lines": [line("b", ASPIRIN_OF_BAYER, 1)]}]  # of another maker
            self.assertEqual(self.check(row, lines, earlier=earlier), found)
        other = [{"days_ago": 1, "lines": [line("c", SYRUP, 9)]}]
        self.assertEqual(self.check(row, lines, earlier=other), [])

    def test_what_several_visits_handed_over_adds_up(self) -> None:
        row = limit("supply", ["XB01ACA056"], [], box_days=30, most_days=84)
        two = [line("b", ASPIRIN_OF_BAYER), line("a", ASPIRIN)]
        cases = (
            ([(35, two[:1]), (40, two[:1])], 20),  # 60 days' worth began 40 days ago
            ([(40, two[:1]), (5, two[:1])], 25),  # the first was used up when the second came
            ([(40, two)], 20),
            ([(70, two), (65, [line("c", SYRUP, 9)])], 0),
        )
        for visits, days in cases:
            earlier = [{"days_ago": days_ago, "lines": lines} for days_ago, lines in visits]
            found = self.check(row, [line("a", ASPIRIN)], earlier=earlier)
            self.assertEqual(found, [("repeat", [0], {"days": days})] if days else [])

    def test_the_same_substance_twice(self) -> None:
        row = limit("duplicate", ["X", "Z"], [], once="day")
        lines = [line("a", ASPIRIN), line("s", SYRUP), line("b", ASPIRIN_OF_BAYER)]
        self.assertEqual(self.check(row, lines), [("duplicate", [0, 2], {})])
        self.assertEqual(self.check(row, lines[:2]), [])

    def test_the_same_substance_again_on_the_same_day(self) -> None:
        row = limit("duplicate", ["X", "Z"], [], once="day")
        again: "list[tuple[str, list[int], Json]]" = [("again_today", [0], {})]
        for days_ago, found in ((0, again), (1, [])):
            earlier = [{"days_ago": days_ago, "lines": [line("b", ASPIRIN_OF_BAYER)]}] * 2
            self.assertEqual(self.check(row, [line("a", ASPIRIN)], earlier=earlier), found)
            once = limit("duplicate", ["X", "Z"], [], once="visit")
            self.assertEqual(self.check(once, [line("a", ASPIRIN)], earlier=earlier), [])

    def test_a_pair(self) -> None:
        row = limit("pair", ["XB01"], [], with_codes=[], with_names=["小儿"])
        lines = [line("小儿止咳糖浆", SYRUP), line("a", ASPIRIN)]
        self.assertEqual(self.check(row, lines), [("pair", [1, 0], {})])
        self.assertEqual(self.check(row, lines[1:]), [])

    def test_a_pair_is_said_once(self) -> None:
        row = limit("pair", ["XB01", "ZA06"], [], with_codes=["XB01", "ZA06"], with_names=[])
        lines = [line("小儿止咳糖浆", SYRUP), line("a", ASPIRIN)]
        self.assertEqual(self.check(row, lines), [("pair", [0, 1], {})])

    def test_the_worst_comes_first(self) -> None:
        rows = [limit("sex", [], ["药"], sex="male"), limit("quantity", [], ["药"], most_boxes=1, severity=1)]
        case = {"sex": "female", "age": 20, "lines": [line("药", "X", 2)], "earlier": []}
        self.assertEqual([each["severity"] for each in local_findings(rows, case)], [1, 2])

    def test_nothing_is_prescribed(self) -> None:
        for row in (limit("duplicate", ["X", "Z"], [], once="day"), limit("level", ["Z"], [], least_level=2)):
            self.assertEqual(self.check(row, []), [])
