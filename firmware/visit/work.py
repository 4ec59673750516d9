"""The work that a press starts: whatever waits for the platform or the printer, in tasks of its own.

One task talks to the platform, one to the printer. A third asks the platform for its audit of a prescription (3101):
that only informs, so no press but the price of the same visit waits for it; what it found is kept between two jobs.
What is left unfinished by a cut line (`settling`, `cancelling`) is taken up again by itself, with full-jitter back-off,
and at once when the network is seen again.
"""

from firmware import log
from firmware.backoff import full_jitter
from firmware.errors import TerminalError
from firmware.insurance import INSURANCE_CODE, Refused, is_network_trouble
from firmware.visit import book as steps
from firmware.visit.findings import refuse_open
from firmware.visit.settlement import unfinished
from hal import aio

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Protocol

    from firmware.visit.auditing import Auditing
    from firmware.visit.book import Book
    from firmware.visit.claim import Claim
    from firmware.visit.printing import Printing
    from firmware.visit.settlement import Settlement
    from hal.ports import Random

    Json = dict[str, Any]
else:
    Protocol = object

_IDLE_MS = 5000
_BESIDE = ("open", "audit")


class Watcher(Protocol):
    """Who hears what the work comes to."""

    def shows(self, record: "Json") -> bool:
        """Whether a visit is on the screen, or would be, once it is opened."""

    async def takes_up(self, record: "Json") -> bool:
        """Whether the person, who is known only now, has an open visit already; then `record` is not needed."""

    def opened(self, record: "Json") -> None:
        """A new visit is in the book."""

    def tell(self, kind: str, code: str, params: "Json | None" = None) -> None:
        """Something must be said: `kind` info, warning or error."""

    def look(self) -> None:
        """Something on the screen is different now."""


