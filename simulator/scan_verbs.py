"""What hands do with the scanner: hold codes in front of it."""

import re
from typing import TYPE_CHECKING

from simulator.card_verbs import person_called
from simulator.verb import Verb, WorldError

if TYPE_CHECKING:
    from simulator.catalogue import Box
    from simulator.world import World

SCAN_PATIENCE_S = 3.0  # how long a hand holds a box still before it is called unread
BURST_S = 1.0  # in which all boxes of a burst pass when each is read at once
BEEP_PATIENCE_S = 20.0  # how long a hand waits for a beep before it moves on
MOST_IN_BURST = 10
_ESCAPE = re.compile(r"\\x([0-9a-fA-F]{2})|\\(\\)")


def _box(world: "World", name: str) -> "Box":
    box = world.boxes.get(name.strip())
    if not box:
        raise WorldError(f"There is no box {name.strip()}; there are {', '.join(world.boxes)}.")
    return box


async def _scan(world: "World", rest: str) -> None:
    box = _box(world, rest)
    await _hold(world, box.code, box.symbology)


async def _qr(world: "World", rest: str) -> None:
    person = person_called(world, rest)
    if not person.qr:
        raise WorldError(f"{person.id} has no QR code.")
    await _hold(world, person.qr, "qr")


async def _text(world: "World", rest: str) -> None:
    text = _ESCAPE.sub(lambda found: chr(int(found[1], 16)) if found[1] else "\\", rest.rstrip("\r\n"))
    await _hold(world, text, "")


async def _burst(world: "World", rest: str) -> None:
    boxes = [_box(world, name) for name in rest.split()]
    if len(boxes) > MOST_IN_BURST:
        raise WorldError(f"At most {MOST_IN_BURST} boxes pass in a second.")
    _must_be_free(world)
    scanner, unread = world.scanner, []
    for box in boxes:
        before = scanner.reads
        scanner.present(box.code, box.symbology)
        await world.pause(BURST_S / len(boxes))
        # A hand moves on at the beep, which comes later on a busy machine.
        read = await world.wait_until(lambda seen=before: scanner.reads != seen, BEEP_PATIENCE_S)  # type: ignore[misc]
        scanner.take_away()
        if not read:
            unread.append(box.id)
    if unread:
        raise WorldError(f"Not read in passing: {', '.join(unread)}.")


async def _take_away(world: "World", _rest: str) -> None:
    if world.scanner.window is None:
        raise WorldError("Nothing is in front of the scanner.", "nothing-held")
    world.scanner.take_away()


def _must_be_free(world: "World") -> None:
    if not world.scanner.plugged:
        raise WorldError("The scanner is unplugged.", "scanner-unplugged")
    if world.scanner.window is not None:
        raise WorldError(
            "Something is in front of the scanner already; take it away (scanner take-away).", "held-already"
        )


async def _hold(world: "World", code: str, symbology: str) -> None:
    """Hold a code in front of the scanner until it is read; unread, it stays there and the light may still come on."""
    _must_be_free(world)
    scanner = world.scanner
    before = scanner.reads
    scanner.present(code, symbology, leaves=True)
    gone = await world.wait_until(lambda: scanner.window is None, SCAN_PATIENCE_S)
    if not gone:
        why, key = ("it is stuck", "unread-stuck") if scanner.lit else ("the scanner's light is off", "unread-dark")
        raise WorldError(f"Not read: {why}. It stays in front of the scanner (scanner take-away).", key)
    if scanner.reads == before:
        raise WorldError("It was taken away before it was read.", "taken-away")


SCAN_VERBS = (
    Verb("scan", "<box>", "hold a box in front of the scanner until it is read", _scan),
    Verb("scan qr", "<person>", "hold a person's phone in front of the scanner", _qr),
    Verb("scan text", "<text>", r"hold any code in front of the scanner; \x1d is the GS1 separator", _text),
    Verb("scan burst", "<box> <box> <box>", "let boxes pass the scanner, each until the beep: within a second", _burst),
    Verb("scanner take-away", "", "take away what is in front of the scanner", _take_away),
)
