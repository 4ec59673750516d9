"""The shelf and the boxes that left it. Runs on CPython and MicroPython."""

import unittest

from firmware.stock import Boxes, Shelf, StockError
from firmware.vault import Batch, Vault, VaultError, open_vault
from tests.portable.doubles import MemoryBoard


class Room(unittest.TestCase):
    """A shelf of two drugs; the tests are below."""

    async def setUp(self) -> None:  # type: ignore[override]
        await self.begin(MemoryBoard())

    async def begin(self, board: MemoryBoard) -> None:
        self.board = board
        self.vault: Vault = await open_vault(board.store, board.ciphers, board.keys, board.random, board.clock)
        self.shelf = Shelf(self.vault, board.clinic["drug"])
        await self.shelf.load()
        self.boxes = Boxes(self.vault)


class Drugs(Room):
    async def test_what_the_clinic_has(self) -> None:
        self.assertEqual([drug["id"] for drug in self.shelf.drugs()], ["aspirin", "cough-syrup"])
        self.assertEqual(self.shelf.drug("aspirin")["price_fen"], 1260)
        self.assertEqual([self.shelf.on_hand(drug) for drug in ("aspirin", "cough-syrup", "other")], [43, 10, 0])
        try:
            self.shelf.drug("other")
            self.fail("unknown")
        except StockError as error:
            self.assertEqual(error.code, "trace.unknown_drug")

    async def test_search(self) -> None:
        def found(query: str) -> "list[str]":
            return [drug["id"] for drug in self.shelf.search(query)]

        self.assertEqual(found(""), ["aspirin", "cough-syrup"])
        self.assertEqual(found("止咳"), ["cough-syrup"])
        self.assertEqual(found("ASP"), ["aspirin"])
        self.assertEqual(found("spi"), [])
        self.assertEqual(len(Shelf(self.vault, [self.shelf.drug("aspirin")] * 30).search("")), 20)

    async def test_which_batch(self) -> None:
        self.assertEqual(self.shelf.batch_for("aspirin", "L2")["lot"], "L2")
        self.assertEqual(self.shelf.batch_for("aspirin")["lot"], "L1")  # expires first
        self.assertEqual(self.shelf.batch_for("aspirin", "from elsewhere")["lot"], "L1")
        await self.book("aspirin", "L1", -3)
        self.assertEqual(self.shelf.batch_for("aspirin")["lot"], "L2")
        await self.book("aspirin", "L2", -40)
        self.assertEqual(self.shelf.batch_for("aspirin")["lot"], "L1")  # all used up, and still a box in the hand
        await self.book("aspirin", "L2", 40)
        await self.book("aspirin", "L1", 1)
        self.assertEqual(self.shelf.batch_for("aspirin")["lot"], "L1")

    async def book(self, drug: str, lot: str, boxes: int) -> None:
        batch = Batch("test")
        self.shelf.move(batch, drug, lot, boxes)
        await self.vault.commit(batch)

    async def test_moves_survive_a_restart(self) -> None:
        await self.book("aspirin", "L1", -2)
        await self.begin(self.board.restarted(2))
        self.assertEqual([self.shelf.on_hand(drug) for drug in ("aspirin", "cough-syrup")], [41, 10])

    async def test_two_moves_in_one_commit(self) -> None:
        batch = Batch("test")
        self.shelf.move(batch, "aspirin", "L1", -1)
        self.shelf.move(batch, "aspirin", "L2", -2)
        self.shelf.move(batch, "cough-syrup", "L9", -11)  # more than there are: what was handed over is handed over
        self.assertEqual(self.shelf.on_hand("aspirin"), 43)
        await self.vault.commit(batch)
        self.assertEqual([self.shelf.on_hand(drug) for drug in ("aspirin", "cough-syrup")], [40, -1])

    async def test_a_commit_that_failed_moved_nothing(self) -> None:
        self.board.store.fail_next()
        try:
            await self.book("aspirin", "L1", -1)
            self.fail("kept")
        except VaultError:
            self.assertEqual(self.shelf.on_hand("aspirin"), 43)
        self.assertEqual(self.board.clinic["drug"][0]["batches"][0]["quantity"], 3)


class Dispensed(Room):
    async def test_reserved_sold_and_back(self) -> None:
        code = "81000171234567890123"
        self.assertEqual(await self.boxes.holder(code), None)
        batch = Batch("test")
        self.boxes.reserve(batch, code, "000001")
        await self.vault.commit(batch)
        self.assertEqual(await self.boxes.holder(code), {"visit": "000001", "state": "reserved"})
        batch = Batch("test")
        self.boxes.sell(batch, code, "000001")
        await self.vault.commit(batch)
        await self.begin(self.board.restarted(2))
        self.assertEqual(await self.boxes.holder(code), {"visit": "000001", "state": "sold"})
        self.assertEqual(await self.boxes.holder("81000171234567890124"), None)
        for key in self.board.store.rows:
            self.assertFalse(code.encode() in key)
        batch = Batch("test")
        self.boxes.release(batch, code)
        await self.vault.commit(batch)
        self.assertEqual(await self.boxes.holder(code), None)
