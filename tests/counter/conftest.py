"""A counter with two real processes for each test, and a search for personal data in all that the terminal wrote."""

from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta, timezone
from pathlib import Path
from threading import Event

import pytest

from simulator.launch import Counter
from simulator.player import Player
from simulator.scenario import Statement, parse
from tests.torture.canary_search import files_below, found_in_files, personal, written_in

# How long a terminal waits for the platform, which answers within some hundredths of a second on an idle machine.
PATIENCE_MS = 5000
CHINA = timezone(timedelta(hours=8))
NEARLY_MIDNIGHT = timedelta(minutes=2)

MORNING = """
sign in 韦医生 283746
expect device card_reader ready
expect device scanner ready
expect device printer ready
"""

Play = Callable[[str], None]


@pytest.fixture
def one_day() -> None:
    """For a test of the accounts of one day: where midnight may come before its end, it begins on the next day."""
    now = datetime.now(CHINA)
    left = datetime.combine(now.date() + timedelta(days=1), time(), CHINA) - now
    if left < NEARLY_MIDNIGHT:
        Event().wait(left.total_seconds())


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    """A fresh counter. When the test is over, nothing personal may be found in what the terminal wrote."""
    counter = Counter(tmp_path, patience_ms=PATIENCE_MS)
    with counter:
        yield counter
    assert personal_data_in(counter) == []


@pytest.fixture
def play(counter: Counter) -> Play:
    """Plays scenario text at the counter (docs/scenarios.md), after the morning's sign-in."""

    def play_text(text: str) -> None:
        Player(counter, lambda _: None).play(statements(text))

    play_text(MORNING)
    return play_text


def statements(text: str) -> list[Statement]:
    """The statements of a text in a test."""
    lines = [parse(line, f"line {number}") for number, line in enumerate(text.splitlines(), 1)]
    return [statement for statement in lines if statement is not None]


def personal_data_in(counter: Counter) -> list[str]:
    """Files of the terminal (database, write-ahead log, logs, what it wrote on the stick) in which somebody can be
    found."""
    # Without the public catalogues: the name of a disease may look like an invented person's.
    written = [*written_in(counter.state_dir), counter.terminal_log, *files_below(counter.run_dir / "stick-files")]
    assert any(path.name == "vault.db" or path.suffix == ".seg" for path in written), "nothing was searched"
    return found_in_files(written, personal())
