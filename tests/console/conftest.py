"""A terminal on a board in memory, with its console on a free port."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

import pytest

from firmware.terminal import Terminal, build
from tests.console.raw_http import Browser
from tests.portable.doubles import MemoryBoard, pulse
from tests.portable.stick_counter import MemoryStick, OneKeySeal
from tests.portable.tiny_platform import TinyPlatform

PIN = "283746"


@dataclass
class Served:
    """What a test of the console holds in its hands."""

    board: MemoryBoard
    platform: TinyPlatform
    terminal: Terminal
    port: int

    def browser(self) -> Browser:
        """A screen on which nobody has signed in."""
        return Browser(self.port)

    async def signed_in(self) -> Browser:
        """A screen of the first operator."""
        browser = self.browser()
        reply = await browser.post("/api/setup", {"name": "韦医生", "pin": PIN})
        assert reply.status == 200
        return browser

    async def quiet(self) -> None:
        """Until the work that the presses started is done."""
        idle = 0
        while idle < 40:
            await asyncio.sleep(0)
            idle = 0 if self.terminal.work.busy or self.terminal.work.opening() else idle + 1


@pytest.fixture
def photo_decoder() -> Callable[[bytes], Awaitable[bytes]] | None:
    """The board's; a test file may have another."""
    return None


@pytest.fixture
def furnish() -> Callable[[MemoryBoard], None]:
    """What else the board has; a test file may have another."""
    return lambda _board: None


def with_stick(board: MemoryBoard) -> None:
    """Furnish a board with a place for a stick."""
    board.stick = MemoryStick()
    board.parcels = OneKeySeal()


@pytest.fixture
async def served(
    photo_decoder: Callable[[bytes], Awaitable[bytes]] | None, furnish: Callable[[MemoryBoard], None]
) -> AsyncIterator[Served]:
    platform = TinyPlatform()
    board = MemoryBoard(None, platform)
    board.photo_decoder = photo_decoder
    furnish(board)
    board.console = {"host": "127.0.0.1", "port": 0, "frame_ancestors": ["http://127.0.0.1:8600"]}
    terminal = await build(board)  # type: ignore[arg-type]  # its ports are real ones, seen as what they are
    tasks = [
        asyncio.create_task(body)
        for body in (terminal.console.run(pulse), terminal.work.run(pulse), terminal.work.run_printer(pulse))
    ]
    await terminal.console.serving()
    server = terminal.console.app.server
    assert server is not None
    yield Served(board, platform, terminal, server.sockets[0].getsockname()[1])
    await _hung_up(terminal, set(tasks))
    for task in tasks:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _hung_up(terminal: Terminal, tasks: set[asyncio.Task[None]]) -> None:
    """Until every connection has ended. An event stream notices that its screen is gone when it next has news."""
    tasks = tasks | {asyncio.current_task()}  # type: ignore[arg-type]
    while others := asyncio.all_tasks() - tasks:
        terminal.screen.changed()
        await asyncio.wait(others, timeout=0.05)
