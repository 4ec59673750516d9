"""A counter with two real processes for each test, and a search for personal data in all that the terminal wrote."""

import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from simulator.launch import Counter
from simulator.player import Player
from simulator.scenario import Statement, parse

DATA = Path(__file__).parents[2] / "simulator" / "data"
MORNING = """
sign in 韦医生 283746
expect device card_reader ready
expect device scanner ready
expect device printer ready
"""

Play = Callable[[str], None]


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    """A fresh counter. When the test is over, nothing personal may be found in what the terminal wrote."""
    counter = Counter(tmp_path, patience_ms=1500)
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


def secrets_of_people() -> list[bytes]:
    """Names, identity numbers and insurance codes of everybody in the simulator, in every encoding that may be on a
    disk."""
    people = tomllib.loads((DATA / "people.toml").read_text(encoding="utf-8"))["people"]
    texts = [person["card"]["name"] for person in people]
    texts += [person["card"]["number"] for person in people]
    texts += [person["person"]["psn_no"] for person in people if "person" in person]
    texts += [person["qr"] for person in people if "qr" in person]
    texts += [text.encode("unicode_escape").decode() for text in texts]
    return sorted({text.encode(coding) for text in texts for coding in ("utf-8", "gb18030", "utf-16-le")})


def personal_data_in(counter: Counter) -> list[str]:
    """Files of the terminal (database, write-ahead log, logs, anything else) in which somebody can be found."""
    written = [path for path in counter.state_dir.rglob("*") if path.is_file()] + [counter.terminal_log]
    assert any(path.name == "vault.db" for path in written), "nothing was searched"
    return [path.name for path in written for secret in secrets_of_people() if secret in path.read_bytes()]
