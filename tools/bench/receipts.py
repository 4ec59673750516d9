"""What a receipt costs beside its own text: bytes on the line, and the processor's time beside that of the wire."""

import asyncio
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from hal.drivers.escpos import EscposPrinter
from hal.drivers.escpos_codec import PROOF_REQUEST, encode_job, grouped, status_request
from hal.drivers.escpos_line import PACE_BYTES
from hal.linux.devices import open_port
from hal.ports import PRINTED, READY, PrintLine
from tools.bench.line import BAUD, WatchedPort, wire_ms
from tools.bench.measurement import Measurement, exact, rounded
from tools.bench.processes import PATIENCE_S
from tools.bench.sample import PRINTER, receipt_job, shown_bytes
from tools.bench.simulated import Simulator

_TYPICAL = 3
_MADE = 300
_QUESTION = status_request(1)[:2]  # DLE EOT


@dataclass(frozen=True)
class _Delivery:
    """A receipt on its way: processor time of this process, time until it was proven, and what was sent for it."""

    busy_s: float
    lasted_s: float
    sent: bytes  # without the questions about the printer's status
    asked: int  # bytes of these

    @property
    def wire_ms(self) -> float:
        """How long it takes on the line."""
        return wire_ms(len(self.sent))


def measure(drugs: tuple[int, ...] = (1, 3, 5), typical: int = 3) -> list[Measurement]:
    """Receipts of a 58 mm printer, delivered by the driver to a printer that is another process: one with each number
    of `drugs`, and so many typical ones."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, Simulator(Path(folder)) as simulator:
        deliveries = asyncio.run(_deliver(simulator, [*drugs, *[_TYPICAL] * typical]))
    rows = [row for count, delivery in zip(drugs, deliveries, strict=False) for row in _bytes(count, delivery)]
    last = deliveries[-1]
    busy_ms = statistics.median(delivery.busy_s for delivery in deliveries[-typical:]) * 1000
    made_ms = _making_ms()
    wire = f"{_TYPICAL} drugs, their own {len(last.sent)} bytes at {BAUD} baud: {last.wire_ms:.1f} ms"
    course = f"{last.lasted_s:.1f} s of printing until the proof, with {last.asked} bytes of questions for the status"
    return [
        *rows,
        Measurement("CPU of making a receipt", rounded(made_ms), "ms", wire),
        Measurement("CPU of making a receipt, share", rounded(100 * made_ms / last.wire_ms), "%", f"{wire}; aim: 5 %"),
        Measurement("CPU of delivering a receipt", rounded(busy_ms), "ms", course),
        Measurement("CPU of delivering a receipt, share", rounded(100 * busy_ms / last.wire_ms), "%", wire),
    ]


def _bytes(drugs: int, delivery: _Delivery) -> list[Measurement]:
    """Bytes of a receipt with so many drugs, requests for proof included, beside what can be read on its paper."""
    job = receipt_job(drugs)
    sent = len(delivery.sent)
    shown = sum(shown_bytes(item) for item in job)
    lines = sum(shown_bytes(item) for item in job if isinstance(item, PrintLine))
    name = f"receipt of {drugs} drug{'s' if drugs > 1 else ''}, bytes"
    beside = f"{shown} bytes = 1: GB18030 text with line feeds, rules as dashes, characters of the QR code; aim: 1.15"
    proofs = delivery.sent.count(PROOF_REQUEST) * len(PROOF_REQUEST)
    return [
        Measurement(name, sent, "", f"{proofs} of them ask for proof of print"),
        Measurement(f"{name}, ratio", exact(sent / shown), "x", beside),
        Measurement(f"{name}, to the lines alone", exact(sent / lines), "x", f"{lines} bytes = 1: the lines of text"),
    ]


def _making_ms() -> float:
    """Processor time from the record of a visit to groups of bytes: document, slip, encoding, grouping."""
    busy = []
    for _ in range(_MADE):
        began = time.process_time()
        grouped(encode_job(receipt_job(_TYPICAL), PRINTER), PACE_BYTES, BAUD // 10, PRINTER["bytes_s"])
        busy.append(time.process_time() - began)
    return statistics.median(busy) * 1000


async def _deliver(simulator: Simulator, jobs: list[int]) -> list[_Delivery]:
    """Receipts with so many drugs. Nothing else runs in this process."""
    port = WatchedPort(open_port(f"{simulator.folder}/printer", BAUD))
    printer = EscposPrinter(port, PRINTER, BAUD // 10)
    session = asyncio.create_task(printer.run(lambda: None))
    async with asyncio.timeout(PATIENCE_S):
        while (await printer.next_event()).state != READY:
            pass
    await _print(printer, port, _TYPICAL, "bench-first")  # it also meets the printer
    deliveries = [await _print(printer, port, drugs, f"bench-{number}") for number, drugs in enumerate(jobs)]
    session.cancel()
    await asyncio.gather(session, return_exceptions=True)
    return deliveries


async def _print(printer: EscposPrinter, port: WatchedPort, drugs: int, action: str) -> _Delivery:
    port.passed.clear()
    began, busy = time.perf_counter(), time.process_time()
    result = await printer.print(receipt_job(drugs), action)
    busy, lasted = time.process_time() - busy, time.perf_counter() - began
    if result.outcome != PRINTED:
        raise ChildProcessError(f"the simulated printer: {result}")
    out = [passed.data for passed in port.passed if passed.out]
    sent = b"".join(data for data in out if not data.startswith(_QUESTION))
    return _Delivery(busy, lasted, sent, sum(len(data) for data in out) - len(sent))
