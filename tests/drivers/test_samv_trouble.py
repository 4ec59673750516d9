"""Cards that cannot be read, modules that fail, and noise: what is told, and what the session does."""

from __future__ import annotations

import pytest

from hal.ports import CardFailed, CardRead, CardRemoved
from tests.drivers import virtual_time
from tests.drivers.desk import Desk
from tests.drivers.samv_reader import ADDRESS, FIND, GAVE_UP, READ, SELECT, card_frame, frame, make

RUINED = [
    (READ, frame(0x90)[:-1] + b"\x00"),
    (READ, card_frame(b"x")[:700]),
    (READ, frame(0x90, b"\x04\x00\x01\x00" + bytes(1280))),
    (READ, frame(0x90, b"\x01\x00\x04\x00" + bytes(1279))),
    (READ, frame(0x90, bytes(8))),  # late, from select
    (READ, GAVE_UP),
    (READ, None),
    (SELECT, None),
    (SELECT, frame(0x9F, bytes(4))),  # twice, from find
]


@pytest.mark.parametrize(("command", "answer"), RUINED)
def test_what_cannot_be_read_is_told_once_and_tried_again(command: tuple[int, int], answer: bytes | None) -> None:
    async def scene() -> None:
        _, reader, session = make()
        reader.spoil[command] = [answer, answer]
        async with Desk(session) as desk:
            reader.lay(b"hard to read")
            reader.finds_again = True
            await desk.wait(15)
            assert [failure.code for failure in desk.of(CardFailed)] == ["card.unreadable"]
            assert [read.text[:12] for read in desk.of(CardRead)] == [b"hard to read"]
            assert desk.states() == ["ready"]

    virtual_time.run(scene())


def test_a_card_that_fails_three_times_must_be_lifted() -> None:
    async def scene() -> None:
        _, reader, session = make()
        reader.spoil[READ] = [frame(0x41)] * 5
        reader.finds_again = True
        async with Desk(session) as desk:
            reader.lay(b"patient")
            await desk.wait(2)
            assert [failure.code for failure in desk.of(CardFailed)] == ["card.unreadable", "card.take_away"]
            assert reader.resets == 1  # which takes the field from it
            await desk.wait(10)
            assert [failure.code for failure in desk.of(CardFailed)] == ["card.unreadable", "card.take_away"]
            assert [read.text[:7] for read in desk.of(CardRead)] == [b"patient"]

    virtual_time.run(scene())


def test_a_card_that_failed_and_is_not_found_again_must_be_lifted() -> None:
    async def scene() -> None:
        _, reader, session = make()
        reader.spoil[READ] = [frame(0x41, sw1=0x69, sw2=0x82)]
        async with Desk(session) as desk:
            reader.lay(b"patient")
            await desk.wait(5)
            assert reader.consumed
            assert [failure.code for failure in desk.of(CardFailed)] == ["card.unreadable", "card.take_away"]
            assert dict(session.facts())["last failure"] == "reading failed (69 82 41)"
            reader.lift()
            await desk.wait(1)
            reader.lay(b"patient")
            await desk.wait(1)
            assert [type(event).__name__ for event in desk.events[3:]] == ["CardRead"]

    virtual_time.run(scene())


def test_a_chip_that_hangs_is_freed_by_a_reset() -> None:
    async def scene() -> None:
        _, reader, session = make()
        reader.finds_again = True
        reader.spoil[READ] = [None] * 3
        reader.on_reset = lambda: reader.spoil.pop(READ)
        async with Desk(session) as desk:
            reader.lay(b"hanging")
            await desk.wait(15)
            assert reader.resets == 1
            assert [read.text[:7] for read in desk.of(CardRead)] == [b"hanging"]
            assert desk.states() == ["ready"]

    virtual_time.run(scene())


def test_a_module_that_hangs_with_the_chip_is_told_silent_and_comes_back() -> None:
    async def scene() -> None:
        _, reader, session = make()
        async with Desk(session) as desk:
            await desk.wait(1)
            reader.lay(b"hanging")
            reader.hung = True
            await desk.wait(10)
            assert desk.states()[:2] == ["ready", "silent reader.silent"]
            reader.hung = False
            await desk.wait(8)
            assert session.status.state == "ready"
            assert [read.text[:7] for read in desk.of(CardRead)] == [b"hanging"]

    virtual_time.run(scene())


@pytest.mark.parametrize("command", [FIND, SELECT, READ])
def test_a_card_of_the_wrong_type(command: tuple[int, int]) -> None:
    async def scene() -> None:
        _, reader, session = make()
        reader.spoil[command] = [frame(0x40)] * 20
        async with Desk(session) as desk:
            reader.lay(b"x")
            await desk.wait(2)
            assert [failure.code for failure in desk.of(CardFailed)] == ["card.wrong_type"]
            assert not desk.of(CardRead)

    virtual_time.run(scene())


@pytest.mark.parametrize("sw3", [0x60, 0x66])
def test_a_module_out_of_order_is_reset_and_then_told(sw3: int) -> None:
    async def scene() -> None:
        _, reader, session = make()
        reader.faulty = sw3
        async with Desk(session) as desk:
            await desk.wait(30)
            assert desk.states() == ["fault reader.fault"]
            assert reader.resets > 3
            assert dict(session.facts())["module status"].endswith(f"(00 00 {sw3:02X})")
            reader.on_reset = lambda: setattr(reader, "faulty", 0)
            await desk.wait(8)
            assert desk.states() == ["fault reader.fault", "ready"]
            reader.faulty = sw3
            await desk.wait(2)
            assert desk.states() == ["fault reader.fault", "ready"]  # the reset helped
            assert dict(session.facts())["module status"] == "ok (00 00 90)"

    virtual_time.run(scene())


