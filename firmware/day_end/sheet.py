"""The sheet of a day end: one record for a range of days, found again at its last step after a power cut.

    id, begin, end    `<begin>-<end>`, yyyyMMdd
    details           the doctor wants every bill compared, not only sums
    operator          who started it
    started_at, finished_at   UTC seconds; 0: not yet
    state             `RUNNING`, `STOPPED` (by a person, or by what nobody here can mend), `DONE`
    step              `TOTALS`, `DETAILS`, `SIGN_OUT`
    groups            the sums, each with `result` ("", `EQUAL`, `UNEQUAL`, `REFUSED`, `SKIPPED`) and `words`
    files             [{"clearing", "agency", "count", "query", "answer", "compared", "words"}]: what goes and comes
                      back bill by bill; `count`: how many bills there were when it went, -1 before
    sent              {"infno", "msgid"} of a question that has not been answered, or None
    trouble           {"code", "params"} that stopped it, or None
    head              {"sequence", "link"} of the journal when it was finished, or None
    signed_out        `yes`, `no` (nobody was signed in) or the code of the trouble, "" before
    slip              {"state", "copies", "action"}; state `none`, `printing`, `printed`, `failed` or `unsure`

Differences (`firmware.day_end.compare`) are records of their own, `<sheet>.<hash>`, with `file`, `now` (whether it is
one still), `state`, `operator`, `reason` and `answer`; they name a person (by number) only until they are dealt with.
What is under way for one stands in `day_end.todo` besides.
"""

from firmware.day_end.compare import EXPLAINED
from firmware.vault import Batch

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from firmware.vault import Vault

    Json = dict[str, Any]

RUNNING = "running"
STOPPED = "stopped"
DONE = "done"

TOTALS = "totals"
DETAILS = "details"
SIGN_OUT = "sign_out"

EQUAL = "equal"
UNEQUAL = "unequal"
REFUSED = "refused"
SKIPPED = "skipped"

# What became of a difference. `OPEN` and `REFUSED` ask for a person.
OPEN = ""
ASKING = "asking"  # 5203 is on its way
CONFIRMED = "confirmed"  # the platform has it all the same
MISSING = "missing"  # the platform has none
REVERSING = "reversing"  # 2601 is on its way, its outcome not known
REVERSED = "reversed"
GONE = "gone"  # there was nothing left to reverse
NOTED = "noted"  # a person has said how it was dealt with
SETTLED = (CONFIRMED, REVERSED, GONE, NOTED)
_DECIDED = (ASKING, REVERSING, REVERSED, GONE, NOTED)  # of these a person, or the platform, has had a word

KIND = "day_end"
DIFFERENCE_KIND = "day_end.difference"
TODO_KIND = "day_end.todo"
_RUNNING_KIND = "day_end.running"
_THE_ONE = "sheet"


def sheet_id(begin: str, end: str) -> str:
    """The id of the sheet for these days."""
    return begin + "-" + end


