"""The bills of some days, summed as the platform sums them."""

from firmware.vault import begin_ledger, bill_of, day_beside, each_bill, first_whole_day, payer_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from firmware.vault import Vault

    Json = dict[str, Any]

SUMS = ("count", "total_fen", "fund_fen", "account_fen", "cash_fen")


class Ledger:
    """Reads the ledger of bills. Days are yyyyMMdd, both included. Everything raises `VaultError`."""

    def __init__(self, vault: "Vault", insurances: "list[str]", clearing: str, agency: str) -> None:
        """`clearing` and `agency` of bills of which the platform told none. Of the `insurances`, sums are asked for
        even when there is no bill: the platform may have one that we never heard of."""
        self._vault = vault
        self._insurances = insurances
        self._clearing = clearing
        self._agency = agency

    async def sums(self, begin: str, end: str) -> "list[Json]":
        """The sums of each insurance, clearing and agency, of bills and of refunds apart, in a fixed order."""
        groups: "dict[tuple[str, str, str, bool], Json]" = {}
        for insurance in self._insurances:
            for refund in (False, True):
                key = (insurance, self._clearing, self._agency, refund)
                groups[key] = _no_sums(insurance, self._clearing, self._agency, refund)

        def take(bill: "Json") -> None:
            clearing, agency = self._settled_by(bill)
            key = (bill["insurance"], clearing, agency, bill["refund"])
            if key not in groups:
                groups[key] = _no_sums(bill["insurance"], clearing, agency, bill["refund"])
            _add(groups[key], bill)

        await each_bill(self._vault, begin, end, take)
        return [groups[key] for key in sorted(groups)]

    async def count(self, begin: str, end: str) -> int:
        """How many bills there are. Bills are only ever added: as long as this is the same, so are they."""
        found = [0]

        def take(_bill: "Json") -> None:
            found[0] += 1

        await each_bill(self._vault, begin, end, take)
        return found[0]

    async def bills(self, begin: str, end: str, clearing: str, agency: str) -> "list[Json]":
        """The bills of one clearing and agency with `settlement`, `registration`, `person` and `region`; `erased` when
        nobody knows any more whose it was."""
        found: "list[Json]" = []

        def take(bill: "Json") -> None:
            if self._settled_by(bill) == (clearing, agency):
                found.append(bill)

        await each_bill(self._vault, begin, end, take)
        await self._name(found)
        return found

    async def begin(self) -> None:
        """`firmware.vault.begin_ledger`."""
        await begin_ledger(self._vault)

    async def begins(self) -> str:
        """`firmware.vault.first_whole_day`."""
        return await first_whole_day(self._vault)

    async def made_by(self, msgid: str) -> "Json | None":
        """The bill that a message of this terminal made, of whatever day, or None."""
        return await bill_of(self._vault, msgid)

    async def beside(self, begin: str, end: str) -> "list[Json]":
        """The bills of the days before and after, as those of `bills`: around midnight the platform may count them to
        these."""
        found: "list[Json]" = []
        for day in (day_beside(begin, -1), day_beside(end, 1)):
            await each_bill(self._vault, day, day, found.append)
        await self._name(found)
        return found

    async def _name(self, bills: "list[Json]") -> None:
        for bill in bills:
            payer = await payer_of(self._vault, bill)
            bill["erased"] = payer is None
            bill.update(payer or {"settlement": "", "registration": "", "person": "", "region": ""})

    def _settled_by(self, bill: "Json") -> "tuple[str, str]":
        return bill["clearing"] or self._clearing, bill["agency"] or self._agency


def sums_of(bills: "list[Json]", clearing: str, agency: str) -> "Json":
    """The sums of `bills` and refunds together; `refund`: there are refunds among them."""
    sums = _no_sums("", clearing, agency, any([bill["refund"] for bill in bills]))
    for bill in bills:
        _add(sums, bill)
    return sums


def _no_sums(insurance: str, clearing: str, agency: str, refund: bool) -> "Json":
    sums: "Json" = {"insurance": insurance, "clearing": clearing, "agency": agency, "refund": refund}
    for name in SUMS:
        sums[name] = 0
    return sums


def _add(sums: "Json", bill: "Json") -> None:
    sums["count"] += 1
    for name in SUMS[1:]:
        sums[name] += bill[name]
