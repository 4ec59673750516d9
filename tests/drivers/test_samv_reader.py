"""The session with the card reader, against a scripted reader on virtual time."""

from __future__ import annotations

import asyncio
from itertools import pairwise

import pytest

from hal.drivers.samv import SamvReader
from hal.ports import CardFailed, CardRead, CardRemoved
from tests.drivers import virtual_time
from tests.drivers.desk import Desk
from tests.drivers.wire import Wire

PREAMBLE = b"\xaa\xaa\xaa\x96\x69"
STATUS, FIND, SELECT, READ, ADDRESS = 0x11, (0x20, 1), (0x20, 2), (0x30, 1), (0x30, 3)


def frame(sw3: int, data: bytes = b"") -> bytes:
    """A reply of the reader."""
    body = (len(data) + 4).to_bytes(2, "big") + bytes([0, 0, sw3]) + data
    check = 0
    for byte in body:
        check ^= byte
    return PREAMBLE + body + bytes([check])


class Reader:
    """A reader with an antenna. `finds_again`: it finds a card that was read; `knows_address`: it answers 30 03."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.card: bytes | None = None
        self.consumed = False
        self.finds_again = False
        self.knows_address = True
        self.silent = False
        self.faulty = 0
        self.spoil: dict[tuple[int, int], list[bytes | None]] = {}  # replies to give instead, None = none
        self.reads = 0
        self.finds: list[float] = []

    def lay(self, text: bytes) -> None:
        """Lay a card down whose text block begins with `text`."""
        self.card, self.consumed = text.ljust(256, b" "), False

    def lift(self) -> None:
        """Take the card away."""
        self.card = None

    def heard(self, data: bytes) -> None:
        """Answer one command."""
        assert data.startswith(PREAMBLE)
        assert len(data) == 7 + data[6]
        command = (data[7], data[8])
        if command == FIND:
            self.finds.append(asyncio.get_running_loop().time())
        if self.silent:
            return
        if self.faulty:
            self.wire.say(frame(self.faulty))
            return
        answer: bytes | None = self._answer(command)
        if self.spoil.get(command):
            answer = self.spoil[command].pop(0)
        if answer is not None:
            self.wire.say(answer, after_s=0.02)

    def _answer(self, command: tuple[int, int]) -> bytes:
        if command[0] == STATUS:
            return frame(0x90)
        if command == ADDRESS and not self.knows_address:
            return frame(0x21)
        if command == FIND:
            there = self.card is not None and (self.finds_again or not self.consumed)
            return frame(0x9F, bytes(4)) if there else frame(0x80)
        if self.card is None:
            return frame(0x81 if command == SELECT else 0x41)
        if command == ADDRESS:
            return frame(0x91) if self.consumed else frame(0x41)
        if command == SELECT:
            return frame(0x90, bytes(8))
        self.consumed = True
        self.reads += 1
        return frame(0x90, b"\x01\x00\x04\x00" + self.card + bytes(1024))


def make() -> tuple[Wire, Reader, SamvReader]:
    """A wire with a reader at its end, and the session."""
    wire = Wire()
    reader = Reader(wire)
    wire.device = reader
    return wire, reader, SamvReader(wire)


@pytest.mark.parametrize("finds_again", [False, True])
@pytest.mark.parametrize("knows_address", [False, True])
def test_a_card_left_lying_is_read_once_and_told_gone(finds_again: bool, knows_address: bool) -> None:
    async def scene() -> None:
        _, reader, session = make()
        reader.finds_again, reader.knows_address = finds_again, knows_address
        async with Desk(session) as desk:
            await desk.wait(1)
            assert desk.events[1:] == []
            reader.lay(b"first")
            await desk.wait(20)
            assert [read.text[:5] for read in desk.of(CardRead)] == [b"first"]
            if finds_again or knows_address:  # without either the reader cannot tell lying from gone
                assert not desk.of(CardRemoved)
            reader.lift()
            await desk.wait(3)
            assert len(desk.of(CardRemoved)) == 1
            assert not desk.of(CardFailed)
            reader.lay(b"second")
            await desk.wait(3)
            assert [read.text[:6] for read in desk.of(CardRead)] == [b"first ", b"second"]
            assert desk.states() == ["ready"]

    virtual_time.run(scene())


def test_the_same_card_laid_down_again_is_read_again() -> None:
    async def scene() -> None:
        _, reader, session = make()
        async with Desk(session) as desk:
            for _ in range(3):
                reader.lay(b"same")
                await desk.wait(2)
                reader.lift()
                await desk.wait(2)
            assert [type(event).__name__ for event in desk.events[1:]] == ["CardRead", "CardRemoved"] * 3
            assert len(desk.of(CardRead)[0].photo) == 1024

    virtual_time.run(scene())


def test_polls_are_far_enough_apart() -> None:
    async def scene() -> None:
        _, reader, session = make()
        async with Desk(session) as desk:
            await desk.wait(10)
            gaps = [later - earlier for earlier, later in pairwise(reader.finds)]
            assert len(gaps) > 10
            assert min(gaps) >= 0.3

    virtual_time.run(scene())


READ_FAILURES = [
    (SELECT, frame(0x81)),
    (READ, frame(0x41)),
    (READ, frame(0x31)),
    (READ, frame(0x32)),
    (READ, frame(0x33)),
    (READ, frame(0x90)[:-1] + b"\x00"),
    (READ, frame(0x90, b"\x01\x00\x04\x00" + bytes(1280))[:700]),
    (READ, frame(0x90, b"\x04\x00\x01\x00" + bytes(1280))),
    (READ, frame(0x90, b"\x01\x00\x04\x00" + bytes(1279))),
    (READ, None),
    (SELECT, None),
]


@pytest.mark.parametrize(("command", "answer"), READ_FAILURES)
def test_what_cannot_be_read_is_told_once_and_tried_again(command: tuple[int, int], answer: bytes | None) -> None:
    async def scene() -> None:
        _, reader, session = make()
        reader.spoil[command] = [answer, answer, answer]
        async with Desk(session) as desk:
            reader.lay(b"hard to read")
            reader.finds_again = True
            await desk.wait(15)
            assert [failure.code for failure in desk.of(CardFailed)] == ["card.unreadable"]
            assert [read.text[:12] for read in desk.of(CardRead)] == [b"hard to read"]
            assert desk.states() == ["ready"]

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


def test_a_silent_reader_is_told_once_and_asked_for_ever() -> None:
    async def scene() -> None:
        wire, reader, session = make()
        reader.silent = True
        async with Desk(session) as desk:
            await desk.wait(3600)
            assert desk.states() == ["silent reader.silent"]
            assert wire.opened > 3600 / 8
            reader.silent = False
            await desk.wait(8)
            assert desk.states() == ["silent reader.silent", "ready"]
            reader.silent = True
            await desk.wait(10)
            reader.silent = False
            await desk.wait(3)
            assert desk.states()[2:] == ["silent reader.silent", "ready"]

    virtual_time.run(scene())


def test_a_cable_pulled_with_the_card_lying() -> None:
    async def scene() -> None:
        wire, reader, session = make()
        async with Desk(session) as desk:
            reader.lay(b"patient")
            await desk.wait(2)
            wire.unplug()
            await desk.wait(60)
            wire.plug()
            reader.consumed = False  # the reader lost power: it finds the card anew
            await desk.wait(8)
            assert desk.states() == ["ready", "silent reader.silent", "ready"]
            assert len(desk.of(CardRead)) == 1
            reader.lift()
            await desk.wait(2)
            assert len(desk.of(CardRemoved)) == 1

    virtual_time.run(scene())


@pytest.mark.parametrize("sw3", [0x60, 0x66])
def test_a_reader_out_of_order(sw3: int) -> None:
    async def scene() -> None:
        _, reader, session = make()
        reader.faulty = sw3
        async with Desk(session) as desk:
            await desk.wait(30)
            reader.faulty = 0
            await desk.wait(8)
            reader.lay(b"x")
            reader.spoil[READ] = [frame(sw3)]
            await desk.wait(5)
            assert desk.states() == ["fault reader.fault", "ready"] * 2
            assert not desk.of(CardFailed)
            assert session.status.state == "ready"

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


def test_cards_are_not_read_while_nobody_takes_them() -> None:
    async def scene() -> None:
        _, reader, session = make()
        reader.knows_address = False
        task = asyncio.create_task(session.run(lambda: None))
        for number in range(60):
            reader.lay(b"%d" % number)
            await asyncio.sleep(1)
            reader.lift()
            await asyncio.sleep(1)
        taken = []
        while len(session._events):
            taken.append(await session.next_event())
        reads = [event for event in taken if isinstance(event, CardRead)]
        assert len(taken) <= 33
        assert len(reads) == reader.reads
        assert [int(read.text) for read in reads] == list(range(len(reads)))
        task.cancel()

    virtual_time.run(scene())
