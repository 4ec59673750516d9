"""A clinic whose line is down, its stick, the office in town and the platform: what a stick does to messages.

The office is the simulator's, which knows docs/parcels.md and nothing of the terminal's code.
"""

from pathlib import Path
from typing import Any

from firmware.insurance import SALE
from firmware.vault import ABSENT, DELIVERED, REFUSED, Batch, Carry, Outbox, ParcelError, open_vault
from hal.linux.parcels import OfficeParcels, read_office
from hal.linux.stick import FolderStick
from hal.linux.system_random import SystemRandom
from simulator.office import OfficeWindow, office_secrets
from simulator.stick import Stick
from tests.portable.doubles import MemoryBoard, MemoryStore, pulse

ROWS = ("a1", "a2", "b1")  # two of one visit, one of another
_DEVICE_KEY = b"\x07" * 32
_UPLOADS = {"spread_s": 0, "batch": 50, "lanes": 1}
Rows = dict[bytes, bytes]


class Platform:
    """Takes each row once, by line and from the office; also the courier to it."""

    def __init__(self) -> None:
        self.rows: list[str] = []
        self.twice: list[str] = []  # sent although they were there
        self._numbers = 0

    def book(self, _infno: str, _region: str, content: dict[str, Any]) -> str:
        """From the office: a row that is there counts as done."""
        if content["row"] not in self.rows:
            self.rows.append(content["row"])
        return ""

    async def new_msgid(self) -> str:
        """A number."""
        self._numbers += 1
        return f"m{self._numbers}"

    async def send(self, message: dict[str, Any]) -> tuple[str, str, int]:
        """By line."""
        row = message["row"]
        if row in self.rows:
            self.twice.append(row)
            return REFUSED, "exists", 0
        self.rows.append(row)
        return DELIVERED, "", 0

    async def ask(self, message: dict[str, Any]) -> tuple[str, str, int]:
        """What it has."""
        return (DELIVERED if message["row"] in self.rows else ABSENT), "", 0


class Clinic:
    """A terminal on the rows of a vault, a stick in it, and a town."""

    def __init__(self, folder: Path, rows: Rows | None = None) -> None:
        """`rows`: what the vault has from an earlier life."""
        folder.mkdir(exist_ok=True)
        self.board = MemoryBoard(MemoryStore({} if rows is None else dict(rows)))
        self.board.random = SystemRandom()  # type: ignore[assignment]
        self.platform = Platform()
        self.stick = Stick(folder / "stick")
        self.stick.put_in()
        self.office = OfficeWindow(office_secrets(folder), self.stick, self.platform.book)
        self._seal = OfficeParcels(_DEVICE_KEY, read_office(folder / "office.toml"))
        self._place = folder / "stick"

    async def open(self) -> None:
        """Begin, or begin again: everything in memory is gone."""
        board = self.board
        vault = await open_vault(board.store, board.ciphers, board.keys, board.random, board.clock)
        self.vault = vault
        self.outbox = Outbox(vault, self.platform, board.clock, board.random, _UPLOADS, 100)
        await self.outbox.load()
        stick = FolderStick(self._place, mounted=False)
        self.carry = Carry(vault, self.outbox, self._seal, stick, board.clock, 2)  # two parcels

    async def fill(self) -> None:
        """Three messages wait."""
        for row in ROWS:
            batch = Batch("test")
            self.outbox.enqueue(batch, row[0], row, SALE, {"region": "999901", "input": {"row": row}}, 100)
            await self.vault.commit(batch)

    async def told(self, way: str) -> str:
        """The code with which `export` or `take_in` is refused, or ""."""
        try:
            await getattr(self.carry, way)("1")
        except ParcelError as error:
            return error.code
        return ""

    def waiting(self) -> int:
        """How many messages are unsent."""
        summary = self.outbox.summary()
        return int(summary["waiting"]) + int(summary["quarantined"])

    def is_free(self) -> bool:
        """Whether nobody holds a visit any more."""
        return not self.outbox.claims._taken and not self.outbox.claims._sending

    async def ends_well(self) -> bool:
        """Carry out, have it answered, take in, and at last the line is back: each row is at the platform once, and
        nothing is left."""
        self.office.take_in()
        await self.told("take_in")  # what was on the stick until now
        if self.waiting():
            assert await self.told("export") == ""
            self.office.take_in()
            assert await self.told("take_in") == ""
        assert await self.outbox.deliver(pulse)
        return self.waiting() == 0 and not self.platform.twice and sorted(self.platform.rows) == sorted(ROWS)
