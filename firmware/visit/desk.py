"""The desk: the visit on the screen, what the doctor presses, what the reader and the scanner bring.

A press changes the record, commits it, and returns; whatever needs the platform or the printer goes to
`firmware.visit.work` as a job, so that the network never holds the counter. While a job works on a visit, presses on
it are refused.
"""

from firmware import clock as civil
from firmware.identity import check_number, read_card, read_social_card
from firmware.insurance import SOCIAL_CARD
from firmware.visit import book as steps
from firmware.visit.codes import TECHNICIAN, what_is
from firmware.visit.credential import by_card, by_code, by_number, by_social_card, is_of, visit_of
from firmware.visit.dispensing import choose_diagnosis, has_box
from firmware.visit.errors import VisitError
from firmware.visit.waiting_card import WaitingCard
from hal import aio

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from firmware.identity import IdentityNumber, InsuranceCode
    from firmware.trace import TraceCode
    from firmware.visit.book import Book
    from firmware.visit.dispensing import Dispensing
    from firmware.visit.printing import Printing
    from firmware.visit.work import Work
    from hal.ports import Clock

    Json = dict[str, Any]

ERROR = "error"
WARNING = "warning"
INFO = "info"

_EDITABLE = (steps.DIAGNOSE, steps.PRESCRIBE, steps.DISPENSE, steps.PRICE, steps.CONFIRM)
_CANCELLABLE = _EDITABLE + (steps.RECEIPT, steps.DONE, steps.CANCELLING)


