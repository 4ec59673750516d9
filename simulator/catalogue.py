"""The people and the boxes that the counter is played with, from `data/people.toml` and `data/boxes.toml`."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from simulator.devices.card import LAYOUTS, Card
from simulator.devices.social_card import SocialCard, social_card_of

DATA = Path(__file__).parent / "data"


class CatalogueError(ValueError):
    """A data file that cannot be used; says which entry and why."""


@dataclass(frozen=True)
class Person:
    """Somebody who comes to the counter, with an identity card, a social security card, an insurance QR code on the
    phone, or several of them, or none."""

    id: str
    name: str
    card: Card | None = None
    qr: str | None = None
    social: SocialCard | None = None


@dataclass(frozen=True)
class Box:
    """A drug box: `code` is what its printed symbol contains (GS after GS1 fields), `symbology` the kind of symbol."""

    id: str
    label: str
    symbology: str
    code: str
    note: str = ""


_Entry = TypeVar("_Entry", Person, Box)


def load_people(path: Path = DATA / "people.toml") -> dict[str, Person]:
    """The people by id, in the file's order. `CatalogueError` for a bad entry, `OSError` for a missing file."""
    return _by_id(path, "people", _person)


def load_boxes(path: Path = DATA / "boxes.toml") -> dict[str, Box]:
    """The boxes by id, in the file's order. `CatalogueError` for a bad entry, `OSError` for a missing file."""
    return _by_id(path, "box", lambda row: Box(**row))


def _by_id(path: Path, table: str, make: Callable[[dict[str, Any]], _Entry]) -> dict[str, _Entry]:
    entries: dict[str, _Entry] = {}
    for number, row in enumerate(tomllib.loads(path.read_text(encoding="utf-8"))[table], start=1):
        try:
            entry = make(row)
        except (TypeError, ValueError) as error:
            raise CatalogueError(f"{path.name}, entry {number}: {error}") from error
        if entry.id in entries:
            raise CatalogueError(f"{path.name}, entry {number}: {entry.id} is there already")
        entries[entry.id] = entry
    return entries


def _person(row: Mapping[str, Any]) -> Person:
    # What the platform knows of the person ([people.person]) is the platform's business.
    fields = {key: value for key, value in row.items() if key not in ("card", "person", "social")}
    card = _card(row["card"]) if "card" in row else None
    return Person(**{"name": card.name if card else "", **fields}, card=card, social=social_card_of(row))


def _card(row: Mapping[str, Any]) -> Card:
    layout = row.get("layout", "citizen")
    if layout not in LAYOUTS:
        raise ValueError(f"layout: one of {', '.join(LAYOUTS)}")
    fields = {key: value for key, value in row.items() if key not in ("layout", "fingerprint_size")}
    return LAYOUTS[layout](**fields, fingerprint=bytes(row.get("fingerprint_size", 0)))
