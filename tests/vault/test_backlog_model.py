"""Rounds over a backlog beside a naive model: whatever is stuck, everything else arrives, once and in its order."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from firmware.vault import (
    ABSENT,
    DELIVERED,
    REFUSED,
    UNKNOWN,
    WAITING_KIND,
    Batch,
    Outbox,
    open_vault,
)
from tests.portable.doubles import MemoryBoard, pulse
from tests.tidy_loop import stop_all

VISITS = ("1", "11", "2", "3", "4", "5", "6", "7")
SILENT = "no answer to anything"
DEAF = "no answer to a delivery, but asked it says that it is not there"
HELD = "refused"
CLOSED = "does not open"
FINE = "arrives"
LATE = "arrives with the third try"
STUCK = (SILENT, DEAF, HELD, CLOSED)
FATES = st.sampled_from((FINE,) * 8 + (SILENT, SILENT, DEAF, HELD, CLOSED, LATE, LATE))


class Fates:
    """A courier for whom each row has its fate. `order` is what arrived, `tried` every delivery."""

    def __init__(self, fates: dict[str, str]) -> None:
        self.fates = fates
        self.order: list[str] = []
        self.tried: list[str] = []
        self.before: Any = None

    async def new_msgid(self) -> str:
        return "m"

    async def send(self, message: dict[str, Any]) -> tuple[str, str, int]:
        await asyncio.sleep(0)
        row = message["row"]
        self.tried.append(row)
        if self.before is not None:
            await self.before()
        fate = self.fates[row]
        if fate in (SILENT, DEAF) or (fate == LATE and self.tried.count(row) < 3):
            return UNKNOWN, "", 0
        if fate == HELD:
            return REFUSED, "no", 0
        self.order.append(row)
        return DELIVERED, "", 0

    async def ask(self, message: dict[str, Any]) -> tuple[str, str, int]:
        await asyncio.sleep(0)
        row = message["row"]
        if self.fates[row] == SILENT:
            return UNKNOWN, "", 0
        return (DELIVERED if row in self.order else ABSENT), "", 0


class Scene:
    def __init__(self, plan: list[tuple[str, str]], most: int, lanes: int, dying: list[str]) -> None:
        """`plan`: the visit and the fate of each message, in the order in which they are made. `dying`: visits whose
        first cancellation dies of an error before its commit."""
        self.rows = [f"{visit}/{number:03}" for number, (visit, _) in enumerate(plan)]
        self.courier = Fates({row: fate for row, (_, fate) in zip(self.rows, plan, strict=True)})
        self.uploads = {"spread_s": 0, "batch": most, "lanes": lanes}
        self.board = MemoryBoard()
        self.withdrawn: set[str] = set()
        self.dying = dying
        self.dead: set[str] = set()  # visits whose cancellation has died since the round began

    async def open(self) -> None:
        board = self.board
        self.vault = await open_vault(board.store, board.ciphers, board.keys, board.random, board.clock)
        self.outbox = Outbox(self.vault, self.courier, board.clock, board.random, self.uploads, 100)
        await self.outbox.load()

    async def put(self, row: str) -> None:
        batch = Batch("test")
        self.outbox.enqueue(batch, visit_of(row), row, "3505", {}, 1)
        await self.vault.commit(batch)
        if self.courier.fates[row] == CLOSED:
            name = max(key for key in self.board.store.rows if key.startswith(self.prefix(row)))
            self.board.store.rows[name] = b"damaged"

    def prefix(self, row: str) -> bytes:
        return f"r/{WAITING_KIND}/{visit_of(row)}.".encode()

    def waiting(self) -> set[str]:
        """What nothing keeps from arriving, and has not arrived: no earlier one of its visit is stuck."""
        free = set()
        for row in self.made:
            before = [one for one in self.made if visit_of(one) == visit_of(row) and one <= row]
            if not any(self.courier.fates[one] in STUCK and one not in self.withdrawn for one in before):
                free.add(row)
        return free - self.withdrawn - set(self.courier.order)

    async def cancel(self, visit: str) -> None:
        batch = Batch("cancel")
        rows = await self.outbox.withdraw(batch, visit)
        if visit in self.dying:
            self.dying.remove(visit)  # an error took the maker away
            self.dead.add(visit)
        else:
            await self.vault.commit(batch)
            self.withdrawn |= set(rows)

    async def play(self, at_once: int, cancelled: list[str]) -> None:
        """The messages but the last `at_once` are a backlog; those come while the first rounds are under way, and then
        visits are cancelled."""
        split = max(1, len(self.rows) - at_once)
        self.made = self.rows[:split]
        for row in self.made:
            await self.put(row)
        self.board = self.board.restarted(2)
        await self.open()
        coming = self.rows[split:]

        async def come() -> None:
            if coming:
                row = coming.pop(0)
                self.made.append(row)
                await self.put(row)
            elif cancelled:
                await self.cancel(cancelled.pop(0))

        self.courier.before = come
        while coming or cancelled:
            await self.round()
            await come()
        self.courier.before = None
        for _ in range(3 * len(self.rows) + 4):
            await self.round()
        assert not self.waiting(), "starved"

    async def round(self) -> None:
        self.dead = set()
        complete = await self.outbox.deliver(pulse)
        left = {row for row in self.waiting() if visit_of(row) not in self.dead}
        assert not (complete and left), "complete, and something waits"
        order = self.courier.order
        assert len(set(order)) == len(order), "twice"
        for visit in VISITS:
            mine = [row for row in self.courier.tried if visit_of(row) == visit]
            assert mine == sorted(mine), "overtaken"


def visit_of(row: str) -> str:
    return row.split("/", maxsplit=1)[0]


def each(fates: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(str(number + 1), fate) for number, fate in enumerate(fates)]


# First: the rest of a wave has its turn as well. Last: what comes before a closed one does not wait for it.
@settings(max_examples=200, deadline=None)
@example(plan=each((SILENT,) * 4 + (FINE,)), most=5, lanes=1, at_once=0, cancels=[])
@example(plan=each((DEAF,) * 4 + (FINE,)), most=5, lanes=1, at_once=0, cancels=[])
@example(plan=each((SILENT,) * 2 + (FINE,) * 3 + (SILENT,) * 2), most=6, lanes=4, at_once=1, cancels=[])
@example(plan=[("1", FINE), ("1", CLOSED)], most=1, lanes=1, at_once=0, cancels=[])
@given(
    plan=st.lists(st.tuples(st.sampled_from(VISITS), FATES), min_size=1, max_size=24),
    most=st.integers(1, 6),
    lanes=st.integers(1, 4),
    at_once=st.integers(0, 6),
    cancels=st.lists(st.tuples(st.sampled_from(VISITS), st.booleans()), max_size=3),
)
def test_everything_but_what_is_stuck_arrives(
    plan: list[tuple[str, str]], most: int, lanes: int, at_once: int, cancels: list[tuple[str, bool]]
) -> None:
    logging.disable(logging.CRITICAL)
    loop = asyncio.new_event_loop()
    try:
        scene = Scene(plan, most, lanes, [visit for visit, dies in cancels if dies])
        loop.run_until_complete(scene.open())
        loop.run_until_complete(scene.play(at_once, [visit for visit, _ in cancels]))
    finally:
        stop_all(loop)
        loop.close()
        logging.disable(logging.NOTSET)
