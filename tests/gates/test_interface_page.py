"""docs/insurance-interface.md lists exactly the transactions of the field tables, as they are known there."""

import re
from pathlib import Path

from firmware.insurance import schema, tables

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "insurance-interface.md").read_text("utf-8")


def test_the_page_lists_every_transaction_as_it_is_known() -> None:
    listed = re.findall(r"^\| (\d{4}[AB]?) \| (\S+) \| [^|]+ \| (2\+|1) \| `([^`]+)`( \?)? \|$", PAGE, re.MULTILINE)
    known = []
    for infno in tables.numbers():
        table, path = schema.table(infno), tables.path(infno)
        assumed = " ?" if f" ?{path}" in tables.table(infno) else ""
        known.append((infno, table.name, table.known, path, assumed))
    assert listed == known
