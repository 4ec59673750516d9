"""Gives every test the simulated devices as fixtures (docs/writing-a-driver.md), and takes the clock from Hypothesis: a
test fails for what happens, never for how long it took on a busy machine."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

pytest_plugins = ["tests.plugin"]

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture(autouse=True)
def umask_as_before() -> Iterator[None]:
    """A board that is opened in a test closes what it makes to others, and with it what the next test makes."""
    before = os.umask(0o022)
    yield
    os.umask(before)
