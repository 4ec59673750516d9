"""The ledger of bills: every settlement and every refund that this terminal made, by the platform's day.

Two records for each, written with the step that they tell of, and a third to find them by:

    bill         `<day>.<message number>`: amounts, and what they are summed by; names nobody, and is never erased
    bill.payer   `<visit>.<message number>`: `settlement`, `registration`, `person`, `region`: sealed with the key of
                 the visit, gone when that is erased
    bill.day     `<message number>`: the day under which the bill stands
    bill.begun   `ledger`: whether this terminal settled before it kept this ledger (`older`)

A bill: `msgid`, `day` (yyyyMMdd in China, of the platform's time where it told one), `visit`, `refund` (its amounts
are negative), `insurance`, `clearing` and `agency` ("" where the platform told none), `total_fen`, `fund_fen`,
`account_fen`, `cash_fen`.
"""

from firmware import clock as civil
from firmware.vault.batch import Batch

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from firmware.vault.records import Vault

    Json = dict[str, Any]

PAYER_KIND = "bill.payer"
_KIND = "bill"
_DAY_KIND = "bill.day"
_BEGUN_KIND = "bill.begun"
_THE_LEDGER = "ledger"
NEVER = "99999999"  # later than every day
_DAY = 8  # yyyyMMdd
_PAGE = 100
_DAY_S = 86400
_VISITS = "visit"  # the counter of visits


async def begin_ledger(vault: "Vault") -> None:
    """Note, at the first start with this ledger, whether there were visits before: their bills are not in it.
    `VaultError`."""
    if await vault.get(_BEGUN_KIND, _THE_LEDGER) is None:
        batch = Batch("bill.begun")
        batch.put(_BEGUN_KIND, _THE_LEDGER, {"older": vault.counter(_VISITS) > 0})
        await vault.commit(batch)


async def first_whole_day(vault: "Vault") -> str:
    """The first day (yyyyMMdd) of which every bill of this terminal is in the ledger: "" when all are, `NEVER` while
    nobody knows. It is counted from the first bill, whose day is the platform's, and not from the clock at the update:
    that may have been wrong. `VaultError`."""
    begun = await vault.get(_BEGUN_KIND, _THE_LEDGER)
    if begun is not None and not begun["older"]:
        return ""
    for _, bill in await vault.page(_KIND, "", "", 1):
        return day_beside(bill["day"], 1)
    return NEVER


def day_beside(day: str, days: int) -> str:
    """The day (yyyyMMdd) so many days after `day`."""
    noon = civil.utc(day[:4] + "-" + day[4:6] + "-" + day[6:] + " 12:00:00")
    return civil.compact(noon + days * _DAY_S)[:_DAY]


def note_bill(batch: Batch, visit: str, msgid: str, settled_s: int, bill: "Json", payer: "Json") -> None:
    """Note a bill with the `batch` of the step that made it. `bill` has what a bill has besides `msgid`, `day` and
    `visit`."""
    day = civil.compact(settled_s)[:_DAY]
    kept = dict(bill)
    kept.update({"msgid": msgid, "day": day, "visit": visit})
    batch.put(_KIND, day + "." + msgid, kept)
    batch.put(PAYER_KIND, visit + "." + msgid, payer, visit)
    batch.put(_DAY_KIND, msgid, {"day": day})


async def each_bill(vault: "Vault", begin: str, end: str, take: "Callable[[Json], None]") -> None:
    """Call `take` with every bill of the days `begin` to `end` (yyyyMMdd), oldest day first. `VaultError`."""
    after = begin
    while True:
        bills = await vault.page(_KIND, "", after, _PAGE)
        for name, bill in bills:
            if name[:_DAY] > end:
                return
            take(bill)
        if not bills:
            return
        after = bills[-1][0]


async def payer_of(vault: "Vault", bill: "Json") -> "Json | None":
    """Whose bill it is; None when that was erased. `VaultError`."""
    return await vault.get_unerased(PAYER_KIND, bill["visit"] + "." + bill["msgid"])


async def bill_days(vault: "Vault", visit: str) -> "list[str]":
    """The days (yyyyMMdd) under which bills of a visit stand that is not erased. `VaultError`."""
    days = []
    for name in await vault.ids(PAYER_KIND, visit + ".", "", 0):
        kept = await vault.get(_DAY_KIND, name[len(visit) + 1 :])
        if kept is not None and kept["day"] not in days:
            days.append(kept["day"])
    return days


async def bill_of(vault: "Vault", msgid: str) -> "Json | None":
    """The bill that a message made, None when this terminal made no such bill. `VaultError`."""
    kept = await vault.get(_DAY_KIND, msgid) if msgid else None
    return None if kept is None else await vault.get(_KIND, kept["day"] + "." + msgid)
