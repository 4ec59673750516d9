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
one still), `state`, `operator`, `reason`, `answer` and `found` (what the comparison said). What may tell of a person
(`_WHOSE`) lies apart in `day_end.whose`, sealed with the key of the visit, and gone when that is erased (`erased`); of
a bill that only the platform has, with a key of its own. A person (by number) is named only until it is dealt with.
What is under way for one stands in `day_end.todo` besides.
"""

from firmware.day_end.compare import EXPLAINED, THERE, TWICE
from firmware.vault import Batch, day_beside, is_erased

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
STILL_THERE = "still_there"  # the platform lists it although it has answered that there is nothing left
NOTED = "noted"  # a person has said how it was dealt with
SETTLED = (CONFIRMED, REVERSED, GONE, NOTED)
_DECIDED = (ASKING, REVERSING, REVERSED, GONE, STILL_THERE, NOTED)  # of these a person, or the platform, has had a word

KIND = "day_end"
DIFFERENCE_KIND = "day_end.difference"
WHOSE_KIND = "day_end.whose"
TODO_KIND = "day_end.todo"
_RUNNING_KIND = "day_end.running"
_THE_ONE = "sheet"
_WHOSE = ("person", "registration", "settlement", "region", "words", "reason", "answer")
_MOST_DAYS = 31  # of one sheet


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

    async def over(self, day: str) -> "list[Json]":
        """The sheets of ranges with this day in them."""
        found = []
        for name in await self._vault.ids(KIND, "", day_beside(day, -_MOST_DAYS), 0):
            begin, _, end = name.partition("-")
            sheet = await self._vault.get(KIND, name) if begin <= day <= end else None
            if sheet is not None:
                found.append(sheet)
        return found

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
        return [pair for pair in await self._all(sheet) if pair[1]["now"]]

    async def difference(self, difference_id: str) -> "Json | None":
        """One difference, or None."""
        kept = await self._vault.get(DIFFERENCE_KIND, difference_id)
        return None if kept is None else await self._whole(difference_id, kept)

    async def _all(self, sheet: str) -> "list[tuple[str, Json]]":
        kept = await self._vault.list(DIFFERENCE_KIND, sheet + ".")
        found = []
        for difference_id, difference in kept:
            found.append((difference_id, await self._whole(difference_id, difference)))
        return found

    async def _whole(self, difference_id: str, kept: "Json") -> "Json":
        """A difference with whose it is; `erased`: nobody knows any more. An older program kept all in one record."""
        whose = await self._vault.get_unerased(WHOSE_KIND, difference_id)
        whole: "Json" = dict.fromkeys(_WHOSE, "")
        whole.update(kept)
        whole.update(whose or {})
        whole["erased"] = bool(kept.get("erased")) or (whose is None and "person" not in kept)
        return whole

    async def todo(self) -> "list[str]":
        """The differences for which something is under way."""
        return await self._vault.ids(TODO_KIND, "", "", 0)

    async def replace(self, sheet: "Json", file: str, found: "list[Json]", batch: Batch) -> None:
        """Put into `batch` what was found for `file` in place of what was found before. What a person has decided, or
        what is under way, stays as it is, as long as the same is found."""
        kept = dict(await self._all(sheet["id"]))
        names: "set[str]" = set()
        for difference in found:
            name = _identity(difference)
            while name in names:  # a message that the platform has booked more than once
                name += "+"
            names.add(name)
            difference_id = sheet["id"] + "." + self._vault.blind("difference", name)
            before = kept.pop(difference_id, None)
            put = _taken_over(before, difference)
            put.update({"file": file, "now": True})
            if before is not None and before["visit"] != put["visit"]:
                _forget(batch, difference_id, before)
            put["erased"] = bool(put["visit"]) and await is_erased(self._vault, put["visit"])
            _put(batch, difference_id, put)
        for difference_id in sorted(kept):
            if kept[difference_id]["file"] == file:
                _drop(batch, difference_id, kept[difference_id])

    async def clear(self, sheet: "Json", files: "list[str]", batch: Batch) -> None:
        """Put into `batch` that only `files` have differences."""
        for difference_id, difference in await self._all(sheet["id"]):
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
            _forget(batch, difference_id, kept)
        _put(batch, difference_id, kept)
        await self._vault.commit(batch)


def _put(batch: Batch, difference_id: str, difference: "Json") -> None:
    """Write a difference. Nothing is sealed for a visit that was erased: it would never be erased again."""
    whose = {name: difference[name] for name in _WHOSE}
    if difference["erased"]:
        whose.update({"person": "", "registration": "", "settlement": ""})
    batch.put(DIFFERENCE_KIND, difference_id, {name: difference[name] for name in difference if name not in _WHOSE})
    batch.put(WHOSE_KIND, difference_id, whose, _owner(difference_id, difference))


def _owner(difference_id: str, difference: "Json") -> str:
    """With whose key it is sealed: the visit's, or one of its own."""
    return difference["visit"] if difference["visit"] and not difference["erased"] else KIND + "." + difference_id


