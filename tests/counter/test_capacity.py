"""A terminal that may keep only a few messages: how full it is, and what happens when it is full."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from simulator.launch import Counter
from simulator.player import Player
from tests.counter.conftest import MORNING, PATIENCE_MS, statements

UNSENT = 20
PREFIXES = {
    "aspirin": "8100017",
    "amoxicillin": "8100024",
    "metformin": "8100031",
    "child-cold-granules": "8100048",
    "child-cough-syrup": "8100055",
    "motherwort-granules": "8100062",
    "fuke-qianjin": "8100079",
    "nifedipine": "8100086",
    "ibuprofen": "8100093",
}
SETTLED = "press settle\nexpect step done\npress finish\ncard remove\n"


class Day:
    """Visits with as many messages as a test wants: one for each drug."""

    def __init__(self, counter: Counter) -> None:
        self.counter = counter
        self._boxes = count(1)

    def play(self, text: str) -> None:
        Player(self.counter, lambda _: None).play(statements(text))

    def up_to_price(self, person: str, drugs: int) -> str:
        """A scenario; every box is another one."""
        chosen = list(PREFIXES)[:drugs]
        scans = [f"scan text {PREFIXES[drug]}{next(self._boxes):013}" for drug in chosen]
        lines = ", ".join(f"{drug} x1" for drug in chosen)
        known = ["press known"] if "child-cold-granules" in chosen else []  # both mind
        visit = [f"card lay {person}", "choose diagnosis J00.x00", f"choose drugs {lines}", *known, *scans]
        return "\n".join([*visit, "expect step confirm", *known, ""])

    def level(self, waiting: int) -> int:
        """How full the terminal says it is, once so many messages wait."""
        seen = self.counter.wait_terminal(lambda state: state["outbox"]["waiting"] == waiting, f"{waiting} messages")
        level: int = seen["outbox"]["level"]
        return level


@pytest.fixture
def day(tmp_path: Path) -> Iterator[Day]:
    """A terminal for 20 messages, of which none gets through."""
    with Counter(tmp_path, patience_ms=PATIENCE_MS, vault={"unsent": UNSENT}) as counter:
        day = Day(counter)
        day.play(MORNING + "fault platform.out_of_service 3505")
        yield day


def test_it_warns_it_refuses_new_visits_and_it_finishes_the_open_one(day: Day) -> None:
    disk = day.level(0)  # the machine's own disk may be half full, too
    day.play(day.up_to_price("li-si", 1) + "press set-aside\ncard remove")
    for person, drugs, waiting, level in (
        ("zhang-san", 9, 9, 0),
        ("li-fang", 1, 10, 50),
        ("zhang-san", 6, 16, 80),
        ("li-fang", 3, 19, 95),
        ("zhang-san", 1, 20, 100),
    ):
        day.play(day.up_to_price(person, drugs) + SETTLED)
        assert day.level(waiting) == max(level, disk)
    day.play("card lay li-fang\nexpect notice outbox.full\nexpect no visit\ncard remove\npress dismiss")
    day.play("terminal kill\nterminal start\nsign in 韦医生 283746")
    assert day.level(20) == 100
    day.play("expect kept 1\nresume first\nexpect step confirm\npress settle\nexpect step done\nexpect uploads 21")
    assert day.level(21) == 100
    day.play("press finish\nstick in\npress export\nstick out\noffice takes in\nstick in\npress import")
    assert day.level(0) == disk
    day.play("card lay li-fang\nexpect patient 李芳\nexpect platform 3505 x21\nexpect settlements 6")
