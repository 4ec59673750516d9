"""Gives every test the simulated devices as fixtures (docs/writing-a-driver.md), and takes the clock from Hypothesis: a
test fails for what happens, never for how long it took on a busy machine."""

from hypothesis import settings

pytest_plugins = ["tests.plugin"]

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
