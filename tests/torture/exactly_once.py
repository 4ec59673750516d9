"""Exactly once: thousands of days of a whole terminal on a line that loses, delays and repeats, with power cuts, a full
disk, parcels, people, and provinces that differ. `tests/visit/village.py` says what must hold at the end of each."""

import logging
import time

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.visit.village import Village

EXAMPLES = 3000
STEPS = 40


def run() -> list[str]:
    """Play them all; the first violation raises, with the shortest way to it."""
    logging.disable(logging.CRITICAL)
    Village.seen.clear()
    began = time.monotonic()
    run_state_machine_as_test(
        Village,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
    seen = Village.seen
    assert seen["examples"] >= EXAMPLES
    finished = {state: seen.get(state, 0) for state in ("acknowledged", "withdrawn", "released")}
    ends = ", ".join(f"{number} {state}" for state, number in finished.items())
    took_s = time.monotonic() - began
    messages = f"{sum(finished.values())} messages ({ends})"
    others = ", ".join(f"{seen[what]} {what}" for what in ("visits", "settled", "parcels", "lives"))
    refunds = (
        f"{seen['refunds']} of them refunds, {seen['refunds without a number']} without a number that anybody told"
    )
    bills = f"{seen['bills']} bills on both sides ({refunds})"
    return [
        f"exactly once: {seen['examples']} examples of at most {STEPS} steps in {took_s:.0f} s; violations 0",
        f"{messages}; {others}",
        f"{bills}; differences 0",
        f"{seen['messages']} messages left, each held against the field tables of the simulator; flaws 0",
    ]
