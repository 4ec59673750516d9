"""The visit book: every visit as a record, found again at its last step after a power cut.

A record (all ids opaque, money in 分, times in UTC seconds):

    id, number        own sequence; number is `yyyyMMdd` + device + sequence, printed on the receipt
    version           counts the changes from a start of its own for each visit: a press on an outdated screen, or
                      meant for another visit, is refused by it
    step              one of the steps below
    credential        what the patient showed (`firmware.visit.credential`)
    card_expired      the identity card's date has passed (a warning only)
    person            what the platform knows of the patient, or None while it could not be asked
    diagnosis         {"code", "name"} or None; diagnosis_sent: the one that the platform has
    lines             [{"drug", "name", "specification", "unit", "grade", "national_code", "prescription_only",
                      "price_fen", "quantity", "approval", "boxes": [{"key", "code", "batch"}]}], as they were when
                      prescribed; `approval` `refused`: at the patient's own expense
    findings          what is to be said of the lines; answers: what the doctor said (`firmware.visit.findings`)
    audited           {"before", "during"}: the platform's audits, each {"of", "code"}, as far as they were made
    registration      the platform's visit id, or ""
    bill              {"batch", "prescription", "diagnosis", "at_s", "total_fen", "split"} of the uploaded fees, or None
    bills             how many bills were uploaded so far
    preview           amounts of the pre-settlement, or None; expected: those of the policy pack, or None, and
                      differences: {"fields", "causes"} between them (`firmware.policy`), or None
    agreed_fen        the own share that the patient agreed to
    settlement        amounts, "settlement" number, "settled_at", or None
    sent              {"infno", "msgid"} of a message whose outcome is not known yet, or None
    stuck             the platform refused to undo it: no more tries until somebody presses
    doubt             the code with which the last settlement ended unknown, or ""
    doubtful          message numbers of settlements that were not there when the platform was asked, or that it
                      refused: they may have been on their way still, or have arrived twice
    sold_together     all rows of its boxes went into one message of the outbox, as the province wanted it when it was
                      settled (`firmware.visit.selling`)
    cancelled         the settlement was cancelled on the platform; refund: what it booked, or None
                      (`firmware.visit.refunding`)
    receipt           of the settlement, or of the refund once that is cancelled: {"state", "copies", "action",
                      "office"}: how many are known to be on paper, the name of the last
                      one asked for, or "", and whether that was for the office printer
"""

import json

from firmware import clock as civil
from firmware.vault import Batch, VaultError, note
from firmware.visit.findings import DURING, replace
from hal import aio

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from firmware.vault import Vault
    from hal.ports import Clock

    Json = dict[str, Any]

DIAGNOSE = "diagnose"
PRESCRIBE = "prescribe"
DISPENSE = "dispense"
PRICE = "price"
CONFIRM = "confirm"
SETTLING = "settling"
RECEIPT = "receipt"
DONE = "done"
CANCELLING = "cancelling"
CANCELLED = "cancelled"
FINISHED = (DONE, CANCELLED)

APPROVED = "approved"  # a line's `approval`: the fund may pay a drug of limited use

NOT_PRINTED = "none"
PRINTING = "printing"
PRINTED = "printed"
FAILED = "failed"
UNSURE = "unsure"

_VERSIONS = 100000  # no visit changes so often
_EARLIEST_S = 1767225600  # 2026-01-01: a clock before that has not been set
_SCREEN_KIND = "screen"
_SCREEN = "counter"
_OPEN_KIND = "visit"
_CLOSED_KIND = "visit.closed"
_COPIES = "copy"


def forget_price(record: "Json") -> None:
    """What was priced is no longer what is prescribed."""
    record["bill"] = None
    record["preview"] = None
    record["expected"] = None
    record["differences"] = None
    record["audited"].pop(DURING, None)
    replace(record, (DURING,), [])


def no_receipt() -> "Json":
    """The receipt of a visit of which nothing is printed yet."""
    return {"state": NOT_PRINTED, "copies": 0, "action": "", "office": False}


def is_finished(record: "Json") -> bool:
    """Whether a visit may leave the screen for good: nothing is to be done any more, and nothing is being printed."""
    return record["step"] in FINISHED and record["receipt"]["state"] != PRINTING


