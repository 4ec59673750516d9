"""The page's words: both languages say everything, and nothing on the page is without words."""

import json
import re
from pathlib import Path

from simulator.bench.transactions import NAMES
from simulator.devices import SCANNER_KINDS
from simulator.devices.card import LAYOUTS
from simulator.devices.line_faults import LINE_FAULTS
from simulator.faults import FAULTS

SIMULATOR = Path(__file__).parents[3] / "simulator"
STATIC = SIMULATOR / "bench" / "static"
LOCALES = {name: json.loads((STATIC / "locale" / f"{name}.json").read_text("utf-8")) for name in ("zh-CN", "en")}


def test_both_languages_say_everything() -> None:
    chinese, english = (
        {key for key in words if not key.startswith(("transaction.", "fault.", "error."))} for words in LOCALES.values()
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
    words = {key for key in LOCALES["zh-CN"] if key.startswith("fault.")}
    line = {f"fault.line.{name}" for name, *_ in LINE_FAULTS}
    own = {f"fault.{name}" for name, kind in FAULTS.items() if f"fault.line.{kind.knob}" not in line}
    assert line | own <= words
    assert words <= line | {f"fault.{name}" for name in FAULTS}


def test_chinese_says_why_a_button_can_do_nothing() -> None:
    sources = "".join(path.read_text("utf-8") for path in SIMULATOR.glob("*_verbs.py"))
    keys = {f"error.{key}" for key in re.findall(r'"([a-z]+(?:-[a-z]+)+)"', sources)}
    assert "error.card-lies" in keys
    assert {key for key in LOCALES["zh-CN"] if key.startswith("error.")} == keys


def test_every_kind_of_argument_scanner_and_document_has_words() -> None:
    arguments = {f"argument.{argument}" for kind in FAULTS.values() for argument in kind.arguments}
    owners = {f"owner.{kind.owner}" for kind in FAULTS.values()}
    scanners = {f"scanner.{kind}" for kind in SCANNER_KINDS}
    documents = {f"card.{layout}" for layout in LAYOUTS if layout != "citizen"}
    assert arguments | owners | scanners | documents <= set(LOCALES["zh-CN"])


def test_english_names_every_transaction() -> None:
    shown = {key.removeprefix("transaction.") for key in LOCALES["en"] if key.startswith("transaction.")}

    assert shown == set(NAMES)
