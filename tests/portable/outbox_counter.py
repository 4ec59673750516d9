"""A vault, an outbox and a courier that delivers as a test says."""

import unittest

from firmware.vault import ABSENT, ARCHIVE_KIND, DELIVERED, REFUSED, Batch, Outbox, Vault, open_vault
from tests.portable.doubles import MemoryBoard

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

UPLOADS = {"spread_s": 0, "batch": 50, "lanes": 1}


class ListCourier:
    """Delivers as `answers` (to send) and `questions` (to ask) say, in their order. Without them everything arrives,
    and what was refused last is not there."""

    def __init__(self) -> None:
        self.answers: "list[str]" = []
        self.questions: "list[str]" = []
        self.sent: "list[tuple[str, str]]" = []  # (row, msgid)
        self.asked: "list[str]" = []
        self._refused: "set[str]" = set()
        self.closed: "list[int]" = []  # seconds for which the platform wants to hear nothing, with each answer
        self.numbers = 0
        self.before_send: "Any" = None
        self.before_number: "Any" = None

    async def new_msgid(self) -> str:
        if self.before_number is not None:
            await self.before_number()
        self.numbers += 1
        return "m" + str(self.numbers)

    async def send(self, message: "dict[str, Any]") -> "tuple[str, str, int]":
        if self.before_send is not None:
            await self.before_send(message)
        self.sent.append((message["row"], message["msgid"]))
        outcome = self.answers.pop(0) if self.answers else DELIVERED
        self._refused.discard(message["row"])
        if outcome == REFUSED:
            self._refused.add(message["row"])
        return outcome, "不收" if outcome == REFUSED else "", self.closed.pop(0) if self.closed else 0

    async def ask(self, message: "dict[str, Any]") -> "tuple[str, str, int]":
        self.asked.append(message["row"])
        usual = ABSENT if message["row"] in self._refused else DELIVERED
        outcome = self.questions.pop(0) if self.questions else usual
        return outcome, "不答" if outcome == REFUSED else "", 0


class Counter(unittest.TestCase):
    """A vault, an outbox and a courier; the tests are below. One lane keeps the order for the eye."""

    lanes = 1

    async def setUp(self) -> None:  # type: ignore[override]
        await self.begin()

    async def begin(self) -> None:
        self.board = MemoryBoard()
        self.courier = ListCourier()
        self.outbox = await self.reopened(self.board)

    async def reopened(self, board: MemoryBoard, batch: int = 50, lanes: int = 0) -> Outbox:
        self.board = board
        self.vault: Vault = await open_vault(board.store, board.ciphers, board.keys, board.random, board.clock)
        uploads = {"spread_s": 0, "batch": batch, "lanes": lanes or self.lanes}
        outbox = Outbox(self.vault, self.courier, board.clock, board.random, uploads, 100)
        await outbox.load()
        return outbox

    async def put(self, visit: str, row: str, amount_fen: int = 100) -> None:
        batch = Batch("test")
        self.outbox.enqueue(batch, visit, row, "3505", {"row": row}, amount_fen)
        await self.vault.commit(batch)

    async def states(self, visit: str) -> "list[tuple[str, str]]":
        unsent = await self.outbox.of_visit(visit)
        return [(message["row"], message["state"]) for message in unsent]

    async def archived(self) -> "list[tuple[str, str]]":
        done = await self.vault.list(ARCHIVE_KIND)
        return [(message["row"], message["state"]) for _, message in done]

    def shown(self) -> "list[int]":
        summary = self.outbox.summary()
        return [summary[name] for name in ("waiting", "quarantined", "oldest_s", "amount_fen")]
