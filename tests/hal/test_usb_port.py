"""The USB port through pyusb itself, on a bus whose devices are the simulator's."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import usb.core  # type: ignore[import-untyped]  # has no types

from hal.drivers.samv import SamvReader
from hal.errors import PortClosed
from hal.linux.usb_port import UsbPort
from hal.ports import CardRead, CardRemoved, DeviceStatus
from simulator.clock import VirtualClock
from simulator.devices.card import IdentityCard
from simulator.devices.card_reader import CardReader
from simulator.devices.serial_device import SerialDevice
from tests.hal.usb_backend import UsbBus, UsbDevice

CARD = IdentityCard(
    name="张三",
    sex="1",
    nation="01",
    birth="19491231",
    address="某省某市某县某镇某村一组1号",
    number="11010519491231002X",
    authority="某市公安局某分局",
    start="20060101",
    end="长期",
    fingerprint=bytes(range(256)) * 4,
)
FIND = bytes.fromhex("AAAAAA96690003200122")


class Echo(SerialDevice):
    """Says what it hears."""

    def _handle(self, data: bytes) -> None:
        self._send(data)

    def says(self, data: bytes) -> None:
        """Speak unasked."""
        self._send(data)


def echo(**switches: Any) -> tuple[Echo, UsbDevice, UsbPort]:
    """An echo on the bus and a closed port to it."""
    device = Echo(VirtualClock())
    plugged = UsbDevice(device)
    for name, value in switches.items():
        setattr(plugged, name, value)
    return device, plugged, UsbPort("0400:c35a", UsbBus(plugged))


async def refusal(port: UsbPort) -> str:
    """The cause for which `port` will not open."""
    with pytest.raises(PortClosed) as refused:
        await port.open()
    return refused.value.cause


def test_a_card_is_read_and_the_reader_pulled_and_put_back() -> None:
    async def scene() -> None:
        reader = CardReader(VirtualClock())
        plugged = UsbDevice(reader)
        session = SamvReader(UsbPort("0400:c35a", UsbBus(plugged)), 0, fingerprint=True)

        async def until(kind: type) -> Any:
            while True:
                event = await session.next_event()
                if isinstance(event, kind):
                    return event

        task = asyncio.create_task(session.run(lambda: None))
        assert repr(await until(DeviceStatus)) == "DeviceStatus(ready)"
        assert dict(session.facts())["speed"] == "that of the port"
        reader.lay(CARD)
        read = await until(CardRead)
        assert (read.text, read.photo, read.fingerprint) == (CARD.text(), CARD.photo(), CARD.fingerprint)
        reader.remove()
        await until(CardRemoved)
        plugged.unplug()
        assert repr(await until(DeviceStatus)) == "DeviceStatus(silent, reader.silent)"
        plugged.plug()
        assert repr(await until(DeviceStatus)) == "DeviceStatus(ready)"
        reader.lay(CARD)
        assert (await until(CardRead)).text == CARD.text()
        assert plugged.detached == 2  # once per plugging in
        assert all(len(transfer) == 10 for transfer in plugged.transfers)  # a whole command in each
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert not plugged.claimed

    asyncio.run(scene())


def test_bytes_in_pieces_and_time_outs() -> None:
    async def scene() -> None:
        device, plugged, port = echo()
        await port.open()
        every = bytes(range(256)) * 2  # a multiple of the packet: no short one marks the end
        await port.write(every)
        assert plugged.transfers == [every]
        got = await port.read(100, 60_000)
        while len(got) < len(every):
            got += await port.read(1000, 60_000)
        assert got == every
        assert await port.read(10, 0) == b""
        assert await port.read(10, 5) == b""
        device.says(b"news")
        assert await port.read(2, 60_000) == b"ne"
        assert await port.read(9, 0) == b"ws"
        await port.set_baud(9600)
        await port.close()
        await port.close()
        assert not plugged.claimed

    asyncio.run(scene())


def test_a_transfer_that_is_taken_in_parts() -> None:
    async def scene() -> None:
        _, plugged, port = echo(takes=3)
        await port.open()
        await port.write(b"abcdefg")
        assert plugged.transfers == [b"abcdefg", b"defg", b"g"]
        plugged.takes = 0
        with pytest.raises(PortClosed, match="takes no more bytes"):
            await port.write(b"x")
        assert not plugged.claimed

    asyncio.run(scene())


def test_waking_and_closing_end_a_waiting_read() -> None:
    async def scene() -> None:
        _, _, port = echo()
        port.wake()
        await port.open()
        reading = asyncio.create_task(port.read(1, 60_000))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        port.wake()
        assert await reading == b""
        reading = asyncio.create_task(port.read(1, 60_000))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        await port.close()
        with pytest.raises(PortClosed, match="not open"):
            await reading
        with pytest.raises(PortClosed, match="not open"):
            await port.write(b"x")

    asyncio.run(scene())


def test_what_was_said_before_opening_is_forgotten() -> None:
    async def scene() -> None:
        device, plugged, port = echo()
        device.says(bytes(300))
        await port.open()
        await port.write(b"now")
        assert await port.read(99, 60_000) == b"now"
        plugged.unplug()
        plugged.plug()
        await port.open()  # the same port, the device found anew
        await port.write(b"again")
        assert await port.read(99, 60_000) == b"again"
        await port.close()

    asyncio.run(scene())


@pytest.mark.parametrize("pulled_while", ["reading", "writing"])
def test_pulled_out(pulled_while: str) -> None:
    async def scene() -> None:
        _, plugged, port = echo()
        await port.open()
        if pulled_while == "reading":
            asyncio.get_running_loop().call_soon(plugged.unplug)
            with pytest.raises(PortClosed, match="usb:0400:c35a: unplugged"):
                await port.read(1, 60_000)
        else:
            plugged.unplug()
            with pytest.raises(PortClosed, match="usb:0400:c35a: unplugged"):
                await port.write(FIND)
        assert "not plugged in" in await refusal(port)

    asyncio.run(scene())


def test_a_stall_closes_the_port_and_the_next_open_works() -> None:
    async def scene() -> None:
        _, plugged, port = echo()
        await port.open()
        plugged.stalled = True
        with pytest.raises(PortClosed):
            await port.read(1, 60_000)
        await port.open()
        await port.write(b"well")
        assert await port.read(9, 60_000) == b"well"
        await port.close()

    asyncio.run(scene())


def test_refusals_say_what_to_do() -> None:
    async def scene() -> None:
        assert "needs a udev rule" in await refusal(echo(denied=True)[2])
        assert "in use by another program" in await refusal(echo(claimed=True, kernel_driver=False)[2])
        assert "no bulk endpoints" in await refusal(echo(one_way=True)[2])
        assert "descriptors make no sense" in await refusal(echo(interfaces=0)[2])
        assert "not plugged in" in await refusal(UsbPort("0400:c35b", UsbBus(echo()[1])))

    asyncio.run(scene())


def test_a_device_without_a_configuration_gets_one() -> None:
    async def scene() -> None:
        _, plugged, port = echo(configured=False)
        await port.open()
        assert plugged.configured
        await port.close()

    asyncio.run(scene())


def test_two_of_a_kind_are_told_apart_by_their_serial_numbers() -> None:
    async def scene() -> None:
        first, second = (UsbDevice(Echo(VirtualClock()), serial=serial) for serial in ("A1", "B2"))
        bus = UsbBus(first, second)
        port = UsbPort("0400:c35a:B2", bus)
        await port.open()
        assert second.claimed
        assert not first.claimed
        await port.close()
        assert "not plugged in" in await refusal(UsbPort("0400:c35a:C3", bus))
        second.denied = True
        assert "needs a udev rule" in await refusal(port)

    asyncio.run(scene())


def test_without_libusb_the_port_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def find(**_: object) -> None:
        raise usb.core.NoBackendError("No backend available")

    monkeypatch.setattr(usb.core, "find", find)

    async def scene() -> None:
        assert "libusb 1.0 is not installed" in await refusal(UsbPort("0400:c35a"))

    asyncio.run(scene())


def test_a_device_that_babbles_does_not_fill_the_memory() -> None:
    async def scene() -> None:
        device, plugged, port = echo()
        await port.open()
        device.says(bytes(200_000))
        await asyncio.to_thread(plugged.wait_until_told)
        assert 1 << 15 < len(await port.read(1 << 20, 60_000)) <= 1 << 16
        await port.close()

    asyncio.run(scene())


def test_empty_packets_do_not_keep_the_machine_busy() -> None:
    async def scene() -> None:
        device, plugged, port = echo()
        plugged.impatient = True
        await port.open()
        plugged.asked = 0
        assert await port.read(10, 200) == b""
        assert plugged.asked <= 30
        device.says(b"news")
        assert await port.read(10, 60_000) == b"news"
        await port.close()

    asyncio.run(scene())
