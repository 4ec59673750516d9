"""The serial port on a real pseudo-terminal."""

from __future__ import annotations

import asyncio
import contextlib
import os
import select
import termios
import tty
from typing import TYPE_CHECKING

import pytest
import serial

from hal.errors import PortClosed
from hal.linux.serial_port import SerialPort
from tests.drivers import virtual_time

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Terminal:
    """A pseudo-terminal whose near end is reached through a symbolic link, as with udev."""

    def __init__(self, link: Path) -> None:
        self.link = link
        self.far, self.near = os.openpty()
        self._open = [self.near, self.far]
        tty.setraw(self.near)
        link.unlink(missing_ok=True)
        link.symlink_to(os.ttyname(self.near))

    def unplug(self) -> None:
        """Close both ends of it, once: their numbers may be somebody else's afterwards."""
        while self._open:
            os.close(self._open.pop())

    def far_end(self, size: int) -> bytes:
        """So many bytes that came out at the far end: the kernel brings them when it has time, and in pieces."""
        data = b""
        while len(data) < size:
            data += os.read(self.far, size - len(data))
        return data


async def heard(port: SerialPort, size: int) -> bytes:
    """So many bytes that came in."""
    data = b""
    while len(data) < size:
        data += await port.read(size - len(data), 60_000)
    return data


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    """A pseudo-terminal that is closed afterwards."""
    made = Terminal(tmp_path / "device")
    yield made
    made.unplug()


def test_bytes_go_both_ways(terminal: Terminal) -> None:
    async def scene() -> None:
        port = SerialPort(str(terminal.link), 115200)
        await port.open()
        every = bytes(range(256))
        await port.write(every)
        assert terminal.far_end(256) == every
        os.write(terminal.far, every)
        assert await heard(port, 100) == every[:100]
        assert await heard(port, 156) == every[100:]
        assert await port.read(10, 0) == b""
        assert await port.read(10, 1) == b""
        await port.close()
        await port.close()

    asyncio.run(scene())


def test_a_read_waits_for_what_comes(terminal: Terminal) -> None:
    async def scene() -> None:
        port = SerialPort(str(terminal.link), 9600)
        await port.open()
        asyncio.get_running_loop().call_soon(os.write, terminal.far, b"123\r")
        assert await heard(port, 4) == b"123\r"
        await port.close()

    asyncio.run(scene())


def test_what_came_before_is_forgotten(terminal: Terminal) -> None:
    async def scene() -> None:
        os.write(terminal.far, b"stale")
        assert select.select([terminal.near], [], [], 60)[0]  # the kernel has brought it
        port = SerialPort(str(terminal.link), 9600)
        await port.open()
        os.write(terminal.far, b"fresh")
        assert await heard(port, 5) == b"fresh"
        await port.close()

    asyncio.run(scene())


def test_more_than_the_line_takes_at_once(terminal: Terminal) -> None:
    async def scene() -> None:
        port = SerialPort(str(terminal.link), 115200)
        await port.open()
        data = bytes(range(256)) * 256
        received = bytearray()
        complete = asyncio.Event()

        def take() -> None:
            received.extend(os.read(terminal.far, 1024))
            if len(received) == len(data):
                complete.set()

        loop = asyncio.get_running_loop()
        loop.add_reader(terminal.far, take)
        await port.write(data)
        await complete.wait()
        loop.remove_reader(terminal.far)
        assert received == data
        await port.close()

    asyncio.run(scene())


