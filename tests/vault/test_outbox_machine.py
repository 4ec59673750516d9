"""The outbox as a state machine: whatever line, platform, disk and plug do, each message arrives once."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from firmware.vault import ABSENT, ARCHIVE_KIND, DELIVERED, QUARANTINED, REFUSED, UNKNOWN, Batch, Outbox, VaultError
from firmware.vault import open_vault as open_store
from tests.portable.doubles import MemoryBoard, pulse

if TYPE_CHECKING:
    from collections.abc import Coroutine

VISITS = ("a", "b", "c")
ARRIVES = "arrives"
REQUEST_LOST = "request lost"
REPLY_LOST = "reply lost"
REFUSES = "refuses"
CABLE_OUT = "cable out"
TWICE = "twice"
PLUG_BEFORE = "plug pulled before"
PLUG_AFTER = "plug pulled after"
DISK_FULL = "disk full"
EVENTS = st.sampled_from(
    (ARRIVES, REQUEST_LOST, REPLY_LOST, REFUSES, CABLE_OUT, TWICE, PLUG_BEFORE, PLUG_AFTER, DISK_FULL)
)


class PlugPulled(Exception):
    """The power went in the middle of a delivery."""


class Platform:
    """What has arrived. A message number that comes again is the same message; a row under two numbers came twice."""

    def __init__(self) -> None:
        self.by_number: dict[str, str] = {}
        self.order: list[str] = []
        self.refused: set[str] = set()

    def take(self, number: str, row: str) -> None:
        if number not in self.by_number:
            self.by_number[number] = row
            self.order.append(row)


class Line:
    """The courier: each delivery goes as the next event says."""

    def __init__(self, platform: Platform, machine: Counter) -> None:
        self.platform = platform
        self.machine = machine
        self.events: list[str] = []
        self.numbers = 0

    async def new_msgid(self) -> str:
        self.numbers += 1
        return f"m{self.numbers}"

    async def send(self, message: dict[str, Any]) -> tuple[str, str]:
        event = self.events.pop(0) if self.events else ARRIVES
        number, row = message["msgid"], message["row"]
        if event == PLUG_BEFORE:
            raise PlugPulled
        if event == REFUSES:
            self.platform.refused.add(row)
            return REFUSED, "refused"
        if event in (REQUEST_LOST, CABLE_OUT):
            return (UNKNOWN if event == REQUEST_LOST else ABSENT), ""
        self.platform.take(number, row)
        if event == TWICE:
            self.platform.take(number, row)
        if event == DISK_FULL:
            self.machine.board.store.fail_next()
        if event == PLUG_AFTER:
            raise PlugPulled
        return (UNKNOWN if event == REPLY_LOST else DELIVERED), ""

    async def ask(self, message: dict[str, Any]) -> tuple[str, str]:
        if self.events and self.events[0] in (REQUEST_LOST, REPLY_LOST, CABLE_OUT):
            self.events.pop(0)
            return UNKNOWN, ""
        return (DELIVERED if message["row"] in self.platform.order else ABSENT), ""


class Counter(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.platform = Platform()
        self.line = Line(self.platform, self)
        self.board = MemoryBoard()
        self.lives = 1
        self.rows: list[str] = []
        self.withdrawn: set[str] = set()

    def do(self, call: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(call)

    @initialize()
    def start(self) -> None:
        self.do(self._open())

    async def _open(self) -> None:
        board = self.board
        self.vault = await open_store(board.store, board.ciphers, board.keys, board.random, board.clock)
        self.outbox = Outbox(self.vault, self.line, board.clock, board.random)
        await self.outbox.load()

    @rule()
    def restart(self) -> None:
        self.lives += 1
        self.board = self.board.restarted(self.lives)
        self.do(self._open())

    @rule(visit=st.sampled_from(VISITS), rows=st.integers(1, 3), kept=st.booleans())
    def sell(self, visit: str, rows: int, kept: bool) -> None:
        names = [f"{visit}/{len(self.rows) + index:03}" for index in range(rows)]
        batch = Batch("sell", visit)
        for name in names:
            self.outbox.enqueue(batch, visit, name, "3505", {"row": name}, 100)
        if self._commit(batch, kept):
            self.rows += names

    @rule(visit=st.sampled_from(VISITS), kept=st.booleans())
    def withdraw(self, visit: str, kept: bool) -> None:
        batch = Batch("cancel", visit)
        taken = self.outbox.withdraw(batch, visit)
        assert not set(taken) & set(self.platform.order), "withdrew what the platform has"
        if self._commit(batch, kept):
            self.withdrawn |= set(taken)

    def _commit(self, batch: Batch, kept: bool) -> bool:
        if not kept:
            self.board.store.fail_next()
        try:
            self.do(self.vault.commit(batch))
        except VaultError:
            return False
        return True

    @rule(events=st.lists(EVENTS, max_size=6))
    def deliver(self, events: list[str]) -> None:
        self.line.events = events
        try:
            self.do(self.outbox.deliver(pulse))
        except PlugPulled:
            self.restart()
        except VaultError:
            pass
        self.line.events = []
        self.board.store.failing = []

    @invariant()
    def nothing_arrives_twice_or_out_of_order(self) -> None:
        assert len(set(self.platform.order)) == len(self.platform.order)
        for visit in VISITS:
            of_visit = [row for row in self.platform.order if row.startswith(visit)]
            assert of_visit == sorted(of_visit)

    def teardown(self) -> None:
        if hasattr(self, "outbox"):
            while not self.do(self.outbox.deliver(pulse)):
                pass
            self.restart()
            archive = [message for _, message in self.do(self.vault.list(ARCHIVE_KIND))]
            acknowledged = {message["row"] for message in archive if message["state"] == "acknowledged"}
            quarantined = {m["row"] for visit in VISITS for m in self.outbox.of_visit(visit)}
            assert self.outbox.summary()["quarantined"] == len(quarantined)
            assert all(m["state"] == QUARANTINED for visit in VISITS for m in self.outbox.of_visit(visit))
            assert acknowledged == set(self.platform.order)
            assert quarantined == self.platform.refused - self.withdrawn
            assert sorted([*acknowledged, *quarantined, *self.withdrawn]) == sorted(self.rows)
            assert self.do(self.vault.verify_journal()) > 0 or not self.rows
        self.loop.close()


Counter.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
TestOutbox = Counter.TestCase
