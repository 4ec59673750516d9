"""A counter that has signed in."""

import pytest

from tests.simulator.platform.counter import Counter


@pytest.fixture
def counter() -> Counter:
    """A fresh platform and a counter that has signed in."""
    fresh = Counter()
    fresh.sign_in()
    return fresh