def test_a_line_that_takes_nothing_counts_as_gone(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hal.linux.descriptor.STUCK_S", 0.01)

    async def scene() -> None:
        port = SerialPort(str(terminal.link), 115200)
        await port.open()
        with pytest.raises(PortClosed, match="takes no more"):
            await port.write(bytes(1 << 20))

    asyncio.run(scene())


def test_unplugged_while_waiting_and_plugged_in_again(terminal: Terminal) -> None:
    async def scene() -> None:
        port = SerialPort(str(terminal.link), 9600)
        await port.open()
        asyncio.get_running_loop().call_soon(terminal.unplug)
        with pytest.raises(PortClosed):
            await port.read(64, 60_000)
        for use in (port.read(64, 0), port.write(b"x")):
            with pytest.raises(PortClosed, match="not open"):
                await use
        again = Terminal(terminal.link)
        await port.open()
        os.write(again.far, b"back")
        assert await heard(port, 4) == b"back"
        await port.close()
        again.unplug()

    asyncio.run(scene())


def test_unplugged_before_a_write(terminal: Terminal) -> None:
    async def scene() -> None:
        port = SerialPort(str(terminal.link), 9600)
        await port.open()
        terminal.unplug()
        with pytest.raises(PortClosed):
            await port.write(b"x")

    asyncio.run(scene())


def test_a_line_is_held_exclusively(terminal: Terminal) -> None:
    async def scene() -> None:
        first, second = SerialPort(str(terminal.link), 9600), SerialPort(str(terminal.link), 9600)
        await first.open()
        with pytest.raises(PortClosed):
            await second.open()
        await first.open()
        await first.close()
        await second.open()
        await second.close()

    asyncio.run(scene())


def test_what_is_no_serial_line_cannot_be_opened(tmp_path: Path) -> None:
    async def scene() -> None:
        plain = tmp_path / "file"
        plain.write_bytes(b"")
        for path in (tmp_path / "missing", tmp_path, plain):
            port = SerialPort(str(path), 9600)
            with pytest.raises(PortClosed) as caught:
                await port.open()
            assert caught.value.code == "port.closed"
            assert str(path) in caught.value.cause

    asyncio.run(scene())


def test_close_ends_a_waiting_read(terminal: Terminal) -> None:
    async def scene() -> None:
        port = SerialPort(str(terminal.link), 9600)
        await port.open()
        reading = asyncio.create_task(port.read(64, 60000))
        await asyncio.sleep(0)
        await port.close()
        with pytest.raises(PortClosed):
            await reading

    asyncio.run(scene())


def test_a_waiting_read_can_be_woken(terminal: Terminal) -> None:
    async def scene() -> None:
        port = SerialPort(str(terminal.link), 115200)
        await port.open()
        port.wake()  # nobody waits: nothing happens
        reading = asyncio.create_task(port.read(10, 60_000))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        port.wake()
        async with asyncio.timeout(60):
            assert await reading == b""
        os.write(terminal.far, b"x")
        assert await port.read(10, 60_000) == b"x"
        await port.close()

    asyncio.run(scene())


def test_the_speed_can_be_changed(terminal: Terminal) -> None:
    def speed() -> int:
        return int(termios.tcgetattr(terminal.near)[5])

    async def scene() -> None:
        port = SerialPort(str(terminal.link), 9600)
        await port.set_baud(115200)  # before it is open: counts at the opening
        await port.open()
        assert speed() == termios.B115200
        await port.set_baud(19200)
        assert speed() == termios.B19200
        await port.open()
        assert speed() == termios.B19200
        await port.write(b"still there")
        assert terminal.far_end(11) == b"still there"
        await port.close()

    asyncio.run(scene())


def test_changing_the_speed_of_a_line_that_is_gone(terminal: Terminal) -> None:
    async def scene() -> None:
        port = SerialPort(str(terminal.link), 9600)
        await port.open()
        terminal.unplug()
        with contextlib.suppress(PortClosed):  # the kernel may take the new speed of a line that has gone
            await port.set_baud(115200)
        with pytest.raises(PortClosed):
            await port.read(1, 100)

    asyncio.run(scene())


def test_a_change_of_speed_keeps_a_broken_line_from_looking_like_bytes(terminal: Terminal) -> None:
    async def scene() -> None:
        port = SerialPort(str(terminal.link), 9600)
        await port.open()
        await port.set_baud(115200)
        assert termios.tcgetattr(terminal.near)[0] & termios.IGNBRK
        await port.close()

    asyncio.run(scene())


def test_the_speed_of_a_line_that_takes_nothing_is_not_waited_for_for_ever(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serial.Serial, "out_waiting", 7)  # a pseudo-terminal never says that something waits

    async def scene() -> None:
        port = SerialPort(str(terminal.link), 9600)
        await port.open()
        with pytest.raises(PortClosed, match="takes no more"):
            await port.set_baud(115200)

    virtual_time.run(scene())


def test_what_a_line_did_not_take_does_not_hold_up_its_closing(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hal.linux.descriptor.STUCK_S", 0.01)

    async def scene() -> None:
        port = SerialPort(str(terminal.link), 115200)
        await port.open()
        with pytest.raises(PortClosed, match="takes no more"):
            await port.write(bytes(1 << 20))
        os.set_blocking(terminal.far, False)
        waiting = 0
        with contextlib.suppress(OSError):
            while data := os.read(terminal.far, 1 << 16):
                waiting += len(data)
        assert waiting <= 4096  # what has gone out; the kernel has forgotten the rest, and need not wait for it

    asyncio.run(scene())


def test_bytes_that_came_while_the_program_was_busy_are_not_overlooked(terminal: Terminal) -> None:
    async def scene() -> None:
        port = SerialPort(str(terminal.link), 115200)
        await port.open()

        def be_busy() -> None:
            os.write(terminal.far, b"8100017")
            virtual_time.stall(5)

        asyncio.get_running_loop().call_soon(be_busy)
        assert await port.read(64, 1000) == b"8100017"
        await port.close()

    virtual_time.run(scene())