class Book:
    """The open visits in memory as in the vault. Closed ones are only in the vault."""

    def __init__(self, vault: "Vault", clock: "Clock") -> None:
        self._vault = vault
        self._clock = clock
        self._open: "dict[str, Json]" = {}
        self._shown: "dict[str, Json]" = {}  # copies of what is on the disk
        self._lock = aio.Lock()
        self._undone: "dict[str, int]" = {}  # how often a visit went back to what is on the disk

    async def load(self) -> None:
        """Read the open visits."""
        for visit_id, record in await self._vault.list(_OPEN_KIND):
            self._open[visit_id] = _completed(record)
            self._shown[visit_id] = _copy(record)

    async def on_screen(self) -> str:
        """The visit that was on the screen last, or ""."""
        kept = await self._vault.get(_SCREEN_KIND, _SCREEN)
        return "" if kept is None else str(kept["visit"])

    async def show(self, visit_id: str) -> None:
        """Remember which visit is on the screen ("" for none). The visit itself is not touched: somebody may be working
        on it."""
        batch = Batch("screen", visit_id)
        batch.put(_SCREEN_KIND, _SCREEN, {"visit": visit_id})
        await self._vault.commit(batch)

    def draft(self, credential: "Json", card_expired: bool, operator: str) -> "Json":
        """A new visit; it is in the book after the first `keep`."""
        visit_id = f"{self._vault.take_number('visit'):06d}"
        opened_at = self._clock.wall_s()
        return {
            "id": visit_id,
            "number": self._number(visit_id, opened_at),
            "version": int(visit_id) * _VERSIONS,
            "step": DIAGNOSE,
            "opened_at": opened_at,
            "operator": operator,
            "credential": credential,
            "card_expired": card_expired,
            "person": None,
            "diagnosis": None,
            "diagnosis_sent": None,
            "lines": [],
            "findings": [],
            "answers": {},
            "audited": {},
            "registration": "",
            "bill": None,
            "bills": 0,
            "preview": None,
            "expected": None,
            "differences": None,
            "agreed_fen": 0,
            "settlement": None,
            "sent": None,
            "stuck": False,
            "doubt": "",
            "doubtful": [],
            "sold_together": False,
            "cancelled": False,
            "refund": None,
            "receipt": no_receipt(),
        }

    def redate(self, record: "Json") -> None:
        """Give a visit that was opened before the clock was set its time and number, as long as nobody has seen
        them."""
        if record["opened_at"] < _EARLIEST_S <= self._clock.wall_s():
            record["opened_at"] = self._clock.wall_s()
            record["number"] = self._number(record["id"], record["opened_at"])

    def _number(self, visit_id: str, opened_at: int) -> str:
        return civil.compact(opened_at)[:8] + self._vault.blind("device", "")[:4] + visit_id

    def name_copy(self, record: "Json", state: str) -> None:
        """Give the next copy of the receipt a name that no copy had before, and its `state`. Both are kept by the next
        `keep`, before the printer hears of it."""
        receipt = record["receipt"]
        receipt["action"] = record["number"] + "-" + str(self._vault.take_number(_COPIES))
        receipt["state"] = state
        receipt["office"] = False

    def get(self, visit_id: str) -> "Json | None":
        """An open visit, or None."""
        return self._open.get(visit_id)

    def shown(self, visit_id: str) -> "Json | None":
        """An open visit as it is on the disk: what is being committed just now may still be undone by a power cut, and
        nobody has seen it then."""
        return self._shown.get(visit_id)

    def visits(self) -> "list[Json]":
        """The open visits, oldest first."""
        return [self._open[visit_id] for visit_id in sorted(self._open)]

    async def open(self, record: "Json", on_screen: bool) -> None:
        """Take a new visit into the book, and onto a free screen, in one commit."""
        batch = Batch("visit.opened")
        if on_screen:
            batch.put(_SCREEN_KIND, _SCREEN, {"visit": record["id"]})
        await self.keep(record, "visit.opened", batch)

    async def keep(self, record: "Json", what: str, batch: "Batch | None" = None) -> None:
        """Write `record` with all of `batch` in one commit; on the disk when this returns. When it cannot be written,
        the record goes back to what is on the disk: nothing may be shown, printed or sent that a power cut would
        undo. Where the disk says that a copy is being printed and it is not, it is unsure, as after a power cut.

        Two steps of a visit at once are kept in turn; the second has the changes of the first in it, so it fails with
        it."""
        batch = batch or Batch(what)
        batch.what = what
        visit_id = batch.note = record["id"]
        record["version"] += 1
        shown = _copy(record)
        batch.put(_OPEN_KIND, visit_id, shown, visit_id)
        undone = self._undone.get(visit_id, 0)
        batch.promise()
        try:
            async with self._lock:
                if self._undone.get(visit_id, 0) != undone:
                    raise VaultError("vault.full", "an earlier step of the visit was not kept")
                try:
                    await self._vault.commit(batch)
                except VaultError:
                    await self._go_back(record)
                    raise
                self._open[visit_id] = record
                self._shown[visit_id] = shown
        finally:
            batch.let_go()

    async def _go_back(self, record: "Json") -> None:
        """The record as it is on the disk, in one with the note of it: who kept it until then had the lost step."""
        try:
            kept = await self._vault.get(_OPEN_KIND, record["id"])
        finally:
            self._undone[record["id"]] = self._undone.get(record["id"], 0) + 1
        if kept is not None:
            printing = record["receipt"]["state"] == PRINTING
            record.clear()
            record.update(_completed(kept))
            if record["receipt"]["state"] == PRINTING and not printing:
                record["receipt"]["state"] = UNSURE
            self._shown[record["id"]] = _copy(record)

    async def close(self, record: "Json", what: str) -> None:
        """Move a finished visit to the closed ones, off the screen, and note it for retention."""
        batch = Batch(what, record["id"])
        batch.delete(_OPEN_KIND, record["id"])
        batch.put(_CLOSED_KIND, record["id"], record, record["id"])
        batch.put(_SCREEN_KIND, _SCREEN, {"visit": ""})
        settlement = record["settlement"]
        total_fen = 0 if settlement is None else settlement["total_fen"]
        settled = settlement is not None and not record["cancelled"]
        note(batch, self._clock, record["id"], record["number"], total_fen, settled)
        batch.then(lambda: self._forget(record["id"]))
        await self._vault.commit(batch)

    def _forget(self, visit_id: str) -> None:
        self._open.pop(visit_id, None)
        self._shown.pop(visit_id, None)
        self._undone.pop(visit_id, None)


def _copy(record: "Json") -> "Json":
    copy: "Json" = json.loads(json.dumps(record))
    return copy


def _completed(record: "Json") -> "Json":
    """A record as the vault has it, with what one of an older program lacks."""
    record.setdefault("doubtful", [])
    record.setdefault("sold_together", False)
    for name in ("expected", "differences", "refund"):
        record.setdefault(name, None)
    record.setdefault("findings", [])
    for name in ("answers", "audited"):
        record.setdefault(name, {})
    for line in record["lines"]:
        line.setdefault("approval", APPROVED)
    record["receipt"].setdefault("action", "")
    record["receipt"].setdefault("office", False)
    return record
