"""Gives every test the simulated devices as fixtures (docs/writing-a-driver.md), and takes the clock and the dice from
Hypothesis: a test fails for what happens, never for how long it took on a busy machine, and it plays the same examples
in every run. `make torture` and `make fuzz` look for other ones."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants

pytest_plugins = ["tests.plugin"]

settings.register_profile(
    "seeded",
    deadline=None,
    derandomize=True,
    database=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("seeded")
# It would draw from the constants of all our modules that are loaded, and so from what this worker ran before.
providers._get_local_constants = Constants  # noqa: SLF001 -- there is no setting for it


@pytest.fixture(autouse=True)
def umask_as_before() -> Iterator[None]:
    """A board that is opened in a test closes what it makes to others, and with it what the next test makes."""
    before = os.umask(0o022)
    yield
    os.umask(before)
