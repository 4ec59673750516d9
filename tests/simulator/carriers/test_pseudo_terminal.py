"""Real pseudo-terminals of the operating system: open, close, kill, speed."""

import asyncio
import os
import sys
import termios
from contextlib import suppress
from pathlib import Path

import pytest
import serial

from simulator.carriers import PtyCarrier

LIMIT_S = 60


class Inbox:
    """What a device heard."""

    def __init__(self) -> None:
        self.data = bytearray()
        self._more = asyncio.Event()

    def take(self, data: bytes) -> None:
        self.data += data
        self._more.set()

    async def wait_for(self, size: int) -> bytes:
        async with asyncio.timeout(LIMIT_S):
            while len(self.data) < size:
                self._more.clear()
                await self._more.wait()
        return bytes(self.data)


async def read_from(fd: int, size: int) -> bytes:
    """`size` bytes that the host receives."""
    loop, data, readable = asyncio.get_running_loop(), bytearray(), asyncio.Event()
    loop.add_reader(fd, readable.set)
    try:
        async with asyncio.timeout(LIMIT_S):
            while len(data) < size:
                readable.clear()
                await readable.wait()
                with suppress(BlockingIOError):
                    data += os.read(fd, size - len(data))
    finally:
        loop.remove_reader(fd)
    return bytes(data)


def open_port(link: Path) -> int:
    return os.open(link, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)


async def test_every_byte_goes_through_both_ways_unchanged(tmp_path: Path) -> None:
    inbox = Inbox()
    carrier = PtyCarrier(tmp_path / "sim" / "printer", None)
    carrier.connect(inbox.take)
    await carrier.start()
    fd = open_port(carrier.link)
    everything = bytes(range(256)) * 4
    os.write(fd, everything)
    assert await inbox.wait_for(len(everything)) == everything
    carrier.send(everything)
    assert await read_from(fd, len(everything)) == everything
    os.close(fd)
    await carrier.stop()


async def test_the_line_survives_closing_and_reopening(tmp_path: Path) -> None:
    inbox = Inbox()
    carrier = PtyCarrier(tmp_path / "scanner", None)
    carrier.connect(inbox.take)
    await carrier.start()
    for turn in range(1, 6):
        fd = open_port(carrier.link)
        os.write(fd, b"?")
        await inbox.wait_for(turn)
        carrier.send(b"!")
        assert await read_from(fd, 1) == b"!"
        os.close(fd)
    await carrier.stop()


async def test_the_line_survives_a_killed_host(tmp_path: Path) -> None:
    inbox = Inbox()
    carrier = PtyCarrier(tmp_path / "card-reader", None)
    carrier.connect(inbox.take)
    await carrier.start()
    program = "import os,sys,signal; fd=os.open(sys.argv[1], os.O_RDWR|os.O_NOCTTY); os.write(fd, b'k'); signal.pause()"
    host = await asyncio.create_subprocess_exec(sys.executable, "-c", program, str(carrier.link))
    await inbox.wait_for(1)
    host.kill()
    await host.wait()
    fd = open_port(carrier.link)
    os.write(fd, b"again")
    assert await inbox.wait_for(6) == b"kagain"
    os.close(fd)
    await carrier.stop()


async def test_stop_takes_the_link_away_and_start_replaces_a_stale_one(tmp_path: Path) -> None:
    link = tmp_path / "printer"
    link.symlink_to("/dev/pts/999999")
    carrier = PtyCarrier(link, None)
    await carrier.start()
    os.close(open_port(link))
    await carrier.stop()
    await carrier.stop()
    assert not link.is_symlink()


async def test_a_link_that_somebody_else_has_taken_over_is_left_alone(tmp_path: Path) -> None:
    first, second = PtyCarrier(tmp_path / "printer", None), PtyCarrier(tmp_path / "printer", None)
    await first.start()
    await second.start()
    await first.stop()
    os.close(open_port(second.link))
    await second.stop()


