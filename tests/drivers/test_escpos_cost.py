"""What a receipt costs on its way to a 58 mm printer at 115200 bits a second, in bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from firmware.documents import receipt_of, slip_of
from hal.drivers.escpos import EscposPrinter
from hal.ports import PrintLine, PrintQr, PrintRule
from tests.drivers import virtual_time
from tests.drivers.desk import Desk
from tests.drivers.paper_printer import PROFILE, Paper, action, job_bytes, told
from tests.drivers.wire import Wire

if TYPE_CHECKING:
    from hal.ports import PrintElement

CLINIC = {"institution": {"name": "青山镇柳河村卫生室"}, "doctor": {"name": "王医生"}}
MOST = 1.15  # of the bytes of the bare text


def receipt(drugs: int) -> list[PrintElement]:
    """The receipt of a visit with so many drugs, a box of each."""
    line: dict[str, Any] = {"name": "阿莫西林胶囊", "specification": "0.25g*24粒", "unit": "盒", "price_fen": 1280}
    visit = {
        "number": "20260101-0007",
        "person": {"name": "张三", "insurance": "390"},
        "diagnosis": {"name": "急性上呼吸道感染"},
        "receipt": {"copies": 0},
        "lines": [{**line, "quantity": 1, "boxes": [{"code": f"8123456789{number:010d}"}]} for number in range(drugs)],
        "settlement": {
            "settlement": "210000202601010000123456",
            "settled_at": 1767250000,
            "total_fen": 1280 * drugs,
            "fund_fen": 640 * drugs,
            "account_fen": 0,
            "cash_fen": 640 * drugs,
            "own_fen": 640 * drugs,
        },
    }
    return slip_of(receipt_of(visit, CLINIC, True), 32)


def bare(job: list[PrintElement]) -> int:
    """The bytes of the text alone, each line with its line feed, and of what the QR code says."""
    size = 0
    for item in job:
        if isinstance(item, PrintLine):
            size += len(item.text.encode("gb18030")) + 1
        elif isinstance(item, PrintRule):
            size += 32 + 1
        elif isinstance(item, PrintQr):
            size += len(item.data)
    return size


@pytest.mark.parametrize("drugs", [1, 3, 5])
def test_a_receipt_is_hardly_more_than_its_text(drugs: int) -> None:
    async def scene() -> None:
        wire = Wire()
        wire.device = Paper(wire)
        session = EscposPrinter(wire, PROFILE, 11520)
        job = receipt(drugs)
        async with Desk(session) as desk:
            await desk.wait(1)
            assert told(await session.print(job, action())) == ("printed", "")
            assert len(job_bytes(wire)) <= MOST * bare(job)

    virtual_time.run(scene())
