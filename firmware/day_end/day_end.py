"""The day end: what is pressed, what the screen sees, and the task that talks to the platform."""

from firmware import clock as civil
from firmware import log
from firmware.backoff import full_jitter
from firmware.day_end import sheet as pages
from firmware.day_end.accounts import day
from firmware.day_end.errors import DayEndError
from firmware.day_end.slips import PRINTING, UNSURE, no_slip
from firmware.day_end.view import day_end_view
from firmware.errors import TerminalError
from firmware.insurance import TurnedAway, UnknownOutcome, Unreachable
from firmware.vault import NEVER, VaultError
from hal import aio

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from firmware.day_end.accounts import Accounts
    from firmware.day_end.ledger import Ledger
    from firmware.day_end.repairs import Repairs
    from firmware.day_end.sheet import Sheets
    from firmware.day_end.slips import Slips
    from hal.ports import Clock, Random

    Json = dict[str, Any]

_DAY_S = 86400
_MOST_DAYS = 31
_REMINDED_DAYS = 7  # an older day is for the month's accounts
_LOOK_MS = 60000


class DayEnd:
    """One sheet at a time, and the repairs of differences one after another. `changed` is called whenever the screen
    should look again; `told` is what the page has to say besides ({"kind", "code", "params"} or None)."""

    def __init__(
        self,
        sheets: "Sheets",
        ledger: "Ledger",
        accounts: "Accounts",
        repairs: "Repairs",
        slips: "Slips",
        under_way: "Callable[[], tuple[list[str], list[str]]]",
        unsent: "Callable[[], dict[str, int]]",
        clock: "Clock",
        random: "Random",
    ) -> None:
        """`under_way` as for `Repairs`; `unsent` is the summary of the outbox."""
        self._sheets = sheets
        self._ledger = ledger
        self._accounts = accounts
        self.repairs = repairs
        self._slips = slips
        self._under_way = under_way
        self._unsent = unsent
        self._clock = clock
        self._random = random
        self._sheet: "Json | None" = None  # the one that is being worked on
        self._todo: "list[str]" = []
        self._prints: "list[Json]" = []
        self._stop = False
        self._pressed = False  # a sheet is being written for a press
        self._sheet_first = False  # what is under way for a difference does not move: the sheet must not wait for it
        self._failures = 0
        self._looked_on = ""
        self._wake = aio.Event()
        self._serial = 0
        self.reminder = ""  # the last day with bills and without a day end, yyyy-MM-dd, or ""
        self.trouble = ""  # the code for which nothing moves just now
        self.changed: "Callable[[], None]" = _nothing

    async def load(self) -> None:
        """Take up what a power cut left half done."""
        await self._ledger.begin()
        self._sheet = await self._sheets.running()
        self._todo = await self._sheets.todo()

    # ---- what the screen reads

    def summary(self) -> "Json":
        """For the state of the screen: `serial` counts the changes, `running`, `reminder`."""
        running = self._sheet is not None or bool(self._todo) or bool(self._prints)
        return {"serial": self._serial, "running": running, "reminder": self.reminder}

    async def awaits(self, visit: str) -> bool:
        """`Accounts.awaits`, for who wants to erase a visit."""
        return await self._accounts.awaits(visit)

    async def view(self, begin: str, end: str) -> "Json":
        """The accounts of the days `begin` to `end` (yyyy-MM-dd, "" for today). `DayEndError` `day_end.bad_range`;
        `VaultError`."""
        first, last = self._range(begin, end)
        sheet = await self._sheet_of(first, last)
        found = [] if sheet is None else await self._sheets.differences(sheet["id"])
        view = day_end_view(first, last, await self._ledger.sums(first, last), sheet, found)
        if view["slip"] is not None and view["slip"]["state"] == PRINTING and not self._prints:
            view["slip"] = dict(view["slip"])
            view["slip"]["state"] = UNSURE  # the power went meanwhile
        view["waits_for"] = self.trouble
        view["unsent"] = self._unsent()["waiting"]
        view["held"] = self._unsent()["quarantined"]
        view["today"] = civil.date(self._clock.wall_s())
        begins = await self._ledger.begins()
        view["not_kept"] = first < begins
        view["kept_from"] = day(begins) if NEVER > begins > first else ""
        return view

    async def _sheet_of(self, begin: str, end: str) -> "Json | None":
        if self._sheet is not None and self._sheet["id"] == pages.sheet_id(begin, end):
            return self._sheet
        return await self._sheets.get(begin, end)

    # ---- what is pressed

    async def start(self, begin: str, end: str, details: bool, operator: str) -> None:
        """Compare the accounts of these days, from the beginning, or go on with what was stopped. `details`: every
        bill, even where the sums agree. `DayEndError` `day_end.bad_range`, `day_end.running`, `day_end.printing`,
        `day_end.still_settling`, `day_end.not_kept` (of these days not every bill is in the ledger: those that are not
        would look like the platform's alone); `VaultError`."""
        first, last = self._range(begin, end)
        self._refuse_running()
        if self._prints:
            raise DayEndError("day_end.printing")
        if self._under_way()[0]:
            raise DayEndError("day_end.still_settling")
        self._pressed = True  # before anything is awaited: a second press comes at once
        try:
            if first < await self._ledger.begins():
                raise DayEndError("day_end.not_kept")
            await self._start(first, last, details, operator)
        finally:
            self._pressed = False
        self._look()

    async def _start(self, first: str, last: str, details: bool, operator: str) -> None:
        sheet = await self._sheets.get(first, last)
        changes: "Json" = {"state": pages.RUNNING, "details": details, "operator": operator, "trouble": None}
        if sheet is None or sheet["state"] == pages.DONE or sheet["details"] != details:
            changes.update(self._begun(first, last))
        if sheet is None:
            sheet = {"id": pages.sheet_id(first, last), "slip": no_slip()}
        await self._sheets.keep(sheet, "day_end.started", changes)
        self._sheet = sheet
        self._stop = False

    async def cancel(self) -> None:
        """Stop before the next question; what was answered stays."""
        if self._sheet is not None:
            self._stop = True
            self._look()

    async def ask(self, difference_id: str, operator: str) -> None:
        """`Repairs.ask`. Like the others, not while the list of differences is being made: `DayEndError`
        `day_end.running`."""
        self._refuse_running()
        await self.repairs.ask(difference_id, operator)
        self._add(difference_id)

    async def reverse(self, difference_id: str, operator: str) -> None:
        """`Repairs.reverse`."""
        self._refuse_running()
        await self.repairs.reverse(difference_id, operator)
        self._add(difference_id)

    async def note(self, difference_id: str, reason: str, operator: str) -> None:
        """`Repairs.note`."""
        self._refuse_running()
        await self.repairs.note(difference_id, reason, operator)
        self._look()

    async def print(self, begin: str, end: str) -> None:
        """Print the slip, or a marked copy of it. `DayEndError` as for `view`, or `day_end.not_now`, `day_end.running`,
        `day_end.stale` (bills were made after it was compared); `VaultError`."""
        first, last = self._range(begin, end)
        self._refuse_running()
        if self._prints:
            raise DayEndError("day_end.not_now")
        self._pressed = True
        try:
            sheet = await self._sheets.get(first, last)
            if sheet is None:
                raise DayEndError("day_end.not_now")
            if await self._ledger.count(first, last) != pages.counted(sheet):
                raise DayEndError("day_end.stale")
            await self._slips.cut(sheet)
            await self._slips.request(sheet)
            self._prints.append(sheet)
        finally:
            self._pressed = False
        self._look()

    def _refuse_running(self) -> None:
        if self._sheet is not None or self._pressed:
            raise DayEndError("day_end.running")

    def _add(self, difference_id: str) -> None:
        if difference_id not in self._todo:
            self._todo.append(difference_id)
        self._look()

    # ---- the task

    def wake(self) -> None:
        """The network has just been seen working."""
        self._wake.set()

    async def run(self, pulse: "Callable[[], None]") -> None:
        """Do what is to be done, for ever."""
        while True:
            pulse()
            self._wake.clear()
            try:
                await self.look_at_the_day()
                busy = await self.step()
                self._failures = 0
                self.trouble = ""
            except (Unreachable, UnknownOutcome, TurnedAway, VaultError) as error:
                log.lasting("day_end", error.code)
                busy = False
                self._failures += 1
                self.trouble = error.code
                self._changed()
            if not busy:
                await self._rest()

    async def step(self) -> bool:
        """Do one thing. False when there is nothing to do. `Unreachable`, `UnknownOutcome`, `TurnedAway` and
        `VaultError`: it is to be tried again later."""
        if self._prints:
            await self._print(self._prints[0])
        elif self._todo and (self._sheet is None or not (self._stop or self._sheet_first)):
            await self._repair(self._todo[0])
        elif self._sheet is not None:
            self._sheet_first = False
            await self._go_on(self._sheet)
            self._sheet_first = self._sheet is not None  # until it is done, or fails itself
        else:
            return False
        log.lasting("day_end", "")
        self._changed()
        return True

    async def _repair(self, difference_id: str) -> None:
        """What does not move goes behind the others."""
        self._sheet_first = True
        try:
            await self.repairs.work(difference_id)
        except (Unreachable, UnknownOutcome, TurnedAway, VaultError):
            self._todo.remove(difference_id)
            self._todo.append(difference_id)
            raise
        self._todo.remove(difference_id)
        self._sheet_first = False

    async def _go_on(self, sheet: "Json") -> None:
        try:
            if self._stop:
                await self._sheets.keep(sheet, "day_end.stopped", {"state": pages.STOPPED, "sent": None})
            else:
                await self._accounts.step(sheet)
        except (Unreachable, UnknownOutcome, TurnedAway, VaultError):
            raise
        except TerminalError as error:  # nobody here can mend it: a person looks, and starts it again
            log.event("day_end.failed", error.code + " " + error.cause)
            trouble = {"code": error.code, "params": error.params}
            await self._sheets.keep(sheet, "day_end.failed", {"state": pages.STOPPED, "trouble": trouble})
        if sheet["state"] != pages.RUNNING:
            self._sheet = None
            self._stop = False
            self._looked_on = ""

    async def _print(self, sheet: "Json") -> None:
        try:
            found = await self._sheets.differences(sheet["id"])
            view = day_end_view(sheet["begin"], sheet["end"], sheet["groups"], sheet, found)  # as it was compared
            view["unsent"] = self._unsent()["waiting"]
            view["held"] = self._unsent()["quarantined"]
            await self._slips.print(sheet, view)
        finally:
            self._prints.pop(0)

    async def _rest(self) -> None:
        waits = self._failures and (self._sheet is not None or self._todo)
        try:
            await aio.within(self._wake.wait(), full_jitter(self._random, self._failures) if waits else _LOOK_MS)
        except aio.Timeout:
            pass

    async def look_at_the_day(self) -> None:
        """Once a day, and after each day end: which day was forgotten."""
        today = civil.compact(self._clock.wall_s())[:8]
        if today == self._looked_on:
            return
        reminder = ""
        begins = await self._ledger.begins()
        for back in range(1, _REMINDED_DAYS + 1):
            before = civil.compact(self._clock.wall_s() - back * _DAY_S)[:8]
            count = await self._ledger.count(before, before) if before >= begins else 0
            sheet = await self._sheets.get(before, before) if count else None
            if count and (sheet is None or sheet["state"] != pages.DONE or pages.counted(sheet) != count):
                reminder = day(before)
                break
        self._looked_on = today
        if reminder != self.reminder:
            self.reminder = reminder
            self._changed()

    # ----

    def _begun(self, first: str, last: str) -> "Json":
        return {
            "begin": first,
            "end": last,
            "started_at": self._clock.wall_s(),
            "finished_at": 0,
            "step": pages.TOTALS,
            "groups": [],
            "files": [],
            "sent": None,
            "head": None,
            "signed_out": "",
        }

    def _range(self, begin: str, end: str) -> "tuple[str, str]":
        """The days as yyyyMMdd."""
        today = civil.date(self._clock.wall_s())
        first, last = begin or today, end or begin or today
        try:
            days = (civil.utc(last + " 00:00:00") - civil.utc(first + " 00:00:00")) // _DAY_S + 1
        except ValueError:
            raise DayEndError("day_end.bad_range")
        if not 1 <= days <= _MOST_DAYS or last > today:
            raise DayEndError("day_end.bad_range")
        return first.replace("-", ""), last.replace("-", "")

    def _look(self) -> None:
        self._wake.set()
        self._changed()

    def _changed(self) -> None:
        self._serial += 1
        self.changed()


def _nothing() -> None:
    """Nobody listens yet."""
