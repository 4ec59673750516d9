"""The console's words: both languages say the same things, and every key that the program asks for has a sentence."""

import json
import re
from pathlib import Path

import pytest

from firmware.insurance import CATALOGUE_KINDS

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "firmware" / "console" / "static"
LANGUAGES = ("zh-CN", "en")

# A literal that looks like a key: "welcome.card". Paths have slashes and are none.
LITERAL = re.compile(r'"([a-z_]+(?:\.[a-z_]+)+)"')
# The fixed head of a key that is put together while running: `step.${code}`.
TEMPLATE = re.compile(r"`([a-z_]+)\.\$\{")
PLACEHOLDER = re.compile(r"\{(\w+)\}")
# A code as the firmware and the drivers raise it, with the rooms and devices that speak to the doctor.
RAISED = re.compile(
    r'\b\w*(?:Error|Refused|refuse|refusal|Failed|Status|tell)\((?:"?\w+"?, )?'
    r'"((?:card|reader|social_reader|scanner|printer|identity|insurance|person|trace|stock|visit|day_end|operator|request|catalogue|vault|outbox|stick|parcel|terminal)\.[a-z_]+)"'
)


def sentences(language: str) -> dict[str, str]:
    """The locale file of `language`; a key that stands there twice is an error."""

    def once(pairs: list[tuple[str, str]]) -> dict[str, str]:
        names = [name for name, _ in pairs]
        assert len(names) == len(set(names)), sorted({name for name in names if names.count(name) > 1})
        return dict(pairs)

    text = (STATIC / "locale" / f"{language}.json").read_text(encoding="utf-8")
    found: dict[str, str] = json.loads(text, object_pairs_hook=once)
    return found


def program() -> str:
    """All modules of the console in one text."""
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted((STATIC / "js").rglob("*.js")))


def of_api(heading: str, pattern: str) -> list[str]:
    """What `pattern` finds in the lines of docs/console-api.md that contain `heading`."""
    text = (ROOT / "docs" / "console-api.md").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if heading in line]
    assert lines, heading
    return re.findall(pattern, "\n".join(lines))


def test_both_languages_have_the_same_keys() -> None:
    chinese, english = (sentences(language) for language in LANGUAGES)
    assert sorted(chinese) == sorted(english)


@pytest.mark.parametrize("key", sorted(sentences("zh-CN")))
def test_both_languages_fill_in_the_same_things(key: str) -> None:
    chinese, english = (sentences(language)[key] for language in LANGUAGES)
    assert chinese.strip()
    assert english.strip()
    # A unit word ("盒") is written in the drug's own language and may be left out.
    assert set(PLACEHOLDER.findall(english)) | {"unit"} == set(PLACEHOLDER.findall(chinese)) | {"unit"}


def test_every_key_that_the_program_names_has_a_sentence() -> None:
    known = sentences("zh-CN")
    families = {key.split(".")[0] for key in known}
    named = {literal for literal in LITERAL.findall(program()) if literal.split(".")[0] in families}
    assert len(named) > 50
    # "cancel.open" is the head of "cancel.open.question".
    missing = [name for name in named if name not in known and not any(key.startswith(name + ".") for key in known)]
    assert missing == []


def test_every_key_is_used_by_the_program() -> None:
    text = program()
    heads = {*TEMPLATE.findall(text), *re.findall(r'wordFor\("(\w+)"', text)}
    literals = LITERAL.findall(text)
    unused = [
        key
        for key in sentences("zh-CN")
        if key.split(".")[0] not in heads and key not in literals and key.rpartition(".")[0] not in literals
    ]
    assert unused == []


def test_every_step_and_every_work_of_the_api_has_a_word() -> None:
    steps = [f"step.{step}" for step in of_api("| `", r"(?m)^\| `([a-z]+)` \|") if step != "step"]
    works = [f"busy.{work}" for work in of_api("what the terminal is doing now", r"`([a-z]+)`") if work != "busy"]
    networks = [f"network.{state}" for state in of_api("`network.state`:", r"`([a-z]+)`")]
    assert len(steps) == 10
    assert len(works) >= 8
    assert len(networks) == 3
    assert [key for key in steps + works + networks if key not in sentences("zh-CN")] == []


def test_every_catalogue_has_a_name() -> None:
    assert [kind for kind in CATALOGUE_KINDS if f"catalogue.{kind}" not in sentences("zh-CN")] == []


def test_every_code_that_is_raised_has_a_sentence() -> None:
    raised = set()
    for folder in ("firmware", "hal"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            raised.update(RAISED.findall(path.read_text(encoding="utf-8")))
    assert len(raised) > 30
    assert sorted(code for code in raised if f"error.{code}" not in sentences("zh-CN")) == []


def device_codes(*devices: str) -> set[str]:
    """The codes of these devices that stand in the contracts and the drivers, however they get to the screen."""
    paths = [path for folder in ("ports", "drivers") for path in (ROOT / "hal" / folder).glob("*.py")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in paths)
    return set(re.findall(rf'"((?:{"|".join(devices)})\.[a-z_]+)"', text))


def test_every_trouble_of_a_device_has_a_sentence() -> None:
    codes = device_codes("card", "reader", "social_reader", "scanner", "printer")
    assert len(codes) > 15
    assert sorted(code for code in codes if f"error.{code}" not in sentences("zh-CN")) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_trouble_of_the_printer_is_named_before_what_to_do(language: str) -> None:
    known = sentences(language)
    codes = device_codes("printer") | {"printer.same_action", "printer.paper_low"}
    parted = {code: re.fullmatch(r"(.+?)[。.]\s*(.+)", known[f"error.{code}"]) for code in codes}  # as closing.js does
    assert [code for code, match in parted.items() if not match] == []
    wrong = [match[1] for match in parted.values() if match]
    assert len(set(wrong)) == len(wrong), "two troubles with the same heading"


def test_the_page_runs_under_a_strict_content_policy() -> None:
    page = (STATIC / "index.html").read_text(encoding="utf-8")
    assert re.findall(r"<style|\sstyle=|\son\w+=|https?://|<script(?![^>]*\ssrc=)", page) == []
    assert re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|\beval\(|new Function|https?://", program()) == []
