"""The board file of one simulated counter: a file of board_configs/ with the simulator's ports and addresses, and its
province, where nobody waits long."""

import json
import tomllib
from pathlib import Path
from typing import Any

from simulator.certificates import TLS
from simulator.platform.gateways import ACCOUNT, APP_ID, CALL_SERVICE, ONE_PATH
from simulator.platform_keys import PLATFORM_KEY, SECRET, SIGN_KEY

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
    gateway: str = "",
    tls: str = "",
) -> str:
    """The text of board_configs/`source` for the devices in `run_dir` and the `ports` of bench, terminal and platform.

    What is not given stays as in the file: `patience_ms`, how long the terminal waits for an answer of the platform;
    the kinds of `scanner` and `printer`; what else its table `[vault]` shall say. With `social_card` there is a reader
    for social security cards, without it none, whatever the file says. Every device is on a pseudo-terminal, also one
    that the file has on USB; the stick is a folder. The province is the one that `derived_province` writes.
    A `gateway` that signs with SM2 gets the keys in `run_dir`. `tls` is "" (none), "server" or "both" (with a
    certificate of the terminal's own).
    """
    tables = _read(source)
    if scanner:
        tables["scanner"]["driver"] = scanner
    if printer:
        tables["printer"]["profile"] = f"printers/{printer}.toml"
    _put_on_lines(tables, run_dir)
    if patience_ms is not None:
        tables["platform"] |= dict.fromkeys(("connect_ms", "look_up_ms", "settle_ms"), patience_ms)
    tables["platform"] |= _platform(run_dir, ports["platform"], gateway, tls)
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


def derived_province(spread_s: int, source: str = "sim.toml", gateway: str = "") -> str:
    """The text of the province profile of board_configs/`source`, where what waits after a start or an outage leaves
    within `spread_s` seconds, and the gateway is of another scheme if one is named."""
    tables = _read(_read(source)["profiles"]["province"])
    tables["uploads"]["spread_s"] = spread_s
    if gateway:
        tables["gateway"] |= {"scheme": gateway, "account": APP_ID if gateway == "sm2-sm4" else ACCOUNT}
    if gateway in ONE_PATH:
        tables["gateway"] |= {"one_path": CALL_SERVICE, "content_type": "text/plain; charset=utf-8"}
    return _text(tables)


def _platform(run_dir: Path, port: int, gateway: str, tls: str) -> dict[str, str]:
    """Where the platform is, and the files that the simulator has made for it."""
    scheme = "https" if tls else "http"
    keys = {"url": f"{scheme}://127.0.0.1:{port}/fsi/api", "secret_file": f"{run_dir}/{SECRET}"}
    if gateway.startswith("sm2"):
        keys |= {"sign_key_file": f"{run_dir}/{SIGN_KEY}"}
        keys |= {"platform_key": (run_dir / PLATFORM_KEY).read_text(encoding="utf-8").strip()}
    if tls:
        keys["ca_file"] = f"{run_dir}/{TLS}/ca.pem"
    if tls == "both":
        keys["certificate_file"] = f"{run_dir}/{TLS}/client.pem"
        keys["certificate_key_file"] = f"{run_dir}/{TLS}/client-key.pem"
    return keys


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
        flat = {key: value for key, value in table.items() if not isinstance(value, dict)}
        nested = {f"{name}.{key}": value for key, value in table.items() if isinstance(value, dict)}
        for place, members in {name: flat, **nested}.items():
            rows = (f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in members.items())
            lines += [f"[{place}]", *rows, ""]
    return "\n".join(lines)
