"""How long the devices of a counter take, by what it was set up for."""

from pathlib import Path

import pytest

from simulator.set_up import build_world
from tests.simulator.counter_top import Cable, FaultList

FIND = bytes.fromhex("AAAAAA96690003200122")
NO_CARD = bytes.fromhex("AAAAAA9669000400008084")


@pytest.mark.parametrize(
    ("line_rate", "delays", "said_at_once"), [(True, True, []), (True, False, [NO_CARD]), (False, True, [NO_CARD])]
)
async def test_without_delays_a_device_answers_in_the_moment_of_the_question(
    tmp_path: Path, line_rate: bool, delays: bool, said_at_once: list[bytes]
) -> None:
    world = build_world(tmp_path, line_rate=line_rate, network=Cable(), platform=FaultList(), delays=delays)
    said: list[bytes] = []
    world.reader.attach(said.append)
    world.reader.receive(FIND)
    assert said == said_at_once
