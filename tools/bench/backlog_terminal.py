"""What a terminal's backlog is made of, without screen and devices: sealed sales on the disk, the outbox, the insurance
client and the HTTP client, all of them the real ones."""

import tomllib
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Self

from firmware.insurance import IDENTITY_CARD, SALE, InsuranceClient, Outpatient, UploadCourier, sale
from firmware.vault import Batch, Outbox, Vault, open_vault
from hal.linux.cipher import AesGcmCipher
from hal.linux.clock import SystemClock
from hal.linux.http import KeptHttp
from hal.linux.keys import FileKeyStore
from hal.linux.national import SystemNationalCiphers
from hal.linux.store import SqliteStore
from hal.linux.system_random import SystemRandom
from hal.ports import HttpAnswer
from hal.profiles import read_clinic, read_province
from tools.bench.simulated import CONFIGS

SECRET = "TOKENTEST0001"  # noqa: S105 -- of a platform that lives for a minute
_ROWS = 2  # of a visit: drugs, or batches of one
_CLINIC = read_clinic(tomllib.loads((CONFIGS / "clinics/sample-village.toml").read_text("utf-8")))
_PROVINCE = read_province(tomllib.loads((CONFIGS / "provinces/sample.toml").read_text("utf-8")))
_CARD = {
    "kind": IDENTITY_CARD,
    "number": "11010519491231002X",
    "identity_number": "11010519491231002X",
    "name": "张三",
    "document": "citizen",
}

Json = dict[str, Any]
Post = tuple[str, dict[str, str], bytes]


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
    """A terminal at the platform of `url`, with its vault in `folder`. Made by `at`."""

    def __init__(self, folder: Path, url: str) -> None:
        self.http = RecordingHttp()
        self._folder = folder
        self._store = SqliteStore(folder / "vault.db")
        self._board: Any = SimpleNamespace(
            http=self.http,
            clinic=_CLINIC,
            province=_PROVINCE,
            platform={"url": url, "secret": SECRET, "connect_ms": 1500, "look_up_ms": 5000, "settle_ms": 15000},
            clock=SystemClock(),
            random=SystemRandom(),
            national=SystemNationalCiphers(),
            identity=lambda: {"mac": "001122334455", "ip": "127.0.0.1"},
        )
        self.vault: Vault
        self.outpatient: Outpatient
        self._client: InsuranceClient
        self._sold = 0

    @classmethod
    async def at(cls, folder: Path, url: str) -> Self:
        """Open one."""
        own = cls(folder, url)
        board = own._board
        keys = FileKeyStore(folder / "device.key")
        own.vault = await open_vault(own._store, [AesGcmCipher()], keys, board.random, board.clock)
        own._client = InsuranceClient(board, own.vault)
        own.outpatient = Outpatient(own._client, _CLINIC)
        return own

    async def close(self) -> None:
        """Release the connections and the file."""
        self.http.close()
        await self._store.close()

    def outbox(self) -> Outbox:
        """The outbox as it is after a restart: nothing is fresh."""
        courier = UploadCourier(self._client, _CLINIC["institution"]["code"])
        return Outbox(self.vault, courier, self._board.clock, self._board.random, _PROVINCE["uploads"], 50_000)

    async def look_up(self) -> None:
        """What the doctor waits for when he lays a card on the reader: 1101."""
        await self.outpatient.person(_CARD)

    async def settled_visit(self) -> Json:
        """A visit from the card to the settlement, on the platform's own books; what its sales refer to."""
        client, outpatient, now_s = self._client, self.outpatient, self._board.clock.wall_s()
        person = await outpatient.person(_CARD)
        registration = await outpatient.register(person, _CARD, "1", now_s, await client.new_msgid())
        await outpatient.upload_diagnosis(person, registration, {"code": "J00.x00", "name": "感冒"}, None, now_s)
        drug = _CLINIC["drug"][0]
        fee = {"sequence": "1", "code": drug["national_code"], "own_code": drug["id"], "quantity": 1}
        fee |= {"price_fen": drug["price_fen"], "amount_fen": drug["price_fen"]}
        bill: Json = {"batch": "1-1", "prescription": "1", "diagnosis": "J00.x00", "at_s": now_s}
        bill["total_fen"] = drug["price_fen"]
        bill["split"] = await outpatient.upload_fees(person, registration, bill, [fee], await client.new_msgid())
        paid = await outpatient.settle(person, _CARD, registration, bill, await client.new_msgid())
        return {"registration": registration, "settlement": paid["settlement"], "at_s": now_s, "person": person}

    async def sell(self, visit: Json, count: int) -> None:
        """Put so many sales into the outbox. Each commit has two, as those of one visit that waited for the line; for
        the platform they all belong to the one `visit`, and no box is sold twice."""
        outbox = self.outbox()
        for _ in range(count // _ROWS):
            number = f"v{self._sold:07d}"
            batch = Batch("visit.settled")
            for row in range(_ROWS):
                payload = sale(_CLINIC, {**visit, "visit_number": number}, self._line(row, f"{number}-{row + 1}-1"))
                outbox.enqueue(batch, number, f"{number}-{row + 1}-1", SALE, payload, 2520)
                self._sold += 1
            await self.vault.commit(batch)

    def _line(self, row: int, row_number: str) -> Json:
        drug = _CLINIC["drug"][row]
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
