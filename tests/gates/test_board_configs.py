"""The shipped board configs and profiles pass the check, and docs/board-config.md says exactly what the check reads."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from hal import profiles
from hal.config import Section
from hal.linux.board_file import read_checked
from hal.linux.settings import read_profiles, read_settings, settings_of
from hal.province import read_province

ROOT = Path(__file__).resolve().parents[2]
CONFIGS = ROOT / "board_configs"
PAGE = (ROOT / "docs" / "board-config.md").read_text("utf-8")

READERS = {
    "clinics/*.toml": profiles.read_clinic,
    "provinces/*.toml": read_province,
    "policies/*.toml": profiles.read_policy,
    "catalogues/*.json": profiles.read_diagnoses,
    "printers/*.toml": profiles.read_printer,
}


@pytest.mark.parametrize("config", sorted(CONFIGS.glob("*.toml")), ids=lambda path: path.name)
def test_a_shipped_board_config_passes_with_its_profiles(config: Path) -> None:
    profile = read_profiles(read_settings(config))
    assert profile.clinic["drug"]
    assert profile.diagnoses


@pytest.mark.parametrize("pattern", READERS)
def test_every_shipped_profile_passes(pattern: str) -> None:
    files = sorted(CONFIGS.glob(pattern))
    assert files
    for file in files:
        read_checked(file, READERS[pattern])


def documented() -> dict[str, Any]:
    """The keys in the tables of the page, with their examples."""
    rows = re.findall(r"^\| `([^`]+)` \| .+ \| .+ \| `([^`]+)` \|$", PAGE, re.MULTILINE)
    return {key: tomllib.loads(f"example = {example}")["example"] for key, example in rows}


def from_examples() -> dict[str, Any]:
    """The files that the examples of the page make."""
    made: dict[str, Any] = {}
    for path, example in documented().items():
        *tables, key = path.split(".")
        place = made
        for table in tables:
            is_list = table.endswith("[]")
            place = place.setdefault(table[:-2], [{}])[0] if is_list else place.setdefault(table, {})
        place[key] = example
    return made


def check_all(made: dict[str, Any]) -> None:
    """Check the board file and the profiles that the page's examples make."""
    reads = {
        "clinic": profiles.read_clinic,
        "province": read_province,
        "policy": profiles.read_policy,
        "diagnoses": profiles.read_diagnoses,
        "printer_profile": profiles.read_printer,
    }
    for name, read in reads.items():
        read(made.pop(name))
    settings_of(Section(made, ""), CONFIGS)


def test_the_examples_of_the_page_pass_the_check() -> None:
    check_all(from_examples())


def test_the_page_lists_exactly_the_keys_that_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: set[str] = set()
    mark = Section._mark

    def mark_and_note(section: Section, key: str) -> None:
        mark(section, key)
        seen.add(re.sub(r"\[\d+\]", "[]", section.at(key)))

    monkeypatch.setattr(Section, "_mark", mark_and_note)
    check_all(from_examples())
    tables = {path.rsplit(".", 1)[0].removesuffix("[]") for path in documented()}
    assert sorted(seen - tables) == sorted(documented())


def test_every_row_of_the_page_was_understood() -> None:
    assert len(re.findall(r"^\| `", PAGE, re.MULTILINE)) == len(documented()) > 80