def _forget(batch: Batch, difference_id: str, difference: "Json") -> None:
    """What was known until now does not open any more; that of a visit goes with the visit."""
    owner = _owner(difference_id, difference)
    if owner != difference["visit"]:
        batch.erase(owner)


def _drop(batch: Batch, difference_id: str, difference: "Json") -> None:
    """It is no difference any more; what a person did about it stays on record."""
    if difference["state"] in _DECIDED:
        kept = dict(difference)
        kept["now"] = False
        _put(batch, difference_id, kept)
    else:
        _forget(batch, difference_id, difference)
        batch.delete(DIFFERENCE_KIND, difference_id)
        batch.delete(WHOSE_KIND, difference_id)


def _identity(difference: "Json") -> str:
    mark = "-" if difference["refund"] else "+"
    return mark + str(difference["msgid"] or difference["settlement"]) + ("2" if difference["kind"] == TWICE else "")


def _taken_over(before: "Json | None", difference: "Json") -> "Json":
    """What is kept of `difference`, of which `before` was known. A word on it counts for what it was said of: other
    amounts ask for another one. What is listed after its reversal was answered is open again, but never sent again."""
    found = {"kind": difference["kind"], "here": difference["here"], "there": difference["there"]}
    state = OPEN
    if before is not None and before["state"] in _DECIDED:
        if before["state"] in (REVERSED, GONE):
            state = STILL_THERE if difference["kind"] == THERE else OPEN
        elif before["state"] in (ASKING, REVERSING) or before.get("found") == found:
            return before
    put = dict(difference)
    put.update({"state": state, "operator": "", "reason": "", "answer": "", "found": found})
    if difference["kind"] in EXPLAINED or difference["kind"] == TWICE:  # nobody asks whose it is
        put.update({"person": "", "registration": ""})
    return put


def counted(sheet: "Json") -> int:
    """How many bills there were when the sheet was summed."""
    return sum([group["count"] for group in sheet["groups"]])


def dealt_with(difference: "Json") -> bool:
    """Whether nobody has to do anything about a difference any more."""
    return difference["state"] in SETTLED or difference["kind"] in EXPLAINED


def verdict(sheet: "Json", found: "list[Json]") -> str:
    """What a finished sheet says: `equal`; `unequal` with differences to be listed;
    `explained` when all of these are dealt with; `unexplained`: the platform's sums
    are others, and no bill is known to be why; `not_compared`: the province offers neither way."""
    results = [group["result"] for group in sheet["groups"]]
    refused = any([file["words"] for file in sheet["files"]])
    if found:
        return "explained" if all([dealt_with(each) for each in found]) else "unequal"
    if refused or UNEQUAL in results or REFUSED in results:
        return "unexplained"
    if SKIPPED in results and not sheet["files"]:
        return "not_compared"
    return "equal"
