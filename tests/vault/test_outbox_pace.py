"""When the outbox speaks and when it is silent, on virtual time."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from firmware.backoff import OUTBOX_CAP_MS
from firmware.supervisor import STALLED_MS
from firmware.vault import ABSENT, DELIVERED, REFUSED, UNKNOWN, Batch, Outbox, open_vault
from hal import aio
from tests.drivers import virtual_time
from tests.portable.doubles import MemoryBoard

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

SPREAD_S = 100


class TimedCourier:
    """Remembers when it was asked to send what. `answers` are (outcome, seconds of silence)."""

    def __init__(self) -> None:
        self.sent: list[tuple[int, str]] = []
        self.answers: list[tuple[str, int]] = []
        self.always = DELIVERED
        self.slow_ms = 0

    async def new_msgid(self) -> str:
        return "m"

    async def send(self, message: dict[str, Any]) -> tuple[str, str, int]:
        self.sent.append((aio.now_ms(), message["row"]))
        await aio.sleep_ms(self.slow_ms)
        outcome, wait_s = self.answers.pop(0) if self.answers else (self.always, 0)
        return outcome, "", wait_s

    async def ask(self, message: dict[str, Any]) -> tuple[str, str, int]:
        return ABSENT, "", 0


class Scene:
    """A running outbox; `pulses` are the times at which it showed that it lives."""

    def __init__(self, seed: int) -> None:
        self.board = MemoryBoard(seed=seed)
        self.courier = TimedCourier()
        self.pulses: list[int] = []

    async def begin(self) -> None:
        board = self.board
        self.vault = await open_vault(board.store, board.ciphers, board.keys, board.random, board.clock)
        uploads = {"spread_s": SPREAD_S, "batch": 50, "lanes": 1}
        self.outbox = Outbox(self.vault, self.courier, board.clock, board.random, uploads, 100)
        await self.outbox.load()

    def run(self) -> None:
        aio.spawn("outbox", self.outbox.run(lambda: self.pulses.append(aio.now_ms())))

    async def put(self, row: str) -> None:
        batch = Batch("test")
        self.outbox.enqueue(batch, row, row, "3505", {}, 1)
        await self.vault.commit(batch)

    def times(self, row: str) -> list[int]:
        return [at for at, sent in self.courier.sent if sent == row]


def play(scene: Callable[[Scene], Coroutine[Any, Any, None]], seed: int = 1) -> None:
    async def whole() -> None:
        stage = Scene(seed)
        await stage.begin()
        await scene(stage)
        gaps = [later - before for before, later in pairwise(stage.pulses)]
        assert max(gaps, default=0) < STALLED_MS // 2

    virtual_time.run(whole())


def test_after_the_start_the_backlog_goes_within_the_window() -> None:
    firsts = []
    for seed in range(1, 13):

        async def scene(stage: Scene) -> None:
            await stage.put("old")
            await stage.begin()  # after a restart it is backlog
            stage.run()
            await aio.sleep_ms(SPREAD_S * 1000 + 1)
            firsts.append(stage.times("old")[0])

        play(scene, seed)
    assert max(firsts) - min(firsts) > SPREAD_S * 500


def test_what_is_fresh_goes_at_once() -> None:
    async def scene(stage: Scene) -> None:
        stage.run()
        await aio.sleep_ms(3000)
        await stage.put("new")
        await aio.sleep_ms(10)
        assert stage.times("new")[0] - 3000 < 10

    play(scene)


def test_failures_are_further_and_further_apart_and_start_anew_after_a_success() -> None:
    async def scene(stage: Scene) -> None:
        stage.courier.always = ABSENT
        stage.run()
        await stage.put("a")
        await aio.sleep_ms(20 * OUTBOX_CAP_MS)
        tries = stage.times("a")
        pauses = [later - before for before, later in pairwise(tries)]
        assert max(pauses[1:6]) < 40_000  # the first may be the spread
        assert OUTBOX_CAP_MS // 2 < max(pauses) <= OUTBOX_CAP_MS + 10
        stage.courier.always = DELIVERED
        stage.outbox.wake()
        await aio.sleep_ms(SPREAD_S * 1000 + 10)
        assert stage.outbox.summary()["waiting"] == 0
        stage.courier.answers = [(ABSENT, 0)] * 3
        now = aio.now_ms()
        await stage.put("b")
        await aio.sleep_ms(SPREAD_S * 1000 + 10_000)
        assert len([at for at in stage.times("b") if at >= now]) == 4

    play(scene)


def test_a_fresh_visit_does_not_wait_for_the_back_off_of_the_others() -> None:
    async def scene(stage: Scene) -> None:
        stage.courier.always = UNKNOWN
        stage.run()
        await stage.put("a")
        await aio.sleep_ms(10 * OUTBOX_CAP_MS)
        stage.courier.always = DELIVERED
        now = aio.now_ms()
        await stage.put("b")
        await aio.sleep_ms(10)
        assert stage.times("b") == [now]
        await aio.sleep_ms(SPREAD_S * 1000 + 10)  # the line is there: the others follow
        assert stage.outbox.summary()["waiting"] == 0

    play(scene)


@pytest.mark.parametrize("outcome", [ABSENT, UNKNOWN])
def test_the_platform_is_given_the_silence_it_asks_for(outcome: str) -> None:
    async def scene(stage: Scene) -> None:
        stage.courier.answers = [(outcome, 500)]
        stage.run()
        await stage.put("a")
        await stage.put("b")
        await aio.sleep_ms(499_000)
        stage.outbox.wake()
        await stage.put("c")
        await aio.sleep_ms(900)
        assert len(stage.courier.sent) == 1
        await aio.sleep_ms(SPREAD_S * 1000 + 10_000)
        assert {row for _, row in stage.courier.sent} == {"a", "b", "c"}
        assert stage.outbox.summary()["waiting"] == 0

    play(scene)


def test_terminals_that_were_sent_away_together_do_not_return_together() -> None:
    times = []
    for seed in range(1, 13):

        async def scene(stage: Scene) -> None:
            stage.courier.answers = [(UNKNOWN, 50)]
            await stage.put("old")
            await stage.begin()
            stage.run()
            await aio.sleep_ms((50 + 2 * SPREAD_S) * 1000 + 10)
            first, second = stage.times("old")
            times.append(second - first - 50_000)

        play(scene, seed)
    assert min(times) >= 0
    assert max(times) - min(times) > SPREAD_S * 500


def test_what_is_fresh_does_not_wait_for_a_slow_backlog() -> None:
    async def scene(stage: Scene) -> None:
        stage.courier.slow_ms = 3000
        for number in range(40):
            await stage.put(f"old{number:02}")
        await stage.begin()
        stage.run()
        while not stage.courier.sent:
            await aio.sleep_ms(100)
        now = aio.now_ms()
        await stage.put("new")
        await aio.sleep_ms(3500)
        [at] = stage.times("new")
        assert at <= now + 3000
        await aio.sleep_ms(200_000)
        assert stage.outbox.summary()["waiting"] == 0
        assert len(stage.courier.sent) == 41  # and what gave way was not sent twice

    play(scene)


def test_a_line_that_comes_and_goes_does_not_put_it_off() -> None:
    async def scene(stage: Scene) -> None:
        await stage.put("old")
        await stage.begin()
        stage.run()
        for _ in range(SPREAD_S):
            stage.outbox.wake()
            await aio.sleep_ms(1000)
        await aio.sleep_ms(1000)
        assert len(stage.times("old")) == 1

    play(scene)


def test_what_a_person_wants_tried_goes_at_once() -> None:
    async def scene(stage: Scene) -> None:
        stage.courier.answers = [(REFUSED, 0)]
        stage.run()
        await stage.put("a")
        await aio.sleep_ms(10)
        stage.outbox.wake()  # the line was away: the others wait for their time within the window
        held = await stage.outbox.held()
        now = aio.now_ms()
        await stage.outbox.retry(held[0]["id"], "1")
        await aio.sleep_ms(10)
        assert stage.times("a")[1:] == [now]

    play(scene)


def test_the_age_is_that_of_what_waits_and_not_of_what_has_gone() -> None:
    async def scene(stage: Scene) -> None:
        stage.run()
        await aio.sleep_ms(10)
        await stage.put("a")
        await aio.sleep_ms(10)
        stage.courier.always = UNKNOWN
        stage.board.clock.now_s += 50
        await stage.put("b")
        await aio.sleep_ms(10)
        assert len(stage.times("b")) == 1
        assert stage.outbox.summary()["oldest_s"] == 0

    play(scene)
