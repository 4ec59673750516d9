"""The clock of a machine, and what the platform may tell it."""

from pathlib import Path

import pytest

from hal.linux import clock as linux_clock
from hal.linux.clock import SystemClock
from hal.ports import NO, UNKNOWN, YES

NOW = 1_800_000_000


class Machine:
    """The machine's own time, and whether systemd-timesyncd has set it."""

    def __init__(self, folder: Path) -> None:
        self.now_s = float(NOW)
        self._folder = folder
        self._folder.mkdir()

    def synchronise(self) -> None:
        (self._folder / "synchronized").touch()

    def leave(self) -> None:
        self._folder.rmdir()


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    made = Machine(tmp_path / "timesync")
    monkeypatch.setattr(linux_clock, "_SYNCHRONIZED", tmp_path / "timesync" / "synchronized")
    monkeypatch.setattr("hal.linux.clock.time.time", lambda: made.now_s)
    return made


@pytest.mark.parametrize("ahead_s", [3600, -3600, 86_400 * 365])
def test_a_clock_that_nothing_has_set_goes_by_the_platforms(machine: Machine, ahead_s: int) -> None:
    clock = SystemClock()
    assert clock.trusted() == NO
    clock.hint(NOW + ahead_s)
    machine.now_s += 100.5
    assert clock.wall_s() == NOW + ahead_s + 100
    clock.hint(NOW + 7000)  # the last word counts
    assert clock.wall_s() == NOW + 7000


def test_the_time_does_not_run_to_and_fro(machine: Machine) -> None:
    clock = SystemClock()
    clock.hint(NOW + 3600)
    for late_s in (-30, 12, 30):  # answers that were on their way for a while
        clock.hint(NOW + 3600 + late_s)
        assert clock.wall_s() == NOW + 3600


def test_a_trusted_clock_is_never_moved(machine: Machine) -> None:
    clock = SystemClock()
    machine.synchronise()
    assert clock.trusted() == YES
    clock.hint(NOW + 3600)
    assert clock.wall_s() == NOW


def test_what_sets_the_clock_ends_the_platforms_word(machine: Machine) -> None:
    clock = SystemClock()
    clock.hint(NOW + 3600)
    machine.synchronise()
    machine.now_s = NOW + 3599.0
    assert clock.wall_s() == NOW + 3599


def test_without_timesyncd_nobody_knows_and_the_platform_is_heard(machine: Machine) -> None:
    machine.leave()
    clock = SystemClock()
    assert clock.trusted() == UNKNOWN
    clock.hint(NOW - 3600)
    assert clock.wall_s() == NOW - 3600


@pytest.mark.parametrize("told_s", [0, 1_767_225_599, 4_102_444_800, -5])
def test_a_time_that_cannot_be_is_not_heard(machine: Machine, told_s: int) -> None:
    clock = SystemClock()
    clock.hint(told_s)
    assert clock.wall_s() == NOW
