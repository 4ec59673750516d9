"""A visit in the sample clinic with the receipt of its 58 mm printer: what a benchmark prints."""

import tomllib
from typing import TYPE_CHECKING

from firmware.documents import receipt_of, slip_of
from hal.ports import PrintLine, PrintQr, PrintRule
from hal.profiles import read_clinic, read_printer
from tools.bench.simulated import CONFIGS

if TYPE_CHECKING:
    from hal.ports import PrintElement
    from tools.bench.processes import State

PRINTER = read_printer(tomllib.loads((CONFIGS / "printers/58mm.toml").read_text("utf-8")))
_CLINIC = read_clinic(tomllib.loads((CONFIGS / "clinics/sample-village.toml").read_text("utf-8")))


def receipt_job(drugs: int) -> "list[PrintElement]":
    """The print job of the receipt of a visit with so many drugs, from the record on."""
    return slip_of(receipt_of(_record(drugs), _CLINIC, True), PRINTER["columns"])


def shown_bytes(item: "PrintElement") -> int:
    """Bytes of what stands on paper: a line of text or a rule with its line feed, the characters of a QR code."""
    if isinstance(item, PrintLine):
        return len(item.text.encode("gb18030")) + 1
    if isinstance(item, PrintRule):
        return int(PRINTER["columns"]) + 1
    return len(item.data) if isinstance(item, PrintQr) else 0


def _record(drugs: int) -> "State":
    """A settled visit with the first drugs of the sample clinic, a box of each."""
    chosen = _CLINIC["drug"][:drugs]
    total = sum(drug["price_fen"] for drug in chosen)
    own = total * 3 // 10
    boxes = [[{"code": f"{drug['trace_prefixes'][0]}{place:013d}"}] for place, drug in enumerate(chosen)]
    return {
        "number": "20260921a1b2000012",
        "person": {"name": "张三", "insurance": "390"},
        "diagnosis": {"code": "J00.x00", "name": "急性鼻咽炎[感冒]"},
        "lines": [{**drug, "quantity": 1, "boxes": codes} for drug, codes in zip(chosen, boxes, strict=True)],
        "settlement": {
            "settlement": "400125241",
            "settled_at": 1790000000,
            "total_fen": total,
            "fund_fen": total - own,
            "own_fen": own,
            "account_fen": 0,
            "cash_fen": own,
        },
        "receipt": {"copies": 0},
    }
