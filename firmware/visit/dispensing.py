"""Prescription lines and the boxes that are scanned for them."""

from firmware import clock as civil
from firmware.policy import SELF_PAID
from firmware.trace import matches
from firmware.vault import Batch
from firmware.visit import book as steps
from firmware.visit.auditing import forget_outdated
from firmware.visit.errors import VisitError
from firmware.visit.findings import LOCAL, replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from firmware.stock import Boxes, Shelf
    from firmware.trace import TraceCode
    from firmware.visit.book import Book
    from firmware.visit.checking import Checking
    from hal.ports import Clock

    Json = dict[str, Any]

MOST_LINES = 20
MOST_BOXES = 99


class Dispensing:
    """Changes the lines of a visit and binds boxes to them."""

    def __init__(self, book: "Book", checking: "Checking", shelf: "Shelf", boxes: "Boxes", clock: "Clock") -> None:
        self._book = book
        self._checking = checking
        self._shelf = shelf
        self._boxes = boxes
        self._clock = clock

    async def set_lines(self, record: "Json", wanted: "list[tuple[str, int]]") -> None:
        """Replace the lines by (drug, boxes). Boxes that were scanned stay with their drug; what is too many is
        released."""
        if not wanted or len(wanted) > MOST_LINES or len({drug for drug, _ in wanted}) != len(wanted):
            raise VisitError("visit.no_lines")
        before = {line["drug"]: line for line in record["lines"]}
        lines = []
        for drug_id, quantity in wanted:
            drug = self._shelf.drug(drug_id)
            if not 1 <= quantity <= MOST_BOXES:
                raise VisitError("visit.no_lines")
            lines.append(_line(drug, quantity, before.get(drug_id)))
        await self._change(record, lines, "visit.lines")

    async def pay_oneself(self, record: "Json", drug_id: str, self_paid: bool) -> None:
        """Settle a line at the patient's own expense, or by insurance again."""
        lines = [dict(line) for line in record["lines"]]
        found = [line for line in lines if line["drug"] == drug_id]
        if not found:
            raise VisitError("visit.unknown")
        found[0]["approval"] = SELF_PAID if self_paid else steps.APPROVED
        await self._change(record, lines, "visit.self_paid" if self_paid else "visit.insured")

    async def _change(self, record: "Json", lines: "list[Json]", what: str) -> None:
        """Keep other lines, with what is to be said of them. Boxes that are in none of them are released."""
        found = await self._checking.look(record, lines)  # before the first change: others keep the record, too
        batch = Batch(what)
        kept = [box["key"] for line in lines for box in line["boxes"]]
        for line in record["lines"]:
            for box in line["boxes"]:
                if box["key"] not in kept:
                    self._boxes.release(batch, box["key"])
        record["lines"] = lines
        steps.forget_price(record)
        forget_outdated(record)
        replace(record, (LOCAL,), found)
        record["step"] = next_step(record)
        await self._book.keep(record, what, batch)

    async def scan(self, record: "Json", code: "TraceCode") -> None:
        """Bind a scanned box to its line. `VisitError` `trace.*` says why not; the line stays open then."""
        holder = await self._boxes.holder(code.key)  # before the line is looked up: others keep the record, too
        line = self._line_for(record, code)
        batch_of = self._batch_of(line, code)
        if has_box(record, code):
            raise VisitError("trace.already_scanned")
        if holder is not None:
            raise VisitError("trace.already_dispensed")
        if len(line["boxes"]) >= line["quantity"]:
            raise VisitError("trace.line_complete", "", {"drug": line["name"]})
        batch = Batch("visit.scanned")
        self._boxes.reserve(batch, code.key, record["id"])
        line["boxes"].append({"key": code.key, "code": code.code, "batch": batch_of})
        record["step"] = next_step(record)
        await self._book.keep(record, "visit.scanned", batch)

    def _batch_of(self, line: "Json", code: "TraceCode") -> "Json":
        """The batch of a box; the date on the box itself counts before the shelf's. An expired box is refused."""
        stock = self._shelf.batch_for(line["drug"], code.lot or "")
        expires = code.expires or stock["expires"]
        if expires < civil.date(self._clock.wall_s()):
            raise VisitError("trace.expired", "", {"date": expires})
        return {"lot": stock["lot"], "made": stock["made"], "expires": expires}

    def _line_for(self, record: "Json", code: "TraceCode") -> "Json":
        for line in record["lines"]:
            if _is_of(code, self._shelf.drug(line["drug"])):
                found: "Json" = line
                return found
        for drug in self._shelf.drugs():
            if _is_of(code, drug):
                raise VisitError("trace.other_drug", "", {"drug": drug["name"]})
        raise VisitError("trace.unknown_drug")


def has_box(record: "Json", code: "TraceCode") -> bool:
    """Whether this very box has been scanned for the visit."""
    return code.key in [box["key"] for line in record["lines"] for box in line["boxes"]]


def next_step(record: "Json") -> str:
    """The step that comes next for a visit that is not priced yet."""
    if record["diagnosis"] is None:
        return steps.DIAGNOSE
    if not record["lines"]:
        return steps.PRESCRIBE
    for line in record["lines"]:
        if len(line["boxes"]) < line["quantity"]:
            return steps.DISPENSE
    return steps.PRICE


def choose_diagnosis(record: "Json", diagnosis: "Json") -> None:
    """Set the diagnosis; what was priced with another one is priced again."""
    record["diagnosis"] = {"code": diagnosis["code"], "name": diagnosis["name"]}
    steps.forget_price(record)
    forget_outdated(record)
    record["step"] = next_step(record)


def _is_of(code: "TraceCode", drug: "Json") -> bool:
    return matches(code, drug["trace_prefixes"], drug["gtins"], drug["device_ids"])


def _line(drug: "Json", quantity: int, before: "Json | None") -> "Json":
    """A line; of the one that was there `before` it takes the boxes, and who pays."""
    return {
        "drug": drug["id"],
        "name": drug["name"],
        "specification": drug["specification"],
        "unit": drug["unit"],
        "grade": drug["grade"],
        "national_code": drug["national_code"],
        "prescription_only": drug["prescription_only"],
        "price_fen": drug["price_fen"],
        "quantity": quantity,
        "approval": steps.APPROVED if before is None else before["approval"],
        "boxes": [] if before is None else before["boxes"][:quantity],
    }
