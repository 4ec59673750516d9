"""The boxes of a visit: sold with its settlement, brought back with its cancellation, and what the platform hears.

Boxes of one line and one batch are a row. How the rows leave is the province's: one in a message, or all of a visit
together. A cancellation follows what was settled, whatever the province wants by then.
"""

from firmware.insurance import (
    SALE,
    SALE_RETURN,
    SALE_RETURNS,
    SALES,
    rows_key,
    sale,
    sale_return,
    sale_returns,
    sale_rows,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from firmware.stock import Boxes, Shelf
    from firmware.vault import Batch, Outbox
    from hal.ports import Clock

    Json = dict[str, Any]


class Selling:
    """Moves boxes, with the commit of what they are moved for."""

    def __init__(
        self, outbox: "Outbox", shelf: "Shelf", boxes: "Boxes", clock: "Clock", clinic: "Json", many_rows: bool
    ) -> None:
        """`many_rows`: all rows of a visit leave in one message."""
        self._outbox = outbox
        self._shelf = shelf
        self._boxes = boxes
        self._clock = clock
        self._clinic = clinic
        self._many_rows = many_rows

    def sold(self, batch: "Batch", record: "Json") -> None:
        """The visit is settled: its boxes leave the shelf, and the platform hears of them."""
        record["sold_together"] = self._many_rows
        for box in _boxes(record):
            self._boxes.sell(batch, box["key"], record["id"])
        rows = _rows(record)
        for row in rows:
            self._shelf.move(batch, row["drug"], row["batch"]["lot"], -row["quantity"])
        bill = self._bill(record)
        for some in _messages(record, rows):
            if record["sold_together"]:
                self._enqueue(batch, record, SALES, sale_rows(self._clinic, bill, some), some)
            else:
                self._enqueue(batch, record, SALE, sale(self._clinic, bill, some[0]), some)

    async def brought_back(self, batch: "Batch", record: "Json") -> None:
        """The settlement is cancelled: the boxes lie on the shelf again, and whatever the platform has heard of them,
        or may have, is taken back. Commit without waiting for anything else before. `VaultError`."""
        withdrawn = await self._outbox.withdraw(batch, record["id"])
        self.released(batch, record)
        rows = _rows(record)
        for row in rows:
            self._shelf.move(batch, row["drug"], row["batch"]["lot"], row["quantity"])
        bill = self._bill(record)
        for some in _messages(record, rows):
            if rows_key(some) in withdrawn:
                continue
            if record["sold_together"]:
                self._enqueue(batch, record, SALE_RETURNS, sale_returns(self._clinic, bill, some), some)
            else:
                self._enqueue(batch, record, SALE_RETURN, sale_return(self._clinic, bill, some[0]), some)

    def released(self, batch: "Batch", record: "Json") -> None:
        """The boxes may be scanned for another visit."""
        for box in _boxes(record):
            self._boxes.release(batch, box["key"])

    def _enqueue(self, batch: "Batch", record: "Json", infno: str, payload: "Json", rows: "list[Json]") -> None:
        amount_fen = sum([row["quantity"] * row["price_fen"] for row in rows])
        self._outbox.enqueue(batch, record["id"], rows_key(rows), infno, payload, amount_fen)

    def _bill(self, record: "Json") -> "Json":
        return {
            "visit_number": record["number"],
            "registration": record["registration"],
            "settlement": record["settlement"]["settlement"],
            "at_s": self._clock.wall_s(),
            "person": record["person"],
        }


def codes_of(record: "Json") -> "list[Json]":
    """The trace codes of a visit for the bill that is settled (`firmware.insurance.outpatient`), by the sequence of the
    fee rows: the lines from "1" on."""
    return [
        {"sequence": str(index + 1), "code": box["code"], "split": bool(line.get("split"))}
        for index, line in enumerate(record["lines"])
        for box in line["boxes"]
    ]


def _boxes(record: "Json") -> "list[Json]":
    return [box for line in record["lines"] for box in line["boxes"]]


def _messages(record: "Json", rows: "list[Json]") -> "list[list[Json]]":
    """The rows as they leave, or left: together or one by one."""
    if record["sold_together"]:
        return [rows] if rows else []
    return [[row] for row in rows]


def _rows(record: "Json") -> "list[Json]":
    """The boxes of each line by batch, as rows for the upload: boxes of two batches are two rows."""
    return [row for index, line in enumerate(record["lines"]) for row in _rows_of(record["number"], index, line)]


def _rows_of(number: str, index: int, line: "Json") -> "list[Json]":
    rows: "list[Json]" = []
    for box in line["boxes"]:
        for row in rows:
            if row["batch"]["lot"] == box["batch"]["lot"]:
                row["codes"].append(box["code"])
                row["quantity"] += 1
                break
        else:
            row = dict(line)
            row["row_number"] = number + "-" + str(index + 1) + "-" + str(len(rows) + 1)
            row["batch"] = box["batch"]
            row["quantity"] = 1
            row["codes"] = [box["code"]]
            rows.append(row)
    return rows
