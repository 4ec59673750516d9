"""Nothing unsent is ever erased, and nothing early, whatever the clock says."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.vault import BODY_KIND, HELD_KIND, WAITING_KIND, Batch, Retention, VaultError, note, open_vault
from hal.ports import NO, UNKNOWN, YES
from tests.portable.doubles import NOON, HandClock, MemoryBoard

if TYPE_CHECKING:
    from firmware.vault import Vault

DAY_S = 86400
REPRINT_DAYS = 3
# A day: how far the clock is off, whether it is trusted; what happens at the counter; how often care comes by.
CLOSE, SEND, HOLD, RETRY, RESTART, FULL = "close", "send", "hold", "retry", "restart", "full"
NEED, LET_GO = "need", "let go"  # by another room, such as the day end
CLOCKS = ((0, YES), (0, YES), (4000, NO), (4000, UNKNOWN), (-4000, NO), (2, NO), (4000, "lie"), (1, "lie"))
DAY = st.tuples(
    st.sampled_from(CLOCKS),
    st.lists(st.sampled_from((CLOSE, CLOSE, SEND, HOLD, RETRY, RESTART, FULL, NEED, LET_GO)), max_size=3),
    st.integers(1, 6),
)


class Clock(HandClock):
    state = YES

    def trusted(self) -> str:
        return self.state


class Clinic:
    """Days of a clinic. `unsent` are the visits whose message waits or is held, `needed` those of which another room
    says so."""

    def __init__(self) -> None:
        self.board = MemoryBoard()
        self.lives = 1
        self.closed: dict[str, int] = {}  # the true day of each
        self.unsent: dict[str, str] = {}
        self.needed: set[str] = set()
        self.erased: set[str] = set()

    async def open(self) -> None:
        self.lives += 1
        self.board = self.board.restarted(self.lives)
        self.board.clock = self.clock = Clock()
        board = self.board
        self.vault: Vault = await open_vault(board.store, board.ciphers, board.keys, board.random, board.clock)
        self.retention = Retention(self.vault, self.clock, {"erase": True, "reprint_days": REPRINT_DAYS})
        self.retention.needed = self.needs

    async def needs(self, visit: str) -> bool:
        return visit in self.needed

    async def close(self, day: int) -> None:
        visit = f"{len(self.closed) + 1:06d}"
        batch = Batch("visit.closed", visit)
        for kind, record_id in (("visit.closed", visit), (WAITING_KIND, visit + ".1"), (BODY_KIND, visit + ".1")):
            batch.put(kind, record_id, {"name": "张三"}, visit)
        note(batch, self.clock, visit, "n" + visit, 1260, settled=True)
        await self.vault.commit(batch)
        self.closed[visit] = day
        self.unsent[visit] = WAITING_KIND

    async def turn(self, come: str, go: str) -> None:
        """The oldest message of the state `come` goes to `go`."""
        for visit, state in self.unsent.items():
            if state == come:
                batch = Batch("outbox", visit)
                batch.delete(come, visit + ".1")
                batch.put(go, visit + ".1", {"name": "张三"}, visit)
                await self.vault.commit(batch)
                self.unsent[visit] = go
                break
        self.unsent = {visit: state for visit, state in self.unsent.items() if state != "outbox.done"}

    async def happen(self, what: str, day: int) -> None:
        if what == CLOSE:
            await self.close(day)
        elif what == NEED:
            self.needed |= {visit for visit in self.closed if visit not in self.erased}
        elif what == LET_GO:
            self.needed.clear()
        elif what == RESTART:
            clock = self.clock
            await self.open()
            self.clock.now_s, self.clock.state = clock.now_s, clock.state
        elif what == FULL:
            self.board.store.fail_next()
            await self.care()
            self.board.store.failing = []
        else:
            moves = {
                SEND: (WAITING_KIND, "outbox.done"),
                HOLD: (WAITING_KIND, HELD_KIND),
                RETRY: (HELD_KIND, WAITING_KIND),
            }
            await self.turn(*moves[what])

    async def care(self) -> None:
        with contextlib.suppress(VaultError):  # the disk is full
            await self.retention.step()

    async def check(self, day: int) -> None:
        for visit, closed in self.closed.items():
            if await self.vault.get("visit.closed", visit) is None:
                assert await self.vault.get("visit.erased", visit) is not None
                self.erased.add(visit)
                assert visit not in self.unsent
                assert visit not in self.needed
                assert day - closed >= REPRINT_DAYS, "erased early"
        for visit, state in self.unsent.items():
            assert await self.vault.get(state, visit + ".1") == {"name": "张三"}


async def _days(days: list[Any]) -> Clinic:
    clinic = Clinic()
    await clinic.open()
    lied = False
    for day, ((off, state), what, cares) in enumerate(days):
        lied = state == "lie" and not lied and off > 0  # a trusted clock is ahead for one day at a time
        true_s = NOON + day * DAY_S
        clinic.clock.now_s = true_s + (off * DAY_S if lied or state in (NO, UNKNOWN) else 0)
        clinic.clock.state = state if state in (NO, UNKNOWN) else YES
        for one in [CLOSE, CLOSE, SEND, *what] if day == 0 else what:
            await clinic.happen(one, day)
        for _ in range(cares):
            await clinic.care()
        await clinic.check(day)
    return clinic


@settings(max_examples=300, deadline=None)
@given(st.lists(DAY, max_size=25))
def test_nothing_unsent_and_nothing_early(days: list[Any]) -> None:
    asyncio.run(_days(days))


def test_with_a_good_clock_everything_that_was_sent_goes() -> None:
    days: list[Any] = [((0, YES), [], 20) for day in range(10)]
    clinic = asyncio.run(_days(days))
    assert clinic.erased == {"000001"}
    assert list(clinic.unsent) == ["000002"]
