"""A herd of terminals that comes back at once does not trample the platform: a small herd, with the same figures."""

import tomllib
from pathlib import Path

import pytest

from tests.torture.herd import LONGEST, MOST_REFUSED, SPREAD_S, come_back

SAMPLE = Path(__file__).parents[2] / "board_configs" / "provinces" / "sample.toml"


@pytest.mark.parametrize("seed", range(5))
def test_it_is_served_in_time_and_hardly_anybody_is_refused(seed: int) -> None:
    went = come_back(2000, 30.0, SPREAD_S, seed)
    assert went.refused_part <= MOST_REFUSED
    assert went.times_ideal <= LONGEST


def test_without_a_window_it_would_trample() -> None:
    went = come_back(2000, 30.0, 0)
    assert went.peak > 1000
    assert went.refused_part > 0.5


def test_the_window_is_that_of_the_profile() -> None:
    assert tomllib.loads(SAMPLE.read_text("utf-8"))["uploads"]["spread_s"] == SPREAD_S
