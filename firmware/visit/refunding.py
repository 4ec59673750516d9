"""What is kept of a cancelled settlement, and its slip.

settlement    the platform's number of the refund, "" where it told none
settled_at    when it booked it, 0 where it told none
amounts       the negative amounts that it booked, or None
agree         whether they are the opposite of what was settled; so they are taken to be where it told none
answer        its own words
receipt       the receipt of the settlement, as it was left
"""

from firmware.visit import book as steps

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from firmware.visit.book import Book

    Json = dict[str, Any]


def refunded(record: "Json", answer: "Json") -> None:
    """Put into the record what 2208 answered; {} when only a question showed that the settlement is cancelled."""
    refund = dict(answer)
    refund.setdefault("settlement", "")
    refund.setdefault("settled_at", 0)
    refund.setdefault("amounts", None)
    refund["agree"] = refund["amounts"] is None or bool(refund["agree"])
    record["refund"] = refund


def begin_slip(book: "Book", record: "Json") -> None:
    """With the commit that ends the cancellation: a slip is about to be printed, in the place of the receipt."""
    record["refund"]["receipt"] = record["receipt"]
    record["receipt"] = steps.no_receipt()
    book.name_copy(record, steps.PRINTING)


def refund_view(record: "Json") -> "Json | None":
    """What the screen shows: `number`, `cash_fen` to give back, `agree`, and what the platform booked (`booked_fen`,
    or None)."""
    refund = record["refund"]
    if refund is None:
        return None
    amounts = refund["amounts"]
    return {
        "number": refund["settlement"],
        "cash_fen": record["settlement"]["cash_fen"],
        "agree": refund["agree"],
        "booked_fen": None if amounts is None else -amounts["cash_fen"],
    }
