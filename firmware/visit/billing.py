"""What visits bring to the ledger of bills: settlements and refunds, and what is not certain yet."""

from firmware.insurance import made_at
from firmware.vault import note_bill

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from firmware.vault import Batch

    Json = dict[str, Any]

_MONEY = ("2207", "2208")
_AMOUNTS = ("total_fen", "fund_fen", "account_fen", "cash_fen")


def note_settlement(batch: "Batch", record: "Json", msgid: str) -> None:
    """Note with `batch` the settlement that `record` now has, made by the message `msgid`."""
    settlement = record["settlement"]
    amounts = {name: settlement[name] for name in _AMOUNTS}
    _note(batch, record, msgid, settlement["settled_at"], settlement["settlement"], amounts, False)


def note_refund(batch: "Batch", record: "Json", refund: "Json", msgid: str) -> None:
    """Note with `batch` that the settlement was cancelled. `refund` is what 2208 answered, {} when only 5203 said so:
    then its number is not known, its amounts are those of the settlement, and its time is that of the message: the
    question may have been asked on a later day."""
    settlement = record["settlement"]
    amounts = refund.get("amounts") or {name: -settlement[name] for name in _AMOUNTS}
    settled_s = refund.get("settled_at") or made_at(msgid)
    _note(batch, record, msgid, settled_s, refund.get("settlement", ""), amounts, True)


def _note(
    batch: "Batch", record: "Json", msgid: str, settled_s: int, number: str, amounts: "Json", refund: bool
) -> None:
    settlement = record["settlement"]
    person = record["person"]
    bill = dict(amounts)
    bill["refund"] = refund
    bill["insurance"] = person["insurance"]
    bill["clearing"] = settlement.get("clearing", "")
    bill["agency"] = settlement.get("agency", "")
    payer = {
        "settlement": number,
        "registration": record["registration"],
        "person": person["number"],
        "region": person["region"],
    }
    note_bill(batch, record["id"], msgid, settled_s, bill, payer)


def under_way(visits: "list[Json]") -> "tuple[list[str], list[str]]":
    """The numbers of messages that open `visits` may still have on their way: those of settlements and cancellations
    whose outcome is not known, and those of settlements that were given up and may arrive late."""
    unknown: "list[str]" = []
    late: "list[str]" = []
    for record in visits:
        sent = record["sent"]
        if sent is not None and sent["infno"] in _MONEY:
            unknown.append(sent["msgid"])
        late += record["doubtful"]
    return unknown, late
