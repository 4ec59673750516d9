"""How long wrong PINs lock an operator out: five of them a minute, each five more for longer, until a right one.

The wall clock does not count: whoever holds the terminal sets it. Within one boot the monotonic clock does. After a
restart the wait begins anew with the boot, so pulling the plug never makes it shorter, and nothing needs to be written
for that.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from hal.ports import Clock

    Json = dict[str, Any]

TRIES = 5
WAITS_S = (60, 300, 900, 3600)  # after each five wrong PINs; the last one from then on


def no_tries() -> "Json":
    """Nobody has tried yet, or the last PIN was right: kept as a part of the operator's record."""
    return {"wrong": 0, "wait_s": 0, "boot": "", "since_ms": 0}


def count(tries: "Json", clock: "Clock") -> None:
    """One more try, which is wrong until it has been compared. The fifth begins a wait."""
    tries["wrong"] += 1
    rounds = tries["wrong"] // TRIES
    tries["wait_s"] = 0 if tries["wrong"] % TRIES else WAITS_S[min(rounds, len(WAITS_S)) - 1]
    tries["boot"] = clock.boot_id
    tries["since_ms"] = clock.monotonic_ms()


def left(tries: "Json") -> int:
    """How many more tries there are before the next wait."""
    return TRIES - int(tries["wrong"]) % TRIES


def rest_s(tries: "Json", clock: "Clock") -> int:
    """The seconds of the wait that are left, rounded up; 0 when a PIN may be tried."""
    now_ms = clock.monotonic_ms()
    same_boot = tries["boot"] == clock.boot_id and tries["since_ms"] <= now_ms
    waited_ms = now_ms - tries["since_ms"] if same_boot else now_ms
    return max(0, -((waited_ms - int(tries["wait_s"]) * 1000) // 1000))