async def test_the_line_takes_its_time(tmp_path: Path) -> None:
    carrier = PtyCarrier(tmp_path / "card-reader", 115200)
    await carrier.start()
    fd = open_port(carrier.link)
    loop = asyncio.get_running_loop()
    began = loop.time()
    carrier.send(bytes(1295))
    assert await read_from(fd, 1295) == bytes(1295)
    assert loop.time() - began >= 0.112
    os.close(fd)
    await carrier.stop()


async def test_more_than_the_hosts_buffer_arrives_whole(tmp_path: Path) -> None:
    inbox = Inbox()
    carrier = PtyCarrier(tmp_path / "printer", 230400)
    carrier.connect(inbox.take)
    await carrier.start()
    fd = open_port(carrier.link)
    data = os.urandom(3000)
    os.write(fd, data)
    await inbox.wait_for(1)
    os.write(fd, data)
    assert await inbox.wait_for(6000) == data * 2
    os.close(fd)
    await carrier.stop()


async def test_the_wrong_speed_gives_garbage_and_the_right_one_does_not(tmp_path: Path) -> None:
    inbox = Inbox()
    carrier = PtyCarrier(tmp_path / "scanner", 9600)
    carrier.connect(inbox.take)
    await carrier.start()
    port = serial.Serial(str(carrier.link), 115200, timeout=0)
    port.write(b"\x7e\x00")
    assert await inbox.wait_for(2) == b"\x00\x00"
    port.baudrate = 9600
    port.write(b"\x7e\x00")
    assert await inbox.wait_for(4) == b"\x00\x00\x7e\x00"
    carrier.set_baud(57600)
    port.write(b"\x01")
    assert (await inbox.wait_for(5))[-1:] == b"\xff"
    port.close()
    await carrier.stop()


@pytest.mark.parametrize("line_rate", [True, False])
async def test_what_the_device_says_at_another_speed_is_garbage(tmp_path: Path, line_rate: bool) -> None:
    carrier = PtyCarrier(tmp_path / "scanner", 9600, line_rate=line_rate)
    await carrier.start()
    port = serial.Serial(str(carrier.link), 115200, timeout=0)
    carrier.send(b"\x01\x02")
    assert await read_from(port.fileno(), 2) == b"\xff\x00"
    carrier.set_baud(115200)
    carrier.send(b"\x01\x02")
    assert await read_from(port.fileno(), 2) == b"\x01\x02"
    port.close()
    await carrier.stop()


async def test_a_renumbered_port_is_another_one_and_its_name_follows(tmp_path: Path) -> None:
    inbox = Inbox()
    carrier = PtyCarrier(tmp_path / "scanner", None)
    carrier.connect(inbox.take)
    await carrier.start()
    fd, before = open_port(carrier.link), carrier.link.readlink()

    async def gone() -> None:
        assert not carrier.link.is_symlink()
        carrier.send(b"to nobody")
        with pytest.raises(OSError, match="Input/output error"):
            os.write(fd, b"?")

    await carrier.renumber(gone)
    os.close(fd)
    assert carrier.link.readlink() != before
    fd = open_port(carrier.link)
    os.write(fd, b"new")
    assert await inbox.wait_for(3) == b"new"
    os.close(fd)
    await carrier.stop()
    await carrier.renumber(gone)  # a stopped one stays stopped
    assert not carrier.link.is_symlink()


async def test_echo_and_line_editing_are_off(tmp_path: Path) -> None:
    carrier = PtyCarrier(tmp_path / "scanner", None)
    await carrier.start()
    fd = open_port(carrier.link)
    local_modes = termios.tcgetattr(fd)[3]
    assert not local_modes & (termios.ECHO | termios.ICANON | termios.ISIG)
    with pytest.raises(BlockingIOError):
        os.read(fd, 1)
    os.close(fd)
    await carrier.stop()
