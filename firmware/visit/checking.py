"""The local checks of a visit's prescription: the rules of the policy pack, held against the patient, the lines, and
what this terminal handed the same patient before.

What was handed over stands in the vault under `supplied/<person>.<visit>`, the person as a keyed hash; it is sealed
with the key of the visit, and gone when that is erased.
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
_NOON = " 12:00:00"
_DAY_S = 86400


class Checking:
    """Holds prescriptions against the rules."""

    def __init__(self, vault: "Vault", limits: "list[Json]", clock: "Clock") -> None:
        self._vault = vault
        self._limits = limits
        self._clock = clock

    async def look(self, record: "Json", lines: "list[Json]") -> "list[Json]":
        """What is to be said of a visit with these lines (`firmware.visit.findings`). The record is not touched."""
        today = civil.date(self._clock.wall_s())
        case = {
            "sex": sex_and_birth(record)[0],
            "age": age(record, today),
            "lines": [_line(line) for line in lines],
            "earlier": await self._earlier(record, today) if self._limits else [],
        }
        return [_found(each, lines) for each in local_findings(self._limits, case)]

    def supplied(self, batch: "Batch", record: "Json") -> None:
        """Note with `batch` what a settled visit hands over."""
        lines = [_line(line) for line in record["lines"]]
        kept = {"day": civil.date(self._clock.wall_s()), "lines": lines}
        batch.put(_KIND, self._name(record) + record["id"], kept, record["id"])

    def brought_back(self, batch: "Batch", record: "Json") -> None:
        """The settlement was cancelled: nothing was handed over."""
        batch.delete(_KIND, self._name(record) + record["id"])

    async def _earlier(self, record: "Json", today: str) -> "list[Json]":
        """The other visits of the same patient. What cannot be read any more is no reason to hold this one up."""
        name = self._name(record)
        found: "list[Json]" = []
        try:
            rows = await self._vault.ids(_KIND, name, "", 0)
        except VaultError as error:
            log.event("supplied.unreadable", error.code)
            return found
        for row in rows:
            kept = await self._kept(row) if row[len(name) :] != record["id"] else None
            if kept is not None and 0 <= _days(kept["day"], today) <= _MOST_DAYS:
                found.append({"days_ago": _days(kept["day"], today), "lines": kept["lines"]})
        return found

    async def _kept(self, row: str) -> "Json | None":
        try:
            return await self._vault.get(_KIND, row)
        except VaultError as error:
            if error.code != "vault.erased":
                log.event("supplied.unreadable", error.code)
            return None

    def _name(self, record: "Json") -> str:
        person = record["person"] or {}
        number = person.get("identity_number") or record["credential"]["identity_number"] or person.get("number", "")
        return self._vault.blind(_KIND, number.upper()) + "."


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
