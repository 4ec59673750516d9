"""What hands do besides laying cards and scanning boxes: bursts, replugging, speeds, social security cards."""

import asyncio
import os
import termios
from pathlib import Path

import pytest

from simulator import device_verbs
from simulator.devices import KeyboardScanner, PlainScanner
from simulator.devices.social_card import SocialCard
from simulator.scan_verbs import BEEP_PATIENCE_S, BURST_S
from simulator.set_up import build_world
from simulator.world import WorldError
from tests.simulator.counter_top import Cable, Counter, FaultList

BURST = ("aspirin-1", "aspirin-2", "metformin-1")


async def done(counter: Counter, line: str, seconds: float) -> None:
    """Do `line` and let `seconds` go by in small steps."""
    task = asyncio.create_task(counter.world.do(line))
    for _ in range(int(seconds / 0.05) + 1):
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        counter.clock.advance(0.05)
    await task


async def test_three_boxes_pass_within_one_second() -> None:
    counter = Counter(PlainScanner)
    await done(counter, f"scan burst {' '.join(BURST)}", 1.1)
    codes = [counter.world.boxes[name].code for name in BURST]
    assert counter.heard == "".join(code + "\r" for code in codes).encode()
    assert counter.clock.now() < 1.2
    assert counter.world.scanner.window is None


async def test_what_was_not_read_in_passing_is_named() -> None:
    counter = Counter()
    counter.light_on()
    with pytest.raises(WorldError, match="Not read in passing: aspirin-2, metformin-1"):
        await done(counter, f"scan burst {' '.join(BURST)}", BURST_S + 2 * BEEP_PATIENCE_S + 0.2)


async def test_a_slow_beep_is_waited_for() -> None:
    counter = Counter()
    counter.light_on()
    counter.clock.after(1.5, counter.light_on)  # the terminal gets round to arming it for the second box only then
    await done(counter, "scan burst aspirin-1 aspirin-2", 2.5)
    assert counter.world.scanner.reads == 2


async def test_a_replugged_device_has_lost_its_power_and_comes_back() -> None:
    counter = Counter()
    counter.light_on()
    await done(counter, "scanner replug", 1.2)
    assert counter.world.scanner.plugged
    assert not counter.world.scanner.lit


async def test_a_replugged_device_has_another_port_under_the_same_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(device_verbs, "REPLUG_S", 0.1)
    world = build_world(tmp_path, line_rate=False, network=Cable(), platform=FaultList())
    await world.start()
    link = tmp_path / "card-reader"
    before = link.readlink()
    host = os.open(link, os.O_RDWR | os.O_NOCTTY)
    replug = asyncio.create_task(world.do("reader replug"))
    async with asyncio.timeout(60):
        assert await asyncio.to_thread(_ended, host)
        assert not link.is_symlink()
        await replug
    os.close(host)
    assert link.readlink() != before
    host = os.open(link, os.O_RDWR | os.O_NOCTTY)
    os.write(host, bytes.fromhex("AAAAAA9669000311FFED"))
    async with asyncio.timeout(60):
        assert await asyncio.to_thread(os.read, host, 64) == bytes.fromhex("AAAAAA9669000400009094")
    os.close(host)
    await world.stop()
    assert list(tmp_path.iterdir()) == []


def _ended(port: int) -> bool:
    """Has the port vanished under its reader?"""
    try:
        return os.read(port, 1) == b""
    except OSError:
        return True


async def test_a_reader_at_another_speed_answers_who_follows_without_line_rate(tmp_path: Path) -> None:
    world = build_world(tmp_path, line_rate=False, network=Cable(), platform=FaultList())
    await world.start()
    await world.do("fault reader.wrong_baud 9600")
    host = os.open(tmp_path / "card-reader", os.O_RDWR | os.O_NOCTTY)
    question, answer = bytes.fromhex("AAAAAA9669000311FFED"), bytes.fromhex("AAAAAA9669000400009094")
    _set_speed(host, termios.B115200)
    world.reader.receive(question)
    async with asyncio.timeout(60):
        assert set(await asyncio.to_thread(os.read, host, 64)) <= {0x00, 0xFF}
    _set_speed(host, termios.B9600)
    os.write(host, question)
    async with asyncio.timeout(60):
        assert await asyncio.to_thread(os.read, host, 64) == answer
    os.close(host)
    await world.stop()


def _set_speed(port: int, speed: int) -> None:
    settings = termios.tcgetattr(port)
    settings[4] = settings[5] = speed
    termios.tcsetattr(port, termios.TCSANOW, settings)


def test_a_technician_sets_speeds() -> None:
    counter = Counter()
    counter.do("reader baud 9600", "scanner baud 115200")
    assert (counter.world.reader.baud, counter.world.scanner.baud) == (9600, 115200)
    assert "speeds are 115200" in counter.refused("reader baud 4800")
    assert "knows no speeds" in Counter(KeyboardScanner).refused("scanner baud 9600")


def test_what_a_kind_of_scanner_cannot_have_is_refused() -> None:
    counter = Counter(KeyboardScanner)
    assert counter.refused("fault scanner.drops_bytes") == "This scanner cannot have scanner.drops_bytes."
    names = [fault["name"] for fault in counter.world.state()["faults"]]
    assert "scanner.alt_codes" in names
    assert "scanner.drops_bytes" not in names
    assert counter.world.state()["scanner"]["kind"] == "keyboard"


class Slot:
    """A slot that remembers what is in it."""

    def __init__(self) -> None:
        self.card: SocialCard | None = None

    async def insert(self, card: SocialCard) -> None:
        self.card = card

    async def remove(self) -> None:
        self.card = None


def test_a_social_security_card_is_put_in_and_pulled_out() -> None:
    counter = Counter()
    counter.world.slot = slot = Slot()
    counter.do("social insert zhang-san")
    assert slot.card == counter.world.people["zhang-san"].social
    assert counter.world.state()["social"] == {"card": "zhang-san"}
    assert "already" in counter.refused("social insert li-fang")
    counter.do("social remove")
    assert slot.card is None
    assert "No card" in counter.refused("social remove")
    assert "no social security card" in counter.refused("social insert sun-qi")


def test_hands_at_the_printer() -> None:
    counter = Counter()
    counter.world.printer.faults.set("motor_jams", 1)
    counter.world.printer.receive(b"stuck\n")
    assert counter.world.state()["printer"]["jam"] == "motor"
    counter.do("printer clear-jam")
    assert counter.world.state()["printer"]["jam"] == ""
    before = counter.world.printer.paper_mm
    fresh = Counter()
    fresh.do("printer feed")
    fresh.clock.advance(1)
    assert fresh.world.printer.paper_mm < before
