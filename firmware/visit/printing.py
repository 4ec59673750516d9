"""The receipt of a visit on paper, and the slip of its refund. The record is on the disk before the first byte goes to
the printer.

Whether paper came out is known only when the printer says so. When it does not (cable, power, a cheap printer after
paper-out), the doctor is asked; a second copy is never printed silently and always carries the mark 重打.

Each copy has a name of its own (`action`), kept in the vault before the printer hears of it: a printer refuses one that
it has begun before.
"""

from firmware.documents import receipt_of, refund_slip_of, slip_of
from firmware.vault import VaultError
from firmware.visit import book as steps
from hal.ports import NOT_PRINTED, PRINTED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from firmware.visit.book import Book
    from hal.ports import Printer

    Json = dict[str, Any]


class Printing:
    """Prints receipts and books what became of them."""

    def __init__(self, book: "Book", printer: "Printer", clinic: "Json", verified: bool) -> None:
        self._book = book
        self._printer = printer
        self._clinic = clinic
        self._verified = verified

    async def request(self, record: "Json") -> None:
        """Note that a copy is about to be printed. Done in the commit of the settlement for the first copy."""
        self._book.name_copy(record, steps.PRINTING)
        if record["step"] != steps.CANCELLED:
            record["step"] = steps.RECEIPT
        await self._book.keep(record, "visit.printing")

    async def print(self, record: "Json") -> str:
        """Print the copy that was noted; returns the code of the trouble, or ""."""
        document = refund_slip_of if record["step"] == steps.CANCELLED else receipt_of
        job = slip_of(document(record, self._clinic, self._verified), self._printer.columns)
        result = await self._printer.print(job, record["receipt"]["action"])
        if result.outcome == PRINTED:
            await self.came_out(record)
        elif result.outcome == NOT_PRINTED:
            record["receipt"]["state"] = steps.FAILED
            await self._book.keep(record, "visit.not_printed")
        else:
            await self.unsure(record)
        return result.code

    async def came_out(self, record: "Json") -> None:
        """The copy is on paper."""
        record["receipt"]["state"] = steps.PRINTED
        record["receipt"]["copies"] += 1
        if record["step"] != steps.CANCELLED:
            record["step"] = steps.DONE
        await self._book.keep(record, "visit.printed")

    async def without_paper(self, record: "Json") -> None:
        """Nothing came out and nothing will: the visit is over all the same. A copy can be printed later."""
        record["step"] = steps.DONE
        await self._book.keep(record, "visit.without_paper")

    async def cut(self, record: "Json") -> None:
        """The power went while the copy was being printed. A full disk must not keep the terminal from starting."""
        try:
            await self.unsure(record)
        except VaultError:
            pass

    async def unsure(self, record: "Json") -> None:
        """Some of the copy may be on paper. It counts as one: the next is a copy."""
        record["receipt"]["state"] = steps.UNSURE
        await self._book.keep(record, "visit.print_unsure")

    async def again(self, record: "Json") -> None:
        """Print another copy, marked as one if anything of this receipt may be on paper."""
        _count_the_last(record)
        await self.request(record)

    async def at_the_office_printer(self, record: "Json") -> None:
        """A browser prints this copy on a printer that tells us nothing: the doctor says whether it came out."""
        _count_the_last(record)
        self._book.name_copy(record, steps.UNSURE)
        record["receipt"]["office"] = True
        record["step"] = steps.RECEIPT
        await self._book.keep(record, "visit.printing_in_the_office")


def waits_for_office_printer(record: "Json") -> bool:
    """Whether the doctor has asked for a copy at the office printer and not yet said what became of it."""
    receipt = record["receipt"]
    return receipt["state"] == steps.UNSURE and bool(receipt["office"])


def _count_the_last(record: "Json") -> None:
    """Something of the last copy may be on paper, unless it failed: the next one carries the mark."""
    if record["receipt"]["state"] != steps.FAILED:
        record["receipt"]["copies"] = max(1, record["receipt"]["copies"])
