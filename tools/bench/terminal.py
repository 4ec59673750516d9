"""A terminal without screen and devices: the vault on the disk, the outbox, the insurance client and the HTTP client,
all of them the real ones; and the simulated platform that knows it."""

from pathlib import Path
from typing import Any, Self

from firmware.insurance import IDENTITY_CARD, SALE, InsuranceClient, Outpatient, UploadCourier, sale
from firmware.vault import Batch, Outbox, Vault, open_vault
from hal.linux.board import open_linux
from hal.linux.http import KeptHttp
from hal.ports import HttpAnswer
from tools.bench.simulated import Simulator

ROWS = 2  # sales of a visit: drugs, or batches of one
_LOOK_UP_MS = 5000  # one that takes long is measured, too
_CARD = {
    "kind": IDENTITY_CARD,
    "number": "11010519491231002X",
    "identity_number": "11010519491231002X",
    "name": "张三",
    "document": "citizen",
}

Json = dict[str, Any]
Post = tuple[str, dict[str, str], bytes]


def platform_in(folder: Path, *options: str) -> Simulator:
    """The simulator of a new folder; `Terminal` is at its platform, or at whatever else has its port."""
    folder.mkdir()
    simulator = Simulator(folder, *options)
    simulator.stand_in()
    return simulator


class RecordingHttp(KeptHttp):
    """Remembers what was posted, for the bare loop."""

    def __init__(self) -> None:
        super().__init__()
        self.posts: list[Post] = []

    async def post(
        self, url: str, headers: list[tuple[str, str]], body: bytes, connect_ms: int, answer_ms: int
    ) -> HttpAnswer:
        """As `KeptHttp`."""
        self.posts.append((url, dict(headers), body))
        return await super().post(url, headers, body, connect_ms, answer_ms)


class Terminal:
    """A terminal at the platform of a simulator, with its vault in the same folder. Made by `at`."""

    def __init__(self, simulator: Simulator) -> None:
        self.http = RecordingHttp()
        self._board = open_linux(str(simulator.board()), f"{simulator.folder}/state")
        self._board.http = self.http
        self._board.platform["look_up_ms"] = _LOOK_UP_MS
        self._clinic = self._board.clinic
        self.vault: Vault
        self._outpatient: Outpatient
        self._client: InsuranceClient
        self._sold = 0

    @classmethod
    async def at(cls, simulator: Simulator) -> Self:
        """Open one."""
        own = cls(simulator)
        board = own._board
        own.vault = await open_vault(board.store, board.ciphers, board.keys, board.random, board.clock)
        own._client = InsuranceClient(board, own.vault)
        own._outpatient = Outpatient(own._client, own._clinic)
        return own

    async def close(self) -> None:
        """Release the connections and the files."""
        self.http.close()
        await self._board.close()

    def outbox(self) -> Outbox:
        """The outbox as it is after a restart: nothing is fresh."""
        courier = UploadCourier(self._client, self._clinic["institution"]["code"])
        return Outbox(
            self.vault, courier, self._board.clock, self._board.random, self._board.province["uploads"], 50_000
        )

    async def look_up(self) -> Json:
        """What the doctor waits for when he lays a card on the reader: 1101. The person."""
        return await self._outpatient.person(_CARD)

    async def settled_visit(self, person: Json) -> Json:
        """A visit from the registration to the settlement (2201, 2203, 2204, 2206, 2207), on the platform's own books;
        what its sales refer to."""
        client, outpatient, now_s = self._client, self._outpatient, self._board.clock.wall_s()
        registration = await outpatient.register(person, _CARD, "1", now_s, await client.new_msgid())
        await outpatient.upload_diagnosis(person, registration, {"code": "J00.x00", "name": "感冒"}, None, now_s)
        drug = self._clinic["drug"][0]
        fee = {"sequence": "1", "code": drug["national_code"], "own_code": drug["id"], "quantity": 1}
        fee |= {"price_fen": drug["price_fen"], "amount_fen": drug["price_fen"]}
        bill: Json = {"batch": "1-1", "prescription": "1", "diagnosis": "J00.x00", "at_s": now_s}
        bill["total_fen"] = drug["price_fen"]
        bill["split"] = await outpatient.upload_fees(person, registration, bill, [fee], await client.new_msgid())
        await outpatient.preview(person, _CARD, registration, bill)
        paid = await outpatient.settle(person, _CARD, registration, bill, await client.new_msgid())
        return {"registration": registration, "settlement": paid["settlement"], "at_s": now_s, "person": person}

    async def sell(self, visit: Json, count: int) -> None:
        """Put so many sales into the outbox. Each commit has two, as those of one visit that waited for the line; for
        the platform they all belong to the one `visit`, and no box is sold twice."""
        outbox = self.outbox()
        for _ in range(count // ROWS):
            number = f"v{self._sold:07d}"
            batch = Batch("visit.settled")
            for row in range(ROWS):
                payload = sale(
                    self._clinic, {**visit, "visit_number": number}, self._line(row, f"{number}-{row + 1}-1")
                )
                outbox.enqueue(batch, number, f"{number}-{row + 1}-1", SALE, payload, 2520)
                self._sold += 1
            await self.vault.commit(batch)

    def _line(self, row: int, row_number: str) -> Json:
        drug = self._clinic["drug"][row]
        line = {name: drug[name] for name in ("name", "national_code", "prescription_only", "price_fen")}
        codes = [f"{self._sold * 2 + box:020d}" for box in range(2)]
        return {
            **line,
            "row_number": row_number,
            "drug": drug["id"],
            "batch": drug["batches"][0],
            "quantity": 2,
            "codes": codes,
        }
