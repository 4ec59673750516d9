"""The catalogue of faults is used and written down."""

import pytest

from simulator.fault_page import main, users
from simulator.faults import FAULTS


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_is_used_by_a_test_or_a_scenario(name: str) -> None:
    assert users()[name], f"no test and no scenario names {name}"


def test_there_are_enough_of_them_and_each_says_what_it_stands_for() -> None:
    assert len(FAULTS) >= 40
    assert all(kind.about and kind.field for kind in FAULTS.values())


def test_the_page_is_fresh(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check"]) == 0, capsys.readouterr().err
