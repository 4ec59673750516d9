"""What a person does about a difference: ask the platform once more, reverse, or write down how it was dealt with.

A press is on the disk before anything is sent, and what is under way is taken up again after a power cut. A reversal
whose answer was lost is asked for again with the same message number until it is answered: the platform reverses a
bill once, and what is answered is never sent again. Nothing that an open visit may still have on its way is touched.
"""

from firmware.day_end import sheet as pages
from firmware.day_end.compare import AMOUNT_NAMES, AMOUNTS, EXPLAINED, HERE, THERE
from firmware.day_end.errors import DayEndError
from firmware.errors import TerminalError
from firmware.insurance import Refused, TurnedAway, UnknownOutcome, Unreachable
from firmware.vault import VaultError, bill_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from firmware.day_end.sheet import Sheets
    from firmware.insurance import Outpatient, Reconciliation
    from firmware.vault import Vault

    Json = dict[str, Any]

SETTLEMENT = "2207"
_ASKED_AGAIN = (pages.OPEN, pages.REFUSED, pages.MISSING, pages.STILL_THERE)


class Repairs:
    """The presses, and the work behind them."""

    def __init__(
        self,
        vault: "Vault",
        sheets: "Sheets",
        reconciliation: "Reconciliation",
        outpatient: "Outpatient",
        under_way: "Callable[[], tuple[list[str], list[str]]]",
        send_waiting: "Callable[[], None]",
        nothing_to_reverse: "list[str]",
        region: str,
    ) -> None:
        """`under_way`: numbers of messages that open visits may still have on their way, unknown ones and late ones;
        `send_waiting` wakes the outbox; `nothing_to_reverse`: what the platform says when 2601 finds nothing; `region`:
        where the clinic is, for a bill that only the platform has: it does not say where its person is insured."""
        self._vault = vault
        self._sheets = sheets
        self._reconciliation = reconciliation
        self._outpatient = outpatient
        self._under_way = under_way
        self._send_waiting = send_waiting
        self._nothing_to_reverse = nothing_to_reverse
        self._region = region

    # ---- presses

    async def ask(self, difference_id: str, operator: str) -> None:
        """Ask what the platform has of a bill of ours, and let its unsent records go now. `DayEndError`,
        `VaultError`."""
        difference = await self._open(difference_id)
        if "ask" not in actions(difference):
            raise DayEndError("day_end.not_now")
        changes = {"state": pages.ASKING, "operator": operator, "answer": ""}
        await self._sheets.decide(difference_id, difference, "day_end.asking", changes)

    async def reverse(self, difference_id: str, operator: str) -> None:
        """Reverse a bill that only the platform has. `DayEndError`: `day_end.not_now`, `day_end.own_bill`,
        `day_end.still_settling`. `VaultError`."""
        difference = await self._open(difference_id)
        if "reverse" not in actions(difference):
            raise DayEndError("day_end.not_now")
        await self._refuse_own(difference)
        changes = {"state": pages.REVERSING, "operator": operator, "answer": ""}
        await self._sheets.decide(difference_id, difference, "day_end.reversing", changes)

    async def note(self, difference_id: str, reason: str, operator: str) -> None:
        """Write down how a difference was dealt with. `DayEndError` `day_end.no_reason`, `day_end.not_now`;
        `VaultError`."""
        if not reason.strip():
            raise DayEndError("day_end.no_reason")
        difference = await self._open(difference_id)
        if "note" not in actions(difference):
            raise DayEndError("day_end.not_now")
        changes = {"state": pages.NOTED, "operator": operator, "reason": reason.strip()}
        await self._sheets.decide(difference_id, difference, "day_end.noted", changes)

    async def _open(self, difference_id: str) -> "Json":
        difference = await self._sheets.difference(difference_id)
        if difference is None or not difference["now"]:
            raise DayEndError("day_end.not_now")
        return difference

    async def _refuse_own(self, difference: "Json") -> None:
        """No bill that this terminal knows is ever reversed here, and none that a visit may still be making."""
        msgid = difference["msgid"]
        unknown, late = self._under_way()
        if msgid in unknown or msgid in late:
            raise DayEndError("day_end.still_settling")
        if await bill_of(self._vault, msgid) is not None:
            raise DayEndError("day_end.own_bill")

    # ---- work

    async def work(self, difference_id: str) -> None:
        """Do what is under way for a difference. `Unreachable`, `UnknownOutcome`, `TurnedAway`: try again later.
        `VaultError`."""
        difference = await self._sheets.difference(difference_id)
        if difference is None or difference["state"] not in (pages.ASKING, pages.REVERSING):
            return
        try:
            if difference["state"] == pages.ASKING:
                changes = await self._asked(difference)
            else:
                changes = await self._reversed(difference)
        except (Unreachable, UnknownOutcome, TurnedAway, VaultError):
            raise
        except TerminalError as error:
            changes = {"state": pages.REFUSED, "answer": error.code}
        await self._sheets.decide(difference_id, difference, "day_end." + changes["state"], changes)

    async def _asked(self, difference: "Json") -> "Json":
        self._send_waiting()
        found = await self._reconciliation.find(difference)
        if found["total_fen"] is None:
            return {"state": pages.MISSING, "kind": HERE, "answer": found["words"]}
        there = {name: found[name] for name in AMOUNT_NAMES}
        if there != difference["here"]:
            return {"state": pages.OPEN, "kind": AMOUNTS, "there": there}
        return {"state": pages.CONFIRMED, "answer": found["time"], "there": there}

    async def _reversed(self, difference: "Json") -> "Json":
        try:
            await self._refuse_own(difference)
        except DayEndError as error:
            return {"state": pages.OPEN, "answer": error.code}
        person = {"number": difference["person"], "region": difference["region"] or self._region}
        try:
            await self._outpatient.reverse(person, SETTLEMENT, difference["msgid"])
        except TurnedAway:
            raise
        except Refused as refusal:
            words = str(refusal.params["platform"])[:200]
            nothing = any([known in words for known in self._nothing_to_reverse])
            return {"state": pages.GONE if nothing else pages.REFUSED, "answer": words}
        return {"state": pages.REVERSED, "answer": ""}


def actions(difference: "Json") -> "list[str]":
    """What a person may do about a difference now, the likeliest first."""
    kind = difference["kind"]
    if difference["state"] not in _ASKED_AGAIN or kind in EXPLAINED:
        return []
    if difference["state"] == pages.STILL_THERE:  # what was answered is never sent again
        return ["note"]
    if kind == THERE and difference["msgid"] and difference["person"] and not difference["refund"]:
        return ["reverse", "note"]
    if kind in (HERE, AMOUNTS) and difference["settlement"] and difference["person"]:
        return ["ask", "note"] if difference["there"] is None else ["note"]
    return ["note"]
