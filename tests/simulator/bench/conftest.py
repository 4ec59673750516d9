"""Counters for the tests of the bench; one event loop per file, so that one browser serves a file."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.simulator.bench.bench_counter import BenchCounter, open_counter


@pytest_asyncio.fixture(loop_scope="module")
async def counter(tmp_path: Path) -> AsyncIterator[BenchCounter]:
    """With the page."""
    counter = await open_counter(tmp_path, page=True)
    yield counter
    await counter.bench.stop()


@pytest_asyncio.fixture(loop_scope="module")
async def headless(tmp_path: Path) -> AsyncIterator[BenchCounter]:
    """Without the page."""
    counter = await open_counter(tmp_path, page=False)
    yield counter
    await counter.bench.stop()
