"""The desk: the visit on the screen, what the doctor presses, what the reader and the scanner bring.

A press changes the record, commits it, and returns; whatever needs the platform or the printer goes to
`firmware.visit.work` as a job, so that the network never holds the counter. While a job works on a visit, presses on
it are refused.
"""

from firmware.visit import book as steps
from firmware.visit.arriving import Arriving
from firmware.visit.dispensing import choose_diagnosis
from firmware.visit.errors import VisitError
from firmware.visit.findings import answer, refuse_open

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from firmware.visit.book import Book
    from firmware.visit.dispensing import Dispensing
    from firmware.visit.printing import Printing
    from firmware.visit.work import Work
    from hal.ports import Clock

    Json = dict[str, Any]

_EDITABLE = (steps.DIAGNOSE, steps.PRESCRIBE, steps.DISPENSE, steps.PRICE, steps.CONFIRM)
_OF_REFUNDS = ("came_out", "print", "reprint")  # what can be asked about the slip of a refund
_CANCELLABLE = _EDITABLE + (steps.RECEIPT, steps.DONE, steps.CANCELLING)


class Desk(Arriving):
    """One counter."""

    def __init__(
        self,
        book: "Book",
        work: "Work",
        dispensing: "Dispensing",
        printing: "Printing",
        diagnosis: "Callable[[str], Json | None]",
        clock: "Clock",
        full: "Callable[[], bool]",
    ) -> None:
        """`diagnosis`: that of a code; `full`: whether no new visit can be kept."""
        super().__init__(book, work, dispensing, printing, clock, full)
        self._diagnosis = diagnosis

    async def choose_diagnosis(self, version: int, code: str) -> None:
        """Set the diagnosis by its code."""
        async with self._lock:
            record = self._pressed(version, _EDITABLE)
            diagnosis = self._diagnosis(code)
            if diagnosis is None:
                raise VisitError("visit.unknown")
            choose_diagnosis(record, diagnosis)
            await self._book.keep(record, "visit.diagnosis")
            self._prescribed(record)

    async def set_lines(self, version: int, wanted: "list[tuple[str, int]]") -> None:
        """Set what is prescribed: (drug, boxes)."""
        async with self._lock:
            record = self._pressed(version, _EDITABLE)
            await self._dispensing.set_lines(record, wanted)
            self._prescribed(record)

    async def pay_oneself(self, version: int, drug: str, self_paid: bool) -> None:
        """Settle a line at the patient's own expense, or by insurance again."""
        async with self._lock:
            record = self._pressed(version, _EDITABLE)
            await self._dispensing.pay_oneself(record, drug, self_paid)
            self._prescribed(record)

    async def answer(self, version: int, key: str, reason: str, text: str) -> None:
        """The doctor has read a finding and goes on (`firmware.visit.findings.answer`)."""
        async with self._lock:
            record = self._pressed(version, _EDITABLE)
            operator = "" if self.operator is None else self.operator["id"]
            answer(record, key, reason, text, operator, self._clock.wall_s())
            await self._book.keep(record, "visit.answered." + reason)
            self.dismiss()

    async def price(self, version: int) -> None:
        """Ask for the price again."""
        async with self._lock:
            self._work.add("price", self._pressed(version, (steps.PRICE, steps.CONFIRM)))
            self.dismiss()

    async def settle(self, version: int, own_fen: int) -> None:
        """The patient agreed to pay `own_fen`: settle."""
        async with self._lock:
            record = self._pressed(version, (steps.CONFIRM,))
            if record["bill"] is None or record["preview"] is None or record["preview"]["own_fen"] != own_fen:
                raise VisitError("visit.own_share_changed")
            refuse_open(record)
            record["agreed_fen"] = own_fen
            self._work.add("settle", record)
            self.dismiss()

    async def ask_again(self, version: int) -> None:
        """Try once more to find out what became of a settlement that the platform would not reverse."""
        async with self._lock:
            record = self._pressed(version, (steps.SETTLING,))
            record["stuck"] = False
            await self._book.keep(record, "visit.ask_again")
            self._work.add("find_out", record)
            self.dismiss()

    async def receipt(self, version: int, answer: str) -> None:
        """`print` what did not come out, say that it `came_out`, `reprint` a marked copy, print it at the `office`
        printer, or go on `without_paper`."""
        async with self._lock:
            record = self._pressed(version, (steps.RECEIPT, steps.DONE, steps.CANCELLED))
            state = record["receipt"]["state"]
            if record["step"] == steps.CANCELLED and answer not in _OF_REFUNDS:
                raise VisitError("visit.not_now")
            if answer == "came_out" and state == steps.UNSURE:
                await self._printing.came_out(record)
            elif answer == "print" and state == steps.FAILED:
                await self._printing.request(record)
                self._work.print(record)
            elif answer == "without_paper" and state == steps.FAILED:
                await self._printing.without_paper(record)
            elif answer == "reprint" and state in (steps.UNSURE, steps.PRINTED, steps.FAILED):
                await self._printing.again(record)
                self._work.print(record)
            elif answer == "office" and state in (steps.FAILED, steps.UNSURE):
                await self._printing.at_the_office_printer(record)
            else:
                raise VisitError("visit.not_now")
            self.dismiss()

    async def cancel(self, version: int) -> None:
        """Undo the visit, on the platform as well."""
        async with self._lock:
            record = self._pressed(version, _CANCELLABLE)
            if record["receipt"]["state"] == steps.PRINTING:
                raise VisitError("visit.busy")
            record["step"] = steps.CANCELLING
            record["stuck"] = False
            await self._book.keep(record, "visit.cancelling")
            self._work.add("cancel", record)
            self.dismiss()

    async def set_aside(self) -> None:
        """Keep the visit for later and free the screen."""
        async with self._lock:
            record = self.record()
            if record is not None:
                await self._leave(record)
            self.dismiss()
        await self._next_waiting()

    async def resume(self, visit_id: str) -> None:
        """Bring a kept visit back to the screen; the one that is there is set aside."""
        async with self._lock:
            record = self._book.get(visit_id)
            if record is None:
                raise VisitError("visit.unknown")
            before = self.record()
            if before is not None and before is not record:
                await self._leave(before)
            await self._show(visit_id)
            self.dismiss()

    async def finish(self) -> None:
        """Leave a visit that is done or cancelled."""
        async with self._lock:
            record = self.record()
            if record is None or not steps.is_finished(record):
                raise VisitError("visit.not_now")
            await self._leave(record)
            self.dismiss()
        await self._next_waiting()

    def _prescribed(self, record: "Json") -> None:
        """Other drugs, or another diagnosis: price them when the boxes are there, audit them meanwhile."""
        if record["step"] == steps.PRICE:
            self._work.add("price", record)
        elif record["step"] == steps.DISPENSE:
            self._work.audit(record)
        self.dismiss()
