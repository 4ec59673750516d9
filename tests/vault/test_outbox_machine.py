"""The outbox as a state machine: whatever line, platform, office, disk and plug do, each message arrives once."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING, Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from firmware.insurance import SALE, SALE_RETURN
from firmware.vault import (
    ARCHIVE_KIND,
    HELD_KIND,
    WAITING_KIND,
    Batch,
    Carry,
    Outbox,
    OutboxError,
    ParcelError,
    VaultError,
    open_vault,
)
from tests.portable.doubles import MemoryBoard, MemoryStore, pulse
from tests.tidy_loop import stop_all
from tests.vault.upload_model import MOODS, Line, Office, Platform

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    Act = Callable[[], Coroutine[Any, Any, None]]

VISITS = ("000001", "000002", "000003", "000004")
UPLOADS = {"spread_s": 0, "batch": 3, "lanes": 2}
ACTS = st.sampled_from(("deliver", "sell", "cancel", "export", "take in", "retry", "release"))
PLANS = st.lists(st.tuples(ACTS, st.integers(0, 90), st.sampled_from(VISITS)), min_size=1, max_size=5)
_LONGEST = 4000  # steps of the event loop; nothing here takes so many


class Counter(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        logging.disable(logging.CRITICAL)
        self.loop = asyncio.new_event_loop()
        self.platform = Platform()
        self.line = Line(self.platform)
        self.office = Office(self.platform)
        self.board = MemoryBoard()
        self.lives = 1
        self.sold: set[str] = set()  # rows that the counter was told are kept
        self.released: set[str] = set()
        self.made = 0

    # ---- time

    def do(self, call: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(call)

    def run(self, acts: list[tuple[Act, int]], crash: int) -> bool:
        """Start each act after so many steps of the event loop; False when the plug is pulled after `crash` steps."""
        tasks: list[asyncio.Task[None]] = []
        for step in range(min(crash, _LONGEST)):
            tasks += [self.loop.create_task(act()) for act, at in acts if at == step]
            self.loop.call_soon(self.loop.stop)
            self.loop.run_forever()
            if len(tasks) == len(acts) and all(task.done() for task in tasks):
                for task in tasks:
                    task.result()
                return True
        assert crash <= _LONGEST, "it never ends"
        return False

    def power_cut(self) -> None:
        rows, sold = dict(self.board.store.rows), set(self.sold)  # what the tasks still do is not on this disk
        files = dict(self.office.stick.files)
        self.line.dead = True
        stop_all(self.loop)
        self.line.dead = False
        self.sold, self.office.stick.files = sold, files
        self.lives += 1
        self.board = self.board.restarted(self.lives)
        self.board.store = MemoryStore(rows)
        self.do(self.open())

    @initialize()
    def start(self) -> None:
        self.do(self.open())

    async def open(self) -> None:
        board = self.board
        self.line.store = board.store
        self.vault = await open_vault(board.store, board.ciphers, board.keys, board.random, board.clock)
        self.outbox = Outbox(self.vault, self.line, board.clock, board.random, UPLOADS, 100)
        self.carry = Carry(self.vault, self.outbox, self.office.seal, self.office.stick, board.clock)
        self.cancelling = asyncio.Lock()
        await self.outbox.load()

    # ---- what people and the line do

    @rule(plan=PLANS, moods=st.lists(st.sampled_from(MOODS), max_size=8), crash=st.integers(1, 150) | st.just(9999))
    def together(self, plan: list[tuple[str, int, str]], moods: list[str], crash: int) -> None:
        self.line.moods = list(moods)
        names: dict[str, Callable[[str], Act]] = {
            "deliver": lambda _: self.deliver,
            "sell": lambda visit: lambda: self.sell(visit),
            "cancel": lambda visit: lambda: self.cancel(visit),
            "export": lambda _: self.export,
            "take in": lambda _: self.take_in,
            "retry": lambda _: lambda: self.decide(release=False),
            "release": lambda _: lambda: self.decide(release=True),
        }
        if not self.run([(names[name](visit), at) for name, at, visit in plan], crash):
            self.power_cut()
        self.line.moods = []
        self.board.store.failing = []

    @rule()
    def restart(self) -> None:
        self.power_cut()

    @rule()
    def office_works(self) -> None:
        self.office.work()

    async def deliver(self) -> None:
        with contextlib.suppress(VaultError):
            await self.outbox.deliver(pulse)

    async def sell(self, visit: str) -> None:
        if await self.vault.get("cancelled", visit) is not None:
            return
        batch = Batch("sell", visit)
        rows = []
        for _ in range(2):
            self.made += 1
            rows.append(f"{visit}/{self.made:04}")
            self.outbox.enqueue(batch, visit, rows[-1], SALE, {"row": rows[-1]}, 100)
        try:
            await self.vault.commit(batch)
        except VaultError:
            return
        self.sold |= set(rows)

    async def cancel(self, visit: str) -> None:
        async with self.cancelling:  # the terminal does one thing at a time for a visit
            await self.cancel_alone(visit)

    async def cancel_alone(self, visit: str) -> None:
        batch = Batch("cancel", visit)
        batch.put("cancelled", visit, {})
        try:
            sales = [message for message in await self.messages(visit + ".") if message["infno"] == SALE]
            again = await self.vault.get("cancelled", visit) is not None
            withdrawn = await self.outbox.withdraw(batch, visit)
        except VaultError:
            return
        for message in [] if again else sales:
            if message["row"] not in withdrawn and message["state"] not in ("withdrawn", "released"):
                row = message["row"]
                self.outbox.enqueue(batch, visit, row, SALE_RETURN, {"row": row}, 100)
        with contextlib.suppress(VaultError):
            await self.vault.commit(batch)

    async def export(self) -> None:
        with contextlib.suppress(VaultError, ParcelError):
            await self.carry.export("1")

    async def take_in(self) -> None:
        with contextlib.suppress(VaultError, ParcelError):
            await self.carry.take_in("1")

    async def decide(self, *, release: bool) -> None:
        for held in await self.outbox.held():
            if release:
                self.released.add(held["row"])
            try:
                if release:
                    await self.outbox.release(held["id"], "1", "补传")
                else:
                    await self.outbox.retry(held["id"], "1")
            except (OutboxError, VaultError):
                pass

    # ---- what must hold

    async def messages(self, start: str = "") -> list[dict[str, Any]]:
        kinds = (WAITING_KIND, HELD_KIND, ARCHIVE_KIND)
        return [message for kind in kinds for _, message in await self.vault.list(kind, start)]

    @invariant()
    def nothing_arrives_twice_or_out_of_order(self) -> None:
        assert len(set(self.platform.arrived)) == len(self.platform.arrived)
        for visit in VISITS:
            sales = [row for infno, row in self.platform.arrived if infno == SALE and row.startswith(visit)]
            certain = [row for row in sales if row not in self.released]
            assert certain == sorted(certain)

    @invariant()
    def counters_and_keys_are_right(self) -> None:
        if not hasattr(self, "outbox"):
            return
        waiting = self.do(self.vault.list(WAITING_KIND))
        held = self.do(self.vault.list(HELD_KIND))
        summary = self.outbox.summary()
        assert (summary["waiting"], summary["quarantined"]) == (len(waiting), len(held))
        assert summary["amount_fen"] == 100 * len(waiting)
        messages = self.do(self.messages())
        assert len({message["key"] for message in messages}) == len(messages)
        assert self.sold <= {message["row"] for message in messages}

    def teardown(self) -> None:
        if hasattr(self, "outbox"):
            self.come_to_rest()
            self.nothing_arrives_twice_or_out_of_order()
            self.power_cut()
            messages = self.do(self.messages())
            assert {m["state"] for m in messages} <= {"acknowledged", "withdrawn", "released"}
            for message in messages:
                there = (message["infno"], message["row"]) in self.platform.arrived
                if message["state"] != "released" and message["row"] not in self.released:
                    assert there == (message["state"] == "acknowledged"), message
            assert self.do(self.vault.verify_journal()) > 0 or not messages
        stop_all(self.loop)
        self.loop.close()
        logging.disable(logging.NOTSET)

    def come_to_rest(self) -> None:
        """The line is good, the office has worked, and a person tries what is held again; what is refused then, too, is
        released."""
        self.office.work()
        self.do(self.take_in())
        for last in (False, True):
            for _ in range(20):
                while not self.do(self.outbox.deliver(pulse)):
                    pass
                if not self.do(self.outbox.held()):
                    break
                self.do(self.decide(release=last))
        summary = self.outbox.summary()
        assert (summary["waiting"], summary["quarantined"]) == (0, 0)


Counter.TestCase.settings = settings(max_examples=60, stateful_step_count=20, deadline=None)
TestOutbox = Counter.TestCase
