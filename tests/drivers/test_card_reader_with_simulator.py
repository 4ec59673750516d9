"""The card reader's driver with the simulator's reader at the far end of a line."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from hal.drivers.samv import SamvReader
from hal.ports import READY, CardRead, CardRemoved
from simulator.devices import CardReader, ReaderDelays
from simulator.faults import FAULTS
from tests.plugin import Desk, OnALine

if TYPE_CHECKING:
    from simulator.catalogue import Person

READER = partial(CardReader, delays=ReaderDelays())
FAULTS_OF_READERS = [name for name, kind in FAULTS.items() if kind.owner == "reader"]
NUMBERS = {"reader.late": 250, "reader.small_buffer": 8}


@pytest.mark.also_on_a_terminal
async def test_a_card_is_read_once_and_missed_when_it_is_gone(on_a_line: OnALine, people: dict[str, Person]) -> None:
    line = await on_a_line(READER)
    async with Desk(SamvReader(line.port, 115200)) as desk:
        await desk.until(READY)
        for name in ("zhang-san", "li-fang"):
            card = people[name].card
            assert card is not None
            line.device.lay(card)
            read = await desk.next(CardRead)
            assert (read.text, read.photo) == (card.text(), card.photo())
            line.device.remove()
            await desk.next(CardRemoved)


@pytest.mark.parametrize("baud", [9600, 57600])
async def test_a_reader_at_another_speed_is_found(on_a_line: OnALine, baud: int) -> None:
    line = await on_a_line(READER)
    line.device.set_speed(baud)
    async with Desk(SamvReader(line.port, 115200)) as desk:
        await desk.until(READY)
        assert line.device.baud == 115200


@pytest.mark.parametrize("name", FAULTS_OF_READERS)
async def test_no_fault_makes_a_wrong_card_and_after_it_cards_are_read(
    on_a_line: OnALine, people: dict[str, Person], name: str
) -> None:
    first, second = people["zhang-san"].card, people["li-fang"].card
    assert first is not None
    assert second is not None
    line = await on_a_line(READER, seed=3)
    async with Desk(SamvReader(line.port, 115200)) as desk:
        await desk.until(READY)
        line.fault(name, *([NUMBERS[name]] if name in NUMBERS else []))
        line.device.lay(first)
        await desk.wait(8)
        line.clear(name)
        line.device.remove()
        await desk.wait(15)
        line.device.lay(second)
        await desk.wait(3)
        texts = [read.text for read in desk.of(CardRead)]
        assert texts[-1] == second.text()
        assert set(texts[:-1]) <= {first.text()}
        assert desk.session.status.state == READY