def test_a_module_that_fails_at_every_card_is_told_after_two_resets() -> None:
    async def scene() -> None:
        _, reader, session = make()
        reader.finds_again = True
        reader.spoil[READ] = [frame(0x60)] * 3
        async with Desk(session) as desk:
            reader.lay(b"patient")
            await desk.wait(10)
            assert [failure.code for failure in desk.of(CardFailed)] == ["card.unreadable"]
            assert desk.states() == ["ready", "fault reader.fault", "ready"]
            assert len(desk.of(CardRead)) == 1

    virtual_time.run(scene())


def test_a_module_that_fails_now_and_then_is_reset_each_time() -> None:
    async def scene() -> None:
        _, reader, session = make()
        async with Desk(session) as desk:
            for _ in range(5):
                reader.spoil[FIND] = [frame(0x60)]
                await desk.wait(3)
            assert reader.resets == 5
            assert desk.states() == ["ready"]

    virtual_time.run(scene())


def test_find_not_known_is_a_fault() -> None:
    async def scene() -> None:
        _, reader, session = make()
        reader.spoil[FIND] = [frame(0x21)] * 1000
        async with Desk(session) as desk:
            await desk.wait(3)
            assert desk.states()[:2] == ["ready", "fault reader.fault"]

    virtual_time.run(scene())


def test_a_card_swapped_for_one_that_is_hard_to_read() -> None:
    async def scene() -> None:
        _, reader, session = make()
        reader.finds_again = True
        reader.spoil[READ] = [frame(0x41)] * 2
        async with Desk(session) as desk:
            reader.lay(b"first")
            await desk.wait(3)
            reader.spoil[READ] = [frame(0x41)] * 2
            reader.lay(b"second")
            await desk.wait(3)
            told = ["CardFailed", "CardRead", "CardRemoved", "CardFailed", "CardRead"]
            assert [type(event).__name__ for event in desk.events[1:]] == told
            assert {failure.code for failure in desk.of(CardFailed)} == {"card.unreadable"}

    virtual_time.run(scene())


def test_one_garbled_answer_does_not_make_a_lying_card_disappear() -> None:
    async def scene() -> None:
        _, reader, session = make()
        async with Desk(session) as desk:
            reader.lay(b"patient")
            await desk.wait(2)
            reader.spoil[ADDRESS] = [frame(0x91)[:-1] + b"\x00"]
            await desk.wait(3)
            assert not desk.of(CardRemoved)

    virtual_time.run(scene())


def test_an_answer_that_came_after_its_time_is_not_taken_for_the_next_one() -> None:
    async def scene() -> None:
        wire, reader, session = make()
        async with Desk(session) as desk:
            reader.lay(b"patient")
            while not desk.of(CardRead):
                await desk.wait(0.01)
            finds = len(reader.heard_at[FIND])
            wire.say(frame(0x41), after_s=0.1)
            await desk.wait(3)
            assert len(reader.heard_at[FIND]) == finds  # nothing made it doubt that the card lies there
            reader.lift()
            await desk.wait(0.5)
            reader.lay(b"next")
            await desk.wait(0.5)
            assert [type(event).__name__ for event in desk.events[1:]] == ["CardRead", "CardRemoved", "CardRead"]

    virtual_time.run(scene())


def test_a_torn_answer_is_told_soon() -> None:
    async def scene() -> None:
        _, reader, session = make()
        reader.spoil[READ] = [card_frame(b"x")[:700]]
        async with Desk(session) as desk:
            reader.lay(b"patient")
            await desk.wait(1)  # not after the three seconds that a whole one may take
            assert [failure.code for failure in desk.of(CardFailed)] == ["card.unreadable"]

    virtual_time.run(scene())


def test_noise_and_late_answers_do_not_become_answers() -> None:
    async def scene() -> None:
        wire, reader, session = make()
        async with Desk(session) as desk:
            await desk.wait(1)
            for at in range(40):
                wire.say(b"\x00\xaa\xaa" + frame(0x9F, bytes(4))[:9] + b"\xff", after_s=at * 0.13)
            await desk.wait(10)
            assert not desk.of(CardRead)
            reader.lay(b"x")
            await desk.wait(5)
            assert len(desk.of(CardRead)) == 1

    virtual_time.run(scene())


@pytest.mark.parametrize(("sw3", "code"), [(0x40, "card.wrong_type"), (0x41, "card.unreadable")])
def test_a_card_that_cannot_be_found_right_takes_the_place_of_the_one_before(sw3: int, code: str) -> None:
    async def scene() -> None:
        _, reader, session = make()
        async with Desk(session) as desk:
            reader.lay(b"patient")
            await desk.next(CardRead)
            reader.lay(b"bank card")  # within one poll
            reader.spoil[FIND] = [frame(sw3)] * 40
            await desk.next(CardRemoved)
            assert (await desk.next(CardFailed)).code == code
            await desk.wait(5)
            assert len(desk.of(CardRead)) == 1

    virtual_time.run(scene())


def test_what_babbles_at_every_speed_does_not_stop_the_pulse() -> None:
    async def scene() -> None:
        wire, reader, session = make(baud=9600)
        reader.silent = True
        async with Desk(session) as desk:
            for _ in range(600):
                wire.say(frame(0x41)[:-1] + b"\x00" + card_frame(b"x")[:90])
                await desk.wait(0.1)
            assert desk.states() == ["silent reader.silent"]

    virtual_time.run(scene())
