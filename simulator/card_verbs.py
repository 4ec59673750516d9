"""What hands do with cards: identity cards on the reader, social security cards in the slot."""

from typing import TYPE_CHECKING

from simulator.verb import Verb, WorldError

if TYPE_CHECKING:
    from simulator.catalogue import Person
    from simulator.world import World


def person_called(world: "World", name: str) -> "Person":
    """The person with that id. `WorldError` when there is none."""
    person = world.people.get(name.strip())
    if not person:
        raise WorldError(f"There is no {name.strip()}; there are {', '.join(world.people)}.")
    return person


async def _lay(world: "World", rest: str) -> None:
    person = person_called(world, rest)
    await world.hand_is_free()  # before looking: another hand may have been quicker
    if world.card_holder:
        raise WorldError("A card lies on the reader already; take it away first (card remove).", "card-lies")
    if not person.card:
        raise WorldError(f"{person.id} has no card.")
    world.card_holder = person.id
    world.reader.lay(person.card)


async def _remove(world: "World", _rest: str) -> None:
    if not world.card_holder:
        raise WorldError("No card lies on the reader.", "no-card-lies")
    world.card_holder = None
    world.reader.remove()
    world.hand_is_busy()


async def _insert(world: "World", rest: str) -> None:
    person = person_called(world, rest)
    if not world.slot:
        raise WorldError("There is no reader for social security cards (python -m simulator --vpcd PORT).")
    if world.social_holder:
        raise WorldError("A card is in the slot already; pull it first (social remove).", "card-inside")
    if not person.social:
        raise WorldError(f"{person.id} has no social security card.")
    world.social_holder = person.id
    await world.slot.insert(person.social)


async def _pull(world: "World", _rest: str) -> None:
    if not world.slot or not world.social_holder:
        raise WorldError("No card is in the slot.", "no-card-inside")
    world.social_holder = None
    await world.slot.remove()


CARD_VERBS = (
    Verb("card lay", "<person>", "lay a person's identity card on the reader", _lay),
    Verb("card remove", "", "take the card away", _remove),
    Verb("social insert", "<person>", "put a person's social security card into the slot", _insert),
    Verb("social remove", "", "pull the card out of the slot", _pull),
)
