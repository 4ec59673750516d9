"""The session with the card reader, against a scripted reader on virtual time."""

from __future__ import annotations

import asyncio
from itertools import pairwise

import pytest

from hal.ports import CardFailed, CardRead, CardRemoved
from tests.drivers import virtual_time
from tests.drivers.desk import Desk
from tests.drivers.samv_reader import ADDRESS, FIND, PHOTO, READ_WITH_FINGERPRINT, frame, make


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
            gaps = [later - earlier for earlier, later in pairwise(reader.heard_at[FIND])]
            assert len(gaps) > 10
            assert min(gaps) >= 0.3

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


@pytest.mark.parametrize("piece", [1, 7, 64, 5000])
@pytest.mark.parametrize("size", [0, 512, 1024])
def test_the_fingerprint_and_the_newest_address(size: int, piece: int) -> None:
    async def scene() -> None:
        wire, reader, session = make(fingerprint=True, newest_address=True)
        wire.piece = piece
        reader.fingerprint = bytes(range(256)) * (size // 256)
        reader.address = "某省某市某县某镇某村二组2号".encode("utf-16-le").ljust(70, b" ")
        async with Desk(session) as desk:
            reader.lay(b"patient")
            await desk.wait(2)
            (read,) = desk.of(CardRead)
            assert (read.text, read.photo) == (b"patient".ljust(256), PHOTO)
            assert read.fingerprint == reader.fingerprint
            assert read.newest_address == reader.address

    virtual_time.run(scene())


def test_a_module_that_does_not_know_fingerprints_reads_without() -> None:
    async def scene() -> None:
        _, reader, session = make(fingerprint=True)
        reader.spoil[READ_WITH_FINGERPRINT] = [frame(0x21)]
        async with Desk(session) as desk:
            reader.lay(b"patient")
            await desk.wait(2)
            assert [(read.text[:7], read.fingerprint) for read in desk.of(CardRead)] == [(b"patient", b"")]
            assert "fingerprint" in dict(session.facts())["last failure"]

    virtual_time.run(scene())


@pytest.mark.parametrize(
    "answer", [None, frame(0x91), frame(0x21), frame(0x41), frame(0x60), frame(0x90, bytes(8)), frame(0x90)[:-1]]
)
def test_a_newest_address_that_fails_never_spoils_the_card(answer: bytes | None) -> None:
    async def scene() -> None:
        _, reader, session = make(newest_address=True)
        reader.spoil[ADDRESS] = [answer]
        async with Desk(session) as desk:
            reader.lay(b"patient")
            await desk.wait(2)
            assert [(read.text[:7], read.newest_address) for read in desk.of(CardRead)] == [(b"patient", b"")]
            assert not desk.of(CardFailed)

    virtual_time.run(scene())


def test_a_cable_pulled_while_the_newest_address_is_asked() -> None:
    async def scene() -> None:
        wire, reader, session = make(newest_address=True)
        reader.spoil[ADDRESS] = [None]
        async with Desk(session) as desk:
            reader.lay(b"patient")
            while ADDRESS not in reader.heard_at:
                await desk.wait(0.01)
            wire.unplug()
            await desk.wait(1)
            assert [type(event).__name__ for event in desk.events[1:]] == ["CardRead", "DeviceStatus"]

    virtual_time.run(scene())


@pytest.mark.parametrize(("knows_address", "within_s"), [(True, 0.5), (False, 0.5), (None, 1.5)])
def test_taken_away_is_noticed_in_about_a_second(knows_address: bool | None, within_s: float) -> None:
    async def scene() -> None:
        _, reader, session = make()
        reader.finds_again, reader.knows_address = True, bool(knows_address)
        if knows_address is None:
            reader.spoil[ADDRESS] = [None] * 1000  # a module that keeps silent to what it does not know
        async with Desk(session) as desk:
            reader.lay(b"patient")
            await desk.wait(5)
            assert not desk.of(CardRemoved)
            reader.lift()
            await desk.wait(within_s)
            assert len(desk.of(CardRemoved)) == 1

    virtual_time.run(scene())


def test_a_card_swapped_for_another_between_two_looks() -> None:
    async def scene() -> None:
        _, reader, session = make()
        async with Desk(session) as desk:
            reader.lay(b"first")
            await desk.wait(2)
            reader.lay(b"second")
            await desk.wait(1)
            assert [type(event).__name__ for event in desk.events[1:]] == ["CardRead", "CardRemoved", "CardRead"]

    virtual_time.run(scene())


def test_nothing_is_waited_for_between_find_and_the_card() -> None:
    async def scene() -> None:
        wire, reader, session = make()
        reader.delay_s = 0
        async with Desk(session) as desk:
            await desk.wait(1)
            reader.lay(b"patient")
            while not desk.of(CardRead):
                await desk.wait(0.001)
            taken = asyncio.get_running_loop().time() - wire.written[-3][0]
            assert [data[7:9] for _, data in wire.written[-3:]] == [b"\x20\x01", b"\x20\x02", b"\x30\x01"]
            assert taken <= 0.001

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
