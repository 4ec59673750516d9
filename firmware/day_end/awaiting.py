"""Which visits the day end still waits for: whose a bill is must be known until the platform has agreed to it."""

from firmware.day_end import sheet as pages
from firmware.day_end.sheet import dealt_with, verdict
from firmware.vault import bill_days

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from firmware.day_end.ledger import Ledger
    from firmware.day_end.sheet import Sheets
    from firmware.vault import Vault

    Json = dict[str, Any]

_AGREED = ("equal", "explained", "not_compared")  # verdicts with which nothing is left to be found out


async def is_awaited(vault: "Vault", sheets: "Sheets", ledger: "Ledger", visit: str) -> bool:
    """Whether a bill of `visit` stands under a day that is not compared, is being compared, or has differences that
    nobody has dealt with. Days that can never be compared (`Ledger.begins`) do not count. `VaultError`."""
    begins = await ledger.begins()
    for day in await bill_days(vault, visit):
        if day >= begins and not await _is_agreed(sheets, ledger, day):
            return True
    return False


async def _is_agreed(sheets: "Sheets", ledger: "Ledger", day: str) -> bool:
    agreed = False
    for sheet in await sheets.over(day):
        found = [difference for _, difference in await sheets.differences(sheet["id"])]
        if sheet["state"] == pages.RUNNING or not all([dealt_with(difference) for difference in found]):
            return False
        if sheet["state"] == pages.DONE and verdict(sheet, found) in _AGREED:
            agreed = agreed or await ledger.count(sheet["begin"], sheet["end"]) == pages.counted(sheet)
    return agreed
