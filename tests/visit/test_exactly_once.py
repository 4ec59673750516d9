"""The whole terminal as a state machine: whatever line, platform, disk and plug do, at rest every visit stands on the
platform exactly once, every box is reported exactly once, and nothing is unknown."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from firmware.errors import TerminalError
from firmware.vault import ARCHIVE_KIND
from tests.portable.doubles import MemoryBoard, MemoryStore
from tests.portable.tiny_counter import Counter, box
from tests.visit.late_platform import ARRIVES, TROUBLE, LatePlatform

if TYPE_CHECKING:
    from collections.abc import Coroutine

EVENTS = st.sampled_from((ARRIVES,) * len(TROUBLE) * 2 + TROUBLE)  # every third message goes wrong
LINE = st.lists(EVENTS, max_size=16)
PRESSES = st.integers(1, 8)
MOMENT = st.integers(0, 400)  # turns of the event loop before the plug is pulled
PATIENTS = ("11010519491231002X", "440524188001010014")
_ROUNDS = 60  # at rest a doctor needs far fewer presses


class Village(RuleBasedStateMachine):
    """A doctor who presses on, a line that does what it likes, and a plug that is pulled at any moment."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.counter = Counter()
        self.platform = LatePlatform()
        self.boxes = 0
        self.leaves = False  # whether the doctor leaves a visit that is done; otherwise it may still be cancelled

    def do(self, call: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(call)

    @initialize()
    def open(self) -> None:
        self.counter.platform = self.platform
        self.counter.lives = 1
        self.do(self.counter.start(MemoryBoard(None, self.platform)))

    # ---- what happens

    @rule(line=LINE, patient=st.sampled_from(PATIENTS), presses=PRESSES)
    def somebody_comes(self, line: list[str], patient: str, presses: int) -> None:
        self.platform.events = line
        self.do(self.pressed(self.counter.desk.identity_number(patient)))
        self.do(self.go_on(presses))

    @rule(line=LINE, presses=PRESSES)
    def the_doctor_goes_on(self, line: list[str], presses: int) -> None:
        self.platform.events = line
        self.do(self.go_on(presses))

    @rule(line=LINE)
    def the_doctor_cancels(self, line: list[str]) -> None:
        self.platform.events = line
        if self.counter.desk.record() is not None:
            self.do(self.pressed(self.counter.desk.cancel(self.counter.version())))

    @rule()
    def the_patient_leaves(self) -> None:
        self.do(self.pressed(self.counter.desk.finish()))

    @rule()
    def the_visit_is_set_aside(self) -> None:
        self.do(self.pressed(self.counter.desk.set_aside()))

    @rule(line=LINE)
    def the_network_is_seen(self, line: list[str]) -> None:
        self.platform.events = line
        self.do(self.counter.take_up())

    @rule(line=LINE)
    def the_outbox_has_its_turn(self, line: list[str]) -> None:
        self.platform.events = line
        self.do(self.uploaded())

    @rule(place=st.integers(0, 9))
    def a_late_message_arrives(self, place: int) -> None:
        self.platform.arrive(place)

    @rule(line=LINE, moment=MOMENT, presses=PRESSES)
    def the_plug_is_pulled(self, line: list[str], moment: int, presses: int) -> None:
        self.platform.events = line
        self.do(self.cut(self.go_on(presses), moment))

    @rule(line=LINE, moment=MOMENT)
    def the_plug_is_pulled_while_the_outbox_has_its_turn(self, line: list[str], moment: int) -> None:
        self.platform.events = line
        self.do(self.cut(self.uploaded(), moment))

    @rule(line=LINE, failing=st.integers(0, 5))
    def the_disk_is_full_for_a_moment(self, line: list[str], failing: int) -> None:
        store = self.counter.board.store
        store.failing = [store.commits + 1 + failing]
        self.platform.events = line
        self.do(self.go_on())
        store.failing = []

    @invariant()
    def nobody_pays_twice(self) -> None:
        for registration in self.platform.registrations.values():
            assert len(self.platform.active(registration)) <= 1

    # ---- hands

    async def pressed(self, press: Coroutine[Any, Any, Any]) -> None:
        """A press, and all the work that follows from it. A refusal is shown to the doctor, who goes on."""
        try:
            await press
        except TerminalError:
            pass
        await self.counter.quiet()

    async def uploaded(self) -> None:
        try:
            await self.counter.upload()
        except TerminalError:
            pass  # a disk that is full: the supervisor starts the outbox again

    async def go_on(self, presses: int = 1) -> None:
        """The next things to do for the visit on the screen."""
        for _ in range(presses):
            await self.press()

    async def press(self) -> None:
        desk = self.counter.desk
        record = desk.record()
        if record is None:
            return
        version = record["version"]
        step = record["step"]
        if step == "diagnose":
            await self.pressed(desk.choose_diagnosis(version, "J00.x00"))
        elif step == "prescribe":
            await self.pressed(desk.set_lines(version, [("aspirin", 1)]))
        elif step == "dispense":
            self.boxes += 1
            await self.pressed(desk.scanned(box(self.boxes)))
        elif step == "price" or (step == "confirm" and desk.notice is not None):  # refused: ask for the price again
            await self.pressed(desk.price(version))
        elif step == "confirm":
            await self.pressed(desk.settle(version, record["preview"]["own_fen"]))
        elif step == "settling" and record["stuck"]:
            await self.pressed(desk.ask_again(version))
        elif step == "receipt" and record["receipt"]["state"] == "unsure":
            await self.pressed(desk.receipt(version, "came_out"))
        elif step == "receipt" and record["receipt"]["state"] == "failed":
            await self.pressed(desk.receipt(version, "print"))
        elif step == "cancelling" and record["stuck"]:
            await self.pressed(desk.cancel(version))
        elif step in {"done", "cancelled"} and self.leaves:
            await self.pressed(desk.finish())
        else:
            await self.counter.take_up()

    async def cut(self, work: Coroutine[Any, Any, Any], moment: int) -> None:
        """Start `work`, and pull the plug after `moment` turns of the loop."""
        task = asyncio.ensure_future(work)
        for _ in range(moment):
            await asyncio.sleep(0)
        counter = self.counter
        # What the old life still writes is lost, and it sends nothing any more.
        counter.board.store = MemoryStore(dict(counter.board.store.rows))
        self.platform.plugged = False
        task.cancel()
        await asyncio.wait([task])
        await counter.stop()
        self.platform.plugged = True
        self.platform.events = []
        await counter.power_cut()

    # ---- at rest

    def teardown(self) -> None:
        if hasattr(self.counter, "terminal"):
            self.platform.events = []
            self.do(self.come_to_rest())
            self.compare()
            self.do(self.counter.stop())
        self.loop.close()

    async def come_to_rest(self) -> None:
        """The line is good again: what is late arrives, the doctor finishes every visit, the outbox empties."""
        while self.platform.late:
            self.platform.arrive(0)
        counter = self.counter
        self.leaves = True
        for _ in range(_ROUNDS):
            await counter.take_up()
            await self.uploaded()
            kept = counter.desk.kept()
            if counter.desk.record() is None and kept:
                await self.pressed(counter.desk.resume(kept[0]["id"]))
            elif counter.desk.record() is None:
                break
            await self.go_on()
        assert counter.desk.record() is None, "a visit that never ends: " + counter.step()
        for _ in range(_ROUNDS):
            await self.uploaded()

    def compare(self) -> None:
        closed = [record for _, record in self.do(self.counter.terminal.vault.list("visit.closed"))]
        settled = [record for record in closed if record["step"] == "done"]
        assert all(record["sent"] is None for record in closed)
        mine = sorted(record["settlement"]["settlement"] for record in settled)
        theirs = sorted(number for number, kept in self.platform.settlements.items() if not kept["cancelled"])
        assert mine == theirs
        assert self.counter.terminal.outbox.summary()["waiting"] == 0
        assert self.counter.terminal.outbox.summary()["quarantined"] == 0
        sold = sorted(record["number"] + "-1-1" for record in settled)
        assert sold == sorted(self.platform.sales)
        done = [message for _, message in self.do(self.counter.terminal.vault.list(ARCHIVE_KIND))]
        assert {message["state"] for message in done} <= {"acknowledged", "withdrawn"}
        assert self.counter.on_shelf() == 43 - len(settled)
        assert self.do(self.counter.terminal.vault.verify_journal()) >= 0  # or it raises


Village.TestCase.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
TestVillage = Village.TestCase
