"""What hands can do at the counter, one verb table for the bench page, the scenario files and the tests."""

from typing import TYPE_CHECKING

from simulator.card_verbs import CARD_VERBS
from simulator.device_verbs import DEVICE_VERBS
from simulator.fault_verbs import FAULT_VERBS
from simulator.platform_verbs import PLATFORM_VERBS
from simulator.scan_verbs import SCAN_VERBS
from simulator.stick_verbs import STICK_VERBS
from simulator.verb import WorldError

if TYPE_CHECKING:
    from simulator.world import World

MOST_WORDS = 3  # in the name of a verb

_ALL = (*CARD_VERBS, *SCAN_VERBS, *DEVICE_VERBS, *STICK_VERBS, *PLATFORM_VERBS, *FAULT_VERBS)
VERBS = {verb.name: verb for verb in _ALL}


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
