"""What the people of the insurance do, far away from the counter."""

from typing import TYPE_CHECKING

from simulator.verb import Verb, WorldError

if TYPE_CHECKING:
    from simulator.world import World

_MOST = 1000  # new entries of one version


async def _publish(world: "World", rest: str) -> None:
    infno, _, count = rest.strip().partition(" ")
    entries = count.strip() or "1"
    if not (entries.isascii() and entries.isdecimal() and 1 <= int(entries) <= _MOST):
        raise WorldError(f"Say how many new entries, 1 to {_MOST}.")
    try:
        world.platform.publish(infno, int(entries))
    except KeyError:
        raise WorldError(f"{infno} is no catalogue with entries.") from None


async def _review(world: "World", _rest: str) -> None:
    world.platform.review()


PLATFORM_VERBS = (
    Verb("platform publish", "<transaction> [entries]", "bring a new version of a catalogue (1301 ...) out", _publish),
    Verb("platform review", "", "have the authority decide on the mappings that wait (3301)", _review),
)
