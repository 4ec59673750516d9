"""Social security cards through the real smart-card service, with vsmartcard's virtual reader.

The service is one of our own (`private_pcscd`). Here time is real: what waits, waits for an event.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from hal.drivers.social_card import SocialCardReader
from hal.drivers.social_card_codec import SELECT_APPLICATION
from hal.errors import ConfigError, DeviceError, PortClosed
from hal.linux import pcsc
from hal.linux.pcsc import PcscChannel
from hal.ports import CardFailed, CardRemoved, DeviceStatus, SocialCardRead
from simulator.carriers.vpcd import VirtualSlot
from simulator.devices.social_card import SocialCard
from simulator.devices.social_card_chip import ATR, Habits, SocialCardChip
from tests.hal.private_pcscd import PrivatePcscd, required

PATIENCE_S = 60.0
CARD = SocialCard(
    card_id="11010599000000000000000000000001",
    card_number="A00000001",
    name="张三",
    number="11010519491231002X",
    sex="1",
    nation=1,
    birth="19491231",
)


@pytest.fixture(scope="session")  # a worker may come back to this module after others
def service() -> Iterator[PrivatePcscd]:
    """A service for the tests of this process; the library reads the name of its socket once."""
    required()
    with pytest.MonkeyPatch.context() as patch:
        service = PrivatePcscd()
        patch.setenv("PCSCLITE_CSOCK_NAME", str(service.socket))
        yield service
        service.remove()


@pytest.fixture
def pcscd(service: PrivatePcscd) -> Iterator[PrivatePcscd]:
    """The service, started anew."""
    service.start()
    yield service
    service.stop()


@pytest.fixture
async def slot(pcscd: PrivatePcscd) -> AsyncIterator[VirtualSlot]:
    """The first slot of the virtual reader."""
    slot = VirtualSlot(pcscd.port)
    yield slot
    await slot.remove()


@pytest.fixture
async def channel(pcscd: PrivatePcscd) -> AsyncIterator[PcscChannel]:
    """A channel to the first slot."""
    channel = PcscChannel("virtual 00 00")
    yield channel
    await channel.close()


class Counter:
    """A session at work; `next` waits for its next event."""

    def __init__(self, channel: PcscChannel) -> None:
        self._session = SocialCardReader(channel)
        self._task = asyncio.create_task(self._session.run(lambda: None))

    async def next(self) -> Any:
        """The name of what happens next."""
        event_or_end = [asyncio.ensure_future(self._session.next_event()), self._task]
        done, _ = await asyncio.wait(event_or_end, timeout=PATIENCE_S, return_when=asyncio.FIRST_COMPLETED)
        assert event_or_end[0] in done, self._task.exception() if self._task.done() else "nothing happens"
        event = event_or_end[0].result()
        if isinstance(event, SocialCardRead):
            return event.fields[0x09].decode() + " " + event.fields[0x03].decode()
        if isinstance(event, CardFailed):
            return event.code
        if isinstance(event, DeviceStatus):
            return event.state
        assert isinstance(event, CardRemoved)
        return "gone"

    async def end(self) -> None:
        """Cancel the session as the supervisor does."""
        self._task.cancel()
        await asyncio.wait([self._task])


@pytest.fixture
async def counter(channel: PcscChannel) -> AsyncIterator[Counter]:
    """A reader at work, ready."""
    counter = Counter(channel)
    assert await counter.next() == "ready"
    yield counter
    await counter.end()


@pytest.mark.parametrize(
    ("generation", "habits"),
    [
        (1, Habits()),
        (2, Habits(answers_later=True, selects_with_zero=True)),
        (3, Habits(answers_later=True, insists_on_length=True)),
    ],
)
async def test_a_card_is_put_in_read_once_and_taken_out(
    slot: VirtualSlot, counter: Counter, generation: int, habits: Habits
) -> None:
    chip = SocialCardChip(replace(CARD, generation=generation), habits)
    await slot.insert(chip)
    assert await counter.next() == f"张三 {generation}.00"
    asked = chip.commands
    await slot.remove()
    assert await counter.next() == "gone"
    assert chip.commands in (asked, 0)  # powered down, and not asked again


async def test_a_bank_card(slot: VirtualSlot, counter: Counter) -> None:
    await slot.insert(SocialCardChip(CARD, Habits(bank=True)))
    assert await counter.next() == "card.wrong_type"
    await slot.remove()
    assert await counter.next() == "gone"


async def test_a_card_pulled_in_the_middle_delivers_nothing(slot: VirtualSlot, counter: Counter) -> None:
    chip = SocialCardChip(CARD)
    answer, pulled = chip.answer, asyncio.Event()

    def answer_some(command: bytes) -> bytes | None:
        if command[1] == 0xB2 and command[2] == 0x08:
            pulled.set()
            return None
        return answer(command)

    chip.answer = answer_some  # type: ignore[method-assign]
    await slot.insert(chip)
    async with asyncio.timeout(PATIENCE_S):
        await pulled.wait()
    await slot.remove()
    assert [await counter.next(), await counter.next()] == ["card.unreadable", "gone"]
    await slot.insert(SocialCardChip(replace(CARD, name="李芳")))
    assert await counter.next() == "李芳 3.00"


async def test_the_service_is_restarted_with_the_card_in(
    slot: VirtualSlot, counter: Counter, pcscd: PrivatePcscd
) -> None:
    chip = SocialCardChip(CARD)
    await slot.insert(chip)
    assert await counter.next() == "张三 3.00"
    asked, chip.commands = chip.commands, 0
    pcscd.stop()
    assert await counter.next() == "silent"
    pcscd.start()
    assert await counter.next() == "ready"
    await _soon(lambda: chip.commands == asked)  # read again, and found to be the same card
    await slot.remove()
    assert await counter.next() == "gone"
    await slot.insert(SocialCardChip(CARD))
    assert await counter.next() == "张三 3.00"


async def test_a_service_that_is_started_later(service: PrivatePcscd) -> None:
    counter = Counter(PcscChannel("pcd 00 00"))
    assert await counter.next() == "silent"
    service.start()
    assert await counter.next() == "ready"
    await counter.end()
    service.stop()


async def test_a_card_that_dies_holds_neither_the_session_nor_its_end(
    slot: VirtualSlot, channel: PcscChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    await channel.open()
    await slot.insert(SocialCardChip(CARD, Habits(dies_after=1)))
    assert await channel.wait_card(True, 60_000)
    assert await channel.connect() == ATR
    assert (await channel.transmit(SELECT_APPLICATION))[-2:] == b"\x90\x00"
    monkeypatch.setattr(pcsc, "_TRANSMIT_S", 0.3)
    monkeypatch.setattr(pcsc, "_END_S", 0.1)
    with pytest.raises(PortClosed, match="no answer"):
        await channel.transmit(SELECT_APPLICATION)
    with pytest.raises(PortClosed, match="has not come back"):
        await channel.open()
    await slot.remove()  # the reader lets go of the command
    await _soon(lambda: channel._held is not None and not channel._held.is_alive())
    await channel.open()
    assert await channel.wait_card(False, 60_000)


async def test_cancelling_and_closing_end_a_wait(channel: PcscChannel) -> None:
    await channel.open()
    waiting = asyncio.create_task(channel.wait_card(True, 60_000))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await channel.close()
    assert channel._held is not None
    await _soon(lambda: not channel._held.is_alive())  # type: ignore[union-attr]
    await channel.close()
    await channel.open()
    waiting = asyncio.create_task(channel.wait_card(True, 60_000))
    await asyncio.sleep(0)
    await channel.close()
    with pytest.raises(PortClosed):
        await waiting
    for call in (channel.wait_card(True, 0), channel.connect(), channel.transmit(b"\x00")):
        with pytest.raises(PortClosed, match="not open"):
            await call
    await channel.disconnect()


async def test_without_a_card(slot: VirtualSlot, channel: PcscChannel) -> None:
    await channel.open()
    assert channel.name == "Virtual PCD 00 00"
    assert not await channel.wait_card(True, 0)
    assert await channel.wait_card(False, 0)
    for call in (channel.connect(), channel.transmit(b"\x00")):
        with pytest.raises(DeviceError) as failed:
            await call
        assert failed.value.code == "card.unreadable"


async def test_a_card_changed_between_two_waits_is_told_as_gone(slot: VirtualSlot, channel: PcscChannel) -> None:
    await channel.open()
    await slot.insert(SocialCardChip(CARD))
    assert await channel.wait_card(True, 60_000)
    other = PcscChannel("00 00")
    await other.open()
    await slot.remove()
    assert await other.wait_card(False, 60_000)
    await slot.insert(SocialCardChip(CARD))
    assert await other.wait_card(True, 60_000)
    await other.close()
    assert await channel.wait_card(False, 0)
    assert await channel.wait_card(True, 0)
    assert not await channel.wait_card(False, 0)


@pytest.mark.parametrize("words", ["", "virtual", "00", "VIRTUAL pcd"])
async def test_several_readers_are_named(pcscd: PrivatePcscd, words: str) -> None:
    with pytest.raises(PortClosed) as failed:
        await PcscChannel(words).open()
    assert "Virtual PCD 00 00; Virtual PCD 00 01" in failed.value.cause


async def test_a_reader_that_is_not_there(pcscd: PrivatePcscd) -> None:
    with pytest.raises(PortClosed, match=r"no reader called 'acme'.*Virtual PCD 00 00"):
        await PcscChannel("ACME").open()


async def test_no_service(service: PrivatePcscd) -> None:
    with pytest.raises(PortClosed, match="PC/SC: establish context"):
        await PcscChannel("").open()


def test_without_the_library_the_config_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "smartcard.scard", None)
    with pytest.raises(ConfigError, match="python3-pyscard") as failed:
        PcscChannel("")
    assert failed.value.code == "config.wrong"
    assert "make pcsc" in failed.value.cause


async def _soon(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not condition():  # noqa: ASYNC110 -- no event of this loop tells it
            await asyncio.sleep(0.01)
