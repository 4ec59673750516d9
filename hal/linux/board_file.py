"""Board configs and the data files that they name."""

import json
import tomllib
from pathlib import Path
from typing import Any

from hal.errors import ConfigError


def read_toml(path: str | Path) -> dict[str, Any]:
    """The tables of a TOML file. `ConfigError` naming the file and the line."""
    try:
        return tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError("config.unreadable", f"{path}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError("config.wrong", f"{path}: {error}") from None


def read_rows(path: Path) -> list[dict[str, Any]]:
    """The `rows` of a JSON catalogue."""
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))["rows"]
    except OSError as error:
        raise ConfigError("config.unreadable", f"{path}: {error.strerror}") from None
    except (ValueError, KeyError, TypeError):
        raise ConfigError("config.wrong", f"{path}: not a catalogue") from None
    return [{"common": False, **row} for row in rows]


def profile_root(config: Path) -> Path:
    """Where the profiles of a config are looked for: beside the config file."""
    return config.resolve().parent
