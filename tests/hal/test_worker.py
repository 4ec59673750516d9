"""The thread for calls that block: what comes back, and who waits how."""

import asyncio
import threading

import pytest

from hal.linux.worker import Worker

PATIENCE_S = 60.0


@pytest.mark.parametrize("patience_s", [0.0, PATIENCE_S])
async def test_results_and_errors_come_back_in_order(patience_s: float) -> None:
    worker = Worker("test")
    made: list[int] = []

    def call(number: int) -> int:
        made.append(number)
        if number == 2:
            raise KeyError(number)
        return number * 10

    asked = [asyncio.create_task(worker.run(lambda n=n: call(n), patience_s)) for n in range(4)]  # type: ignore[misc]
    told = await asyncio.gather(*asked, return_exceptions=True)
    assert made == [0, 1, 2, 3]
    assert (told[0], told[1], told[3]) == (0, 10, 30)
    assert isinstance(told[2], KeyError)
    worker.end()


async def test_what_takes_long_comes_by_way_of_the_loop() -> None:
    worker, go = Worker("test"), threading.Event()
    asked = asyncio.create_task(worker.run(lambda: go.wait(30), 0.001))
    await asyncio.sleep(0)
    assert not asked.done()  # the loop is free again, and nothing has let the call end
    go.set()
    assert await asked
    worker.end()


async def test_behind_a_call_that_takes_long_the_loop_stands_still_once_however_many_ask() -> None:
    worker, go = Worker("test"), threading.Event()
    patience_s = [0.001] + [3600.0] * 49
    asked = [asyncio.create_task(worker.run(lambda: go.wait(PATIENCE_S), patience)) for patience in patience_s]
    await asyncio.sleep(0)
    go.set()
    assert all(await asyncio.gather(*asked))  # not when the loop stood still until the first call gave up
    worker.end()


async def test_after_a_call_that_took_long_quick_ones_are_waited_for_in_place_again() -> None:
    worker, go = Worker("test"), threading.Event()
    asked = asyncio.create_task(worker.run(lambda: go.wait(30), 0.001))
    await asyncio.sleep(0)
    go.set()
    await asked
    turns: list[str] = []
    beside = asyncio.create_task(_turn(turns))
    await worker.run(lambda: turns.append("call"), PATIENCE_S)
    await beside
    assert turns == ["call", "other"]
    worker.end()


async def _turn(turns: list[str]) -> None:
    turns.append("other")


async def test_others_have_their_turn_between_quick_calls() -> None:
    worker, turns = Worker("test"), 0

    async def other() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    beside = asyncio.create_task(other())
    for _ in range(100):
        await worker.run(lambda: None, PATIENCE_S)
    assert turns >= 100
    beside.cancel()
    worker.end()


async def test_a_call_whose_caller_went_away_is_made_all_the_same() -> None:
    worker, go, made = Worker("test"), threading.Event(), threading.Event()
    first = asyncio.create_task(worker.run(lambda: go.wait(30), 0.001))
    second = asyncio.create_task(worker.run(made.set, 0.001))
    await asyncio.sleep(0)
    for task in (first, second):
        task.cancel()
    await asyncio.wait([first, second])
    go.set()
    assert await worker.run(made.is_set, PATIENCE_S)
    worker.end()


def test_a_call_that_ends_after_the_loop_is_closed_disturbs_nobody() -> None:
    worker, go = Worker("test"), threading.Event()

    async def leave() -> None:
        waiting = asyncio.create_task(worker.run(lambda: go.wait(30), 0.001))
        await asyncio.sleep(0)
        waiting.cancel()

    asyncio.run(leave())
    go.set()
    assert worker.submit(lambda: "goes on").result(30) == "goes on"
    worker.end()
