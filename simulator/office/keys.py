"""The office's keys: made at the first start, the public ones in the file that terminals read (docs/parcels.md)."""

import os
import secrets
import tomllib
from pathlib import Path

from simulator.office.parcel import Secrets

PUBLIC_FILE = "office.toml"
OWN_FILE = "office-secret.toml"
_NAMES = ("sign", "box")


def office_secrets(folder: Path) -> Secrets:
    """The keys in `folder`: `office-secret.toml`, which only its owner reads, and `office.toml` for the terminals."""
    file = folder / OWN_FILE
    if not file.exists():
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as out:
            out.write(_text({name: secrets.token_bytes(32) for name in _NAMES}))
    values = tomllib.loads(file.read_text(encoding="ascii"))
    office = Secrets.of(*(bytes.fromhex(values[name]) for name in _NAMES))
    (folder / PUBLIC_FILE).write_text(_text(office.public._asdict()), encoding="ascii")
    return office


def _text(keys: dict[str, bytes]) -> str:
    return "".join(f'{name} = "{key.hex()}"\n' for name, key in keys.items())
