"""Gives every test the simulated devices as fixtures; docs/writing-a-driver.md says how to use them."""

pytest_plugins = ["tests.plugin"]
