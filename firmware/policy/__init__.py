"""What would be paid, and what may be prescribed: local answers from a dated policy pack. The platform's answer always
overrides them."""

from firmware.policy.estimate import SELF_PAID, Estimator, bill_lines
from firmware.policy.expectation import differences, expect, known_of_year
from firmware.policy.limits import local_findings

__all__ = ["SELF_PAID", "Estimator", "bill_lines", "differences", "expect", "known_of_year", "local_findings"]
