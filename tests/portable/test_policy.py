"""The local expectation of a bill. Runs on CPython and MicroPython."""

import unittest

from firmware.policy import Estimator, differences, expect, known_of_year
from tests.portable.sample_profiles import policy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Json = dict[str, Any]


def drug(grade: str, amount_fen: int, self_paid: bool = False) -> "Json":
    return {"grade": grade, "amount_fen": amount_fen, "self_paid": self_paid}


def expected(insurance: str, lines: "list[Json]", **known: "Any") -> "Json":
    found = expect(policy(), insurance, lines, **known)
    assert found is not None
    return found


class Expectation(unittest.TestCase):
    def shares(self, insurance: str, *lines: "Json", **known: "Any") -> "tuple[int, int, int]":
        """(total, fund, own)"""
        found = expected(insurance, list(lines), **known)
        return found["total_fen"], found["fund_fen"], found["own_fen"]

    def test_residents(self) -> None:
        self.assertEqual(self.shares("390", drug("01", 2520)), (2520, 2142, 378))

    def test_every_field(self) -> None:
        self.assertEqual(
            expected("310", [drug("02", 20005), drug("01", 1000, True)], balance_fen=5000),
            {
                "total_fen": 21005,
                "full_own_fen": 1000,
                "over_limit_fen": 0,
                "first_share_fen": 2001,  # 2000.5 分, half up
                "in_scope_fen": 18004,
                "deductible_fen": 10000,
                "fund_fen": 5603,  # 70 % of 8004 are 5602.8
                "own_fen": 15402,
                "account_fen": 5000,
                "cash_fen": 10402,
                "verified": False,
                "year_known": False,
            },
        )

    def test_the_first_share_goes_by_grade(self) -> None:
        # 10 % of 1430 first, 85 % of the remaining 1287 from the fund
        self.assertEqual(self.shares("390", drug("02", 1430)), (1430, 1094, 336))
        self.assertEqual(self.shares("390", drug("01", 1260), drug("02", 1430)), (2690, 2165, 525))
        self.assertEqual(expected("390", [drug("03", 1000)])["full_own_fen"], 1000)  # a grade nobody insures

    def test_what_the_patient_pays_himself(self) -> None:
        self.assertEqual(self.shares("390", drug("01", 1260, True), drug("01", 1000)), (2260, 850, 1410))

    def test_the_platforms_own_split_counts(self) -> None:
        split = {"full_own_fen": 100, "over_limit_fen": 200, "first_share_fen": 300, "in_scope_fen": 400}
        found = expected("390", [drug("01", 1000)], split=split)
        self.assertEqual((found["fund_fen"], found["own_fen"], found["over_limit_fen"]), (340, 660, 200))

    def test_the_deductible(self) -> None:
        self.assertEqual(self.shares("310", drug("01", 9999)), (9999, 0, 9999))
        self.assertEqual(self.shares("310", drug("01", 10010)), (10010, 7, 10003))
        year = {"deductible_fen": 9990, "fund_fen": 0}
        self.assertEqual(expected("310", [drug("01", 110)], year=year)["deductible_fen"], 10)
        self.assertEqual(self.shares("310", drug("01", 110), year=year), (110, 70, 40))
        year["deductible_fen"] = 10005  # more than the pack knows of
        self.assertEqual(expected("310", [drug("01", 110)], year=year)["deductible_fen"], 0)

    def test_the_ceiling(self) -> None:
        self.assertEqual(self.shares("390", drug("01", 58823)), (58823, 50000, 8823))
        self.assertEqual(self.shares("390", drug("01", 10**8)), (10**8, 50000, 10**8 - 50000))
        year = {"deductible_fen": 0, "fund_fen": 49900}
        self.assertEqual(self.shares("390", drug("01", 1000), year=year), (1000, 100, 900))
        year["fund_fen"] = 50001
        self.assertEqual(self.shares("390", drug("01", 1000), year=year), (1000, 0, 1000))

    def test_the_account(self) -> None:
        for balance_fen, account_fen in ((0, 0), (-5, 0), (300, 300), (10**6, 1000)):
            found = expected("310", [drug("01", 1000)], balance_fen=balance_fen)
            self.assertEqual((found["account_fen"], found["cash_fen"]), (account_fen, 1000 - account_fen))
        self.assertEqual(expected("390", [drug("01", 1000)], balance_fen=300)["account_fen"], 0)

    def test_an_insurance_that_the_table_does_not_know(self) -> None:
        self.assertEqual(expect(policy(), "510", [drug("01", 1000)]), None)

    def test_no_lines(self) -> None:
        self.assertEqual(self.shares("390"), (0, 0, 0))

    def test_the_identities_hold_for_all_amounts(self) -> None:
        for step in range(400):
            amount = step * 37 + 1
            lines = [drug("02", amount), drug("01", amount // 3), drug("01", step, True)]
            found = expected("310", lines, balance_fen=step * 11)
            parts = ("full_own_fen", "over_limit_fen", "first_share_fen", "in_scope_fen")
            self.assertEqual(found["total_fen"], sum([found[name] for name in parts]))
            self.assertEqual(found["total_fen"], found["fund_fen"] + found["own_fen"])
            self.assertEqual(found["own_fen"], found["account_fen"] + found["cash_fen"])
            self.assertTrue(min(found["fund_fen"], found["cash_fen"], found["account_fen"]) >= 0)


class Differences(unittest.TestCase):
    rate_permille = 850  # of residents

    def causes(self, insurance: str, amount_fen: int, year: "Json | None" = None, **changes: "Any") -> "list[Json]":
        """What is said when the platform answers as expected but for `changes`."""
        pack = policy()
        pack["benefit"][0]["rate_permille"] = self.rate_permille
        wanted = expect(pack, insurance, [drug("01", amount_fen)], year=year)
        assert wanted is not None
        actual: "Json" = dict(wanted)
        actual["funds"] = []
        actual["fund_with_account"] = False
        actual.update(changes)
        actual["own_fen"] = actual["total_fen"] - actual["fund_fen"]
        actual["cash_fen"] = actual["own_fen"] - actual["account_fen"]
        found = differences(pack, insurance, wanted, actual, year)
        self.fields = [each["field"] for each in found["fields"]]
        return list(found["causes"])

    def test_none(self) -> None:
        self.assertEqual(self.causes("390", 2520), [])
        self.assertEqual(self.fields, [])

    def test_a_deductible_that_the_pack_does_not_know(self) -> None:
        found = self.causes("390", 2000, deductible_fen=1000, fund_fen=850)
        self.assertEqual(found, [{"cause": "deductible", "params": {"fen": 1000}}])
        self.assertEqual(self.fields, ["deductible_fen", "fund_fen", "own_fen", "cash_fen"])

    def test_what_is_left_of_the_deductible(self) -> None:
        year = {"deductible_fen": 4000, "fund_fen": 0}
        found = self.causes("310", 8000, year, deductible_fen=5000, fund_fen=2100)
        self.assertEqual(found, [{"cause": "deductible", "params": {"fen": 5000, "left_fen": 1000}}])

    def test_another_rate(self) -> None:
        found = self.causes("390", 2000, fund_fen=1400)
        self.assertEqual(found, [{"cause": "rate", "params": {"percent": "70", "expected": "85"}}])
        self.assertEqual(self.causes("390", 2000, fund_fen=1403), [{"cause": "unknown", "params": {}}])

    def test_a_rate_that_is_no_whole_per_cent_is_said_with_its_decimal(self) -> None:
        self.rate_permille = 575
        found = self.causes("390", 2000, fund_fen=1400)
        self.assertEqual(found, [{"cause": "rate", "params": {"percent": "70", "expected": "57.5"}}])
        self.rate_permille = 573
        found = self.causes("390", 2000, fund_fen=1250)
        self.assertEqual(found, [{"cause": "rate", "params": {"percent": "62.5", "expected": "57.3"}}])
        self.assertEqual(self.causes("390", 2000, fund_fen=1248), [{"cause": "unknown", "params": {}}])

    def test_a_small_sum_of_such_a_rate_beyond_the_limit_is_no_other_rate(self) -> None:
        self.rate_permille = 575
        year = {"deductible_fen": 0, "fund_fen": 49990}  # ten are left of the year
        found = self.causes("390", 100, year, fund_fen=58)  # 57.5, rounded: not 58 %
        self.assertEqual(found, [{"cause": "unknown", "params": {}}])

    def test_the_ceiling(self) -> None:
        self.assertEqual(self.causes("390", 2000, fund_fen=0), [{"cause": "ceiling", "params": {"fen": 0}}])

    def test_more_than_the_packs_limit_is_no_other_rate(self) -> None:
        found = self.causes("390", 100000, fund_fen=85000)  # the rate of the pack; its limit is 50000
        self.assertEqual(found, [{"cause": "unknown", "params": {}}])

    def test_medical_aid(self) -> None:
        aid = [{"type": "610100", "name": "医疗救助基金", "fen": 200}]
        found = self.causes("390", 2000, fund_fen=1900, funds=aid)
        self.assertEqual(found, [{"cause": "aid", "params": {"fen": 200}}])
        renamed = [{"type": "999997", "name": "医疗救助", "fen": 200}]
        self.assertEqual(self.causes("390", 2000, fund_fen=1900, funds=renamed), found)

    def test_the_account(self) -> None:
        found = self.causes("390", 2000, account_fen=100)
        self.assertEqual(found, [{"cause": "account", "params": {"fen": 100}}])

    def test_an_account_that_is_counted_among_the_funds(self) -> None:
        wanted = expected("310", [drug("01", 20000)], balance_fen=1000)
        actual: "Json" = dict(wanted)
        actual.update({"funds": [], "fund_with_account": True, "fund_fen": wanted["fund_fen"] + 1000})
        self.assertEqual(differences(policy(), "310", wanted, actual), {"fields": [], "causes": []})

    def test_several(self) -> None:
        aid = [{"type": "610100", "name": "", "fen": 50}]
        found = self.causes("390", 2000, deductible_fen=1000, fund_fen=650, funds=aid)
        self.assertEqual([each["cause"] for each in found], ["deductible", "aid", "rate"])

    def test_a_split_that_is_another(self) -> None:
        found = self.causes("390", 2000, in_scope_fen=1000, full_own_fen=1000, fund_fen=850)
        self.assertEqual(found, [{"cause": "unknown", "params": {}}])

    def test_a_payable_sum_that_is_none(self) -> None:
        found = self.causes("390", 2000, deductible_fen=2000, fund_fen=5)
        self.assertEqual([each["cause"] for each in found], ["deductible"])


class Year(unittest.TestCase):
    def test_both_kinds(self) -> None:
        pack = policy()
        rows = [
            {"insurance": "390", "year": "2026", "kind": "D1", "hundredths": 100},
            {"insurance": "390", "year": "2026", "kind": "D1", "hundredths": 20},
            {"insurance": "390", "year": "2025", "kind": "D1", "hundredths": 999},
            {"insurance": "310", "year": "2026", "kind": "D1", "hundredths": 999},
            {"insurance": "390", "year": "2026", "kind": "F1", "hundredths": 5000},
        ]
        self.assertEqual(known_of_year(pack, "390", "2026", rows), None)  # nobody says what the kinds mean
        pack["year"] = {"deductible_fen": "D1", "fund_fen": "F1"}
        self.assertEqual(known_of_year(pack, "390", "2026", rows), {"deductible_fen": 120, "fund_fen": 5000})
        self.assertEqual(known_of_year(pack, "390", "2026", rows[:4]), None)


class OfAVisit(unittest.TestCase):
    def test_only_while_it_says_something_new(self) -> None:
        estimator = Estimator(policy())
        lines = [{"grade": "01", "quantity": 2, "price_fen": 1260, "approval": "approved"}]
        record = {"person": {"insurance": "390"}, "lines": lines, "preview": None}
        shown = {"total_fen": 2520, "fund_fen": 2142, "own_fen": 378, "verified": False}
        self.assertEqual(estimator.of(record), shown)
        lines[0]["approval"] = "refused"
        self.assertEqual((estimator.of(record) or {})["own_fen"], 2520)
        changes: "tuple[dict[str, object], ...]" = (
            {"person": None},
            {"lines": []},
            {"preview": {"own_fen": 378}},
            {"person": {"insurance": "510"}},
        )
        for change in changes:
            other: "dict[str, object]" = dict(record)
            other.update(change)
            self.assertEqual(estimator.of(other), None)
