"""The session with a social security card's reader, on virtual time and the simulator's cards."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.identity import read_social_card
from hal.drivers.social_card import READ_MS, SocialCardReader
from hal.drivers.social_card_codec import SELECT_APPLICATION
from hal.ports import CardFailed, CardRemoved, SocialCardRead
from simulator.devices.social_card import SocialCard
from simulator.devices.social_card_chip import Habits, SocialCardChip
from tests.drivers import virtual_time
from tests.drivers.card_slot import CardSlot
from tests.drivers.desk import Desk

CARD = SocialCard(
    card_id="11010599000000000000000000000001",
    card_number="A00000001",
    name="张三",
    number="11010519491231002X",
    sex="1",
    nation=1,
    birth="19491231",
)
OTHER = replace(CARD, name="李芳", number="110101199003078662", card_number="A00000002", sex="2", birth="19900307")
HABITS = {
    "plain": Habits(),
    "61xx": Habits(answers_later=True),
    "6Cxx": Habits(insists_on_length=True),
    "61xx and 6Cxx": Habits(answers_later=True, insists_on_length=True),
    "6700": Habits(refuses_length=True),
    "P1 = 00": Habits(selects_with_zero=True),
}


def told(events: list[Any]) -> list[str]:
    """The events as short words: the name on a card, the code of a failure, "gone", a state."""
    words = []
    for event in events:
        if isinstance(event, SocialCardRead):
            words.append(read_social_card(event.fields).name)
        elif isinstance(event, CardRemoved):
            words.append("gone")
        elif isinstance(event, CardFailed):
            words.append(event.code)
        else:
            words.append(f"{event.state} {event.code}".strip())
    return words


@contextlib.asynccontextmanager
async def counter() -> Any:
    """A reader at work: the slot, and the desk that collects its events."""
    slot = CardSlot()
    async with Desk(SocialCardReader(slot)) as desk:
        await desk.wait(1)
        yield slot, desk


@pytest.mark.parametrize("generation", [1, 2, 3])
@pytest.mark.parametrize("habit", HABITS)
def test_every_generation_and_habit_gives_the_same_person_once(generation: int, habit: str) -> None:
    async def play() -> None:
        async with counter() as (slot, desk):
            slot.insert(SocialCardChip(replace(CARD, generation=generation), HABITS[habit]))
            await desk.wait(60)
            assert not slot.powered
            slot.pull()
            await desk.wait(2)
            assert told(desk.events) == ["ready", "张三", "gone"]
            card = read_social_card(desk.of(SocialCardRead)[0].fields)
            assert (card.identity_number, card.card_number, card.card_id) == (CARD.number, "A00000001", CARD.card_id)
            assert (card.sex, card.birth, card.version) == ("male", "1949-12-31", f"{generation}.00")
            assert (card.valid_until, card.region) == ("2030-01-01", "110105")

    virtual_time.run(play())


def test_a_name_that_goes_on_in_the_extension() -> None:
    long_name = "阿卜杜热西提·麦麦提吐尔逊·阿卜力孜"

    async def play() -> None:
        async with counter() as (slot, desk):
            slot.insert(SocialCardChip(replace(CARD, name=long_name)))
            await desk.wait(5)
            assert told(desk.events) == ["ready", long_name]

    virtual_time.run(play())


def test_a_card_pulled_at_any_moment_of_its_reading_delivers_nothing_wrong() -> None:
    async def play(after_s: float) -> list[str]:
        async with counter() as (slot, desk):
            slot.insert(SocialCardChip(CARD))
            await desk.wait(0.41 + after_s)
            slot.pull()
            await desk.wait(5)
            slot.insert(SocialCardChip(OTHER))
            await desk.wait(5)
            return told(desk.events)[1:]

    outcomes = {tuple(virtual_time.run(play(step * 0.02))) for step in range(45)}
    assert outcomes == {("card.unreadable", "gone", "李芳"), ("张三", "gone", "李芳")}


def test_a_card_changed_for_another_before_the_reader_notices() -> None:
    async def play() -> None:
        async with counter() as (slot, desk):
            slot.insert(SocialCardChip(CARD))
            await desk.wait(5)
            slot.pull()
            slot.insert(SocialCardChip(OTHER))
            await desk.wait(5)
            assert told(desk.events) == ["ready", "张三", "gone", "李芳"]

    virtual_time.run(play())


@pytest.mark.parametrize(
    ("habits", "code"),
    [
        (Habits(bank=True), "card.wrong_type"),
        (Habits(dies_after=0), "card.mute"),
        (Habits(dies_after=1), "card.unreadable"),
        (Habits(dies_after=9), "card.unreadable"),
        (Habits(wrong_tag=True), "card.unreadable"),
        (Habits(wants_pin=True), "card.unreadable"),
    ],
)
def test_a_card_that_cannot_be_read_is_told_once(habits: Habits, code: str) -> None:
    async def play() -> None:
        async with counter() as (slot, desk):
            slot.insert(SocialCardChip(CARD, habits))
            await desk.wait(30)
            assert told(desk.events) == ["ready", code]
            slot.pull()
            await desk.wait(2)
            assert told(desk.events) == ["ready", code, "gone"]
            assert not [command for command in slot.sent if command[1] == 0x20]  # no PIN is ever tried

    virtual_time.run(play())


def test_a_bank_card_is_asked_once_and_a_shaky_contact_again() -> None:
    async def play() -> None:
        async with counter() as (slot, desk):
            slot.insert(SocialCardChip(CARD, Habits(bank=True)))
            await desk.wait(60)
            assert slot.sent == [SELECT_APPLICATION]
            shaky = SocialCardChip(CARD, Habits(dies_after=9))
            slot.insert(shaky)
            await desk.wait(10)
            shaky.habits = Habits()
            await desk.wait(10)
            assert told(desk.events)[2:] == ["gone", "card.unreadable", "张三"]

    virtual_time.run(play())


def test_a_reader_that_is_unplugged_finds_the_same_card_and_no_second_patient() -> None:
    async def play() -> None:
        async with counter() as (slot, desk):
            slot.insert(SocialCardChip(CARD))
            await desk.wait(5)
            for leave in (False, True):
                slot.unplug()
                await desk.wait(20)
                if leave:
                    slot.pull()
                slot.plugged = True
                await desk.wait(20)
            silent = "silent social_reader.silent"
            assert told(desk.events) == ["ready", "张三", silent, "ready", silent, "ready", "gone"]
            assert desk.session.facts() == [("reader", "slot")]

    virtual_time.run(play())


class Hostile:
    """A chip that says what a test has thought of, and the truth in between."""

    def __init__(self, lies: list[bytes | None], delay_s: float = 0.0) -> None:
        self._truth = SocialCardChip(CARD)
        self._lies = lies
        self.answers: list[bytes] = []
        self.delay_s = delay_s

    def power(self) -> bytes | None:
        """Answer to reset."""
        return self._truth.power()

    def answer(self, command: bytes) -> bytes | None:
        """The next lie; None stands for the truth."""
        lie = self._lies.pop(0) if self._lies else None
        truth = self._truth.answer(command)
        answer = truth if lie is None else lie
        if answer is not None:
            self.answers.append(answer)
        return answer


STATUS = st.sampled_from([b"\x90\x00", b"\x61\x10", b"\x61\x00", b"\x6c\x05", b"\x6a\x83", b"\x67\x00", b"\x62\x82"])
RECORD = st.builds(
    lambda tag, value, status: bytes([tag, len(value)]) + value + status,
    st.integers(0, 0x50),
    st.binary(max_size=255),
    STATUS,
)
LIE = st.one_of(st.none(), STATUS, RECORD, st.binary(max_size=300))


@settings(max_examples=150, deadline=None)
@given(st.lists(LIE, max_size=60))
def test_whatever_a_card_says_nothing_is_delivered_that_it_did_not_say(lies: list[bytes | None]) -> None:
    async def play() -> None:
        async with counter() as (slot, desk):
            chip = Hostile(lies)
            slot.insert(chip)
            await desk.wait(60)
            said = b"".join(answer[:-2] for answer in chip.answers)
            for event in desk.of(SocialCardRead):
                values = {tag: value for tag, value in event.fields.items() if tag != 0x09}
                assert all(bytes([tag, len(value)]) + value in said for tag, value in values.items())
            slot.pull()
            await desk.wait(2)
            slot.insert(SocialCardChip(OTHER))
            await desk.wait(5)
            assert told(desk.events[-2:])[-1] == "李芳"
            assert set(desk.states()) == {"ready"}

    virtual_time.run(play())


def test_a_card_that_answers_ever_so_slowly_is_given_up() -> None:
    async def play() -> None:
        async with counter() as (slot, desk):
            transmit = slot.transmit

            async def slow(command: bytes) -> bytes:
                await asyncio.sleep(4.5)
                return await transmit(command)  # type: ignore[no-any-return]

            slot.transmit = slow
            slot.insert(SocialCardChip(CARD))
            await desk.wait(2 * (READ_MS / 1000 + 4.5) + 3)
            assert told(desk.events) == ["ready", "card.unreadable"]

    virtual_time.run(play())
