"""The platform's audit of a visit, when its drugs are chosen (3101) and when it is priced (3102).

An audit changes nothing on the platform: it may be repeated or left out after a cut. A platform that does not answer,
refuses or answers what nobody can read never holds a visit up; that is noted in `record["audited"]` and said on the
screen. What it found stands in the record (`firmware.visit.findings`).
"""

from firmware import log
from firmware.errors import TerminalError
from firmware.insurance import AUDIT_BEFORE, AUDIT_DURING
from firmware.policy import bill_lines, expect
from firmware.visit import book as steps
from firmware.visit.findings import BEFORE, DURING, finding, replace
from firmware.visit.patient import sex_and_birth

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from firmware.insurance import Audits
    from firmware.visit.book import Book
    from hal.ports import Clock

    Json = dict[str, Any]

_NUMBERS = {BEFORE: AUDIT_BEFORE, DURING: AUDIT_DURING}
_NO_ANSWER: "tuple[str, list[Json], str]" = ("", [], "")
_EDITED = (steps.DISPENSE, steps.PRICE)  # 3101 comes too late for a visit that has gone further


class Auditing:
    """Asks for audits and keeps what they find."""

    def __init__(self, book: "Book", audits: "Audits", profile: "Json", policy: "Json", clock: "Clock") -> None:
        """`profile` is `audit` of the province's profile: `before`, `during`."""
        self._book = book
        self._audits = audits
        self._profile = profile
        self._policy = policy
        self._clock = clock
        self._asking: "tuple[str, str] | None" = None  # the visit and the prescription that are asked about beside
        self._answers: "dict[str, tuple[str, list[Json], str]]" = {}  # visit -> prescription, findings, trouble
        self.busy: "Callable[[str], None]" = _ignore

    def wants_before(self, record: "Json") -> bool:
        """Whether the prescription as it is now should be looked at by the platform."""
        known = record["person"] is not None and record["registration"] and record["diagnosis"] is not None
        asked = record["audited"].get(BEFORE)
        return bool(
            self._profile["before"]
            and known
            and record["lines"]
            and record["step"] in _EDITED
            and (asked is None or asked["of"] != _prescribed(record))
        )

    async def ask_beside(self, record: "Json") -> None:
        """3101, once for each prescription, beside all other work. Nothing is changed here: the answer waits for
        `put_before`. One at a time."""
        if self.wants_before(record):
            self._asking = (record["id"], _prescribed(record))
            try:
                await self._ask_before(record)
            finally:
                self._asking = None

    def asks_about(self, record: "Json") -> bool:
        """Whether 3101 is being asked beside about the prescription as it is now."""
        asking = self._asking
        return asking is not None and asking[0] == record["id"] and asking[1] == _prescribed(record)

    async def put_before(self, record: "Json") -> None:
        """Keep what 3101 found. An answer that comes too late, or to a prescription that was changed meanwhile, is
        dropped. `VaultError`."""
        of, found, code = self._answers.pop(record["id"], _NO_ANSWER)
        if self.wants_before(record) and of == _prescribed(record):
            _put(record, BEFORE, found, code, of)
            await self._book.keep(record, "visit.audited")

    async def before(self, record: "Json") -> None:
        """3101 as a part of the price, unless it has just been asked beside. `VaultError`."""
        if self.wants_before(record):
            if self._answers.get(record["id"], _NO_ANSWER)[0] != _prescribed(record):
                await self._ask_before(record)
            await self.put_before(record)

    async def _ask_before(self, record: "Json") -> None:
        of = _prescribed(record)
        found, code = await self._ask(BEFORE, record, None)
        self._answers[record["id"]] = (of, found, code)

    async def during(self, record: "Json", preview: "Json") -> "tuple[list[Json], str] | None":
        """3102 for a visit that would be settled as `preview` says: what was found, and the code of what kept the
        platform from answering, or "". None where the province has no such audit."""
        if not self._profile["during"]:
            return None
        self.busy("audit")
        return await self._ask(DURING, record, preview)

    def put_during(self, record: "Json", answer: "tuple[list[Json], str] | None") -> None:
        """Put what `during` brought into the record. Nothing is kept here."""
        if answer is not None:
            _put(record, DURING, answer[0], answer[1], _prescribed(record))

    async def _ask(self, origin: str, record: "Json", preview: "Json | None") -> "tuple[list[Json], str]":
        case = self._case(record, preview)
        try:
            found = await self._audits.ask(_NUMBERS[origin], case)
        except TerminalError as error:
            log.event("visit.not_audited", error.code + " " + error.cause)
            return [], error.code
        return [_finding(origin, each, case) for each in found], ""

    def _case(self, record: "Json", preview: "Json | None") -> "Json":
        sex, birth = sex_and_birth(record)
        lines = [dict(line) for line in record["lines"]]  # as they are now: the doctor may go on meanwhile
        amounts = preview or expect(self._policy, record["person"]["insurance"], bill_lines(lines))
        return {
            "person": record["person"],
            "sex": sex,
            "birth": birth[:10],
            "registration": record["registration"],
            "number": record["number"],
            "at_s": self._clock.wall_s(),
            "diagnosis": record["diagnosis"],
            "lines": lines,
            "amounts": amounts or {"total_fen": sum([line["quantity"] * line["price_fen"] for line in lines])},
        }


def forget_outdated(record: "Json") -> None:
    """Drop what 3101 found when it was about another prescription: the platform is asked again."""
    asked = record["audited"].get(BEFORE)
    if asked is not None and asked["of"] != _prescribed(record):
        record["audited"].pop(BEFORE)
        replace(record, (BEFORE,), [])


def not_audited(record: "Json") -> str:
    """The code of what kept the platform from the last audit of this prescription, or ""."""
    for origin in (DURING, BEFORE):
        if origin in record["audited"]:
            return str(record["audited"][origin]["code"])
    return ""


def _put(record: "Json", origin: str, found: "list[Json]", code: str, of: str) -> None:
    replace(record, (origin,), found)
    record["audited"][origin] = {"of": of, "code": code}


def _finding(origin: str, each: "Json", case: "Json") -> "Json":
    """What the platform says, as a finding on the visit; with another diagnosis or other quantities it is another one,
    whatever its words: the doctor has not answered for those."""
    about = [case["lines"][place] for place in each["lines"]]
    said = "|".join([each["sentence"], case["diagnosis"]["code"]] + _amounts(about or case["lines"]))
    drugs = [line["drug"] for line in about]
    found = finding(origin, "platform", each["rule"], said, each["severity"], drugs)
    found["sentence"] = each["sentence"]
    for name in ("basis", "fen", "reference"):
        found[name] = each[name]
    return found


def _prescribed(record: "Json") -> str:
    """What an audit is about: another answer is due when this changes."""
    return "|".join([record["diagnosis"]["code"]] + _amounts(record["lines"]))


def _amounts(lines: "list[Json]") -> "list[str]":
    return [line["drug"] + " " + str(line["quantity"]) + " " + line["approval"] for line in lines]


def _ignore(_what: str) -> None:
    """Nobody listens yet."""
