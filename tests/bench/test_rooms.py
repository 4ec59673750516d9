"""Every room of the benchmark, for real and as small as it goes. No time is a failure."""

from __future__ import annotations

import math
import shutil
from typing import Any

import pytest

from tools.bench.__main__ import ROOMS
from tools.bench.measurement import table

_ONE_BY_ONE = "sealed commits, one after the other"
_ON_A_CARD = (
    f"{_ONE_BY_ONE}, card of 5 ms (modelled)",
    f"{_ONE_BY_ONE}, card of 5 ms (modelled), ratio",
    f"{_ONE_BY_ONE}, card of 5 ms (modelled), three rows, ratio",
    "syncs per visit step",
)
_SERVERS = ("simulated platform", "server that answers after 5 ms", "server that says yes at once")
_DELIVERED = [
    tuple(f"backlog delivered, {server}{what}" for what in ("", ", ratio", ", CPU for a message"))
    for server in _SERVERS
]
# Room -> its smallest form, and the names of what it measures.
SMALLEST: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "trace_codes": ({"rounds": 1}, ("trace codes read", "trace codes read, ratio")),
    "catalogue": (
        {"typed": 1, "most": 1000},
        (
            "search, 1,000 diagnoses, p99",
            "search, 1,000 drugs, p99",
            "search, 1,000 rows, p99",
            "rows made into a catalogue",
            "memory for it",
        ),
    ),
    "messages": ({"rounds": 1}, ("settlement messages built, signed, read",)),
    "national": ({"rounds": 1}, ("SM2 signatures", "SM2 signatures, ratio", "SM2 signatures, portable")),
    "commits": (
        {"rounds": 1},
        (
            "sealed commits, 8 at once",
            "sealed commits, 8 at once, ratio",
            f"{_ONE_BY_ONE}, this disk",
            f"{_ONE_BY_ONE}, this disk, ratio",
            f"{_ONE_BY_ONE}, this disk, three rows, ratio",
            *(_ON_A_CARD if shutil.which("cc") else ()),
        ),
    ),
    "receipts": (
        {"drugs": (1,), "typical": 1},
        (
            "receipt of 1 drug, bytes",
            "receipt of 1 drug, bytes, ratio",
            "receipt of 1 drug, bytes, to the lines alone",
            "CPU of making a receipt",
            "CPU of making a receipt, share",
            "CPU of delivering a receipt",
            "CPU of delivering a receipt, share",
        ),
    ),
    "cards": (
        {"cards": 1, "usual_cards": 1},
        (
            "find command to person",
            "find command to person, ratio",
            "find command to person, own part",
            "find command to person, usual chip",
        ),
    ),
    "first_byte": ({"visits": 1}, ("commit to first byte out", "commit to first byte of receipt")),
    "visits": (
        {"visits": 1},
        ("card laid to name on screen", "CPU of a whole visit", "memory after the visits"),
    ),
    "platform": ({"visits": 20}, ("visits settled a second of CPU", "ledger of a settled visit")),
    "startup": ({"few": 8, "many": 80, "starts": 1}, ("start with 80 records", "start, ratio")),
    "backlog": (
        {"messages": 8, "presses": 2},
        (
            *_DELIVERED[0],
            "look-up while a backlog drains, median",
            "look-up while a backlog drains, 99th of 100",
            *_DELIVERED[1],
            *_DELIVERED[2],
        ),
    ),
}


def test_no_room_is_left_out() -> None:
    assert [room.__name__.rpartition(".")[2] for room in ROOMS] == list(SMALLEST)


@pytest.mark.parametrize("room", ROOMS, ids=list(SMALLEST))
def test_a_room_measures_what_it_names(room: Any) -> None:
    size, names = SMALLEST[room.__name__.rpartition(".")[2]]
    measured = room.measure(**size)
    assert tuple(one.name for one in measured) == names
    for one in measured:
        assert math.isfinite(one.value), one
        assert one.value > 0, one
        assert one.compared_with, one
    assert len(table(measured).splitlines()) == 1 + len(names)
