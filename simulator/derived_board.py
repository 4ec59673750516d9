"""The board file of one simulated counter: a file of board_configs/ with the simulator's ports and addresses."""

import re
import tomllib
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
DEFAULT_PORTS = {"bench": 8600, "terminal": 8601, "platform": 8602}  # as they stand in sim.toml
SCANNER_BAUDS = {"gm65": 9600, "gm67": 115200, "serial-trigger": 9600, "serial": 9600}
SOCIAL_CARD_READER = """
[social_card_reader]
driver = "pcsc"
port = "pcsc:Virtual PCD"
"""
_KEY = re.compile(r"(?P<name>\w+) = ")


def derived_board(
    run_dir: Path,
    ports: dict[str, int],
    patience_ms: int | None = None,
    source: str = "sim.toml",
    scanner: str = "",
    printer: str = "",
    social_card: bool = False,
) -> str:
    """The text of board_configs/`source` for the devices in `run_dir` and the `ports` of bench, terminal and platform.

    What is not given stays as in the file: `patience_ms`, how long the terminal waits for an answer of the platform;
    the kinds of `scanner` and `printer`. With `social_card` there is a reader for social security cards. Raises
    `ValueError` when the file lacks a key that is to be replaced: it would then name other devices.
    """
    configs = REPOSITORY / "board_configs"
    changes = _changes(run_dir, ports, patience_ms) | _kinds(scanner, printer)
    done: set[tuple[str, str]] = set()
    lines: list[str] = []
    section = ""
    for line in (configs / source).read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        if line.startswith("["):
            section = line.strip("[]")
        key = _KEY.match(line)
        place = (section, key["name"] if key else "")
        if place in changes:
            done.add(place)
            if not changes[place]:
                continue
            line = f"{place[1]} = {changes[place]}"  # noqa: PLW2901 — the line with its new value
        lines.append(line)
        if line == "[profiles]":
            lines.append(f'root = "{configs}"')
    if done != set(changes):
        raise ValueError(f"board_configs/{source} has no {sorted(set(changes) - done)} to be replaced")
    text = "\n".join(lines).strip() + "\n" + (SOCIAL_CARD_READER if social_card else "")
    tomllib.loads(text)
    return text


def _kinds(scanner: str, printer: str) -> dict[tuple[str, str], str]:
    """(section, key) -> the new value as TOML, "" to leave the key out: the driver's name is the kind of scanner."""
    changes: dict[tuple[str, str], str] = {}
    if scanner:
        baud = SCANNER_BAUDS.get(scanner)
        changes = {("scanner", "driver"): f'"{scanner}"', ("scanner", "baud"): "" if baud is None else str(baud)}
    if printer:
        changes[("printer", "profile")] = f'"printers/{printer}.toml"'
    return changes


def _changes(run_dir: Path, ports: dict[str, int], patience_ms: int | None) -> dict[tuple[str, str], str]:
    """(section, key) -> the new value as TOML."""
    changes = {
        ("card_reader", "port"): f'"{run_dir}/card-reader"',
        ("scanner", "port"): f'"{run_dir}/scanner"',
        ("printer", "port"): f'"{run_dir}/printer"',
        ("platform", "url"): f'"http://127.0.0.1:{ports["platform"]}/fsi/api"',
        ("platform", "secret_file"): f'"{run_dir}/gateway-secret"',
        ("console", "port"): str(ports["terminal"]),
        ("console", "frame_ancestors"): f'["http://127.0.0.1:{ports["bench"]}"]',
    }
    if patience_ms is not None:
        changes[("platform", "look_up_ms")] = str(patience_ms)
        changes[("platform", "settle_ms")] = str(patience_ms)
    return changes
