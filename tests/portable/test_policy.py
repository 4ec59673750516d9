"""The local estimate. Runs on CPython and MicroPython."""

import unittest

from firmware.policy import Estimator, estimate
from tests.portable.sample_profiles import policy


class Estimate(unittest.TestCase):
    def test_residents(self) -> None:
        self.assertEqual(
            estimate(policy(), "390", [("01", 2520)]),
            {"total_fen": 2520, "fund_fen": 2142, "own_fen": 378, "verified": False},
        )

    def test_the_first_share_goes_by_grade(self) -> None:
        # 10 % of 1430 first, 85 % of the remaining 1287 from the fund
        self.assertEqual(estimate(policy(), "390", [("02", 1430)]), self.split(1430, 1094))
        self.assertEqual(estimate(policy(), "390", [("01", 1260), ("02", 1430)]), self.split(2690, 2165))
        self.assertEqual(estimate(policy(), "390", [("03", 1000)]), self.split(1000, 0))  # a grade nobody insures

    def test_the_deductible(self) -> None:
        self.assertEqual(estimate(policy(), "310", [("01", 9999)]), self.split(9999, 0))
        self.assertEqual(estimate(policy(), "310", [("01", 10010)]), self.split(10010, 7))

    def test_the_ceiling(self) -> None:
        self.assertEqual(estimate(policy(), "390", [("01", 58823)]), self.split(58823, 50000))
        self.assertEqual(estimate(policy(), "390", [("01", 10**8)]), self.split(10**8, 50000))

    def test_an_insurance_that_the_table_does_not_know(self) -> None:
        self.assertEqual(estimate(policy(), "510", [("01", 1000)]), None)

    def test_no_lines(self) -> None:
        self.assertEqual(estimate(policy(), "390", []), self.split(0, 0))

    def split(self, total: int, fund: int) -> "dict[str, object]":
        return {"total_fen": total, "fund_fen": fund, "own_fen": total - fund, "verified": False}


class OfAVisit(unittest.TestCase):
    def test_only_while_it_says_something_new(self) -> None:
        estimator = Estimator(policy())
        lines = [{"grade": "01", "quantity": 2, "price_fen": 1260}]
        record = {"person": {"insurance": "390"}, "lines": lines, "preview": None}
        found = estimator.of(record)
        self.assertEqual((found or {})["own_fen"], 378)
        changes: "tuple[dict[str, object], ...]" = ({"person": None}, {"lines": []}, {"preview": {"own_fen": 378}})
        for change in changes:
            other: "dict[str, object]" = dict(record)
            other.update(change)
            self.assertEqual(estimator.of(other), None)
