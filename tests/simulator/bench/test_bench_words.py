"""The page's words: both languages say everything, and nothing on the page is without words."""

import json
import re
from pathlib import Path

from simulator.bench.transactions import NAMES
from simulator.faults import FAULTS
from simulator.platform.tables import load

STATIC = Path(__file__).parents[3] / "simulator" / "bench" / "static"
LOCALES = {name: json.loads((STATIC / "locale" / f"{name}.json").read_text("utf-8")) for name in ("zh-CN", "en")}


def test_both_languages_say_everything() -> None:
    chinese, english = (
        {key for key in words if not key.startswith(("transaction.", "fault."))} for words in LOCALES.values()
    )
    used: set[str] = set()
    for file in (*STATIC.glob("js/*.js"), STATIC / "index.html"):
        text = file.read_text("utf-8")
        used |= set(
            re.findall(r'"([a-z][a-z-]*(?:\.[a-z-]+)?)"(?=[,):?\s])', " ".join(re.findall(r"\bt\((.*?)\)", text)))
        )
        used |= set(re.findall(r'data-t(?:-label)?="([^"]+)"', text))

    assert chinese == english
    assert used <= chinese


def test_chinese_names_every_fault_of_the_catalogue() -> None:
    assert {f"fault.{name}" for name in FAULTS} == {key for key in LOCALES["zh-CN"] if key.startswith("fault.")}


def test_english_names_every_transaction() -> None:
    shown = {key.removeprefix("transaction.") for key in LOCALES["en"] if key.startswith("transaction.")}

    assert shown <= set(NAMES)
    assert {transaction.infno for transaction in load().by_path.values()} <= set(NAMES)
