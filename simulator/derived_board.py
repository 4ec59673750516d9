"""The board file of one simulated counter: a file of board_configs/ with the simulator's ports and addresses, and its
province, where nobody waits long."""

import json
import tomllib
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parent.parent
CONFIGS = REPOSITORY / "board_configs"
DEFAULT_PORTS = {"bench": 8600, "terminal": 8601, "platform": 8602}  # as they stand in sim.toml
PROVINCE = "province.toml"  # in the run folder
BAUDS = {"card_reader": 115200, "printer": 115200}
SCANNER_BAUDS = {"gm65": 9600, "gm67": 115200, "serial-trigger": 9600, "serial": 9600}  # one that types has none
SPREAD_S = 2  # nobody at a desk waits for the minutes that spare a real platform
SOCIAL_CARD_READER = {"driver": "pcsc", "port": "pcsc:Virtual PCD 00 00"}

Tables = dict[str, dict[str, Any]]


def kinds_of(source: str) -> tuple[str, str]:
    """The kinds of scanner and printer that board_configs/`source` has, in the simulator's names, which are those of
    the scanner's driver and of the printer's profile."""
    tables = _read(source)
    return tables["scanner"]["driver"], Path(tables["printer"]["profile"]).stem


def derived_board(
    run_dir: Path,
    ports: dict[str, int],
    patience_ms: int | None = None,
    source: str = "sim.toml",
    scanner: str = "",
    printer: str = "",
    social_card: bool = False,
    vault: dict[str, str | int] | None = None,
) -> str:
    """The text of board_configs/`source` for the devices in `run_dir` and the `ports` of bench, terminal and platform.

    What is not given stays as in the file: `patience_ms`, how long the terminal waits for an answer of the platform;
    the kinds of `scanner` and `printer`; what else its table `[vault]` shall say. With `social_card` there is a reader
    for social security cards, without it none, whatever the file says. Every device is on a pseudo-terminal, also one
    that the file has on USB; the stick is a folder. The province is the one that `derived_province` writes.
    """
    tables = _read(source)
    if scanner:
        tables["scanner"]["driver"] = scanner
    if printer:
        tables["printer"]["profile"] = f"printers/{printer}.toml"
    _put_on_lines(tables, run_dir)
    if patience_ms is not None:
        tables["platform"] |= {"look_up_ms": patience_ms, "settle_ms": patience_ms}
    tables["platform"] |= {
        "url": f"http://127.0.0.1:{ports['platform']}/fsi/api",
        "secret_file": f"{run_dir}/gateway-secret",
    }
    tables["console"] |= {
        "port": ports["terminal"],
        "frame_ancestors": [f"http://127.0.0.1:{ports['bench']}"],
    }
    tables["export"] = {
        "folder": f"{run_dir}/stick",
        "mounted": False,
        "office_file": f"{run_dir}/office.toml",
    }
    if vault is not None:
        tables["vault"] = tables.get("vault", {}) | vault
    tables["profiles"] |= {"root": str(CONFIGS), "province": f"{run_dir}/{PROVINCE}"}
    tables.pop("social_card_reader", None)
    if social_card:
        tables["social_card_reader"] = SOCIAL_CARD_READER
    return _text(tables)


def derived_province(spread_s: int, source: str = "sim.toml") -> str:
    """The text of the province profile of board_configs/`source`, where what waits after a start or an outage leaves
    within `spread_s` seconds."""
    tables = _read(_read(source)["profiles"]["province"])
    tables["uploads"]["spread_s"] = spread_s
    return _text(tables)


def _put_on_lines(tables: Tables, run_dir: Path) -> None:
    for name, link in (("card_reader", "card-reader"), ("scanner", "scanner"), ("printer", "printer")):
        device = tables[name]
        device["port"] = f"{run_dir}/{link}"
        device.pop("baud", None)
        baud = BAUDS[name] if name in BAUDS else SCANNER_BAUDS.get(device["driver"])
        if baud is not None:
            device["baud"] = baud


def _read(source: str) -> Tables:
    return tomllib.loads((CONFIGS / source).read_text(encoding="utf-8"))


def _text(tables: Tables) -> str:
    """TOML: texts, numbers, lists of texts and truth values are written as in JSON."""
    lines: list[str] = []
    for name, table in tables.items():
        lines += [
            f"[{name}]",
            *(f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in table.items()),
            "",
        ]
    return "\n".join(lines)
