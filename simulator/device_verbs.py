"""What hands do with cables, switches, rolls of paper, and a technician with the speed of a device."""

import re
from typing import TYPE_CHECKING

from simulator.verb import Verb, WorldError

if TYPE_CHECKING:
    from simulator.world import World

DEVICES = ("reader", "scanner", "printer")
REPLUG_S = 1.0  # until the system has given the device its port again
_MILLIMETRES = re.compile(r"\d{1,6}(\.\d)?")


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


async def _clear_jam(world: "World", _rest: str) -> None:
    if not world.printer.jam:
        raise WorldError("Nothing is stuck in the printer.", "nothing-stuck")
    world.printer.clear_jam()


async def _feed(world: "World", _rest: str) -> None:
    world.printer.press_feed()


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


def _replug(name: str) -> Verb:
    async def act(world: "World", _rest: str) -> None:
        device, carrier = world.devices[name], world.carriers.get(name)

        async def gone() -> None:
            await world.pause(REPLUG_S)

        device.unplug()
        await (carrier.renumber(gone) if carrier else gone())
        device.plug()

    about = f"pull the cable of the {name} and put it in again: its port gets another number, its name follows later"
    return Verb(f"{name} replug", "", about, act)


def _speed(name: str) -> Verb:
    async def act(world: "World", rest: str) -> None:
        device = world.scanner if name == "scanner" else world.reader
        try:
            device.set_speed(int(rest) if rest.strip().isdecimal() else 0)
        except ValueError as error:
            raise WorldError(f"It cannot: {error}.") from error

    return Verb(f"{name} baud", "<speed>", f"set the speed of the {name}, as a technician's program does", act)


DEVICE_VERBS = (
    Verb("paper load", "", "put a new roll in", _paper_load),
    Verb("paper left", "<mm>", "leave so much paper on the roll", _paper_left),
    Verb("cover open", "", "open the printer's cover", _cover_open),
    Verb("cover close", "", "close the printer's cover", _cover_close),
    Verb("printer clear-jam", "", "free what is stuck in the printer", _clear_jam),
    Verb("printer feed", "", "press the printer's feed button", _feed),
    Verb("printer power off", "", "switch the printer off; what is not on paper is lost", _power_off),
    Verb("printer power on", "", "switch the printer on", _power_on),
    Verb("cable out", "", "pull the network cable", _cable_out),
    Verb("cable in", "", "put the network cable in", _cable_in),
    *(_plug(name) for name in DEVICES),
    *(_unplug(name) for name in DEVICES),
    *(_replug(name) for name in DEVICES),
    *(_speed(name) for name in ("reader", "scanner")),
)