class Sheets:
    """Sheets and differences in the vault. Everything raises `VaultError`, and then nothing is changed in memory."""

    def __init__(self, vault: "Vault") -> None:
        self._vault = vault

    async def get(self, begin: str, end: str) -> "Json | None":
        """The sheet of these days, or None."""
        return await self._vault.get(KIND, sheet_id(begin, end))

    async def running(self) -> "Json | None":
        """The sheet that was being worked on, or None."""
        kept = await self._vault.get(_RUNNING_KIND, _THE_ONE)
        return None if kept is None else await self._vault.get(KIND, kept["id"])

    async def keep(self, sheet: "Json", what: str, changes: "Json", batch: "Batch | None" = None) -> None:
        """Write the sheet with its `changes`, and `batch` with it, in one commit."""
        batch = batch or Batch(what)
        batch.note = sheet["id"]
        kept = dict(sheet)
        kept.update(changes)
        batch.put(KIND, sheet["id"], kept)
        if kept["state"] == RUNNING:
            batch.put(_RUNNING_KIND, _THE_ONE, {"id": sheet["id"]})
        else:
            batch.delete(_RUNNING_KIND, _THE_ONE)
        await self._vault.commit(batch)
        sheet.update(changes)

    # ---- differences

    async def differences(self, sheet: str) -> "list[tuple[str, Json]]":
        """The differences that a sheet has now, with their ids."""
        return [pair for pair in await self._vault.list(DIFFERENCE_KIND, sheet + ".") if pair[1]["now"]]

    async def difference(self, difference_id: str) -> "Json | None":
        """One difference, or None."""
        return await self._vault.get(DIFFERENCE_KIND, difference_id)

    async def todo(self) -> "list[str]":
        """The differences for which something is under way."""
        return await self._vault.ids(TODO_KIND, "", "", 0)

    async def replace(self, sheet: "Json", file: str, found: "list[Json]", batch: Batch) -> None:
        """Put into `batch` what was found for `file` in place of what was found before. What a person has decided, or
        what is under way, stays as it is."""
        kept = dict(await self._vault.list(DIFFERENCE_KIND, sheet["id"] + "."))
        for difference in found:
            difference_id = sheet["id"] + "." + self._vault.blind("difference", _identity(difference))
            before = kept.pop(difference_id, None)
            if before is None or before["state"] not in _DECIDED:
                before = dict(difference)
                before.update({"state": OPEN, "operator": "", "reason": "", "answer": ""})
            before.update({"file": file, "now": True})
            batch.put(DIFFERENCE_KIND, difference_id, before)
        for difference_id in sorted(kept):
            if kept[difference_id]["file"] == file:
                _drop(batch, difference_id, kept[difference_id])

    async def clear(self, sheet: "Json", files: "list[str]", batch: Batch) -> None:
        """Put into `batch` that only `files` have differences."""
        for difference_id, difference in await self._vault.list(DIFFERENCE_KIND, sheet["id"] + "."):
            if difference["file"] not in files:
                _drop(batch, difference_id, difference)

    async def decide(self, difference_id: str, difference: "Json", what: str, changes: "Json") -> None:
        """Write what was decided on a difference, or what came of it. Nobody needs to know whose bill it is any more
        when it is dealt with."""
        kept = dict(difference)
        kept.update(changes)
        batch = Batch(what, difference_id + " " + kept["operator"])
        if kept["state"] in (ASKING, REVERSING):
            batch.put(TODO_KIND, difference_id, {"state": kept["state"]})
        else:
            batch.delete(TODO_KIND, difference_id)
        if kept["state"] in SETTLED:
            kept.update({"person": "", "registration": ""})
        batch.put(DIFFERENCE_KIND, difference_id, kept)
        await self._vault.commit(batch)


def _drop(batch: Batch, difference_id: str, difference: "Json") -> None:
    """It is no difference any more; what a person did about it stays on record."""
    if difference["state"] in _DECIDED:
        kept = dict(difference)
        kept["now"] = False
        batch.put(DIFFERENCE_KIND, difference_id, kept)
    else:
        batch.delete(DIFFERENCE_KIND, difference_id)


def _identity(difference: "Json") -> str:
    mark = "-" if difference["refund"] else "+"
    return mark + str(difference["msgid"] or difference["settlement"])


def counted(sheet: "Json") -> int:
    """How many bills there were when the sheet was summed."""
    return sum([group["count"] for group in sheet["groups"]])


def verdict(sheet: "Json", found: "list[Json]") -> str:
    """What a finished sheet says: `equal`; `unequal` with differences to be listed;
    `explained` when all of these are dealt with; `unexplained`: the platform's sums
    are others, and no bill is known to be why; `not_compared`: the province offers neither way."""
    results = [group["result"] for group in sheet["groups"]]
    refused = any([file["words"] for file in sheet["files"]])
    if found:
        dealt_with = [each["state"] in SETTLED or each["kind"] in EXPLAINED for each in found]
        return "explained" if all(dealt_with) else "unequal"
    if refused or UNEQUAL in results or REFUSED in results:
        return "unexplained"
    if SKIPPED in results and not sheet["files"]:
        return "not_compared"
    return "equal"
