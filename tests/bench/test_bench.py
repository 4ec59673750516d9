"""What the benchmark rests on: the counter it drives, and the bytes that it counts without sending them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from hal.linux.settings import read_profiles, read_settings
from hal.ports import PrintCut, PrintFeed, PrintLine, PrintQr, PrintRule
from tests.drivers import virtual_time
from tests.drivers.paper_printer import PROFILE
from tests.drivers.wire import Wire
from tools.bench.line import WatchedPort, wire_ms
from tools.bench.measurement import Measurement, exact, rounded, table
from tools.bench.sample import shown_bytes
from tools.bench.simulated import Simulator

if TYPE_CHECKING:
    from pathlib import Path


def test_what_counts_as_text_is_what_can_be_read_on_the_paper() -> None:
    assert shown_bytes(PrintLine("阿司匹林 100mg", 2, bold=True)) == len("阿司匹林 100mg".encode("gb18030")) + 1
    assert shown_bytes(PrintRule()) == PROFILE["columns"] + 1
    assert shown_bytes(PrintQr("20260921a1b2000012|400125241")) == 28
    assert shown_bytes(PrintFeed(3)) == shown_bytes(PrintCut()) == 0


def test_the_board_names_the_devices_of_its_own_simulator(tmp_path: Path) -> None:
    simulator = Simulator(tmp_path)
    settings = read_settings(simulator.board())
    ports = [device.port for device in (settings.card_reader, settings.scanner, settings.printer)]
    assert ports == [f"{tmp_path}/{name}" for name in ("card-reader", "scanner", "printer")]
    assert settings.console["port"] == simulator.terminal_port
    assert str(settings.platform.secret_file) == f"{tmp_path}/gateway-secret"
    assert read_profiles(settings).printer == PROFILE


def test_a_watched_port_notes_what_passes_in_both_directions() -> None:
    class Echo:
        def heard(self, data: bytes) -> None:
            wire.say(data.upper(), 0.5)

    wire = Wire()
    wire.device = Echo()
    port = WatchedPort(wire)

    async def scene() -> bytes:
        await port.open()
        await port.write(b"find")
        await asyncio.sleep(0)
        assert await port.read(64, 100) == b""
        return await port.read(64, 1000)

    assert virtual_time.run(scene()) == b"FIND"
    assert [(passed.out, passed.data) for passed in port.passed] == [(True, b"find"), (False, b"FIND")]
    assert port.passed[0].at_s < port.passed[1].at_s


def test_a_ratio_that_misses_its_aim_by_a_hair_is_not_rounded_to_it() -> None:
    assert exact(687 / 596) == 1.153
    assert rounded(687 / 596) == 1.15
    assert wire_ms(1359) == pytest.approx(117.97, abs=0.01)
    assert table([Measurement("a", 1.153, "x", "b = 1")]).splitlines()[1].split() == ["a", "1.153", "x", "b", "=", "1"]
