"""What the bench tells of the counter: the state of the world, the platform in brief, and the terminal."""

from dataclasses import dataclass
from typing import Any

from simulator.bench.transactions import name_of
from simulator.platform import Platform
from simulator.world import World

MESSAGES_SHOWN = 30


@dataclass
class TerminalNotes:
    """What whoever started the terminal says of it. `running` is None as long as nobody has said anything."""

    url: str
    running: bool | None = None
    log: str = ""


def state(world: World, platform: Platform, terminal: TerminalNotes, serial: int) -> dict[str, Any]:
    """The JSON of `GET /api/state`. A greater `serial` is a newer state; birth dates in identity numbers are masked."""
    seen = world.state()
    numbers = {person.id: _masked(person.card.number) for person in world.people.values() if person.card}
    return {
        "serial": serial,
        **seen,
        "people": [{**person, "number": numbers.get(person["id"], "")} for person in seen["people"]],
        "platform": {
            "settlements": platform.settlement_count(),
            "messages": [brief(message) for message in platform.messages[-MESSAGES_SHOWN:]],
        },
        "terminal_url": terminal.url,
        "terminal": {"running": terminal.running, "log": terminal.log},
    }


def _masked(number: str) -> str:
    return number[:6] + "*" * 8 + number[-4:]


def brief(message: dict[str, Any]) -> dict[str, Any]:
    """One line about a message: which transaction it was and whether the platform accepted it."""
    infno = str(message["infno"])
    return {
        "n": message["n"],
        "infno": infno,
        "name": name_of(infno),
        "ok": str(message["infcode"]) == "0",
        "error": message["err_msg"] or "",
    }
