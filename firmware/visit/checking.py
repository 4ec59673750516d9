"""The local checks of a visit's prescription: the rules of the policy pack, held against the patient, the lines, and
what this terminal handed the same patient before.

What was handed over stands in the vault under `supplied/<person>.<visit>`, the person as a keyed hash and the visit
counted down, so that the newest comes first; it is sealed with the key of the visit, and gone when that is erased.
"""

from firmware import clock as civil
from firmware import log
from firmware.policy import SELF_PAID, local_findings
from firmware.vault import VaultError
from firmware.visit.findings import LOCAL, finding
from firmware.visit.patient import age, sex_and_birth

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from firmware.vault import Batch, Vault
    from hal.ports import Clock

    Json = dict[str, Any]

_KIND = "supplied"
_MOST_DAYS = 1000  # no policy pack allows more at once
_PAGE = 20
_MOST_PAGES = 15  # 300 visits in the 1000 days
_LAST_VISIT = 999999999
_NOON = " 12:00:00"
_DAY_S = 86400


class Checking:
    """Holds prescriptions against the rules."""

    def __init__(self, vault: "Vault", limits: "list[Json]", clock: "Clock") -> None:
        self._vault = vault
        self._limits = limits
        self._reach = _reach(limits)
        self._clock = clock

    async def look(self, record: "Json", lines: "list[Json]") -> "list[Json]":
        """What is to be said of a visit with these lines (`firmware.visit.findings`). The record is not touched."""
        today = civil.date(self._clock.wall_s())
        case = {
            "sex": sex_and_birth(record)[0],
            "age": age(record, today),
            "lines": [_line(line) for line in lines],
            "earlier": await self._earlier(record, today),
        }
        return [_found(each, lines) for each in local_findings(self._limits, case)]

    def supplied(self, batch: "Batch", record: "Json") -> None:
        """Note with `batch` what a settled visit hands over."""
        lines = [_line(line) for line in record["lines"]]
        kept = {"day": civil.date(self._clock.wall_s()), "lines": lines}
        batch.put(_KIND, self._row(record), kept, record["id"])

    def brought_back(self, batch: "Batch", record: "Json") -> None:
        """The settlement was cancelled: nothing was handed over."""
        batch.delete(_KIND, self._row(record))

    def forget(self, batch: "Batch", record: "Json") -> None:
        """The visit is erased: nothing may show that this person was here, not even a keyed hash."""
        if record["settlement"] is not None:
            self.brought_back(batch, record)

    async def _earlier(self, record: "Json", today: str) -> "list[Json]":
        """The other visits of the same patient, as far back as the rules look. A wrong clock may have dated one too
        early: only a page of which all are too old is the end."""
        found: "list[Json]" = []
        after = ""
        for _ in range(_MOST_PAGES if self._reach >= 0 else 0):
            rows = await self._rows(record, after)
            too_old = 0
            for row in rows:
                kept = await self._kept(row)
                days = 0 if kept is None else _days(kept["day"], today)
                if days > self._reach:
                    too_old += 1
                elif kept is not None and days >= 0 and row != self._row(record):
                    found.append({"days_ago": days, "lines": kept["lines"]})
            if too_old == len(rows):
                break
            after = rows[-1]
        return found

    async def _rows(self, record: "Json", after: str) -> "list[str]":
        """A page. What cannot be read any more is no reason to hold this visit up."""
        try:
            return await self._vault.ids(_KIND, self._name(record), after, _PAGE)
        except VaultError as error:
            log.event("supplied.unreadable", error.code)
            return []

    async def _kept(self, row: str) -> "Json | None":
        try:
            return await self._vault.get_unerased(_KIND, row)
        except VaultError as error:
            log.event("supplied.unreadable", error.code)
            return None

    def _row(self, record: "Json") -> str:
        return self._name(record) + f"{_LAST_VISIT - int(record['id']):09d}"

    def _name(self, record: "Json") -> str:
        person = record["person"] or {}
        number = person.get("identity_number") or record["credential"]["identity_number"] or person.get("number", "")
        return self._vault.blind(_KIND, number.upper()) + "."


def _reach(limits: "list[Json]") -> int:
    """How many days before today the rules look: -1, not even at today."""
    reach = -1
    for limit in limits:
        if "box_days" in limit:
            return _MOST_DAYS
        if limit.get("once") == "day":
            reach = 0
    return reach


def _line(line: "Json") -> "Json":
    return {
        "drug": line["drug"],
        "name": line["name"],
        "code": line["national_code"],
        "quantity": line["quantity"],
        "self_paid": line["approval"] == SELF_PAID,
    }


def _found(each: "Json", lines: "list[Json]") -> "Json":
    """What a rule says, as a finding on the visit; with other quantities it is another one."""
    numbers = [str(lines[place]["quantity"]) for place in each["lines"]]
    drugs = [lines[place]["drug"] for place in each["lines"]]
    said = each["sentence"] + "|" + ",".join(numbers)
    found = finding(LOCAL, each["kind"], each["rule"], said, each["severity"], drugs)
    found["sentence"] = each["sentence"]
    for name in ("verified", "blocks", "params"):
        found[name] = each[name]
    found["basis"] = each["source"]
    found["fen"] = sum([lines[place]["quantity"] * lines[place]["price_fen"] for place in each["lines"]])
    return found


def _days(day: str, today: str) -> int:
    return (civil.utc(today + _NOON) - civil.utc(day + _NOON)) // _DAY_S
