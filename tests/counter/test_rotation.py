"""New keys while a patient is being served, and the plug is pulled in the middle."""

import time
from typing import Any

from simulator.launch import Counter
from tests.counter.conftest import Play

LIMIT_S = 300
KILLED_AND_BACK = "terminal kill\nterminal start\nsign in 韦医生 283746\n"


def report(counter: Counter) -> dict[str, Any]:
    found: dict[str, Any] = counter.client.look("api/report")
    return found


def versions_in_the_end(counter: Counter) -> list[int]:
    """Those of the data key, when no rotation is under way any more."""
    until = time.monotonic() + LIMIT_S
    while report(counter)["rotating"] and time.monotonic() < until:
        pass  # each look counts every record; no state of the screen tells of it
    versions: list[int] = report(counter)["key_versions"]["data"]
    return versions


def test_the_visit_goes_on_and_old_records_are_read(counter: Counter, play: Play) -> None:
    play("card lay li-fang\nchoose diagnosis R05.x00\npress set-aside\ncard remove")  # a record under the first keys
    play("fault platform.out_of_service 3505\ncard lay zhang-san\nchoose diagnosis J00.x00")
    counter.press("api/vault/rotate", {})
    play(KILLED_AND_BACK + "expect step prescribe\nexpect patient 张三\nchoose drugs aspirin x1\nscan aspirin-1")
    play("expect step confirm")
    assert versions_in_the_end(counter) == [2]
    counter.press("api/vault/rotate", {})
    play("press settle\n" + KILLED_AND_BACK + "expect settlements 1")
    state = counter.wait_terminal(
        lambda state: state["visit"] is not None and state["visit"]["step"] in ("receipt", "done", "settling"), "it"
    )
    if state["visit"]["receipt"]["state"] == "unsure":
        play("press came-out")  # the plug went while the receipt was being printed
    play("expect step done\npress finish\ncard remove\nexpect uploads 1")
    assert versions_in_the_end(counter) == [3]
    assert report(counter)["key_versions"]["journal"] == [1, 2, 3]  # until the entries under the old ones are trimmed
    play("resume first\nexpect patient 李芳\nexpect step prescribe\nfault clear\nexpect uploads 0")
    play("expect platform 3505 x1")
