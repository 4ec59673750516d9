"""What hands do with the USB stick: into the terminal, out of it, and to the insurance office in town."""

from typing import TYPE_CHECKING

from simulator.verb import Verb, WorldError

if TYPE_CHECKING:
    from simulator.office import OfficeWindow
    from simulator.world import World


def _office(world: "World") -> "OfficeWindow":
    if world.office is None:
        raise WorldError("There is no stick on this counter.")
    return world.office


async def _put_in(world: "World", _rest: str) -> None:
    stick = _office(world).stick
    if stick.inside:
        raise WorldError("The stick is in the terminal already.", "stick-inside-already")
    stick.put_in()


async def _pull_out(world: "World", _rest: str) -> None:
    stick = _office(world).stick
    if not stick.inside:
        raise WorldError("No stick is in the terminal.", "no-stick-inside")
    stick.pull_out()


async def _take_in(world: "World", _rest: str) -> None:
    office = _office(world)
    if office.stick.inside:
        raise WorldError("The stick is in the terminal; pull it out first (stick out).", "stick-still-inside")
    try:
        office.take_in()
    except OSError as error:
        raise WorldError(f"The office cannot write on the stick: {error.strerror}.", "stick-not-written") from error


STICK_VERBS = (
    Verb("stick in", "", "put the USB stick into the terminal", _put_in),
    Verb("stick out", "", "pull the USB stick out", _pull_out),
    Verb(
        "office takes in",
        "",
        "bring the stick to the insurance office: parcels are read, answers written",
        _take_in,
    ),
)
