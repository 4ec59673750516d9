"""Making trouble and ending it."""

from typing import TYPE_CHECKING

from simulator.faults import FAULTS, ArgumentError, FaultKind
from simulator.verb import Verb, WorldError

if TYPE_CHECKING:
    from simulator.world import World


def _kind_called(name: str) -> FaultKind:
    kind = FAULTS.get(name)
    if not kind:
        raise WorldError(f"There is no fault {name}; there are {', '.join(FAULTS)}.")
    return kind


async def _fault(world: "World", rest: str) -> None:
    name, _, line = rest.strip().partition(" ")
    kind = _kind_called(name)
    try:
        arguments = kind.parse(line)
    except ArgumentError as error:
        raise WorldError(f"{error}.", "fault-arguments") from error
    if not world.fault_possible(kind):
        raise WorldError(f"This {kind.owner} cannot have {name}.")
    device = world.devices.get(kind.owner)
    if device:
        number = arguments[0] if arguments else None
        device.faults.set(kind.knob, number if isinstance(number, int) else None)
    else:
        try:
            world.owner_of(kind).fault(kind.name, *arguments)
        except OSError as error:
            raise WorldError(f"{error}.", "no-small-stick") from error


async def _clear(world: "World", rest: str) -> None:
    kinds = [_kind_called(rest.strip())] if rest.strip() else list(FAULTS.values())
    for kind in kinds:
        device = world.devices.get(kind.owner)
        if device:
            device.faults.clear(kind.knob)
        else:
            world.owner_of(kind).clear(kind.name)


FAULT_VERBS = (
    Verb("fault", "<name> [arguments]", "switch a fault on", _fault),
    Verb("fault clear", "[name]", "switch one fault off, or all", _clear),
)
