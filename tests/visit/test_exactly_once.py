"""Exactly once, in short: `tests/torture/exactly_once.py` plays the same for longer."""

from hypothesis import settings

from tests.visit.village import Village

Village.TestCase.settings = settings(max_examples=150, stateful_step_count=25, deadline=None, derandomize=True)
TestVillage = Village.TestCase
