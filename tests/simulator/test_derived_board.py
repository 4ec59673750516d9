"""The board file of a simulated counter names its ports and the kinds of its devices."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from simulator.derived_board import CONFIGS, DEFAULT_PORTS, derived_board, derived_province
from simulator.devices import SCANNER_KINDS
from simulator.devices.printer_kinds import KINDS
from simulator.set_up import build_world
from tests.simulator.counter_top import Cable, FaultList


def board(**kinds: Any) -> dict[str, Any]:
    return tomllib.loads(derived_board(Path("/run/desk"), DEFAULT_PORTS, **kinds))


def test_what_is_not_given_stays_as_in_the_file() -> None:
    plain = board()
    assert plain["scanner"] == {"driver": "gm65", "port": "/run/desk/scanner", "baud": 9600}
    assert plain["printer"]["profile"] == "printers/58mm.toml"
    assert "social_card_reader" not in plain
    assert board(social_card=True)["social_card_reader"]["driver"] == "pcsc"


@pytest.mark.parametrize("kind", SCANNER_KINDS)
async def test_the_board_says_the_speed_of_the_scanner(tmp_path: Path, kind: str) -> None:
    world = build_world(tmp_path, line_rate=False, network=Cable(), platform=FaultList(), scanner=kind)
    section = board(scanner=kind)["scanner"]
    assert section["driver"] == world.scanner.kind == kind
    assert section.get("baud", 0) == world.scanner.baud


@pytest.mark.parametrize("kind", KINDS)
async def test_each_kind_of_printer_has_its_profile(tmp_path: Path, kind: str) -> None:
    world = build_world(tmp_path, line_rate=False, network=Cable(), platform=FaultList(), printer=kind)
    section = board(printer=kind)
    assert section["printer"]["profile"] == f"printers/{kind}.toml"
    assert section["printer"]["baud"] == world.printer.baud
    profile = Path(section["profiles"]["root"]) / section["printer"]["profile"]
    columns = tomllib.loads(profile.read_text(encoding="utf-8"))["columns"]
    assert columns == world.printer.kind.columns


@pytest.mark.parametrize("source", sorted(path.name for path in CONFIGS.glob("*.toml")))
def test_every_counter_has_a_stick_an_office_and_a_province_of_its_own(source: str) -> None:
    made = board(source=source)
    assert made["export"] == {
        "folder": "/run/desk/stick",
        "mounted": False,
        "office_file": "/run/desk/office.toml",
    }
    assert made["profiles"]["province"] == "/run/desk/province.toml"
    assert "unsent" not in made.get("vault", {})
    assert board(source=source, vault={"unsent": 20})["vault"]["unsent"] == 20


def test_the_province_differs_in_how_long_what_waits_is_spread() -> None:
    shipped = tomllib.loads((CONFIGS / "provinces" / "sample.toml").read_text(encoding="utf-8"))
    assert shipped["uploads"]["spread_s"] > 60
    made = tomllib.loads(derived_province(3))
    assert made["uploads"].pop("spread_s") == 3
    shipped["uploads"].pop("spread_s")
    assert made == shipped