class Work:
    """Runs jobs on visits, one at a time for the platform and one at a time for the printer."""

    def __init__(
        self,
        book: "Book",
        claim: "Claim",
        auditing: "Auditing",
        settlement: "Settlement",
        printing: "Printing",
        random: "Random",
    ) -> None:
        self._book = book
        self._claim = claim
        self._auditing = auditing
        self._settlement = settlement
        self._printing = printing
        self._random = random
        self._jobs: "list[tuple[str, Json]]" = []
        self._prints: "list[Json]" = []
        self._audits: "list[Json]" = []
        self._wake = aio.Event()
        self._paper = aio.Event()
        self._question = aio.Event()
        self._now: "tuple[str, Json] | None" = None
        self._failures = 0
        self._turn = ""  # the visit that was taken up last
        self._pulse: "Callable[[], None]" = _no_pulse
        self.busy = ""
        self.watcher: "Watcher | None" = None
        claim.busy = self._busy
        auditing.busy = self._busy
        self._do_what = {
            "open": self._open,
            "audit": self._auditing.put_before,
            "price": self._price,
            "settle": self._settle,
            "find_out": self._find_out,
            "cancel": self._cancel,
        }

    # ---- orders

    def add(self, what: str, record: "Json") -> None:
        """Do `what` (open, price, settle, find_out, cancel) for a visit as soon as possible."""
        self._jobs.append((what, record))
        self._wake.set()

    def audit(self, record: "Json") -> None:
        """Ask the platform what it has against the prescription, beside all other work."""
        self._audits.append(record)
        self._question.set()

    def print(self, record: "Json") -> None:
        """Print the copy that `record` notes."""
        self._prints.append(record)
        self._paper.set()

    def wake(self) -> None:
        """The network has just been seen working."""
        self._wake.set()

    def working_on(self, visit_id: str) -> bool:
        """Whether a job that changes what the doctor works on is waiting or running for this visit. Opening and the
        audit of what was chosen are none: they go on beside the diagnosis, the drugs and the boxes."""
        return any([record["id"] == visit_id and what not in _BESIDE for what, record in self._all()])

    def opening(self) -> "Json | None":
        """The draft of whoever is being looked up and not in the book yet, or None."""
        for what, record in self._all():
            if what == "open" and self._book.get(record["id"]) is None:
                return record
        return None

    def _all(self) -> "list[tuple[str, Json]]":
        return self._jobs + ([self._now] if self._now else [])

    # ---- tasks

    async def run(self, pulse: "Callable[[], None]") -> None:
        """Do the jobs for ever; between them, take up what is unfinished."""
        self._pulse = pulse
        while True:
            pulse()
            self._wake.clear()
            job = self._next_job()
            if job is not None:
                await self._run_job(job)
            elif not await self._wait():
                record = self._next_unfinished()
                if record is not None:
                    await self._run_job(("find_out" if record["step"] == steps.SETTLING else "cancel", record))

    def _next_job(self) -> "tuple[str, Json] | None":
        """The oldest job that need not wait: a price waits for the audit of its own prescription, the others do not."""
        for index, (what, record) in enumerate(self._jobs):
            if what != "price" or not self._auditing.asks_about(record):
                return self._jobs.pop(index)
        if self._jobs:
            self._busy("audit")
        return None

    async def _run_job(self, job: "tuple[str, Json]") -> None:
        self._now = job
        foreseen = False
        try:
            await self._do(job[0], job[1])
            foreseen = True
        finally:
            self._now = None
            self._busy("")
            if not foreseen:  # the supervisor logs it and starts the task again
                job[1]["stuck"] = True  # in memory: a restart tries once more
                self._tell("error", "terminal.unexpected")

    async def run_printer(self, pulse: "Callable[[], None]") -> None:
        """Print for ever."""
        while True:
            pulse()
            self._paper.clear()
            if self._prints:
                await self._print(self._prints.pop(0))
                self._changed()
                continue
            await _until(self._paper)

    async def run_audits(self, pulse: "Callable[[], None]") -> None:
        """Ask for audits for ever."""
        while True:
            pulse()
            self._question.clear()
            if self._audits:
                record = self._audits.pop(0)
                try:
                    await self._auditing.ask_beside(record)
                finally:
                    self.add("audit", record)  # its price has waited for it
                continue
            await _until(self._question)

    async def _print(self, record: "Json") -> None:
        try:
            trouble = await self._printing.print(record)
        except TerminalError as error:  # what became of the paper could not be kept
            trouble = error.code
        if trouble:
            self._tell("error", trouble)

    async def _wait(self) -> bool:
        """Wait for a job; False when the pause is over and unfinished visits may be tried again."""
        pause = full_jitter(self._random, self._failures) if self._unfinished() else _IDLE_MS
        try:
            await aio.within(self._wake.wait(), pause)
        except aio.Timeout:
            return False
        return bool(self._jobs)

    def _next_unfinished(self) -> "Json | None":
        """The unfinished visit whose turn it is: the one after the last that was taken up."""
        waiting = self._unfinished()
        if not waiting:
            return None
        later = [record for record in waiting if record["id"] > self._turn]
        chosen = later[0] if later else waiting[0]
        self._turn = chosen["id"]
        return chosen

    def _unfinished(self) -> "list[Json]":
        return [record for record in self._book.visits() if unfinished(record)]

    async def _do(self, what: str, record: "Json") -> None:
        try:
            await self._do_what[what](record)
            self._failures = 0
        except TerminalError as error:
            log.event("visit." + what, error.code + " " + error.cause)
            self._failures += 1
            # That a question did not leave says nothing of the settlement; to the doctor it would say "not done".
            unasked = what == "find_out" and error.code == "insurance.not_connected"
            if self.watcher is not None and self.watcher.shows(record) and not unasked:
                self._tell("warning" if is_network_trouble(error) else "error", error.code, error.params)
        self._changed()

    # ---- jobs

    async def _open(self, record: "Json") -> None:
        """Find out who the patient is and register the visit. Without a network the visit opens all the same."""
        try:
            await self._claim.identify(record)
        except TerminalError as error:
            # Somebody whom the platform does not know gets no visit; nor does a code that nobody can decode offline.
            if not is_network_trouble(error) or record["credential"]["kind"] == INSURANCE_CODE:
                raise
            await self._take_in(record)
            raise
        if self.watcher is not None and await self.watcher.takes_up(record):
            return
        await self._take_in(record)
        if record["person"]["insured"] != "yes":
            self._tell("warning", "person.not_insured")
        await self._claim.register(record)
        self.audit(record)  # the drugs may have been chosen faster

    async def _price(self, record: "Json") -> None:
        if record["step"] in (steps.PRICE, steps.CONFIRM):
            await self._settlement.price(record)

    async def _settle(self, record: "Json") -> None:
        if record["step"] == steps.CONFIRM and record["bill"] is not None:
            refuse_open(record)  # whatever was pressed, and in whatever order
            self._settled(record, await self._settlement.settle(record))

    async def _find_out(self, record: "Json") -> None:
        if record["step"] == steps.SETTLING:
            try:
                believed = await self._settlement.find_out(record)
            except Refused as error:
                if record["step"] == steps.SETTLING and record["sent"] is not None and not is_network_trouble(error):
                    await self._settlement.not_reversed(record)
                raise
            self._tell("info", "visit.settled_again")
            self._settled(record, believed)

    async def _cancel(self, record: "Json") -> None:
        if record["step"] == steps.CANCELLING:
            try:
                await self._settlement.cancel(record)
            except Refused as error:
                if not is_network_trouble(error):
                    await self._settlement.cancel_refused(record, error)
                raise
            if record["receipt"]["state"] == steps.PRINTING:
                self.print(record)

    # ----

    def _settled(self, record: "Json", believed: bool) -> None:
        if not believed:
            self._tell("error", "insurance.wrong_sums")
            return
        if record["settlement"]["own_fen"] != record["agreed_fen"]:
            self._tell("warning", "visit.amount_changed")
        self.print(record)

    async def _take_in(self, record: "Json") -> None:
        """The new visit is in the book, and on the screen if that is free."""
        watcher = self.watcher
        await self._book.open(record, watcher is not None and watcher.shows(record))
        if watcher is not None:
            watcher.opened(record)

    def _tell(self, kind: str, code: str, params: "Json | None" = None) -> None:
        if self.watcher is not None:
            self.watcher.tell(kind, code, params)

    def _busy(self, what: str) -> None:
        self.busy = what
        self._pulse()
        self._changed()

    def _changed(self) -> None:
        if self.watcher is not None:
            self.watcher.look()


async def _until(event: "aio.Event") -> None:
    """Wait for it, but not too long to say that the task is alive."""
    try:
        await aio.within(event.wait(), _IDLE_MS)
    except aio.Timeout:
        pass


def _no_pulse() -> None:
    """The task is not running yet."""
