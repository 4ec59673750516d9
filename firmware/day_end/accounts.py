"""The steps of a day end: sums to the platform group by group, then bill by bill where they differ, then signing out.

Each step is on the disk before its question leaves, and every question may be asked again: after a power cut the sheet
goes on with the step that it was at. Bills that are made meanwhile are seen by their number, and the sheet begins anew.
"""

from firmware import log
from firmware.day_end import sheet as pages
from firmware.day_end.awaiting import is_awaited
from firmware.day_end.compare import THERE, differences, elsewhere
from firmware.day_end.ledger import sums_of
from firmware.errors import TerminalError
from firmware.insurance import InsuranceError, Refused, TurnedAway
from firmware.vault import Batch, VaultError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import Any

    from firmware.day_end.ledger import Ledger
    from firmware.day_end.sheet import Sheets
    from firmware.insurance import Reconciliation
    from firmware.vault import Vault
    from hal.ports import Clock

    Json = dict[str, Any]

_LINK_DIGITS = 32


class Accounts:
    """Does the next step of a sheet. Errors are those of the platform and of the vault; the sheet is then as it was
    before the step."""

    def __init__(
        self,
        vault: "Vault",
        sheets: "Sheets",
        ledger: "Ledger",
        reconciliation: "Reconciliation",
        sign_out: "Callable[[], Awaitable[bool]]",
        clock: "Clock",
        offered: "Json",
    ) -> None:
        """`offered`: `totals` and `details` of the province's profile. `sign_out` says whether somebody was signed
        in."""
        self._vault = vault
        self._sheets = sheets
        self._ledger = ledger
        self._reconciliation = reconciliation
        self._sign_out = sign_out
        self._clock = clock
        self._offered = offered
        self._steps = {pages.TOTALS: self._totals, pages.DETAILS: self._details, pages.SIGN_OUT: self._finish}

    async def awaits(self, visit: str) -> bool:
        """Whether a bill of `visit` is still to be compared, or dealt with, where the province compares any.
        `VaultError`."""
        offered = self._offered["totals"] or self._offered["details"]
        return bool(offered) and await is_awaited(self._vault, self._sheets, self._ledger, visit)

    async def step(self, sheet: "Json") -> None:
        """The next step. The sheet is `DONE` after the last one."""
        await self._steps[sheet["step"]](sheet)

    # ---- sums

    async def _totals(self, sheet: "Json") -> None:
        if not sheet["groups"]:
            groups = await self._ledger.sums(sheet["begin"], sheet["end"])
            for group in groups:
                group.update({"result": "" if self._offered["totals"] else pages.SKIPPED, "words": ""})
            await self._sheets.keep(sheet, "day_end.summed", {"groups": groups, "files": []})
            return
        waiting = [index for index, group in enumerate(sheet["groups"]) if not group["result"]]
        if waiting:
            await self._ask_totals(sheet, waiting[0])
        else:
            await self._sheets.keep(sheet, "day_end.totals", self._after_totals(sheet))

    async def _ask_totals(self, sheet: "Json", index: int) -> None:
        msgid = await self._sending(sheet, "3201")
        group = dict(sheet["groups"][index])
        try:
            equal, words = await self._reconciliation.totals(group, day(sheet["begin"]), day(sheet["end"]), msgid)
            group.update({"result": pages.EQUAL if equal else pages.UNEQUAL, "words": words})
        except TurnedAway:
            raise
        except Refused as refusal:
            group.update({"result": pages.REFUSED, "words": str(refusal.params["platform"])[:200]})
        groups = list(sheet["groups"])
        groups[index] = group
        await self._sheets.keep(sheet, "day_end.answered", {"groups": groups, "sent": None})

    def _after_totals(self, sheet: "Json") -> "Json":
        """What is to be compared bill by bill: where the sums differ, or everything that is not nothing."""
        files: "list[Json]" = []
        if self._offered["details"]:
            for group in sheet["groups"]:
                other = group["result"] in (pages.UNEQUAL, pages.REFUSED)
                wanted = (sheet["details"] or group["result"] == pages.SKIPPED) and group["count"] > 0
                if (other or wanted) and _file_of(files, group) is None:
                    files.append(_new_file(group["clearing"], group["agency"]))
        return {"files": files, "step": pages.DETAILS if files else pages.SIGN_OUT}

    # ---- bill by bill

    async def _details(self, sheet: "Json") -> None:
        waiting = [index for index, file in enumerate(sheet["files"]) if not file["compared"]]
        if not waiting:
            await self._sheets.keep(sheet, "day_end.details", {"step": pages.SIGN_OUT})
            return
        index = waiting[0]
        file = sheet["files"][index]
        bills = await self._ledger.bills(sheet["begin"], sheet["end"], file["clearing"], file["agency"])
        if not file["query"] or file["count"] != len(bills):
            await self._carefully(sheet, index, self._send_file, bills)
        elif not file["answer"]:
            await self._carefully(sheet, index, self._ask_details, bills)
        else:
            await self._compare(sheet, index, bills)

    async def _carefully(
        self, sheet: "Json", index: int, act: "Callable[[Json, int, list[Json]], Awaitable[None]]", bills: "list[Json]"
    ) -> None:
        """Do `act`; when the platform refuses it, that is what this file came to."""
        try:
            await act(sheet, index, bills)
        except TurnedAway:
            raise
        except Refused as refusal:
            words = str(refusal.params["platform"])[:200] or refusal.code
            await self._keep_file(sheet, index, {"compared": True, "words": words})

    async def _send_file(self, sheet: "Json", index: int, bills: "list[Json]") -> None:
        await self._sending(sheet, "9101")
        sequence, link = self._vault.journal_head()
        # The name is the one place that the interface leaves for the head of the journal.
        name = sheet["id"] + "-" + str(index) + "-" + str(sequence) + "-" + link[:_LINK_DIGITS] + ".zip"
        query = await self._reconciliation.send(_heard(bills), name)
        await self._keep_file(sheet, index, {"query": query, "answer": None, "count": len(bills)})

    async def _ask_details(self, sheet: "Json", index: int, bills: "list[Json]") -> None:
        msgid = await self._sending(sheet, "3202")
        file = sheet["files"][index]
        sums = sums_of(_heard(bills), file["clearing"], file["agency"])
        begin, end = day(sheet["begin"]), day(sheet["end"])
        answer = await self._reconciliation.details(sums, file["query"], begin, end, msgid)
        await self._keep_file(sheet, index, {"answer": answer})

    async def _compare(self, sheet: "Json", index: int, bills: "list[Json]") -> None:
        file = sheet["files"][index]
        try:
            rows = await self._reconciliation.result(file["answer"]["query"], file["answer"]["name"])
        except TurnedAway:
            raise
        except InsuranceError as error:
            if isinstance(error, Refused) or error.code == "insurance.bad_result":  # this file will not get better
                await self._keep_file(sheet, index, {"query": "", "answer": None, "count": -1})
            raise
        found = await self._known_elsewhere(sheet, differences(bills, rows, _agreed(sheet, file)))
        batch = Batch("day_end.compared")
        await self._sheets.replace(sheet, file_key(file), found, batch)
        await self._keep_file(sheet, index, {"compared": True}, batch)

    async def _known_elsewhere(self, sheet: "Json", found: "list[Json]") -> "list[Json]":
        """The differences, with those that are bills of ours on another day told apart: found by the message number, or
        around midnight by the settlement number."""
        if not any([difference["kind"] == THERE for difference in found]):
            return found
        beside: "dict[tuple[str, bool], Json]" = {}
        for bill in await self._ledger.beside(sheet["begin"], sheet["end"]):
            if bill["settlement"]:
                beside[(bill["settlement"], bill["refund"])] = bill
        known = []
        for difference in found:
            ours: "Json | None" = None
            if difference["kind"] == THERE:
                ours = await self._ledger.made_by(difference["msgid"])
                if ours is None:
                    ours = beside.get((difference["settlement"], difference["refund"]))
            known.append(difference if ours is None else elsewhere(difference, ours))
        return known

    async def _keep_file(self, sheet: "Json", index: int, changes: "Json", batch: "Batch | None" = None) -> None:
        files = list(sheet["files"])
        files[index] = dict(files[index])
        files[index].update(changes)
        await self._sheets.keep(sheet, "day_end.file", {"files": files, "sent": None}, batch)

    # ---- the end

    async def _finish(self, sheet: "Json") -> None:
        if await self._ledger.count(sheet["begin"], sheet["end"]) != pages.counted(sheet):
            log.event("day_end.anew", sheet["id"])
            await self._sheets.keep(sheet, "day_end.anew", {"groups": [], "files": [], "step": pages.TOTALS})
            return
        signed_out = "no"
        if sheet["begin"] == sheet["end"]:  # a month is looked at while the day goes on
            signed_out = await self._signed_out()
        sequence, link = self._vault.journal_head()
        changes: "Json" = {"signed_out": signed_out, "head": {"sequence": sequence, "link": link}}
        changes.update({"state": pages.DONE, "sent": None, "trouble": None, "finished_at": self._clock.wall_s()})
        batch = Batch("day_end.done")
        await self._sheets.clear(sheet, [file_key(file) for file in sheet["files"] if not file["words"]], batch)
        await self._sheets.keep(sheet, "day_end.done", changes, batch)

    async def _signed_out(self) -> str:
        """Sign out; the accounts stand whatever becomes of it."""
        try:
            return "yes" if await self._sign_out() else "no"
        except VaultError:
            raise
        except TerminalError as error:
            log.event("day_end.not_signed_out", error.code)
            return error.code

    async def _sending(self, sheet: "Json", infno: str) -> str:
        """Note, on the disk, that a question is about to leave; returns its message number."""
        msgid = await self._reconciliation.new_msgid()
        await self._sheets.keep(sheet, "day_end.sending." + infno, {"sent": {"infno": infno, "msgid": msgid}})
        return msgid


def day(compact: str) -> str:
    """`20260921` as `2026-09-21`."""
    return compact[:4] + "-" + compact[4:6] + "-" + compact[6:]


def file_key(file: "Json") -> str:
    """What a file is about."""
    return str(file["clearing"]) + "/" + str(file["agency"])


def _heard(bills: "list[Json]") -> "list[Json]":
    """The bills that have a row in the file: whose number was heard, and is not erased."""
    return [bill for bill in bills if bill["settlement"]]


def _new_file(clearing: str, agency: str) -> "Json":
    file: "Json" = {"clearing": clearing, "agency": agency, "count": -1, "query": "", "answer": None}
    file.update({"compared": False, "words": ""})
    return file


def _file_of(files: "list[Json]", group: "Json") -> "Json | None":
    for file in files:
        if file["clearing"] == group["clearing"] and file["agency"] == group["agency"]:
            return file
    return None


def _agreed(sheet: "Json", file: "Json") -> bool:
    """Whether the platform's sums of all groups in a file were ours."""
    groups = [group for group in sheet["groups"] if _file_of([file], group) is not None]
    return all([group["result"] == pages.EQUAL for group in groups])
