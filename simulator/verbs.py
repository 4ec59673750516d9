"""What hands can do at the counter, one verb table for the bench page, the scenario files and the tests."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.faults import FAULTS, ArgumentError, FaultKind

if TYPE_CHECKING:
    from simulator.catalogue import Person
    from simulator.world import World

SCAN_PATIENCE_S = 3.0  # how long a hand holds a box still before it is called unread
MOST_WORDS = 3  # in the name of a verb
_ESCAPE = re.compile(r"\\x([0-9a-fA-F]{2})|\\(\\)")
_MILLIMETRES = re.compile(r"\d{1,6}(\.\d)?")


class WorldError(Exception):
    """It cannot be done; the sentence says why, for the person who asked for it."""


@dataclass(frozen=True)
class Verb:
    """Something to do. `takes` names what has to follow the verb, "" when nothing may; in brackets: may be left out."""

    name: str
    takes: str
    about: str
    act: Callable[["World", str], Awaitable[None]]


async def obey(world: "World", line: str) -> None:
    """Do what `line` says. `WorldError` when it is no verb or cannot be done now."""
    words = line.split()
    for count in range(min(MOST_WORDS, len(words)), 0, -1):
        verb = VERBS.get(" ".join(words[:count]))
        if verb:
            rest = "".join(line.split(None, count)[count:])
            if verb.takes == "" and rest:
                raise WorldError(f"Nothing may follow “{verb.name}”.")
            if verb.takes and not verb.takes.startswith("[") and not rest:
                raise WorldError(f"Say “{verb.name} {verb.takes}”.")
            await verb.act(world, rest)
            return
    raise WorldError(f"“{line.strip()[:40]}” is nothing that can be done here.")


def _person(world: "World", name: str) -> "Person":
    person = world.people.get(name.strip())
    if not person:
        raise WorldError(f"There is no {name.strip()}; there are {', '.join(world.people)}.")
    return person


async def _card_lay(world: "World", rest: str) -> None:
    person = _person(world, rest)
    if world.card_holder:
        raise WorldError("A card lies on the reader already; take it away first (card remove).")
    if not person.card:
        raise WorldError(f"{person.id} has no card.")
    await world.hand_is_free()
    world.card_holder = person.id
    world.reader.lay(person.card)


async def _card_remove(world: "World", _rest: str) -> None:
    if not world.card_holder:
        raise WorldError("No card lies on the reader.")
    world.card_holder = None
    world.reader.remove()
    world.hand_is_busy()


async def _scan(world: "World", rest: str) -> None:
    box = world.boxes.get(rest.strip())
    if not box:
        raise WorldError(f"There is no box {rest.strip()}; there are {', '.join(world.boxes)}.")
    await _hold(world, box.code, box.symbology)


async def _scan_qr(world: "World", rest: str) -> None:
    person = _person(world, rest)
    if not person.qr:
        raise WorldError(f"{person.id} has no QR code.")
    await _hold(world, person.qr, "qr")


async def _scan_text(world: "World", rest: str) -> None:
    text = _ESCAPE.sub(lambda found: chr(int(found[1], 16)) if found[1] else "\\", rest.rstrip("\r\n"))
    await _hold(world, text, "")


async def _hold(world: "World", code: str, symbology: str) -> None:
    """Hold a code in front of the scanner until it is read; unread, it stays there and the light may still come on."""
    scanner = world.scanner
    if not scanner.plugged:
        raise WorldError("The scanner is unplugged.")
    if scanner.window is not None:
        raise WorldError("Something is in front of the scanner already; take it away first (scanner take-away).")
    before = scanner.reads
    scanner.present(code, symbology, leaves=True)
    gone = await world.wait_until(lambda: scanner.window is None, SCAN_PATIENCE_S)
    if not gone:
        raise WorldError("Not read: the scanner's light is off. It stays in front of the scanner (scanner take-away).")
    if scanner.reads == before:
        raise WorldError("It was taken away before it was read.")


async def _take_away(world: "World", _rest: str) -> None:
    if world.scanner.window is None:
        raise WorldError("Nothing is in front of the scanner.")
    world.scanner.take_away()


async def _paper_load(world: "World", _rest: str) -> None:
    world.printer.load_paper()


async def _paper_left(world: "World", rest: str) -> None:
    if not _MILLIMETRES.fullmatch(rest.strip()):
        raise WorldError("Say how many millimetres of paper are left.")
    world.printer.load_paper(float(rest))


async def _cover_open(world: "World", _rest: str) -> None:
    world.printer.open_cover()


async def _cover_close(world: "World", _rest: str) -> None:
    world.printer.close_cover()


async def _power_on(world: "World", _rest: str) -> None:
    world.printer.power_on()


async def _power_off(world: "World", _rest: str) -> None:
    world.printer.power_off()


async def _cable_in(world: "World", _rest: str) -> None:
    world.network.plug()


async def _cable_out(world: "World", _rest: str) -> None:
    world.network.pull()


def _plug(name: str) -> Verb:
    async def act(world: "World", _rest: str) -> None:
        world.devices[name].plug()

    return Verb(f"{name} plug", "", f"put the cable of the {name} in", act)


def _unplug(name: str) -> Verb:
    async def act(world: "World", _rest: str) -> None:
        world.devices[name].unplug()

    return Verb(f"{name} unplug", "", f"pull the cable of the {name}: bytes go nowhere", act)


def _fault_kind(name: str) -> FaultKind:
    kind = FAULTS.get(name)
    if not kind:
        raise WorldError(f"There is no fault {name}; there are {', '.join(FAULTS)}.")
    return kind


async def _fault(world: "World", rest: str) -> None:
    name, _, line = rest.strip().partition(" ")
    kind = _fault_kind(name)
    try:
        arguments = kind.parse(line)
    except ArgumentError as error:
        raise WorldError(f"{error}.") from error
    device = world.devices.get(kind.owner)
    if device:
        times = arguments[0] if arguments else None
        device.faults.set(kind.knob, times if isinstance(times, int) else None)
    else:
        world.platform.fault(kind.name, *arguments)


async def _fault_clear(world: "World", rest: str) -> None:
    kinds = [_fault_kind(rest.strip())] if rest.strip() else list(FAULTS.values())
    for kind in kinds:
        device = world.devices.get(kind.owner)
        if device:
            device.faults.clear(kind.knob)
        else:
            world.platform.clear(kind.name)


VERBS = {
    verb.name: verb
    for verb in (
        Verb("card lay", "<person>", "lay a person's identity card on the reader", _card_lay),
        Verb("card remove", "", "take the card away", _card_remove),
        Verb("scan", "<box>", "hold a box in front of the scanner until it is read", _scan),
        Verb("scan qr", "<person>", "hold a person's phone in front of the scanner", _scan_qr),
        Verb("scan text", "<text>", r"hold any code in front of the scanner; \x1d is the GS1 separator", _scan_text),
        Verb("scanner take-away", "", "take away what is in front of the scanner", _take_away),
        Verb("paper load", "", "put a new roll in", _paper_load),
        Verb("paper left", "<mm>", "leave so much paper on the roll", _paper_left),
        Verb("cover open", "", "open the printer's cover", _cover_open),
        Verb("cover close", "", "close the printer's cover", _cover_close),
        Verb("cable out", "", "pull the network cable", _cable_out),
        Verb("cable in", "", "put the network cable in", _cable_in),
        Verb("printer power off", "", "switch the printer off; what is not on paper is lost", _power_off),
        Verb("printer power on", "", "switch the printer on", _power_on),
        *(_plug(name) for name in ("reader", "scanner", "printer")),
        *(_unplug(name) for name in ("reader", "scanner", "printer")),
        Verb("fault", "<name> [arguments]", "switch a fault on", _fault),
        Verb("fault clear", "[name]", "switch one fault off, or all", _fault_clear),
    )
}
