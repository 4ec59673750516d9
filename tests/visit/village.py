"""The whole terminal as a state machine: whatever line, platform, disk, office and plug do, in whatever province, at
rest the platform's ledger and the terminal's are equal, bill by bill, every box is reported exactly once, and nothing
is unknown; and every message that ever left fits its table."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from firmware.errors import TerminalError
from firmware.vault import ARCHIVE_KIND, BODY_KIND, HELD_KIND, WAITING_KIND, Carry
from tests.portable.doubles import MemoryBoard, MemoryStore
from tests.portable.tiny_counter import Counter
from tests.tidy_loop import stop_all
from tests.visit.bills import differences, of_terminal
from tests.visit.doctor import Doctor
from tests.visit.late_platform import ARRIVES, EMPLOYEE, TROUBLE, LatePlatform
from tests.visit.office import Office
from tests.visit.provinces import PROVINCES, Province

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    Work = Callable[["Village"], Coroutine[Any, Any, None]]

EVENTS = st.sampled_from((ARRIVES,) * len(TROUBLE) * 2 + TROUBLE)  # every third message goes wrong
LINE = st.lists(EVENTS, max_size=16)
UPLOAD_LINE = st.lists(st.sampled_from((*TROUBLE, ARRIVES)), min_size=1, max_size=8)
PRESSES = st.integers(1, 8)
MOMENT = st.integers(0, 400)  # turns of the event loop before the plug is pulled
PATIENTS = st.sampled_from(("11010519491231002X", EMPLOYEE))
_ON_SHELF = 43
_ROUNDS = 60  # at rest a doctor needs far fewer presses
_NIGHT_S = 12 * 3600


class ProvinceCounter(Counter):
    """A counter every life of which is in the same province."""

    province = Province()

    async def start(self, board: MemoryBoard) -> None:
        self.province.rule(board)
        await super().start(board)


class Village(RuleBasedStateMachine):
    """A doctor who presses on, a line that does what it likes, an office that takes parcels, and a plug that is pulled
    at any moment. `seen` sums up all examples."""

    seen: ClassVar[dict[str, int]] = {}

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.counter: Counter = ProvinceCounter()
        self.platform = LatePlatform()
        self.doctor = Doctor(self.counter)
        self.office = Office(self.platform)
        self.counted: dict[str, int] = {}

    def do(self, call: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(call)

    @initialize(province=PROVINCES)
    def open(self, province: Province) -> None:
        counter = self.counter
        if isinstance(counter, ProvinceCounter):
            counter.province = province
        counter.platform = self.platform
        counter.lives = 1
        self.do(counter.start(MemoryBoard(None, self.platform)))
        self.platform.province = counter.board.province
        self.platform.tells_refunds = province.tells_refunds
        self.platform.now_s = lambda: counter.board.clock.now_s

    # ---- at the counter

    @rule(line=LINE, patient=PATIENTS, presses=PRESSES)
    def somebody_comes(self, line: list[str], patient: str, presses: int) -> None:
        self.platform.events = line
        self.do(self.doctor.press(self.counter.desk.identity_number(patient)))
        self.do(self.doctor.go_on(presses))

    @rule(line=UPLOAD_LINE, patient=PATIENTS, cancelled=st.booleans())
    def a_visit_goes_well_but_for_its_uploads(self, *, line: list[str], patient: str, cancelled: bool) -> None:
        self.platform.events = []
        self.do(self.doctor.press(self.counter.desk.identity_number(patient)))
        self.do(self.doctor.go_on(8))
        self.platform.events = line
        self.do(self.uploaded())
        if cancelled:
            self.do(self.uploaded())
            left, self.platform.events = self.platform.events, []
            self.do(self.cancelled())
            self.platform.events = left
            self.do(self.uploaded())

    @rule(line=UPLOAD_LINE, patient=PATIENTS, presses=PRESSES, moment=st.none() | MOMENT)
    def a_visit_goes_well_until_it_is_settled(
        self, line: list[str], patient: str, presses: int, moment: int | None
    ) -> None:
        self.platform.events = []
        self.do(self.doctor.press(self.counter.desk.identity_number(patient)))
        self.do(self.doctor.go_on_to("confirm"))
        self.platform.events = line
        self.do(self.doctor.go_on(presses) if moment is None else self.cut(self.doctor.go_on(presses), moment))

    @rule(line=UPLOAD_LINE, patient=PATIENTS, moment=st.none() | MOMENT)
    def a_visit_goes_well_until_it_is_cancelled(self, line: list[str], patient: str, moment: int | None) -> None:
        self.platform.events = []
        self.do(self.doctor.press(self.counter.desk.identity_number(patient)))
        self.do(self.doctor.go_on_to("done"))
        self.platform.events = line
        self.do(self.cancelled() if moment is None else self.cut(self.cancelled(), moment))

    @rule(line=LINE, presses=PRESSES)
    def the_doctor_goes_on(self, line: list[str], presses: int) -> None:
        self.platform.events = line
        self.do(self.doctor.go_on(presses))

    @rule(line=LINE)
    def the_doctor_cancels(self, line: list[str]) -> None:
        self.platform.events = line
        if self.counter.desk.record() is not None:
            self.do(self.doctor.press(self.counter.desk.cancel(self.counter.version())))

    @rule()
    def the_patient_leaves(self) -> None:
        self.do(self.doctor.press(self.counter.desk.finish()))

    @rule()
    def the_visit_is_set_aside(self) -> None:
        self.do(self.doctor.press(self.counter.desk.set_aside()))

    @rule()
    def a_night_goes_by(self) -> None:
        self.counter.board.clock.now_s += _NIGHT_S

    # ---- the line, the outbox, the office

    @rule(line=LINE)
    def the_network_is_seen(self, line: list[str]) -> None:
        self.platform.events = line
        self.do(self.counter.take_up())

    @rule(place=st.integers(0, 9))
    def a_late_message_arrives(self, place: int) -> None:
        self.platform.arrive(place)

    @rule(line=UPLOAD_LINE)
    def the_outbox_has_its_turn(self, line: list[str]) -> None:
        self.platform.events = line
        self.do(self.uploaded())

    @rule(line=UPLOAD_LINE)
    def somebody_cancels_while_the_outbox_has_its_turn(self, line: list[str]) -> None:
        self.platform.events = line
        self.do(self.beside(self.cancelled()))

    @rule()
    def a_stick_goes_to_the_office_and_comes_back(self) -> None:
        self.do(self.exported())
        self.office.work()

    @rule(line=UPLOAD_LINE)
    def a_stick_is_written_while_the_outbox_has_its_turn(self, line: list[str]) -> None:
        self.platform.events = line
        self.do(self.beside(self.exported()))

    @rule()
    def the_answers_are_taken_in(self) -> None:
        self.do(self.taken_in())

    @rule(release=st.booleans())
    def what_is_held_is_dealt_with(self, *, release: bool) -> None:
        self.do(self.decided(release=release))

    # ---- power and disk

    @rule(line=LINE, moment=MOMENT, presses=PRESSES)
    def the_plug_is_pulled(self, line: list[str], moment: int, presses: int) -> None:
        self.platform.events = line
        self.do(self.cut(self.doctor.go_on(presses), moment))

    @rule(
        line=UPLOAD_LINE,
        moment=MOMENT,
        work=st.sampled_from(("uploaded", "exported", "taken_in", "decided")),
    )
    def the_plug_is_pulled_beside_the_outbox(self, line: list[str], moment: int, work: str) -> None:
        self.platform.events = line
        self.do(self.cut(getattr(self, work)(), moment))

    @rule(line=LINE, failing=st.integers(0, 5))
    def the_disk_is_full_for_a_moment(self, line: list[str], failing: int) -> None:
        store = self.counter.board.store
        store.failing = [store.commits + 1 + failing]
        self.platform.events = line
        self.do(self.doctor.go_on())
        self.do(self.uploaded())
        self.do(self.exported())
        self.do(self.taken_in())
        store.failing = []

    @invariant()
    def nobody_pays_twice(self) -> None:
        for registration in self.platform.registrations.values():
            assert len(self.platform.active(registration)) <= 1

    @invariant()
    def what_leaves_fits_its_table(self) -> None:
        assert not self.platform.flaws, "; ".join(self.platform.flaws[:3])

    @invariant()
    def the_counters_are_right(self) -> None:
        if hasattr(self.counter, "terminal") and not self.do(self.counted_right()):
            self.do(self.counter.quiet())  # something unfinished was just taken up again
            assert self.do(self.counted_right())

    # ---- what is done

    async def counted_right(self) -> bool:
        """Whether the outbox counts what the vault has of it."""
        vault = self.counter.terminal.vault
        found = [len(await vault.ids(kind, "", "", 0)) for kind in (WAITING_KIND, HELD_KIND)]
        summary = self.counter.terminal.outbox.summary()
        return [summary["waiting"], summary["quarantined"]] == found

    async def uploaded(self) -> None:
        with contextlib.suppress(TerminalError):  # a disk that is full: the supervisor starts the outbox again
            await self.counter.upload()

    async def cancelled(self) -> None:
        if self.counter.desk.record() is not None:
            await self.doctor.press(self.counter.desk.cancel(self.counter.version()))

    def carry(self) -> Carry:
        terminal = self.counter.terminal
        office = self.office
        return Carry(terminal.vault, terminal.outbox, office.seal, office.stick, self.counter.board.clock)

    async def exported(self) -> None:
        with contextlib.suppress(TerminalError):
            await self.carry().export("1")

    async def taken_in(self) -> None:
        with contextlib.suppress(TerminalError):
            await self.carry().take_in("1")

    async def decided(self, *, release: bool = False) -> None:
        """Somebody tries what is held again, or sees to it that the office enters it."""
        outbox = self.counter.terminal.outbox
        for held in await outbox.held():
            with contextlib.suppress(TerminalError):
                if release:
                    payload = await self.counter.terminal.vault.get(BODY_KIND, held["id"])
                    assert payload is not None
                    self.platform.by_hand(held["infno"], payload)
                    await outbox.release(held["id"], "1", "在县局补传")
                else:
                    await outbox.retry(held["id"], "1")

    async def beside(self, work: Coroutine[Any, Any, None]) -> None:
        """Do it while the outbox delivers."""
        delivery = asyncio.ensure_future(self.uploaded())
        await work
        await delivery

    async def cut(self, work: Coroutine[Any, Any, Any], moment: int) -> None:
        """Start `work`, and pull the plug after `moment` turns of the loop."""
        task = asyncio.ensure_future(work)
        for _ in range(moment):
            await asyncio.sleep(0)
        counter = self.counter
        # What the old life still writes is lost, and it sends nothing any more.
        counter.board.store = MemoryStore(dict(counter.board.store.rows))
        self.platform.plugged = False
        files = dict(self.office.stick.files)
        await asyncio.sleep(0)  # a task that has not begun cannot be cancelled tidily
        task.cancel()
        await asyncio.wait([task])
        await counter.stop()
        self.platform.plugged = True
        self.platform.events = []
        self.office.stick.files = files
        await counter.power_cut()

    # ---- at rest

    def teardown(self) -> None:
        if hasattr(self.counter, "terminal"):
            self.platform.events = []
            self.do(self.come_to_rest())
            self.compare()
            self.do(self.counter.stop())
        stop_all(self.loop)
        self.loop.close()

    async def come_to_rest(self) -> None:
        """The line is good again: what is late arrives, the doctor finishes every visit, the outbox empties, and what
        is held is tried again."""
        while self.platform.late:
            self.platform.arrive(0)
        self.office.work()
        await self.taken_in()
        counter = self.counter
        self.doctor.leaves = True
        for _ in range(_ROUNDS):
            await counter.take_up()
            await self.uploaded()
            kept = counter.desk.kept()
            if counter.desk.record() is None and kept:
                await self.doctor.press(counter.desk.resume(kept[0]["id"]))
            elif counter.desk.record() is None:
                break
            await self.doctor.go_on()
        assert counter.desk.record() is None, "a visit that never ends: " + counter.step()
        for _ in range(_ROUNDS):
            summary = counter.terminal.outbox.summary()
            if summary["waiting"] == summary["quarantined"] == 0:
                break
            await self.decided()
            await self.uploaded()

    def compare(self) -> None:
        """Terminal and platform agree."""
        terminal = self.counter.terminal
        closed = [record for _, record in self.do(terminal.vault.list("visit.closed"))]
        settled = [record for record in closed if record["step"] == "done"]
        assert all(record["sent"] is None for record in closed)
        mine = sorted(record["settlement"]["settlement"] for record in settled)
        assert mine == sorted(number for number, kept in self.platform.settlements.items() if not kept["cancelled"])
        ours = self.do(of_terminal(terminal.vault))
        disbelieved = frozenset(bill.registration for bill in ours if bill.number in self.disbelieved(closed))
        apart = differences(ours, list(self.platform.bills.values()), self.platform.cancellations, disbelieved)
        assert not apart, "\n".join(apart)
        summary = terminal.outbox.summary()
        assert (summary["waiting"], summary["quarantined"], summary["amount_fen"]) == (0, 0, 0)
        rows = [f"{record['number']}-{place + 1}-1" for record in settled for place in range(len(record["lines"]))]
        assert sorted(rows) == sorted(self.platform.sales)
        done = [message for _, message in self.do(terminal.vault.list(ARCHIVE_KIND))]
        assert {message["state"] for message in done} <= {"acknowledged", "withdrawn", "released"}
        assert self.counter.on_shelf() == _ON_SHELF - len(settled)
        self.do(terminal.vault.verify_journal())  # or it raises
        for state in {message["state"] for message in done}:
            self.add(state, len([0 for message in done if message["state"] == state]))
        self.add("examples", 1)
        self.add("visits", len(closed))
        self.add("settled", len(settled))
        self.add("bills", len(ours))
        self.add("refunds", len([bill for bill in ours if bill.refund]))
        self.add("refunds without a number", len([bill for bill in ours if bill.refund and not bill.number]))
        self.add("messages", self.platform.sent)
        self.add("lives", self.counter.lives)
        self.add("parcels", len([name for name in self.office.stick.files if name.endswith(".cyp")]))

    def disbelieved(self, closed: list[dict[str, Any]]) -> set[str]:
        """The settlements of which the terminal says that their amounts are wrong. This platform garbles none."""
        assert all(_adds_up(record) for record in closed)
        return set()

    def add(self, what: str, number: int) -> None:
        self.counted[what] = self.counted.get(what, 0) + number
        Village.seen[what] = Village.seen.get(what, 0) + number


def _adds_up(record: dict[str, Any]) -> bool:
    settlement = record["settlement"]
    return settlement is None or bool(settlement["agree"])
