"""Whatever the platform answers, in short: `tests/torture/fuzz.py` plays the same for longer."""

import pytest

from firmware.insurance.answers import Row
from tests.visit.fuzzed_days import Figures, FuzzedDay, played

DAYS = 80
EVERY_VISIT = {"9001", "1101", "2201", "2203", "2204", "2205", "2206", "2207", "2208", "2601", "3101", "3102", "6101"}


def test_the_terminal_outlives_whatever_is_answered(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("CRITICAL")
    figures: Figures = played(DAYS)
    assert figures.days == DAYS
    assert set(figures.spoilt) >= EVERY_VISIT
    assert {"insurance.bad_answer", "insurance.wrong_sums", "insurance.no_answer"} <= figures.codes


def test_the_same_seed_is_the_same_day() -> None:
    days = [FuzzedDay(7), FuzzedDay(7)]
    for day in days:
        day.run()
    assert days[0].spoiler.spoilt == days[1].spoiler.spoilt
    assert days[0].platform.messages == days[1].platform.messages
    assert sum(days[0].spoiler.spoilt.values()) > 0


def test_a_reader_without_care_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fuzzer sees what it is for: numbers of visits and bills that are taken as they come."""
    monkeypatch.setattr(Row, "needed", lambda row, name, _most: str(row.members.get(name)))
    with pytest.raises(AssertionError, match="seed"):
        played(DAYS)
