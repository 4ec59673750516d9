"""Board configs and the data files that they name: from a file to checked values."""

import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from hal.errors import ConfigError

T = TypeVar("T")
Json = dict[str, Any]


def read_checked(path: Path, check: Callable[[Json], T]) -> T:
    """What `check` makes of the tables of a TOML or JSON file. Every `ConfigError` names the file."""
    values = _parsed(path)
    try:
        return check(values)
    except ConfigError as error:
        raise ConfigError(error.code, f"{path}: {error.cause}") from None


def _parsed(path: Path) -> Any:
    is_json = path.suffix == ".json"
    try:
        text = path.read_text(encoding="utf-8")
        return json.loads(text) if is_json else tomllib.loads(text)
    except OSError as error:
        raise ConfigError("config.unreadable", f"cannot read {path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigError("config.wrong", f"{path} is not UTF-8 text") from None
    except (ValueError, RecursionError) as error:  # both parsers say the line and the column
        raise ConfigError("config.wrong", f"{path} is not {'JSON' if is_json else 'TOML'}: {error}") from None
