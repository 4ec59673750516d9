"""Every status byte of the SAM-V documents: what the doctor is told, and what the session does."""

from __future__ import annotations

import pytest

from hal.drivers import samv_status
from hal.ports import CardFailed, CardRead
from tests.drivers import virtual_time
from tests.drivers.desk import Desk
from tests.drivers.samv_reader import FIND, READ, SELECT, frame, make

CARD_CODES = {
    0x21: "card.unreadable",
    0x23: "card.unreadable",
    0x24: "card.unreadable",
    0x31: "card.not_genuine",
    0x32: "card.not_genuine",
    0x33: "card.not_genuine",
    0x40: "card.wrong_type",
    0x41: "card.unreadable",
    0x47: "card.unreadable",
    0x80: "card.unreadable",
    0x81: "card.unreadable",
    0x91: "card.unreadable",
    0x07: "card.unreadable",  # in no document
}
DOCUMENTED = {*CARD_CODES, 0x90, 0x9F, 0x10, 0x11, 0x60, 0x66} - {0x07}


@pytest.mark.parametrize("command", [SELECT, READ])
@pytest.mark.parametrize("sw3", CARD_CODES)
def test_a_refused_card(command: tuple[int, int], sw3: int) -> None:
    async def scene() -> None:
        _, reader, session = make()
        reader.finds_again = True
        reader.spoil[command] = [frame(sw3, sw1=0x69, sw2=0x88)] * 2
        async with Desk(session) as desk:
            reader.lay(b"patient")
            await desk.wait(4)
            assert [failure.code for failure in desk.of(CardFailed)] == [CARD_CODES[sw3]]
            assert dict(session.facts())["last failure"].endswith(f"(69 88 {sw3:02X})")
            assert [read.text[:7] for read in desk.of(CardRead)] == [b"patient"]
            assert desk.states() == ["ready"]

    virtual_time.run(scene())


@pytest.mark.parametrize("command", [SELECT, READ])
@pytest.mark.parametrize("sw3", [0x10, 0x11])
def test_a_command_that_came_in_garbled_is_sent_once_more(command: tuple[int, int], sw3: int) -> None:
    async def scene() -> None:
        _, reader, session = make()
        reader.spoil[command] = [frame(sw3)]
        async with Desk(session) as desk:
            reader.lay(b"patient")
            await desk.wait(1)
            assert not desk.of(CardFailed)
            assert len(reader.heard_at[command]) == 2
            assert len(reader.heard_at[FIND]) <= 2
            assert len(desk.of(CardRead)) == 1

    virtual_time.run(scene())


@pytest.mark.parametrize(
    ("sw3", "told"),
    [
        (0x31, ["card.not_genuine"]),
        (0x40, ["card.wrong_type"]),
        (0x41, ["card.unreadable", "card.take_away"]),
        (0x10, []),
        (0x11, []),
        (0x80, []),
        (0x07, []),
        (0x91, []),
    ],
)
def test_what_find_says(sw3: int, told: list[str]) -> None:
    async def scene() -> None:
        _, reader, session = make()
        reader.spoil[FIND] = [frame(sw3)] * 3
        async with Desk(session) as desk:
            reader.lay(b"patient")
            await desk.wait(8)
            assert [failure.code for failure in desk.of(CardFailed)] == told
            assert len(desk.of(CardRead)) == 1
            assert desk.states() == ["ready"]

    virtual_time.run(scene())


def test_every_documented_status_has_words_of_its_own() -> None:
    words = {samv_status.meaning(sw3) for sw3 in DOCUMENTED}
    assert len(words) == len(DOCUMENTED) == 18
    assert not any("status" in each for each in words)
    assert samv_status.meaning(0x07) == "undocumented status 07"
    assert {sw3 for sw3 in range(256) if samv_status.is_fault(sw3)} == {0x60, 0x66}
    assert {sw3 for sw3 in range(256) if samv_status.is_garbled(sw3)} == {0x10, 0x11}
