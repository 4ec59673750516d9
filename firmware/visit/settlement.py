"""Settling and cancelling: the two acts that move money, each done exactly once.

The number of the 2207 message is on the disk before it is sent. When its outcome is unknown (time-out, cut line,
power), the visit stays in `settling` and nothing else is tried until 2601 has answered; then the same bill, to which
the patient has agreed, is settled under a new number. The platform's own sentence decides whether there was nothing
to reverse.
"""

from firmware.errors import TerminalError
from firmware.insurance import Refused, TurnedAway, is_network_trouble
from firmware.vault import Batch
from firmware.visit import book as steps
from firmware.visit.billing import note_refund, note_settlement
from firmware.visit.errors import VisitError
from firmware.visit.refunding import begin_slip, refunded
from firmware.visit.selling import codes_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import Any

    from firmware.insurance import Outpatient
    from firmware.visit.book import Book
    from firmware.visit.checking import Checking
    from firmware.visit.claim import Claim
    from firmware.visit.selling import Selling
    from hal.ports import Clock

    Json = dict[str, Any]

SETTLE = "2207"
CANCEL = "2208"
_DOUBTFUL = 10  # more settlements of one visit are not on their way at once


class Settlement:
    """Settles, finds out, and cancels."""

    def __init__(
        self,
        book: "Book",
        claim: "Claim",
        checking: "Checking",
        outpatient: "Outpatient",
        selling: "Selling",
        clock: "Clock",
        nothing_to_reverse: "list[str]",
    ) -> None:
        self._book = book
        self._claim = claim
        self._checking = checking
        self._outpatient = outpatient
        self._selling = selling
        self._clock = clock
        self._nothing_to_reverse = nothing_to_reverse

    async def price(self, record: "Json") -> None:
        """Ask for the price."""
        await self._despite_late_ones(record, self._claim.price)

    async def settle(self, record: "Json", again: bool = False) -> bool:
        """Settle a bill that the patient agreed to. Returns whether the amounts that came back can be believed.

        `UnknownOutcome` leaves the visit in `settling`, and so does a line that is cut after a reversal: the terminal
        goes on by itself then. A refusal leaves it in `confirm`, when nothing that was sent before or twice was behind
        it; otherwise that is reversed, and the bill settled once more (`again`).
        """
        self._claim.busy("settle")
        goes_on = record["step"] == steps.SETTLING
        msgid = await self._claim.sending(record, SETTLE, steps.SETTLING)
        bill = dict(record["bill"])
        bill["codes"] = codes_of(record)
        call = self._outpatient.settle(record["person"], record["credential"], record["registration"], bill, msgid)
        try:
            settlement = await self._claim.finish(record, call)
        except TerminalError as error:
            if isinstance(error, Refused) and not isinstance(error, TurnedAway):
                record["sent"] = {"infno": SETTLE, "msgid": msgid}  # as on the disk, until it is certain
                if await self._was_behind(record, error) and not again:
                    return await self.settle(record, True)
                goes_on = False
            if record["sent"] is not None:
                record["doubt"] = error.code
            elif not (goes_on and is_network_trouble(error)):
                record["step"] = steps.CONFIRM
            await self._book.keep(record, "visit.not_settled")
            raise
        return await self._settled(record, settlement)

    async def find_out(self, record: "Json") -> bool:
        """Resolve an unknown settlement: reverse it, then settle anew. Raises while the platform does not answer.

        An answer that could not be read would come again: then the visit goes back to `confirm`, for a person.
        """
        if record["sent"] is not None:
            self._claim.busy("reverse")
            try:
                await self._outpatient.reverse(record["person"], SETTLE, record["sent"]["msgid"])
            except Refused as refusal:
                sentence = str(refusal.params["platform"])
                if is_network_trouble(refusal) or not any([words in sentence for words in self._nothing_to_reverse]):
                    raise
                _doubt(record)
            record["sent"] = None
            unreadable = record["doubt"] == "insurance.bad_answer"
            record["doubt"] = ""
            record["step"] = steps.CONFIRM if unreadable else steps.SETTLING
            await self._book.keep(record, "visit.reversed")
            if unreadable:
                raise VisitError("insurance.bad_answer", "settlement answered unreadably, and reversed")
        return await self.settle(record)

    async def _was_behind(self, record: "Json", refusal: Refused) -> bool:
        """A settlement was refused: whether it, or one that was given up before, stands all the same; it is reversed
        then. While the platform does not answer, the outcome is as unknown as without the refusal."""
        _doubt(record)
        try:
            behind = await self._late_ones_reversed(record, refusal)
        except TerminalError as error:
            record["doubt"] = error.code
            await self._book.keep(record, "visit.not_settled")
            raise
        record["sent"] = None
        return behind

    async def _despite_late_ones(self, record: "Json", act: "Callable[[Json], Awaitable[None]]") -> None:
        """Do `act`; when that is refused and a settlement that was given up stands, reverse it and do it again."""
        try:
            await act(record)
        except Refused as refusal:
            if not await self._late_ones_reversed(record, refusal):
                raise
            await act(record)

    async def _late_ones_reversed(self, record: "Json", refusal: Refused) -> bool:
        """Reverse whatever arrived after it was given up; whether there was anything. Two refusals, of the act and of
        its reversal, say that there is nothing, whatever their words."""
        if isinstance(refusal, TurnedAway):
            return False
        left = []
        for msgid in record["doubtful"]:
            self._claim.busy("reverse")
            try:
                await self._outpatient.reverse(record["person"], SETTLE, msgid)
            except TurnedAway:
                raise
            except Refused:
                left.append(msgid)
        found = len(left) < len(record["doubtful"])
        record["doubtful"] = left
        return found

    async def not_reversed(self, record: "Json") -> None:
        """The platform refuses to reverse, and not because there is nothing: a person must look before the next try."""
        record["stuck"] = True
        await self._book.keep(record, "visit.not_reversed")

    async def _settled(self, record: "Json", settlement: "Json") -> bool:
        batch = Batch("visit.settled")
        bill = record["bill"]
        believed = bool(settlement["agree"]) and settlement["total_fen"] == bill["total_fen"]
        settlement["settled_at"] = settlement["settled_at"] or self._clock.wall_s()
        record["settlement"] = settlement
        note_settlement(batch, record, record["sent"]["msgid"])
        self._checking.supplied(batch, record)
        record["sent"] = None
        record["doubt"] = ""
        record["step"] = steps.RECEIPT
        # A receipt with amounts that do not add up is printed only when the doctor asks for it.
        self._book.name_copy(record, steps.PRINTING if believed else steps.FAILED)
        self._selling.sold(batch, record)
        await self._book.keep(record, "visit.settled", batch)
        return believed

    async def cancel(self, record: "Json") -> None:
        """Undo a visit on the platform, in the order settlement, fees, registration. Resumed where it was left."""
        self._claim.busy("cancel")
        if record["settlement"] is not None and not record["cancelled"]:
            await self._cancel_settlement(record)
        await self._despite_late_ones(record, self._claim.withdraw)
        batch = Batch("visit.cancelled")
        if record["settlement"] is None:
            self._selling.released(batch, record)
        record["sent"] = None
        record["step"] = steps.CANCELLED
        if record["refund"] is not None:
            begin_slip(self._book, record)
        await self._book.keep(record, "visit.cancelled", batch)

    async def cancel_refused(self, record: "Json", refusal: Refused) -> None:
        """The platform will not undo it. A settlement that it will not cancel stays settled; for anything else a person
        must look. A question that it will not answer says nothing about what was sent before: the note stays."""
        if refusal.params.get("infno") == CANCEL:
            record["sent"] = None
            record["step"] = steps.DONE if record["receipt"]["state"] == steps.PRINTED else steps.RECEIPT
        else:
            record["stuck"] = True
        await self._book.keep(record, "visit.cancel_refused")

    async def _cancel_settlement(self, record: "Json") -> None:
        person = record["person"]
        registration = record["registration"]
        number = record["settlement"]["settlement"]
        done = False
        refund: "Json" = {}  # unless 2208 itself says what was booked
        if record["sent"] is not None and record["sent"]["infno"] == CANCEL:
            msgid = record["sent"]["msgid"]
            done = await self._outpatient.is_cancelled(person, registration, number)
        if not done:
            msgid = await self._claim.sending(record, CANCEL)
            settled = record["settlement"]
            call = self._outpatient.cancel_settlement(person, registration, number, msgid, settled)
            try:
                refund = await self._claim.finish(record, call)
            except Refused as refusal:
                if is_network_trouble(refusal):
                    raise
                # It may have arrived twice, or been cancelled in the insurer's own program: then it is.
                record["sent"] = {"infno": CANCEL, "msgid": msgid}  # as on the disk, until it is certain
                if not await self._outpatient.is_cancelled(person, registration, number):
                    record["sent"] = None
                    raise
        batch = Batch("visit.settlement_cancelled")
        await self._selling.brought_back(batch, record)
        self._checking.brought_back(batch, record)
        note_refund(batch, record, refund, msgid)
        refunded(record, refund)
        record["cancelled"] = True  # last: a fault of ours above must not leave it in memory without its returns
        record["sent"] = None
        await self._book.keep(record, "visit.settlement_cancelled", batch)


def _doubt(record: "Json") -> None:
    """What was sent last is given up, but may still arrive."""
    record["doubtful"] = (record["doubtful"] + [record["sent"]["msgid"]])[-_DOUBTFUL:]


def unfinished(record: "Json") -> bool:
    """Whether the terminal goes on with this visit by itself when the network is there."""
    return record["step"] in (steps.SETTLING, steps.CANCELLING) and not record["stuck"]
