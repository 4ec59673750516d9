"""The claim of a visit with the platform: person, registration, diagnosis, fees, preview.

Each step is done once and can be repeated after a cut at any point. What changes something on the platform and cannot
simply be sent again (registration, fees, settlement, cancellation) is noted in `record["sent"]` before it leaves; while
it stands there, the platform is asked or the step undone first.
"""

from firmware import clock as civil
from firmware import log
from firmware.errors import TerminalError
from firmware.identity import document_of
from firmware.insurance import INSURANCE_CODE, Refused, TurnedAway, UnknownOutcome
from firmware.policy import bill_lines, differences, expect, known_of_year
from firmware.visit import book as steps
from firmware.visit.errors import VisitError
from firmware.visit.findings import LOCAL, replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from firmware.insurance import InsuranceClient, Outpatient
    from firmware.visit.auditing import Auditing
    from firmware.visit.book import Book
    from firmware.visit.checking import Checking
    from hal.ports import Clock

    Json = dict[str, Any]

REGISTER = "2201"
FEES = "2204"


class Claim:
    """What the platform must know before a visit can be settled."""

    def __init__(
        self,
        book: "Book",
        client: "InsuranceClient",
        outpatient: "Outpatient",
        checking: "Checking",
        auditing: "Auditing",
        policy: "Json",
        clock: "Clock",
    ) -> None:
        self._book = book
        self._checking = checking
        self._auditing = auditing
        self._policy = policy
        self._client = client
        self._outpatient = outpatient
        self._clock = clock
        self.busy: "Callable[[str], None]" = _ignore

    async def identify(self, record: "Json") -> None:
        """Ask who the patient is, once. An insurance code is decoded first; its token then stands for the person."""
        if record["person"] is not None:
            return
        self.busy("person")
        credential = record["credential"]
        if credential["kind"] == INSURANCE_CODE and not credential["number"]:
            decoded = await self._client.decode_insurance_code(credential["code"])
            credential["number"] = decoded["token"]
            credential["name"] = decoded["name"]
            credential["identity_number"] = decoded["number"]
            credential["region"] = decoded["region"]
            credential["document"] = document_of(decoded["number"])
        record["person"] = await self._outpatient.person(credential)

    async def register(self, record: "Json") -> None:
        """Register the visit, once."""
        if record["registration"]:
            return
        self.busy("register")
        person = record["person"]
        if record["sent"] is not None:
            await self.settled_question(record, {"registration": await self._registered(record)})
        if not record["registration"]:
            self._book.redate(record)
            msgid = await self.sending(record, REGISTER)
            call = self._outpatient.register(person, record["credential"], record["number"], record["opened_at"], msgid)
            try:
                registration = await self.finish(record, call)
            except Refused as refusal:  # it may have arrived twice, or an earlier one late: then it is there
                registration = "" if isinstance(refusal, TurnedAway) else await self._registered(record)
                if not registration:
                    raise
            await self.settled_question(record, {"registration": registration})

    async def send_diagnosis(self, record: "Json") -> None:
        """Tell the platform the diagnosis, unless it has this one. Repeating it is harmless, so nothing is noted
        before."""
        former = record["diagnosis_sent"]
        diagnosis = record["diagnosis"]
        if former == diagnosis:
            return
        self.busy("diagnosis")
        await self._outpatient.upload_diagnosis(
            record["person"], record["registration"], diagnosis, former, self._clock.wall_s()
        )
        record["diagnosis_sent"] = diagnosis

    async def send_fees(self, record: "Json") -> None:
        """Upload the fees, once; whatever was uploaded before, or may have been, is removed first."""
        if record["bill"] is not None:
            return
        self.busy("fees")
        await self._remove_fees(record)
        record["bills"] += 1
        bill = {
            "batch": record["number"] + "-" + str(record["bills"]),
            "prescription": record["number"],
            "diagnosis": record["diagnosis"]["code"],
            "at_s": self._clock.wall_s(),
            "total_fen": total_fen(record),
        }
        msgid = await self.sending(record, FEES)
        bill["split"] = await self.finish(
            record,
            self._outpatient.upload_fees(record["person"], record["registration"], bill, _fees(record), msgid),
        )
        if bill["split"]["total_fen"] != bill["total_fen"]:
            raise VisitError("insurance.wrong_sums", "2204 total")
        record["bill"] = bill
        record["sent"] = None

    async def preview(self, record: "Json") -> None:
        """Ask what the settlement would be and what there is against it, and keep both with everything since the last
        commit: nothing can be agreed to before it is audited."""
        self.busy("preview")
        preview = await self._outpatient.preview(
            record["person"], record["credential"], record["registration"], record["bill"]
        )
        audited = await self._auditing.during(record, preview)
        year = await self._used_this_year(record)
        record["preview"] = preview
        self._auditing.put_during(record, audited)
        self._compare(record, year)
        record["step"] = steps.CONFIRM
        await self._book.keep(record, "visit.priced")

    async def price(self, record: "Json") -> None:
        """Everything up to the preview, from wherever it was left; what was priced before is priced anew."""
        was_priced = record["step"] == steps.CONFIRM
        steps.forget_price(record)
        record["step"] = steps.PRICE
        if was_priced:  # its fees are about to be removed
            await self._book.keep(record, "visit.priced_anew")
        await self.identify(record)
        replace(record, (LOCAL,), await self._checking.look(record, record["lines"]))  # the person may be known now
        await self.register(record)
        await self._auditing.before(record)
        await self.send_diagnosis(record)
        await self.send_fees(record)
        await self.preview(record)

    async def _used_this_year(self, record: "Json") -> "Json | None":
        """What is known of the year, where the policy pack knows how to read it; the price does not wait for it."""
        if not self._policy["year"]:
            return None
        person = record["person"]
        try:
            rows = await self._outpatient.used_this_year(person)
        except TerminalError as error:
            log.event("visit.year_unknown", error.code + " " + error.cause)
            return None
        return known_of_year(self._policy, person["insurance"], civil.date(self._clock.wall_s())[:4], rows)

    def _compare(self, record: "Json", year: "Json | None") -> None:
        """What the amounts should have been, and where they are others."""
        person = record["person"]
        insurance = person["insurance"]
        lines = bill_lines(record["lines"])
        expected = expect(self._policy, insurance, lines, record["bill"]["split"], year, person["balance_fen"])
        record["expected"] = expected
        if expected is not None:
            record["differences"] = differences(self._policy, insurance, expected, record["preview"], year)

    async def withdraw(self, record: "Json") -> None:
        """Take everything back that is not settled: fees, then the registration."""
        person = record["person"]
        if person is None:
            return
        if not record["registration"] and record["sent"] is not None:
            record["registration"] = await self._registered(record)
        if not record["registration"]:
            return
        await self._remove_fees(record)
        record["bill"] = None
        await self._unregister(record)
        record["bills"] = 0

    async def _remove_fees(self, record: "Json") -> None:
        """Remove what was uploaded, or may have been. A platform may refuse because nothing is there; what comes next
        (new fees, or the withdrawal) shows whether it was for that."""
        if record["bills"] == 0:
            return
        try:
            await self._outpatient.remove_fees(record["person"], record["registration"])
        except TurnedAway:
            raise
        except Refused:
            log.event("fees.not_removed", record["id"])

    async def _unregister(self, record: "Json") -> None:
        """Withdraw the registration, under the name that the platform has for it: it refuses a wrong one, and one that
        is withdrawn already, because a message may have arrived twice."""
        if record["sent"] is not None and record["sent"]["infno"] == "2202":
            record["registration"] = await self._registered(record)
        for is_last in (False, True):
            if not record["registration"]:
                break
            await self.sending(record, "2202")
            call = self._outpatient.unregister(record["person"], record["registration"], record["number"])
            registered = ""
            try:
                await self.finish(record, call)
            except TurnedAway:
                raise
            except Refused:
                registered = await self._registered(record)
                if registered and (is_last or registered == record["registration"]):
                    raise
            record["registration"] = registered
        record["sent"] = None

    async def _registered(self, record: "Json") -> str:
        """The registration that the platform has for the visit, or ""."""
        return await self._outpatient.find_registration(
            record["person"], record["number"], record["opened_at"], self._clock.wall_s()
        )

    async def sending(self, record: "Json", infno: str, step: str = "") -> str:
        """Note, on the disk, that `infno` is about to leave, and the step that begins with it; returns its message
        number."""
        msgid = await self._client.new_msgid()
        record["step"] = step or record["step"]
        record["sent"] = {"infno": infno, "msgid": msgid}
        await self._book.keep(record, "visit.sending." + infno)
        return msgid

    async def settled_question(self, record: "Json", answer: "Json") -> None:
        """What was noted as sent has been answered: keep the answer."""
        record.update(answer)
        record["sent"] = None
        await self._book.keep(record, "visit.answered")

    async def finish(self, record: "Json", call: "Any") -> "Any":
        """The answer of a message that was noted. When it certainly was not done, the note goes."""
        try:
            return await call
        except UnknownOutcome:
            raise
        except TerminalError:
            record["sent"] = None
            raise


def total_fen(record: "Json") -> int:
    """What the lines of a visit cost together."""
    return sum([line["quantity"] * line["price_fen"] for line in record["lines"]])


def _fees(record: "Json") -> "list[Json]":
    return [
        {
            "sequence": str(index + 1),
            "code": line["national_code"],
            "own_code": line["drug"],
            "quantity": line["quantity"],
            "price_fen": line["price_fen"],
            "amount_fen": line["quantity"] * line["price_fen"],
            "approval": line["approval"],
        }
        for index, line in enumerate(record["lines"])
    ]


def _ignore(_what: str) -> None:
    """Nobody listens yet."""
