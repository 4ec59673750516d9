"""A pytest plugin: simulated devices at the end of a line, for tests of drivers (docs/writing-a-driver.md).

A test that asks for `on_a_line` runs on virtual time with a line in memory. With the mark `also_on_a_terminal` the same
test runs once more in real time, through a pseudo-terminal of the operating system and the serial port of Linux.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from simulator.catalogue import load_boxes, load_people
from tests.drivers.desk import Desk
from tests.drivers.virtual_time import VirtualTimeLoop
from tests.plugin.line import Line, in_memory, on_a_terminal

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from simulator.catalogue import Box, Person
    from simulator.devices import SerialDevice
    from tests.plugin.line import D_co, Makes

__all__ = ["Desk", "Line", "OnALine", "in_memory"]


class OnALine:
    """Puts devices at the end of lines: in memory on virtual time, else on a pseudo-terminal."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lines: list[Line[SerialDevice]] = []

    async def __call__(self, make: Makes[D_co], baud: int | None = None, seed: int = 0) -> Line[D_co]:
        """A new device of the kind that `make` makes, and a port to it; `baud` as in `in_memory`."""
        if isinstance(asyncio.get_running_loop(), VirtualTimeLoop):
            line = in_memory(make, baud, seed)
        else:
            line = await on_a_terminal(make, self._folder / f"port-{len(self._lines)}", baud, seed)
        self._lines.append(line)
        return line

    async def stop(self) -> None:
        """Take all lines away."""
        for line in self._lines:
            await line.stop()


@pytest.fixture
async def on_a_line(tmp_path: Path) -> AsyncIterator[OnALine]:
    """`line = await on_a_line(Gm65Scanner, baud=9600)`: a simulated device (`line.device`), a port to it (`line.port`),
    its cable and its faults."""
    made = OnALine(tmp_path)
    yield made
    await made.stop()


@pytest.fixture(scope="session")
def people() -> dict[str, Person]:
    """The people of the simulator by id, with their cards."""
    return load_people()


@pytest.fixture(scope="session")
def boxes() -> dict[str, Box]:
    """The boxes of the simulator by id."""
    return load_boxes()


def pytest_configure(config: pytest.Config) -> None:
    """Make the mark known."""
    config.addinivalue_line(
        "markers", "also_on_a_terminal: a test with `on_a_line` that also runs on a pseudo-terminal"
    )


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Function
) -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """The event loops that a test runs on."""
    if "on_a_line" not in item.fixturenames:
        return {"real-time": asyncio.new_event_loop}
    if item.get_closest_marker("also_on_a_terminal"):
        return {"virtual-time": VirtualTimeLoop, "pseudo-terminal": asyncio.new_event_loop}
    return {"virtual-time": VirtualTimeLoop}
