"""How fast a backlog drains, beside a bare loop that posts the same bodies over one kept connection: what is asked of
the platform in both cases is the same, and what is added is all that makes it safe. `python -m tools.bench.backlog`."""

import asyncio
import http.client
import statistics
import sys
import tempfile
import time
import tomllib
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from firmware.insurance import SALE, InsuranceClient, UploadCourier, sale
from firmware.vault import Batch, Outbox, Vault, open_vault
from hal.linux.cipher import AesGcmCipher
from hal.linux.clock import SystemClock
from hal.linux.http import KeptHttp
from hal.linux.keys import FileKeyStore
from hal.linux.store import SqliteStore
from hal.linux.system_random import SystemRandom
from hal.ports import HttpAnswer
from hal.profiles import read_clinic, read_province
from tools.bench.measurement import Measurement, rounded, table
from tools.bench.processes import Program, free_ports
from tools.bench.simulated import CONFIGS

MESSAGES = 10_000
_FEW = 2_000  # when it is one measurement among many
_ROUNDS = 5
_FAR_MS = 5  # what a message takes there and back in the same city, before anybody has looked at it
_ROWS = 2  # of a visit: drugs, or batches of one
_CLINIC = read_clinic(tomllib.loads((CONFIGS / "clinics/sample-village.toml").read_text("utf-8")))
_PROVINCE = read_province(tomllib.loads((CONFIGS / "provinces/sample.toml").read_text("utf-8")))

Sent = list[tuple[str, dict[str, str], bytes]]


class RecordingHttp(KeptHttp):
    """Remembers what was posted, for the bare loop."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: Sent = []

    async def post(
        self, url: str, headers: list[tuple[str, str]], body: bytes, connect_ms: int, answer_ms: int
    ) -> HttpAnswer:
        """As `KeptHttp`."""
        self.sent.append((url, dict(headers), body))
        return await super().post(url, headers, body, connect_ms, answer_ms)


def measure(messages: int = _FEW) -> list[Measurement]:
    """Messages per second of both, with a server that answers at once, and with one that is as far away as a platform
    is; they alternate, and the medians are compared."""
    near = _beside(messages, 0, "a server that answers at once")
    return near + _beside(messages // 4, _FAR_MS, f"answers after {_FAR_MS} ms")


def _beside(messages: int, answer_ms: int, server: str) -> list[Measurement]:
    [port] = free_ports(1)
    with (
        tempfile.TemporaryDirectory(prefix=".bench-", dir=Path.cwd()) as folder,  # /tmp may be no disk at all
        Program("tools.bench.upload_server", str(port), str(answer_ms)),
    ):
        own, bare = asyncio.run(_alternate(Path(folder), port, messages // _ROUNDS))
    own_rate, bare_rate = statistics.median(own), statistics.median(bare)
    beside = f"a bare loop of http.client, same bodies: {bare_rate:.0f}/s"
    return [
        Measurement(f"backlog delivered, {server}", rounded(own_rate), "/s", beside),
        Measurement("backlog delivered, ratio", rounded(own_rate / bare_rate), "x", "the bare loop = 1"),
    ]


async def _alternate(folder: Path, port: int, count: int) -> tuple[list[float], list[float]]:
    """Messages per second of each round of the outbox, and of the bare loop after it."""
    http = RecordingHttp()
    store = SqliteStore(folder / "vault.db")
    board = _board(http, port)
    vault = await open_vault(store, [AesGcmCipher()], FileKeyStore(folder / "device.key"), board.random, board.clock)
    own, bare = [], []
    try:
        for lap in range(_ROUNDS):
            await _fill(_outbox(board, vault), lap, count, vault)
            outbox = _outbox(board, vault)  # as after a restart: nothing is fresh
            await outbox.load()
            began = time.perf_counter()
            if not await outbox.deliver(_pulse) or outbox.summary()["waiting"]:
                raise ChildProcessError("not everything was delivered")
            own.append(count / (time.perf_counter() - began))
            bare.append(_post_all(port, [sent for sent in http.sent if b'"9001"' not in sent[2]][-count:]))
            http.sent.clear()
    finally:
        http.close()
        await store.close()
    return own, bare


def _board(http: KeptHttp, port: int) -> Any:
    platform = {"url": f"http://127.0.0.1:{port}/fsi/api", "secret": "TOKENTEST0001"}
    return SimpleNamespace(
        http=http,
        clinic=_CLINIC,
        province=_PROVINCE,
        platform={**platform, "connect_ms": 1500, "look_up_ms": 5000, "settle_ms": 15000},
        clock=SystemClock(),
        random=SystemRandom(),
        identity=lambda: {"mac": "001122334455", "ip": "127.0.0.1"},
    )


def _outbox(board: Any, vault: Vault) -> Outbox:
    courier = UploadCourier(InsuranceClient(board, vault), _CLINIC["institution"]["code"])
    return Outbox(vault, courier, board.clock, board.random, _PROVINCE["uploads"], 50_000)


async def _fill(outbox: Outbox, lap: int, count: int, vault: Vault) -> None:
    for number in range(count // _ROWS):
        visit = f"{lap:02d}{number:04d}"
        batch = Batch("visit.settled")
        for row in range(_ROWS):
            row_number = f"20260921a1b2{visit}-{row + 1}-1"
            outbox.enqueue(batch, visit, row_number, SALE, sale(_CLINIC, _bill(visit), _line(row, row_number)), 2520)
        await vault.commit(batch)


def _bill(visit: str) -> dict[str, Any]:
    person = {"number": "9" * 26, "name": "张三", "identity_number": "11010519491231002X", "identity_kind": "01"}
    return {
        "visit_number": f"20260921a1b2{visit}",
        "registration": "300178725",
        "settlement": "400125241",
        "at_s": 1790000000,
        "person": {**person, "region": "999901"},
    }


def _line(row: int, row_number: str) -> dict[str, Any]:
    drug = _CLINIC["drug"][row]
    line = {name: drug[name] for name in ("name", "national_code", "prescription_only", "price_fen")}
    codes = [f"{place:020d}" for place in (1, 2)]
    return {
        **line,
        "row_number": row_number,
        "drug": drug["id"],
        "batch": drug["batches"][0],
        "quantity": 2,
        "codes": codes,
    }


def _post_all(port: int, sent: Sent) -> float:
    """Messages per second of a plain loop."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.connect()
    began = time.perf_counter()
    for url, headers, body in sent:
        connection.request("POST", url, body, headers)
        answer = connection.getresponse()
        if answer.status != 200 or not answer.read():
            raise ConnectionError("the server says no")
    rate = len(sent) / (time.perf_counter() - began)
    connection.close()
    return rate


def _pulse() -> None:
    """Nobody watches."""


if __name__ == "__main__":
    sys.stdout.write(table(measure(MESSAGES)) + "\n")
