"""The board file of one simulated counter: board_configs/sim.toml with another run folder and other addresses."""

import re
import tomllib
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
DEFAULT_PORTS = {"bench": 8600, "terminal": 8601, "platform": 8602}  # as they stand in sim.toml


def derived_board(run_dir: Path, ports: dict[str, int], patience_ms: int | None = None) -> str:
    """The text of the board file for `run_dir` and the ports of bench, terminal and platform.

    `patience_ms` is how long the terminal waits for an answer of the platform, as in sim.toml by default.
    Raises `ValueError` when sim.toml lacks what is to be replaced: it would then name other devices.
    """
    configs = REPOSITORY / "board_configs"
    text = (configs / "sim.toml").read_text(encoding="utf-8")
    changes = {".run/sim/": f"{run_dir}/", "[profiles]": f'[profiles]\nroot = "{configs}"'}
    changes |= {str(port): str(ports[name]) for name, port in DEFAULT_PORTS.items()}
    text = "\n".join(line for line in text.splitlines() if not line.startswith("#")).strip() + "\n"
    for number, old in enumerate(changes):  # in two steps, as a new port may look like an old one
        if old not in text:
            raise ValueError(f"board_configs/sim.toml has no {old} to be replaced")
        text = text.replace(old, f"<{number}>")
    for number, new in enumerate(changes.values()):
        text = text.replace(f"<{number}>", new)
    if patience_ms is not None:
        text = re.sub(r"^(settle_ms|look_up_ms) = \d+", rf"\1 = {patience_ms}", text, flags=re.MULTILINE)
    tomllib.loads(text)
    return text