class Desk:
    """One counter. `changed` is called whenever the screen should look again."""

    def __init__(
        self,
        book: "Book",
        work: "Work",
        dispensing: "Dispensing",
        printing: "Printing",
        diagnoses: "list[Json]",
        clock: "Clock",
        full: "Callable[[], bool]",
    ) -> None:
        """`full`: whether no new visit can be kept."""
        self._book = book
        self._work = work
        self._dispensing = dispensing
        self._printing = printing
        self._diagnoses = diagnoses
        self._clock = clock
        self._full = full
        self._lock = aio.Lock()
        self._waiting_card = WaitingCard()
        self._bound = ""  # key of the box that was bound last
        self.operator: "dict[str, str] | None" = None
        self.current = ""
        self.notice: "Json | None" = None
        self.changed: "Callable[[], None]" = _nothing

    async def load(self) -> None:
        """Put the visit back on the screen that was there, and take up what a power cut left half done."""
        self.current = await self._book.on_screen()
        if self.record() is not None:
            self.tell(INFO, "terminal.restarted")
        for record in self._book.visits():
            if record["receipt"]["state"] == steps.PRINTING:
                await self._printing.cut(record)

    # ---- what the screen reads

    def record(self) -> "Json | None":
        """The visit on the screen, or None."""
        return self._book.get(self.current)

    def kept(self) -> "list[Json]":
        """The open visits that are not on the screen, oldest first."""
        return [record for record in self._book.visits() if record["id"] != self.current]

    def waits_for_box(self) -> bool:
        """Whether the next thing to do is to scan a box."""
        record = self.record()
        return self.operator is not None and record is not None and record["step"] == steps.DISPENSE

    def tell(self, kind: str, code: str, params: "Json | None" = None) -> None:
        """Show a sentence."""
        self.notice = {"kind": kind, "code": code, "params": params or {}}
        self.changed()

    def dismiss(self) -> None:
        """The sentence has been read."""
        self.notice = None
        self.changed()

    # ---- what the devices bring

    async def card(self, text: bytes) -> None:
        """An identity card was read: its text block. Of photo and fingerprint nothing comes here."""
        card = read_card(text)
        await self._arrive(by_card(card), card.expired(civil.date(self._clock.wall_s())))

    async def social_card(self, fields: "dict[int, bytes]") -> None:
        """A social security card was read: the values of its files by tag."""
        card = read_social_card(fields)
        await self._arrive(by_social_card(card), card.expired(civil.date(self._clock.wall_s())))

    async def scanned(self, data: bytes, repeat: bool = False) -> None:
        """A code was scanned: a person's when nobody is at the counter, a box's while dispensing. `repeat`: it is the
        same one that came just before."""
        if self.operator is None:
            raise VisitError("operator.sign_in_first")
        scanned = what_is(data)
        if scanned.person is not None:
            await self._person_scanned(scanned.person, repeat)
        elif scanned.kind == TECHNICIAN:
            self.tell(INFO, "scanned.technician")
        else:
            await self._box_scanned(scanned.box, scanned.code, repeat)

    async def _person_scanned(self, person: "InsuranceCode | IdentityNumber", repeat: bool) -> None:
        credential = by_code(person)
        record = self.record()
        shown = self._work.opening() or record
        if repeat and shown is not None and is_of(shown, credential):
            return  # the phone is still in front of the window
        if record is not None and record["step"] not in steps.FINISHED:
            raise VisitError("trace.insurance_code_not_now")
        await self._arrive(credential, False)

    async def _box_scanned(self, box: "TraceCode | None", code: str, repeat: bool) -> None:
        async with self._lock:
            record = self.record()
            waits = record is not None and record["step"] == steps.DISPENSE
            if repeat and box is not None and self._has_just_bound(record, box, waits):
                if self.notice is None:  # it says nothing that is more urgent than what already stands there
                    self.tell(INFO, "trace.repeat")
                return
            if record is None or not waits:
                nobody = record is None or record["step"] in steps.FINISHED
                raise VisitError("identity.not_a_code" if nobody and box is None else "trace.not_now")
            if box is None:
                raise VisitError(code)
            await self._dispensing.scan(self._free(record), box)
            self._bound = box.key
            self.notice = None
            if record["step"] == steps.PRICE:
                self._work.add("price", record)
            self.changed()

    def _has_just_bound(self, record: "Json | None", box: "TraceCode", waits: bool) -> bool:
        """Whether a box seen once more is bound already. One that was released since may be bound again."""
        if record is not None and has_box(record, box):
            return True
        return box.key == self._bound and not waits

    async def _next_waiting(self) -> None:
        """The screen is free: serve the card that still lies on the reader and had to wait."""
        credential, expired = self._waiting_card.take()
        if credential is not None:
            await self._arrive(credential, expired)

    async def card_taken(self, kind: str) -> None:
        """A card, `IDENTITY_CARD` or `SOCIAL_CARD`, has left its reader, or the reader can no longer see it."""
        self._waiting_card.gone(kind)

    async def identity_number(self, typed: str) -> None:
        """The doctor typed an identity number."""
        await self._arrive(by_number(check_number(typed)), False)

    async def signed_in(self, operator: "dict[str, str]") -> None:
        """An operator is at the counter; a card that was laid down before is looked at now."""
        self.operator = operator
        if self.notice is not None and self.notice["code"] == "operator.sign_in_first":
            self.notice = None
        self.changed()
        await self._next_waiting()

    def signed_out(self, remaining: "dict[str, str] | None") -> None:
        """Somebody left; `remaining` signed in last of those who are still there, or None."""
        self.operator = remaining
        self.changed()

    async def _arrive(self, credential: "Json", card_expired: bool) -> None:
        """A patient shows who he is."""
        async with self._lock:
            if self.operator is None:
                self._waiting_card.wait(credential, card_expired)
                raise VisitError("operator.sign_in_first")
            record = self.record()
            known = visit_of(self._book.visits(), credential)
            if known is not None and known is record:
                return  # the same card still lies there
            if record is not None and record["step"] not in steps.FINISHED:
                self._waiting_card.wait(credential, card_expired)
                raise VisitError("visit.another_open")
            opening = self._work.opening()
            if opening is not None:
                if not is_of(opening, credential):
                    self._waiting_card.wait(credential, card_expired)
                raise VisitError("visit.busy")
            if record is not None:
                await self._leave(record)
            self.notice = None
            if known is not None:
                await self._show(known["id"])
                self.tell(INFO, "visit.kept")
                return
            if self._full():
                raise VisitError("outbox.full")
            draft = self._book.draft(credential, card_expired, self.operator["id"])
            self._work.add("open", draft)
            self.changed()

    # ---- what the doctor presses

    async def choose_diagnosis(self, version: int, code: str) -> None:
        """Set the diagnosis by its code."""
        async with self._lock:
            record = self._pressed(version, _EDITABLE)
            for diagnosis in self._diagnoses:
                if diagnosis["code"] == code:
                    choose_diagnosis(record, diagnosis)
                    await self._book.keep(record, "visit.diagnosis")
                    self._price_if_complete(record)
                    return
            raise VisitError("visit.unknown")

    async def set_lines(self, version: int, wanted: "list[tuple[str, int]]") -> None:
        """Set what is prescribed: (drug, boxes)."""
        async with self._lock:
            record = self._pressed(version, _EDITABLE)
            await self._dispensing.set_lines(record, wanted)
            self._price_if_complete(record)

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
            record = self._pressed(version, (steps.RECEIPT, steps.DONE))
            state = record["receipt"]["state"]
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
            if record is None or record["step"] not in steps.FINISHED:
                raise VisitError("visit.not_now")
            await self._leave(record)
            self.dismiss()
        await self._next_waiting()

    def look(self) -> None:
        """Something on the screen is different now."""
        self.changed()

    def shows(self, record: "Json") -> bool:
        """Whether a visit is on the screen; one that is being opened comes to a free screen."""
        return self.current == record["id"] or self.record() is None

    async def takes_up(self, record: "Json") -> bool:
        """A phone's code, or a card without an identity number, names nobody before the platform does: bring the open
        visit of that person back, to a free screen, instead of opening `record`. False when there is none."""
        async with self._lock:
            number = record["person"]["identity_number"] or record["credential"]["identity_number"]
            known = visit_of(self._book.visits(), by_number(number)) if number else None
            if known is None:
                return False
            if self.record() is None:
                await self._show(known["id"])
            self.tell(INFO, "visit.kept")
            return True

    def opened(self, record: "Json") -> None:
        """A new visit is in the book: show it, unless the doctor has taken up another one meanwhile."""
        self._waiting_card.served(record)
        if self.record() is None:
            self.current = record["id"]
            if record["card_expired"]:
                social = record["credential"]["kind"] == SOCIAL_CARD
                self.tell(WARNING, "card.social_expired" if social else "card.expired")

    async def _show(self, visit_id: str) -> None:
        await self._book.show(visit_id)
        self.current = visit_id

    async def _leave(self, record: "Json") -> None:
        """Free the screen. A visit that is not finished is not touched: somebody may be working on it."""
        if record["step"] in steps.FINISHED:
            await self._book.close(record, "visit.closed")
            self.current = ""
        else:
            await self._show("")

    def _price_if_complete(self, record: "Json") -> None:
        if record["step"] == steps.PRICE:
            self._work.add("price", record)
        self.dismiss()

    def _pressed(self, version: int, allowed: "tuple[str, ...]") -> "Json":
        """The visit on the screen, when the press was meant for its present state."""
        record = self.record()
        if record is None:
            raise VisitError("visit.unknown")
        if record["version"] != version:
            raise VisitError("visit.moved_on")
        if record["step"] not in allowed:
            raise VisitError("visit.not_now")
        return self._free(record)

    def _free(self, record: "Json") -> "Json":
        if self._work.working_on(record["id"]):
            raise VisitError("visit.busy")
        return record


def _nothing() -> None:
    """Nobody listens yet."""
