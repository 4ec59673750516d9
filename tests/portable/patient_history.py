"""A patient who has been coming for long: what the tests of his history share."""

import unittest

from firmware.vault import Batch, open_vault
from firmware.visit import Checking
from tests.portable.audited_counter import rule
from tests.portable.doubles import MemoryBoard, MemoryStore
from tests.portable.tiny_counter import PATIENT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Json = dict[str, Any]

DAY_S = 86400
SUPPLY = rule("supply", ["阿司匹林"], 2, box_days=30, most_days=60)
AGAIN = rule("twice", ["阿司匹林"], 3, once="day")


class CountingStore(MemoryStore):
    """Counts the rows that it gives out."""

    def __init__(self) -> None:
        super().__init__()
        self.given = 0

    async def get(self, key: bytes) -> "bytes | None":
        self.given += 1
        return await super().get(key)

    async def get_all(self, keys: "list[bytes]") -> "list[bytes | None]":
        self.given += len(keys)
        return await super().get_all(keys)

    async def scan(self, prefix: bytes, after: bytes = b"", most: int = 0) -> "list[tuple[bytes, bytes]]":
        rows = await super().scan(prefix, after, most)
        self.given += len(rows)
        return rows


def visit(number: int, quantity: int = 1) -> "Json":
    """As much of a visit's record as the checks read."""
    line: "Json" = {"drug": "aspirin", "name": "阿司匹林肠溶片", "national_code": "XB01ACA067A001010100017"}
    line.update({"quantity": quantity, "approval": "approved", "price_fen": 1260})
    credential = {"identity_number": PATIENT}
    return {"id": f"{number:06d}", "person": None, "credential": credential, "lines": [line]}


class History(unittest.TestCase):
    """The checks of one terminal, which remember what it handed over; the tests are elsewhere."""

    async def begin(self, *limits: "Json") -> None:
        self.board = MemoryBoard(CountingStore())
        board = self.board
        self.vault = await open_vault(board.store, board.ciphers, board.keys, board.random, board.clock)
        self.checking = Checking(self.vault, list(limits), board.clock)

    async def hand_over(self, number: int, quantity: int = 1) -> None:
        batch = Batch("visit.settled")
        self.checking.supplied(batch, visit(number, quantity))
        await self.vault.commit(batch)

    async def found(self, number: int) -> "list[tuple[str, Json]]":
        """What is said of the next visit."""
        self.board.store.given = 0  # type: ignore[attr-defined]
        record = visit(number)
        return [(each["kind"], each["params"]) for each in await self.checking.look(record, record["lines"])]

    def rows_read(self) -> int:
        return int(self.board.store.given)  # type: ignore[attr-defined]
