"""The line itself: its speed, its cable, the faults on it, and how a desk waits."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest

from hal.drivers.plain_scanner import PlainScanner
from hal.errors import PortClosed
from hal.ports import CardRead
from simulator import devices
from tests.plugin import Desk, OnALine

SCANNER = partial(devices.make_scanner, kind="serial")
LIMIT_MS = 5000


@pytest.mark.also_on_a_terminal
@pytest.mark.parametrize("baud", [None, 19200, 0])
async def test_what_the_device_says_arrives(on_a_line: OnALine, baud: int | None) -> None:
    line = await on_a_line(SCANNER, baud)
    await line.port.open()
    line.device.present("81000171234567890121")
    heard = b""
    while not heard.endswith(b"\r"):
        heard += await line.port.read(64, LIMIT_MS)
    assert heard == b"81000171234567890121\r"
    await line.port.close()


@pytest.mark.also_on_a_terminal
async def test_at_another_speed_it_is_garbage(on_a_line: OnALine) -> None:
    line = await on_a_line(SCANNER)
    await line.port.open()
    await line.port.set_baud(115200)
    line.device.present("81000171234567890121")
    assert set(await line.port.read(64, LIMIT_MS)) <= {0x00, 0xFF}
    await line.port.close()


async def test_bytes_take_their_time(on_a_line: OnALine) -> None:
    line = await on_a_line(SCANNER, baud=9600)
    await line.port.open()
    line.device.present("8" * 959)  # and CR
    begun, heard = asyncio.get_running_loop().time(), 0
    while heard < 960:
        heard += len(await line.port.read(64, LIMIT_MS))
    assert asyncio.get_running_loop().time() - begun == pytest.approx(1.0, abs=0.01)


@pytest.mark.also_on_a_terminal
async def test_a_cable_that_is_out_is_a_port_that_is_gone(on_a_line: OnALine) -> None:
    line = await on_a_line(SCANNER)
    await line.port.open()
    await line.unplug()
    assert not line.device.plugged
    for use in (line.port.read(1, LIMIT_MS), line.port.open()):
        with pytest.raises(PortClosed):
            await use
    await line.plug()
    await line.port.open()
    line.device.present("1")
    assert (await line.port.read(1, LIMIT_MS)) == b"1"
    await line.port.close()


async def test_a_fault_must_be_one_that_the_device_can_have(on_a_line: OnALine) -> None:
    line = await on_a_line(SCANNER)
    line.fault("scanner.late", 20)
    assert line.device.faults.number("late") == 20
    for other in ("reader.noise", "platform.slow", "scanner.bad_crc"):
        with pytest.raises(ValueError, match=f"cannot have {other}"):
            line.fault(other)
    with pytest.raises(ValueError, match=r"scanner\.late wants: ms"):
        line.fault("scanner.late")
    with pytest.raises(KeyError):
        line.fault("scanner.explodes")


async def test_a_desk_does_not_wait_for_ever(on_a_line: OnALine) -> None:
    line = await on_a_line(devices.CardReader)
    async with Desk(PlainScanner(line.port)) as desk:
        with pytest.raises(TimeoutError):
            await desk.next(CardRead)
