"""Fuzzed answers: thousands of days of a whole terminal whose platform answers what no document allows.
`tests/visit/fuzzed_days.py` says what must hold on each."""

import logging
import time

from tests.visit.fuzzed_days import played

DAYS = 3000


def run() -> list[str]:
    """Play them all; the first violation raises and names its seed."""
    logging.disable(logging.CRITICAL)
    began = time.monotonic()
    figures = played(DAYS)
    spoilt = sum(figures.spoilt.values())
    assert spoilt >= DAYS
    took_s = time.monotonic() - began
    answers = f"{spoilt} answers of {len(figures.spoilt)} transactions"
    return [
        f"fuzzed answers: {answers} in {figures.days} days, {figures.visits} visits, {took_s:.0f} s; violations 0",
        f"told to the doctor: {len(figures.codes)} different codes ({', '.join(sorted(figures.codes))})",
        f"{figures.garbled} bills came with amounts that cannot be right, and were said to be wrong",
    ]
