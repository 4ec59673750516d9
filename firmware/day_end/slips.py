"""The slip of a day end on paper. Its name is on the disk before the printer hears of it, so that nothing is printed
twice by itself; a copy after the first is marked."""

from firmware.day_end import sheet as pages
from firmware.day_end.errors import DayEndError
from firmware.documents import day_end_slip_of, slip_of
from hal.ports import NOT_PRINTED, PRINTED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from firmware.day_end.sheet import Sheets
    from firmware.vault import Vault
    from hal.ports import Printer

    Json = dict[str, Any]

NONE = "none"
PRINTING = "printing"
UNSURE = "unsure"
_COPIES = "copy"  # the counter that names the copies of receipts, too


def no_slip() -> "Json":
    """What a new sheet has."""
    return {"state": NONE, "copies": 0, "action": ""}


class Slips:
    """Prints slips and books what became of them."""

    def __init__(self, vault: "Vault", sheets: "Sheets", printer: "Printer", clinic: "Json", verified: bool) -> None:
        self._vault = vault
        self._sheets = sheets
        self._printer = printer
        self._clinic = clinic
        self._verified = verified

    async def request(self, sheet: "Json") -> None:
        """Note that a copy is about to be printed. `DayEndError` `day_end.not_now`; `VaultError`."""
        if sheet["state"] != pages.DONE or sheet["slip"]["state"] == PRINTING:
            raise DayEndError("day_end.not_now")
        action = sheet["id"] + "-" + str(self._vault.take_number(_COPIES))
        slip = {"state": PRINTING, "copies": sheet["slip"]["copies"], "action": action}
        await self._sheets.keep(sheet, "day_end.printing", {"slip": slip})

    async def print(self, sheet: "Json", view: "Json") -> str:
        """Print the copy that was noted; `view` is what stands on it (`firmware.day_end.view`). Returns the code of the
        trouble, or ""."""
        document = day_end_slip_of(view, sheet["slip"]["copies"], self._clinic, self._verified)
        result = await self._printer.print(slip_of(document, self._printer.columns), sheet["slip"]["action"])
        slip = dict(sheet["slip"])
        slip["state"] = {PRINTED: "printed", NOT_PRINTED: "failed"}.get(result.outcome, UNSURE)
        slip["copies"] += 0 if result.outcome == NOT_PRINTED else 1
        await self._sheets.keep(sheet, "day_end.printed", {"slip": slip})
        return result.code

    async def cut(self, sheet: "Json") -> None:
        """The power went while it was being printed: some of it may be on paper."""
        if sheet["slip"]["state"] == PRINTING:
            slip = dict(sheet["slip"])
            slip.update({"state": UNSURE, "copies": slip["copies"] + 1})
            await self._sheets.keep(sheet, "day_end.print_unsure", {"slip": slip})
