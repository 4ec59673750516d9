"""What the devices bring to the place at the counter: cards, codes and numbers of patients, boxes."""

from firmware import clock as civil
from firmware.identity import check_number, read_card, read_social_card
from firmware.insurance import SOCIAL_CARD
from firmware.visit import book as steps
from firmware.visit.codes import TECHNICIAN, what_is
from firmware.visit.credential import by_card, by_code, by_number, by_social_card, is_of, visit_of
from firmware.visit.dispensing import has_box
from firmware.visit.errors import VisitError
from firmware.visit.place import INFO, WARNING, Place
from firmware.visit.waiting_card import WaitingCard

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


class Arriving(Place):
    """Opens visits for those who arrive, and binds boxes to the one on the screen."""

    def __init__(
        self,
        book: "Book",
        work: "Work",
        dispensing: "Dispensing",
        printing: "Printing",
        clock: "Clock",
        full: "Callable[[], bool]",
    ) -> None:
        """`full`: whether no new visit can be kept."""
        super().__init__(book, work, printing, clock)
        self._dispensing = dispensing
        self._full = full
        self._waiting_card = WaitingCard()
        self._bound = ""  # key of the box that was bound last

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
        if record is not None and not steps.is_finished(record):
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
                nobody = record is None or steps.is_finished(record)
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
            if record is not None and not steps.is_finished(record):
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
